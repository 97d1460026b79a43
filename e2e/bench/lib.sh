# Shared by the benchmarks; to be sourced.
# shellcheck shell=bash

# Python with asyncpg, the driver of the replaced program; installed into the cache the first time.
asyncpg() {
  local rival=$CACHE/asyncpg
  have python3 || die "python3 is missing"
  [[ -x $rival/bin/python ]] && "$rival/bin/python" -c 'import asyncpg' 2>/dev/null ||
    { python3 -m venv "$rival" && "$rival/bin/pip" install --quiet --disable-pip-version-check asyncpg; } >&2
  echo "$rival/bin/python"
}

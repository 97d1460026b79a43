# Shared by the benchmarks, which source it.
# shellcheck shell=bash

# Prints a Python with asyncpg, the driver of the CRM's old scheduler. The first call installs it into the cache.
asyncpg() {
  local rival=$CACHE/asyncpg
  have python3 || die "python3 is missing"
  [[ -x $rival/bin/python ]] && "$rival/bin/python" -c 'import asyncpg' 2>/dev/null ||
    { python3 -m venv "$rival" && "$rival/bin/pip" install --quiet --disable-pip-version-check asyncpg; } >&2
  echo "$rival/bin/python"
}

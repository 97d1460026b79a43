# Shared by the scripts here; to be sourced.
# shellcheck shell=bash
set -euo pipefail
export LC_ALL=C
IMAGES_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

die() {
  echo "${0##*/}: $1" >&2
  exit 1
}

# ensure <Debian package> <test>...: installs the package when the test fails and this is a Debian and we are root.
ensure() {
  local package=$1
  shift
  if "$@"; then return; fi
  ((EUID == 0)) || die "missing: $package"
  command -v apt-get >/dev/null || die "missing: $package, and this is no Debian that could install it"
  echo "${0##*/}: installing $package" >&2
  { apt_get install "$package" || { apt_get update && apt_get install "$package"; }; } >&2 || die "apt-get could not install $package"
  "$@" || die "$package is installed, but this still fails: $*"
}
apt_get() { DEBIAN_FRONTEND=noninteractive apt-get -y -qq --no-install-recommends "$@"; }

# A file where the library lies tells its version; the sum of all inputs decides whether there is anything to do.
sum_of() { sha256sum "$@" | sha256sum | cut -d' ' -f1; }

# Two builds at once would take the ground from under each other: the second waits, then finds the work done.
alone_on() {
  mkdir -p "$(dirname "$1")"
  exec {lock}>"$1.lock"
  flock "$lock"
}

# unchanged <stamp file> <sum>: the result is there and was made from the same inputs.
unchanged() { [[ -f $1 && $(<"$1") == "$2" ]]; }

# install_libraries <root> <program or library>...: copies the machine's libraries that these need into <root>, to the
# paths where the loader looks for them. What lies in <root> already, beside the programs, is not copied.
install_libraries() {
  local root=$1 needed library
  shift
  needed=$(ldd "$@" 2>/dev/null | grep -oE '(=> )?/[^ ]+ \(0x' | sed 's/^=> //; s/ (0x$//' | sort -u)
  for library in $needed; do
    [[ $(realpath "$library") == "$(realpath "$root")"/* ]] || install -D -m 755 "$(realpath "$library")" "$root$library"
  done
}

# Shared by the scripts here, which source it.
# shellcheck shell=bash
set -euo pipefail
export LC_ALL=C
IMAGES_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

die() {
  echo "${0##*/}: $1" >&2
  exit 1
}

# ensure <Debian package> <test>...: installs the package when the test fails, on Debian and as root.
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

# The files of a library identify its version. The sum of all inputs decides whether a script has work.
sum_of() { sha256sum "$@" | sha256sum | cut -d' ' -f1; }

# Two builds at the same time would overwrite each other's files: the second waits, and then finds the finished result.
alone_on() {
  mkdir -p "$(dirname "$1")"
  exec {lock}>"$1.lock"
  flock "$lock"
}

# unchanged <stamp file> <sum>: the result exists and has the same inputs.
unchanged() { [[ -f $1 && $(<"$1") == "$2" ]]; }

# install_libraries <root> <program or library>...: copies the machine's libraries that these need into <root>, to the
# paths where the loader looks for them. It does not copy libraries that are in <root> already.
install_libraries() {
  local root=$1 needed library
  shift
  needed=$(ldd "$@" 2>/dev/null | grep -oE '(=> )?/[^ ]+ \(0x' | sed 's/^=> //; s/ (0x$//' | sort -u)
  for library in $needed; do
    [[ $(realpath "$library") == "$(realpath "$root")"/* ]] || install -D -m 755 "$(realpath "$library")" "$root$library"
  done
}

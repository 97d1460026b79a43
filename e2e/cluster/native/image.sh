# Writes docker-archive images without Docker.
# shellcheck shell=bash

# docker_archive TAR NAME PROGRAM PATH-IN-IMAGE COMMAND-JSON [link...]: links are further names of the program.
docker_archive() {
  local tar=$1 name=$2 program=$3 path=$4 command=$5 work
  shift 5
  work=$(mktemp -d)
  install -D -m 755 "$program" "$work/root$path"
  mkdir -p "$work/root/tmp" && chmod 1777 "$work/root/tmp"
  for link in "$@"; do
    mkdir -p "$work/root$(dirname "$link")"
    ln -s "$path" "$work/root$link"
  done
  archive_root "$tar" "$name" "$work/root" "$command"
  rm -rf "$work"
}

# archive_root TAR NAME ROOT COMMAND-JSON
archive_root() {
  local tar=$1 name=$2 root=$3 command=$4 work layer
  work=$(mktemp -d)
  tar --create --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 --file "$work/layer.tar" --directory "$root" .
  layer=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
  cat >"$work/config.json" <<EOF
{"architecture":"$(architecture)","os":"linux","config":{"User":"65532:65532","Entrypoint":$command,"Env":["PATH=/bin"]},
 "rootfs":{"type":"layers","diff_ids":["sha256:$layer"]},"history":[{"created_by":"docker_archive"}]}
EOF
  echo "[{\"Config\":\"config.json\",\"RepoTags\":[\"$name\"],\"Layers\":[\"layer.tar\"]}]" >"$work/manifest.json"
  tar --create --file "$tar" --directory "$work" config.json layer.tar manifest.json
  rm -rf "$work"
}

architecture() {
  case $(uname -m) in
    x86_64) echo amd64 ;;
    aarch64) echo arm64 ;;
    *) uname -m ;;
  esac
}

# render TEMPLATE FILE: replaces every @NAME@ by the shell variable of that name.
render() {
  local text name
  text=$(<"$CLUSTER_DIR/native/config/$1")
  while [[ $text =~ @([A-Z_]+)@ ]]; do
    name=${BASH_REMATCH[1]}
    text=${text//"@$name@"/${!name}}
  done
  mkdir -p "$(dirname "$2")"
  printf '%s\n' "$text" >"$2"
}

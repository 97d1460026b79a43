# Copies docker-archive image files to a registry. Other scripts source this file.
# shellcheck shell=bash

# The names that a docker-archive gives its images: the strings of manifest.json's RepoTags.
names_in() { tar --extract --to-stdout --file "$1" manifest.json | grep -o '"RepoTags": *\[[^]]*' | sed 's/.*\[//' | tr -d '" ' | tr ',' '\n'; }

# push_image IMAGE.tar REFERENCE: prints the digest. A registry on this machine serves plain HTTP, as for Docker.
push_image() {
  local options=() digest
  digest=$(mktemp)
  case $2 in localhost[:/]* | 127.*) options=(--dest-tls-verify=false) ;; esac
  skopeo copy --quiet --insecure-policy "${options[@]}" --digestfile "$digest" "docker-archive:$1" "docker://$2" >&2 ||
    die "$1 could not be pushed to $2" "log in first: skopeo login ${2%%/*}"
  cat "$digest"
  rm -f "$digest"
}

# The native cluster: a real Kubernetes from processes of this machine, without Docker.
# shellcheck shell=bash
for part in settings process packages certs image network control-plane node down up; do
  # shellcheck source=/dev/null
  source "$CLUSTER_DIR/native/$part.sh"
done

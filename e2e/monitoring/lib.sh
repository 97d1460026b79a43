# Shared by the scripts of this folder; sourced, never run.
# shellcheck shell=bash
source "$(dirname "${BASH_SOURCE[0]}")/../cluster/lib.sh"
source "$CLUSTER_DIR/native/packages.sh"
root=$(cd "$CLUSTER_DIR/../.." && pwd)
chart=$root/helm/crm-task-operator

# Debian's package, with the tool and the server; the server that it would start is held back, the tests start their own.
need_prometheus() {
  if have promtool && have prometheus; then return; fi
  ((EUID == 0)) && have apt-get || die "promtool is missing" "install Prometheus, as in: sudo apt-get install --no-install-recommends prometheus"
  step "Installing Debian package: prometheus" apt_install prometheus
}

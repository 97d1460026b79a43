# Shared by the scripts of this folder, which source it.
# shellcheck shell=bash
source "$(dirname "${BASH_SOURCE[0]}")/../cluster/lib.sh"
source "$CLUSTER_DIR/native/packages.sh"
root=$(cd "$CLUSTER_DIR/../.." && pwd)
chart=$root/helm/crm-task-operator

# Debian's package has the tool and the server. It must not start its own server, because the tests start theirs.
need_prometheus() { need promtool prometheus && need prometheus prometheus; }

# Shared by the scripts of this folder; sourced, never run.
# shellcheck shell=bash
source "$(dirname "${BASH_SOURCE[0]}")/../cluster/lib.sh"
source "$CLUSTER_DIR/native/packages.sh"
root=$(cd "$CLUSTER_DIR/../.." && pwd)
chart=$root/helm/crm-task-operator

# Debian's package has the tool and the server; the server that it would start is held back, the tests start their own.
need_prometheus() { need promtool prometheus && need prometheus prometheus; }

# Shared by the scripts of e2e, which source it.
# shellcheck shell=bash
set -euo pipefail
# Debian leaves sbin out of a plain user's PATH; LC_ALL fixes the decimal point of EPOCHREALTIME.
export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
umask 022

CLUSTER_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CACHE=${CRM_E2E_CACHE:-${XDG_CACHE_HOME:-${HOME:?HOME is not set; set it or CRM_E2E_CACHE}/.cache}/crm-task-operator}
# The JVM takes the home folder from the user database, not from HOME. Tests must look where the scripts build.
export CRM_E2E_CACHE=$CACHE
BIN=$CACHE/bin
STATE=$CACHE/cluster
KUBECONFIG_FILE=$STATE/kubeconfig
mkdir -p "$BIN"
declare -A beside_pids=()

info() { printf '%s\n' "$*"; }
warn() { printf 'warning: %s\n' "$*" >&2; }

# die "what is wrong" ["how to fix it"...]
die() {
  printf 'error: %s\n' "$1" >&2
  shift
  for fix in "$@"; do printf '       %s\n' "$fix" >&2; done
  exit 1
}

now_ms() { local t=${EPOCHREALTIME/./}; echo "${t%???}"; }

# A duration in ms as seconds with one decimal.
seconds() { printf '%d.%d s' $(($1 / 1000)) $(($1 % 1000 / 100)); }

# step "text" command...: prints the text, runs the command, and prints how long it took.
step() {
  local text=$1 from status took
  shift
  from=$(now_ms)
  printf -- '- %s ...\n' "$text"
  "$@"
  status=$? # after a failure the script only gets here if the caller handles it
  took=$(seconds $(($(now_ms) - from)))
  ((status == 0)) || took="failed after $took"
  printf -- '  %s: %s\n' "$text" "$took"
  return "$status"
}

# beside NAME command...: runs the command in the background, in a process group of its own. `finish NAME` waits for it, prints its
# output, and returns its status. The script's end kills commands that still run.
beside() {
  local name=$1
  shift
  beside_logs=${beside_logs:-$(mktemp -d)}
  info "- $name begins in the background"
  trap end_beside EXIT
  set -m
  "$@" >"$beside_logs/$name" 2>&1 </dev/null &
  beside_pids[$name]=$!
  set +m
}

finish() {
  local status=0
  wait "${beside_pids[$1]}" || status=$?
  unset "beside_pids[$1]"
  info "- $1, from the background:"
  cat "$beside_logs/$1"
  return "$status"
}

end_beside() {
  local pid
  for pid in "${beside_pids[@]}"; do kill -- "-$pid" 2>/dev/null || true; done
  rm -rf "${beside_logs:-}"
}

# wait_until SECONDS command...: polls a condition; false when the deadline passes.
wait_until() {
  local deadline=$(($(now_ms) + $1 * 1000))
  shift
  until "$@" >/dev/null 2>&1; do
    (($(now_ms) < deadline)) || return 1
    sleep 0.1
  done
}

tcp_open() { timeout 1 bash -c "exec 8<>/dev/tcp/$1/$2"; }

have() { command -v "$1" >/dev/null 2>&1; }

# Lets one build or one change of the cluster run at a time. Daemons must not inherit the lock: see start in native/process.sh.
lock() {
  exec 9>"$CACHE/$1.lock"
  if ! flock --nonblock 9; then
    info "Waiting for another '$1' that is running (lock $CACHE/$1.lock)"
    flock 9
  fi
}

# Prints context, kind or native; nothing when no cluster is up.
provider() {
  if [[ -n ${CRM_E2E_CONTEXT:-} ]]; then
    echo context
  elif [[ -f $STATE/provider ]]; then
    cat "$STATE/provider"
  fi
}

# Sets KUBE_ARGS and the environment so that kubectl and helm use the cluster in use.
use_cluster() {
  KUBE_ARGS=()
  case $(provider) in
    context) KUBE_ARGS=(--context "$CRM_E2E_CONTEXT") ;;
    kind | native) export KUBECONFIG=$KUBECONFIG_FILE ;;
    *) die "no cluster is up" "start one: $CLUSTER_DIR/up" "or name a context of your kubeconfig: CRM_E2E_CONTEXT=<name>" ;;
  esac
}

kubectl() {
  use_cluster
  need_binary kubectl
  "$BIN/kubectl" "${KUBE_ARGS[@]}" "$@"
}

need_binary() {
  [[ -x $BIN/$1 ]] || die "$BIN/$1 is missing" "build it: $CLUSTER_DIR/build"
}

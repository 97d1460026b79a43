# A real etcd and kube-apiserver on loopback, without controllers. Other scripts source this file.
# shellcheck shell=bash

three_free_ports() { # prints the first of three consecutive ports on which no process listens
  local first port
  while :; do
    first=$((20000 + RANDOM % 9000))
    for port in $first $((first + 1)) $((first + 2)); do
      ! tcp_open 127.0.0.1 "$port" 2>/dev/null || continue 2
    done
    echo "$first"
    return
  done
}

start_apiserver() { # FOLDER: leaves FOLDER/kubeconfig; the processes end with `stop_apiserver`
  local folder=$1 port
  port=$(three_free_ports)
  openssl genrsa -out "$folder/sa.key" 2048 2>/dev/null
  openssl rsa -in "$folder/sa.key" -pubout -out "$folder/sa.pub" 2>/dev/null
  echo 'admin,admin,admin,"system:masters"' >"$folder/tokens.csv"
  "$BIN/etcd" --data-dir "$folder/etcd" --unsafe-no-fsync --log-level warn --listen-client-urls "http://127.0.0.1:$port" \
    --advertise-client-urls "http://127.0.0.1:$port" --listen-peer-urls "http://127.0.0.1:$((port + 1))" >"$folder/etcd.log" 2>&1 &
  started=($!)
  "$BIN/kube-apiserver" --bind-address 127.0.0.1 --secure-port $((port + 2)) --cert-dir "$folder/certs" \
    --etcd-servers "http://127.0.0.1:$port" --endpoint-reconciler-type none --service-cluster-ip-range 10.0.0.0/16 \
    --authorization-mode RBAC --token-auth-file "$folder/tokens.csv" --disable-admission-plugins ServiceAccount \
    --service-account-issuer https://kubernetes.default.svc --service-account-key-file "$folder/sa.pub" \
    --service-account-signing-key-file "$folder/sa.key" >"$folder/apiserver.log" 2>&1 &
  started+=($!)
  cat >"$folder/kubeconfig" <<CONFIG
apiVersion: v1
kind: Config
clusters: [{name: local, cluster: {server: "https://127.0.0.1:$((port + 2))", insecure-skip-tls-verify: true}}]
users: [{name: admin, user: {token: admin}}]
contexts: [{name: local, context: {cluster: local, user: admin}}]
current-context: local
CONFIG
  export KUBECONFIG=$folder/kubeconfig
  wait_until 180 "$BIN/kubectl" get --raw /readyz && wait_until 120 "$BIN/kubectl" get namespace default ||
    { tail -n 20 "$folder"/*.log >&2; die "the API server did not start"; }
}

stop_apiserver() { kill "${started[@]}" 2>/dev/null || true; wait "${started[@]}" 2>/dev/null || true; }

# established FILE: whether the API server serves the CRDs of the file. Call it by `wait_until`: while the conditions of a new CRD are
# null, `kubectl wait` ends with an error.
established() { "$BIN/kubectl" wait --for=condition=Established --timeout=1s -f "$1"; }

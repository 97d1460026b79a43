# Starts the native cluster.
# shellcheck shell=bash

DAEMONS="etcd apiserver controller-manager scheduler containerd kubelet kube-proxy coredns"

native_is_healthy() {
  local name
  [[ $(provider) == native ]] || return 1
  for name in $DAEMONS; do alive "$name" || return 1; done
  ctr_ version >/dev/null 2>&1 && kubectl get --raw /readyz >/dev/null 2>&1 && node_is_ready
}

native_up() {
  check_machine
  install_packages
  "$CLUSTER_DIR/build" all 9>&-
  if [[ -d $STATE ]]; then
    info "A former cluster is not healthy or not complete; cleaning up before a fresh start"
    native_down
  fi
  mkdir -p "$STATE" "$LOGS" "$CONFIG"
  chmod 700 "$STATE"
  echo native >"$STATE/provider"
  check_ports
  step "Making certificates" make_certs
  step "Making the node's network ($NODE_LINK $NODE_IP, pods $POD_CIDR)" make_network
  render audit-policy.yaml "$CONFIG/audit-policy.yaml"
  step "Starting etcd and containerd" both start_etcd start_containerd
  step "Starting the API server ($API_URL)" start_apiserver
  step "Starting controllers, kubelet, service routing and DNS" start_node_and_controllers
  step "Waiting for the node, DNS and services" wait_for_node
}

# Runs two independent steps at once; if one of them fails, the whole step fails.
both() {
  "$1" &
  local first=$!
  "$2"
  wait "$first"
}

start_node_and_controllers() {
  start_controllers
  start_kubelet
  start_proxy
  start_dns
}

wait_for_node() {
  wait_ready kubelet 120 node_is_ready
  wait_ready controller-manager 30 kubectl get serviceaccount default
  wait_ready coredns 30 http_ok 127.0.0.1 "$DNS_READY_PORT" /ready
  wait_ready kube-proxy 30 tcp_open "$API_SERVICE_IP" 443
  wait_ready kube-proxy 30 tcp_open "$DNS_SERVICE_IP" 53
}

check_ports() {
  local port
  for port in $ETCD_PORT $ETCD_PEER_PORT $CONTROLLER_MANAGER_PORT $SCHEDULER_PORT $KUBELET_HEALTH_PORT \
    $PROXY_HEALTH_PORT $PROXY_METRICS_PORT $DNS_HEALTH_PORT $DNS_READY_PORT; do
    if tcp_open 127.0.0.1 "$port" 2>/dev/null; then
      die "port $port on loopback is taken by another program" "see which: ss -tlnp 'sport = :$port'"
    fi
  done
}

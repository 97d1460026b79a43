# containerd, kubelet and kube-proxy of the single node.
# shellcheck shell=bash

start_containerd() {
  # shellcheck disable=SC2034 # read by render
  SNAPSHOTTER=$(snapshotter)
  render containerd.toml "$CONFIG/containerd.toml"
  start containerd containerd --config "$CONFIG/containerd.toml"
  wait_ready containerd 30 ctr_ plugins list
  # A sandbox cannot start without its pause image, and there is no registry to pull one from.
  docker_archive "$STATE/pause.tar" "$PAUSE_IMAGE" "$(command -v catatonit)" /catatonit '["/catatonit","-P"]'
  import_image "$STATE/pause.tar"
}

# An overlay on an overlay cannot be mounted, so inside a container containerd copies layers.
snapshotter() { if [[ $(stat -f -c %T "$STATE") == overlayfs ]]; then echo native; else echo overlayfs; fi; }

ctr_() { ctr --address "$CONTAINERD_SOCKET" --namespace k8s.io "$@"; }

import_image() { ctr_ images import "$1" >/dev/null; }

make_cgroup() {
  local hierarchy
  if [[ -e /sys/fs/cgroup/cgroup.controllers ]]; then
    mkdir -p "/sys/fs/cgroup/$CGROUP"
    for hierarchy in /sys/fs/cgroup "/sys/fs/cgroup/$CGROUP"; do
      for controller in $(<"$hierarchy/cgroup.controllers"); do
        echo "+$controller" >"$hierarchy/cgroup.subtree_control" 2>/dev/null || true
      done
    done
  else
    for hierarchy in /sys/fs/cgroup/*/; do
      if [[ -e $hierarchy/cgroup.procs ]]; then mkdir -p "$hierarchy$CGROUP"; fi
    done
  fi
}

start_kubelet() {
  make_cgroup
  render kubelet.yaml "$CONFIG/kubelet.yaml"
  start kubelet "$BIN/kubelet" --config "$CONFIG/kubelet.yaml" --kubeconfig "$CERTS/kubelet.kubeconfig" \
    --root-dir "$STATE/kubelet" --hostname-override "$NODE_NAME" --node-ip "$NODE_IP"
}

start_proxy() {
  # shellcheck disable=SC2034 # read by render
  PROXY_MODE=$(proxy_mode)
  info "  service routing by kube-proxy in mode $PROXY_MODE"
  render kube-proxy.yaml "$CONFIG/kube-proxy.yaml"
  start kube-proxy "$BIN/kube-proxy" --config "$CONFIG/kube-proxy.yaml"
}

node_is_ready() {
  [[ $(kubectl get node "$NODE_NAME" -o jsonpath='{.status.conditions[?(@.type=="Ready")].status} {.spec.taints}') == "True " ]]
}

start_dns() {
  render Corefile "$CONFIG/Corefile"
  if grep -q '^nameserver' /etc/resolv.conf 2>/dev/null; then
    sed -i 's|^}|    forward . /etc/resolv.conf\n}|' "$CONFIG/Corefile"
  fi
  render dns.yaml "$CONFIG/dns.yaml"
  kubectl apply -f "$CONFIG/dns.yaml" >/dev/null
  start coredns "$BIN/coredns" -conf "$CONFIG/Corefile"
}

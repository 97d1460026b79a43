# Stops the native cluster and removes every trace except the binaries.
# shellcheck shell=bash

native_down() {
  local name
  STALE_FILES=()
  # The kubelet ends first, so that it restarts nothing. containerd ends last, because it ends the pods.
  for name in kubelet coredns kube-proxy scheduler controller-manager; do stop "$name"; done
  remove_pods
  stop containerd
  # SIGKILL is safe, because no data is kept. The API server would wait a minute for its watches.
  for name in apiserver etcd; do stop "$name" KILL; done
  remove_proxy_rules
  remove_network
  remove_mounts
  remove_cgroups
  remove_files
}

# Stops pods through containerd, and then the processes that are left in our cgroup or name our socket in a shim's arguments.
remove_pods() {
  local tasks pid bundle
  # A pod that ends without its kubelet leaves the socket of its shim and the files of its network plug-ins.
  for bundle in "$STATE"/containerd/state/io.containerd.runtime.v2.task/k8s.io/*/; do
    if [[ -f $bundle/address ]]; then
      STALE_FILES+=("$(sed 's|^unix://||' "$bundle/address")" /var/lib/cni/results/*-"$(basename "$bundle")"-*)
    fi
  done
  if alive containerd; then
    mapfile -t tasks < <(ctr_ tasks list --quiet 2>/dev/null)
    if ((${#tasks[@]})); then ctr_ tasks delete --force "${tasks[@]}" >/dev/null 2>&1 || true; fi
  fi
  for pid in $(our_pod_processes); do kill -KILL "$pid" 2>/dev/null || true; done
  wait_until 10 no_pod_processes || warn "pods' processes do not end: $(our_pod_processes | tr '\n' ' ')"
}

our_pod_processes() {
  local file
  find_cgroups | while read -r file; do cat "$file/cgroup.procs" 2>/dev/null || true; done
  grep -lsF "$CONTAINERD_SOCKET" /proc/[0-9]*/cmdline | xargs -r grep -lsF containerd-shim | cut -d/ -f3 || true
}

no_pod_processes() { [[ -z $(our_pod_processes) ]]; }

# The deepest cgroup comes first, in each hierarchy of cgroup v1 or in the single one of v2.
find_cgroups() {
  local top
  for top in /sys/fs/cgroup/"$CGROUP" /sys/fs/cgroup/*/"$CGROUP"; do
    if [[ -d $top ]]; then find "$top" -depth -type d; fi
  done
}

remove_cgroups() { find_cgroups | while read -r dir; do rmdir "$dir" 2>/dev/null || true; done; }

# In iptables mode the rules are in the system's tables. kube-proxy removes its own rules and the tables that it created.
remove_proxy_rules() {
  local table
  grep -qs '^mode: iptables' "$CONFIG/kube-proxy.yaml" && [[ -x $BIN/kube-proxy ]] || return 0
  "$BIN/kube-proxy" --cleanup --config "$CONFIG/kube-proxy.yaml" >>"$LOGS/kube-proxy.log" 2>&1 || true
  for table in {ip,ip6}\ {nat,filter,mangle}; do
    if ! grep -qsx "table $table" "$STATE/nft-tables"; then
      # shellcheck disable=SC2086
      nft delete table $table 2>/dev/null || true
    fi
  done
}

our_mounts() { awk -v prefix="$STATE/" 'index($5, prefix) == 1 { print $5 }' /proc/self/mountinfo | sort -r; }

remove_mounts() { our_mounts | while read -r mount; do umount --lazy "$mount" 2>/dev/null || true; done; }

remove_files() {
  local link
  for link in /var/log/containers/*; do
    if [[ $(readlink "$link") == "$STATE"/* ]]; then rm -f "$link"; fi
  done
  rm -f "${STALE_FILES[@]}"
  # Folders that the kubelet creates outside its root folder; rmdir keeps those that another kubelet uses.
  rm -f /var/lib/kubelet/device-plugins/kubelet.sock
  rmdir /var/lib/kubelet/device-plugins /var/lib/kubelet /var/log/containers /var/lib/cni/results /var/lib/cni \
    /run/containerd/s /run/containerd 2>/dev/null || true
  rm -rf --one-file-system "$STATE"
}

# Prints everything that native_down should have removed.
remnants() {
  our_pod_processes | sed 's/^/process /'
  our_mounts | sed 's/^/mount /'
  find_cgroups | sed 's/^/cgroup /'
  if [[ -e /sys/class/net/$NODE_LINK ]]; then echo "link $NODE_LINK"; fi
  nft list tables 2>/dev/null | grep -E " ($NFT_TABLE|kube-proxy)$" || true
  if [[ -e $STATE ]]; then echo "folder $STATE"; fi
}

# The node's address, forwarding, masquerading and the pods' network.
# shellcheck shell=bash

# sysctls that the cluster or its kubelet change; remove_network restores them.
TOUCHED_SYSCTLS="net/ipv4/ip_forward vm/overcommit_memory kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys kernel/keys/root_maxbytes"

make_network() {
  local key owner
  if [[ -e /sys/class/net/$NODE_LINK ]]; then
    owner=$(cat "/sys/class/net/$NODE_LINK/ifalias")
    [[ $owner == "$STATE" ]] || die "the link $NODE_LINK belongs to another cluster (${owner:-unknown})" \
      "take that one down first: CRM_E2E_CACHE=$(dirname "${owner:-?}") $CLUSTER_DIR/down"
  fi
  for key in $TOUCHED_SYSCTLS; do
    if [[ -r /proc/sys/$key ]]; then echo "$key $(cat "/proc/sys/$key")"; fi
  done >"$STATE/sysctls"
  nft list tables >"$STATE/nft-tables" 2>/dev/null || true
  # The link is a bridge, because not every kernel has the dummy type, and a kubelet refuses a loopback address.
  ip link add "$NODE_LINK" type bridge || die "cannot create a bridge" "the kernel needs the module 'bridge'"
  ip link set "$NODE_LINK" alias "$STATE"
  ip address add "$NODE_IP/24" dev "$NODE_LINK"
  ip link set "$NODE_LINK" up
  echo 1 >/proc/sys/net/ipv4/ip_forward
  render cni.conflist "$CONFIG/cni/10-crm-e2e.conflist"
  nft -f - <<EOF || die "nft refuses a masquerading rule" "the kernel needs nf_tables with nat (modules nf_tables, nft_masq, nft_chain_nat)"
table ip $NFT_TABLE {
  chain postrouting {
    type nat hook postrouting priority srcnat + 10; policy accept;
    ip saddr $POD_CIDR ip daddr != { $POD_CIDR, $SERVICE_CIDR, $NODE_IP/24 } masquerade
  }
}
EOF
}

remove_network() {
  local key value owned=no
  if [[ -e /sys/class/net/$NODE_LINK && $(cat "/sys/class/net/$NODE_LINK/ifalias") == "$STATE" ]]; then
    owned=yes
    ip link delete "$NODE_LINK"
  fi
  if [[ $owned == yes || -f $STATE/sysctls ]]; then
    nft delete table ip "$NFT_TABLE" 2>/dev/null || true
    for family in ip ip6; do nft delete table "$family" kube-proxy 2>/dev/null || true; done
  fi
  if [[ -f $STATE/sysctls ]]; then
    while read -r key value; do
      if [[ $(cat "/proc/sys/$key") != "$value" ]]; then echo "$value" >"/proc/sys/$key"; fi
    done <"$STATE/sysctls"
  fi
}

# nftables if kernel and tool have the features that kube-proxy needs, otherwise iptables.
proxy_mode() {
  local try='table ip crm-e2e-probe {
    map services { type ipv4_addr . inet_proto . inet_service : verdict; }
    chain masq { meta mark set mark or 0x4000; }
    chain endpoint { ip saddr 127.0.0.1 jump masq; meta l4proto tcp dnat to 127.0.0.1:1; }
    chain service { numgen random mod 2 vmap { 0 : goto endpoint, 1 : goto endpoint }; }
    chain nat {
      type nat hook prerouting priority dstnat;
      fib daddr type local ip daddr . meta l4proto . th dport vmap @services
    }
  }'
  if nft --check -f - <<<"$try" 2>"$LOGS/nft-probe.log"; then
    echo nftables
  else
    echo iptables
  fi
}

# Names, addresses and ports of the native cluster.
# shellcheck shell=bash disable=SC2034
NODE_NAME=crm-e2e
NODE_LINK=crm-e2e0
NODE_IP=10.245.0.1
POD_CIDR=10.244.0.0/16
SERVICE_CIDR=10.96.0.0/16
API_SERVICE_IP=10.96.0.1
DNS_SERVICE_IP=10.96.0.10
CLUSTER_DOMAIN=cluster.local
PAUSE_IMAGE=localhost/crm-e2e/pause:1

# Unusual ports and addresses of our own, because tests run other control planes on this machine.
API_PORT=16443
ETCD_PORT=12379
ETCD_PEER_PORT=12380
CONTROLLER_MANAGER_PORT=20257
SCHEDULER_PORT=20259
KUBELET_PORT=20250
KUBELET_HEALTH_PORT=20248
PROXY_HEALTH_PORT=20256
PROXY_METRICS_PORT=20249
DNS_PORT=10053
DNS_HEALTH_PORT=20080
DNS_READY_PORT=20181
API_URL=https://$NODE_IP:$API_PORT

CERTS=$STATE/certs
LOGS=$STATE/logs
CONFIG=$STATE/config
CONTAINERD_SOCKET=$STATE/containerd/containerd.sock
CNI_NETWORK=crm-e2e
NFT_TABLE=crm-e2e
# Pods run in a cgroup of our own, so the scripts may stop every process in it.
CGROUP=crm-e2e

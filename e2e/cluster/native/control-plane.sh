# etcd, API server, controller manager, scheduler.
# shellcheck shell=bash

start_etcd() {
  # No fsync, because a test cluster may lose its data when the machine fails.
  start etcd "$BIN/etcd" --name crm-e2e --data-dir "$STATE/etcd" --unsafe-no-fsync --log-level warn \
    --listen-client-urls "http://127.0.0.1:$ETCD_PORT" --advertise-client-urls "http://127.0.0.1:$ETCD_PORT" \
    --listen-peer-urls "http://127.0.0.1:$ETCD_PEER_PORT" --initial-advertise-peer-urls "http://127.0.0.1:$ETCD_PEER_PORT" \
    --initial-cluster "crm-e2e=http://127.0.0.1:$ETCD_PEER_PORT"
  wait_ready etcd 30 http_ok 127.0.0.1 "$ETCD_PORT" /health
}

start_apiserver() {
  # A test uses MutatingAdmissionPolicy, which is off by default in this minor, as the injector of a service mesh.
  start apiserver "$BIN/kube-apiserver" --bind-address "$NODE_IP" --advertise-address "$NODE_IP" --secure-port "$API_PORT" \
    --etcd-servers "http://127.0.0.1:$ETCD_PORT" --service-cluster-ip-range "$SERVICE_CIDR" \
    --authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction --allow-privileged=true \
    --client-ca-file "$CERTS/ca.crt" --tls-cert-file "$CERTS/apiserver.crt" --tls-private-key-file "$CERTS/apiserver.key" \
    --kubelet-certificate-authority "$CERTS/ca.crt" --kubelet-client-certificate "$CERTS/apiserver-kubelet-client.crt" \
    --kubelet-client-key "$CERTS/apiserver-kubelet-client.key" --kubelet-preferred-address-types InternalIP \
    --service-account-issuer "https://kubernetes.default.svc.$CLUSTER_DOMAIN" \
    --service-account-key-file "$CERTS/service-account.pub" --service-account-signing-key-file "$CERTS/service-account.key" \
    --audit-policy-file "$CONFIG/audit-policy.yaml" --audit-log-path "$STATE/audit.log" --audit-log-mode batch \
    --audit-log-maxsize 200 --audit-log-maxbackup 2 \
    --feature-gates MutatingAdmissionPolicy=true --runtime-config admissionregistration.k8s.io/v1beta1=true
  wait_ready apiserver 120 kubectl get --raw /readyz
}

start_controllers() {
  start controller-manager "$BIN/kube-controller-manager" --bind-address 127.0.0.1 --secure-port "$CONTROLLER_MANAGER_PORT" \
    --kubeconfig "$CERTS/controller-manager.kubeconfig" --leader-elect=false --use-service-account-credentials \
    --flex-volume-plugin-dir "$STATE/kubelet-plugins" \
    --authentication-kubeconfig "$CERTS/controller-manager.kubeconfig" --authorization-kubeconfig "$CERTS/controller-manager.kubeconfig" \
    --service-account-private-key-file "$CERTS/service-account.key" --root-ca-file "$CERTS/ca.crt" \
    --cluster-signing-cert-file "$CERTS/ca.crt" --cluster-signing-key-file "$CERTS/ca.key"
  start scheduler "$BIN/kube-scheduler" --bind-address 127.0.0.1 --secure-port "$SCHEDULER_PORT" \
    --kubeconfig "$CERTS/scheduler.kubeconfig" --leader-elect=false \
    --authentication-kubeconfig "$CERTS/scheduler.kubeconfig" --authorization-kubeconfig "$CERTS/scheduler.kubeconfig"
}

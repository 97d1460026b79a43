# The cluster's certificate authority, certificates and kubeconfigs; valid for a year, and deleted with the cluster.
# shellcheck shell=bash

make_certs() {
  (
    umask 077
    mkdir -p "$CERTS"
    cd "$CERTS"
    new_key ca
    openssl req -x509 -new -key ca.key -subj /CN=crm-e2e-ca -days 365 -out ca.crt \
      -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign,digitalSignature
    new_key service-account
    openssl pkey -in service-account.key -pubout -out service-account.pub
    certificate apiserver /CN=kube-apiserver serverAuth \
      "DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.$CLUSTER_DOMAIN,DNS:localhost,IP:$API_SERVICE_IP,IP:$NODE_IP,IP:127.0.0.1"
    certificate kubelet-server "/O=system:nodes/CN=system:node:$NODE_NAME" serverAuth "DNS:$NODE_NAME,IP:$NODE_IP"
    certificate apiserver-kubelet-client /O=system:masters/CN=kube-apiserver-kubelet-client clientAuth
    client admin /O=system:masters/CN=kubernetes-admin
    client controller-manager /CN=system:kube-controller-manager
    client scheduler /CN=system:kube-scheduler
    client kubelet "/O=system:nodes/CN=system:node:$NODE_NAME"
    client kube-proxy /CN=system:kube-proxy
    client coredns /CN=system:coredns
  ) 2>"$STATE/certs.log" || die "openssl failed" "its output: $STATE/certs.log"
  install -m 600 "$CERTS/admin.kubeconfig" "$KUBECONFIG_FILE"
}

# Keys in SEC 1 form ("BEGIN EC PRIVATE KEY"): Java's Kubernetes client reads every PKCS #8 key as an RSA key.
new_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }

# certificate NAME SUBJECT USAGE [ALT-NAMES]
certificate() {
  local extensions="extendedKeyUsage=$3"
  if [[ -n ${4:-} ]]; then extensions+=$'\n'"subjectAltName=$4"; fi
  new_key "$1"
  openssl req -new -key "$1.key" -subj "$2" |
    openssl x509 -req -CA ca.crt -CAkey ca.key -set_serial "0x$(openssl rand -hex 16)" -days 365 -out "$1.crt" \
      -extfile <(printf 'basicConstraints=CA:FALSE\nkeyUsage=digitalSignature\n%s\n' "$extensions")
}

# client NAME SUBJECT: a client certificate and the kubeconfig around it.
client() {
  certificate "$1" "$2" clientAuth
  cat >"$1.kubeconfig" <<EOF
apiVersion: v1
kind: Config
clusters:
- name: crm-e2e
  cluster: {server: "$API_URL", certificate-authority-data: $(base64 -w0 <ca.crt)}
users:
- name: $1
  user: {client-certificate-data: $(base64 -w0 <"$1.crt"), client-key-data: $(base64 -w0 <"$1.key")}
contexts:
- name: crm-e2e
  context: {cluster: crm-e2e, user: $1}
current-context: crm-e2e
EOF
}

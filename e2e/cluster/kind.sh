# The cluster in kind, which needs a Docker daemon.
# shellcheck shell=bash

KIND_CLUSTER=crm-e2e

kind_is_usable() { have kind && have docker && timeout 5 docker info >/dev/null 2>&1; }

# Prints the provider that `up` uses.
next_provider() {
  local up
  up=$(provider)
  if [[ -n $up ]]; then echo "$up"; elif kind_is_usable; then echo kind; else echo native; fi
}

# Builds the programs that this provider needs: a kind cluster and a context have their own kubelet. The images' training and the
# integration tests need the control plane with every provider.
build_programs() {
  if [[ $(next_provider) == native ]]; then
    # The control plane comes first: the tests and the operator's image need it alone.
    "$CLUSTER_DIR/build" control-plane
    "$CLUSTER_DIR/build" all
  else
    "$CLUSTER_DIR/build" control-plane
    "$CLUSTER_DIR/build" clients
  fi
}

kind_is_healthy() { [[ $(provider) == kind ]] && kubectl get --raw /readyz >/dev/null 2>&1; }

kind_up() {
  "$CLUSTER_DIR/build" clients 9>&-
  mkdir -p "$STATE"
  echo kind >"$STATE/provider"
  kind delete cluster --name "$KIND_CLUSTER" --kubeconfig "$KUBECONFIG_FILE" >/dev/null 2>&1 || true
  local image=()
  if [[ -n ${CRM_E2E_KIND_IMAGE:-} ]]; then image=(--image "$CRM_E2E_KIND_IMAGE"); fi
  step "Creating a kind cluster" kind create cluster --name "$KIND_CLUSTER" --kubeconfig "$KUBECONFIG_FILE" --wait 120s "${image[@]}"
  chmod 600 "$KUBECONFIG_FILE"
}

kind_down() {
  kind delete cluster --name "$KIND_CLUSTER" --kubeconfig "$KUBECONFIG_FILE"
  rm -rf "$STATE"
}

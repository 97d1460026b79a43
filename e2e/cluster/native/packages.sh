# Checks the machine and installs the Debian packages that are missing.
# shellcheck shell=bash

CNI_BIN=/usr/lib/cni
POLICY=/usr/sbin/policy-rc.d # asked by package scripts before they start a service

# A file or command that proves the package, and the package.
REQUIRED="containerd=containerd containerd-shim-runc-v2=containerd ctr=containerd runc=runc
  $CNI_BIN/ptp=containernetworking-plugins $CNI_BIN/loopback=containernetworking-plugins
  nft=nftables ip=iproute2 catatonit=catatonit openssl=openssl setsid=util-linux mount=mount tar=tar"

missing_packages() {
  local pair
  for pair in $REQUIRED; do
    if ! have "${pair%%=*}"; then echo "${pair#*=}"; fi
  done | sort -u
}

check_machine() {
  [[ $(uname -s) == Linux ]] || die "a cluster without Docker needs Linux" \
    "start Docker and install kind, or name an existing context: CRM_E2E_CONTEXT=<name>"
  ((EUID == 0)) || die "a cluster without Docker needs root" \
    "run as root (sudo -E), or start Docker and install kind, or set CRM_E2E_CONTEXT=<context>"
  [[ -e /sys/fs/cgroup/cgroup.controllers || -d /sys/fs/cgroup/memory ]] ||
    die "no cgroup with a memory controller is mounted below /sys/fs/cgroup" "boot with cgroup_enable=memory"
  ((${#CONTAINERD_SOCKET} < 90)) || die "the path $STATE is too long for a unix socket" "set CRM_E2E_CACHE to a shorter one"
}

install_packages() {
  local missing
  missing=$(missing_packages | paste -sd ' ')
  [[ -n $missing ]] || return 0
  have apt-get || die "missing: $missing" "this is no Debian with apt-get; install these by your own package manager"
  step "Installing Debian packages: $missing" apt_install "$missing"
}

# need PROGRAM PACKAGE: installs the package when the program is missing.
need() {
  if have "$1"; then return; fi
  ((EUID == 0)) && have apt-get || die "$1 is missing" "install it, as in: sudo apt-get install --no-install-recommends $2"
  step "Installing Debian package: $2" apt_install "$2"
}

# Keeps the package from starting or enabling its service: the cluster runs a containerd of its own.
apt_install() {
  local had_containerd=no made_policy=no
  if have containerd; then had_containerd=yes; fi
  if [[ ! -e $POLICY ]]; then
    trap 'rm -f "$POLICY"' EXIT
    made_policy=yes
    printf '#!/bin/sh\nexit 101\n' >$POLICY
    chmod +x $POLICY
  fi
  # shellcheck disable=SC2086
  apt_get install $1 || { apt_get update && apt_get install $1; } ||
    die "apt-get could not install: $1" "run: apt-get update && apt-get install $1"
  if [[ $had_containerd == no && -d /run/systemd/system ]]; then systemctl disable --now containerd 2>/dev/null || true; fi
  if [[ $made_policy == yes ]]; then
    rm -f $POLICY
    trap - EXIT
  fi
}

apt_get() {
  local log=$CACHE/apt.log
  DEBIAN_FRONTEND=noninteractive apt-get -y -qq --no-install-recommends "$@" >>"$log" 2>&1 9>&-
}

# What sessions need before they can run: the engines from Debian's archive, and images that are made here. For `run` and tests/bench/engines.
# shellcheck shell=bash
# shellcheck disable=SC2154 # top and work are the caller's

needs=(
    podman:podman conmon:conmon buildah:buildah /usr/lib/podman/netavark:netavark iptables:iptables catatonit:catatonit
    containerd:containerd ctr:containerd runc:runc /usr/lib/cni/bridge:containernetworking-plugins
    /usr/lib/python3/dist-packages/grpc:python3-grpcio /usr/lib/python3/dist-packages/google/protobuf:python3-protobuf
    /usr/bin/python3:python3 jq:jq busybox:busybox-static ip:iproute2 gcc:gcc /usr/include/stdlib.h:libc6-dev script:bsdutils
)

install_packages() {
    local need missing=()
    for need in "${needs[@]}"; do
        command -v "${need%%:*}" >/dev/null 2>&1 || [ -e "${need%%:*}" ] || missing+=("${need#*:}")
    done
    [ "${#missing[@]}" != 0 ] || return 0
    export DEBIAN_FRONTEND=noninteractive
    # no maintainer script may start a daemon on this machine
    printf '#!/bin/sh\nexit 101\n' >"$work/policy"
    [ -e /usr/sbin/policy-rc.d ] || install -m 755 "$work/policy" /usr/sbin/policy-rc.d
    local install=(apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends "${missing[@]}")
    "${install[@]}" </dev/null || { apt-get update && "${install[@]}" </dev/null; }
    local status=$?
    ! cmp -s "$work/policy" /usr/sbin/policy-rc.d || rm /usr/sbin/policy-rc.d
    return "$status"
}

# The images of all sessions, made here: busybox and a static pause.
make_images() {
    local rootfs
    rootfs=$("$top/tests/lib/rootfs" busybox) || return
    mkdir -p "$work/pause" "$work/images"
    gcc -Os -static -o "$work/pause/pause" "$top/tests/engines/pause.c" || return
    tar -C "$rootfs" -c . >"$work/images/busybox.layer" || return
    tar -C "$work/pause" -c . >"$work/images/pause.layer" || return
    /usr/bin/python3 "$top/tests/engines/make-image" "$work/images/busybox.layer" localhost/busybox:1 sh >"$work/images/busybox.tar" || return
    /usr/bin/python3 "$top/tests/engines/make-image" "$work/images/pause.layer" localhost/pause:1 /pause >"$work/images/pause.tar"
}

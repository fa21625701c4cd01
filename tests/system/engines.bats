#!/usr/bin/env bats
# The config.json files of real engines (podman, containerd's CRI), run after only their host paths were adapted, from a busybox and from a Debian.
load ../lib/corun

# engine NAME [JQ]: the bundle of that file; every bind source becomes a file or directory of ours, joined namespaces the pause container's or new.
engine() {
    mkdir -p "$BUNDLE" "$ROOT/host/shm"
    [ -d "$BUNDLE/rootfs" ] || cp -a "$BUSYBOX" "$BUNDLE/rootfs"
    printf '#!/bin/sh\nexec sleep 1000\n' >"$BUNDLE/rootfs/pause"
    chmod +x "$BUNDLE/rootfs/pause"
    touch "$BUNDLE/rootfs/run/.containerenv"
    for name in resolv.conf hosts hostname .containerenv; do
        echo "$name of the engine" >"$ROOT/host/$name"
    done
    jq --arg host "$ROOT/host" --arg id "$ID" --arg founder "${FOUNDER-}" "
        .process.env += [\"CORUN_TEST=\" + \$id]
        | .root.path = \"rootfs\"
        | .linux.cgroupsPath = \"/\" + \$id + \"-engine/\" + (.linux.cgroupsPath | split(\"/\") | last | .[0:20])
        | .mounts |= map(if .type == \"bind\" then .source = \$host + \"/\" + (.source | split(\"/\") | last) else . end)
        | .linux.namespaces |= map(if .path and \$founder != \"\" then .path |= \"/proc/\" + \$founder + \"/ns/\" + (split(\"/\") | last | if startswith(\"netns\") or startswith(\"cni\") then \"net\" else . end)
                                   else {type} end)
        | ${2:-.}" "$BATS_TEST_DIRNAME/engines/$1.json" >"$BUNDLE/config.json"
}

teardown() {
    corun_teardown
    rmdir /sys/fs/cgroup/*/"$ID-engine" 2>/dev/null || true
}

# The engine makes the parent cgroup and removes it; leftovers() would take it for ours.
clean_parent() {
    corun delete --force "$ID"
    corun delete --force "$ID-2"
    rmdir /sys/fs/cgroup/*/"$ID-engine" 2>/dev/null || true
}

pod() {
    engine "$1"
    corun create --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>&1 3>&-
    corun start "$ID"
    FOUNDER=$(pid_of "$ID")
    engine "$2" '.process.args = ["sh", "-c", "cat /etc/hosts; cat /etc/resolv.conf; id -u; readlink /proc/self/ns/net; ls /dev/shm | wc -l; grep -E \"^(Cap|Seccomp:)\" /proc/self/status"]'
    attempt corun run --bundle "$BUNDLE" "$ID-2"
    founder_net=$(readlink "/proc/$FOUNDER/ns/net")
    clean_parent
}

@test "podman: an infra container and a member" {
    pod podman-infra podman-member
    assert_equal "$status" 0
    assert_output 'hosts of the engine'
    assert_output 'resolv.conf of the engine'
    [[ $output == *"$founder_net"* ]]
    assert_output $'CapEff:\t00000000a80425fb|CapEff:\t00000000a82425fb|CapEff:\t00000000'
    assert_output $'Seccomp:\t2'
}

@test "containerd: a sandbox and a member" {
    pod containerd-cri-sandbox containerd-cri-member
    assert_equal "$status" 0
    assert_output 'hosts of the engine'
    [[ $output == *"$founder_net"* ]]
}

@test "containerd: a member without a pause container" {
    engine containerd-cri-member-pauseless '.process.args = ["sh", "-c", "cat /proc/self/oom_score_adj; id -G"]'
    attempt corun run --bundle "$BUNDLE" "$ID"
    clean_parent
    assert_equal "$status" 0
    assert_equal "$output" $'1000\n0'
}

@test "containerd: limits and sysctls are in place" {
    engine containerd-cri-sandbox '.process.args = ["sleep", "1000"]'
    corun create --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>&1 3>&-
    corun start "$ID"
    pid=$(pid_of "$ID")
    port=$(nsenter -t "$pid" -n -m cat /proc/sys/net/ipv4/ip_unprivileged_port_start)
    user=$(awk '/^Uid:/ { print $2 }' "/proc/$pid/status")
    clean_parent
    assert_equal "$port" 0
    assert_equal "$user" 65535
}

@test "a Debian: its programs run, with a user of its own" {
    [ ! -e /vm/command ] || skip "no archive in the virtual machine"
    debian=$("$LIB/rootfs" debian)
    bundle
    jq --arg debian "$debian" '.root = {path: $debian, readonly: true} | .process.user = {uid: 1, gid: 1}
        | .process.args = ["bash", "-c", ". /etc/os-release; echo $VERSION_CODENAME; whoami; perl -e \"print 6*7\""]
        | .mounts += [{destination: "/tmp", type: "tmpfs", source: "tmpfs"}]' "$BUNDLE/config.json" >"$ROOT/config" || return
    mv "$ROOT/config" "$BUNDLE/config.json"
    run -0 corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$output" $'bookworm\ndaemon\n42'
}

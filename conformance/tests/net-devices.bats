#!/usr/bin/env bats
# linux.netDevices (config-linux.md#network-devices). The runtime runs in a network namespace of the test's own, which stands for the host's.
load ../../tests/lib/corun

setup() {
    corun_setup
    [ "$(basename "$CORUN")" != runc ] || skip "runc differs: 1.1.5 has none"
    ip netns add "$ID"
    ip -n "$ID" link set lo up
    ip -n "$ID" link add dev0 type veth peer name dev0peer
}

teardown() {
    ip netns delete "$ID" 2>/dev/null || true
    corun_teardown
}

# with_devices NETDEVICES PROGRAM...: runs the program in a container
with_devices() {
    bundle ".linux.netDevices = $1 | ${FILTER:-.}" "${@:2}"
    nsenter --net="/run/netns/$ID" "$CORUN" --root "$STATE" run --bundle "$BUNDLE" "$ID"
}

on_host() { ip -n "$ID" -o link show "$1" 2>/dev/null; }

@test "netDevices: the device is in the container, up, and no longer on the host" {
    run -0 with_devices '{dev0: {}}' ip -o link show dev0
    assert_output '[<,]UP[,>]'
    run -0 with_devices '{dev0peer: {}}' true || true
    run ip -n "$ID" -o link show dev0
    [ "$status" != 0 ]
}

@test "netDevices: renamed" {
    run -0 with_devices '{dev0: {name: "eth7"}}' ip -o link
    assert_output ' eth7[@:]'
    refute_output ' dev0[@:]'
}

@test "netDevices: a device that is not there is refused" {
    refused nosuchdev with_devices '{nosuchdev: {}}' true
    nothing_left
}

@test "netDevices: without a network namespace of its own it is refused" {
    FILTER='.linux.namespaces |= map(select(.type != "network"))' refused 'netDevices|network|dev0' with_devices '{dev0: {name: "x0"}}' true
    on_host dev0
    nothing_left
}

@test "netDevices: a name that exists in the container is refused" {
    refused 'lo|exist' with_devices '{dev0: {name: "lo"}}' true
    on_host dev0
    nothing_left
}

@test "netDevices: when one device is in the way, none is moved" {
    refused 'lo|exist' with_devices '{dev0: {name: "first"}, dev0peer: {name: "lo"}}' true
    on_host dev0
    on_host dev0peer
    nothing_left
}

@test "netDevices: a template gets a unique name" {
    ip netns add "$ID-target"
    ip -n "$ID-target" link add eth0 type veth peer name other
    FILTER=".linux.namespaces |= map(if .type == \"network\" then .path = \"/run/netns/$ID-target\" else . end)" \
        run with_devices '{dev0: {name: "eth%d"}}' ip -o link
    ip netns delete "$ID-target"
    assert_equal "$status" 0
    assert_output ' eth0[@:]'
    assert_output ' eth1[@:]'
    refute_output 'dev0@'
}

@test "netDevices: attributes and global permanent addresses are kept, others are not" {
    ip -n "$ID" link set dev0 address 02:00:00:00:00:77 mtu 1400
    ip -n "$ID" addr add 192.0.2.5/24 dev dev0
    ip -n "$ID" addr add 2001:db8::5/64 dev dev0 nodad
    ip -n "$ID" addr add 192.0.2.99/24 dev dev0 valid_lft 500 preferred_lft 400
    ip -n "$ID" addr add 169.254.7.7/16 dev dev0 scope link
    ip -n "$ID" link set dev0 up
    run -0 with_devices '{dev0: {name: "eth0"}}' ip addr show eth0
    assert_output 'mtu 1400'
    assert_output '02:00:00:00:00:77'
    assert_output 'inet 192.0.2.5/24 .*global'
    assert_output 'inet6 2001:db8::5/64 .*global'
    refute_output '192.0.2.99'
    refute_output '169.254.7.7'
}

@test "netDevices: what the container does with its device is its own business, and nothing is moved back" {
    bundle '.linux.netDevices = {dev0: {}} | .process.capabilities |= map_values(. + ["CAP_NET_ADMIN"])' \
        sh -c 'ip link set dev0 down; ip addr add 198.51.100.1/24 dev dev0; touch /ready; sleep 1000'
    nsenter --net="/run/netns/$ID" "$CORUN" --root "$STATE" run --bundle "$BUNDLE" --detach "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    wait_for_file "$BUNDLE/rootfs/ready"
    pid=$(pid_of "$ID")
    corun state "$ID" >"$ROOT/state.json"
    output=$(nsenter --net="/proc/$pid/ns/net" ip addr show dev0)
    refute_output '[<,]UP[,>]'
    assert_output 198.51.100.1
    # the namespace outlives the container here: the device must still be in it, not be moved out
    touch "$ROOT/keep"
    mount --bind "/proc/$pid/ns/net" "$ROOT/keep"
    corun delete --force "$ID"
    run nsenter --net="$ROOT/keep" ip -o link show dev0
    umount "$ROOT/keep"
    assert_equal "$status" 0
    [ -z "$(on_host dev0)" ]
}

#!/usr/bin/env bats
# Sysctls (config-linux.md#sysctl): those of a namespace that is the container's own, and no others.
load ../lib/corun

@test "sysctl: of the network, ipc and uts namespaces" {
    run -0 contained '.linux.sysctl = {"net.ipv4.ip_forward": "1", "kernel.msgmax": "12345", "fs.mqueue.msg_max": "42", "net.ipv4.ping_group_range": "0 100"}' \
        sh -c 'cd /proc/sys; cat net/ipv4/ip_forward kernel/msgmax fs/mqueue/msg_max net/ipv4/ping_group_range'
    assert_equal "$output" $'1\n12345\n42\n0\t100'
}

@test "sysctl: with slashes instead of dots" {
    run -0 contained '.linux.sysctl = {"net/ipv4/ip_forward": "1"}' cat /proc/sys/net/ipv4/ip_forward
    assert_equal "$output" 1
}

@test "sysctl: the host's value does not change" {
    before=$(cat /proc/sys/kernel/msgmax)
    contained '.linux.sysctl = {"kernel.msgmax": "4321"}' true
    assert_equal "$(cat /proc/sys/kernel/msgmax)" "$before"
}

@test "sysctl: one of the whole machine is refused" {
    for name in kernel.core_pattern vm.swappiness kernel.panic fs.file-max; do
        bundle ".linux.sysctl = {\"$name\": \"1\"}"
        before=$(sysctl -n "$name")
        refused "$name" corun run --bundle "$BUNDLE" "$ID"
        assert_equal "$(sysctl -n "$name")" "$before"
    done
    nothing_left
}

@test "sysctl: refused when the namespace is not the container's own" {
    bundle '.linux.sysctl = {"kernel.msgmax": "4321"} | .linux.namespaces |= map(select(.type != "ipc")) | .mounts |= map(select(.type != "mqueue"))'
    refused 'kernel.msgmax' corun run --bundle "$BUNDLE" "$ID"
    bundle '.linux.sysctl = {"net.ipv4.ip_forward": "1"} | .linux.namespaces |= map(select(.type != "network")) | .mounts |= map(select(.type != "sysfs"))'
    refused 'net.ipv4.ip_forward' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "sysctl: a path out of /proc/sys is refused" {
    for name in net/../../self/comm net.ipv4/../../../sysrq-trigger 'net..x' 'net.'; do
        bundle ".linux.sysctl = {\"$name\": \"1\"}"
        refused 'net' corun run --bundle "$BUNDLE" "$ID"
    done
    nothing_left
}

@test "sysctl: a name that the kernel does not know is refused" {
    bundle '.linux.sysctl = {"net.no.such": "1"}'
    refused 'net.no.such' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "sysctl: a value that the kernel refuses" {
    bundle '.linux.sysctl = {"net.ipv4.ip_forward": "many"}'
    refused 'net.ipv4.ip_forward' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

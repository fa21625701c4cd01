#!/usr/bin/env bats
# Namespaces: new ones, the runtime's own where none is asked for, and existing ones by path (config-linux.md#namespaces).
load ../lib/corun

without() { printf '.linux.namespaces |= map(select(.type != "%s"))' "$1"; }
by_path() { printf '.linux.namespaces |= map(if .type == "%s" then .path = "%s" else . end)' "$1" "$2"; }
ours() { readlink "/proc/$1/ns/$2"; }

@test "namespaces: the template's are new" {
    start_sleeper
    pid=$(pid_of "$ID")
    for kind in pid net ipc uts mnt; do
        [ "$(ours "$pid" "$kind")" != "$(ours self "$kind")" ]
    done
}

@test "namespaces: a kind that is not listed is the runtime's own" {
    local type kind
    for type in network:net ipc:ipc uts:uts:; do
        IFS=: read -r type kind _ <<<"$type"
        bundle "$(without "$type") | if \$id == \$id and \"$type\" == \"uts\" then del(.hostname) else . end" \
            readlink "/proc/self/ns/$kind"
        edit 'if any(.linux.namespaces[]; .type == "network") then . else .mounts |= map(select(.type != "sysfs")) end
              | if any(.linux.namespaces[]; .type == "ipc") then . else .mounts |= map(select(.type != "mqueue")) end'
        run -0 corun run --bundle "$BUNDLE" "$ID"
        assert_equal "$output" "$(ours self "$kind")"
    done
}

@test "namespaces: the program is process 1 of its pid namespace" {
    run -0 contained . sh -c 'echo $$'
    assert_equal "$output" 1
}

@test "namespaces: cgroup" {
    bundle '.linux.namespaces |= map(select(.type != "cgroup")) + [{type: "cgroup"}]' cat /proc/self/cgroup
    run -0 corun run --bundle "$BUNDLE" "$ID"
    refute_output "$ID"
    assert_output 'memory:/|^0::/$'
}

@test "namespaces: without a cgroup namespace the host's path shows" {
    bundle "$(without cgroup)" cat /proc/self/cgroup
    run -0 corun run --bundle "$BUNDLE" "$ID"
    assert_output "$ID"
}

@test "namespaces: joined by path, and really the same" {
    start_sleeper
    pid=$(pid_of "$ID")
    bundle "$(by_path network "/proc/$pid/ns/net") | $(by_path ipc "/proc/$pid/ns/ipc") | $(by_path uts "/proc/$pid/ns/uts") | del(.hostname)" \
        sh -c 'for kind in net ipc uts; do readlink /proc/self/ns/$kind; done'
    run -0 corun run --bundle "$BUNDLE" "$ID-2"
    assert_equal "$output" "$(ours "$pid" net)
$(ours "$pid" ipc)
$(ours "$pid" uts)"
}

@test "namespaces: a shared pid namespace shows the other's processes" {
    start_sleeper
    pid=$(pid_of "$ID")
    bundle "$(by_path pid "/proc/$pid/ns/pid")" sh -c 'readlink /proc/self/ns/pid; cat /proc/1/cmdline | tr "\0" " "'
    run -0 corun run --bundle "$BUNDLE" "$ID-2"
    assert_output "$(ours "$pid" pid | sed 's/\[/\\[/; s/\]/\\]/')"
    assert_output 'sleep 1000'
}

@test "namespaces: a network namespace of ip netns" {
    ip netns add "$ID"
    bundle "$(by_path network "/run/netns/$ID")" readlink /proc/self/ns/net
    attempt corun run --bundle "$BUNDLE" "$ID"
    expected="net:[$(stat -L -c %i "/run/netns/$ID")]"
    ip netns delete "$ID"
    assert_equal "$status" 0
    assert_equal "$output" "$expected"
}

@test "namespaces: loopback is up in a new network namespace" {
    run -0 contained . sh -c 'ip addr show lo | grep inet; ping -c 1 -W 1 127.0.0.1 >/dev/null || cat /sys/class/net/lo/flags'
    assert_output 127.0.0.1
}

@test "namespaces: loopback of a joined network namespace is left alone" {
    ip netns add "$ID"
    bundle "$(by_path network "/run/netns/$ID")" ip addr show lo
    attempt corun run --bundle "$BUNDLE" "$ID"
    ip netns delete "$ID"
    assert_equal "$status" 0
    refute_output 127.0.0.1
}

@test "namespaces: hostname and domainname" {
    run -0 contained '.hostname = "h1"' sh -c 'hostname; cat /proc/sys/kernel/hostname'
    assert_equal "$output" $'h1\nh1'
    only_corun "1.1.5 has no domainname"
    run -0 contained '.domainname = "d1.example"' cat /proc/sys/kernel/domainname
    assert_equal "$output" d1.example
}

@test "namespaces: user, with mappings" {
    bundle '.linux.namespaces += [{type: "user"}]
        | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
        | .linux.gidMappings = [{containerID: 0, hostID: 200000, size: 65536}]' \
        sh -c 'id -u; id -g; cat /proc/self/uid_map /proc/self/gid_map; touch /work/new'
    chown -R 100000:200000 "$BUNDLE/rootfs"
    run -0 corun run --bundle "$BUNDLE" "$ID"
    assert_output '^0
0
 +0 +100000 +65536
 +0 +200000 +65536$'
    assert_equal "$(stat -c %u:%g "$BUNDLE/rootfs/work/new")" 100000:200000
}

@test "namespaces: user, several mappings" {
    bundle '.linux.namespaces += [{type: "user"}] | .process.user = {uid: 1000, gid: 1000}
        | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}, {containerID: 1000, hostID: 300000, size: 1}]
        | .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 1000}, {containerID: 1000, hostID: 300000, size: 1}]' \
        sh -c 'id -u; id -g; while read -r a b c; do echo $a $b $c; done </proc/self/uid_map'
    chown -R 100000:100000 "$BUNDLE/rootfs"
    run -0 corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$output" $'1000\n1000\n0 100000 1000\n1000 300000 1'
}

@test "namespaces: user, without mappings is refused" {
    bundle '.linux.namespaces += [{type: "user"}] | del(.linux.uidMappings) | del(.linux.gidMappings)'
    refused 'uidMappings|mapping' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "namespaces: time, with offsets" {
    only_corun "1.1.5 has no time namespace"
    bundle '.linux.namespaces += [{type: "time"}] | .linux.timeOffsets = {boottime: {secs: 1000000}, monotonic: {secs: 2000000, nanosecs: 5}}' \
        sh -c 'cut -d. -f1 /proc/uptime; cat /proc/self/timens_offsets'
    run -0 corun run --bundle "$BUNDLE" "$ID"
    [ "${lines[0]}" -ge 1000000 ]
    assert_output 'boottime +1000000 +0'
    assert_output 'monotonic +2000000 +5'
}

@test "namespaces: an unknown type is refused" {
    bundle '.linux.namespaces += [{type: "flavour"}]'
    refused flavour corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "namespaces: a kind listed twice is refused" {
    bundle '.linux.namespaces += [{type: "ipc"}]'
    refused 'ipc|namespaces' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "namespaces: a path of another kind is refused" {
    bundle "$(by_path network /proc/self/ns/uts)"
    refused 'net' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "namespaces: a path that is no namespace is refused" {
    bundle "$(by_path network /etc/passwd)"
    refused '/etc/passwd' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "namespaces: a path that does not exist is refused, never replaced by the host's" {
    bundle "$(by_path network /run/netns/no-such-namespace)"
    refused no-such-namespace corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

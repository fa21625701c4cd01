#!/usr/bin/env bats
# Default devices, linux.devices, and the device cgroup (config-linux.md#devices, #default-devices, #allowed-device-list).
load ../lib/corun

@test "devices: the default ones and their links" {
    run -0 contained . sh -c 'for d in null zero full random urandom tty ptmx; do [ -c /dev/$d ] || echo "no $d"; done
        stat -c "%n %t:%T %a" /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/tty; for l in fd stdin stdout stderr; do readlink /dev/$l; done'
    assert_equal "$output" "/dev/null 1:3 666
/dev/zero 1:5 666
/dev/full 1:7 666
/dev/random 1:8 666
/dev/urandom 1:9 666
/dev/tty 5:0 666
/proc/self/fd
/proc/self/fd/0
/proc/self/fd/1
/proc/self/fd/2"
}

@test "devices: the default ones work" {
    run -0 contained . sh -c 'echo x >/dev/null; head -c 3 /dev/zero | wc -c; head -c 3 /dev/urandom | wc -c; echo x >/dev/full || true' 
    assert_output $'^3\n3'
}

@test "devices: configured ones, with mode and owner" {
    run -0 contained '.linux.devices = [{path: "/dev/one", type: "c", major: 1, minor: 3, fileMode: 416, uid: 12, gid: 34},
        {path: "/dev/deep/er/two", type: "c", major: 1, minor: 5}, {path: "/dev/pipe", type: "p", fileMode: 384}]' \
        sh -c 'stat -c "%F %t:%T %a %u %g" /dev/one; stat -c "%F %t:%T" /dev/deep/er/two; stat -c "%F %a" /dev/pipe'
    assert_equal "$output" "character special file 1:3 640 12 34
character special file 1:5
fifo 600"
}

@test "devices: a block device" {
    run -0 contained '.linux.devices = [{path: "/dev/loopy", type: "b", major: 7, minor: 0}]' stat -c '%F %t:%T' /dev/loopy
    assert_equal "$output" "block special file 7:0"
}

@test "devices: in a user namespace they are the host's, bound" {
    bundle '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
        | .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 65536}]' sh -c 'echo x >/dev/null; stat -c "%t:%T" /dev/null; head -c 1 /dev/zero | wc -c'
    chown -R 100000:100000 "$BUNDLE/rootfs"
    run -0 corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$output" $'1:3\n1'
}

@test "devices: a missing major number is refused" {
    bundle '.linux.devices = [{path: "/dev/one", type: "c"}]'
    attempt corun run --bundle "$BUNDLE" "$ID"
    [ "$status" != 0 ] || skip "runc takes 0:0"
    nothing_left
}

@test "devices: an unknown type is refused" {
    bundle '.linux.devices = [{path: "/dev/one", type: "x", major: 1, minor: 3}]'
    refused 'type|/dev/one' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "device cgroup: what is not allowed cannot be opened" {
    bundle '.process.capabilities |= map_values(. + ["CAP_MKNOD"])' \
        sh -c 'mknod /work/mem c 1 1 && head -c 1 /work/mem >/dev/null || echo refused'
    attempt corun run --bundle "$BUNDLE" "$ID"
    assert_output 'refused'
    assert_output '[Oo]peration not permitted'
}

@test "device cgroup: an empty list does not allow anything beyond the defaults" {
    bundle '.process.capabilities |= map_values(. + ["CAP_MKNOD"]) | .linux.resources.devices = []' \
        sh -c 'mknod /work/mem c 1 1 && head -c 1 /work/mem >/dev/null || echo refused; echo fine >/dev/null && echo null'
    attempt corun run --bundle "$BUNDLE" "$ID"
    assert_output 'refused'
    assert_output 'null'
}

@test "device cgroup: an allowed one can be opened, in the order of the rules" {
    filter='.process.capabilities |= map_values(. + ["CAP_MKNOD"]) | .linux.resources.devices = '
    program='mknod /work/zero c 1 5 2>/dev/null; head -c 1 /work/zero >/dev/null && echo opened || echo refused'
    run -0 contained "$filter"'[{allow: false, access: "rwm"}, {allow: true, type: "c", major: 1, minor: 5, access: "rwm"}]' sh -c "$program"
    assert_output opened
    run contained "$filter"'[{allow: true, access: "rwm"}, {allow: false, type: "c", major: 1, minor: 1, access: "r"}]' \
        sh -c 'mknod /work/mem c 1 1; head -c 1 /work/mem >/dev/null && echo opened || echo refused'
    assert_output refused
}

@test "devices: /dev/core where the host has a /proc/kcore, and only there" {
    run -0 contained . sh -c 'readlink /dev/core || echo none'
    if [ -e /proc/kcore ]; then assert_equal "$output" /proc/kcore; else assert_equal "$output" none; fi
}

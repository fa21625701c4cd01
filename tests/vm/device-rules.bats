#!/usr/bin/env bats
# linux.resources.devices on cgroup v2, where a BPF program decides (config-linux.md#allowed-device-list).
load vm

# rules RULES: a jq filter with these rules, in a container that may make device nodes
rules() { printf '.process.capabilities |= map_values(. + ["CAP_MKNOD"]) | .linux.resources.devices = %s' "$1"; }
deny_all='{allow: false, access: "rwm"}'
try_read='head -c 1 /work/dev >/dev/null 2>&1 && echo read || echo refused'
try_write='echo 2>/dev/null >/work/dev && echo wrote || echo refused'

@test "devices: an allowed one is read, another is not" {
    run contained "$(rules "[$deny_all, {allow: true, type: \"c\", major: 1, minor: 5, access: \"rwm\"}]")" \
        sh -c "mknod /work/dev c 1 5; $try_read; rm /work/dev; mknod /work/dev c 1 1; $try_read"
    assert_output $'^read\n(mknod: .*\n)?refused$'
}

@test "devices: an empty list allows only the defaults" {
    run contained "$(rules '[]')" sh -c "mknod /work/dev c 1 1; $try_read; echo x >/dev/null && echo null"
    assert_output $'refused\nnull$'
}

@test "devices: no list allows only the defaults" {
    run contained "$(rules null)" sh -c "mknod /work/dev c 1 1; $try_read; echo x >/dev/null && echo null"
    assert_output $'refused\nnull$'
}

@test "devices: the last rule that matches decides" {
    [ "$CORUN" != crun ] || skip "not looked at with crun"
    run contained "$(rules '[{allow: true, access: "rwm"}, {allow: false, type: "c", major: 1, minor: 1, access: "rwm"}]')" \
        sh -c "mknod /work/dev c 10 229; $try_write; rm -f /work/dev; mknod /work/dev c 1 1; $try_read"
    assert_output $'refused$'
}

@test "devices: reading and writing are separate" {
    # the kernel's log: it is no default device, and both work for root
    run contained "$(rules "[$deny_all, {allow: true, type: \"c\", major: 1, minor: 11, access: \"wm\"}]")" \
        sh -c "mknod /work/dev c 1 11 || echo no node; $try_write; $try_read"
    assert_equal "$output" $'wrote\nrefused'
}

@test "devices: a block device is not a character device" {
    read -r major minor < <(stat -c '%Hr %Lr' /dev/vda)
    run contained "$(rules "[$deny_all, {allow: true, type: \"b\", major: $major, minor: $minor, access: \"rm\"}]")" \
        sh -c "mknod /work/dev b $major $minor; $try_read; $try_write"
    assert_equal "$output" $'read\nrefused'
    run contained "$(rules "[$deny_all, {allow: true, type: \"c\", major: $major, minor: $minor, access: \"rwm\"}]")" \
        sh -c "rm -f /work/dev; mknod /work/dev b $major $minor; $try_read"
    assert_output 'refused$'
}

@test "devices: every minor of a major" {
    run contained "$(rules "[$deny_all, {allow: true, type: \"c\", major: 1, access: \"rwm\"}]")" \
        sh -c "mknod /work/dev c 1 11; $try_write; rm /work/dev; mknod /work/dev c 10 229; $try_read"
    assert_output $'^wrote\n'
    assert_output 'refused$'
}

@test "devices: a cgroup made by the container does not get around them" {
    run contained "$(own_cgroup_namespace) | $(cgroup_mount rw) | $(rules "[$deny_all]")" \
        sh -c "mkdir /sys/fs/cgroup/below && echo \$\$ >/sys/fs/cgroup/below/cgroup.procs && echo moved; mknod /work/dev c 1 1; $try_read"
    assert_output '^moved'
    assert_output 'refused$'
}

@test "devices: hold for a program that joins" {
    needs_command exec
    start_sleeper "$(rules "[$deny_all]")"
    run corun exec "$ID" sh -c "mknod /work/dev c 1 1; $try_read"
    assert_output 'refused$'
}

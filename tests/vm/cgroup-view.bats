#!/usr/bin/env bats
# What a container sees of cgroup v2, and what it may change there (config-linux.md#cgroup-ownership, config.md#mounts).
load vm

owner() { stat -c '%u:%g' "$1"; }

@test "view: in a cgroup namespace its cgroup is the root" {
    run -0 contained "$(own_cgroup_namespace)" cat /proc/self/cgroup
    assert_equal "$output" '0::/'
}

@test "view: without one the host's path shows" {
    run -0 contained "$(no_cgroup_namespace)" cat /proc/self/cgroup
    assert_output "^0::/.*$ID"
}

@test "view: the mount is cgroup2 and shows the container's processes" {
    run -0 contained "$(own_cgroup_namespace) | $(cgroup_mount ro)" sh -c \
        'grep " /sys/fs/cgroup " /proc/mounts | cut -d" " -f3; echo $$; cat /sys/fs/cgroup/cgroup.procs'
    assert_output $'^cgroup2\n1\n1'
}

@test "view: without a cgroup namespace the mount shows the container's own cgroup, too" {
    [ "$CORUN" != crun ] || skip "this crun shows the host's whole hierarchy"
    run -0 contained "$(no_cgroup_namespace) | $(cgroup_mount ro)" sh -c 'cat /sys/fs/cgroup/cgroup.procs | head -n 1; ls /sys/fs/cgroup'
    refute_output 'system.slice'
    assert_output '^1'
}

@test "view: a read-only mount cannot be written" {
    run -0 contained "$(own_cgroup_namespace) | $(cgroup_mount ro)" sh -c 'mkdir /sys/fs/cgroup/below || echo refused'
    assert_output 'refused$'
}

@test "view: a writable mount can have cgroups of its own, gone with the container" {
    run -0 contained "$(own_cgroup_namespace) | $(cgroup_mount rw)" sh -c \
        'cd /sys/fs/cgroup && mkdir -p a/b && echo $$ >a/b/cgroup.procs && cat /proc/self/cgroup'
    assert_equal "$output" '0::/a/b'
    nothing_left
}

@test "ownership: with a user namespace and a writable mount the cgroup is the container root's" {
    start_sleeper_in_user_namespace "$(own_cgroup_namespace) | $(cgroup_mount rw)"
    dir=$(cgroup_dir)
    assert_equal "$(owner "$dir")" 100000:100000
    while read -r file; do
        [ ! -e "$dir/$file" ] || assert_equal "$file $(stat -c %u "$dir/$file")" "$file 100000"
    done </sys/kernel/cgroup/delegate
    for file in memory.max pids.max cpu.max; do
        assert_equal "$file $(stat -c %u "$dir/$file")" "$file 0"
    done
    assert_equal "$(stat -c %u "$(dirname "$dir")")" 0
}

@test "ownership: the container's root uses it, and cannot raise its own limits" {
    bundle "$(user_namespace) | $(own_cgroup_namespace) | $(cgroup_mount rw) | .linux.resources.pids = {limit: 30}" sh -c \
        'cd /sys/fs/cgroup && mkdir a && echo $$ >a/cgroup.procs && cat /proc/self/cgroup; echo max >pids.max || echo refused'
    chown -R 100000:100000 "$BUNDLE/rootfs"
    run -0 corun run --bundle "$BUNDLE" "$ID"
    assert_output '^0::/a'
    assert_output 'refused$'
}

@test "ownership: with a read-only mount it stays the host's" {
    [ "$CORUN" != crun ] || skip "crun gives it away"
    start_sleeper_in_user_namespace "$(own_cgroup_namespace) | $(cgroup_mount ro)"
    assert_equal "$(owner "$(cgroup_dir)")" 0:0
}

@test "ownership: without a cgroup namespace it stays the host's" {
    [ "$CORUN" != crun ] || skip "crun gives it away"
    start_sleeper_in_user_namespace "$(no_cgroup_namespace) | $(cgroup_mount rw)"
    assert_equal "$(owner "$(cgroup_dir)")" 0:0
}

start_sleeper_in_user_namespace() {
    bundle "$(user_namespace) | $1" sleep 1000
    chown -R 100000:100000 "$BUNDLE/rootfs"
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
}

#!/usr/bin/env bats
# Who is in the container's cgroup: from its first moment, only there, and nobody when it is gone.
load vm

@test "membership: the process is born in its cgroup" {
    case $CORUN in crun | runc) skip "another runtime may move it" ;; esac
    bundle . true
    run -0 strace -f -e trace=clone3 -o "$ROOT/calls" "$CORUN" --root "$STATE" run --bundle "$BUNDLE" "$ID"
    grep -q CLONE_INTO_CGROUP "$ROOT/calls"
}

@test "membership: a leaf of its own, with the container's processes" {
    bundle . sh -c 'sleep 1000 & sleep 1000'
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >/dev/null 2>&1 3>&-
    [[ $(cgroup_dir) == *"$ID"* ]]
    wait_until two_members
    value_of cgroup.procs | grep -qx "$(pid_of "$ID")"
    run grep -x "$(pid_of "$ID")" "$(dirname "$(cgroup_dir)")/cgroup.procs"
    assert_equal "$status" 1
}
two_members() { [ "$(value_of cgroup.procs | wc -l)" = 2 ]; }

@test "membership: cgroupsPath is honoured, and its parents that were there stay" {
    mkdir "/sys/fs/cgroup/parent-$ID"
    start_sleeper '.linux.cgroupsPath = "/parent-\($id)/leaf"'
    assert_equal "$(cgroup_dir)" "/sys/fs/cgroup/parent-$ID/leaf"
    corun delete --force "$ID"
    [ ! -e "/sys/fs/cgroup/parent-$ID/leaf" ]
    rmdir "/sys/fs/cgroup/parent-$ID"
}

@test "membership: controllers are enabled on the way to a deep leaf" {
    start_sleeper '.linux.cgroupsPath = "/deep-\($id)/er/leaf" | .linux.resources = {pids: {limit: 11}, memory: {limit: 50331648}}'
    assert_equal "$(value_of pids.max)" 11
    assert_equal "$(value_of memory.max)" 50331648
    corun delete --force "$ID"
    rmdir "/sys/fs/cgroup/deep-$ID/er" "/sys/fs/cgroup/deep-$ID" 2>/dev/null || true # whoever made them
}

@test "membership: what is used is counted without limits, too" {
    start_sleeper '.linux.cgroupsPath = "/plain-\($id)/leaf" | del(.linux.resources)'
    [ "$(value_of memory.current)" -gt 0 ]
    assert_equal "$(value_of pids.current)" 1
    [ -e "$(cgroup_dir)/io.stat" ]
    corun events --stats "$ID" | jq -e '.data.memory.usage.usage > 0 and .data.pids.current == 1'
    corun delete --force "$ID"
    rmdir "/sys/fs/cgroup/plain-$ID" 2>/dev/null || true # whoever made it
}

@test "membership: an empty cgroup that exists is taken, and its limits replaced" {
    mkdir "/sys/fs/cgroup/taken-$ID"
    start_sleeper '.linux.cgroupsPath = "/taken-\($id)" | .linux.resources.pids = {limit: 9}'
    assert_equal "$(cgroup_dir)" "/sys/fs/cgroup/taken-$ID"
    assert_equal "$(value_of pids.max)" 9
    corun delete --force "$ID"
    rmdir "/sys/fs/cgroup/taken-$ID" 2>/dev/null || true
}

@test "membership: a cgroup with processes is refused, and they live on" {
    [ "$CORUN" != crun ] || skip "crun takes it"
    mkdir "/sys/fs/cgroup/full-$ID"
    sleep 1000 3>&- &
    member=$!
    echo "$member" >"/sys/fs/cgroup/full-$ID/cgroup.procs"
    bundle '.linux.cgroupsPath = "/full-\($id)"'
    run corun run --bundle "$BUNDLE" "$ID"
    refused=$status
    run kill -0 "$member"
    lives=$status
    kill "$member"
    wait "$member" || true
    rmdir "/sys/fs/cgroup/full-$ID"
    [ "$refused" != 0 ]
    assert_equal "$lives" 0
}

@test "membership: a frozen cgroup is refused" {
    [ "$CORUN" != crun ] || skip "crun waits in it"
    mkdir "/sys/fs/cgroup/frozen-$ID"
    echo 1 >"/sys/fs/cgroup/frozen-$ID/cgroup.freeze"
    bundle '.linux.cgroupsPath = "/frozen-\($id)"'
    run timeout 20 "$CORUN" --root "$STATE" run --bundle "$BUNDLE" "$ID"
    echo 0 >"/sys/fs/cgroup/frozen-$ID/cgroup.freeze"
    rmdir "/sys/fs/cgroup/frozen-$ID"
    [ "$status" != 0 ] && [ "$status" != 124 ]
}

@test "membership: delete --force ends every process, in cgroups below as well" {
    bundle "$(own_cgroup_namespace) | $(cgroup_mount rw) | "'.linux.namespaces |= map(select(.type != "pid"))' sh -c \
        'mkdir -p /sys/fs/cgroup/a/b; for i in 1 2 3; do sleep 1000 & echo $! >/sys/fs/cgroup/a/b/cgroup.procs; done; echo ready; sleep 1000'
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    wait_until grep -q ready "$ROOT/out"
    dir=$(cgroup_dir)
    [ "$(wc -l <"$dir/a/b/cgroup.procs")" = 3 ]
    corun delete --force "$ID"
    [ ! -e "$dir" ]
    nothing_left
}

@test "membership: a program that joins is in the cgroup" {
    needs_command exec
    start_sleeper "$(no_cgroup_namespace)"
    run -0 corun exec "$ID" cat /proc/self/cgroup
    assert_equal "/sys/fs/cgroup${output#0::}" "$(cgroup_dir)"
}

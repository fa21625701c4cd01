#!/usr/bin/env bats
# Limits of cgroup v2: what is written, and that each of them bites (config-linux.md#control-groups).
load vm

@test "memory: limit, reservation and swap are written" {
    start_sleeper '.linux.resources.memory = {limit: 67108864, reservation: 33554432, swap: 100663296}'
    assert_equal "$(value_of memory.max)" 67108864
    assert_equal "$(value_of memory.low)" 33554432
    # swap is memory and swap together in the configuration, and swap alone in the kernel
    assert_equal "$(value_of memory.swap.max)" 33554432
}

@test "memory: unlimited is max" {
    start_sleeper '.linux.resources.memory = {limit: -1, swap: -1}'
    assert_equal "$(value_of memory.max)" max
    assert_equal "$(value_of memory.swap.max)" max
}

# One process alone: two that allocate let a newer kernel kill a second time before the memory of the first is free.
@test "memory: who goes above the limit is killed, and only there" {
    bundle '.linux.resources.memory = {limit: 33554432}' \
        sh -c 'tail -c 100000000 /dev/zero >/dev/null; echo "ended with $?"; sleep 1000'
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    wait_until grep -q 'ended with' "$ROOT/out"
    assert_equal "$(tail -n 1 "$ROOT/out")" 'ended with 137'
    assert_equal "$(status_of "$ID")" running
    [ "$(entry_of memory.events oom_kill)" -ge 1 ]
}

@test "memory: the same program lives within a larger limit" {
    run contained '.linux.resources.memory = {limit: 536870912}' \
        sh -c 'head -c 50000000 /dev/zero | tail -c 50000000 >/dev/null; echo "ended with $?"'
    assert_output 'ended with 0'
}

@test "cpu: a quota throttles" {
    bundle '.linux.resources.cpu = {quota: 10000, period: 100000}' sh -c 'while :; do :; done'
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >/dev/null 2>&1 3>&-
    assert_equal "$(value_of cpu.max)" '10000 100000'
    wait_until throttled 5
    before=$(entry_of cpu.stat usage_usec)
    sleep 2
    used=$(($(entry_of cpu.stat usage_usec) - before))
    echo "used $used us of 2 s"
    [ "$used" -lt 1000000 ]
}
throttled() { [ "$(entry_of cpu.stat nr_throttled)" -ge "$1" ]; }

@test "cpu: without a quota nothing throttles" {
    bundle . sh -c 'while :; do :; done'
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >/dev/null 2>&1 3>&-
    sleep 1
    assert_equal "$(value_of cpu.max)" 'max 100000'
    assert_equal "$(entry_of cpu.stat nr_throttled)" 0
}

@test "cpu: shares become a weight that keeps their order" {
    for shares in 2 512 1024 262144; do
        start_sleeper ".linux.resources.cpu = {shares: $shares}" "$ID-$shares"
        weights+=("$(cat "$(cgroup_dir "$ID-$shares")/cpu.weight")")
    done
    echo "${weights[@]}"
    assert_equal "${weights[0]}" 1
    [ "${weights[1]}" -gt 1 ]
    [ "${weights[2]}" -gt "${weights[1]}" ]
    assert_equal "${weights[3]}" 10000
}

@test "cpu: a set confines the process" {
    start_sleeper '.linux.resources.cpu = {cpus: "1", mems: "0"}'
    assert_equal "$(value_of cpuset.cpus)" 1
    assert_equal "$(value_of cpuset.mems)" 0
    assert_equal "$(grep Cpus_allowed_list "/proc/$(pid_of "$ID")/status" | cut -f 2)" 1
}

@test "cpu: idle" {
    "$CORUN" --version | grep -q 'crun version 1.8.1' && skip "newer than this crun"
    start_sleeper '.linux.resources.cpu = {idle: 1}'
    assert_equal "$(value_of cpu.idle)" 1
}

@test "pids: a fork above the limit fails" {
    bundle '.linux.resources.pids = {limit: 6}' sh -c '(for i in 1 2 3 4 5 6 7; do sleep 1000 & done; sleep 1000); sleep 1000'
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    assert_equal "$(value_of pids.max)" 6
    wait_until pids_hit
    [ "$(value_of pids.current)" -le 6 ]
    wait_until grep -qE "can't fork|Resource temporarily unavailable" "$ROOT/out"
}
pids_hit() { [ "$(entry_of pids.events max)" -ge 1 ]; }

@test "pids: unlimited is max" {
    start_sleeper '.linux.resources.pids = {limit: -1}'
    assert_equal "$(value_of pids.max)" max
}

@test "io: a rate throttles what is read from a disk" {
    read -r major minor < <(stat -c '%Hr %Lr' /dev/vda)
    bundle '.linux.resources.blockIO = {throttleReadBpsDevice: [{major: '"$major"', minor: '"$minor"', rate: 524288}]}' \
        sh -c 'dd if=/data of=/dev/null bs=64k count=24 iflag=direct 2>/dev/null; echo read'
    dd if=/dev/zero of="$BUNDLE/rootfs/data" bs=64k count=24 oflag=direct 2>/dev/null
    start=$EPOCHREALTIME
    run -0 corun run --bundle "$BUNDLE" "$ID"
    took=$(((${EPOCHREALTIME/./} - ${start/./}) / 1000))
    echo "1.5 MB at 0.5 MB/s: $took ms"
    assert_output read
    [ "$took" -ge 2000 ]
}

@test "io: a rate and a weight are written" {
    read -r major minor < <(stat -c '%Hr %Lr' /dev/vda)
    start_sleeper '.linux.resources.blockIO = {throttleWriteIOPSDevice: [{major: '"$major"', minor: '"$minor"', rate: 33}]}'
    assert_equal "$(value_of io.max)" "$major:$minor rbps=max wbps=max riops=max wiops=33"
}

@test "hugetlb: a limit is written" {
    [ -e /sys/fs/cgroup/system.slice/hugetlb.2MB.max ] || skip "no hugetlb controller"
    start_sleeper '.linux.resources.hugepageLimits = [{pageSize: "2MB", limit: 4194304}]'
    assert_equal "$(value_of hugetlb.2MB.max)" 4194304
}

@test "hugetlb: a page size the kernel does not have is refused" {
    bundle '.linux.resources.hugepageLimits = [{pageSize: "3MB", limit: 3145728}]'
    refused 'hugetlb.3MB|3MB' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "unified: its files are written" {
    start_sleeper '.linux.resources.unified = {"memory.high": "40000000", "pids.max": "7", "cpu.weight": "77", "cgroup.max.depth": "3"}'
    [ "$(value_of memory.high)" -gt 39900000 ] && [ "$(value_of memory.high)" -le 40000000 ]
    assert_equal "$(value_of pids.max)" 7
    assert_equal "$(value_of cpu.weight)" 77
    assert_equal "$(value_of cgroup.max.depth)" 3
}

@test "unified: several lines for one file" {
    read -r major minor < <(stat -c '%Hr %Lr' /dev/vda)
    [ "$CORUN" != crun ] || skip "crun writes the lines at once, the kernel takes one"
    start_sleeper '.linux.resources.unified = {"io.max": "'"$major:$minor"' rbps=1000000\n'"$major:$minor"' wiops=50"}'
    assert_equal "$(value_of io.max)" "$major:$minor rbps=1000000 wbps=max riops=max wiops=50"
}

@test "unified: an unknown file is refused" {
    bundle '.linux.resources.unified = {"memory.no-such": "1"}'
    refused 'memory.no-such' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "unified: a path instead of a file is refused" {
    for name in ../pids.max sub/pids.max .. ""; do
        bundle '.linux.resources.unified = {"'"$name"'": "1"}'
        run corun run --bundle "$BUNDLE" "$ID"
        [ "$status" != 0 ]
        nothing_left
    done
}

@test "limits are there before the program is" {
    run -0 contained "$(own_cgroup_namespace) | $(cgroup_mount ro)"' | .linux.resources = {memory: {limit: 67108864}, pids: {limit: 50}}' \
        sh -c 'cd /sys/fs/cgroup && cat memory.max pids.max'
    assert_equal "$output" $'67108864\n50'
}

@test "update: changes a running container's limits" {
    needs_command update
    start_sleeper '.linux.resources.pids = {limit: 10}'
    corun update --resources - "$ID" <<<'{"pids": {"limit": 20}, "memory": {"limit": 50331648}}'
    assert_equal "$(value_of pids.max)" 20
    assert_equal "$(value_of memory.max)" 50331648
}

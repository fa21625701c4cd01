#!/usr/bin/env bats
# Control groups of version 1, as on this machine: where the leaf is, what the limits say, and that they bite (config-linux.md#control-groups).
load ../lib/corun

# The container's directory in a hierarchy, and a value there.
cgroup_dir() { echo "/sys/fs/cgroup/$1$(awk -F: -v c="$1" '$2 == c || $2 == "name=" c { print $3 }' "/proc/$(pid_of "$ID")/cgroup")"; }
value_of() { cat "$(cgroup_dir "$1")/$2"; }

setup() {
    [ -d /sys/fs/cgroup/memory ] || skip "no cgroup v1 here"
    corun_setup
}

teardown() { [ -z "${ROOT-}" ] || corun_teardown; }

@test "cgroups: a leaf of its own in every hierarchy" {
    start_sleeper
    for controller in blkio cpu cpuacct cpuset devices freezer memory pids systemd; do
        [ -d "/sys/fs/cgroup/$controller" ] || continue
        dir=$(cgroup_dir "$controller")
        [[ $dir == *"$ID"* ]]
        grep -qx "$(pid_of "$ID")" "$dir/cgroup.procs"
    done
}

@test "cgroups: cgroupsPath is honoured" {
    start_sleeper '.linux.cgroupsPath = "/\($id)-parent/leaf"'
    assert_equal "$(cgroup_dir pids)" "/sys/fs/cgroup/pids/$ID-parent/leaf"
    corun delete --force "$ID"
    rmdir /sys/fs/cgroup/*/"$ID-parent" 2>/dev/null || true # the parent is the engine's
}

@test "cgroups: memory limit, reservation, swap" {
    start_sleeper '.linux.resources.memory = {limit: 33554432, reservation: 16777216}'
    assert_equal "$(value_of memory memory.limit_in_bytes)" 33554432
    assert_equal "$(value_of memory memory.soft_limit_in_bytes)" 16777216
}

@test "cgroups: a process above the memory limit is killed" {
    bundle '.linux.resources.memory = {limit: 33554432}' sh -c 'tail -c 100000000 /dev/zero >/dev/null; echo $?'
    attempt corun run --bundle "$BUNDLE" "$ID"
    assert_output '137'
}

@test "cgroups: pids limit bites" {
    bundle '.linux.resources.pids = {limit: 5}' sh -c 'for i in 1 2 3 4 5 6 7 8; do sleep 1 & done; wait'
    attempt corun run --bundle "$BUNDLE" "$ID"
    assert_output "can't fork|Resource temporarily unavailable"
}

@test "cgroups: cpu shares, quota and period" {
    start_sleeper '.linux.resources.cpu = {shares: 512, quota: 50000, period: 100000}'
    assert_equal "$(value_of cpu cpu.shares)" 512
    assert_equal "$(value_of cpu cpu.cfs_quota_us)" 50000
    assert_equal "$(value_of cpu cpu.cfs_period_us)" 100000
}

@test "cgroups: cpu set" {
    start_sleeper '.linux.resources.cpu = {cpus: "0", mems: "0"}'
    assert_equal "$(value_of cpuset cpuset.cpus)" 0
    assert_equal "$(grep Cpus_allowed_list "/proc/$(pid_of "$ID")/status" | cut -f2)" 0
}

@test "cgroups: unset cpu sets are the parent's" {
    start_sleeper
    [ -n "$(value_of cpuset cpuset.cpus)" ]
    [ -n "$(value_of cpuset cpuset.mems)" ]
}

@test "cgroups: hugepage, network, rdma limits apply only where the controller is" {
    [ ! -d /sys/fs/cgroup/hugetlb ] || skip "this machine has hugetlb"
    bundle '.linux.resources.hugepageLimits = [{pageSize: "2MB", limit: 2097152}]'
    attempt corun run --bundle "$BUNDLE" "$ID"
    [ "$status" = 0 ] || assert_output hugetlb
    nothing_left
}

@test "cgroups: pids limit of -1 and memory of -1 mean unlimited" {
    start_sleeper '.linux.resources = {pids: {limit: -1}, memory: {limit: -1}}'
    assert_equal "$(value_of pids pids.max)" max
    [ "$(value_of memory memory.limit_in_bytes)" -gt 1000000000000 ]
}

@test "cgroups: blkio weight or its absence" {
    [ -e /sys/fs/cgroup/blkio/blkio.weight ] || [ -e /sys/fs/cgroup/blkio/blkio.bfq.weight ] || skip "this kernel has no weights"
    start_sleeper '.linux.resources.blockIO = {weight: 300}'
    [ "$(cat "$(cgroup_dir blkio)"/blkio.*weight | head -n 1)" = 300 ]
}

@test "cgroups: blkio throttling" {
    start_sleeper '.linux.resources.blockIO = {throttleReadBpsDevice: [{major: 254, minor: 0, rate: 1048576}]}' || skip "no such device"
    assert_equal "$(value_of blkio blkio.throttle.read_bps_device)" "254:0 1048576"
}

@test "cgroups: a negative or absurd limit is refused" {
    bundle '.linux.resources.memory = {limit: -5}'
    attempt corun run --bundle "$BUNDLE" "$ID"
    [ "$status" != 0 ]
    bundle '.linux.resources.cpu = {cpus: "not-a-list"}'
    refused 'cpus' corun run --bundle "$BUNDLE" "$ID"
    bundle '.linux.resources.cpu = {cpus: "4000"}'
    refused 'cpus' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "cgroups: the leaf is gone after delete, also when the container had made its own below" {
    start_sleeper
    for controller in memory pids; do
        mkdir "$(cgroup_dir $controller)/below"
    done
    corun delete --force "$ID"
    nothing_left
}

@test "cgroups: a path with .. cannot climb out" {
    bundle '.linux.cgroupsPath = "/../../../\($id)/../../x-\($id)"'
    attempt corun run --bundle "$BUNDLE" "$ID"
    [ ! -e "/sys/fs/x-$ID" ]
    [ ! -e "/sys/x-$ID" ]
    [ ! -e "/x-$ID" ]
}

#!/usr/bin/env bats
# Other limits for a group and its members.
load ../lib/corun
load ../lib/group

# limit GROUP-PATH FILE-V1 FILE-V2: of a cgroup, in either version
limit() {
    cat "/sys/fs/cgroup/memory$1/$2" "/sys/fs/cgroup/pids$1/$2" "/sys/fs/cgroup/cpu$1/$2" "/sys/fs/cgroup$1/$3" 2>/dev/null | head -n 1
}
memory_of() { limit "$1" memory.limit_in_bytes memory.max; }
pids_of() { limit "$1" pids.max pids.max; }
group_path() { corun group state "$GROUP" | jq -r .cgroupPath; }
member_path() { echo "$(group_path)/$1"; }

running_group() {
    bundles one two
    group_file '{restartPolicy: "Never", limits: {memoryInGB: 0.25, pids: 100}, containers: [
        {name: "a", bundle: "one", command: ["sleep", "1000"], resources: {requests: {memoryInGB: 0.0625}, limits: {memoryInGB: 0.125}}},
        {name: "b", bundle: "two", command: ["sleep", "1000"], resources: {requests: {memoryInGB: 0.0625}}}]}'
    corun group run --file "$FILE" --detach "$GROUP" >"$ROOT/out" 2>&1
}
export -f limit memory_of pids_of group_path member_path running_group

by_flags() {
    running_group
    assert_equal "$(memory_of "$(group_path)") $(memory_of "$(member_path a)") $(memory_of "$(member_path b)")" "268435456 134217728 67108864"
    corun group update --memory 512m --pids-limit 50 --cpus 1.5 "$GROUP"
    assert_equal "$(memory_of "$(group_path)") $(pids_of "$(group_path)")" "536870912 50"
    assert_equal "$(limit "$(group_path)" cpu.cfs_quota_us cpu.max | cut -d' ' -f1)" 150000
    assert_equal "$(memory_of "$(member_path a)")" 134217728 # what is not given stays
    corun group update --memory 256m --member b "$GROUP"
    assert_equal "$(memory_of "$(member_path b)")" 268435456
    corun group usage --format json "$GROUP" | jq -e '.group.memoryInGB == 0.5 and .group.cpu == 1.5'
}

@test "group update: limits of the group and of a member" {
    in_private by_flags
}

by_file() {
    running_group
    # raised: the group first, or the members could not be; lowered: the members first
    jq -n '{limits: {memoryInGB: 1}, containers: [{name: "a", resources: {limits: {memoryInGB: 0.75}}}, {name: "b", resources: {limits: {memoryInGB: 0.5}}}]}' >"$ROOT/up.json"
    corun group update --file "$ROOT/up.json" "$GROUP"
    assert_equal "$(memory_of "$(group_path)") $(memory_of "$(member_path a)") $(memory_of "$(member_path b)")" "1073741824 805306368 536870912"
    jq -n '{limits: {memoryInGB: 0.25}, containers: [{name: "a", resources: {limits: {memoryInGB: 0.125}}}, {name: "b", resources: {limits: {memoryInGB: 0.125}}}]}' >"$ROOT/down.json"
    corun group update --file "$ROOT/down.json" "$GROUP"
    assert_equal "$(memory_of "$(group_path)") $(memory_of "$(member_path a)") $(memory_of "$(member_path b)")" "268435456 134217728 134217728"
    # a container that is started later has what was updated
    corun group stop --time 0 "$GROUP"
    corun group wait "$GROUP" || true
    corun group start "$GROUP"
    assert_equal "$(memory_of "$(member_path b)")" 134217728
}

@test "group update: raised from the group down, lowered from the members up, and kept" {
    in_private by_file
}

bad_input() {
    running_group
    before="$(memory_of "$(group_path)") $(memory_of "$(member_path a)") $(memory_of "$(member_path b)") $(corun group state "$GROUP" | jq -c 'del(.members[].pid)')"
    refused 'above|limit' corun group update --memory 1g --member a "$GROUP"
    refused 'below what the containers request|above' corun group update --memory 100m "$GROUP"
    refused 'no container "x"' corun group update --memory 1m --member x "$GROUP"
    refused 'nothing to update' corun group update "$GROUP"
    refused 'not exist|no such' corun group update --memory 1g "$GROUP-none"
    for word in '' 0 -1 1.5.2 1x 99999999999999999999; do
        refused 'cpus' corun group update --cpus "$word" "$GROUP"
    done
    for word in '' 0 -1 x 99999999999999999999; do
        refused 'memory' corun group update --memory "$word" "$GROUP"
        refused 'pids-limit' corun group update --pids-limit "$word" "$GROUP"
    done
    assert_equal "$(memory_of "$(group_path)") $(memory_of "$(member_path a)") $(memory_of "$(member_path b)") $(corun group state "$GROUP" | jq -c 'del(.members[].pid)')" "$before"
}

@test "group update: what is refused changes nothing" {
    in_private bad_input
}

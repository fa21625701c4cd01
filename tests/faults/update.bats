#!/usr/bin/env bats
# An update that fails after any of its writes changes nothing; one that is killed there leaves a container that runs, and the next
# update brings it to where it should be. Needs a build with --enable-faults (base/fault.h).
# shellcheck disable=SC2154 # attempt sets status and stderr
load ../lib/corun

setup() {
    corun_setup
    start_sleeper '.linux.resources.pids = {limit: 30} | .linux.resources.memory = {limit: 67108864}'
    echo '{"pids": {"limit": 40}, "memory": {"limit": 134217728}, "devices": [{"allow": false, "access": "rwm"},
        {"allow": true, "type": "c", "major": 10, "minor": 229, "access": "rw"}, {"allow": true, "type": "c", "major": 9, "access": "r"}]}' \
        >"$ROOT/resources"
    before=$(values)
    CORUN_FAULT=1 attempt corun update -r "$ROOT/resources" "$ID"
    [ "$status" != 0 ] || skip "built without --enable-faults"
}

# What the cgroup says now.
values() {
    local line
    while read -r line; do
        (cd "$line" && for file in pids.max memory.max memory.limit_in_bytes devices.list; do
            [ ! -e "$file" ] || sort "$file"
        done)
    done < <(find /sys/fs/cgroup -type d -name "*$ID*" | sort)
}

@test "faults: update fails after each of its writes and changes nothing" {
    for point in $(seq 20); do
        CORUN_FAULT=$point attempt corun update -r "$ROOT/resources" "$ID"
        [ "$status" != 0 ] || break
        [[ $stderr =~ "injected fault" ]]
        assert_equal "$(values)" "$before"
        assert_equal "$(status_of "$ID")" running
    done
    [ "$point" -ge 3 ] && [ "$status" = 0 ]
    [ "$(values)" != "$before" ]
}

@test "faults: update killed after each of its writes leaves the container running" {
    for point in $(seq 20); do
        CORUN_FAULT_SIGNAL=9 CORUN_FAULT=$point attempt corun update -r "$ROOT/resources" "$ID"
        [ "$status" != 0 ] || break
        assert_equal "$(status_of "$ID")" running
        corun update -r - "$ID" <<<'{"pids": {"limit": 30}, "memory": {"limit": 67108864}, "devices": [{"allow": false, "access": "rwm"}]}'
        assert_equal "$(values)" "$before"
    done
    [ "$point" -ge 3 ] && [ "$status" = 0 ]
}

#!/usr/bin/env bats
# What config.md says of a second process in a container.
load ../../tests/lib/corun

@test "execCPUAffinity: without final the kernel decides after the move to the cgroup" {
    only_corun "1.1.5 does not know it"
    [ "$(nproc)" -gt 1 ] || skip "one CPU"
    [ -d /sys/fs/cgroup/cpuset ] || grep -qw cpuset /sys/fs/cgroup/cgroup.controllers || skip "no cpuset"
    for final in '' ', final: ""'; do
        start_sleeper ".process.execCPUAffinity = {initial: \"0\"$final} | .linux.resources.cpu = {cpus: \"1\"}"
        run -0 corun exec "$ID" grep Cpus_allowed_list /proc/self/status
        assert_equal "${output##*$'\t'}" 1
        corun delete --force "$ID"
    done
    # and init is not concerned
    start_sleeper '.process.execCPUAffinity = {initial: "0", final: "0"} | .linux.resources.cpu = {cpus: "0-1"}'
    assert_equal "$(grep Cpus_allowed_list "/proc/$(pid_of "$ID")/status" | cut -f2)" 0-1
    # but what is given is used
    run -0 corun exec "$ID" grep Cpus_allowed_list /proc/self/status
    assert_equal "${output##*$'\t'}" 0
}

#!/usr/bin/env bats
# update: that values arrive in the cgroup, that the others stay, that a refused one leaves nothing changed. For cgroup v1 and v2.
load ../lib/corun

is_v2() { [ -e /sys/fs/cgroup/cgroup.controllers ]; }

# value_of CONTROLLER V1-FILE V2-FILE
value_of() {
    local dir
    if is_v2; then
        cat "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$(pid_of "$ID")/cgroup")/$3"
    else
        dir=$(awk -F: -v c="$1" 'index("," $2 ",", "," c ",") { print $3 }' "/proc/$(pid_of "$ID")/cgroup")
        cat "/sys/fs/cgroup/$1$dir/$2"
    fi
}
memory_limit() { value_of memory memory.limit_in_bytes memory.max; }
pids_limit() { value_of pids pids.max pids.max; }
# quota and period, as in v2's file
bandwidth() {
    if is_v2; then
        value_of cpu - cpu.max
    else
        echo "$(value_of cpu cpu.cfs_quota_us -) $(value_of cpu cpu.cfs_period_us -)"
    fi
}
# The kernel may be without swap accounting.
has_swap() {
    if is_v2; then value_of memory - memory.swap.max; else value_of memory memory.memsw.limit_in_bytes -; fi >/dev/null 2>&1
}

@test "update: memory, pids, cpu by options" {
    start_sleeper
    corun update --memory 64m --pids-limit 20 --cpu-quota 30000 --cpu-period 60000 "$ID"
    assert_equal "$(memory_limit)" 67108864
    assert_equal "$(pids_limit)" 20
    assert_equal "$(bandwidth)" "30000 60000"
}

@test "update: what is not given stays" {
    start_sleeper '.linux.resources = {memory: {limit: 67108864, reservation: 33554432}, pids: {limit: 30},
        cpu: {quota: 40000, period: 80000, shares: 512}}'
    shares=$(value_of cpu cpu.shares cpu.weight)
    corun update --pids-limit 31 "$ID"
    assert_equal "$(pids_limit)" 31
    assert_equal "$(memory_limit)" 67108864
    assert_equal "$(value_of memory memory.soft_limit_in_bytes memory.low)" 33554432
    assert_equal "$(bandwidth)" "40000 80000"
    assert_equal "$(value_of cpu cpu.shares cpu.weight)" "$shares"
    corun update --cpu-quota 20000 "$ID"
    assert_equal "$(bandwidth)" "20000 80000"
    corun update --cpu-period 50000 "$ID"
    assert_equal "$(bandwidth)" "20000 50000"
}

@test "update: nothing given changes nothing" {
    start_sleeper '.linux.resources.pids.limit = 30'
    corun update "$ID"
    echo '{}' | corun update --resources - "$ID"
    assert_equal "$(pids_limit)" 30
}

@test "update: a document from standard input, as containerd does it" {
    start_sleeper
    corun update --resources=- "$ID" <<<'{"memory": {"limit": 50331648}, "cpu": {"shares": 2, "quota": 25000}, "unknown": {}}'
    assert_equal "$(memory_limit)" 50331648
    assert_equal "$(bandwidth)" "25000 100000"
}

@test "update: a document from a file, as podman does it" {
    start_sleeper
    echo '{"pids": {"limit": 17}}' >"$ROOT/resources"
    corun update --resources "$ROOT/resources" "$ID"
    assert_equal "$(pids_limit)" 17
    corun update -r "$ROOT/resources" "$ID"
}

@test "update: with a document other values have no effect, and it is said" {
    only_corun "it says nothing"
    start_sleeper
    run corun update --resources - --pids-limit 99 "$ID" <<<'{"pids": {"limit": 17}}'
    assert_equal "$status" 0
    assert_output 'level=warning.*have no effect'
    assert_equal "$(pids_limit)" 17
}

@test "update: a document that is wrong is refused with its place" {
    start_sleeper '.linux.resources.pids.limit = 30'
    for text in '[]' '{"pids": {"limit": "x"}}' '{"pids": {"limit": 5}' '{"pids": {"limit": 1, "limit": 2}}'; do
        printf %s "$text" >"$ROOT/resources"
        refused "$ROOT/resources: 1:[0-9]+: " corun update -r "$ROOT/resources" "$ID"
    done
    : >"$ROOT/resources"
    refused "$ROOT/resources: is empty" corun update -r "$ROOT/resources" "$ID"
    refused 'read .*none: No such file' corun update -r "$ROOT/none" "$ID"
    refused 'read .*: Is a directory' corun update -r "$ROOT" "$ID"
    assert_equal "$(pids_limit)" 30
}

@test "update: the limits bite" {
    start_sleeper
    bundle . sh -c 'while [ ! -e /go ]; do sleep 0.1; done; for i in 1 2 3 4 5 6 7 8; do sleep 1 & done; wait'
    corun run --bundle "$BUNDLE" --detach "$ID-2" </dev/null >"$ROOT/out" 2>&1 3>&-
    corun update --pids-limit 5 "$ID-2"
    touch "$BUNDLE/rootfs/go"
    await_line "$ROOT/out" "can't fork|Resource temporarily unavailable"
}

@test "update: memory and swap, up and down" {
    start_sleeper '.linux.resources.memory = {limit: 33554432, swap: 67108864}'
    has_swap || skip "no swap accounting here"
    swap() { value_of memory memory.memsw.limit_in_bytes memory.swap.max; }
    sum() { if is_v2; then echo $(($(swap) + $(memory_limit))); else swap; fi; }
    corun update --memory 128m --memory-swap 256m "$ID"
    assert_equal "$(memory_limit) $(sum)" "134217728 268435456"
    corun update --memory 16m --memory-swap 32m "$ID"
    assert_equal "$(memory_limit) $(sum)" "16777216 33554432"
    corun update --memory-swap 64m "$ID"
    assert_equal "$(memory_limit) $(sum)" "16777216 67108864"
    refused 'memory/swap: is less than the memory limit' corun update --memory-swap 8m "$ID"
    corun update --memory -1 "$ID"
    if is_v2; then
        assert_equal "$(memory_limit) $(swap)" "max max"
    else
        [ "$(memory_limit)" -gt 1000000000000 ] && [ "$(swap)" -gt 1000000000000 ]
    fi
}

@test "update: checkBeforeUpdate refuses less memory than is used" {
    start_sleeper '.linux.resources.memory.limit = 67108864'
    refused 'memory/limit: 4096 is less than the [0-9]+ bytes in use' \
        corun update -r <(echo '{"memory": {"limit": 4096, "checkBeforeUpdate": true}}') "$ID"
    assert_equal "$(memory_limit)" 67108864
    corun update -r <(echo '{"memory": {"limit": 50331648, "checkBeforeUpdate": true}}') "$ID"
    assert_equal "$(memory_limit)" 50331648
}

@test "update: v1: less memory than is used is the kernel's refusal" {
    ! is_v2 || skip "v2 kills instead"
    start_sleeper '.linux.resources.memory.limit = 67108864'
    refused '[0-9]+ bytes of memory are in use.*memory/limit.*busy' corun update --memory 4096 "$ID"
    assert_equal "$(memory_limit)" 67108864
}

@test "update: a refused value takes the others back" {
    start_sleeper '.linux.resources = {memory: {limit: 67108864}, pids: {limit: 30}, cpu: {quota: 40000, period: 80000}}'
    cpus=$(value_of cpuset cpuset.cpus cpuset.cpus)
    refused 'cpu/cpus.*; undone: .*memory.*' corun update --memory 50m --cpu-quota 10000 --cpuset-cpus 4000 --pids-limit 5 "$ID"
    assert_equal "$(memory_limit)" 67108864
    assert_equal "$(bandwidth)" "40000 80000"
    assert_equal "$(pids_limit)" 30
    assert_equal "$(value_of cpuset cpuset.cpus cpuset.cpus)" "$cpus"
}

@test "update: quota below the burst is refused, unless the burst goes with it" {
    start_sleeper '.linux.resources.cpu = {quota: 50000, period: 100000}'
    value_of cpu cpu.cfs_burst_us cpu.max.burst >/dev/null || skip "this kernel has no burst"
    corun update --cpu-burst 20000 "$ID"
    assert_equal "$(value_of cpu cpu.cfs_burst_us cpu.max.burst)" 20000
    refused 'cpu/quota: is less than the burst' corun update --cpu-quota 10000 "$ID"
    corun update --cpu-quota 10000 --cpu-burst 0 "$ID"
    assert_equal "$(value_of cpu cpu.cfs_burst_us cpu.max.burst)" 0
    assert_equal "$(bandwidth)" "10000 100000"
}

@test "update: cpu.idle, and shares only for who is not" {
    start_sleeper
    value_of cpu cpu.idle cpu.idle >/dev/null || skip "this kernel has no cpu.idle"
    corun update --cpu-idle 1 "$ID"
    assert_equal "$(value_of cpu cpu.idle cpu.idle)" 1
    corun update --cpu-idle 0 --cpu-share 512 "$ID"
    assert_equal "$(value_of cpu cpu.idle cpu.idle)" 0
    assert_equal "$(value_of cpu cpu.shares cpu.weight)" "$(if is_v2; then echo 20; else echo 512; fi)"
}

@test "update: CPUs of a running process" {
    start_sleeper
    corun update --cpuset-cpus 0 --cpuset-mems 0 "$ID"
    assert_equal "$(grep Cpus_allowed_list "/proc/$(pid_of "$ID")/status" | cut -f2)" 0
}

@test "update: devices change when they are given, and only then" {
    # sleep keeps no device open; each look is a new process
    bundle . sh -c 'mknod /kvm c 10 229; while :; do if { : </kvm; } 2>&1 | grep -q "not permitted"; then echo no; else echo yes; fi >/state.new; mv /state.new /state; sleep 0.05; done'
    edit '.process.capabilities |= map_values(. + ["CAP_MKNOD"])'
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    state_becomes() { becomes "$1" cat "$BUNDLE/rootfs/state"; }
    state_becomes no
    only_corun "it leaves devices alone"
    corun update -r - "$ID" <<<'{"devices": [{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 10, "minor": 229, "access": "rw"}]}'
    state_becomes yes
    corun update --pids-limit 50 "$ID"
    sleep 0.3
    state_becomes yes
    corun update -r - "$ID" <<<'{"devices": [{"allow": false, "access": "rwm"}]}'
    state_becomes no
    assert_equal "$(status_of "$ID")" running
}

@test "update: v1: device rules that are there already are not written" {
    ! is_v2 || skip "v2 replaces a program at once"
    command -v strace >/dev/null || skip "needs strace"
    start_sleeper
    echo '{"devices": [{"allow": false, "access": "rwm"}]}' >"$ROOT/resources"
    ASAN_OPTIONS=detect_leaks=0 strace -f -e trace=openat,open -o "$ROOT/trace" "$CORUN" --root "$STATE" update -r "$ROOT/resources" "$ID"
    run ! grep -E 'devices\.(allow|deny)|freezer.state.*WRONLY' "$ROOT/trace"
}

@test "update: blkio weight or its absence" {
    start_sleeper
    attempt corun update --blkio-weight 300 "$ID"
    [ "$status" = 0 ] || assert_output 'blockIO/weight'
    refused 'blockIO/weight: must be from' corun update --blkio-weight 1001 "$ID"
}

@test "update: kernel memory is accepted and has no effect, Intel RDT needs a class" {
    only_corun "it has Intel RDT"
    start_sleeper
    run corun update --kernel-memory 10m --kernel-memory-tcp 10m "$ID"
    assert_equal "$status" 0
    assert_output 'kernel-memory has no effect'
    refused 'no RDT class' corun update --l3-cache-schema 'L3:0=f' "$ID"
    refused 'no RDT class' corun update --mem-bw-schema 'MB:0=20' "$ID"
}

@test "update: garbage is refused before anything changes" {
    start_sleeper '.linux.resources.pids.limit = 30'
    for option in --memory=1x --memory=-5 --memory= --memory=0x10 --memory=99999999999g --memory-swap=a --memory-reservation=1..5 \
        --cpu-quota=1k --cpu-period=-1 --cpu-period=999999999999999999999 --cpu-share=x --cpuset-cpus=0-x '--cpuset-mems=,' \
        --blkio-weight=70000 --pids-limit=- --pids-limit=-2 --cpu-idle=2 --cpu-burst=-1 --cpu-quota=5 --cpu-period=5; do
        refused . corun update --pids-limit 5 "$option" "$ID"
    done
    refused 'unknown option --memry, did you mean --memory' corun update --memry 5m "$ID"
    assert_equal "$(pids_limit)" 30
}

@test "update: created and paused containers have limits, too; stopped ones have none" {
    bundle . sleep 1000
    corun create --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>&1 3>&-
    corun update --pids-limit 21 "$ID"
    assert_equal "$(pids_limit)" 21
    corun start "$ID"
    corun pause "$ID"
    corun update --pids-limit 22 "$ID"
    assert_equal "$(pids_limit)" 22
    assert_equal "$(status_of "$ID")" paused
    corun resume "$ID"
    corun kill "$ID" KILL
    wait_for_status "$ID" stopped
    refused 'container not running' corun update --pids-limit 23 "$ID"
    refused 'does not exist' corun update --pids-limit 23 "$ID-none"
}

@test "update: v1: only device rules that differ are written, and the container never stands still" {
    ! is_v2 || skip "v2 replaces a program at once"
    command -v strace >/dev/null || skip "needs strace"
    start_sleeper
    list=$(find /sys/fs/cgroup/devices -name "*$ID*" -type d)/devices.list
    before=$(sort "$list")
    echo '{"devices": [{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 10, "minor": 229, "access": "rw"}]}' >"$ROOT/resources"
    ASAN_OPTIONS=detect_leaks=0 strace -f -e trace=openat,open,write -o "$ROOT/trace" "$CORUN" --root "$STATE" update -r "$ROOT/resources" "$ID"
    run ! grep -E 'freezer.state.*WRONLY|devices.deny' "$ROOT/trace"
    assert_equal "$(grep -c 'devices.allow' "$ROOT/trace")" 1
    assert_equal "$(sort "$list" | grep -v '^c 10:229 rw$')" "$before"
    corun update -r - "$ID" <<<'{"devices": [{"allow": false, "access": "rwm"}]}'
    assert_equal "$(sort "$list")" "$before"
}

#!/usr/bin/env bats
# The systemd driver of cgroups: a scope for each container, with its limits where both systemd and the kernel have them, gone when it is.
load vm

setup() {
    vm_setup
    has_systemd_driver || skip "$(basename "$CORUN") was built without the systemd driver"
    SCOPE=ct-$ID.scope
}

teardown() {
    [ -z "${ROOT-}" ] || corun_teardown
}

has_systemd_driver() {
    case $CORUN in crun | runc) true ;; *) "$CORUN" features | jq -e .linux.cgroup.systemd >/dev/null ;; esac
}

# Name and place of the scope as an engine gives them; then filters and arguments as for bundle
scope_bundle() { bundle ".linux.cgroupsPath = \"${SLICE-system.slice}:ct:$ID\" | $1" "${@:2}"; }

sd_corun() { corun --systemd-cgroup "$@"; }

scope_sleeper() {
    scope_bundle "${1-.}" sleep 1000
    sd_corun run --detach --bundle "$BUNDLE" "$ID" >"$ROOT/out" 2>&1 </dev/null 3>&- || { cat "$ROOT/out" && false; }
}

property() { systemctl show --value -p "$1" "${2-$SCOPE}"; }
is_gone() { [ "$(property LoadState)" = not-found ] || [ "$(property ActiveState)" = inactive ]; }
scope_is_forgotten() { ! systemctl list-units --all --plain --no-legend "*$ID*" | grep -q .; }

@test "systemd: a container is a delegated scope with its processes in it" {
    scope_sleeper
    assert_equal "$(property ActiveState)" active
    assert_equal "$(property Delegate)" yes
    assert_equal "$(property ControlGroup)" "/system.slice/$SCOPE"
    assert_equal "$(cgroup_dir)" "/sys/fs/cgroup/system.slice/$SCOPE"
    assert_equal "$(cat "$(cgroup_dir)/cgroup.procs")" "$(pid_of "$ID")"
    systemctl status "$SCOPE" | grep -q "sleep 1000"
}

@test "systemd: without cgroupsPath the scope is in system.slice and named after the runtime" {
    case $CORUN in crun | runc) skip "another name" ;; esac
    bundle . sleep 1000
    sd_corun run --detach --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 </dev/null 3>&-
    assert_equal "$(cgroup_dir)" "/sys/fs/cgroup/system.slice/corun-$ID.scope"
}

@test "systemd: a slice of several parts is made where its name says" {
    part=ct${ID##*-}
    SLICE=$part-a-b.slice
    scope_sleeper
    assert_equal "$(cgroup_dir)" "/sys/fs/cgroup/$part.slice/$part-a.slice/$SLICE/$SCOPE"
    sd_corun delete --force "$ID"
    # a slice stays until somebody stops it, as do those that systemctl makes
    systemctl stop "$part.slice"
    nothing_left
}

@test "systemd: a name that ends in .slice is a slice, which the container is in itself" {
    part=ct${ID##*-}
    bundle ".linux.cgroupsPath = \"system.slice::$part-pod.slice\"" sleep 1000
    sd_corun run --detach --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 </dev/null 3>&-
    assert_equal "$(cgroup_dir)" "/sys/fs/cgroup/$part.slice/$part-pod.slice"
    assert_equal "$(property ControlGroup "$part-pod.slice")" "/$part.slice/$part-pod.slice"
    sd_corun delete --force "$ID"
    [ ! -e "/sys/fs/cgroup/$part.slice/$part-pod.slice" ]
    systemctl stop "$part.slice"
    nothing_left
}

limits='.linux.resources = {memory: {limit: 67108864, swap: 134217728, reservation: 33554432},
    cpu: {shares: 512, quota: 12345, period: 50000, cpus: "0"}, pids: {limit: 13}, blockIO: {weight: 500}}'

@test "systemd: limits are in the files, exactly, and in the scope's properties" {
    scope_sleeper "$limits"
    assert_equal "$(value_of memory.max)" 67108864
    assert_equal "$(value_of memory.swap.max)" 67108864
    assert_equal "$(value_of memory.low)" 33554432
    assert_equal "$(value_of cpu.max)" "12345 50000"
    assert_equal "$(value_of cpuset.cpus)" 0
    assert_equal "$(value_of pids.max)" 13
    assert_equal "$(property MemoryMax)" 67108864
    assert_equal "$(property MemorySwapMax)" 67108864
    assert_equal "$(property MemoryLow)" 33554432
    assert_equal "$(property CPUWeight)" "$(value_of cpu.weight)"
    assert_equal "$(property CPUQuotaPerSecUSec)" 250ms
    assert_equal "$(property CPUQuotaPeriodUSec)" 50ms
    assert_equal "$(property AllowedCPUs)" 0
    assert_equal "$(property TasksMax)" 13
}

@test "systemd: without a limit of processes there is none" {
    scope_sleeper
    assert_equal "$(value_of pids.max)" max
    assert_equal "$(property TasksMax)" infinity
}

@test "systemd: one process is enough of a limit for one process" {
    scope_bundle '.linux.resources = {pids: {limit: 1}}' cat /sys/fs/cgroup/pids.max
    edit "$(own_cgroup_namespace) | $(cgroup_mount ro)"
    attempt sd_corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$status" 0
    assert_output 1
}

@test "systemd: daemon-reload takes back neither limits nor device rules" {
    scope_sleeper "$limits"
    sd_corun update --memory 83886080 --memory-swap 83886080 --pids-limit 21 --cpu-quota 22222 "$ID"
    assert_equal "$(property MemoryMax)" 83886080
    assert_equal "$(property TasksMax)" 21
    assert_equal "$(value_of cpu.max)" "22222 50000"
    systemctl daemon-reload
    assert_equal "$(value_of memory.max)" 83886080
    assert_equal "$(value_of memory.swap.max)" 0
    assert_equal "$(value_of pids.max)" 21
    read -r quota period <<<"$(value_of cpu.max)"
    [ "$quota" -ge 22222 ] && [ "$quota" -le 22500 ] && [ "$period" = 50000 ]
    # no device but the usual ones
    run sd_corun exec "$ID" sh -c 'mknod /tmp/loop b 7 0 && dd if=/tmp/loop of=/dev/null bs=1 count=1'
    [ "$status" != 0 ]
    run -0 sd_corun exec "$ID" dd if=/dev/zero of=/dev/null bs=1 count=1
}

@test "systemd: an update that the kernel refuses changes nothing" {
    scope_sleeper "$limits"
    run sd_corun update --pids-limit 21 --cpuset-cpus 99 "$ID"
    [ "$status" != 0 ]
    assert_equal "$(value_of pids.max)" 13
    assert_equal "$(property TasksMax)" 13
}

@test "systemd: an update of which systemd cannot be told changes nothing" {
    scope_sleeper "$limits"
    # shellcheck disable=SC2016 # for the inner shell
    refused "connect to the system bus" unshare --mount sh -c 'mount -t tmpfs none /run/dbus && exec "$@"' sh \
        "$CORUN" --root "$STATE" update --memory 83886080 --memory-swap 83886080 --pids-limit 21 "$ID"
    assert_equal "$(value_of memory.max)" 67108864
    assert_equal "$(value_of pids.max)" 13
}

@test "systemd: properties from annotations" {
    scope_bundle '.annotations["org.systemd.property.TimeoutStopUSec"] = "uint64 7000000"
        | .annotations["org.systemd.property.Description"] = "'"'a test'"'"' sleep 1000
    sd_corun run --detach --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 </dev/null 3>&-
    assert_equal "$(property TimeoutStopUSec)" 7s
    assert_equal "$(property Description)" "a test"
}

@test "systemd: a container that ends takes its scope along" {
    scope_bundle . true
    attempt sd_corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$status" 0
    scope_is_forgotten
    nothing_left
}

@test "systemd: create, start, exec, pause, kill --all, delete" {
    scope_bundle . sh -c 'sleep 1000 & wait'
    edit "$(no_cgroup_namespace)" # so that the container sees what it is in
    sd_corun create --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 </dev/null 3>&-
    assert_equal "$(cat "$(cgroup_dir)/cgroup.procs")" "$(pid_of "$ID")" # and nobody else
    sd_corun start "$ID"
    wait_for_status "$ID" running
    run -0 sd_corun exec "$ID" cat /proc/self/cgroup
    assert_output "$SCOPE"
    sd_corun pause "$ID"
    assert_equal "$(status_of "$ID")" paused
    sd_corun resume "$ID"
    run -0 sd_corun list
    assert_output "$ID"
    sd_corun kill --all "$ID" KILL
    wait_for_status "$ID" stopped
    sd_corun delete "$ID"
    scope_is_forgotten
    nothing_left
}

@test "systemd: delete --force of a paused container leaves no scope" {
    scope_sleeper
    sd_corun pause "$ID"
    sd_corun delete --force "$ID"
    scope_is_forgotten
    nothing_left
}

@test "systemd: the same name again, at once" {
    scope_bundle . true
    for _ in 1 2 3; do
        attempt sd_corun run --bundle "$BUNDLE" "$ID"
        assert_equal "$status" 0
    done
    scope_is_forgotten
}

@test "systemd: systemctl stop ends the container" {
    scope_sleeper '.process.args = ["sh", "-c", "trap exit TERM; while :; do sleep 0.1; done"]'
    systemctl stop "$SCOPE"
    wait_for_status "$ID" stopped
    sd_corun delete "$ID"
    nothing_left
}

@test "systemd: killed for lack of memory, the name is free again" {
    scope_bundle '.linux.resources = {memory: {limit: 8388608, swap: 8388608}}' sh -c 'x=a; while :; do x=$x$x; done'
    attempt sd_corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$status" 137
    scope_is_forgotten
    attempt sd_corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$status" 137
}

@test "systemd: a cgroup namespace, and its cgroup handed to the container's user" {
    scope_bundle . sh -c 'cat /proc/self/cgroup; mkdir /sys/fs/cgroup/sub && echo made'
    edit "$(own_cgroup_namespace) | $(cgroup_mount rw) | $(user_namespace)"
    attempt sd_corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$status" 0
    assert_equal "$output" $'0::/\nmade'
    nothing_left
}

@test "systemd: the container's cgroup mounted without a cgroup namespace" {
    scope_bundle . cat /sys/fs/cgroup/cgroup.procs /proc/self/cgroup
    edit "$(no_cgroup_namespace) | $(cgroup_mount ro)"
    attempt sd_corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$status" 0
    assert_output "$SCOPE"
}

@test "systemd: a scope of another's that is there is refused, and stays" {
    systemd-run --quiet --scope --unit "$SCOPE" sleep 30 3>&- &
    other=$!
    wait_until systemctl is-active "$SCOPE"
    scope_bundle . true
    refused "already" sd_corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$(property ActiveState)" active
    kill $other
    wait $other || true
}

@test "systemd: names that systemd refuses" {
    only_corun "in words"
    bundle ".linux.cgroupsPath = \"system.slice:ct:a b+$ID\"" true
    refused "systemd: ask systemd for ct-a b.$ID.scope: " sd_corun run --bundle "$BUNDLE" "$ID"
    edit ".linux.cgroupsPath = \"a--b.slice:ct:$ID\""
    refused "a--b.slice" sd_corun run --bundle "$BUNDLE" "$ID"
    edit '.linux.cgroupsPath = "/a/b"'
    refused "SLICE:PREFIX:NAME" sd_corun run --bundle "$BUNDLE" "$ID"
    scope_is_forgotten
    nothing_left
}

@test "systemd: a property that is none" {
    only_corun "in words"
    scope_bundle '.annotations["org.systemd.property.NoSuchThing"] = "true"' true
    refused "NoSuchThing" sd_corun run --bundle "$BUNDLE" "$ID"
    edit '.annotations = {"org.systemd.property.KillMode": "mixed"}'
    refused "org.systemd.property.KillMode" sd_corun run --bundle "$BUNDLE" "$ID"
    scope_is_forgotten
    nothing_left
}

@test "systemd: no bus" {
    only_corun "in words"
    scope_bundle . true
    # shellcheck disable=SC2016 # for the inner shell
    refused "connect to the system bus: No such file or directory" \
        unshare --mount sh -c 'mount -t tmpfs none /run/dbus && exec "$@"' sh "$CORUN" --root "$STATE" --systemd-cgroup run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "systemd: no helper program" {
    only_corun "one program"
    scope_bundle . true
    cp "$(command -v "$CORUN")" "$ROOT/alone"
    refused "/corun-systemd" "$ROOT/alone" --root "$STATE" --systemd-cgroup run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "systemd: what a killed create leaves, delete --force removes" {
    scope_bundle '.hooks = {createRuntime: [{path: "/bin/sh", args: ["sh", "-c", "echo $$ >" + $root + "/hook; exec sleep 1000"]}]}' true
    sd_corun create --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 </dev/null 3>&- &
    job=$!
    wait_for_file "$ROOT/hook"
    kill -KILL $job
    wait $job || true
    kill -KILL "$(cat "$ROOT/hook")"
    sd_corun delete --force "$ID"
    scope_is_forgotten
    nothing_left
}

#!/usr/bin/env bats
# The phases of a group, the runs of its members, and its end: bounded in time whatever the members do, and with nothing left.
# shellcheck disable=SC2153,SC2154 # set by the libraries: FILE, stdout
load ../lib/corun
load ../lib/group

phase() { corun group state "$GROUP" | jq -r .phase; }
# of_member NAME JQ
of_member() { corun group state "$GROUP" | jq -r --arg m "$1" ".members[] | select(.name == \$m) | $2"; }
phase_becomes() { becomes "$1" phase; }
# within SECONDS COMMAND...
within() {
    local begun=$SECONDS limit=$1
    shift
    "$@"
    [ $((SECONDS - begun)) -le "$limit" ] || { echo "$*: took $((SECONDS - begun)) s"; return 1; }
}
# start_one JQ-OF-GROUP COMMAND...: a group of one container, "app", in the background
start_one() {
    local more=$1
    shift
    bundles one
    jq -n "{containers: [{name: \"app\", bundle: \"one\", command: \$ARGS.positional}]} + $more" --args "$@" >"$FILE"
    corun group create --file "$FILE" "$GROUP"
    corun group start "$GROUP" >"$ROOT/out" 2>&1
}
export -f phase of_member phase_becomes within start_one

cannot_start() {
    bundles one
    group_file '{restartPolicy: "Never", volumes: [{name: "v", tmpfs: {}}], containers: [
        {name: "bad", bundle: "one", command: ["true"], volumeMounts: [{name: "v", mountPath: "/v", subPath: "x/y"}]},
        {name: "good", bundle: "one", command: ["sleep", "1000"]}]}'
    corun group create --file "$FILE" "$GROUP"
    corun group events "$GROUP" >"$ROOT/events" 2>&1 &
    sleep 0.5
    corun group start "$GROUP" >"$ROOT/out" 2>&1
    grep -q 'bad *| .*open volumes/v/x/y of the group: No such file' "$ROOT/out"
    # who could not be made is told of as who has ended, and is no start
    assert_equal "$(of_member bad '[.status, .currentState.state, .currentState.reason, .currentState.exitCode, has("id")] | join(" ")')" "stopped Terminated CannotStart 125 false"
    assert_equal "$(of_member good .currentState.state) $(phase)" "Running Running"
    await_line "$ROOT/events" CannotStart
    assert_equal "$(jq -r 'select(.member == "bad") | "\(.type) \(.exitCode) \(.reason)"' "$ROOT/events")" "exited 125 CannotStart"
    corun group stop "$GROUP"
    phase_becomes Stopped
    corun group delete "$GROUP"
    wait
}

@test "group: a container that cannot be started is seen in state and events" {
    in_private cannot_start
}

phases() {
    for code in 0 3; do
        bundles one
        group_file --arg code "$code" '{restartPolicy: "Never", containers: [{name: "app", bundle: "one", command: ["sh", "-c", "sleep 1; exit \($code)"]}]}'
        corun group create --file "$FILE" "$GROUP"
        assert_equal "$(phase)" Pending
        corun group start "$GROUP" >/dev/null 2>&1
        assert_equal "$(phase) $(of_member app .currentState.state)" "Running Running"
        if [ "$code" = 0 ]; then phase_becomes Succeeded; else phase_becomes Failed; fi
        assert_equal "$(corun group state "$GROUP" | jq .exitCode)" "$code"
        corun group list --format json | jq -e --arg p "$(phase)" '.[0].phase == $p'
        corun group delete "$GROUP"
    done
    start_one '{}' sleep 1000
    corun group pause "$GROUP"
    assert_equal "$(phase)" Running
    corun group stop --time 1 "$GROUP"
    phase_becomes Stopped
    corun group start "$GROUP" >/dev/null 2>&1
    assert_equal "$(phase)" Running
    corun group kill "$GROUP" # the end, although the policy is Always
    phase_becomes Stopped
    sleep 1.5
    assert_equal "$(phase) $(of_member app .restartCount)" "Stopped 0"
    corun group delete "$GROUP"
    # by hand: what is not known is not told
    corun group create "$GROUP"
    member m . sleep 1000
    assert_equal "$(phase) $(of_member m '.currentState | tostring')" 'Running {"state":"Running"}'
    corun kill m KILL
    phase_becomes Stopped
    assert_equal "$(of_member m '.currentState | tostring')" '{"state":"Terminated"}'
    corun delete m
    # stop returns when all have ended, those too that it has to kill, which takes a while with a hundred processes
    member m . sh -c 'i=0; while [ $i -lt 100 ]; do sleep 1000 & i=$((i+1)); done; touch /ready; wait'
    wait_for_file "$ROOT/m/rootfs/ready"
    corun group stop --time 0 "$GROUP"
    assert_equal "$(phase)" Stopped
}

@test "group state: the phases of a group" {
    in_private phases
}

runs() {
    bundles one
    group_file '{restartPolicy: "OnFailure", volumes: [{name: "v", tmpfs: {}}], containers: [{name: "app", bundle: "one", volumeMounts: [{name: "v", mountPath: "/v"}],
        command: ["sh", "-c", "echo x >> /v/n; sleep 0.3; case $(wc -l < /v/n) in 1) exit 4;; 2) exit 5;; *) exec sleep 1000;; esac"]}]}'
    corun group create --file "$FILE" "$GROUP"
    corun group start "$GROUP" >/dev/null 2>&1
    becomes 2 of_member app .restartCount
    assert_equal "$(of_member app '.currentState | [.state, .exitCode, .finishTime] | tostring')" '["Running",null,null]'
    of_member app '.previousState' >"$ROOT/previous"
    jq -e '.state == "Terminated" and .startTime < .finishTime and .reason == "Error" and .exitCode == 5 and .signal == null' "$ROOT/previous"
    [ "$(of_member app .currentState.startTime)" ">" "$(jq -r .finishTime "$ROOT/previous")" ]
}

@test "group state: current and previous run of a member, and how often it was restarted" {
    in_private runs
}

# nothing_of_it: no process, no cgroup, no state
nothing_of_it() {
    assert_equal "$(corun group list -q)$(corun list -q)" ""
    assert_equal "$(find /sys/fs/cgroup -maxdepth 3 -name "corun-group-$GROUP" | head -n 3)" ""
    becomes "" pgrep -f -- "--root $STATE group"
}
export -f nothing_of_it

ends() {
    deaf='trap "" TERM INT HUP; while :; do sleep 0.05; done'
    # frozen as a whole, frozen alone, stopped, deaf: one command each ends it
    for end in 'group kill' 'group delete --force' 'group stop --time 1'; do
        start_one '{}' sh -c "$deaf"
        member frozen . sleep 1000
        member stopped . sleep 1000
        member forks . sh -c 'while :; do (sleep 0.01 &); done'
        corun pause frozen
        kill -STOP "$(pid_of stopped)"
        case $end in *kill*) corun group pause "$GROUP" ;; esac
        # shellcheck disable=SC2086 # two words
        within 6 corun $end "$GROUP"
        if [ "$end" != 'group delete --force' ]; then
            phase_becomes Stopped
            assert_equal "$(corun group state "$GROUP" | jq -c '[.members[].status] | unique')" '["stopped"]'
            # shellcheck disable=SC2086
            within 3 corun $end "$GROUP" # once more: it has ended
            within 6 corun group delete "$GROUP"
        fi
        within 2 corun group delete --force "$GROUP" # there is none: no error
        nothing_of_it
    done
}

@test "group kill, stop, delete: bounded in time with frozen, stopped, deaf and forking members" {
    in_private ends
}

paused_delete() {
    start_one '{}' sleep 1000
    corun group pause "$GROUP"
    refused 'not stopped' corun group delete "$GROUP"
    within 5 corun group delete --force "$GROUP"
    nothing_of_it
    corun group create "$GROUP"
    member busy . sh -c 'sleep 1000 & wait'
    within 5 corun group kill "$GROUP"
    within 5 corun group kill "$GROUP"
    phase_becomes Stopped
    refused 'not exist' corun group kill "$GROUP-none"
    # two at once
    corun group delete --force "$GROUP" &
    corun group delete --force "$GROUP"
    wait $!
    nothing_of_it
}

@test "group delete: of a paused group, twice at once, of none" {
    in_private paused_delete
}

signalled() {
    bundles one
    group_file '{terminationGracePeriod: 1, containers: [{name: "a", bundle: "one", command: ["sleep", "1000"]}, {name: "b", bundle: "one", command: ["sleep", "1000"]}]}'
    "$CORUN" --root "$STATE" group run --file "$FILE" "$GROUP" </dev/null >"$ROOT/out" 2>&1 &
    supervisor=$!
    becomes running of_member b .status
    corun pause "$GROUP.a" # it hears no TERM
    corun group pause "$GROUP"
    begun=$SECONDS
    kill -TERM "$supervisor"
    code=0
    wait "$supervisor" || code=$?
    assert_equal "$code" 143
    [ $((SECONDS - begun)) -le 5 ]
    nothing_of_it
}

@test "group run: a signal ends it in time, though a member and the group are paused" {
    in_private signalled
}

# outside PID MEMBER: the cgroups of the process that are not the member's, below the group's
outside() { grep -vE "^[0-9]+:[^:]*:$(corun group state "$GROUP" | jq -r .cgroupPath)/$2(/|\$)" "/proc/$1/cgroup" || true; }
# limit_of NAME FILE-V1 FILE-V2
limit_of() {
    local path
    path=$(corun group state "$GROUP" | jq -r .cgroupPath)$1
    cat "/sys/fs/cgroup/memory$path/$2" "/sys/fs/cgroup/pids$path/$2" "/sys/fs/cgroup/cpu$path/$2" "/sys/fs/cgroup$path/$3" 2>/dev/null | head -n 1 | cut -d' ' -f1
}
export -f outside limit_of

limits() {
    bundles one
    group_file '{restartPolicy: "Never", limits: {memoryInGB: 0.25, cpu: 1, pids: 50}, containers: [
        {name: "held", bundle: "one", command: ["sleep", "1000"], resources: {requests: {memoryInGB: 0.0625, cpu: 0.25, pids: 20}}},
        {name: "burst", bundle: "one", command: ["sleep", "1000"], resources: {requests: {memoryInGB: 0.0625, cpu: 0.25}, limits: {memoryInGB: 0.25, cpu: 1}}},
        {name: "free", bundle: "one", command: ["sleep", "1000"]}]}'
    corun group create --file "$FILE" "$GROUP"
    corun group start "$GROUP" >/dev/null 2>&1
    member hand . sleep 1000
    # without limits: held to its requests; with limits: up to them; without either: the group's, which bind all
    assert_equal "$(limit_of /held memory.limit_in_bytes memory.max) $(limit_of /held cpu.cfs_quota_us cpu.max) $(limit_of /held pids.max pids.max)" "67108864 25000 20"
    assert_equal "$(limit_of /burst memory.limit_in_bytes memory.max) $(limit_of /burst cpu.cfs_quota_us cpu.max)" "268435456 100000"
    assert_equal "$(limit_of "" memory.limit_in_bytes memory.max) $(limit_of "" cpu.cfs_quota_us cpu.max) $(limit_of "" pids.max pids.max)" "268435456 100000 50"
    for name in held burst free; do assert_equal "$(outside "$(pid_of "$GROUP.$name")" "$name")" ""; done
    assert_equal "$(outside "$(pid_of hand)" hand)" ""
    [ -n "$(outside "$(pid_of hand)" held)" ] # the look itself can fail
    # a program that is run in a member later is in the member's cgroup, too
    corun group exec --detach --pid-file "$ROOT/exec.pid" "$GROUP" held sleep 1000 </dev/null >/dev/null 2>&1
    assert_equal "$(outside "$(cat "$ROOT/exec.pid")" held)" ""
    # no bundle leads elsewhere, or above the group
    BUNDLE=$ROOT/elsewhere
    bundle '.linux.cgroupsPath = "/elsewhere-'"$ID"'"' sleep 1000
    corun run --detach --group "$GROUP" --bundle "$BUNDLE" elsewhere </dev/null >/dev/null 2>&1
    assert_equal "$(outside "$(pid_of elsewhere)" elsewhere)" ""
    BUNDLE=$ROOT/more
    bundle '.linux.resources.memory.limit = 536870912' sleep 1000
    refused 'above the limit of the group' corun create --group "$GROUP" --bundle "$BUNDLE" more
    # together no more than the group's: 50 processes
    attempt corun group exec "$GROUP" free sh -c 'i=0; while [ $i -lt 60 ]; do sleep 5 & i=$((i + 1)); done'
    [ "$status" != 0 ]
    jq -n '{limits: {memoryInGB: 0.1}, containers: [{name: "a", bundle: "one", resources: {limits: {memoryInGB: 0.2}}}]}' >"$FILE"
    refused '/containers/0/resources/limits/memoryInGB: is above' corun group create --file "$FILE" "$GROUP-2"
}

@test "group limits: held to requests, burst to limits, never beyond the group, never outside its cgroup" {
    in_private limits
}

inits() {
    bundles one two
    group_file '{restartPolicy: "Never", limits: {memoryInGB: 0.25, cpu: 1, pids: 50}, volumes: [{name: "v", tmpfs: {}}],
        initContainers: [{name: "i1", bundle: "one", volumeMounts: [{name: "v", mountPath: "/v"}], command: ["sh", "-c", "echo i1 begins >> /v/log; until [ -e /go ]; do sleep 0.1; done; echo i1 ends >> /v/log"]},
                         {name: "i2", bundle: "two", volumeMounts: [{name: "v", mountPath: "/v"}], command: ["sh", "-c", "echo i2 begins >> /v/log; sleep 1; echo i2 ends >> /v/log"]}],
        containers: [{name: "app", bundle: "one", volumeMounts: [{name: "v", mountPath: "/v"}], command: ["cat", "/v/log"], resources: {requests: {memoryInGB: 0.0625, cpu: 0.25}}}]}'
    "$CORUN" --root "$STATE" group run --keep --file "$FILE" "$GROUP" </dev/null >"$ROOT/out" 2>&1 &
    supervisor=$!
    becomes running of_member i1 .status
    # all that the group has, and nobody else
    cpu=$(limit_of /i1 cpu.cfs_quota_us cpu.max | sed 's/^-1$/max/') || true
    assert_equal "$(limit_of /i1 memory.limit_in_bytes memory.max | sed 's/^9223372036854771712$/max/') ${cpu:-max}" "max max"
    assert_equal "$(limit_of "" memory.limit_in_bytes memory.max)" 268435456
    assert_equal "$(corun group state "$GROUP" | jq -c '[.members[].name]')" '["i1"]'
    assert_equal "$(phase)" Running
    touch "$ROOT/one/rootfs/go"
    wait "$supervisor"
    assert_equal "$(cut -d'|' -f2 "$ROOT/out" | tr -d '\n')" " i1 begins i1 ends i2 begins i2 ends"
    assert_equal "$(phase)" Succeeded
    jq '.initContainers[0].resources = {limits: {cpu: 0.5}}' "$FILE" >"$ROOT/bad.json"
    refused '/initContainers/0/resources: an init container has all' corun group create --file "$ROOT/bad.json" "$GROUP-2"
}

@test "group limits: init containers, in order, each alone, with all that the group has" {
    in_private inits
}

block_io() {
    bundles one
    device=$(lsblk -dno MAJ:MIN,TYPE | awk '$2 == "disk" { print $1; exit }')
    [ -n "$device" ] || return 0 # a machine without disks
    group_file --arg d "$device" '($d | split(":") | map(tonumber)) as [$major, $minor] | {major: $major, minor: $minor, rate: 1048576} as $slow |
        {limits: {io: {throttleWriteBpsDevice: [$slow]}},
        containers: [{name: "a", bundle: "one", command: ["sleep", "1000"], resources: {limits: {io: {throttleReadBpsDevice: [$slow]}}}}]}'
    corun group create --file "$FILE" "$GROUP"
    corun group start "$GROUP" >/dev/null 2>&1
    path=$(corun group state "$GROUP" | jq -r .cgroupPath)
    if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
        grep -q "^$device .*wbps=1048576" "/sys/fs/cgroup$path/io.max"
        grep -q "^$device rbps=1048576" "/sys/fs/cgroup$path/a/io.max"
    else
        assert_equal "$(cat "/sys/fs/cgroup/blkio$path/blkio.throttle.write_bps_device")" "$device 1048576"
        assert_equal "$(cat "/sys/fs/cgroup/blkio$path/a/blkio.throttle.read_bps_device")" "$device 1048576"
    fi
    jq '.limits.io.throttleWriteBpsDevice[0].rate = 2097152 | del(.containers)' "$FILE" >"$ROOT/more.json"
    corun group update --file "$ROOT/more.json" "$GROUP"
    { cat "/sys/fs/cgroup/blkio$path/blkio.throttle.write_bps_device" "/sys/fs/cgroup$path/io.max" 2>/dev/null || true; } | grep -q 2097152
    jq '.limits.io.throttleWriteBpsDevice[0].rate = -1' "$FILE" >"$ROOT/bad.json"
    refused '/limits/io/throttleWriteBpsDevice/0/rate' corun group create --file "$ROOT/bad.json" "$GROUP-2"
}

@test "group limits: block I/O of the group and of a member" {
    in_private block_io
}

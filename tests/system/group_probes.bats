#!/usr/bin/env bats
# Probes and ports: what the supervisor finds out about its containers, does about it, and tells.
# shellcheck disable=SC2153,SC2154 # set by the libraries: FILE, stdout
load ../lib/corun
load ../lib/group

# member_state JQ: of the container "app"
app() { corun group state "$GROUP" | jq -r ".members[] | select(.name == \"app\") | $1"; }

# app_becomes JQ VALUE
app_becomes() { becomes "$2" app "$1"; }

start() {
    bundles one
    corun group create --file "$FILE" "$GROUP"
    corun group start "$GROUP" >"$ROOT/out" 2>&1
}

ready() {
    group_file '{containers: [{name: "app", bundle: "one", command: ["sleep", "1000"],
        readinessProbe: {exec: {command: ["test", "-e", "/tmp/ready"]}, periodSeconds: 1, failureThreshold: 2, successThreshold: 2}},
        {name: "other", bundle: "one", command: ["sleep", "1000"]}]}'
    start
    assert_equal "$(app .ready)" false
    assert_equal "$(corun group state "$GROUP" | jq '.members[] | select(.name == "other").ready')" true
    sleep 1.2
    assert_equal "$(app .ready)" false
    corun group exec "$GROUP" app touch /tmp/ready
    app_becomes .ready true
    pid=$(app .pid)
    corun group exec "$GROUP" app rm /tmp/ready
    app_becomes .ready false
    # it is not restarted for that
    assert_equal "$(app '[.pid, .restartCount] | join(" ")')" "$pid 0"
    # a paused container says nothing about itself
    corun group exec "$GROUP" app touch /tmp/ready
    app_becomes .ready true
    corun group pause "$GROUP"
    sleep 3
    corun group resume "$GROUP"
    assert_equal "$(app .ready)" true
    corun group delete --force "$GROUP"
}

@test "group probes: readiness follows the probe and restarts nothing; pausing is not failing" {
    export -f app app_becomes start
    in_private ready
}

dies() {
    group_file '{terminationGracePeriod: 1, containers: [{name: "app", bundle: "one", command: ["sh", "-c", "trap \"\" TERM; touch /tmp/alive; echo up; while :; do sleep 0.1; done"],
        livenessProbe: {exec: {command: ["test", "-e", "/tmp/alive"]}, initialDelaySeconds: 1, periodSeconds: 1, failureThreshold: 2}}]}'
    start
    sleep 2.5
    assert_equal "$(app .restartCount)" 0
    first=$(app .pid)
    corun group exec "$GROUP" app rm /tmp/alive
    # TERM is ignored, so it is killed after the grace
    app_becomes .restartCount 1
    assert_equal "$(app .lastExitCode)" 137
    app_becomes .status running
    [ "$(app .pid)" != "$first" ]
    grep -q 'container .*app.*: its liveness probe fails: it is restarted' "$ROOT/out"
    wait_for_status "$GROUP.app" running
    becomes 2 grep -c 'app . up' "$ROOT/out"
    # no check outlives a container, no process of ours lives in a member's cgroup
    for file in "/sys/fs/cgroup"/*/"corun-group-$GROUP/app/cgroup.procs" "/sys/fs/cgroup/corun-group-$GROUP/app/cgroup.procs"; do
        [ -e "$file" ] || continue
        while read -r pid; do
            [ "$(readlink "/proc/$pid/exe" || true)" != "$(realpath "$CORUN")" ]
        done <"$file"
    done
    corun group delete --force "$GROUP"
}

@test "group probes: a failing liveness probe restarts the container; count and exit code are told" {
    export -f app app_becomes start
    in_private dies
}

# It goes with exit code 0, which is not what OnFailure restarts; its probe is.
hangs() {
    group_file '{restartPolicy: "OnFailure", containers: [{name: "app", bundle: "one", command: ["sh", "-c", "trap \"exit 0\" TERM; while :; do sleep 0.1; done"],
        livenessProbe: {exec: {command: ["sleep", "1000"]}, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 1}}]}'
    start
    app_becomes .restartCount 1
    assert_equal "$(app .lastExitCode)" 0
    corun group stop --time 1 "$GROUP"
    assert_equal "$(pgrep -c -f "$ID.*sleep 1000" || true)" 0
    corun group delete "$GROUP"
}

@test "group probes: one that takes too long is killed and has failed; OnFailure restarts what it ended" {
    export -f app app_becomes start
    in_private hangs
}

never() {
    group_file '{restartPolicy: "Never", containers: [{name: "app", bundle: "one", command: ["sleep", "1000"],
        livenessProbe: {exec: {command: ["/no/such"]}, periodSeconds: 1, failureThreshold: 2}}], terminationGracePeriod: 1}'
    bundles one
    attempt corun group run --keep --file "$FILE" "$GROUP"
    assert_equal "$status" 137 # sleep is process 1, which TERM does not end
    assert_output 'its liveness probe fails: it is ended'
    assert_equal "$(app '[.status, .restartCount, .lastExitCode, .ready] | map(tostring) | join(" ")')" "stopped 0 137 false"
    corun group delete "$GROUP"
}

@test "group probes: a program that is not there fails; policy Never restarts nothing" {
    export -f app
    in_private never
}

backs_off() {
    group_file '{containers: [{name: "app", bundle: "one", command: ["sh", "-c", "date +%s%N; exit 4"]}]}'
    start
    sleep 4.5 # starts at 0, 1 and 3 seconds
    assert_equal "$(app .lastExitCode)" 4
    assert_equal "$(grep -c 'app' "$ROOT/out")" 3
    assert_equal "$(app .restartCount)" 2
    corun group delete --force "$GROUP"
}

@test "group run: restarts come after growing pauses, and are counted" {
    export -f app start
    in_private backs_off
}

told_ports() {
    group_file '{containers: [{name: "app", ports: [{port: 80}, {port: 53, protocol: "UDP"}]}, {name: "b", ports: [{port: 53}, {port: 65535}]}]}'
    corun group create --file "$FILE" "$GROUP"
    bundle . sleep 1000
    corun run --detach --group "$GROUP" --bundle "$BUNDLE" app </dev/null >"$ROOT/out" 2>&1
    assert_equal "$(app .ports | jq -c .)" '[{"port":80,"protocol":"TCP"},{"port":53,"protocol":"UDP"}]'
    corun group delete --force "$GROUP"
    # without a shared network each has its own
    group_file '{namespaces: ["ipc"], containers: [{name: "a", ports: [{port: 80}]}, {name: "b", ports: [{port: 80}]}]}'
    corun group create --file "$FILE" "$GROUP"
    corun group delete "$GROUP"
}

@test "group: ports are told" {
    export -f app
    in_private told_ports
}

# wrong PATTERN JQ: of one container
wrong() {
    jq -n "{containers: [{name: \"a\", ports: [{port: 80}]}, {name: \"b\"} + $2]}" >"$FILE"
    refused "$1" corun group create --file "$FILE" "$GROUP"
}

probe_refusals() {
    wrong '/containers/1/ports/0: port 80 is container "a"' '{ports: [{port: 80}]}'
    wrong '/containers/1/ports/1: port 81 is container "b"' '{ports: [{port: 81}, {port: 81, protocol: "TCP"}]}'
    wrong '/containers/1/ports/0/port: ' '{ports: [{port: 0}]}'
    wrong '/containers/1/ports/0/port: ' '{ports: [{port: 65536}]}'
    wrong '/containers/1/ports/0/protocol: ' '{ports: [{port: 1, protocol: "SCTP"}]}'
    wrong '/containers/1/ports/0.*port' '{ports: [{}]}'
    wrong '/containers/1/livenessProbe.*exec' '{livenessProbe: {httpGet: {path: "/", port: 80}}}'
    wrong '/containers/1/readinessProbe/exec/command: is empty' '{readinessProbe: {exec: {command: []}}}'
    wrong '/containers/1/livenessProbe/successThreshold: must be 1' '{livenessProbe: {exec: {command: ["x"]}, successThreshold: 2}}'
    wrong '/containers/1/livenessProbe/periodSeconds: ' '{livenessProbe: {exec: {command: ["x"]}, periodSeconds: 0}}'
    wrong '/containers/1/livenessProbe/initialDelaySeconds: ' '{livenessProbe: {exec: {command: ["x"]}, initialDelaySeconds: -1}}'
    group_file '{initContainers: [{name: "a", livenessProbe: {exec: {command: ["x"]}}}]}'
    refused '/initContainers/0: an init container has no ports' corun group create --file "$FILE" "$GROUP"
}

@test "group probes: what is wrong with probes and ports is refused with its place" {
    export -f wrong
    in_private probe_refusals
}

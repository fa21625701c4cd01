#!/usr/bin/env bats
# group events: what happens to members, told as it happens, whoever made them.
# shellcheck disable=SC2153,SC2154 # set by the libraries: FILE, stdout
load ../lib/corun
load ../lib/group

# events: in the background, to $ROOT/events; $watcher
watch_events() {
    "$CORUN" --root "$STATE" group events "$@" "$GROUP" >"$ROOT/events" 2>"$ROOT/events.err" </dev/null &
    watcher=$!
    sleep 0.4 # its first look is what it compares with
}

# watcher_ends: by itself, within ten seconds
watcher_ends() {
    for _ in $(seq 100); do
        kill -0 "$watcher" 2>/dev/null || break
        sleep 0.1
    done
    wait "$watcher"
    assert_equal "$(cat "$ROOT/events.err")" ""
    jq -es --arg id "$GROUP" 'all(.id == $id and (.time | test("^2[0-9-]+T[0-9:.]+Z$")))' "$ROOT/events"
}

# told JQ...: each line as text
told() { jq -r "$@" "$ROOT/events"; }
# the words of a member's events
story() { told --arg m "$1" 'select(.member == $m) | [.type, .exitCode, .signal, .reason, .passes, .restartCount, .level] | map(select(. != null) | tostring) | join(" ")'; }
export -f watch_events watcher_ends told story

restarted() {
    bundles one
    group_file '{restartPolicy: "OnFailure", volumes: [{name: "v", tmpfs: {}}], containers: [
        {name: "a", bundle: "one", volumeMounts: [{name: "v", mountPath: "/v"}], command: ["sh", "-c", "echo x >> /v/tries; sleep 0.5; [ $(wc -l < /v/tries) = 2 ] || exit 3"]},
        {name: "quick", bundle: "one", command: ["true"]}]}'
    corun group create --file "$FILE" "$GROUP"
    watch_events
    assert_equal "$(corun group state "$GROUP" | jq -r .phase)" Pending
    corun group start "$GROUP" >/dev/null 2>&1
    watcher_ends
    assert_equal "$(story a)" $'started\nexited 3 Error\nrestarted 1\nexited 0 Completed'
    assert_equal "$(story quick)" $'started\nexited 0 Completed'
    told 'select(.type == "ended") | "\(.phase) \(.exitCode)"' | grep -qx 'Succeeded 0'
    assert_equal "$(tail -n 1 "$ROOT/events" | jq -r .type)" ended
}

@test "group events: starts, ends with their codes, restarts, and the group's end" {
    in_private restarted
}

by_hand() {
    group_file '{}'
    corun group create --file "$FILE" "$GROUP"
    watch_events
    member a . sh -c 'sleep 3; exit 7'
    await_line "$ROOT/events" 'started.*"a"'
    member b . sleep 1000
    await_line "$ROOT/events" 'started.*"b"'
    corun kill b KILL
    watcher_ends
    # Linux 6.15 keeps the exit code of a process for who has it open; before, it is known only of one that nobody has reaped yet
    if [ "$(printf '%s\n' 6.15 "$(uname -r)" | sort -V | head -n 1)" = 6.15 ]; then
        assert_equal "$(story a)" $'started\nexited 7'
        assert_equal "$(story b)" $'started\nexited 137 9'
    else
        [[ $(story a | tr -s '\n ' ,,) =~ ^started,exited(,7)?,?$ ]]
        [[ $(story b | tr -s '\n ' ,,) =~ ^started,exited(,137,9)?,?$ ]]
    fi
    assert_equal "$(told 'select(.type == "ended").phase')" Stopped
}

@test "group events: members made by hand, with the exit codes of other's children" {
    in_private by_hand
}

probes() {
    bundles one
    group_file '{containers: [{name: "app", bundle: "one", command: ["sh", "-c", "touch /tmp/alive; exec sleep 1000"],
        readinessProbe: {exec: {command: ["test", "-e", "/tmp/ready"]}, periodSeconds: 1, failureThreshold: 1},
        livenessProbe: {exec: {command: ["test", "-e", "/tmp/alive"]}, initialDelaySeconds: 1, periodSeconds: 1, failureThreshold: 1}},
        {name: "other", bundle: "one", command: ["sleep", "1000"]}], terminationGracePeriod: 1}'
    corun group create --file "$FILE" "$GROUP"
    watch_events --interval 100ms
    corun group start "$GROUP" >/dev/null 2>&1
    corun group exec "$GROUP" app touch /tmp/ready
    await_line "$ROOT/events" readiness
    corun group exec "$GROUP" app rm /tmp/alive
    await_line "$ROOT/events" restarted
    corun group stop --time 1 "$GROUP"
    watcher_ends
    assert_equal "$(story app | head -n 5)" $'started\nreadiness true\nliveness false\nexited 137 9 Unhealthy\nrestarted 1'
    assert_equal "$(story other | head -n 2)" $'started\nexited 137 9 Error'
    assert_equal "$(told 'select(.type == "ended").phase')" Stopped
}

@test "group events: what probes find, and what follows from it" {
    in_private probes
}

memory() {
    bundles one two
    group_file '{restartPolicy: "Never", limits: {memoryInGB: 0.0625}, containers: [
        {name: "own", bundle: "one", command: ["sh", "-c", "sleep 0.5; exec tail -c 200000000 /dev/zero"], resources: {limits: {memoryInGB: 0.015625}}},
        {name: "groups", bundle: "two", command: ["sh", "-c", "sleep 2; tail -c 200000000 /dev/zero; exec sleep 1000"]},
        {name: "calm", bundle: "one", command: ["sleep", "1000"]}]}'
    corun group create --file "$FILE" "$GROUP"
    watch_events
    corun group start "$GROUP" >/dev/null 2>&1
    await_line "$ROOT/events" 'oom.*own|own.*oom'
    await_line "$ROOT/events" 'groups.*level'
    assert_equal "$(corun group state "$GROUP" | jq -r '.members[] | select(.name == "groups").status')" running
    corun group kill "$GROUP"
    watcher_ends
    assert_equal "$(story own)" $'started\noom member\nexited 137 9 OOMKilled'
    assert_equal "$(story groups | head -n 2)" $'started\noom group'
    assert_equal "$(story groups | tail -n 1)" 'exited 137 9 Error'
    assert_equal "$(story calm)" $'started\nexited 137 9 Error'
}

@test "group events: memory that runs out: whose limit, and whom it hit" {
    in_private memory
}

deleted() {
    corun group create "$GROUP"
    member a . sleep 1000
    watch_events
    corun group delete --force "$GROUP"
    watcher_ends
    # on a slow machine the watcher may look between the last member's end and the group's: then that is the end
    [[ $(told '.type' | tr '\n' ,) =~ ^exited,(deleted|ended),$ ]]
    refused 'not exist|no such|no group' corun group events "$GROUP"
    corun group create "$GROUP"
    for word in 0 -1s x 1; do
        refused 'interval' corun group events --interval "$word" "$GROUP"
    done
}

@test "group events: a group that is deleted; bad input" {
    in_private deleted
}

whole_group() {
    bundles one two
    # a child of "a" is killed, "a" itself is not: all end, and come again
    group_file '{oomPolicy: "Group", limits: {memoryInGB: 0.125}, volumes: [{name: "v", tmpfs: {}}], containers: [
        {name: "a", bundle: "one", volumeMounts: [{name: "v", mountPath: "/v"}], resources: {limits: {memoryInGB: 0.03125}},
         command: ["sh", "-c", "[ -e /v/once ] || { touch /v/once; sleep 1; tail -c 200000000 /dev/zero; }; exec sleep 1000"]},
        {name: "b", bundle: "two", command: ["sleep", "1000"]}]}'
    corun group create --file "$FILE" "$GROUP"
    corun group start "$GROUP" >/dev/null 2>&1
    watch_events
    pid=$(pid_of "$GROUP.b")
    await_line "$ROOT/events" 'restarted.*"b"'
    await_line "$ROOT/events" 'restarted.*"a"'
    assert_equal "$(corun group state "$GROUP" | jq -c '[.members[].restartCount]')" '[1,1]'
    assert_equal "$(corun group state "$GROUP" | jq -c '[.members[].status] | unique')" '["running"]'
    [ "$(pid_of "$GROUP.b")" != "$pid" ]
    assert_equal "$(story a | head -n 1)" 'oom member'
    assert_equal "$(story b | head -n 2)" $'exited 137 9 Error\nrestarted 1'
    corun group delete --force "$GROUP"
    wait "$watcher"
    # not for members that nobody looks after, where the kernel cannot
    corun group create --file "$FILE" "$GROUP"
    BUNDLE=$ROOT/one
    if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
        corun create --group "$GROUP" --bundle "$BUNDLE" c
    else
        refused 'oomPolicy' corun create --group "$GROUP" --bundle "$BUNDLE" c
    fi
    jq -n '{oomPolicy: "All"}' >"$FILE"
    refused 'oomPolicy' corun group create --file "$FILE" "$GROUP-2"
}

@test "group: oomPolicy Group: all end when memory of one has run out" {
    in_private whole_group
}

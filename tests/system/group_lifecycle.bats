#!/usr/bin/env bats
# The phases of a group, the runs of its members, and its end: bounded in time whatever the members do, and with nothing left.
# shellcheck disable=SC2153,SC2154 # set by the libraries: FILE, stdout
load ../lib/corun
load ../lib/group

phase() { corun group state "$GROUP" | jq -r .phase; }
# of_member NAME JQ
of_member() { corun group state "$GROUP" | jq -r --arg m "$1" ".members[] | select(.name == \$m) | $2"; }
# phase_becomes PHASE: within ten seconds
phase_becomes() {
    for _ in $(seq 100); do
        [ "$(phase)" != "$1" ] || return 0
        sleep 0.1
    done
    echo "the phase is $(phase), not $1"
    return 1
}
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
    for _ in $(seq 80); do [ "$(of_member app .restartCount)" != 2 ] || break; sleep 0.1; done
    assert_equal "$(of_member app '.restartCount')" 2
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
    for _ in $(seq 30); do pgrep -f -- "--root $STATE group" >/dev/null || break; sleep 0.1; done
    assert_equal "$(pgrep -f -- "--root $STATE group" || true)" ""
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

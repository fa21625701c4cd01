#!/usr/bin/env bats
# pause and resume: that everything stands still, what can be done meanwhile, and what is refused.
load ../lib/corun

# The container counts into a file; whether it moves is seen there.
start_counter() {
    bundle . sh -c 'n=0; while :; do n=$((n + 1)); echo $n >/count.new; mv /count.new /count; done'
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    wait_for_file "$BUNDLE/rootfs/count"
}
count_moves() {
    local before after
    before=$(cat "$BUNDLE/rootfs/count" 2>/dev/null)
    for _ in 1 2 3 4 5; do
        sleep 0.1
        after=$(cat "$BUNDLE/rootfs/count" 2>/dev/null)
        [ "$before" = "$after" ] || return 0
    done
    return 1
}

@test "pause: every process stands still until resume" {
    start_counter
    count_moves
    corun pause "$ID"
    assert_equal "$(status_of "$ID")" paused
    run ! count_moves
    corun resume "$ID"
    assert_equal "$(status_of "$ID")" running
    count_moves
}

@test "pause: list says so, too" {
    start_sleeper
    corun pause "$ID"
    corun list | grep -qE "^$ID +[0-9]+ +paused"
    assert_equal "$(corun list --format json | jq -r '.[0].status')" paused
}

@test "pause: of a paused container is refused, resume of a running one, too" {
    start_sleeper
    refused "cannot resume container \"$ID\" that is not paused: running" corun resume "$ID"
    corun pause "$ID"
    refused "cannot pause container \"$ID\" that is not running or created: paused" corun pause "$ID"
}

@test "pause: of a stopped container is refused" {
    bundle . true
    corun create --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>&1 3>&-
    corun start "$ID"
    wait_for_status "$ID" stopped
    refused 'stopped' corun pause "$ID"
    refused 'stopped' corun resume "$ID"
}

@test "pause: of a container that does not exist is refused" {
    refused 'does not exist' corun pause "$ID"
    refused 'does not exist' corun resume "$ID"
    refused 'the argument ID is missing' corun pause
    refused 'unexpected argument' corun resume "$ID" more
}

@test "pause: a created container, which can be started only when resumed" {
    only_corun "it starts a paused container, which then hangs"
    bundle . sh -c 'echo started; sleep 1000'
    corun create --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    corun pause "$ID"
    assert_equal "$(status_of "$ID")" paused
    refused 'paused' corun start "$ID"
    corun resume "$ID"
    assert_equal "$(status_of "$ID")" created
    corun start "$ID"
    wait_for_status "$ID" running
}

@test "pause: a paused container can be killed" {
    start_sleeper
    corun pause "$ID"
    corun kill "$ID" KILL
    wait_for_status "$ID" stopped
    corun delete "$ID"
    nothing_left
}

@test "pause: a paused container can be killed with all its processes" {
    start_counter
    corun pause "$ID"
    corun kill --all "$ID" KILL
    wait_for_status "$ID" stopped
    corun delete "$ID"
    nothing_left
}

@test "pause: a signal arrives when it is resumed" {
    bundle . sh -c 'trap "echo got it >/got; exit" USR1; while :; do sleep 0.05; done'
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >/dev/null 2>&1 3>&-
    sleep 0.2
    corun pause "$ID"
    corun kill "$ID" USR1
    sleep 0.3
    [ ! -e "$BUNDLE/rootfs/got" ]
    corun resume "$ID"
    wait_for_file "$BUNDLE/rootfs/got"
}

@test "pause: delete --force of a paused container" {
    start_counter
    corun pause "$ID"
    corun delete --force "$ID"
    nothing_left
}

@test "pause: delete of a paused container is refused without --force" {
    start_sleeper
    corun pause "$ID"
    refused 'not stopped: paused' corun delete "$ID"
    assert_equal "$(status_of "$ID")" paused
}

@test "pause: one of two at a time wins" {
    start_counter
    corun pause "$ID" 2>/dev/null 3>&- &
    first=$!
    corun pause "$ID" 2>/dev/null 3>&- &
    second=$!
    failed=0
    wait $first || failed=$((failed + 1))
    wait $second || failed=$((failed + 1))
    only_corun "both may do it"
    assert_equal $failed 1
    corun resume "$ID"
    count_moves
}

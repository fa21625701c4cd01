#!/usr/bin/env bats
# create, start, state, kill, delete: the states of runtime.md#lifecycle and what each command does in each of them.
load ../lib/corun

@test "lifecycle: created, running, stopped, gone" {
    bundle . sleep 1000
    corun create --bundle "$BUNDLE" "$ID" 3>&-
    assert_equal "$(status_of "$ID")" created
    corun start "$ID"
    assert_equal "$(status_of "$ID")" running
    corun kill "$ID" KILL
    wait_for_status "$ID" stopped
    corun delete "$ID"
    refused "$ID" corun state "$ID"
    nothing_left
}

@test "create: the program does not run before start" {
    bundle . touch /started
    corun create --bundle "$BUNDLE" "$ID" 3>&-
    sleep 0.2
    [ ! -e "$BUNDLE/rootfs/started" ]
    corun start "$ID"
    wait_for_file "$BUNDLE/rootfs/started"
}

@test "create: config.json changed afterwards has no effect" {
    bundle . touch /first
    corun create --bundle "$BUNDLE" "$ID" 3>&-
    edit . touch /second
    corun start "$ID"
    wait_for_file "$BUNDLE/rootfs/first"
    [ ! -e "$BUNDLE/rootfs/second" ]
}

@test "create: the bundle is the current directory by default" {
    bundle . sleep 1000
    cd "$BUNDLE"
    corun create "$ID" 3>&-
    assert_equal "$(corun state "$ID" | jq -r .bundle)" "$BUNDLE"
}

@test "create: a relative bundle path is reported absolute" {
    bundle . sleep 1000
    corun create --bundle bundle "$ID" 3>&-
    assert_equal "$(corun state "$ID" | jq -r .bundle)" "$BUNDLE"
}

@test "create: --pid-file holds the pid that state reports" {
    bundle . sleep 1000
    corun create --bundle "$BUNDLE" --pid-file "$ROOT/pid" "$ID" 3>&-
    assert_equal "$(cat "$ROOT/pid")" "$(pid_of "$ID")"
    [ -d "/proc/$(cat "$ROOT/pid")" ]
}

@test "create: an id in use is refused and the container untouched" {
    start_sleeper
    pid=$(pid_of "$ID")
    refused "$ID.*exist|exist.*$ID" corun create --bundle "$BUNDLE" "$ID"
    assert_equal "$(status_of "$ID")" running
    assert_equal "$(pid_of "$ID")" "$pid"
}

@test "start: refused on a running container" {
    start_sleeper
    refused "running|created" corun start "$ID"
}

@test "start: refused on a stopped container" {
    bundle . true
    corun run --detach --bundle "$BUNDLE" "$ID" 3>&-
    wait_for_status "$ID" stopped
    refused "stopped|created" corun start "$ID"
}

@test "start: refused on an unknown container" {
    refused "$ID" corun start "$ID"
}

@test "start: a program that is not there is reported" {
    bundle . /no/such/program
    attempt corun create --bundle "$BUNDLE" "$ID"
    if [ "$status" = 0 ]; then
        attempt corun start "$ID"
    fi
    [ "$status" != 0 ]
    assert_output "/no/such/program"
}

@test "state: holds the fields of runtime.md#state" {
    start_sleeper '.annotations = {"org.example.key": "value"}'
    run -0 corun state "$ID"
    assert_equal "$(jq -r .id <<<"$output")" "$ID"
    assert_equal "$(jq -r .bundle <<<"$output")" "$BUNDLE"
    assert_equal "$(jq -r '.annotations["org.example.key"]' <<<"$output")" value
    jq -e '.ociVersion | test("^1\\.")' <<<"$output"
    jq -e '.pid | type == "number" and . > 1' <<<"$output"
}

@test "state: the pid is the container's first process" {
    start_sleeper
    assert_equal "$(tr '\0' ' ' <"/proc/$(pid_of "$ID")/cmdline")" "sleep 1000 "
}

@test "state: refused on an unknown container" {
    refused "$ID" corun state "$ID"
}

@test "kill: TERM by default" {
    bundle . sh -c 'trap "touch /term; exit 0" TERM; touch /ready; while :; do sleep 0.05; done'
    corun run --detach --bundle "$BUNDLE" "$ID" 3>&-
    wait_for_file "$BUNDLE/rootfs/ready"
    corun kill "$ID"
    wait_for_status "$ID" stopped
    [ -e "$BUNDLE/rootfs/term" ]
}

@test "kill: by name, with SIG, in lower case and by number" {
    bundle . sh -c 'trap "echo x >>/usr1" USR1; touch /ready; while :; do sleep 0.05; done'
    corun run --detach --bundle "$BUNDLE" "$ID" 3>&-
    wait_for_file "$BUNDLE/rootfs/ready"
    local count=0
    for signal in USR1 SIGUSR1 usr1 10; do
        corun kill "$ID" "$signal"
        count=$((count + 1))
        becomes "$count" grep -c '' "$BUNDLE/rootfs/usr1" # one pending signal would swallow the next
    done
}

@test "kill: a created container ends" {
    bundle . sleep 1000
    corun create --bundle "$BUNDLE" "$ID" 3>&-
    corun kill "$ID" KILL
    wait_for_status "$ID" stopped
}

@test "kill: refused on a stopped container" {
    bundle . true
    corun run --detach --bundle "$BUNDLE" "$ID" 3>&-
    wait_for_status "$ID" stopped
    refused "not running|stopped" corun kill "$ID" TERM
}

@test "kill: refused on an unknown container and an unknown signal" {
    refused "$ID" corun kill "$ID" KILL
    start_sleeper
    refused "NOSUCH" corun kill "$ID" NOSUCH
    assert_equal "$(status_of "$ID")" running
}

@test "delete: refused on a running container without --force" {
    start_sleeper
    refused "$ID|running|stopped" corun delete "$ID"
    assert_equal "$(status_of "$ID")" running
}

@test "delete: --force ends and removes a running container" {
    start_sleeper
    pid=$(pid_of "$ID")
    corun delete --force "$ID"
    # init may reap it at any moment
    grep -qs '^State:.Z' "/proc/$pid/status" || [ ! -d "/proc/$pid" ]
    nothing_left
}

@test "delete: removes a created container with --force" {
    bundle . sleep 1000
    corun create --bundle "$BUNDLE" "$ID" 3>&-
    corun delete --force "$ID"
    nothing_left
}

@test "delete: refused on an unknown container" {
    refused "$ID" corun delete "$ID"
}

@test "delete: --force of an unknown container succeeds" {
    corun delete --force "$ID"
}

@test "delete: ends every process of the container's pid namespace" {
    bundle . sh -c 'sleep 1001 & sleep 1002 & touch /ready; wait'
    corun run --detach --bundle "$BUNDLE" "$ID" 3>&-
    wait_for_file "$BUNDLE/rootfs/ready"
    corun delete --force "$ID"
    nothing_left
}

@test "delete: ends background processes that share the host's pid namespace" {
    bundle '.linux.namespaces |= map(select(.type != "pid"))' \
        sh -c 'sleep 1001 & sleep 1002 & touch /ready; wait'
    corun run --detach --bundle "$BUNDLE" "$ID" 3>&-
    wait_for_file "$BUNDLE/rootfs/ready"
    corun delete --force "$ID"
    nothing_left
}

@test "delete: an id is free again afterwards" {
    for round in 1 2 3; do
        bundle . true
        corun create --bundle "$BUNDLE" "$ID" 3>&-
        corun delete --force "$ID"
    done
    nothing_left
}

@test "delete: --force works when the state record is damaged" {
    only_corun "it leaves what it cannot read"
    start_sleeper
    pid=$(pid_of "$ID")
    for file in "$STATE/$ID"/*; do
        [ -f "$file" ] && : >"$file"
    done
    corun delete --force "$ID"
    [ ! -e "$STATE/$ID" ]
    kill -KILL "$pid" 2>/dev/null || true
}

@test "two creates of one id at once: exactly one wins" {
    bundle . sleep 1000
    pids=()
    for n in 1 2 3 4; do
        (corun create --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 3>&- && touch "$ROOT/won.$n") &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do
        wait "$pid" || true
    done
    assert_equal "$(find "$ROOT" -maxdepth 1 -name 'won.*' | wc -l)" 1
    assert_equal "$(status_of "$ID")" created
}

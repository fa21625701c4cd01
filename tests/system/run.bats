#!/usr/bin/env bats
# run: the foreground command's exit code, streams and signals, and --detach.
load ../lib/corun

@test "run: the exit code is the container's" {
    for code in 0 1 7 255; do
        run contained . sh -c "exit $code"
        assert_equal "$status" "$code"
    done
}

@test "run: a container that dies of a signal gives 128 and the signal" {
    # as PID 1 of a pid namespace it could not even kill itself
    run contained '.linux.namespaces |= map(select(.type != "pid"))' sh -c 'kill -TERM $$'
    assert_equal "$status" 143
    run contained '.linux.namespaces |= map(select(.type != "pid"))' sh -c 'kill -KILL $$'
    assert_equal "$status" 137
}

@test "run: stdin, stdout and stderr are the caller's" {
    bundle . sh -c 'read -r line; echo "out $line"; echo "err $line" >&2'
    corun run --bundle "$BUNDLE" "$ID" <<<hello >"$ROOT/out" 2>"$ROOT/err"
    assert_equal "$(cat "$ROOT/out")" "out hello"
    assert_equal "$(cat "$ROOT/err")" "err hello"
}

@test "run: nothing is left when the container has ended" {
    contained . true
    nothing_left
}

@test "run: nothing is left when the container fails" {
    run contained . sh -c 'exit 3'
    assert_equal "$status" 3
    nothing_left
}

@test "run: signals are forwarded to the container" {
    bundle . sh -c 'trap "echo got; exit 5" TERM; touch /ready; while :; do sleep 0.05; done'
    "$CORUN" --root "$STATE" run --bundle "$BUNDLE" "$ID" >"$ROOT/out" 2>&1 3>&- & # not by the function: $! is the program
    local runtime=$!
    wait_for_file "$BUNDLE/rootfs/ready"
    kill -TERM "$runtime"
    ended_with "$runtime" 5
    assert_equal "$(cat "$ROOT/out")" got
}

@test "run: --detach returns while the container runs" {
    start_sleeper
    assert_equal "$(status_of "$ID")" running
}

@test "run: --detach with --pid-file" {
    bundle . sleep 1000
    corun run --bundle "$BUNDLE" --detach --pid-file "$ROOT/pid" "$ID" >/dev/null 2>&1 3>&- </dev/null
    assert_equal "$(cat "$ROOT/pid")" "$(pid_of "$ID")"
}

@test "run: the state shows running while in the foreground" {
    bundle . sleep 1000
    corun run --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 3>&- &
    local runtime=$!
    wait_for_status "$ID" running
    corun kill "$ID" KILL
    ended_with "$runtime" 137
    nothing_left
}

@test "run: a program without a path is found through the container's PATH" {
    bundle '.process.env += ["PATH=/work:/bin"]' greet
    printf '#!/bin/sh\necho found\n' >"$BUNDLE/rootfs/work/greet"
    chmod +x "$BUNDLE/rootfs/work/greet"
    edit '.process.env |= map(select(startswith("PATH=/usr") | not))'
    run -0 corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$output" found
}

@test "run: a container whose run was killed is removed by delete --force" {
    bundle . sleep 1000
    "$CORUN" --root "$STATE" run --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 3>&- &
    local runtime=$!
    wait_for_status "$ID" running
    kill -KILL "$runtime"
    wait "$runtime" || true
    corun delete --force "$ID"
    nothing_left
}

@test "run: twenty containers one after another leave nothing" {
    bundle . true
    for n in $(seq 20); do
        corun run --bundle "$BUNDLE" "$ID-$n"
    done
    nothing_left
}

@test "run: eight containers at once" {
    bundle . sh -c 'sleep 0.2; exit 4'
    local pids=() pid
    for n in 1 2 3 4 5 6 7 8; do
        corun run --bundle "$BUNDLE" "$ID-$n" >/dev/null 2>&1 3>&- &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do
        ended_with "$pid" 4
    done
    nothing_left
}

@test "run: --preserve-fds hands over exactly that many descriptors" {
    bundle . sh -c 'cat <&3; cat <&4; ls /proc/self/fd | wc -l'
    echo three >"$ROOT/three"
    echo four >"$ROOT/four"
    run -0 corun run --preserve-fds 2 --bundle "$BUNDLE" "$ID" 3<"$ROOT/three" 4<"$ROOT/four" 5<"$ROOT/four"
    # 0 1 2, the two, and the directory that ls reads
    assert_equal "$output" $'three\nfour\n6'
}

@test "run: --no-pivot" {
    bundle . cat /proc/self/mounts
    run -0 corun run --no-pivot --bundle "$BUNDLE" "$ID"
    refute_output "$ROOT"
}

@test "run: --no-new-keyring is accepted" {
    bundle . true
    corun run --no-new-keyring --bundle "$BUNDLE" "$ID"
}

@test "run: a caller that ignores SIGCHLD learns the exit code, and its hooks are waited for" {
    bundle '.hooks = {createRuntime: [{path: "/bin/true"}], poststop: [{path: "/bin/true"}]}' sh -c 'exit 7'
    attempt env --ignore-signal=CHLD "$CORUN" --root "$STATE" run --bundle "$BUNDLE" "$ID"
    assert_equal "$status" 7
    # shellcheck disable=SC2154 # attempt sets it
    assert_equal "$stderr" ""
    bundle . sleep 1000
    corun run --detach --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    attempt env --ignore-signal=CHLD "$CORUN" --root "$STATE" exec "$ID" sh -c 'exit 8'
    assert_equal "$status" 8
}

@test "run: when a hook after the create fails, the poststop hooks run" {
    for kind in startContainer poststart; do
        rm -f "$ROOT/ran"
        bundle . sleep 1000
        edit '.hooks = {'$kind': [{path: "/bin/false"}], poststop: [{path: "/bin/sh", args: ["sh", "-c", "echo x >>'"$ROOT"'/ran"]}]}'
        # startContainer's is looked for in the container
        ln -sf busybox "$BUNDLE/rootfs/bin/false"
        refused hook corun run --bundle "$BUNDLE" "$ID"
        assert_equal "$(cat "$ROOT/ran")" x
    done
}

@test "run: a signal before the start ends it, and nothing is left" {
    for signal in TERM INT HUP; do
        rm -f "$ROOT/began"
        bundle . sleep 1000
        edit '.hooks.createRuntime = [{path: "/bin/sh", args: ["sh", "-c", "echo >'"$ROOT"'/began; sleep 1"]}]'
        env --default-signal=INT "$CORUN" --root "$STATE" run --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&- &
        runtime=$!
        wait_for_file "$ROOT/began"
        kill -"$signal" $runtime
        wait $runtime || ended=$?
        assert_equal "$ended" $((128 + $(kill -l $signal)))
        assert_equal "$(corun list --quiet)" ""
        assert_equal "$(find /sys/fs/cgroup -mindepth 2 -maxdepth 3 -name "*$ID*")" ""
    done
}

@test "run: when it fails after the create, no pid file is left" {
    bundle . /no/such/program
    refused 'no/such/program' corun run --pid-file "$ROOT/pid" --bundle "$BUNDLE" "$ID"
    [ ! -e "$ROOT/pid" ]
    bundle . sleep 1000
    edit '.hooks = {poststart: [{path: "/bin/false"}]}'
    refused hook corun run --detach --pid-file "$ROOT/pid" --bundle "$BUNDLE" "$ID"
    [ ! -e "$ROOT/pid" ]
}

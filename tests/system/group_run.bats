#!/usr/bin/env bats
# Groups that run: init containers, restarts, output, signals, and the supervisor in the background.
# shellcheck disable=SC2154 # stdout is set by attempt
load ../lib/corun
load ../lib/group

runs_in_order() {
    bundles one two three
    group_file '{restartPolicy: "Never", volumes: [{name: "v", tmpfs: {}}],
        initContainers: [{name: "init1", bundle: "one", command: ["sh", "-c", "echo first > /v/log"], volumeMounts: [{name: "v", mountPath: "/v"}]},
                         {name: "init2", bundle: "two", command: ["sh", "-c", "echo second >> /v/log"], volumeMounts: [{name: "v", mountPath: "/v"}]}],
        containers: [{name: "app", bundle: "three", command: ["sh", "-c", "cat /v/log; echo $PLAIN $SECRET; exit 3"], volumeMounts: [{name: "v", mountPath: "/v"}],
                      environmentVariables: [{name: "PLAIN", value: "seen"}, {name: "SECRET", secureValue: "hush-hush"}]},
                     {name: "b", bundle: "one", command: ["sh", "-c", "printf part; echo other >&2"]}]}'
    attempt corun group run --keep --file "$FILE" "$GROUP"
    assert_equal "$status" 3
    assert_equal "$(grep app "$ROOT/.stdout")" "$(printf 'app   | first\napp   | second\napp   | seen hush-hush')"
    assert_output 'b     \| partother'
    assert_equal "$(grep -rlF hush-hush "$STATE" || true)" ""
    assert_equal "$(corun group state "$GROUP" | grep -c hush || true)" 0
    assert_equal "$(corun group state "$GROUP" | jq -r .status)" stopped
    corun group delete "$GROUP"
}

@test "group run: init containers in order, then the others; output by line; variables; exit code" {
    in_private runs_in_order
}

restarts() {
    bundles one
    group_file '{restartPolicy: "OnFailure", volumes: [{name: "v", tmpfs: {}}], containers: [{name: "app", bundle: "one", volumeMounts: [{name: "v", mountPath: "/v"}],
        command: ["sh", "-c", "echo x >> /v/tries; [ $(wc -l < /v/tries) = 2 ] && echo enough"]}]}'
    attempt corun group run --file "$FILE" "$GROUP"
    assert_equal "$status" 0
    assert_equal "$stdout" "app | enough"
    assert_equal "$(corun group list -q)$(corun list -q)" ""
}

@test "group run: OnFailure restarts until it succeeds; then nothing is left" {
    in_private restarts
}

init_fails() {
    bundles one two
    group_file '{restartPolicy: "Never", initContainers: [{name: "init", bundle: "one", command: ["sh", "-c", "exit 7"]}],
                containers: [{name: "app", bundle: "two", command: ["echo", "never"]}]}'
    attempt corun group run --file "$FILE" "$GROUP"
    assert_equal "$status" 7
    refute_output never
}

@test "group run: when an init container fails for good, the others are not started" {
    in_private init_fails
}

signalled() {
    bundles one two
    group_file '{containers: [{name: "polite", bundle: "one", command: ["sh", "-c", "trap \"echo bye; exit 0\" TERM; echo up; while :; do sleep 0.1; done"]},
                             {name: "deaf", bundle: "two", command: ["sh", "-c", "trap \"\" TERM; echo up; while :; do sleep 0.1; done"]}], terminationGracePeriod: 1}'
    "$CORUN" --root "$STATE" group run --file "$FILE" "$GROUP" </dev/null >"$ROOT/out" 2>&1 &
    await_line "$ROOT/out" 'polite . up'
    await_line "$ROOT/out" 'deaf   . up'
    # beyond the members there is one process: the supervisor that we see
    assert_equal "$(pgrep -c -f -- "--root $STATE group" || true)" 1
    kill -TERM $!
    code=0
    wait $! || code=$?
    assert_equal "$code" 143
    grep -q 'polite | bye' "$ROOT/out"
    assert_equal "$(corun group list -q)$(corun list -q)" ""
}

@test "group run: a signal stops all members; the deaf are killed after the grace" {
    in_private signalled
}

detached() {
    bundles one
    group_file '{containers: [{name: "app", bundle: "one", command: ["sleep", "1000"]}]}'
    corun group create --file "$FILE" "$GROUP"
    corun group start "$GROUP" >"$ROOT/out" 2>&1
    refused 'started already' corun group start "$GROUP"
    assert_equal "$(corun group exec "$GROUP" app hostname)" "$GROUP"
    attempt corun group exec "$GROUP" app -- sh -c 'exit 9'
    assert_equal "$status" 9
    refused 'has no member "x"' corun group exec "$GROUP" x true
    pid=$(pid_of "$GROUP.app")
    kill -KILL "$pid" # policy Always: it comes again
    for _ in $(seq 50); do
        again=$(pid_of "$GROUP.app" 2>/dev/null || true)
        [ -n "$again" ] && [ "$again" != 0 ] && [ "$again" != "$pid" ] && break
        sleep 0.1
    done
    [ "$again" != "$pid" ] && [ "$again" != 0 ]
    corun group stop --time 1 "$GROUP"
    sleep 1.5 # longer than the first pause: it stays stopped
    assert_equal "$(corun group state "$GROUP" | jq -r .status)" stopped
    corun group start "$GROUP" >"$ROOT/out" 2>&1
    assert_equal "$(corun group state "$GROUP" | jq -r .status)" running
    corun group delete --force "$GROUP"
    becomes "" pgrep -f -- "--root $STATE group"
}

@test "group start: in the background, with restarts, until group stop; exec by the member's name" {
    in_private detached
}

bad_bundles() {
    group_file '{restartPolicy: "Never", containers: [{name: "app", bundle: "none"}]}'
    attempt corun group run --file "$FILE" "$GROUP"
    assert_equal "$status" 125
    assert_output 'app \| corun: .*none'
    group_file '{containers: [{name: "app"}]}'
    refused 'has no bundle' corun group run --file "$FILE" "$GROUP"
    refused 'has no bundle' corun group run --detach --file "$FILE" "$GROUP"
    assert_equal "$(corun group list -q)" ""
}

@test "group run: a container that cannot be started is told of, and nothing is left" {
    in_private bad_bundles
}

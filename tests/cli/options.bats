#!/usr/bin/env bats
# The command line itself: help, version, global options, mistakes.
load ../lib/corun

@test "help: of the program and of every command" {
    run -0 "$CORUN" --help
    for command in create start run state kill delete list spec features; do
        [[ $output == *"$command"* ]]
        "$CORUN" "$command" --help | grep -qi usage
    done
}

@test "version: name, version and the spec's" {
    run -0 "$CORUN" --version
    assert_output '[0-9]+\.[0-9]+'
    assert_output 'spec: 1\.'
    "$CORUN" -v >/dev/null
}

@test "unknown commands and options are refused, with the place to look" {
    refused 'frobnicate' "$CORUN" frobnicate
    refused 'frobnicate' "$CORUN" --frobnicate list
    refused 'frobnicate' "$CORUN" list --frobnicate
}

@test "options: --name=value, --name value, short forms, before and after the id" {
    bundle . sleep 1000
    corun create --bundle="$BUNDLE" "$ID-1" </dev/null >/dev/null 2>&1 3>&-
    corun create -b "$BUNDLE" "$ID-2" </dev/null >/dev/null 2>&1 3>&-
    "$CORUN" --root="$STATE" list -q | grep -qx "$ID-1"
    "$CORUN" --root "$STATE" delete -f "$ID-1"
    corun kill "$ID-2" 9
}

@test "options: a value that is missing or no number" {
    bundle
    refused 'preserve-fds' corun create --bundle "$BUNDLE" --preserve-fds many "$ID"
    [ "$(basename "$CORUN")" = runc ] || refused 'preserve-fds' corun create --bundle "$BUNDLE" --preserve-fds -1 "$ID"
    refused 'bundle' corun create --bundle
    refused 'log-format' "$CORUN" --log-format xml list
    nothing_left
}

@test "log: the error goes to --log as JSON, with the fields that engines parse, and to stderr" {
    run corun --log "$ROOT/log" --log-format json state no-such-container
    [ "$status" != 0 ]
    tail -n 1 "$ROOT/log" | jq -e '.level == "error" and (.msg | contains("no-such-container") or contains("does not exist")) and (.time | startswith("20"))'
}

@test "log: as text" {
    run corun --log "$ROOT/log" state no-such-container
    [ "$status" != 0 ]
    grep -q 'level=error' "$ROOT/log"
    grep -q 'time=' "$ROOT/log"
}

@test "log: appended to, never truncated; every line JSON" {
    run corun --log "$ROOT/log" --log-format json state no-such-1
    run corun --log "$ROOT/log" --log-format json state no-such-2
    jq -e .level "$ROOT/log" >/dev/null
    assert_equal "$(grep -c no-such "$ROOT/log" || true)" "$(jq -r .msg "$ROOT/log" | grep -c no-such || true)"
}

@test "log: an unwritable place is refused" {
    refused "$ROOT/none/log" "$CORUN" --log "$ROOT/none/log" list
}

@test "log: no value of the environment or of an annotation is ever written" {
    bundle '.process.env += ["PASSWORD=secret-word"] | .annotations = {token: "hidden-word"}' true
    corun --log "$ROOT/log" --log-level debug run --bundle "$BUNDLE" "$ID" >"$ROOT/out" 2>&1 || corun --debug --log "$ROOT/log" run --bundle "$BUNDLE" "$ID"
    only_corun "it may"
    run cat "$ROOT/log" "$ROOT/out"
    refute_output 'secret-word|hidden-word'
}

@test "an error message is one line even when a name holds a line break" {
    only_corun "it quotes"
    attempt corun state $'a\nb'
    [ "$status" = 1 ]
    assert_equal "$(wc -l <"$ROOT/.stderr")" 1
}

@test "--systemd-cgroup without systemd is refused or works, and leaves nothing" {
    bundle '.linux.cgroupsPath = "system.slice:corun:\($id)"' true
    attempt corun --systemd-cgroup run --bundle "$BUNDLE" "$ID"
    [ "$status" = 0 ] || assert_output 'systemd'
    nothing_left
}

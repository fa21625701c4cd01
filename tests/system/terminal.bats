#!/usr/bin/env bats
# Terminals: handed to the engine over --console-socket, and in the foreground (runc's and crun's protocol: one message, one descriptor).
load ../lib/corun

console() {
    python3 "$LIB/console.py" "$ROOT/console" "$@" >"$ROOT/console.out" 2>&1 3>&- &
    CONSOLE=$!
    wait_for_file "$ROOT/console"
}

@test "console socket: the container's terminal arrives and works" {
    bundle '.process.terminal = true' sh -c 'until [ "$(stty size)" = "33 77" ]; do sleep 0.05; done; tty; stty size; test -t 0 && test -t 1 && test -t 2 && echo all; ls -l /dev/console | cut -c1'
    console
    corun create --bundle "$BUNDLE" --console-socket "$ROOT/console" "$ID" 3>&-
    corun start "$ID"
    ended_with "$CONSOLE" 0
    output=$(tr -d '\r' <"$ROOT/console.out")
    assert_equal "$output" $'/dev/pts/0\n33 77\nall\nc'
}

@test "console socket: input reaches the container" {
    bundle '.process.terminal = true' sh -c 'echo ready; read -r line; echo "got $line"'
    console $'hello\n'
    corun run --detach --bundle "$BUNDLE" --console-socket "$ROOT/console" "$ID" 3>&-
    ended_with "$CONSOLE" 0
    grep -q 'got hello' "$ROOT/console.out"
}

@test "console socket: the terminal is the controlling one, so job control and signals work" {
    bundle '.process.terminal = true' sh -c 'trap "echo interrupted; exit" INT; echo ready; read -r line'
    console $'\003'
    # a shell's background job ignores SIGINT, and so would the container
    env --default-signal=INT "$CORUN" --root "$STATE" run --detach --bundle "$BUNDLE" --console-socket "$ROOT/console" "$ID" 3>&-
    ended_with "$CONSOLE" 0
    grep -q 'interrupted' "$ROOT/console.out"
}

@test "console socket: the terminal belongs to the user" {
    bundle '.process.terminal = true | .process.user = {uid: 1000, gid: 1000}' sh -c 'stat -c %u /dev/pts/0; echo x >/dev/pts/0'
    console
    corun run --detach --bundle "$BUNDLE" --console-socket "$ROOT/console" "$ID" 3>&-
    ended_with "$CONSOLE" 0
    assert_equal "$(tr -d '\r' <"$ROOT/console.out")" $'1000\nx'
}

@test "console socket: without terminal in the configuration it is refused" {
    bundle . true
    refused 'terminal|console' corun create --bundle "$BUNDLE" --console-socket "$ROOT/none" "$ID"
    nothing_left
}

@test "console socket: a terminal without it cannot be created detached" {
    bundle '.process.terminal = true' true
    refused 'terminal|console' corun create --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "console socket: nobody listens" {
    bundle '.process.terminal = true' true
    refused "console|$ROOT/none" corun create --bundle "$BUNDLE" --console-socket "$ROOT/none" "$ID"
    nothing_left
}

@test "console socket: the size of the configuration" {
    only_corun "1.1.5 does not set it"
    bundle '.process.terminal = true | .process.consoleSize = {height: 12, width: 34}' sh -c 'stty size'
    CONSOLE_SIZE=keep console
    corun run --detach --bundle "$BUNDLE" --console-socket "$ROOT/console" "$ID" 3>&-
    ended_with "$CONSOLE" 0
    assert_equal "$(tr -d '\r' <"$ROOT/console.out")" "12 34"
}

@test "foreground terminal: the size of the configuration stands when the caller's terminal has none" {
    only_corun "1.1.5 does not set it"
    bundle '.process.terminal = true | .process.consoleSize = {height: 12, width: 34}' sh -c 'sleep 0.2; stty size'
    run script -qec "$CORUN --root $STATE run --bundle $BUNDLE $ID" /dev/null </dev/null
    assert_output '12 34'
}

@test "foreground terminal: output, exit code" {
    bundle '.process.terminal = true' sh -c 'tty; echo hello; exit 5'
    run script -qec "$CORUN --root $STATE run --bundle $BUNDLE $ID" /dev/null </dev/null
    assert_equal "$status" 5
    assert_output '/dev/pts/0'
    assert_output 'hello'
    nothing_left
}

@test "foreground terminal: the window's size is passed on" {
    bundle '.process.terminal = true' sh -c 'for i in $(seq 100); do [ "$(stty size)" != "21 43" ] || break; sleep 0.05; done; stty size'
    run script -qec "stty rows 21 cols 43; $CORUN --root $STATE run --bundle $BUNDLE $ID" /dev/null </dev/null
    assert_output '21 43'
}

@test "foreground terminal: input and end of input" {
    bundle '.process.terminal = true' sh -c 'touch /ready; read -r line; echo "got:$line"; touch /done'
    run bash -c "(until [ -e $BUNDLE/rootfs/ready ]; do sleep 0.1; done; echo typed; until [ -e $BUNDLE/rootfs/done ]; do sleep 0.1; done) |
        timeout 30 script -qec '$CORUN --root $STATE run --bundle $BUNDLE $ID' /dev/null"
    assert_output 'got:typed'
}

@test "foreground terminal: much output arrives whole" {
    bundle '.process.terminal = true' sh -c 'seq 20000'
    run script -qec "$CORUN --root $STATE run --bundle $BUNDLE $ID" /dev/null </dev/null
    assert_equal "$(tr -d '\r' <<<"$output" | grep -cE '[0-9]+$')" 20000
}

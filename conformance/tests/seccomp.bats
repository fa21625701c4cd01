#!/usr/bin/env bats
# linux.seccomp: errno values, and what comes over the listener's socket (config-linux.md#seccomp, #the-container-process-state).
load ../../tests/lib/corun

notify='.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", listenerPath: "\($root)/listener", listenerMetadata: "some words",
    syscalls: [{names: ["mkdirat", "mkdir"], action: "SCMP_ACT_NOTIFY"}]}'

# listen TYPE: accepts connections for two seconds after the first, and writes each one's messages, as a line of JSON, to $ROOT/received.
listen() {
    cat >"$ROOT/listener.py" <<'EOF2'
import array, json, os, socket, sys
listener = socket.socket(socket.AF_UNIX, getattr(socket, sys.argv[3]))
listener.bind(sys.argv[1])
if sys.argv[3] == "SOCK_STREAM":
    listener.listen(5)
listener.settimeout(15)
try:
    while sys.argv[3] == "SOCK_STREAM":
        connection, _ = listener.accept()
        connection.settimeout(5)
        listener.settimeout(2)
        text, fds, closed = b"", [], False
        while not closed:
            data, ancillary, _, _ = connection.recvmsg(65536, socket.CMSG_SPACE(32))
            here = array.array("i")
            for level, kind, bytes_ in ancillary:
                assert (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS)
                here.frombytes(bytes_[: len(bytes_) // 4 * 4])
            closed = not data
            text += data
            if data:
                fds.append([os.readlink(f"/proc/self/fd/{fd}") for fd in here])
        print(json.dumps({"text": text.decode().rstrip("\0"), "fds": fds, "closed": closed}), file=open(sys.argv[2], "a"), flush=True)
    listener.recv(1)
except TimeoutError:
    pass
EOF2
    CORUN_TEST=$ID python3 "$ROOT/listener.py" "$ROOT/listener" "$ROOT/received" "$1" >"$ROOT/python" 2>&1 3>&- &
    LISTENER=$!
    wait_for_file "$ROOT/listener"
}

# received FILTER: of the state that came
received() { jq -r .text "$ROOT/received" | jq -r "$1"; }

@test "seccomp listener: one state per connection, which is closed after it, and one connection" {
    listen SOCK_STREAM
    start_sleeper "$notify"
    ended_with "$LISTENER" 0
    assert_equal "$(wc -l <"$ROOT/received")" 1
    assert_equal "$(jq -r .closed "$ROOT/received")" true
    assert_equal "$(received .ociVersion | wc -l)" 1 # one document, no more
}

@test "seccomp listener: JSON, and the descriptors by SCM_RIGHTS with the first message only" {
    listen SOCK_STREAM
    start_sleeper "$notify"
    ended_with "$LISTENER" 0
    assert_equal "$(jq -r '.fds[0][0]' "$ROOT/received")" 'anon_inode:seccomp notify'
    assert_equal "$(jq -c '[.fds[1:][] | length] | add // 0' "$ROOT/received")" 0
    assert_equal "$(received '.fds | join(",")')" seccompFd
}

@test "seccomp listener: ociVersion, pid, metadata and the state" {
    listen SOCK_STREAM
    start_sleeper ".annotations = {key: \"value\"} | $notify"
    ended_with "$LISTENER" 0
    received .ociVersion | grep -E '^1\.[0-9]+\.[0-9]+'
    assert_equal "$(received .pid)" "$(pid_of "$ID")"
    assert_equal "$(received '.metadata, .state.id, .state.bundle, .state.annotations.key, .state.pid')" "some words
$ID
$BUNDLE
value
$(pid_of "$ID")"
    received .state.ociVersion | grep -E '^1\.'
    received '.state.status' | grep -xE 'creating|created'
}

@test "seccomp listener: a socket that is not SOCK_STREAM is refused, and one that does not listen" {
    listen SOCK_DGRAM
    bundle "$notify"
    refused 'listener|seccomp' corun run --bundle "$BUNDLE" "$ID"
    kill "$LISTENER"
    rm "$ROOT/listener"
    refused 'listener|seccomp' corun run --bundle "$BUNDLE" "$ID"
    echo text >"$ROOT/listener"
    refused 'listener|seccomp' corun run --bundle "$BUNDLE" "$ID"
}

@test "seccomp listener: metadata without a path is refused" {
    only_corun "it ignores them"
    bundle '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", listenerMetadata: "words"}'
    refused listenerMetadata corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "seccomp: an errno for an action that has none is refused" {
    only_corun "it ignores them"
    for action in SCMP_ACT_ALLOW SCMP_ACT_KILL_PROCESS SCMP_ACT_TRAP SCMP_ACT_LOG; do
        bundle ".linux.seccomp = {defaultAction: \"SCMP_ACT_ALLOW\", syscalls: [{names: [\"mkdir\"], action: \"$action\", errnoRet: 5}]}"
        refused errnoRet corun run --bundle "$BUNDLE" "$ID"
    done
    for action in SCMP_ACT_ALLOW SCMP_ACT_LOG; do
        bundle ".linux.seccomp = {defaultAction: \"$action\", defaultErrnoRet: 5}"
        refused defaultErrnoRet corun run --bundle "$BUNDLE" "$ID"
    done
    nothing_left
}

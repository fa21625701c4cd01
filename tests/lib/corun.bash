# What every bats file of the project loads: a private place for each test, bundles made from `corun spec`, and the proof
# that a test left nothing behind.
#
# Each test has $ROOT (a new directory below /tmp), $STATE (its --root), $BUNDLE and $ID (the container's id; further ids begin with it).
# The containers carry CORUN_TEST=$ID in their environment, so that a process which outlives its test is found wherever it went.
#
# $CORUN is the program under test. CORUN=runc runs the same tests against runc, which is how the tests themselves are checked.
# shellcheck shell=bash
# shellcheck disable=SC2154 # status, output, stderr, lines are set by bats' run

bats_require_minimum_version 1.5.0

LIB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CORUN=${CORUN:-corun}
export BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT:-180}

setup() { corun_setup; }
teardown() { corun_teardown; }

corun_setup() {
    ROOT=$(mktemp -d "/tmp/ct.${CORUN_TEST_RUN-}XXXXXX") # tests/run sets the variable, to know its own
    chmod 755 "$ROOT"
    STATE=$ROOT/state
    BUNDLE=$ROOT/bundle
    ID=ct-${ROOT##*.}
    BUSYBOX=${CORUN_BUSYBOX:-$("$LIB/rootfs" busybox)}
    cd "$ROOT" || return
}

corun_teardown() {
    local entry left
    for entry in "$STATE"/*/; do
        entry=${entry%/}
        [ ! -d "$entry" ] || corun delete --force "${entry##*/}" 2>/dev/null 3>&- || true
    done
    left=$(leftovers)
    if [ -n "$left" ]; then sweep; fi
    remove_root
    [ -z "$left" ] || {
        echo "left behind: $left"
        return 1
    }
}

# Everything of this test that is still on the machine, in words; empty when there is nothing. Few programs: tests/vm emulates them.
leftovers() {
    local attempt found pid
    for attempt in 1 2 3 4 5 6 7 8 9 10; do
        found=$(
            container_pids | while read -r pid; do echo "process $pid"; done
            [[ $(</proc/self/mountinfo) != *"$ROOT"* ]] ||
                awk -v root="$ROOT" 'index($0, root) && index($5, root "/keep") != 1 { print "mount", $5 }' /proc/self/mountinfo
            find /sys/fs/cgroup -mindepth 2 -maxdepth 6 -type d -name "*$ID*" -printf 'cgroup %p\n'
            [ ! -d "$STATE" ] || find "$STATE" -mindepth 1 -maxdepth 2 -name "*ct-*" -printf 'state %p\n' 2>/dev/null || true
        )
        [ -z "$found" ] && return
        [ "$attempt" = 10 ] || sleep 0.1 # a killed process needs a moment to be gone
    done
    echo "${found//$'\n'/ }"
}

container_pids() {
    {
        grep -lsaF "CORUN_TEST=$ID" /proc/[1-9]*/environ
        # the runtime's own processes of this test, by their --root; from a here-string, lest grep find itself
        # shellcheck disable=SC2062 # these are the files, the pattern comes from standard input
        grep -lsaF --file=- /proc/[1-9]*/cmdline <<<"$STATE"
    } | cut -d/ -f3
}

# A failed test may leave anything: remove what is ours, by pid and by path.
sweep() {
    local pid cgroup
    for pid in $(container_pids); do
        kill -KILL "$pid" 2>/dev/null || true
    done
    find /sys/fs/cgroup -mindepth 2 -maxdepth 6 -depth -type d -name "*$ID*" 2>/dev/null |
        while read -r cgroup; do # a group's first process is known by nothing else
            while read -r pid; do kill -KILL "$pid" 2>/dev/null || true; done <"$cgroup/cgroup.procs" 2>/dev/null || true
            rmdir "$cgroup" 2>/dev/null || { sleep 0.1 && rmdir "$cgroup" 2>/dev/null; } || true
        done
}

remove_root() {
    local mount
    if [[ $(</proc/self/mountinfo) == *"$ROOT"* ]]; then
        grep -F "$ROOT" /proc/self/mountinfo | cut -d' ' -f5 | sort -r |
            while read -r mount; do umount -l "$mount" 2>/dev/null || true; done
    fi
    cd /
    rm -rf --one-file-system "$ROOT"
}

corun() { command "$CORUN" --root "$STATE" "$@"; }

# These tests ask for what only corun promises; runc, against which the others are checked, is let off.
only_corun() { [ "$(basename "$CORUN")" != runc ] || skip "runc differs: $1"; }

has_feature() { "$CORUN" features 2>/dev/null | jq -e "$1" >/dev/null; }

# bundle [JQ [ARG...]]: a bundle with its own copy of the busybox rootfs; JQ edits the `spec` template, ARGs are the program.
bundle() {
    mkdir -p "$BUNDLE"
    [ -d "$BUNDLE/rootfs" ] || cp -a "$BUSYBOX" "$BUNDLE/rootfs"
    [ ! -e "$BUNDLE/config.json" ] || rm "$BUNDLE/config.json"
    "$CORUN" spec --bundle "$BUNDLE"
    edit '.process.terminal = false | .root.readonly = false | .process.args = ($program // ["true"])
          | .process.env += ["CORUN_TEST=" + $id] | '"${1:-.}" "${@:2}"
}

# edit JQ [ARG...]: changes the bundle's config.json.
edit() {
    local filter=$1 program=
    shift
    # as one text: jq takes a program's "-c" for an option of its own, even after --args
    [ $# = 0 ] || printf -v program '%s\x1f' "$@"
    jq --arg id "$ID" --arg root "$ROOT" --arg program "$program" \
        "(if \$program == \"\" then null else \$program | split(\"\u001f\")[:-1] end) as \$program
        | if \$program then .process.args = \$program else . end | $filter" \
        <"$BUNDLE/config.json" >"$BUNDLE/config.new"
    mv "$BUNDLE/config.new" "$BUNDLE/config.json"
}

# contained JQ PROGRAM [ARG...]: runs a container in the foreground.
contained() {
    bundle "$@"
    corun run --bundle "$BUNDLE" "$ID"
}

# A long-running container under $ID (or the given id), started in the background.
start_sleeper() {
    local id=${2:-$ID}
    bundle "${1:-.}" sleep 1000
    corun run --bundle "$BUNDLE" --detach "$id" </dev/null >"$ROOT/$id.out" 2>&1 3>&-
}

status_of() { corun state "$1" | jq -r .status; }
pid_of() { corun state "$1" | jq -r .pid; }

# wait_until COMMAND...: until it succeeds; $PATIENCE seconds, half a minute for a machine that does other things.
wait_until() {
    local end=$((SECONDS + ${PATIENCE:-30}))
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || {
            echo "not within ${PATIENCE:-30} seconds: $*"
            return 1
        }
        sleep 0.1
    done
}

# becomes VALUE COMMAND...: until the command prints the value
becomes() {
    local value=$1
    shift
    wait_until prints "$value" "$@" || {
        echo "expected: $value, got: $("$@" 2>&1)"
        return 1
    }
}
prints() { [ "$("${@:2}")" = "$1" ]; }

wait_for_status() { becomes "$2" status_of "$1"; }
wait_for_file() { wait_until test -e "$1"; }

# await_line FILE REGEX
await_line() {
    wait_until grep -qE "$2" "$1" || {
        cat "$1"
        return 1
    }
}

# assert_output REGEX and friends say what they saw, so that a failed test explains itself.
assert_output() {
    [[ $output =~ $1 ]] || {
        printf 'expected to match: %s\ngot: %s\n' "$1" "$output"
        return 1
    }
}

refute_output() {
    [[ ! $output =~ $1 ]] || {
        printf 'expected not to match: %s\ngot: %s\n' "$1" "$output"
        return 1
    }
}

assert_equal() {
    [ "$1" = "$2" ] || {
        printf 'expected: %s\ngot:      %s\n' "$2" "$1"
        return 1
    }
}

# ended_with PID CODE: waits for a background job; bats' run cannot, it works in a subshell.
ended_with() {
    local code=0
    wait "$1" || code=$?
    assert_equal "$code" "$2"
}

# attempt COMMAND...: like bats' run, for what may leave a container behind. Such a container keeps the streams it was given,
# and run would wait for the end of a pipe that it holds: so here they are files. Sets status, output (both streams) and stderr.
attempt() {
    status=0
    "$@" </dev/null >"$ROOT/.stdout" 2>"$ROOT/.stderr" 3>&- || status=$?
    stdout=$(cat "$ROOT/.stdout")
    stderr=$(cat "$ROOT/.stderr")
    output=$stdout${stdout:+${stderr:+$'\n'}}$stderr
}

# refused REGEX COMMAND...: the command says one line that matches on stderr, nothing on stdout, and ends with 1.
refused() {
    local pattern=$1
    shift
    attempt "$@"
    if [ "$(basename "$CORUN")" = runc ]; then # its texts and lines are its own
        [ "$status" != 0 ] || {
            echo "not refused: $*"
            return 1
        }
        return 0
    fi
    if [ "$status" != 1 ] || [ -n "$stdout" ] || [ "$(wc -l <"$ROOT/.stderr")" != 1 ] || [[ ! $stderr =~ $pattern ]]; then
        printf 'command: %s\nexit code: %s (expected 1)\nstdout: %s (expected none)\n' "$*" "$status" "$stdout"
        printf 'stderr: %s\nexpected one line that matches: %s\n' "$stderr" "$pattern"
        return 1
    fi
}

# nothing_left: after a refused create, without waiting for the teardown.
nothing_left() {
    local left
    left=$(leftovers)
    [ -z "$left" ] || {
        echo "left behind: $left"
        return 1
    }
}

# A seccomp agent in python: listener.py SOCKET RESULT takes one container's listener and writes down what came with it.
write_agent() {
    cat >"$ROOT/listener.py" <<'EOF2'
import array, json, os, socket, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
listener.bind(sys.argv[1])
listener.listen(1)
listener.settimeout(10)
connection, _ = listener.accept()
data, ancillary, _, _ = connection.recvmsg(65536, socket.CMSG_SPACE(4 * 8))
fds = array.array("i")
for level, kind, bytes_ in ancillary:
    if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
        fds.frombytes(bytes_[: len(bytes_) // 4 * 4])
state = json.loads(data.rstrip(b"\0"))
state["links"] = [os.readlink(f"/proc/self/fd/{fd}") for fd in fds]
json.dump(state, open(sys.argv[2], "w"))
EOF2
}

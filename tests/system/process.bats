#!/usr/bin/env bats
# The process: identity, environment, limits and privileges (config.md#process, config.md#linux-process).
load ../lib/corun

status_lines() { contained "$1" grep -E "$2" /proc/self/status; }

@test "process: user and group by number" {
    run -0 contained '.process.user = {uid: 1234, gid: 5678}' sh -c 'id -u; id -g'
    assert_equal "$output" $'1234\n5678'
}

@test "process: supplementary groups are exactly those listed" {
    run -0 status_lines '.process.user = {uid: 1000, gid: 100, additionalGids: [7, 70000]}' '^Groups:'
    assert_output $'^Groups:\t7 70000 ?$'
    run -0 status_lines '.process.user = {uid: 1000, gid: 100}' '^Groups:'
    assert_output $'^Groups:\t ?$'
}

@test "process: umask" {
    run -0 contained '.process.user.umask = 63' sh -c umask
    assert_equal "$output" 0077
    run -0 contained . sh -c umask
    assert_equal "$output" 0022
}

@test "process: env is exactly what is listed" {
    FROM_THE_CALLER=1 run -0 contained '.process.env = ["A=1", "B=x y=z", "PATH=/bin"]' env
    assert_output $'A=1\n'
    assert_output $'B=x y=z'
    refute_output FROM_THE_CALLER
}

@test "process: arguments arrive unchanged" {
    run -0 contained . sh -c 'for a in "$@"; do echo "[$a]"; done' sh '' 'two words' '*' 'ünï' '-x'
    assert_equal "$output" $'[]\n[two words]\n[*]\n[ünï]\n[-x]'
}

@test "process: a thousand arguments and 100 KB of environment" {
    bundle '.process.args = ["sh", "-c", "echo $#; echo ${#BIG}", "sh"] + [range(1000) | "a\(.)"]
        | .process.env += ["BIG=" + ("x" * 100000)]'
    run -0 corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$output" $'1000\n100000'
}

@test "process: cwd" {
    run -0 contained '.process.cwd = "/home/user"' pwd
    assert_equal "$output" /home/user
}

@test "process: a cwd that only the user may enter" {
    bundle '.process.cwd = "/home/user" | .process.user = {uid: 1000, gid: 1000}' pwd
    chmod 700 "$BUNDLE/rootfs/home/user"
    run -0 corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$output" /home/user
}

@test "process: a missing cwd is made or refused, a file is refused" {
    bundle '.process.cwd = "/etc/passwd"' pwd
    refused 'passwd|cwd' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "process: a relative cwd is refused" {
    bundle '.process.cwd = "tmp"' pwd
    refused 'cwd' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "process: rlimits" {
    run -0 contained '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 100, hard: 200}, {type: "RLIMIT_CORE", soft: 0, hard: 0},
            {type: "RLIMIT_STACK", soft: 1048576, hard: 2097152}]' cat /proc/self/limits
    assert_output 'Max open files +100 +200 '
    assert_output 'Max core file size +0 +0 '
    assert_output 'Max stack size +1048576 +2097152 '
}

@test "process: every rlimit type" {
    for type in AS CORE CPU DATA FSIZE LOCKS MEMLOCK MSGQUEUE NICE NOFILE NPROC RSS RTPRIO RTTIME SIGPENDING STACK; do
        hard=$(prlimit --output HARD --noheadings --raw --"$(tr '[:upper:]' '[:lower:]' <<<"$type")")
        [ "$hard" != unlimited ] || hard=18446744073709551615
        printf '{"type":"RLIMIT_%s","soft":%s,"hard":%s}\n' "$type" "$hard" "$hard"
    done | sed 's/18446744073709551615/"MAX"/g' | jq -s . >"$ROOT/limits"
    bundle . true
    jq --slurpfile limits "$ROOT/limits" '.process.rlimits = $limits[0]' "$BUNDLE/config.json" |
        sed 's/"MAX"/18446744073709551615/' >"$ROOT/config"
    mv "$ROOT/config" "$BUNDLE/config.json"
    corun run --bundle "$BUNDLE" "$ID"
}

@test "process: an unknown rlimit, a doubled one, and soft above hard are refused" {
    for limits in '[{type: "RLIMIT_NONE", soft: 1, hard: 1}]' \
        '[{type: "RLIMIT_CORE", soft: 1, hard: 1}, {type: "RLIMIT_CORE", soft: 2, hard: 2}]' \
        '[{type: "RLIMIT_CORE", soft: 2, hard: 1}]'; do
        bundle ".process.rlimits = $limits"
        refused 'RLIMIT_|rlimits' corun run --bundle "$BUNDLE" "$ID"
    done
    nothing_left
}

@test "process: capabilities, the five sets" {
    run -0 status_lines '.process.capabilities = {bounding: ["CAP_CHOWN", "CAP_KILL", "CAP_SYS_CHROOT"], permitted: ["CAP_CHOWN", "CAP_KILL"],
        effective: ["CAP_KILL"], inheritable: [], ambient: []}' '^Cap'
    # root gains its bounding set at execve: permitted and effective are what the kernel makes of it
    assert_output $'CapInh:\t0000000000000000'
    assert_output $'CapBnd:\t0000000000040021'
    assert_output $'CapAmb:\t0000000000000000'
}

@test "process: capabilities of a user who is not root" {
    run -0 status_lines '.process.user = {uid: 1000, gid: 1000} | .process.capabilities = {bounding: ["CAP_KILL", "CAP_CHOWN"],
        permitted: ["CAP_KILL"], effective: ["CAP_KILL"], inheritable: [], ambient: []}' '^Cap'
    assert_output $'CapPrm:\t0000000000000000'
    assert_output $'CapEff:\t0000000000000000'
    assert_output $'CapBnd:\t0000000000000021'
}

@test "process: ambient capabilities reach a user who is not root" {
    run -0 status_lines '.process.user = {uid: 1000, gid: 1000} | .process.capabilities = ({bounding: ["CAP_KILL"], permitted: ["CAP_KILL"],
        effective: ["CAP_KILL"], inheritable: ["CAP_KILL"], ambient: ["CAP_KILL"]})' '^Cap'
    assert_output $'CapPrm:\t0000000000000020'
    assert_output $'CapEff:\t0000000000000020'
    assert_output $'CapAmb:\t0000000000000020'
}

@test "process: no capabilities at all when none are configured" {
    run -0 status_lines 'del(.process.capabilities)' '^CapBnd'
    if [ "$(basename "$CORUN")" != runc ]; then
        assert_output $'CapBnd:\t0000000000000000'
    fi
}

@test "process: inheritable and ambient stay empty unless asked for" {
    run -0 status_lines '.process.capabilities = {bounding: ["CAP_CHOWN"], permitted: ["CAP_CHOWN"], effective: ["CAP_CHOWN"]}' '^Cap(Inh|Amb)'
    assert_equal "$output" $'CapInh:\t0000000000000000\nCapAmb:\t0000000000000000'
}

@test "process: an unknown capability is refused or ignored with a warning, never granted" {
    run status_lines '.process.capabilities.bounding += ["CAP_NO_SUCH"]' '^CapBnd'
    [ "$status" != 0 ] || assert_output $'CapBnd:\t0000000020000420'
}

@test "process: no_new_privs" {
    run -0 status_lines '.process.noNewPrivileges = true' '^NoNewPrivs'
    assert_equal "$output" $'NoNewPrivs:\t1'
    run -0 status_lines '.process.noNewPrivileges = false' '^NoNewPrivs'
    assert_equal "$output" $'NoNewPrivs:\t0'
}

@test "process: oomScoreAdj" {
    run -0 contained '.process.oomScoreAdj = 321' cat /proc/self/oom_score_adj
    assert_equal "$output" 321
    expected=$(cat /proc/self/oom_score_adj)
    run -0 contained 'del(.process.oomScoreAdj)' cat /proc/self/oom_score_adj
    assert_equal "$output" "$expected"
}

@test "process: a session of its own" {
    run -0 contained . sh -c 'cut -d" " -f1,5,6 /proc/$$/stat'
    assert_equal "$output" "1 1 1"
}

@test "process: no signal is blocked or ignored that the caller did not block" {
    run -0 status_lines . '^Sig(Blk|Ign)'
    assert_output $'SigBlk:\t0000000000000000'
}

@test "process: only 0, 1 and 2 are open" {
    exec 7<"$BUSYBOX/etc/passwd" 8>"$ROOT/other"
    run -0 contained . sh -c 'ls -1 /proc/$$/fd; true' # no pipe, which the shell would have open, too
    exec 7<&- 8>&-
    assert_equal "$output" $'0\n1\n2'
}

@test "process: descriptors of the caller that are not close-on-exec do not leak into create" {
    bundle . sleep 1000
    exec 9<"$BUSYBOX/etc/passwd"
    corun create --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 </dev/null 3>&-
    exec 9<&-
    corun start "$ID"
    until grep -qx sleep "/proc/$(pid_of "$ID")/comm"; do sleep 0.1; done # it is the program now
    assert_equal "$(cd "/proc/$(pid_of "$ID")/fd" && echo ./*)" "./0 ./1 ./2"
}

@test "process: apparmorProfile on a machine without AppArmor" {
    [ ! -e /sys/kernel/security/apparmor ] || skip "this machine has AppArmor"
    bundle '.process.apparmorProfile = "corun-test"'
    attempt corun run --bundle "$BUNDLE" "$ID"
    [ "$status" != 0 ] || skip "ignored, as other runtimes do"
    assert_output '[Aa]pp[Aa]rmor'
    nothing_left
}

@test "process: scheduler" {
    only_corun "1.1.5 has none"
    bundle '.process.scheduler = {policy: "SCHED_BATCH", nice: 5}' sh -c 'cut -d" " -f19,41 /proc/$$/stat'
    run -0 corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$output" "5 3"
}

@test "process: ioPriority" {
    only_corun "1.1.5 has none"
    bundle '.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 6}' ionice -p 1
    run -0 corun run --bundle "$BUNDLE" "$ID"
    assert_output 'best-effort: prio 6'
}

@test "process: personality LINUX32" {
    only_corun "1.1.5 has none"
    run -0 contained '.linux.personality = {domain: "LINUX32"}' uname -m
    assert_equal "$output" i686
}

@test "process: signals that the caller ignores or blocks are as always, for exec, too" {
    bundle . sh -c 'grep -E "^Sig(Ign|Blk)" /proc/self/status; exec sleep 1000'
    # python, since a shell cannot block a signal
    cat >"$ROOT/ignoring.py" <<'EOF'
import os, signal, sys
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1):
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGUSR2])
os.execvp(sys.argv[1], sys.argv[1:])
EOF
    python3 "$ROOT/ignoring.py" "$CORUN" --root "$STATE" run --bundle "$BUNDLE" --detach "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    attempt python3 "$ROOT/ignoring.py" "$CORUN" --root "$STATE" exec "$ID" grep -E "^Sig(Ign|Blk)" /proc/self/status
    assert_equal "$(tr -s '\t\n' ' ' <"$ROOT/out")" "SigBlk: 0000000000000000 SigIgn: 0000000000000000 "
    assert_equal "$(tr -s '\t\n' ' ' <<<"$output")" "SigBlk: 0000000000000000 SigIgn: 0000000000000000 "
}

#!/usr/bin/env bats
# Seccomp: actions, arguments, flags, the listener (config-linux.md#seccomp).
load ../lib/corun

profile() { printf '.process.noNewPrivileges = %s | .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", architectures: ["SCMP_ARCH_X86_64"], syscalls: [%s]}' "${2:-true}" "$1"; }

@test "seccomp: an errno" {
    run contained "$(profile '{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO"}')" mkdir /work/x
    assert_output 'Operation not permitted'
    run contained "$(profile '{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO", errnoRet: 28}')" mkdir /work/x
    assert_output 'No space left'
}

@test "seccomp: with and without no_new_privs" {
    for value in true false; do
        run -0 contained "$(profile '{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO"}' $value)" grep -E '^(Seccomp|NoNewPrivs):' /proc/self/status
        assert_output $'Seccomp:\t2'
    done
}

@test "seccomp: kill, of the process and of the thread" {
    for action in SCMP_ACT_KILL SCMP_ACT_KILL_PROCESS SCMP_ACT_KILL_THREAD; do
        run contained "$(profile "{names: [\"mkdir\", \"mkdirat\"], action: \"$action\"}")" sh -c 'mkdir /work/x; echo "code $?"'
        assert_output 'code 159'
    done
}

@test "seccomp: trap" {
    run contained "$(profile '{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_TRAP"}')" sh -c 'mkdir /work/x; echo "code $?"'
    assert_output 'code 159'
}

@test "seccomp: log lets it pass" {
    run -0 contained "$(profile '{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_LOG"}')" mkdir /work/x
}

@test "seccomp: a default errno with an allow list" {
    bundle '.linux.seccomp = {defaultAction: "SCMP_ACT_ERRNO", defaultErrnoRet: 38, architectures: ["SCMP_ARCH_X86_64"],
        syscalls: [{names: ["execve", "arch_prctl", "brk", "mmap", "munmap", "mprotect", "exit", "exit_group", "write", "read", "uname", "set_tid_address",
            "set_robust_list", "rseq", "prlimit64", "readlink", "getrandom", "getuid", "setuid", "setgid", "getgid", "geteuid", "getegid", "prctl", "fstat",
            "newfstatat", "close", "openat", "capset", "setgroups", "fcntl", "futex", "chdir", "getdents64", "rt_sigreturn", "setresuid", "setresgid", "getpid",
            "gettid", "epoll_ctl", "epoll_pwait", "nanosleep", "tgkill", "rt_sigaction", "rt_sigprocmask", "fchdir", "capget", "fstatfs", "stat", "lseek", "sigaltstack",
            "getppid", "clone", "madvise", "pread64", "sched_yield", "epoll_create1", "eventfd2", "access", "faccessat2", "dup3", "umask", "open"],
            action: "SCMP_ACT_ALLOW"}]}' sh -c 'echo hello; mkdir /work/x'
    attempt corun run --bundle "$BUNDLE" "$ID"
    assert_output hello
    assert_output 'Function not implemented'
}

@test "seccomp: arguments" {
    # kill(pid, sig): only signal 10 is refused
    run contained "$(profile '{names: ["kill"], action: "SCMP_ACT_ERRNO", args: [{index: 1, value: 10, op: "SCMP_CMP_EQ"}]}')" \
        sh -c 'kill -12 1 && echo twelve; kill -10 1 || echo refused'
    assert_output twelve
    assert_output refused
}

@test "seccomp: a masked argument" {
    run contained "$(profile '{names: ["kill"], action: "SCMP_ACT_ERRNO", args: [{index: 1, value: 8, valueTwo: 8, op: "SCMP_CMP_MASKED_EQ"}]}')" \
        sh -c 'kill -17 1 && echo seventeen; kill -10 1 || echo refused'
    assert_output seventeen
    assert_output refused
}

@test "seccomp: flags" {
    only_corun "1.1.5 knows none"
    for flags in '["SECCOMP_FILTER_FLAG_LOG"]' '["SECCOMP_FILTER_FLAG_SPEC_ALLOW"]' '["SECCOMP_FILTER_FLAG_TSYNC"]' '[]'; do
        run -0 contained "$(profile '{names: ["mkdir"], action: "SCMP_ACT_ERRNO"}') | .linux.seccomp.flags = $flags" true
    done
}

@test "seccomp: all of the spec's operators" {
    for op in NE LT LE EQ GE GT MASKED_EQ; do
        run -0 contained "$(profile "{names: [\"kill\"], action: \"SCMP_ACT_ERRNO\", args: [{index: 1, value: 99, valueTwo: 99, op: \"SCMP_CMP_$op\"}]}")" true
    done
}

@test "seccomp: unknown names of system calls are ignored, unknown actions, operators and architectures refused" {
    run -0 contained "$(profile '{names: ["no_such_call", "mkdir"], action: "SCMP_ACT_ERRNO"}')" true
    bundle "$(profile '{names: ["mkdir"], action: "SCMP_ACT_NONE"}')"
    refused 'SCMP_ACT_NONE' corun run --bundle "$BUNDLE" "$ID"
    bundle "$(profile '{names: ["kill"], action: "SCMP_ACT_ERRNO", args: [{index: 1, value: 1, op: "SCMP_CMP_NONE"}]}')"
    refused 'SCMP_CMP_NONE' corun run --bundle "$BUNDLE" "$ID"
    bundle "$(profile '{names: ["mkdir"], action: "SCMP_ACT_ERRNO"}') | .linux.seccomp.architectures = [\"SCMP_ARCH_NONE\"]"
    refused 'SCMP_ARCH_NONE' corun run --bundle "$BUNDLE" "$ID"
    bundle "$(profile '{names: ["mkdir"], action: "SCMP_ACT_ERRNO"}') | .linux.seccomp.flags = [\"SECCOMP_FILTER_FLAG_NONE\"]"
    refused 'SECCOMP_FILTER_FLAG_NONE' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "seccomp: podman's default profile, twice (the second from the cache)" {
    for round in 1 2; do
        bundle . sh -c 'mkdir /work/x$$ && echo fine; unshare -m true 2>/dev/null || echo refused'
        jq --slurpfile podman "$BATS_TEST_DIRNAME/engines/podman-member.json" '.linux.seccomp = $podman[0].linux.seccomp' "$BUNDLE/config.json" >"$ROOT/config"
        mv "$ROOT/config" "$BUNDLE/config.json"
        run -0 corun run --bundle "$BUNDLE" "$ID"
        assert_output fine
        assert_output refused
        rmdir "$BUNDLE/rootfs/work"/x*
    done
}

@test "seccomp: the listener gets the container's state and the descriptor" {
    write_agent
    python3 "$ROOT/listener.py" "$ROOT/listener" "$ROOT/received" 3>&- &
    local listener=$!
    wait_for_file "$ROOT/listener"
    start_sleeper '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", listenerPath: "\($root)/listener", listenerMetadata: "some words",
        syscalls: [{names: ["mkdirat", "mkdir"], action: "SCMP_ACT_NOTIFY"}]}'
    ended_with "$listener" 0
    assert_equal "$(jq -r '.metadata, .state.id, (.fds | join(",")), .state.bundle' "$ROOT/received")" "some words
$ID
seccompFd
$BUNDLE"
    assert_equal "$(jq -r '.links[0]' "$ROOT/received")" 'anon_inode:seccomp notify'
    [ "$(jq -r .pid "$ROOT/received")" = "$(pid_of "$ID")" ]
}

@test "seccomp: a listener that is not there is refused" {
    bundle '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", listenerPath: "\($root)/none", syscalls: [{names: ["mkdir"], action: "SCMP_ACT_NOTIFY"}]}'
    refused 'none|listener|seccomp' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

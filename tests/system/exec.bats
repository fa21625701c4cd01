#!/usr/bin/env bats
# One more process in a container: who it is, where it is, what it holds, how it ends; and what runtimes were caught with in it.
# shellcheck disable=SC2154 # attempt sets stdout
load ../lib/corun

namespaces_of() {
    local kind
    for kind in cgroup ipc mnt net pid time user uts; do
        readlink "/proc/$1/ns/$kind"
    done
}

# The host's pid of the process that exec --detach started.
detached() {
    corun exec --detach --pid-file "$ROOT/pid" "$@" </dev/null >"$ROOT/exec.out" 2>&1 3>&-
    cat "$ROOT/pid"
}

leaves() { find /sys/fs/cgroup -type d -name "*$ID*"; }

freeze() {
    local directory
    leaves | while read -r directory; do
        [ ! -e "$directory/freezer.state" ] || echo "$1" >"$directory/freezer.state"
        [ ! -e "$directory/cgroup.freeze" ] || [ -e /sys/fs/cgroup/freezer ] || echo "$2" >"$directory/cgroup.freeze"
    done
}

@test "exec: output, input and exit code" {
    start_sleeper
    run -0 --separate-stderr corun exec "$ID" echo hello
    assert_equal "$output" hello
    run -7 corun exec "$ID" sh -c 'exit 7'
    run -137 corun exec "$ID" sh -c 'kill -9 $$'
    assert_equal "$(echo through | corun exec "$ID" cat)" through
    run -0 corun exec "$ID" -- echo -n -- x
    assert_equal "$output" "-- x"
}

@test "exec: a signal to corun reaches the program" {
    start_sleeper
    "$CORUN" --root "$STATE" exec "$ID" sh -c 'trap "exit 9" TERM; echo >/tmp/ready; while :; do sleep 0.1; done' 3>&- &
    wait_for_file "$BUNDLE/rootfs/tmp/ready"
    kill -TERM $!
    ended_with $! 9
}

@test "exec: the program is in all namespaces of the container" {
    start_sleeper
    pid=$(detached "$ID" sleep 1000)
    assert_equal "$(namespaces_of "$pid")" "$(namespaces_of "$(pid_of "$ID")")"
    [ "$(readlink "/proc/$pid/ns/mnt")" != "$(readlink /proc/self/ns/mnt)" ]
    assert_equal "$(stat -Lc %d:%i "/proc/$pid/root/")" "$(stat -Lc %d:%i "/proc/$(pid_of "$ID")/root/")"
}

@test "exec: user and time namespaces" {
    start_sleeper '.linux.namespaces += [{type: "user"}, {type: "time"}] | .linux.timeOffsets = {boottime: {secs: 100000000}}
        | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] | .linux.gidMappings = .linux.uidMappings'
    pid=$(detached -u 1:2 "$ID" sleep 1000)
    assert_equal "$(namespaces_of "$pid")" "$(namespaces_of "$(pid_of "$ID")")"
    assert_equal "$(stat -c %u:%g "/proc/$pid")" 100001:100002
    assert_equal "$(corun exec "$ID" cut -d. -f1 /proc/uptime | cut -c1-2)" 10
    refused 'not mapped' corun exec -u 70000 "$ID" true
}

@test "exec: a container without mount, pid and cgroup namespace keeps its root" {
    start_sleeper 'del(.mounts) | .linux.namespaces = [{type: "uts"}] | del(.linux.maskedPaths, .linux.readonlyPaths)'
    echo inside >"$BUNDLE/rootfs/marker"
    run -0 corun exec "$ID" cat /marker
    assert_equal "$output" inside
    pid=$(detached "$ID" sleep 1000)
    assert_equal "$(stat -Lc %d:%i "/proc/$pid/root/")" "$(stat -Lc %d:%i "$BUNDLE/rootfs")"
    assert_equal "$(readlink "/proc/$pid/ns/mnt")" "$(readlink /proc/self/ns/mnt)"
}

@test "exec: the program is in the container's cgroup" {
    start_sleeper
    pid=$(detached "$ID" sleep 1000)
    assert_equal "$(cat "/proc/$pid/cgroup")" "$(cat "/proc/$(pid_of "$ID")/cgroup")"
    grep -q "$ID" "/proc/$pid/cgroup"
    corun ps --format json "$ID" | jq -e --argjson pid "$pid" 'index($pid)'
}

@test "exec --cgroup: below the container's, by component" {
    start_sleeper
    leaves | while read -r directory; do
        mkdir "$directory/below"
        # a cpuset of v1 takes nobody before it is filled
        [ -e "$directory/cgroup.controllers" ] || [ ! -e "$directory/cpuset.cpus" ] || for file in cpuset.cpus cpuset.mems; do cat "$directory/$file" >"$directory/below/$file"; done
        mkdir "${directory}x" # a sibling with the same beginning
    done
    pid=$(detached --cgroup below "$ID" sleep 1000)
    assert_equal "$(grep -c "$ID/below\$" "/proc/$pid/cgroup")" "$(grep -c "$ID" "/proc/$(pid_of "$ID")/cgroup")"
    pid=$(detached --cgroup / "$ID" sleep 1000)
    assert_equal "$(cat "/proc/$pid/cgroup")" "$(cat "/proc/$(pid_of "$ID")/cgroup")"
    for path in .. "../${ID}x" below/../.. none "" nosuch:below :below; do
        refused 'cgroup' corun exec --cgroup "$path" "$ID" true
    done
    # find itself fails when another's cgroup goes while it looks
    find /sys/fs/cgroup -type d -name "*${ID}x" 2>/dev/null | while read -r directory; do rmdir "$directory"; done
}

@test "exec: identity is the container process's" {
    start_sleeper '.process.user = {uid: 5, gid: 6, umask: 7, additionalGids: [7, 8]} | .process.cwd = "/tmp" | .process.env += ["X=1"]
        | .process.noNewPrivileges = true | .process.capabilities |= map_values(["CAP_KILL"]) | .process.capabilities.inheritable = []
        | .process.capabilities.ambient = [] | .process.rlimits = [{type: "RLIMIT_NOFILE", soft: 99, hard: 100}] | .process.oomScoreAdj = 50'
    run -0 corun exec "$ID" sh -c 'id -u; id -G; umask; pwd; echo $X; ulimit -n; cat /proc/self/oom_score_adj; grep -E "^(CapBnd|NoNewPrivs)" /proc/self/status'
    assert_equal "$output" $'5\n6 7 8\n0007\n/tmp\n1\n99\n50\nCapBnd:\t0000000000000020\nNoNewPrivs:\t1'
}

@test "exec: options change it" {
    start_sleeper '.process.noNewPrivileges = false | .process.env += ["X=1"]'
    run -0 corun exec --user 7:8 --additional-gids 9 -g 10 --env X=2 -e Y=3 --cwd /var --no-new-privs "$ID" \
        sh -c 'id -u; id -G; pwd; echo $X$Y; grep NoNew /proc/self/status'
    assert_equal "$output" $'7\n8 9 10\n/var\n23\nNoNewPrivs:\t1'
    refused 'absolute' corun exec --cwd tmp "$ID" true
    refused 'NAME=VALUE' corun exec --env X "$ID" true
}

@test "exec --user: exactly what it says or an error (CVE-2026-30892)" {
    only_corun "its own parser"
    start_sleeper '.process.user = {uid: 77, gid: 78}'
    while read -r words expected; do
        run -0 corun exec -u "$words" "$ID" sh -c 'echo $(id -u):$(id -g)'
        assert_equal "$words $output" "$words $expected"
    done <<<$'1 1:78\n1:2 1:2\n0:0 0:0\n4294967294 4294967294:78'
    for words in :3 1: 4294967295 1:4294967295 99999999999 -1 +1 0x1 '' ' 1' '1 ' root root:root 1:root 1:2:3; do
        refused 'user' corun exec -u "$words" "$ID" true
    done
}

@test "exec --cap: not inheritable, not ambient (CVE-2022-29162, CVE-2022-27650)" {
    start_sleeper '.process.capabilities |= map_values(["CAP_KILL"]) | .process.capabilities.inheritable = [] | .process.capabilities.ambient = []'
    run -0 corun exec --cap CAP_NET_RAW --cap CAP_CHOWN "$ID" grep '^Cap' /proc/self/status
    assert_equal "$output" $'CapInh:\t0000000000000000\nCapPrm:\t0000000000002021\nCapEff:\t0000000000002021\nCapBnd:\t0000000000002021\nCapAmb:\t0000000000000000'
    run -0 corun exec -u 1000 --cap CAP_NET_RAW "$ID" grep -E '^Cap(Inh|Amb|Eff)' /proc/self/status
    assert_equal "$output" $'CapInh:\t0000000000000000\nCapEff:\t0000000000000000\nCapAmb:\t0000000000000000'
    refused 'CAP_NONSENSE' corun exec --cap CAP_NONSENSE "$ID" true
}

@test "exec: the container's system call filter" {
    start_sleeper '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["mkdir", "mkdirat"], action: "SCMP_ACT_ERRNO", errnoRet: 5}]}'
    attempt corun exec "$ID" mkdir /tmp/x
    assert_equal "$status" 1
    [[ $stderr =~ "Input/output error" ]]
    for set in true false; do
        printf '{"cwd": "/", "args": ["grep", "Seccomp:", "/proc/self/status"], "noNewPrivileges": %s, "env": ["PATH=/bin"]}' $set >"$ROOT/process"
        run -0 corun exec --process "$ROOT/process" "$ID"
        assert_equal "$output" $'Seccomp:\t2'
    done
}

@test "exec: only the standard streams and what is preserved are open (CVE-2024-21626)" {
    start_sleeper
    exec 7>&1 # inherited, not preserved
    run -0 corun exec "$ID" sh -c 'echo /proc/self/fd/*' 3>&-
    refute_output '/fd/[4-9]'
    echo three >"$ROOT/three"
    run -0 corun exec --preserve-fds 1 "$ID" sh -c 'cat <&3' 3<"$ROOT/three"
    assert_equal "$output" three
    refused 'not open' corun exec --preserve-fds 100 "$ID" true
    for n in $(seq 3 20); do
        refused '.' corun exec --cwd "/proc/self/fd/$n" "$ID" true
    done
}

@test "exec --process: as engines call it" {
    start_sleeper
    jq '.process | .args = ["sh", "-c", "echo $PWD $X; exit 3"] | .env += ["X=1"] | .cwd = "/etc"' "$BUNDLE/config.json" >"$ROOT/process"
    run -3 corun exec --process "$ROOT/process" "$ID"
    assert_equal "$output" "/etc 1"
    corun exec --pid-file "$ROOT/pid" --process "$ROOT/process" --detach "$ID" </dev/null >"$ROOT/out" 3>&-
    [ "$(cat "$ROOT/pid")" -gt 1 ]
    refused 'nosuch' corun exec --process "$ROOT/nosuch" "$ID"
    echo '{"args": ["true"], "cwd": 5}' >"$ROOT/process"
    refused 'cwd' corun exec --process "$ROOT/process" "$ID"
    echo '{"args": ["true"], "cwd": "/"}' >"$ROOT/process"
    refused 'process' corun exec --process "$ROOT/process" "$ID" false
    refused 'nothing to execute' corun exec "$ID"
}

@test "exec --tty: a terminal of the container, over the console socket" {
    start_sleeper
    for options in "--tty" "--tty -u 1000:1000"; do
        rm -f "$ROOT/console"
        python3 "$LIB/console.py" "$ROOT/console" >"$ROOT/console.out" 2>&1 3>&- &
        wait_for_file "$ROOT/console"
        # shellcheck disable=SC2086
        corun exec $options --detach --console-socket "$ROOT/console" "$ID" \
            sh -c 'sleep 0.2; tty; test -t 0 && test -t 1 && test -t 2 && echo all; echo x >/dev/tty; stat -c %u $(tty)' 3>&-
        ended_with $! 0
        [[ $(tr -d '\r' <"$ROOT/console.out") =~ ^/dev/pts/[0-9]+$'\nall\nx\n'(0|1000)$ ]]
    done
    [[ $(tr -d '\r' <"$ROOT/console.out") =~ 1000$ ]]
    refused 'console' corun exec --tty --detach "$ID" true
    refused 'terminal' corun exec --console-socket "$ROOT/none" "$ID" true
}

@test "exec --tty: in the foreground" {
    start_sleeper
    run -4 corun exec --tty "$ID" sh -c 'test -t 1 && echo terminal; exit 4' </dev/null
    assert_output '^terminal'
}

@test "exec: a program that cannot be executed" {
    start_sleeper
    refused 'nosuch: No such file or directory' corun exec "$ID" nosuch
    refused 'Permission denied' corun exec "$ID" /etc
    refused 'No such file' corun exec --detach --pid-file "$ROOT/pid" "$ID" /nosuch
    [ ! -e "$ROOT/pid" ]
    printf '#!/nosuch\n' >"$BUNDLE/rootfs/tmp/script"
    chmod +x "$BUNDLE/rootfs/tmp/script"
    refused 'No such file' corun exec --pid-file "$ROOT/pid" "$ID" /tmp/script
    [ ! -e "$ROOT/pid" ]
    assert_equal "$(corun ps --format json "$ID" | jq length)" 1
}

@test "exec: a container that ends meanwhile is named as the reason" {
    local waiting
    bundle . sleep 100
    corun run --detach --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    mkfifo "$ROOT/process"
    corun exec --process "$ROOT/process" "$ID" >"$ROOT/exec" 2>&1 3>&- & # its state is known when it opens this
    waiting=$!
    exec 7>"$ROOT/process"
    corun kill "$ID" KILL
    wait_for_status "$ID" stopped
    echo '{"cwd": "/", "args": ["true"], "user": {"uid": 0, "gid": 0}}' >&7
    exec 7>&-
    ! wait "$waiting" || false
    run -0 cat "$ROOT/exec"
    assert_output "exec in container \"$ID\": it has ended meanwhile: "
}

@test "exec: created, stopped, unknown" {
    bundle . sh -c 'exit 0'
    corun create --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    run -0 corun exec "$ID" echo created
    assert_equal "$output" created
    assert_equal "$(status_of "$ID")" created
    corun start "$ID"
    wait_for_status "$ID" stopped
    refused 'cannot exec in a stopped container' corun exec "$ID" true
    refused 'does not exist' corun exec "$ID-none" true
    refused 'ID is missing' corun exec
}

@test "exec: paused" {
    only_corun "its texts"
    start_sleeper
    freeze FROZEN 1
    wait_for_status "$ID" paused
    refused 'paused' corun exec "$ID" true
    corun exec --ignore-paused "$ID" sh -c 'echo late >/tmp/late; exit 5' 3>&- &
    sleep 0.3
    [ ! -e "$BUNDLE/rootfs/tmp/late" ]
    freeze THAWED 0
    ended_with $! 5
    [ -e "$BUNDLE/rootfs/tmp/late" ]
}

@test "exec: CPUs at the beginning and later" {
    [ "$(nproc)" -gt 1 ] || skip "one CPU"
    only_corun "execCPUAffinity is of 1.3"
    start_sleeper '.process.execCPUAffinity = {initial: "0", final: "1"}'
    run -0 corun exec "$ID" grep Cpus_allowed_list /proc/self/status
    assert_equal "$output" $'Cpus_allowed_list:\t1'
    grep -q "Cpus_allowed_list:.$(grep Cpus_allowed_list /proc/self/status | cut -f2)" "/proc/$(pid_of "$ID")/status"
}

# In a mount namespace that nobody else changes, where a mount is seen to be an event and exec is seen to be none.
no_mount_event() {
    mkdir "$ROOT/at"
    findmnt --poll --noheadings --output ACTION,TARGET --timeout 3000 >"$ROOT/events" &
    until [ -s "$ROOT/events" ]; do
        mount --bind "$ROOT/at" "$ROOT/at"
        umount "$ROOT/at"
        sleep 0.1
    done
    wait
    findmnt --poll --noheadings --output ACTION,TARGET --timeout 2000 >"$ROOT/events" &
    sleep 0.5
    corun exec "$ID" true
    corun exec "$ID" true
    wait || true # it ends with 1 when there was none
    [ ! -s "$ROOT/events" ]
}

@test "exec: no mount of the host changes" {
    only_corun "exec mounts for a moment"
    start_sleeper
    export -f corun no_mount_event
    export ROOT STATE ID CORUN
    timeout 60 unshare -m --propagation private bash -euo pipefail -c no_mount_event 3>&-
}

@test "exec: the container's own /proc is not believed" {
    start_sleeper
    corun exec --cap CAP_SYS_ADMIN "$ID" sh -c 'mount -t tmpfs none /proc && mkdir -p /proc/self/ns /proc/self/attr /proc/1 && ln -s / /proc/1/root'
    pid=$(detached "$ID" sleep 1000)
    assert_equal "$(namespaces_of "$pid")" "$(namespaces_of "$(pid_of "$ID")")"
    run -0 corun exec "$ID" echo fine
    assert_equal "$output" fine
}

@test "exec: HOME is that of the user in the container" {
    start_sleeper
    echo 'u:x:1234:1234::/home/u:/bin/sh' >>"$BUNDLE/rootfs/etc/passwd"
    run -0 corun exec -u 1234 "$ID" sh -c 'echo $HOME'
    assert_equal "$output" /home/u
    ln -sfn /proc/1/root/etc/passwd "$BUNDLE/rootfs/etc/passwd"
    run -0 corun exec -u 1234 "$ID" sh -c 'echo $HOME'
    assert_equal "$output" /
}

@test "CVE-2019-5736: exec of the container cannot write the runtime" {
    install -m 755 "$(command -v "$CORUN")" "$ROOT/program"
    before=$(sha256sum <"$ROOT/program")
    bundle '.process.capabilities |= map_values(["CAP_DAC_OVERRIDE", "CAP_SYS_PTRACE"])' sh -c '
        while :; do for p in /proc/[0-9]*; do
            (echo x >"$p/exe") 2>/dev/null && echo "wrote $p $(readlink "$p/exe")" >>/tmp/wrote
            case "$(readlink "$p/exe")" in *program*) echo "seen $p" >>/tmp/wrote ;; esac
        done; done'
    "$ROOT/program" --root "$STATE" run --detach --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    printf '#!/proc/self/exe\n' >"$BUNDLE/rootfs/tmp/entry"
    chmod +x "$BUNDLE/rootfs/tmp/entry"
    for n in $(seq "${TRIES:-100}"); do
        run "$ROOT/program" --root "$STATE" exec "$ID" true
        run "$ROOT/program" --root "$STATE" exec "$ID" /tmp/entry
    done
    corun kill "$ID" KILL
    [ ! -e "$BUNDLE/rootfs/tmp/wrote" ] || {
        sort "$BUNDLE/rootfs/tmp/wrote" | uniq -c
        [ "$(grep -cE 'program|seen' "$BUNDLE/rootfs/tmp/wrote")" = 0 ]
    }
    assert_equal "$(sha256sum <"$ROOT/program")" "$before"
}

@test "CVE-2016-9962: the container sees no file of the host in a process that enters it" {
    bundle '.process.capabilities |= map_values(["CAP_SYS_PTRACE", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH"])' sh -c '
        echo >/tmp/ready
        while :; do for f in /proc/[0-9]*/fd/*; do
            case "$f" in /proc/1/*|*/[012]) continue ;; esac
            l=$(readlink "$f") || continue
            case "$l" in socket:*|pipe:*|anon_inode:*|/tmp/*|/proc/*|"") ;; *) echo "$f $l" >>/tmp/seen ;; esac
            [ -d "$f/self" ] && [ -d "$f/sys/../1" ] && echo "$f is a /proc" >>/tmp/seen
        done; done'
    corun run --detach --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    wait_for_file "$BUNDLE/rootfs/tmp/ready"
    for n in $(seq $((3 * ${TRIES:-100}))); do
        corun exec "$ID" true </dev/null
    done
    corun kill "$ID" KILL
    [ ! -e "$BUNDLE/rootfs/tmp/seen" ] || {
        sort "$BUNDLE/rootfs/tmp/seen" | uniq -c
        false
    }
}

@test "exec: many at once, and a delete in the middle" {
    start_sleeper
    jobs=()
    for n in $(seq 30); do
        corun exec "$ID" sh -c "exit $n" </dev/null 3>&- &
        jobs+=($!)
    done
    for n in $(seq 30); do
        ended_with "${jobs[$((n - 1))]}" "$n"
    done
    jobs=()
    for n in $(seq 10); do
        corun exec "$ID" sleep 1000 </dev/null >"$ROOT/many.$n" 2>&1 3>&- &
        jobs+=($!)
    done
    corun delete --force "$ID"
    for job in "${jobs[@]}"; do
        ! wait "$job"
    done
    nothing_left
}

@test "ps: table and json" {
    start_sleeper
    pid=$(detached "$ID" sleep 2000)
    init=$(pid_of "$ID")
    run -0 corun ps --format json "$ID"
    assert_equal "$(jq -c 'sort' <<<"$output")" "$(jq -nc "[$init, $pid] | sort")"
    run -0 corun ps "$ID"
    assert_equal "${#lines[@]}" 3
    assert_output 'PID.*CMD'
    assert_output "$init .*sleep 1000"
    assert_output "$pid .*sleep 2000"
    run -0 corun ps "$ID" -o pid,comm
    assert_equal "${#lines[@]}" 3
    refused 'PID' corun ps "$ID" -o comm
    refused 'does not exist' corun ps "$ID-none"
    refused 'format' corun ps --format yaml "$ID"
}

@test "ps: nothing of the caller's environment decides what is run" {
    only_corun "it looks in PATH"
    start_sleeper
    mkdir "$ROOT/bin"
    printf '#!/bin/sh\necho PID CMD; echo hijacked\n' >"$ROOT/bin/ps"
    chmod +x "$ROOT/bin/ps"
    run -0 env PATH="$ROOT/bin:$PATH" PS_FORMAT=comm "$CORUN" --root "$STATE" ps "$ID"
    refute_output hijacked
    assert_output 'UID'
}

@test "ps: a stopped container has no process" {
    bundle . true
    corun run --detach --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    wait_for_status "$ID" stopped
    run -0 corun ps --format json "$ID"
    [ "$output" = "[]" ] || [ "$output" = null ]
}

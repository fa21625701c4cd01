#!/usr/bin/env bats
# Groups whose members share processes (a pid namespace with a process of ours in it) or users (a user namespace that owns the others).
load ../lib/corun
load ../lib/group

reaper_of() {
    cat /sys/fs/cgroup/pids/"corun-group-$1"/@reaper/cgroup.procs 2>/dev/null || cat /sys/fs/cgroup/"corun-group-$1"/@reaper/cgroup.procs
}

ns_of() { stat -L -c %i "/proc/$1/ns/$2"; }

export -f reaper_of ns_of

shared_processes() {
    group_file '{shareProcessNamespace: true, containers: [{name: $a}]}' --arg a "$ID-a"
    corun group create --file "$FILE" "$GROUP"
    reaper=$(reaper_of "$GROUP")
    [ "$(wc -w <<<"$reaper")" = 1 ]
    corun group state "$GROUP" | jq -e --argjson inode "$(ns_of "$reaper" pid)" '[.namespaces[] | select(.type == "pid").inode] == [$inode]'
    member "$ID-a" . sleep 1000
    # the sibling sees it, and a process whose parent is gone is reaped
    member "$ID-b" . sh -c 'ps -o pid,comm,args; sh -c "sleep 0.1 & exec true"; sleep 0.5; ps -o stat,comm | grep "^Z"; cat /proc/1/cmdline | tr -d "\0"; cat /proc/1/comm; kill -9 1; kill -TERM 1; echo done; exec sleep 1000'
    await_line "$ROOT/$ID-b.out" '^done'
    assert_equal "$(ns_of "$(pid_of "$ID-a")" pid)" "$(ns_of "$reaper" pid)"
    output=$(cat "$ROOT/$ID-b.out")
    assert_output ' sleep +sleep 1000'
    assert_output $'corun-reaper\ndone'
    refute_output $'\nZ'
    # what a member leaves behind goes with it, the siblings stay
    corun delete --force "$ID-b"
    assert_equal "$(status_of "$ID-a")" running
    # kill and stop leave the namespace as it is, so that it can be used again
    corun group kill "$GROUP"
    wait_for_status "$ID-a" stopped
    assert_equal "$(reaper_of "$GROUP")" "$reaper"
    corun delete "$ID-a"
    member "$ID-a" . sh -c 'trap "" TERM; while :; do sleep 1; done'
    corun group stop --time 1 "$GROUP"
    wait_for_status "$ID-a" stopped
    corun group pause "$GROUP"
    corun group resume "$GROUP"
    # without its first process it is of no use
    kill -KILL "$reaper"
    becomes "" reaper_of "$GROUP"
    bundle . true
    refused 'first process of its pid namespace is gone' corun create --group "$GROUP" --bundle "$BUNDLE" "$ID-c"
    corun group delete "$GROUP"
}

@test "group: members share processes; the first of them reaps, and cannot be killed from within" {
    in_private shared_processes
}

small_reaper() {
    group_file '{shareProcessNamespace: true, volumes: [{name: "data", tmpfs: {}}]}'
    SECRET=hush corun group create --file "$FILE" "$GROUP"
    reaper=$(reaper_of "$GROUP")
    size=$(awk '/^Pss:/ { print $2 }' "/proc/$reaper/smaps_rollup")
    readelf -l "$CORUN" | grep -q INTERP || [ "$size" -lt 200 ]
    # nothing of the caller's: fds, words, rights, files
    assert_equal "$(find "/proc/$reaper/fd" -mindepth 1 | wc -l)" 0
    assert_equal "$(tr -d '\0' <"/proc/$reaper/cmdline" | wc -c)$(tr -d '\0' <"/proc/$reaper/environ" | wc -c)" 00
    assert_equal "$(awk '/^Cap(Prm|Eff|Amb|Inh)/ { print $2 }' "/proc/$reaper/status" | sort -u)" 0000000000000000
    grep -q "^NoNewPrivs:.1" "/proc/$reaper/status"
    [[ $(readlink "/proc/$reaper/exe") = /memfd:* ]]
    assert_equal "$(stat -c %u:%a "/proc/$reaper/environ")" 0:400
    ! grep -q " /\(proc\|sys\|tmp\) " "/proc/$reaper/mountinfo"
    # a member with root's rights, but not the right to trace, gets nothing through it
    member "$ID-a" . sh -c 'for f in exe root cwd ns/mnt; do readlink /proc/1/$f && echo "read $f"; done; cat /proc/1/environ /proc/1/maps /proc/1/root/group.json; echo end'
    await_line "$ROOT/$ID-a.out" '^end'
    output=$(cat "$ROOT/$ID-a.out")
    refute_output 'read |shareProcess|memfd'
    corun group delete --force "$GROUP"
    # it waits for the last of its processes, until the machine's init has reaped that
    becomes "" grep -s '^State:.S' "/proc/$reaper/status"
}

@test "group: the first process is small, has nothing, and shows nothing" {
    in_private small_reaper
}

shared_users() {
    mkdir -m 755 "$ROOT/keep"
    volume='{tmpfs: {}}'
    # Linux maps the ids of a tmpfs since 6.3
    [ "$(printf '%s\n' 6.3 "$(uname -r)" | sort -V | head -n 1)" = 6.3 ] || volume='{directory: {path: "\($root)/keep"}}'
    group_file '{hostUsers: false, uidMappings: [{containerID: 0, hostID: 100000, size: 65536}], gidMappings: [{containerID: 0, hostID: 200000, size: 65536}],
        shareProcessNamespace: $pid, volumes: [{name: "data"} + '"$volume"']}' --argjson pid "$1" --arg root "$ROOT"
    corun group create --file "$FILE" "$GROUP"
    mkdir -m 700 "$ROOT/host" && echo host >"$ROOT/host/secret"
    for name in "$ID-a" "$ID-b"; do
        BUNDLE=$ROOT/$name
        bundle .
        chown -R 100000:200000 "$BUNDLE/rootfs"
    done
    chmod 755 "$ROOT"
    # the host's files, through a mount of the bundle's
    # shellcheck disable=SC2089
    outside=".mounts += [{destination: \"/host\", source: \"$ROOT/host\", type: \"bind\", options: [\"rbind\"]}]"
    member "$ID-a" "$outside | .process.capabilities[] += [\"CAP_SYS_ADMIN\", \"CAP_DAC_OVERRIDE\", \"CAP_SYS_PTRACE\"]" sh -c 'cat /proc/self/uid_map; id -u; echo from-a >/data/x; echo shm >/dev/shm/x; stat -c %u /data/x
        ls /host; cat /host/secret; hostname other; hostname; mount -t tmpfs none /mnt && echo mounted; echo 1 >/proc/sys/kernel/printk; ls /proc/1/root /proc/1/fd; echo end; exec sleep 1000' -- --volume data:/data
    await_line "$ROOT/$ID-a.out" '^end'
    output=$(cat "$ROOT/$ID-a.out")
    assert_output '^ +0 +100000 +65536.0.0.'
    assert_output "ls: can't open '/host': Permission denied"
    assert_output "can't open '/host/secret': Permission denied"
    refute_output '(^|[^/])host$'
    assert_output 'printk: (Permission denied|Read-only)'
    first=$(pid_of "$ID-a")
    assert_equal "$(awk '/^Uid:/ { print $2 }' "/proc/$first/status")" 100000
    # the sibling: the same namespaces, the same ids, the same files
    member "$ID-b" . sh -c 'cat /data/x /dev/shm/x; stat -c %u:%g /data/x; hostname; echo end' -- --volume data:/data
    await_line "$ROOT/$ID-b.out" '^end'
    assert_equal "$(cat "$ROOT/$ID-b.out")" "$(printf 'from-a\nshm\n0:0\nother\nend')"
    [ "$(hostname)" != other ]
    for kind in user net ipc uts; do
        name=${kind/net/network}
        assert_equal "$(ns_of "$first" "$kind")" "$(corun group state "$GROUP" | jq --arg name "$name" '.namespaces[] | select(.type == $name).inode')"
    done
    [ "$(ns_of "$first" user)" != "$(ns_of self user)" ]
    # a bundle cannot bring ids of its own
    BUNDLE=$ROOT/$ID-b
    bundle '.linux.uidMappings = [{containerID: 0, hostID: 0, size: 1}] | .linux.gidMappings = .linux.uidMappings'
    refused "/linux/uidMappings: the group's user namespace has its own" corun create --group "$GROUP" --bundle "$BUNDLE" "$ID-c"
    corun group delete --force "$GROUP"
}

users_alone() { shared_users false; }
users_and_processes() { shared_users true; }
export -f shared_users

@test "group: members share a user namespace, which owns the others; the host's files are out of reach" {
    in_private users_alone
}

@test "group: members share users and processes" {
    in_private users_and_processes
}

wrong_words() {
    for case in '{"hostUsers": false}' '{"hostUsers": false, "uidMappings": [{"containerID": 0, "hostID": 1, "size": 1}]}' '{"uidMappings": [{"containerID": 0, "hostID": 1, "size": 1}]}' \
        '{"hostUsers": true, "gidMappings": [{"containerID": 0, "hostID": 1, "size": 1}]}' '{"hostUsers": "no"}' '{"shareProcessNamespace": 1}' \
        '{"hostUsers": false, "uidMappings": [{"containerID": 0, "hostID": -1, "size": 1}]}'; do
        echo "$case" >"$FILE"
        refused "create group.*(group.json: [0-9]+:[0-9]+: |/)" corun group create --file "$FILE" "$GROUP"
    done
    # what only the kernel knows to be wrong leaves nothing, either
    group_file '{hostUsers: false, shareProcessNamespace: true, uidMappings: [range(2) | {containerID: 0, hostID: 1, size: 5}], gidMappings: [{containerID: 0, hostID: 1, size: 5}]}'
    refused "make the shared namespaces" corun group create --file "$FILE" "$GROUP"
    assert_equal "$(corun group list -q)" ""
}

@test "group: shared users and processes: bad words, and nothing is left" {
    in_private wrong_words
}

# The reaper holds no stream: else whoever reads the command's output would wait for ever.
quiet_create() {
    group_file '{shareProcessNamespace: true}'
    timeout 20 sh -c '"$0" --root "$1" group create --file "$2" "$3" | cat' "$CORUN" "$STATE" "$FILE" "$GROUP"
    bundles one
    group_file '{shareProcessNamespace: true, restartPolicy: "Never", containers: [{name: "a", bundle: "one", command: ["sh", "-c", "ps | grep -c reaper; exit 3"]}]}'
    attempt corun group run --file "$FILE" "$GROUP-2"
    assert_equal "$status" 3
    corun group delete "$GROUP"
    assert_equal "$(corun group list -q)" ""
}

@test "group: shared processes: create ends, run ends and deletes" {
    in_private quiet_create
}

#!/usr/bin/env bats
# checkpoint and restore, with the guest's criu.
load vm

setup() {
    vm_setup
    needs_command checkpoint
    needs_criu
    IMAGES=$ROOT/images
    bundle . sh -c 'i=0; while :; do i=$((i + 1)); echo $i >>/count; sleep 0.1; done'
}

# counting [JQ]: a container that counts into a file
counting() {
    edit "${1:-.}"
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    wait_until has_counted 3
}

has_counted() { [ "$(tail -n 1 "$BUNDLE/rootfs/count")" -ge "$1" ]; }

# goes_on ID: it counts, and never began anew
goes_on() {
    local before
    before=$(tail -n 1 "$BUNDLE/rootfs/count")
    wait_until has_counted $((before + 3))
    assert_equal "$(status_of "$1")" running
    corun pause "$1" # whole lines only
    seq "$(wc -l <"$BUNDLE/rootfs/count")" | cmp - "$BUNDLE/rootfs/count"
    corun resume "$1"
}

# with_log COMMAND...: succeeds, or says what criu's logs say
with_log() {
    attempt "$@"
    [ "$status" = 0 ] || {
        echo "$output"
        grep -h -B 3 -A 3 Error "$IMAGES"/*.log | tail -n 40
        return 1
    }
}

checkpoint() { with_log corun checkpoint --image-path "$IMAGES" "$@" "$ID"; }
restore() { with_log corun restore --bundle "$BUNDLE" --image-path "$IMAGES" --detach "$@"; }

@test "checkpoint: a container is gone, and goes on after a restore where it was" {
    counting
    checkpoint
    [ ! -e "$STATE/$ID" ]
    [ -z "$(leftovers)" ]
    restore --pid-file "$ROOT/pid" "$ID"
    goes_on "$ID"
    assert_equal "$(cat "$ROOT/pid")" "$(pid_of "$ID")"
    attempt corun exec "$ID" cat /proc/self/cgroup /proc/1/comm
    assert_output '^0::/.sh$'
    corun kill "$ID" KILL
    wait_for_status "$ID" stopped
    corun delete "$ID"
    [ -z "$(leftovers)" ]
}

@test "checkpoint: with --leave-running a container goes on, and its images serve another id" {
    counting
    checkpoint --leave-running
    goes_on "$ID"
    corun delete --force "$ID"
    rm "$BUNDLE/rootfs/count"
    restore "$ID-2"
    wait_until has_counted 5
    [ "$(head -n 1 "$BUNDLE/rootfs/count")" -gt 3 ]
    assert_equal "$(basename "$(cgroup_dir "$ID-2")")" "$(basename "$(cgroup_dir "$ID-2")" | grep -F -- "$ID-2")"
    corun delete --force "$ID-2"
    [ -z "$(leftovers)" ]
}

@test "checkpoint: mounts, masked paths and limits are those of config.json" {
    mkdir "$ROOT/one" "$ROOT/two"
    echo one >"$ROOT/one/file"
    echo two >"$ROOT/two/file"
    counting '.mounts += [{destination: "/data", type: "bind", source: ($root + "/one"), options: ["bind", "ro"]}]
        | .linux.maskedPaths = ["/proc/keys", "/sys/firmware"] | .linux.resources.pids.limit = 50'
    checkpoint
    edit '(.mounts[] | select(.destination == "/data").source) = $root + "/two" | .linux.resources.pids.limit = 60'
    restore "$ID"
    goes_on "$ID"
    attempt corun exec "$ID" sh -c 'cat /data/file /proc/keys; echo x >/data/file; cat /sys/fs/cgroup/pids.max'
    assert_output '^two.60
.*Read-only file system$'
    assert_equal "$(value_of pids.max)" 60
}

@test "checkpoint: a restore in the foreground ends with the program's code" {
    edit '.' sh -c 'until [ -e /stop ]; do sleep 0.1; done; exit 7'
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    checkpoint
    touch "$BUNDLE/rootfs/stop"
    attempt corun restore --bundle "$BUNDLE" --image-path "$IMAGES" "$ID"
    assert_equal "$status" 7
    [ ! -e "$STATE/$ID" ]
}

@test "checkpoint: a paused container, as containerd does it" {
    counting
    corun pause "$ID"
    checkpoint --leave-running --work-path "$ROOT/work"
    [ -s "$ROOT/work/dump.log" ]
    assert_equal "$(status_of "$ID")" paused
    corun resume "$ID"
    goes_on "$ID"
}

@test "checkpoint: memory ahead of time, then what has changed" {
    counting
    checkpoint --pre-dump
    goes_on "$ID"
    mv "$IMAGES" "$ROOT/parent"
    checkpoint --parent-path ../parent
    restore "$ID"
    goes_on "$ID"
}

@test "checkpoint: a network namespace that is joined" {
    ip netns add "$ID"
    counting '(.linux.namespaces[] | select(.type == "network")).path = "/run/netns/" + $id'
    checkpoint
    restore "$ID"
    goes_on "$ID"
    assert_equal "$(stat -Lc %i "/proc/$(pid_of "$ID")/ns/net")" "$(stat -c %i "/run/netns/$ID")"
    corun delete --force "$ID"
    ip netns delete "$ID"
}

@test "checkpoint: namespaces of a pod" {
    local pid kind
    unshare --ipc --uts --net sh -c 'hostname pod; exec sleep 1000' 3>&- &
    pid=$!
    wait_until eval '[ "$(nsenter --target '$pid' --uts hostname)" = pod ]'
    counting '(.linux.namespaces[] | select(.type == ("ipc", "uts", "network"))) |= (.path = "/proc/'$pid'/ns/" + ({network: "net"}[.type] // .type))
        | del(.hostname)'
    checkpoint
    restore "$ID"
    goes_on "$ID"
    for kind in ipc uts net; do
        assert_equal "$(stat -Lc %i "/proc/$(pid_of "$ID")/ns/$kind")" "$(stat -Lc %i "/proc/$pid/ns/$kind")"
    done
    attempt corun exec "$ID" hostname
    assert_equal "$output" pod
    kill "$pid"
}

@test "checkpoint: the restored program has the streams of the restore" {
    edit '.' sh -c 'while sleep 0.1; do echo tick; done'
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null 2>&1 3>&- | cat >"$ROOT/before" 3>&- &
    wait_until grep tick "$ROOT/before"
    checkpoint
    with_log corun restore --bundle "$BUNDLE" --image-path "$IMAGES" --detach "$ID"
    wait_until grep tick "$ROOT/.stdout"
}

@test "checkpoint: what criu refuses is told, and the container goes on" {
    counting
    mkdir "$ROOT/data"
    echo '[{"destination": "/data", "type": "bind", "source": "'"$ROOT/data"'", "options": ["bind"]}]' >"$ROOT/mounts"
    corun mounts add "$ID" "$ROOT/mounts"
    refused 'criu dump: Error .*/data.* \(see .*/dump.log\)' corun checkpoint --image-path "$IMAGES" "$ID"
    goes_on "$ID"
    corun mounts remove "$ID" "$ROOT/mounts"
    checkpoint
    cp -a "$BUNDLE/rootfs/bin/busybox" "$ROOT/busybox"
    echo >>"$BUNDLE/rootfs/bin/busybox"
    refused 'criu restore: Error .*bad size.* \(see .*/restore.log\)' \
        corun restore --bundle "$BUNDLE" --image-path "$IMAGES" --detach "$ID"
    nothing_left
    cp -a "$ROOT/busybox" "$BUNDLE/rootfs/bin/busybox"
    restore "$ID"
    goes_on "$ID"
}

@test "checkpoint: a container that criu could not make again is refused" {
    bundle '.linux.namespaces |= map(select(.type != "cgroup")) + [{type: "cgroup", path: "/proc/1/ns/cgroup"}]' sleep 1000
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    refused 'not supported: a container that joins other namespaces' corun checkpoint "$ID"
    assert_equal "$(status_of "$ID")" running
    bundle '.hooks.createRuntime = [{path: "/bin/true"}]' sleep 1000
    refused 'not supported: a container with hooks for its creation' corun restore --bundle "$BUNDLE" --detach "$ID-2"
    bundle '.process.terminal = true' sleep 1000
    refused 'terminal needs --console-socket' corun restore --bundle "$BUNDLE" --detach "$ID-2"
}

# console NAME: waits for a terminal at $ROOT/NAME, and writes what comes from it to $ROOT/NAME.out
console() {
    python3 "$LIB/console.py" "$ROOT/$1" >"$ROOT/$1.out" 2>&1 3>&- &
    wait_for_file "$ROOT/$1"
}

@test "checkpoint: a terminal goes to the console socket of the restore, or stays with it" {
    edit '.process.terminal = true' sh -c 'until [ -e /stop ]; do echo tick; sleep 0.1; done; tty; stty size; ls -l /dev/console; exit 7'
    console first
    corun run --bundle "$BUNDLE" --detach --console-socket "$ROOT/first" "$ID" 3>&-
    await_line "$ROOT/first.out" tick
    checkpoint --pre-dump
    mv "$IMAGES" "$ROOT/parent"
    checkpoint --parent-path ../parent
    console second
    restore --console-socket "$ROOT/second" "$ID"
    await_line "$ROOT/second.out" tick
    checkpoint
    touch "$BUNDLE/rootfs/stop"
    attempt corun restore --bundle "$BUNDLE" --image-path "$IMAGES" "$ID"
    assert_equal "$status" 7
    output=${output//$'\r'/}
    assert_output $'/dev/pts/0\n33 77\ncrw.*/dev/console'
    nothing_left
}

@test "checkpoint: a user namespace" {
    chmod 755 "$ROOT" "$BUNDLE" "$BUNDLE/rootfs"
    chown -R 100000:100000 "$BUNDLE/rootfs"
    touch "$ROOT/"{out,.stdout,.stderr}
    chmod 666 "$ROOT/"{out,.stdout,.stderr} # its root opens them again
    counting "$(user_namespace)"
    checkpoint
    restore "$ID"
    goes_on "$ID"
    attempt corun exec "$ID" sh -c 'cat /proc/self/uid_map; stat -c %t:%T /dev/tty; : </dev/zero && echo zero'
    assert_output '^ *0 +100000 +65536'
    assert_output '5:0.zero$'
    assert_equal "$(stat -c '%a %g' "$IMAGES")" '710 100000'
}

@test "checkpoint: another AppArmor profile for the restore" {
    local name
    for name in one two; do
        echo "profile corun-ct-$name flags=(attach_disconnected,mediate_deleted) { file, capability, network, mount, umount, signal, unix, ptrace, }"
    done | apparmor_parser --replace --skip-cache
    counting '.process.apparmorProfile = "corun-ct-one"'
    checkpoint --leave-running
    corun delete --force "$ID"
    restore "$ID-1"
    assert_equal "$(cat "/proc/$(pid_of "$ID-1")/attr/current")" 'corun-ct-one (enforce)'
    corun delete --force "$ID-1"
    restore --lsm-profile apparmor:corun-ct-two "$ID-2"
    assert_equal "$(cat "/proc/$(pid_of "$ID-2")/attr/current")" 'corun-ct-two (enforce)'
}

@test "checkpoint: what needs an option is refused without it, and goes on with it" {
    local options=(--tcp-established --ext-unix-sk --file-locks --link-remap) option
    edit 'del(.linux.namespaces[] | select(.type == "network")) | .mounts |= map(select(.type != "sysfs"))
        | .mounts += [("/usr", $root) | {destination: ., type: "bind", source: ., options: ["rbind"]}]' \
        /usr/bin/python3 "$ROOT/client.py" "$ROOT"
    ln -s usr/lib usr/lib64 "$BUNDLE/rootfs/"
    cat >"$ROOT/server.py" <<'PY'
import os, socket, sys
os.chdir(sys.argv[1])
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind(os.path.abspath("log"))
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(1)
open("port", "w").write(str(server.getsockname()[1]))
client, _ = server.accept()
while line := client.recv(100):
    open("tcp", "ab").write(line)
    open("unix", "ab").write(log.recv(100))
PY
    cat >"$ROOT/client.py" <<'PY'
import fcntl, os, socket, sys, time
os.chdir(sys.argv[1])
locked = open("lock", "w")
fcntl.flock(locked, fcntl.LOCK_EX)
removed = open("removed", "w")
os.link("removed", "linked")
os.unlink("removed")
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.connect(os.path.abspath("log"))
server = socket.create_connection(("127.0.0.1", int(open("port").read())))
number = 0
while True:
    number += 1
    line = b"%d\n" % number
    server.send(line)
    log.send(line)
    removed.write("x")
    removed.flush()
    time.sleep(0.1)
PY
    python3 "$ROOT/server.py" "$ROOT" >"$ROOT/server.out" 2>&1 3>&- &
    wait_until test -s "$ROOT/port"
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    await_line "$ROOT/unix" '^3$'
    for option in "${options[@]}"; do
        # shellcheck disable=SC2068 # the one that is not there
        refused 'criu dump: Error' corun checkpoint --image-path "$IMAGES" ${options[@]/$option/} "$ID"
    done
    checkpoint "${options[@]}"
    flock --nonblock "$ROOT/lock" rm "$ROOT/unix" # nobody holds it
    restore "${options[@]}" "$ID"
    await_line "$ROOT/unix" '[0-9]'
    run -1 flock --nonblock "$ROOT/lock" true
    local size
    size=$(stat -c %s "$ROOT/linked")
    wait_until eval '[ "$(stat -c %s "$ROOT/linked")" -gt "$size" ]'
    corun delete --force "$ID"
    seq "$(wc -l <"$ROOT/tcp")" | cmp - "$ROOT/tcp"
}

@test "checkpoint: memory sent to a page server" {
    counting
    mkdir "$ROOT/served"
    criu page-server --images-dir "$ROOT/served" --address 127.0.0.1 --port 7070 --log-file log --daemon 3>&-
    checkpoint --page-server 127.0.0.1:7070
    [ -z "$(find "$IMAGES" -name 'pages-*')" ]
    cp "$ROOT"/served/page* "$IMAGES"
    restore "$ID"
    goes_on "$ID"
    refused '--page-server 7070: must be ADDRESS:PORT' corun checkpoint --page-server 7070 "$ID"
}

@test "checkpoint: memory fetched when it is asked for" {
    counting
    mkdir "$ROOT/work"
    mkfifo "$ROOT/status"
    exec 9<>"$ROOT/status"
    corun checkpoint --lazy-pages --page-server 127.0.0.1:7071 --status-fd 9 --image-path "$IMAGES" "$ID" >"$ROOT/dumped" 2>&1 3>&- &
    local dump=$!
    assert_equal "$(timeout 60 head -c 1 <&9 | od -An -tx1)" ' 00'
    criu lazy-pages --page-server --address 127.0.0.1 --port 7071 --images-dir "$IMAGES" --work-dir "$ROOT/work" \
        --log-file lazy.log --daemon 3>&- 9>&-
    restore --lazy-pages --work-path "$ROOT/work" "$ID-2" 9>&-
    goes_on "$ID-2"
    ended_with "$dump" 0
    [ ! -e "$STATE/$ID" ]
    refused '--status-fd 99: not an open file descriptor' corun checkpoint --status-fd 99 "$ID-2"
}

@test "checkpoint: no image, no container, not supported" {
    refused 'does not exist' corun checkpoint "$ID"
    refused 'read .*/none/descriptors.json: No such file' \
        corun restore --bundle "$BUNDLE" --image-path "$ROOT/none" --detach "$ID"
    [ ! -e "$STATE/$ID" ]
    corun create --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    refused 'container not running: created' corun checkpoint "$ID"
    refused 'already exists' corun restore --bundle "$BUNDLE" --detach "$ID"
    corun start "$ID"
    refused 'expected one of ignore, soft' corun checkpoint --manage-cgroups-mode full "$ID"
    refused '--no-pivot is not supported' corun restore --no-pivot "$ID-2"
    goes_on "$ID"
    chmod 777 "$ROOT"
    refused 'needs root' setpriv --reuid 1000 --clear-groups "$CORUN" --root "$ROOT/user" restore --bundle "$BUNDLE" "$ID-3"
}

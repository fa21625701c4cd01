#!/usr/bin/env bats
# Containers of an ordinary user without a systemd session: what needs no privileges works, what needs some is left out or refused in
# words. tests/vm/rootless.bats has the rest: limits in a delegated cgroup, and podman.
# shellcheck disable=SC2154 # bats' run sets stderr
load ../lib/corun

export OWNER=1234

setup() {
    corun_setup
    mkdir "$ROOT/run"
    chown "$OWNER:$OWNER" "$ROOT" "$ROOT/run"
    STATE=$ROOT/run/corun
}

teardown() {
    local entry
    for entry in "$STATE"/*/; do
        [ ! -d "$entry" ] || owners delete --force "$(basename "$entry")" >/dev/null 2>&1 3>&- || true
    done
    corun_teardown
}

as_owner() { setpriv --reuid "$OWNER" --regid "$OWNER" --clear-groups env USER=owner HOME="$ROOT" XDG_RUNTIME_DIR="$ROOT/run" "$@"; }
owners() { as_owner "$CORUN" "$@"; }

# Like bundle, but from `spec --rootless`, and the user's.
owners_bundle() {
    mkdir -p "$BUNDLE"
    [ -d "$BUNDLE/rootfs" ] || cp -a "$BUSYBOX" "$BUNDLE/rootfs"
    chown -hR "$OWNER:$OWNER" "$BUNDLE"
    rm -f "$BUNDLE/config.json"
    owners spec --rootless --bundle "$BUNDLE"
    edit '.process.terminal = false | .root.readonly = false | .process.env += ["CORUN_TEST=" + $id]'
    edit "$@"
}

owners_run() { owners run --bundle "$BUNDLE" "$ID"; }

owners_sleeper() {
    owners_bundle "${1:-.}" sleep 1000
    owners run --detach --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
}

# with_ids ARGUMENT...: corun as the user, where /etc has an account for the user, and subordinate ids from 100000
with_ids() {
    cp /etc/passwd "$ROOT/passwd"
    echo "owner:x:$OWNER:$OWNER::/:/bin/sh" >>"$ROOT/passwd"
    echo "owner:100000:65536" >"$ROOT/subid"
    unshare --mount sh -ec 'mount --bind "$0/passwd" /etc/passwd; mount --bind "$0/subid" /etc/subuid; mount --bind "$0/subid" /etc/subgid
        exec setpriv --reuid "$OWNER" --regid "$OWNER" --clear-groups env XDG_RUNTIME_DIR="$0/run" "$@"' "$ROOT" "$CORUN" "$@"
}

several_ids() {
    if ! command -v newuidmap >/dev/null || [ ! -e /etc/subuid ]; then skip "newuidmap is not installed"; fi
    owners_bundle '.linux.uidMappings = [{containerID: 0, hostID: 1234, size: 1}, {containerID: 1, hostID: 100000, size: 1000}]
        | .linux.gidMappings = .linux.uidMappings | '"$1" "${@:2}"
}

@test "rootless: what spec --rootless writes runs as it is" {
    owners_bundle .
    rm "$BUNDLE/config.json"
    owners spec --rootless --bundle "$BUNDLE"
    cd "$BUNDLE"
    run -0 as_owner env SHELL=/bin/sh script --quiet --return --command "$CORUN run $ID" /dev/null <<<'echo "user $(id -u) of $(hostname)"; exit 3'$'\n' || [ "$status" = 3 ]
    assert_output 'user 0 of corun'
}

@test "rootless: the state is the user's, in XDG_RUNTIME_DIR" {
    owners_sleeper
    assert_equal "$(stat -c '%u %a' "$STATE")" "$OWNER 700"
    [ -d "$STATE/$ID" ]
    run -0 owners list --quiet
    assert_equal "$output" "$ID"
    assert_equal "$(owners state "$ID" | jq -r '"\(.status) \(.owner)"')" "running $OWNER"
    run -0 owners ps "$ID"
    assert_output "$(owners state "$ID" | jq .pid).*sleep 1000"
}

@test "rootless: without XDG_RUNTIME_DIR it says what is missing" {
    owners_bundle . true
    refused 'XDG_RUNTIME_DIR' as_owner env -u XDG_RUNTIME_DIR "$CORUN" run --bundle "$BUNDLE" "$ID"
}

@test "rootless: create, start, kill, delete" {
    owners_bundle . sleep 1000
    owners create --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    assert_equal "$(owners state "$ID" | jq -r .status)" created
    owners start "$ID"
    assert_equal "$(owners state "$ID" | jq -r .status)" running
    refused 'not stopped|running' owners delete "$ID"
    owners kill "$ID" KILL
    until [ "$(owners state "$ID" | jq -r .status)" = stopped ]; do sleep 0.1; done
    owners delete "$ID"
    nothing_left
}

@test "rootless: exec" {
    owners_sleeper '.process.env += ["FROM=config"]'
    run -0 owners exec --cwd /tmp --env MORE=word "$ID" sh -c 'echo "$(id -u) $PWD $FROM $MORE"; cat /proc/1/cmdline | tr "\0" " "'
    assert_equal "$output" $'0 /tmp config word\nsleep 1000 '
    run -7 owners exec "$ID" sh -c 'exit 7'
    run -0 owners exec "$ID" cat /proc/self/uid_map
    assert_equal "$(tr -s ' ' <<<"$output")" " 0 $OWNER 1"
}

@test "rootless: exec in the background, with a terminal, and with a process.json" {
    owners_sleeper
    owners exec --detach --pid-file "$ROOT/run/pid" "$ID" sleep 2000 </dev/null >"$ROOT/out" 2>&1 3>&-
    [[ "$(tr '\0' ' ' <"/proc/$(cat "$ROOT/run/pid")/cmdline")" == "sleep 2000 " ]]
    run -0 as_owner env SHELL=/bin/sh script --quiet --return --command "$CORUN exec -t $ID sh -c 'test -t 0 && tty'" /dev/null
    assert_output '/dev/pts/'
    echo '{"cwd": "/", "args": ["sh", "-c", "echo $0 from a file", "sent"], "user": {"uid": 0, "gid": 0}}' >"$ROOT/process.json"
    run -0 owners exec --process "$ROOT/process.json" "$ID"
    assert_equal "$output" 'sent from a file'
}

@test "rootless: several ids, given by newuidmap" {
    several_ids '.process.user = {uid: 33, gid: 33, additionalGids: [44]}' sh -c 'id -u; id -G; touch /tmp/made; chgrp 44 /tmp/made'
    chmod 1777 "$BUNDLE/rootfs/tmp"
    run -0 with_ids run --bundle "$BUNDLE" "$ID"
    assert_equal "$output" $'33\n33 44'
    assert_equal "$(stat -c '%u %g' "$BUNDLE/rootfs/tmp/made")" "100032 100043"
}

@test "rootless: exec as another of several ids" {
    several_ids '.process.capabilities |= with_entries(.value += ["CAP_CHOWN"])' sleep 1000
    with_ids run --detach --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    run -0 owners exec --user 33:44 "$ID" sh -c 'id -u; id -g'
    assert_equal "$output" $'33\n44'
    run -0 owners exec "$ID" sh -c 'touch /tmp/made; chown 5:6 /tmp/made; stat -c "%u %g" /tmp/made'
    assert_equal "$output" '5 6'
    # a process of another user's is killed all the same: the user owns the namespace
    with_ids exec --detach --user 33 "$ID" sleep 3000 </dev/null >"$ROOT/out" 2>&1 3>&-
    owners delete --force "$ID"
    nothing_left
}

@test "rootless: ids that are not the user's are refused" {
    several_ids '.linux.uidMappings[1].hostID = 300000'
    refused 'newuidmap|uid range' with_ids run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "rootless: without a user namespace it is refused" {
    owners_bundle 'del(.linux.uidMappings, .linux.gidMappings) | .linux.namespaces |= map(select(.type != "user"))' true
    attempt owners_run
    [ "$status" != 0 ]
    assert_output 'Operation not permitted'
    nothing_left
}

@test "rootless: devices are the host's, and no others can be made" {
    owners_bundle . sh -c 'echo x >/dev/null && head -c 3 /dev/zero | wc -c; stat -c %t:%T /dev/urandom; mknod /tmp/node c 1 3 || echo no node; stty 2>&1 </dev/tty'
    run -0 owners_run || [ "$status" = 1 ]
    assert_output $'3\n1:9\n.*no node'
}

@test "rootless: a device of the configuration is bound" {
    owners_bundle '.linux.devices = [{path: "/dev/gate", type: "c", major: 1, minor: 3}]' sh -c 'echo x >/dev/gate; stat -c %t:%T /dev/gate'
    attempt owners_run # the host knows it by another name
    [ "$status" != 0 ]
    owners_bundle '.linux.devices = [{path: "/dev/full", type: "c", major: 1, minor: 7}]' sh -c 'echo x >/dev/full || stat -c %t:%T /dev/full'
    run -0 owners_run
    assert_output '1:7'
}

@test "rootless: without a cgroup of its own a container runs, and what needs one is refused in words" {
    owners_sleeper
    [ ! -s "$ROOT/out" ]
    refused 'freezer' owners pause "$ID"
    refused 'memory' owners update --memory 64M "$ID"
    run -0 owners events --stats "$ID"
}

@test "rootless: limits that cannot be set are warned of" {
    owners_bundle '.linux.resources = {pids: {limit: 20}}' echo started
    run -0 --separate-stderr owners_run
    assert_equal "$output" started
    [[ $stderr == *"without some cgroups"*"ermission denied"* ]]
}

@test "rootless: with a network of its own there is loopback, and a sysfs that shows no more" {
    owners_bundle '.linux.namespaces += [{type: "network"}] | .mounts |= map(if .destination == "/sys" then
        .type = "sysfs" | .source = "sysfs" | .options = ["nosuid", "noexec", "nodev", "ro"] else . end)' sh -c 'ls /sys/class/net; ip -o link | wc -l'
    run -0 owners_run
    assert_equal "$output" $'lo\n1'
}

@test "rootless: with the host's network a sysfs is the host's" {
    owners_bundle '.mounts |= map(if .destination == "/sys" then
        .type = "sysfs" | .source = "sysfs" | .options = ["nosuid", "noexec", "nodev", "ro"] else . end)' sh -c 'ls /sys/class/net; touch /sys/x 2>&1'
    attempt owners_run
    [[ $output == "$(ls /sys/class/net)"*"ead-only"* ]]
}

@test "rootless: binds of what the host mounted with locked flags" {
    mkdir -p "$BUNDLE/keep"
    owners_bundle '.mounts += [{destination: "/shm", type: "bind", source: "/dev/shm", options: ["rbind", "ro"]}]' sh -c 'grep " /shm " /proc/self/mounts; touch /shm/x 2>&1'
    attempt owners_run
    assert_output ' ro,.*ead-only'
}

@test "rootless: a user's volume is written to" {
    as_owner mkdir "$ROOT/run/volume"
    owners_bundle '.mounts += [{destination: "/volume", type: "bind", source: ($root + "/run/volume"), options: ["bind", "rw"]}]' touch /volume/made
    run -0 owners_run
    assert_equal "$(stat -c %u "$ROOT/run/volume/made")" "$OWNER"
}

@test "rootless: a file that the user may not read is no volume" {
    echo secret >"$ROOT/secret"
    chmod 600 "$ROOT/secret"
    owners_bundle '.mounts += [{destination: "/secret", type: "bind", source: ($root + "/secret"), options: ["bind"]}]' cat /secret
    attempt owners_run
    refute_output '^secret'
}

@test "rootless: hooks run as the user" {
    owners_bundle '.hooks = {createRuntime: [{path: "/bin/sh", args: ["sh", "-c", "id -u >$0/run/hook", $root]}]}' true
    run -0 owners_run
    assert_equal "$(cat "$ROOT/run/hook")" "$OWNER"
}

@test "rootless: somebody else's containers are not touched" {
    owners_sleeper
    refused 'state root' setpriv --reuid 4321 --regid 4321 --clear-groups "$CORUN" --root "$STATE" kill "$ID" KILL
    assert_equal "$(owners state "$ID" | jq -r .status)" running
}

# A cgroup of v2 that is the user's, with the container in it: from elsewhere the user may look at it and freeze it, but not move a
# process into it (man 7 cgroups, "delegation containment").
delegated_sleeper() {
    local mount
    mount=$(awk '{ for (i = 7; i < NF; i++) if ($i == "-" && $(i + 1) == "cgroup2") print $5 }' /proc/self/mountinfo | head -n 1)
    DELEGATED=$mount/$ID-delegated
    mkdir "$DELEGATED" 2>/dev/null || skip "no cgroup v2 that root may change"
    chown "$OWNER" "$DELEGATED" "$DELEGATED"/cgroup.{procs,threads,subtree_control}
    owners_bundle '.linux.cgroupsPath = "/\($id)-delegated/\($id)"' sleep 1000
    mkdir "$DELEGATED/engine"
    chown -R "$OWNER" "$DELEGATED/engine"
    (
        echo "$BASHPID" >"$DELEGATED/engine/cgroup.procs"
        owners run --detach --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    )
}

remove_delegated() {
    owners delete --force "$ID"
    until rmdir "$DELEGATED/engine" "$DELEGATED"; do sleep 0.1; done
}

@test "rootless: pause and exec from outside of the delegated cgroup" {
    delegated_sleeper
    [ ! -s "$ROOT/out" ]
    assert_equal "$(cat "$DELEGATED/$ID/cgroup.procs")" "$(owners state "$ID" | jq .pid)"
    owners pause "$ID"
    assert_equal "$(owners state "$ID" | jq -r .status)" paused
    owners resume "$ID"
    attempt owners exec "$ID" echo inside
    remove_delegated
    echo "$output"
    assert_equal "$stdout" inside
    [[ $stderr == *"not in the container's cgroup"* ]]
}

@test "rootless: exec from within the delegated cgroup is in the container's" {
    delegated_sleeper
    mkdir "$DELEGATED/other"
    chown -R "$OWNER" "$DELEGATED/other"
    run -0 sh -c 'echo $$ >'"$DELEGATED/other/cgroup.procs; exec setpriv --reuid $OWNER --regid $OWNER --clear-groups env XDG_RUNTIME_DIR=$ROOT/run $CORUN exec $ID cat /proc/self/cgroup"
    rmdir "$DELEGATED/other"
    remove_delegated
    assert_equal "${lines[-1]}" '0::/'
}

# in_namespace COMMAND...: as root of a user namespace, with a mount namespace or not, as an engine runs it
in_namespace() { as_owner unshare --user --map-root-user ${ENGINE_MOUNTS:+"$ENGINE_MOUNTS"} "$@"; }
nested_bundle() {
    owners_bundle 'del(.linux.uidMappings, .linux.gidMappings) | .linux.namespaces |= map(select(.type != "user")) | '"$1" "${@:2}"
}

@test "rootless: as root of a user namespace that an engine made" {
    nested_bundle . sh -c 'id -u; cat /proc/self/uid_map'
    for ENGINE_MOUNTS in "" --mount; do
        run -0 in_namespace "$CORUN" run --bundle "$BUNDLE" "$ID"
        assert_equal "$(tr -s ' ' <<<"$output")" $'0\n 0 '"$OWNER 1"
    done
}

@test "rootless: life in such a namespace, with the state in XDG_RUNTIME_DIR" {
    nested_bundle . sleep 1000
    cat >"$ROOT/engine" <<'ENGINE'
set -e
"$1" run --detach --bundle "$2" "$3" </dev/null
test -d "$XDG_RUNTIME_DIR/corun/$3"
"$1" exec "$3" id -u
"$1" list -q
"$1" kill "$3" KILL
until "$1" state "$3" | grep -q stopped; do sleep 0.1; done
"$1" delete "$3"
ENGINE
    for ENGINE_MOUNTS in "" --mount; do
        attempt in_namespace sh "$ROOT/engine" "$CORUN" "$BUNDLE" "$ID"
        assert_equal "$output" $'0\n'"$ID"
    done
}

@test "rootless: root of a system in a user namespace keeps the state in /run" {
    nested_bundle . true
    refused 'state root /run/corun' as_owner unshare --user --map-root-user env USER=root "$CORUN" run --bundle "$BUNDLE" "$ID"
}

@test "rootless: a seccomp listener is taken and handed on" {
    write_agent
    as_owner python3 "$ROOT/listener.py" "$ROOT/run/listener" "$ROOT/run/received" 3>&- &
    local listener=$!
    wait_for_file "$ROOT/run/listener"
    # another user than root in there: who changes ids is not dumpable
    several_ids '.process.user = {uid: 5, gid: 5} | .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW",
        listenerPath: "\($root)/run/listener", syscalls: [{names: ["mkdirat", "mkdir"], action: "SCMP_ACT_NOTIFY"}]}' sleep 1000
    with_ids run --detach --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&- || cat "$ROOT/out"
    ended_with "$listener" 0
    assert_equal "$(jq -r '.state.id + " " + .links[0]' "$ROOT/run/received")" "$ID anon_inode:seccomp notify"
}

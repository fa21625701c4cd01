#!/usr/bin/env bats
# mounts add and mounts remove: mounts of a container that runs.
load ../lib/corun

# change add|remove JQ: the array of mounts that JQ makes, with $root.
change() {
    jq -n --arg root "$ROOT" "$2" >"$ROOT/mounts.json"
    corun mounts "$1" "$ID" "$ROOT/mounts.json"
}

inside() { corun exec "$ID" "$@" 3>&-; }
mounts_inside() { inside cat /proc/self/mountinfo; }

data() {
    mkdir "$ROOT/data"
    echo hello >"$ROOT/data/file"
}

@test "mounts add: a bind mount is there, and remove takes it away" {
    data
    start_sleeper
    before=$(mounts_inside)
    change add '[{destination: "/new/place", type: "bind", source: "\($root)/data", options: ["bind"]}]'
    assert_equal "$(inside cat /new/place/file)" hello
    inside sh -c 'echo back >/new/place/made'
    assert_equal "$(cat "$ROOT/data/made")" back
    change remove '[{destination: "/new/place"}]'
    assert_equal "$(mounts_inside)" "$before"
    [ -z "$(inside ls /new/place)" ]
}

@test "mounts add: nothing of it is seen on the host" {
    data
    start_sleeper
    change add '[{destination: "/new", type: "bind", source: "\($root)/data", options: ["bind"]}, {destination: "/t", type: "tmpfs"}]'
    assert_equal "$(grep -F "$ROOT" /proc/self/mountinfo)" "" # others mount at the same time
    [ -z "$(ls "$BUNDLE/rootfs/new")" ]
}

@test "mounts add: read-only, nosuid, a file, from standard input, as an object" {
    data
    start_sleeper
    jq -n --arg root "$ROOT" '{mounts: [{destination: "/etc/conf", type: "bind", source: "\($root)/data/file",
        options: ["bind", "ro", "nosuid", "nodev"]}]}' | corun mounts add "$ID" -
    assert_equal "$(inside cat /etc/conf)" hello
    attempt corun exec "$ID" sh -c 'echo x >/etc/conf'
    assert_output 'Read-only file system'
    run -0 inside awk '$5 == "/etc/conf" {print $6}' /proc/self/mountinfo
    assert_output '^ro,nosuid,nodev'
    change remove '[{destination: "/etc/conf"}]'
    [ -z "$(inside cat /etc/conf)" ]
}

@test "mounts add: tmpfs with its data, and with a copy of what was there" {
    start_sleeper
    inside sh -c 'mkdir /seed; echo s >/seed/s'
    change add '[{destination: "/t", type: "tmpfs", source: "tmpfs", options: ["size=64k", "noexec"]},
        {destination: "/seed", type: "tmpfs", source: "tmpfs", options: ["tmpcopyup", "ro"]}]'
    run -0 inside cat /proc/self/mounts
    assert_output 'tmpfs /t tmpfs rw,noexec,relatime,size=64k'
    assert_output 'tmpfs /seed tmpfs ro'
    assert_equal "$(inside cat /seed/s)" s
}

@test "mounts add: in a user namespace, with mapped ids" {
    data
    chown 5 "$ROOT/data/file"
    start_sleeper '.linux.namespaces += [{type: "user"}]
        | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 1000}]
        | .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 1000}]
        | .root.path = "\($root)/mapped"' 2>/dev/null || {
        cp -a "$BUSYBOX" "$ROOT/mapped"
        chown -R 100000:100000 "$ROOT/mapped"
        corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    }
    change add '[{destination: "/plain", type: "bind", source: "\($root)/data", options: ["bind"]},
        {destination: "/own", type: "bind", source: "\($root)/data", options: ["bind", "idmap"]},
        {destination: "/given", type: "bind", source: "\($root)/data", options: ["bind"],
         uidMappings: [{containerID: 5, hostID: 100007, size: 1}], gidMappings: [{containerID: 0, hostID: 100000, size: 1}]},
        {destination: "/t", type: "tmpfs", source: "tmpfs"}]'
    run -0 inside stat -c %u /plain/file /own/file /given/file /t
    assert_equal "${lines[*]}" "65534 5 7 0"
    change remove '[{destination: "/plain"}, {destination: "/own"}, {destination: "/given"}, {destination: "/t"}]'
    [ -z "$(inside sh -c 'ls /plain /own /given | grep file')" ]
}

@test "mounts add: to a container that is created" {
    data
    bundle . cat /new/file
    corun create --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    change add '[{destination: "/new", type: "bind", source: "\($root)/data", options: ["bind"]}]'
    corun start "$ID"
    wait_for_status "$ID" stopped
    assert_equal "$(cat "$ROOT/out")" hello
}

@test "mounts add: one that fails takes back those before it" {
    data
    start_sleeper
    before=$(mounts_inside)
    refused 'mount 1: .*/nowhere.*No such file or directory' change add '[
        {destination: "/one", type: "bind", source: "\($root)/data", options: ["bind"]},
        {destination: "/two", type: "bind", source: "/nowhere", options: ["bind"]}]'
    assert_equal "$(mounts_inside)" "$before"
    [ ! -e "$BUNDLE/rootfs/one" ]
    refused 'mount 1: tmpfs on /two.*nonsense' change add '[
        {destination: "/one", type: "bind", source: "\($root)/data", options: ["bind"]},
        {destination: "/two", type: "tmpfs", options: ["nonsense=1"]}]'
    assert_equal "$(mounts_inside)" "$before"
    refused 'mount 2: .* on /etc/passwd/x.*Not a directory' change add '[
        {destination: "/one", type: "bind", source: "\($root)/data", options: ["bind"]},
        {destination: "/two", type: "tmpfs"},
        {destination: "/etc/passwd/x", type: "tmpfs"}]'
    assert_equal "$(mounts_inside)" "$before"
}

@test "mounts: symbolic links of the container are not followed" {
    data
    start_sleeper
    inside ln -s /proc/kcore /kcore
    inside ln -s /sys /link
    before=$(mounts_inside)
    refused 'a symbolic link is in the way' change remove '[{destination: "/kcore"}]'
    refused 'a symbolic link is in the way' change add '[{destination: "/link/fs", type: "tmpfs"}]'
    assert_equal "$(mounts_inside)" "$before"
}

@test "mounts remove: what is no mount point, and the root" {
    start_sleeper
    before=$(mounts_inside)
    refused 'unmount /etc: it is not a mount point' change remove '[{destination: "/dev/shm"}, {destination: "/etc"}]'
    refused 'unmount /none: No such file or directory' change remove '[{destination: "/none"}]'
    refused 'the root itself' change remove '[{destination: "/../."}]'
    assert_equal "$(mounts_inside)" "$before"
}

@test "mounts: what can be wrong is said in one line" {
    start_sleeper
    refused 'destination' change add '[{type: "tmpfs"}]'
    refused 'mounts.json: 1:1' change add '"text"'
    refused '/mounts' change add '{}'
    refused 'only a new mount' change add '[{destination: "/proc", options: ["remount", "ro"]}]'
    refused '"proc" is mounted at create only' change add '[{destination: "/p", type: "proc"}]'
    refused 'it is inside of /proc' change add '[{destination: "/proc/sys", type: "tmpfs"}]'
    refused 'the root itself' change add '[{destination: "/", type: "tmpfs"}]'
    refused 'read /nowhere: No such file' corun mounts add "$ID" /nowhere
    refused "did you mean 'mounts remove'" corun mounts remov "$ID" /nowhere
    refused 'add or remove' corun mounts
    refused 'does not exist' corun mounts add "$ID-none" "$ROOT/mounts.json"
    corun pause "$ID"
    refused 'it is paused' change add '[{destination: "/t", type: "tmpfs"}]'
    refused 'it is paused' change remove '[{destination: "/dev/shm"}]'
    corun resume "$ID"
    corun kill "$ID" KILL
    wait_for_status "$ID" stopped
    refused 'container not running' change add '[{destination: "/t", type: "tmpfs"}]'
}

@test "mounts: of a container without a mount namespace" {
    bundle '.linux.namespaces |= map(select(.type != "mount")) | .mounts = [] | del(.linux.maskedPaths, .linux.readonlyPaths)
        | .root.readonly = false' sleep 1000
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >"$ROOT/out" 2>&1 3>&- || skip "not allowed here: $(cat "$ROOT/out")"
    refused 'no mount namespace of its own' change add '[{destination: "/t", type: "tmpfs"}]'
}

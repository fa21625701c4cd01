#!/usr/bin/env bats
# runtime.md: states, operations that must have no effect, errors that must leave nothing, and what a delete must not touch.
# shellcheck disable=SC2154 # stderr is set by bats' run
load ../../tests/lib/corun

# valid_state JSON: schema/state-schema.json in jq
valid_state() {
    jq -e '(.ociVersion | type == "string" and test("^[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?$"))
        and (.id | type == "string") and (.bundle | type == "string" and startswith("/"))
        and (.status | IN("creating", "created", "running", "stopped"))
        and ((has("pid") | not) or (.pid | type == "number" and . >= 0 and . == floor))
        and (.status == "stopped" or .pid > 0)
        and ((has("annotations") | not) or (.annotations | type == "object" and all(.[]; type == "string")))' >/dev/null <<<"$1" || {
        echo "not valid against the schema: $1"
        return 1
    }
}

# What the host has of this test: mounts, the test's cgroups, processes and states, and the bundle.
picture() {
    cut -d' ' -f4- /proc/self/mountinfo | grep -F "$ROOT" || true
    find /sys/fs/cgroup -mindepth 2 -maxdepth 6 -type d -name "*$ID*" || true
    container_pids
    find "$STATE" "$BUNDLE" -mindepth 1 ! -name config.json -printf '%p %m %U:%G\n' 2>/dev/null | sort
    true
}

# same_picture: as in $ROOT/before
same_picture() { picture | diff "$ROOT/before" -; }

@test "state: every one is valid against the schema, from creating to stopped" {
    bundle '.annotations = {"org.example.key": ""} | .hooks = {createRuntime: [{path: "/bin/sh", args: ["sh", "-c", "cat >\($root)/creating"]}]}' sleep 1000
    corun create --bundle "$BUNDLE" "$ID" 3>&-
    valid_state "$(cat "$ROOT/creating")"
    [ "$(basename "$CORUN")" = runc ] || assert_equal "$(jq -r .status "$ROOT/creating")" creating
    valid_state "$(corun state "$ID")"
    assert_equal "$(status_of "$ID")" created
    corun start "$ID"
    valid_state "$(corun state "$ID")"
    assert_equal "$(status_of "$ID")" running
    corun kill "$ID" KILL
    wait_for_status "$ID" stopped
    valid_state "$(corun state "$ID")"
}

@test "create: the whole environment is there before start" {
    mkdir "$ROOT/data"
    bundle '.hostname = "before-start" | .linux.sysctl = {"net.ipv4.ip_forward": "1"} | .linux.resources.pids = {limit: 77}
        | .process.rlimits = [{type: "RLIMIT_NOFILE", soft: 55, hard: 66}]
        | .mounts += [{destination: "/mnt", source: "\($root)/data", options: ["bind", "ro"]}]' touch /started
    corun create --bundle "$BUNDLE" "$ID" 3>&-
    pid=$(pid_of "$ID")
    for kind in pid net ipc uts mnt; do
        [ "$(readlink "/proc/$pid/ns/$kind")" != "$(readlink "/proc/self/ns/$kind")" ]
    done
    assert_equal "$(nsenter -t "$pid" -u hostname)" before-start
    assert_equal "$(nsenter -t "$pid" -n cat /proc/sys/net/ipv4/ip_forward)" 1
    grep -E ' /mnt ro,' "/proc/$pid/mountinfo"
    [ -e "/proc/$pid/root/dev/null" ]
    found=$(find /sys/fs/cgroup -name pids.max -path "*$ID*" -exec cat {} + | head -n 1)
    assert_equal "$found" 77
    [ ! -e "$BUNDLE/rootfs/started" ]
    corun start "$ID"
    wait_for_file "$BUNDLE/rootfs/started"
}

@test "create: neither an id nor a bundle" {
    bundle
    refused '' corun create --bundle "$BUNDLE"
    mkdir "$ROOT/empty" && cd "$ROOT/empty"
    refused 'config.json' corun create "$ID"
    nothing_left
}

@test "create: a property that cannot be applied leaves no container" {
    bundle
    picture >"$ROOT/before"
    for filter in '.mounts += [{destination: "/mnt", type: "nosuchfs", source: "x"}]' '.linux.sysctl = {"net.no.such": "1"}' \
        '.linux.namespaces |= map(if .type == "network" then .path = "/etc/passwd" else . end)' \
        '.process.rlimits = [{type: "RLIMIT_NONE", soft: 1, hard: 1}]' '.linux.resources.cpu = {cpus: "4000"}' \
        '.hooks = {createContainer: [{path: "/bin/false"}]}' \
        '.linux.seccomp = {defaultAction: "SCMP_ACT_NONE"}'; do
        bundle "$filter"
        refused '' corun run --bundle "$BUNDLE" "$ID"
        refused "$ID" corun state "$ID"
        same_picture
    done
}

@test "start: on a running container it has no effect" {
    bundle . sh -c 'echo once >>/ran; exec sleep 1000'
    corun run --detach --bundle "$BUNDLE" "$ID" 3>&-
    wait_for_file "$BUNDLE/rootfs/ran"
    before=$(corun state "$ID")
    refused '' corun start "$ID"
    sleep 0.2
    assert_equal "$(corun state "$ID")" "$before"
    assert_equal "$(cat "$BUNDLE/rootfs/ran")" once
}

@test "start: on a stopped container it has no effect" {
    bundle . sh -c 'echo once >>/ran'
    corun run --detach --bundle "$BUNDLE" "$ID" 3>&-
    wait_for_status "$ID" stopped
    before=$(corun state "$ID")
    refused '' corun start "$ID"
    sleep 0.2
    assert_equal "$(corun state "$ID")" "$before"
    assert_equal "$(cat "$BUNDLE/rootfs/ran")" once
}

@test "start: without a process in the configuration it is an error" {
    only_corun "it refuses to create it"
    bundle 'del(.process)'
    corun create --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    assert_equal "$(status_of "$ID")" created
    refused process corun start "$ID"
}

@test "kill: on a stopped container it has no effect" {
    bundle . true
    corun run --detach --bundle "$BUNDLE" "$ID" 3>&-
    wait_for_status "$ID" stopped
    before=$(corun state "$ID")
    refused '' corun kill "$ID" KILL
    assert_equal "$(corun state "$ID")" "$before"
}

@test "delete: on a running container it has no effect" {
    start_sleeper
    before=$(corun state "$ID")
    refused '' corun delete "$ID"
    assert_equal "$(corun state "$ID")" "$before"
    [ -d "/proc/$(pid_of "$ID")" ]
}

@test "delete: on a created container it has no effect" {
    bundle . touch /started
    corun create --bundle "$BUNDLE" "$ID" 3>&-
    before=$(corun state "$ID")
    only_corun "it removes the container"
    refused '' corun delete "$ID"
    assert_equal "$(corun state "$ID")" "$before"
    corun start "$ID"
    wait_for_file "$BUNDLE/rootfs/started"
}

@test "delete: what the container did not create stays" {
    mkdir "$ROOT/data"
    echo kept >"$ROOT/data/file"
    ip netns add "$ID"
    namespace=$(stat -L -c %i "/run/netns/$ID")
    bundle ".linux.namespaces |= map(if .type == \"network\" then .path = \"/run/netns/$ID\" else . end)
        | .mounts += [{destination: \"/mnt\", source: \"$ROOT/data\", options: [\"bind\"]}]" sh -c 'echo written >/mnt/new; echo written >/work/new'
    corun run --bundle "$BUNDLE" "$ID"
    after=$(stat -L -c %i "/run/netns/$ID")
    ip netns delete "$ID"
    assert_equal "$after" "$namespace"
    assert_equal "$(cat "$ROOT/data/file" "$ROOT/data/new" "$BUNDLE/rootfs/work/new")" $'kept\nwritten\nwritten'
    [ -e "$BUNDLE/config.json" ]
}

@test "delete: a cgroup that was there before stays with what runs in it" {
    [ -d /sys/fs/cgroup/pids ] || skip "no cgroup v1 here"
    mkdir "/sys/fs/cgroup/pids/$ID-engine" "/sys/fs/cgroup/pids/$ID-engine/other"
    contained '.linux.cgroupsPath = "/\($id)-engine/leaf"' true
    [ -d "/sys/fs/cgroup/pids/$ID-engine/other" ]
    [ ! -d "/sys/fs/cgroup/pids/$ID-engine/leaf" ]
    rmdir "/sys/fs/cgroup/pids/$ID-engine/other"
    find /sys/fs/cgroup -maxdepth 2 -name "$ID-engine" -exec rmdir {} +
}

@test "errors: a failed operation leaves the container as it was" {
    start_sleeper
    before=$(corun state "$ID")
    picture >"$ROOT/before"
    refused '' corun create --bundle "$BUNDLE" "$ID"
    refused '' corun start "$ID"
    refused '' corun kill "$ID" NOSUCH
    refused '' corun delete "$ID"
    assert_equal "$(corun state "$ID")" "$before"
    same_picture
}

@test "warnings: the operation goes on after one" {
    bundle '.process.capabilities.bounding += ["CAP_NO_SUCH"]' sh -c 'echo goes on'
    run -0 --separate-stderr corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$output" "goes on"
}

@test "warnings: a capability that does not exist is logged" {
    only_corun "1.1.5 logs it elsewhere"
    bundle '.process.capabilities.bounding += ["CAP_NO_SUCH"]' true
    run -0 --separate-stderr corun run --bundle "$BUNDLE" "$ID"
    output=$stderr assert_output 'CAP_NO_SUCH'
    corun --log "$ROOT/log" run --bundle "$BUNDLE" "$ID"
    grep CAP_NO_SUCH "$ROOT/log"
}

@test "capabilities that the runtime does not have are no reason to fail" {
    only_corun "1.1.5 fails"
    bundle '.process.capabilities.bounding += ["CAP_SYS_TIME"] | .process.capabilities.permitted += ["CAP_SYS_TIME"]' grep CapBnd /proc/self/status
    run -0 --separate-stderr setpriv --bounding-set -sys_time "$CORUN" --root "$STATE" run --bundle "$BUNDLE" "$ID"
    assert_equal "$output" $'CapBnd:\t0000000020000420'
}

#!/usr/bin/env bats
# linux.intelRdt (config-linux.md#intelrdt). Few machines have a processor for it, so the tests bring a resctrl of their own: `resctrl` here, a
# program with the kernel's rules, mounted by FUSE in a mount namespace of its own. The runtime runs in that namespace, and finds a mountinfo
# which calls the mount what it stands for.
load ../../tests/lib/corun

setup() {
    corun_setup
    [ -c /dev/fuse ] || skip "needs /dev/fuse"
    "$BATS_TEST_DIRNAME/resctrl" "$ROOT" >"$ROOT/server" 2>&1 3>&- &
    SERVER=$!
    wait_for_file "$ROOT/ready"
}

teardown() {
    [ -z "${SERVER-}" ] || kill "$SERVER" 2>/dev/null || true
    corun_teardown
}

# inside COMMAND...: in the namespace of the made-up resctrl, in which $ROOT/resctrl is its root
inside() { nsenter --mount="/proc/$SERVER/ns/mnt" "$@"; }

# rdt COMMAND [ARG...]: corun in there
rdt() {
    # shellcheck disable=SC2016
    inside unshare --mount sh -c 'mount --bind "$0/mountinfo" "/proc/$$/mountinfo" && exec "$@"' "$ROOT" "$CORUN" --root "$STATE" "$@"
}

# create RDT: a container with this intelRdt waits for its start
create() {
    bundle ".linux.intelRdt = $1" sleep 1000
    rdt create --bundle "$BUNDLE" "${2:-$ID}" </dev/null >"$ROOT/out" 2>&1 3>&-
}

# not_created REGEX RDT
not_created() {
    bundle ".linux.intelRdt = $2" sleep 1000
    refused "$1" rdt create --bundle "$BUNDLE" "$ID"
    nothing_left
}

changes() { cat "$ROOT/log"; }
tasks() { inside cat "$ROOT/resctrl/$1"; }
is_class() { inside test -d "$ROOT/resctrl/$1"; }
no_class() { inside test ! -e "$ROOT/resctrl/$1"; }

@test "intelRdt: without a mounted resctrl it is refused" {
    only_corun "1.1.5 ignores it"
    run grep ' resctrl ' /proc/self/mounts
    [ "$status" != 0 ] || skip "this machine has resctrl"
    for rdt in '{closID: "class"}' '{l3CacheSchema: "L3:0=f"}' '{memBwSchema: "MB:0=50"}' '{enableMonitoring: true}' '{}'; do
        bundle ".linux.intelRdt = $rdt"
        refused 'intelRdt.*resctrl' corun run --bundle "$BUNDLE" "$ID"
    done
    nothing_left
}

@test "intelRdt: not set, nothing is touched" {
    bundle . true
    rdt run --bundle "$BUNDLE" "$ID"
    assert_equal "$(changes)" ''
}

@test "intelRdt: without closID a class named after the container is made, entered and removed" {
    create '{}'
    is_class "$ID"
    assert_equal "$(tasks "$ID/tasks")" "$(pid_of "$ID")"
    assert_equal "$(changes)" "mkdir /$ID
write /$ID/tasks $(pid_of "$ID")"
    rdt start "$ID"
    rdt delete --force "$ID"
    no_class "$ID"
}

@test "intelRdt: without any schema none is written" {
    inside mkdir "$ROOT/resctrl/class"
    create '{closID: "class", enableMonitoring: true}'
    rdt delete --force "$ID"
    create '{}'
    [ "$(changes | grep -c schemata)" = 0 ]
}

@test "intelRdt: a class named after the container that was there before is used, and stays" {
    inside mkdir "$ROOT/resctrl/$ID"
    create '{memBwSchema: "MB:0=100"}'
    assert_equal "$(tasks "$ID/tasks")" "$(pid_of "$ID")"
    rdt delete --force "$ID"
    is_class "$ID"
    not_created 'memBwSchema' '{memBwSchema: "MB:0=50"}'
    is_class "$ID"
}

@test "intelRdt: closID / is the default class" {
    create '{closID: "/", enableMonitoring: true}'
    assert_equal "$(changes)" "mkdir /mon_groups/$ID
write /tasks $(pid_of "$ID")
write /mon_groups/$ID/tasks $(pid_of "$ID")"
    rdt delete --force "$ID"
    is_class mon_groups
    not_created 'l3CacheSchema' '{closID: "/", l3CacheSchema: "L3:0=1"}'
}

@test "intelRdt: l3CacheSchema that does not start with L3: or has newlines goes on, with a warning" {
    bundle '.linux.intelRdt = {l3CacheSchema: "MB:0=30"}' true
    rdt run --bundle "$BUNDLE" "$ID" 2>"$ROOT/warnings"
    [ "$(basename "$CORUN")" = runc ] || grep 'l3CacheSchema: should start with L3:' "$ROOT/warnings"
    grep "write /$ID/schemata MB:0=30" "$ROOT/log"
    bundle '.linux.intelRdt = {l3CacheSchema: "L3:0=f\nMB:0=40"}' true
    rdt run --bundle "$BUNDLE" "$ID" 2>"$ROOT/warnings"
    [ "$(basename "$CORUN")" = runc ] || grep 'l3CacheSchema: should not contain newlines' "$ROOT/warnings"
    grep "write /$ID/schemata L3:0=f|MB:0=40" "$ROOT/log"
}

@test "intelRdt: memBwSchema that does not start with MB: is refused, and newlines in it and in schemata" {
    not_created '/linux/intelRdt/memBwSchema: must start with MB:' '{memBwSchema: "L3:0=f"}'
    not_created '/linux/intelRdt/memBwSchema: must not contain newlines' '{memBwSchema: "MB:0=10\nL3:0=f"}'
    not_created '/linux/intelRdt/schemata/1: must not contain newlines' '{schemata: ["L3:0=f", "MB:0=10\n"]}'
    assert_equal "$(changes)" ''
}

@test "intelRdt: l3CacheSchema is written first, then memBwSchema, then schemata" {
    create '{schemata: ["L3:0=3;1=3", "MB:0=70"], memBwSchema: "MB:0=20;1=40", l3CacheSchema: "L3:0=f"}'
    assert_equal "$(changes)" "mkdir /$ID
write /$ID/schemata L3:0=f
write /$ID/schemata MB:0=20;1=40
write /$ID/schemata L3:0=3;1=3|MB:0=70
write /$ID/tasks $(pid_of "$ID")"
}

@test "intelRdt: one of l3CacheSchema, memBwSchema and schemata alone is written" {
    for rdt in '{l3CacheSchema: "L3:0=f0"}' '{memBwSchema: "MB:1=30"}' '{schemata: ["MB:0=60"]}'; do
        create "$rdt"
        rdt delete --force "$ID"
        grep "^write /$ID/schemata $(jq -nr "$rdt | .[] | arrays[0] // .")\$" "$ROOT/log"
    done
}

@test "intelRdt: a closID that is not there is made for its schemata, and stays after the delete" {
    for rdt in '{closID: "one", l3CacheSchema: "L3:0=f0"}' '{closID: "two", memBwSchema: "MB:1=30"}' '{closID: "three", schemata: ["MB:0=60"]}'; do
        create "$rdt"
        name=$(jq -nr "$rdt.closID")
        assert_equal "$(tasks "$name/tasks")" "$(pid_of "$ID")"
        rdt delete --force "$ID"
        is_class "$name"
    done
    [ "$(changes | grep -c rmdir)" = 0 ]
}

@test "intelRdt: the schemas of a closID that is there are compared" {
    create '{closID: "class", l3CacheSchema: "L3:0=f0;1=f", memBwSchema: "MB:0=50"}'
    create '{closID: "class", l3CacheSchema: "L3:1=0F", memBwSchema: "MB:1=100;0=50"}' "$ID-2"
    assert_equal "$(tasks class/tasks)" "$(pid_of "$ID")
$(pid_of "$ID-2")"
    rdt delete --force "$ID"
    rdt delete --force "$ID-2"
    before=$(changes)
    not_created 'l3CacheSchema' '{closID: "class", l3CacheSchema: "L3:0=f"}'
    not_created 'memBwSchema' '{closID: "class", l3CacheSchema: "L3:0=f0", memBwSchema: "MB:0=60"}'
    not_created 'memBwSchema' '{closID: "class", memBwSchema: "MB:0=60", schemata: ["MB:0=60"]}'
    assert_equal "$(changes)" "$before"
}

@test "intelRdt: a closID without schemata has to be there" {
    not_created 'closID' '{closID: "class"}'
    not_created 'closID' '{closID: "class", enableMonitoring: true}'
    assert_equal "$(changes)" ''
    inside mkdir "$ROOT/resctrl/class"
    create '{closID: "class"}'
    assert_equal "$(tasks class/tasks)" "$(pid_of "$ID")"
    rdt delete --force "$ID"
    is_class class
}

@test "intelRdt: a closID that is no class is refused" {
    for name in a/b .. . info mon_groups class/ /class; do
        not_created 'intelRdt' "{closID: \"$name\", enableMonitoring: false}"
    done
    assert_equal "$(changes)" ''
}

@test "intelRdt: enableMonitoring makes a group named after the container, and delete removes it" {
    create '{enableMonitoring: true}'
    create '{closID: "class", schemata: ["MB:0=10"], enableMonitoring: true}' "$ID-2"
    assert_equal "$(tasks "$ID/mon_groups/$ID/tasks")" "$(pid_of "$ID")"
    assert_equal "$(tasks "class/mon_groups/$ID-2/tasks")" "$(pid_of "$ID-2")"
    rdt delete --force "$ID"
    rdt delete --force "$ID-2"
    no_class "$ID"
    is_class class
    no_class "class/mon_groups/$ID-2"
    grep "^rmdir /$ID/mon_groups/$ID\$" "$ROOT/log"
}

@test "intelRdt: when there is no monitoring group to be had it is refused, and nothing is left" {
    inside mkdir "$ROOT"/resctrl/mon_groups/{1,2,3}
    not_created 'monitoring group.*Out of RMIDs.*No space left' '{enableMonitoring: true, schemata: ["MB:0=10"]}'
    no_class "$ID"
    inside rmdir "$ROOT/resctrl/mon_groups/1"
    inside mkdir "$ROOT/resctrl/mon_groups/$ID"
    not_created 'monitoring group.*exists' '{closID: "/", enableMonitoring: true}'
    is_class "mon_groups/$ID"
}

@test "intelRdt: schemata that the kernel refuses, and a class too many: refused, and nothing is left" {
    not_created "L5:0=f.*Unknown or unsupported resource name 'L5'" '{closID: "class", schemata: ["L5:0=f"]}'
    no_class class
    not_created 'MB:0=0' '{memBwSchema: "MB:0=0"}'
    no_class "$ID"
    inside mkdir "$ROOT"/resctrl/{1,2,3,4}
    not_created 'Out of CLOSIDs' '{}'
}

@test "intelRdt: a create that fails later leaves no class and no monitoring group" {
    bundle '.linux.intelRdt = {enableMonitoring: true} | .hooks = {createRuntime: [{path: "/bin/false"}]}' true
    refused 'hook' rdt create --bundle "$BUNDLE" "$ID"
    no_class "$ID"
    grep "^rmdir /$ID\$" "$ROOT/log"
    nothing_left
}

@test "intelRdt: exec is in the class, too" {
    create '{closID: "class", schemata: ["MB:0=10"], enableMonitoring: true}'
    rdt start "$ID"
    rdt exec --detach --pid-file "$ROOT/pid" "$ID" sleep 1000 </dev/null >"$ROOT/out" 2>&1 3>&-
    pid=$(cat "$ROOT/pid")
    grep "^write /class/tasks $pid\$" "$ROOT/log"
    grep "^write /class/mon_groups/$ID/tasks $pid\$" "$ROOT/log"
    inside rmdir "$ROOT/resctrl/class" # the kernel gives its processes to the default class
    rdt exec "$ID" true
}

@test "intelRdt: update writes other schemata, all or nothing" {
    only_corun "it also makes a class for a container that has none"
    create '{l3CacheSchema: "L3:0=f"}'
    rdt update --l3-cache-schema 'L3:0=3' --mem-bw-schema 'MB:0=20' "$ID"
    assert_equal "$(tail -n 2 "$ROOT/log")" "write /$ID/schemata L3:0=3
write /$ID/schemata MB:0=20"
    before=$(tasks "$ID/schemata")
    refused 'MB:9=20.*Invalid domain' rdt update --l3-cache-schema 'L3:0=7' --mem-bw-schema 'MB:9=20' "$ID"
    assert_equal "$(tasks "$ID/schemata")" "$before"
    refused 'cpus' rdt update --l3-cache-schema 'L3:0=7' --cpuset-cpus 4000 "$ID"
    assert_equal "$(tasks "$ID/schemata")" "$before"
    rdt delete --force "$ID"
    bundle . sleep 1000
    rdt create --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    refused 'no RDT class' rdt update --l3-cache-schema 'L3:0=7' "$ID"
    refused 'l3-cache-schema' rdt update --l3-cache-schema 'MB:0=7' "$ID"
    refused 'mem-bw-schema' rdt update --mem-bw-schema $'MB:0=7\nL3:0=1' "$ID"
}

@test "intelRdt: a create that is cut off after any of its steps leaves no class, one that is killed there leaves what delete removes" {
    bundle '.linux.intelRdt = {enableMonitoring: true, schemata: ["MB:0=10"]}' sleep 1000
    CORUN_FAULT=1 attempt rdt create --bundle "$BUNDLE" "$ID"
    [[ $output =~ "injected fault" ]] || skip "this build has no fault injection (--enable-faults)"
    for signal in 0 9; do
        for point in $(seq 100); do
            CORUN_FAULT=$point CORUN_FAULT_SIGNAL=$signal attempt rdt create --bundle "$BUNDLE" "$ID"
            [ "$signal$status" = 00 ] || [ "$signal" = 9 ] || no_class "$ID"
            code=$status
            rdt delete --force "$ID"
            no_class "$ID"
            [ "$code" != 0 ] || break
        done
        [ "$point" -ge 10 ]
        [ "$code" = 0 ]
    done
    nothing_left
}

#!/usr/bin/env bats
# The features document (features.md, features-linux.md): its form, and that the runtime takes what it says it knows.
# shellcheck disable=SC2154 # stderr is set by bats' run
load ../../tests/lib/corun

setup() {
    corun_setup
    "$CORUN" features >"$ROOT/features" 2>/dev/null || skip "no features command"
}

# known JQ: the strings of an array of the document
known() { jq -r "$1 // [] | .[]" "$ROOT/features"; }

# each JQ FILTER: runs a container for every element, with FILTER in which $it is the element
each() {
    local it failed=''
    [ -n "$(known "$1")" ]
    while read -r it; do
        bundle "\"$it\" as \$it | $2" true
        run corun run --bundle "$BUNDLE" "$ID"
        [ "$status" = 0 ] || [[ ${EXCEPT-} == *"$it"* ]] || failed="$failed$it: $output; "
    done < <(known "$1")
    assert_equal "$failed" ''
}

@test "features: it does not depend on the machine" {
    # as another user, without /sys, /proc/sys and the environment
    run -0 unshare -m sh -c "mount -t tmpfs tmpfs /sys; exec env -i $(command -v "$CORUN") features"
    diff <(echo "$output" | jq -S .) <(jq -S . "$ROOT/features")
    run -0 setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all sh -c "cd /; cat <&3 >/dev/null; exec env -i $(command -v "$CORUN") features" 3</dev/null
    diff <(echo "$output" | jq -S .) <(jq -S . "$ROOT/features")
}

@test "features: no null that could be taken for an empty value" {
    jq -e '[.. | select(. == null)] == []' "$ROOT/features"
}

@test "features: ociVersionMin and ociVersionMax are there, in order, and accepted" {
    jq -e '(.ociVersionMin | test("^1\\.")) and (.ociVersionMax | test("^1\\."))' "$ROOT/features"
    jq -e 'def v: split("-")[0] | split(".") | map(tonumber); (.ociVersionMin | v) <= (.ociVersionMax | v)' "$ROOT/features"
    for version in $(jq -r '.ociVersionMin, .ociVersionMax' "$ROOT/features"); do
        run -0 contained ".ociVersion = \"$version\"" true
    done
}

@test "features: only properties that the specification defines" {
    only_corun "1.1.5 is older"
    jq -e '(keys - ["annotations", "hooks", "linux", "mountOptions", "ociVersionMax", "ociVersionMin", "potentiallyUnsafeConfigAnnotations"]) == []' "$ROOT/features"
    jq -e '.linux | (keys - ["apparmor", "capabilities", "cgroup", "intelRdt", "memoryPolicy", "mountExtensions", "namespaces", "netDevices", "seccomp", "selinux"]) == []
        and ((.cgroup // {} | keys) - ["rdma", "systemd", "systemdUser", "v1", "v2"]) == []
        and ((.seccomp // {} | keys) - ["actions", "archs", "enabled", "knownFlags", "operators", "supportedFlags"]) == []
        and ((.memoryPolicy // {} | keys) - ["flags", "modes"]) == [] and ((.intelRdt // {} | keys) - ["enabled", "monitoring", "schemata"]) == []
        and ((.mountExtensions // {} | keys) - ["idmap"]) == [] and ((.netDevices // {} | keys) - ["enabled"]) == []' "$ROOT/features"
}

@test "features: annotations are a map of strings" {
    jq -e '.annotations // {} | type == "object" and all(to_entries[]; .key != "" and (.value | type == "string"))' "$ROOT/features"
}

@test "features: every hook runs" {
    for kind in $(known .hooks); do
        to=$ROOT/$kind
        [ "$kind" != startContainer ] || to=/work/$kind
        bundle ".hooks = {$kind: [{path: \"/bin/sh\", args: [\"sh\", \"-c\", \"cat >$to\"]}]}" true
        corun run --bundle "$BUNDLE" "$ID"
        [ -s "$ROOT/$kind" ] || [ -s "$BUNDLE/rootfs/work/$kind" ]
    done
    [ -n "$(known .hooks)" ]
}

@test "features: every mount option is recognised" {
    only_corun "1.1.5 lists some that this build does not have"
    mkdir "$ROOT/data"
    failed=''
    for option in $(known .mountOptions); do
        case $option in
        bind | rbind | idmap | ridmap | r* | *private | *shared | *slave | *bindable | tmpcopyup) continue ;;
        mand) continue ;; # the kernel has dropped mandatory locks
        esac
        bundle ".mounts += [{destination: \"/mnt\", type: \"tmpfs\", source: \"tmpfs\", options: [\"$option\"]}]" true
        run corun run --bundle "$BUNDLE" "$ID"
        [ "$status" = 0 ] || failed="$failed$option: $output; "
    done
    for option in $(known .mountOptions | grep -E '^(bind|rbind|r[a-z]+|[a-z]*private|[a-z]*shared|[a-z]*slave|[a-z]*bindable)$'); do
        case $option in ro | rw | relatime | remount | ridmap) continue ;; esac
        bundle ".mounts += [{destination: \"/mnt\", source: \"$ROOT/data\", options: [\"rbind\", \"$option\"]}]" true
        run corun run --bundle "$BUNDLE" "$ID"
        [ "$status" = 0 ] || failed="$failed$option: $output; "
    done
    assert_equal "$failed" ''
    # the rest has tests of its own: mount-options.bats for remount, idmap.bats, system/mounts.bats for tmpcopyup
    [ -n "$(known .mountOptions)" ]
}

@test "features: no option of one file system among the mount options" {
    # the generic ones of mount(8) and the specification; what is not here would go to the file system
    run grep -vxE 'r?(async|atime|dev|diratime|dirsync|exec|iversion|lazytime|mand|no[a-z]+|relatime|ro|rw|shared|slave|private|strictatime|suid|symfollow|sync|bind|unbindable|idmap)|auto|_netdev|nofail|user|users|group|owner|defaults|loud|silent|remount|acl|tmpcopyup' \
        <(known .mountOptions)
    assert_equal "$output" ''
    run grep -xE 'size.*|mode.*|uid.*|gid.*|lowerdir.*|upperdir.*|nr_inodes.*|newinstance|ptmxmode.*' <(known .mountOptions)
    assert_equal "$output" ''
}

@test "features: every namespace type is recognised" {
    each .linux.namespaces '.linux.namespaces |= map(select(.type != $it)) + [{type: $it}] | if $it == "user" then
        .linux.uidMappings = [{containerID: 0, hostID: 0, size: 65536}] | .linux.gidMappings = .linux.uidMappings else . end'
}

@test "features: every capability is recognised" {
    bundle . grep CapBnd /proc/self/status
    jq --slurpfile features "$ROOT/features" '.process.capabilities.bounding = $features[0].linux.capabilities' "$BUNDLE/config.json" >"$ROOT/config"
    cp "$ROOT/config" "$BUNDLE/config.json"
    run -0 --separate-stderr corun run --bundle "$BUNDLE" "$ID"
    ours=$((0x$(sed -n 's/^CapBnd:\t//p' /proc/self/status)))
    assert_equal "$((0x${output#*:?}))" "$ours" # everything that this machine lets one have
    [ "$(basename "$CORUN")" = runc ] || output=$stderr refute_output 'unknown|no such'
}

@test "features: every seccomp action is recognised" {
    for action in $(known .linux.seccomp.actions); do
        [ "$action" != SCMP_ACT_NOTIFY ] || continue # has its listener in seccomp.bats
        run -0 contained ".linux.seccomp = {defaultAction: \"SCMP_ACT_ALLOW\", syscalls: [{names: [\"acct\"], action: \"$action\"}]}" true
    done
    [ -n "$(known .linux.seccomp.actions)" ]
}

@test "features: every seccomp operator is recognised" {
    each .linux.seccomp.operators '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW",
        syscalls: [{names: ["kill"], action: "SCMP_ACT_ERRNO", args: [{index: 1, value: 99, valueTwo: 99, op: $it}]}]}'
}

@test "features: every seccomp architecture is recognised" {
    each .linux.seccomp.archs '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", architectures: ["SCMP_ARCH_X86_64", $it] | unique,
        syscalls: [{names: ["acct"], action: "SCMP_ACT_ERRNO"}]}'
}

@test "features: every known seccomp flag is recognised, every supported one works" {
    only_corun "1.1.5 knows none"
    # the last one needs a listener
    EXCEPT=SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV each .linux.seccomp.knownFlags '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", flags: [$it],
        syscalls: [{names: ["acct"], action: "SCMP_ACT_ERRNO"}]}'
    jq -e '(.linux.seccomp.supportedFlags // []) - .linux.seccomp.knownFlags == []' "$ROOT/features"
}

@test "features: every memory policy mode and flag is recognised" {
    only_corun "1.1.5 knows none"
    each .linux.memoryPolicy.modes '.linux.memoryPolicy = ({mode: $it} + if ($it | IN("MPOL_DEFAULT", "MPOL_LOCAL")) then {} else {nodes: "0"} end)'
    each .linux.memoryPolicy.flags '.linux.memoryPolicy = {mode: (if $it == "MPOL_F_NUMA_BALANCING" then "MPOL_BIND" else "MPOL_INTERLEAVE" end), nodes: "0", flags: [$it]}'
}

@test "features: idmap is enabled, since the runtime knows the mappings of mounts" {
    only_corun "1.1.5 does not"
    jq -e .linux.mountExtensions.idmap.enabled "$ROOT/features"
}

@test "features: Intel RDT is there, with schemata and monitoring" {
    only_corun "1.1.5 does not say so"
    jq -e '.linux.intelRdt | .enabled and .schemata and .monitoring' "$ROOT/features"
}

#!/usr/bin/env bats
# What the specification marks as REQUIRED: a configuration without it is refused, and the message names what is missing.
load ../../tests/lib/corun

# lacks PROPERTY FILTER: FILTER adds an object that has everything, and is accepted as far as this machine goes; without PROPERTY,
# the last part of a jq path, it is refused.
lacks() {
    only_corun "it takes zero for what is missing"
    bundle "$2 | del($1)"
    refused "${1##*.}" corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "required: width and height of consoleSize" {
    only_corun "it takes zero for what is missing"
    for property in width height; do
        bundle ".process.terminal = true | .process.consoleSize = {width: 80, height: 25} | del(.process.consoleSize.$property)" touch /ran
        run script -qec "$CORUN --root $STATE run --bundle $BUNDLE $ID" /dev/null </dev/null
        [ "$status" != 0 ]
        assert_output "$property"
        [ ! -e "$BUNDLE/rootfs/ran" ]
    done
}

@test "required: type, soft and hard of rlimits" {
    for property in type soft hard; do
        lacks ".process.rlimits[0].$property" '.process.rlimits = [{type: "RLIMIT_CORE", soft: 0, hard: 0}]'
    done
}

@test "required: policy of scheduler" {
    lacks .process.scheduler.policy '.process.scheduler = {policy: "SCHED_OTHER", nice: 1}'
}

@test "required: class of ioPriority" {
    lacks .process.ioPriority.class '.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 4}'
}

@test "required: priority of ioPriority" {
    lacks .process.ioPriority.priority '.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 4}'
}

@test "required: uid of user" {
    lacks .process.user.uid '.process.user = {uid: 0, gid: 0}'
}

@test "required: gid of user" {
    lacks .process.user.gid '.process.user = {uid: 0, gid: 0}'
}

@test "required: path of hooks" {
    for kind in prestart createRuntime createContainer startContainer poststart poststop; do
        lacks ".hooks.${kind}[0].path" ".hooks.$kind = [{path: \"/bin/true\", args: [\"true\"]}]"
    done
}

@test "required: type of namespaces" {
    lacks '.linux.namespaces[0].type' .
}

@test "required: containerID, hostID and size of user namespace mappings" {
    for map in uidMappings gidMappings; do
        for property in containerID hostID size; do
            lacks ".linux.${map}[0].$property" '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 0, size: 1}]
                | .linux.gidMappings = .linux.uidMappings'
        done
    done
}

@test "required: type, path, major and minor of devices" {
    for property in type path major minor; do
        lacks ".linux.devices[0].$property" '.linux.devices = [{type: "c", path: "/dev/one", major: 1, minor: 3}]'
    done
    # and neither major nor minor of a pipe
    contained '.linux.devices = [{type: "p", path: "/dev/pipe"}]' test -p /dev/pipe
}

@test "required: allow of the allowed devices" {
    lacks '.linux.resources.devices[0].allow' '.linux.resources.devices = [{allow: true, type: "c", major: 1, minor: 3, access: "rw"}]'
}

@test "required: major and minor of block weights" {
    for property in major minor; do
        lacks ".linux.resources.blockIO.weightDevice[0].$property" '.linux.resources.blockIO = {weightDevice: [{major: 7, minor: 0, weight: 100}]}'
    done
}

@test "required: weight or leafWeight of block weights" {
    only_corun "it takes zero for what is missing"
    bundle '.linux.resources.blockIO = {weightDevice: [{major: 7, minor: 0}]}'
    refused '[wW]eight' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "required: major, minor and rate of bytes per second" {
    for kind in throttleReadBpsDevice throttleWriteBpsDevice; do
        for property in major minor rate; do
            lacks ".linux.resources.blockIO.${kind}[0].$property" ".linux.resources.blockIO.$kind = [{major: 7, minor: 0, rate: 1048576}]"
        done
    done
}

@test "required: major, minor and rate of operations per second" {
    for kind in throttleReadIOPSDevice throttleWriteIOPSDevice; do
        for property in major minor rate; do
            lacks ".linux.resources.blockIO.${kind}[0].$property" ".linux.resources.blockIO.$kind = [{major: 7, minor: 0, rate: 1000}]"
        done
    done
}

@test "required: pageSize and limit of huge pages" {
    for property in pageSize limit; do
        lacks ".linux.resources.hugepageLimits[0].$property" '.linux.resources.hugepageLimits = [{pageSize: "2MB", limit: 2097152}]'
    done
}

@test "required: name and priority of network priorities" {
    for property in name priority; do
        lacks ".linux.resources.network.priorities[0].$property" '.linux.resources.network = {priorities: [{name: "lo", priority: 5}]}'
    done
}

@test "required: hcaHandles or hcaObjects of rdma" {
    only_corun "it takes zero for what is missing"
    bundle '.linux.resources.rdma = {mlx5_1: {}}'
    refused 'hcaHandles|hcaObjects' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "required: mode of memoryPolicy" {
    lacks .linux.memoryPolicy.mode '.linux.memoryPolicy = {mode: "MPOL_INTERLEAVE", nodes: "0"}'
}

@test "required: defaultAction of seccomp" {
    lacks .linux.seccomp.defaultAction '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW"}'
}

@test "required: names and action of seccomp's syscalls" {
    for property in names action; do
        lacks ".linux.seccomp.syscalls[0].$property" '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW",
            syscalls: [{names: ["mkdir"], action: "SCMP_ACT_ERRNO"}]}'
    done
}

@test "required: at least one name in seccomp's syscalls" {
    bundle '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: [], action: "SCMP_ACT_ERRNO"}]}'
    only_corun "it ignores the entry"
    refused names corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "required: index, value and op of seccomp's arguments" {
    for property in index value op; do
        lacks ".linux.seccomp.syscalls[0].args[0].$property" '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW",
            syscalls: [{names: ["mkdir"], action: "SCMP_ACT_ERRNO", args: [{index: 0, value: 1, op: "SCMP_CMP_EQ"}]}]}'
    done
}

@test "required: domain of personality" {
    lacks .linux.personality.domain '.linux.personality = {domain: "LINUX32"}'
}

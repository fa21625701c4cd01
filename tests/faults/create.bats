#!/usr/bin/env bats
# Cuts create off after each of its steps, in the parent and in the child, by failure and by SIGKILL, and shows that nothing is left.
# Needs a build with --enable-faults: CORUN_FAULT=N fails the N-th step that the command passes, CORUN_FAULT_CHILD=N the child's N-th.
# shellcheck disable=SC2154 # attempt sets status and stderr
load ../lib/corun

setup() {
    corun_setup
    bundle . true
    CORUN_FAULT=1 attempt corun run --bundle "$BUNDLE" "$ID"
    [ "$status" != 0 ] || skip "built without --enable-faults"
}

# The parts that a create can have: limits, seccomp, a pid file, hooks of all kinds, volumes, devices, a sysctl.
full_bundle() {
    bundle '.linux.resources.memory = {limit: 67108864} | .linux.resources.pids = {limit: 100}
        | .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["mkdirat"], action: "SCMP_ACT_ERRNO"}]}
        | .linux.sysctl = {"net.ipv4.ip_forward": "1"} | .linux.devices = [{path: "/dev/x", type: "c", major: 1, minor: 3}]
        | .mounts += [{destination: "/mnt/new", type: "bind", source: "\($root)/volume", options: ["rbind", "ro"]},
                      {destination: "/home", type: "tmpfs", source: "tmpfs", options: ["tmpcopyup"]}]
        | .hooks = {prestart: [{path: "/bin/true"}], createRuntime: [{path: "/bin/true"}], createContainer: [{path: "/bin/true"}],
                    startContainer: [{path: "/bin/true"}], poststart: [{path: "/bin/true"}], poststop: [{path: "/bin/true"}]}' "$@"
    mkdir -p "$ROOT/volume"
}

# every_step VARIABLE COMMAND...: fails at step after step until the command succeeds; at least five steps or the points are gone
every_step() {
    local variable=$1 n
    shift
    for n in $(seq 200); do
        export "$variable=$n"
        attempt "$@"
        unset "$variable"
        [ "$status" != 0 ] || break
        [ "$(wc -l <"$ROOT/.stderr")" = 1 ] || {
            echo "step $n: expected one line: $stderr"
            return 1
        }
        nothing_left || {
            echo "step $n: $stderr"
            return 1
        }
        [ ! -e "$ROOT/pid" ] || {
            echo "step $n: $stderr: the pid file is left"
            return 1
        }
    done
    [ "$n" -gt 5 ] || {
        echo "only $((n - 1)) steps"
        return 1
    }
    echo "# $((n - 1)) steps of $variable" >&3
}

@test "create fails at each step of the parent" {
    full_bundle sleep 1000
    every_step CORUN_FAULT corun create --bundle "$BUNDLE" --pid-file "$ROOT/pid" "$ID"
    assert_equal "$(status_of "$ID")" created
}

@test "run fails at each step of the parent" {
    full_bundle true
    every_step CORUN_FAULT corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "create fails at each step of the child" {
    full_bundle sleep 1000
    every_step CORUN_FAULT_CHILD corun create --bundle "$BUNDLE" --pid-file "$ROOT/pid" "$ID"
}

@test "create fails at each step, in a user namespace" {
    bundle '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
        | .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 65536}]' sleep 1000
    chown -R 100000:100000 "$BUNDLE/rootfs"
    every_step CORUN_FAULT corun create --bundle "$BUNDLE" "$ID"
    corun delete --force "$ID"
    every_step CORUN_FAULT_CHILD corun create --bundle "$BUNDLE" "$ID"
}

@test "run fails at each step, with a terminal" {
    bundle '.process.terminal = true' true
    for variable in CORUN_FAULT CORUN_FAULT_CHILD; do
        for n in $(seq 200); do
            export "$variable=$n"
            attempt timeout 20 script -qec "$CORUN --root $STATE run --bundle $BUNDLE $ID" /dev/null
            unset "$variable"
            [ "$status" != 0 ] || break
            assert_equal "$status" 1
            nothing_left
        done
        [ "$n" -gt 5 ]
    done
}

@test "create is killed at each step: delete --force finishes it" {
    full_bundle sleep 1000
    for n in $(seq 200); do
        CORUN_FAULT=$n CORUN_FAULT_SIGNAL=9 attempt corun create --bundle "$BUNDLE" "$ID"
        [ "$status" != 0 ] || break
        corun delete --force "$ID"
        nothing_left || {
            echo "step $n"
            return 1
        }
    done
    [ "$n" -gt 5 ]
}

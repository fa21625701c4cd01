#!/usr/bin/env bats
# Nothing is left of a create that is cut off after any of its steps, and of one that is killed there `delete` clears all. Needs a build
# with --enable-faults (base/fault.h); with any other it skips.
load ../lib/corun

setup() {
    corun_setup
    bundle '.hooks = {createRuntime: [{path: "/bin/true"}],
                      poststop: [{path: "/bin/touch", args: ["touch", ($root + "/poststop")]}]}
            | .linux.cgroupsPath = "/ct-faults/" + $id + "/leaf"' sleep 1000
    CORUN_FAULT=1 attempt corun create --bundle "$BUNDLE" "$ID"
    [ "$status" != 0 ] || corun delete --force "$ID"
    [[ $output =~ "injected fault" ]] || skip "this build has no fault injection (--enable-faults)"
}

# each_point VARIABLE FUNCTION: calls FUNCTION after each create that fails, with VARIABLE=1, 2, ... until one succeeds.
each_point() {
    local point
    for point in $(seq 100); do
        rm -f "$ROOT/poststop"
        export "$1=$point"
        attempt corun create --bundle "$BUNDLE" --pid-file "$ROOT/pid" "$ID"
        unset "$1"
        [ "$status" != 0 ] || break
        "$2" || {
            echo "at point $point: $output"
            return 1
        }
    done
    [ "$status" = 0 ] || echo "there is no end to the steps"
    corun delete --force "$ID"
    rm -f "$ROOT/pid"
    [ "$point" -ge 10 ] || echo "only $point steps" # fewer than create has: then nothing was injected
    [ "$point" -ge 10 ]
}

is_clean() {
    [[ $(wc -l <"$ROOT/.stderr") = 1 ]] && [ ! -e "$ROOT/pid" ] && [ ! -e "$STATE/$ID" ] && nothing_left
}

is_deleted() {
    corun list --quiet >/dev/null # understands what is there
    rm -f "$ROOT/pid"
    if [ "$(status_of "$ID")" = created ]; then # killed after the record was written: all is there
        corun delete --force "$ID"
    else
        corun delete "$ID" # as if it had stopped
    fi
    nothing_left
}

@test "faults: create fails after each of its steps and leaves nothing" {
    each_point CORUN_FAULT is_clean
}

@test "faults: create fails at each of the child's steps and leaves nothing" {
    each_point CORUN_FAULT_CHILD is_clean
}

@test "faults: poststop hooks run exactly when create hooks have" {
    after_launch() {
        if [[ $output =~ "injected fault after: "(launch|"let the holder go"|"enter the RDT class"|"write the record"|"write the pid file") ]]; then
            [ -e "$ROOT/poststop" ]
        else
            [ ! -e "$ROOT/poststop" ]
        fi
    }
    each_point CORUN_FAULT after_launch
}

@test "faults: what a create killed after any of its steps leaves, delete removes" {
    export CORUN_FAULT_SIGNAL=9
    each_point CORUN_FAULT is_deleted
}

@test "faults: an id is free for a new create after a killed one was deleted by force" {
    CORUN_FAULT_SIGNAL=9 CORUN_FAULT=5 attempt corun create --bundle "$BUNDLE" "$ID"
    [ "$status" != 0 ]
    refused 'exists' corun create --bundle "$BUNDLE" "$ID"
    corun delete --force "$ID"
    corun create --bundle "$BUNDLE" "$ID" 3>&-
}

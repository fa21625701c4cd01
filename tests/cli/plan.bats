#!/usr/bin/env bats
# plan: what a create would do, in words, without doing it and without root.
load ../lib/corun

setup() {
    only_corun "it has no such command"
    corun_setup
}
teardown() { [ -z "${ROOT-}" ] || corun_teardown; }

@test "plan: one line per action, and nothing is done" {
    bundle '.mounts += [{destination: "/mnt", type: "tmpfs", source: "tmpfs", options: ["size=1m"]}]'
    run -0 corun plan --bundle "$BUNDLE"
    assert_output 'namespace pid: new'
    assert_output '/mnt'
    assert_output 'size=1m'
    assert_output 'mask /proc/kcore'
    [ ! -e "$STATE" ]
    nothing_left
}

@test "plan: without root" {
    bundle
    chmod -R a+rX "$BUNDLE"
    install -m 755 "$(command -v "$CORUN")" "$ROOT/program"
    run -0 setpriv --reuid 65534 --regid 65534 --clear-groups "$ROOT/program" plan --bundle "$BUNDLE"
    assert_output 'namespace pid: new'
}

@test "plan: the same twice" {
    bundle
    first=$(corun plan --bundle "$BUNDLE")
    assert_equal "$(corun plan --bundle "$BUNDLE")" "$first"
}

@test "plan: a bad configuration is refused as create would refuse it" {
    bundle '.process.cwd = "relative"'
    refused '/process/cwd' corun plan --bundle "$BUNDLE"
    refused '/process/cwd' corun create --bundle "$BUNDLE" "$ID"
}

@test "plan: environment values stay out of it" {
    bundle '.process.env += ["PASSWORD=secret"] | .annotations = {token: "hidden"}'
    run -0 corun plan --bundle "$BUNDLE"
    refute_output 'secret|hidden'
}

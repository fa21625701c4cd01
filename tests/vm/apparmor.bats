#!/usr/bin/env bats
# process.apparmorProfile on a kernel that has AppArmor (config.md#linux-process).
load vm

setup() {
    vm_setup
    # Everything is allowed but writing below /work: what is refused, the profile has refused
    apparmor_parser --replace --skip-cache <<'PROFILE'
profile corun-vm-test flags=(attach_disconnected,mediate_deleted) {
    file,
    capability,
    network,
    mount,
    umount,
    signal,
    unix,
    ptrace,
    deny /work/** w,
}
PROFILE
}

@test "apparmor: the program runs under the profile" {
    run -0 contained '.process.apparmorProfile = "corun-vm-test"' cat /proc/self/attr/current
    assert_equal "$output" 'corun-vm-test (enforce)'
}

@test "apparmor: the profile is enforced" {
    run -0 contained '.process.apparmorProfile = "corun-vm-test"' sh -c 'touch /work/file || echo refused; touch /tmp/file && echo made'
    assert_output $'refused\nmade$'
}

@test "apparmor: without one it is unconfined" {
    run -0 contained . cat /proc/self/attr/current
    assert_equal "$output" unconfined
}

@test "apparmor: with noNewPrivileges" {
    run -0 contained '.process.apparmorProfile = "corun-vm-test" | .process.noNewPrivileges = true' cat /proc/self/attr/current
    assert_equal "$output" 'corun-vm-test (enforce)'
}

@test "apparmor: a profile that is not loaded is refused" {
    bundle '.process.apparmorProfile = "corun-vm-absent"'
    run corun run --bundle "$BUNDLE" "$ID"
    [ "$status" != 0 ]
    assert_output 'corun-vm-absent|security label|attr/exec'
    nothing_left
}

@test "apparmor: a program that joins gets the profile" {
    needs_command exec
    start_sleeper '.process.apparmorProfile = "corun-vm-test"'
    run -0 corun exec "$ID" cat /proc/self/attr/current
    assert_equal "$output" 'corun-vm-test (enforce)'
}

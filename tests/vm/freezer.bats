#!/usr/bin/env bats
# pause and resume by cgroup.freeze.
load vm

ticks() { wc -c <"$BUNDLE/rootfs/ticks"; }

setup() {
    vm_setup
    needs_command pause
    bundle . sh -c 'while :; do echo -n x >>/ticks; sleep 0.1; done'
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >/dev/null 2>&1 3>&-
    wait_for_file "$BUNDLE/rootfs/ticks"
}

@test "freezer: a paused container stands still, a resumed one goes on" {
    corun pause "$ID"
    assert_equal "$(status_of "$ID")" paused
    assert_equal "$(entry_of cgroup.events frozen)" 1
    before=$(ticks)
    sleep 1
    assert_equal "$(ticks)" "$before"
    corun resume "$ID"
    assert_equal "$(status_of "$ID")" running
    sleep 1
    [ "$(ticks)" -gt "$before" ]
}

@test "freezer: a paused container is killed and deleted" {
    corun pause "$ID"
    corun delete --force "$ID"
    nothing_left
}

#!/usr/bin/env bats
# podman as root on cgroup v2, with both of its cgroup managers: tests/engines has what does not depend on the host's cgroups.
load podman

setup() { podman_setup; }

teardown() {
    [ -n "${ROOT-}" ] || return 0
    pod_man pod rm --force --all --time 0 >/dev/null 2>&1 || true
    pod_man rm --force --all --time 0 >/dev/null 2>&1 || true
    [ -z "$("$CORUN" list --quiet)" ] || {
        echo "left: $("$CORUN" list)"
        return 1
    }
    corun_teardown
}

@test "podman: a checkpoint and a restore" {
    started "$ID" -- sh -c 'i=0; while :; do i=$((i + 1)); echo $i >>/count; sleep 0.1; done'
    sleep 1
    run -0 pod_man container checkpoint "$ID"
    run -0 pod_man container restore "$ID"
    assert_equal "$(inspect "$ID" Status)" running
    sleep 1
    run -0 pod_man exec "$ID" sh -c 'cp /count /now; seq $(wc -l </now) | cmp - /now && tail -n 1 /now'
    [ "$output" -gt 5 ]
}

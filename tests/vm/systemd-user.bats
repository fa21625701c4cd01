#!/usr/bin/env bats
# The systemd driver for an ordinary user: scopes of the user's own systemd, also for who is in another part of the tree, as after a login.
load vm

setup() {
    vm_setup
    case $CORUN in crun | runc) skip "other runtimes do not move their callers" ;; esac
    "$CORUN" features | jq -e .linux.cgroup.systemdUser >/dev/null || skip "corun was built without the systemd driver"
    chown 1000:1000 "$ROOT"
    SCOPE=ct-$ID.scope
    MANAGER=/user.slice/user-1000.slice/user@1000.service
}

teardown() {
    [ -z "${ROOT-}" ] || session "$CORUN" --root "$STATE" delete --force "$ID" >/dev/null 2>&1 || true
    [ -z "${ROOT-}" ] || corun_teardown
}

# As from a terminal: the user's bus is known, and the cgroup is none of the user's systemd (here it is the test's own).
session() {
    setpriv --reuid 1000 --regid 1000 --clear-groups --reset-env env XDG_RUNTIME_DIR=/run/user/1000 PATH="$PATH" "$@"
}
sd_corun() { session "$CORUN" --root "$STATE" --systemd-cgroup "$@"; }
property() { session systemctl --user show --value -p "$1" "$SCOPE"; }
nothing_known() { ! session systemctl --user list-units --all --plain --no-legend "*$ID*" 'corun-caller-*' | grep -q .; }

user_bundle() {
    bundle ".linux.cgroupsPath = \"user.slice:ct:$ID\""'
        | .linux.namespaces |= map(select(.type != "network" and .type != "cgroup")) + [{type: "user"}]
        | .linux.uidMappings = [{containerID: 0, hostID: 1000, size: 1}] | .linux.gidMappings = .linux.uidMappings
        | .mounts |= map(select(.destination != "/sys/fs/cgroup") | if .type == "sysfs" then
              .type = "none" | .source = "/sys" | .options = ["rbind", "nosuid", "noexec", "nodev", "ro"] else . end
              | if .options then .options |= map(select(. != "gid=5")) else . end)
        | '"$1" "${@:2}"
    chown -hR 1000:1000 "$BUNDLE"
}

user_sleeper() {
    user_bundle "${1-.}" sleep 1000
    attempt sd_corun run --detach --bundle "$BUNDLE" "$ID"
    assert_equal "$status$output" 0
    pid=$(session "$CORUN" --root "$STATE" state "$ID" | jq .pid)
}

@test "systemd, rootless: a scope in user.slice of the user's systemd, with limits, from another cgroup" {
    user_sleeper '.linux.resources = {memory: {limit: 50331648}, pids: {limit: 13}}'
    assert_equal "$(cat "/proc/$pid/cgroup")" "0::$MANAGER/user.slice/$SCOPE"
    assert_equal "$(property ControlGroup)" "$MANAGER/user.slice/$SCOPE"
    assert_equal "$(cat "/sys/fs/cgroup$MANAGER/user.slice/$SCOPE/memory.max")" 50331648
    assert_equal "$(cat "/sys/fs/cgroup$MANAGER/user.slice/$SCOPE/pids.max")" 13
    assert_equal "$(property MemoryMax)" 50331648
    assert_equal "$(property TasksMax)" 13
    sd_corun update --memory 83886080 --pids-limit 21 "$ID"
    session systemctl --user daemon-reload
    assert_equal "$(cat "/sys/fs/cgroup$MANAGER/user.slice/$SCOPE/memory.max")" 83886080
    assert_equal "$(cat "/sys/fs/cgroup$MANAGER/user.slice/$SCOPE/pids.max")" 21
}

@test "systemd, rootless: exec, pause, resume, kill, delete, from another cgroup" {
    user_sleeper
    run -0 sd_corun exec "$ID" cat /proc/self/cgroup
    assert_equal "$output" "0::$MANAGER/user.slice/$SCOPE"
    sd_corun pause "$ID"
    assert_equal "$(session "$CORUN" --root "$STATE" state "$ID" | jq -r .status)" paused
    sd_corun resume "$ID"
    sd_corun kill --all "$ID" KILL
    wait_until test ! -e "/proc/$pid"
    sd_corun delete "$ID"
    wait_until nothing_known
    nothing_left
}

@test "systemd, rootless: in the foreground, nothing stays" {
    user_bundle . cat /proc/self/cgroup
    attempt sd_corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$status$output" "00::$MANAGER/user.slice/$SCOPE"
    wait_until nothing_known
    nothing_left
}

@test "systemd, rootless: without cgroupsPath, and below the user's systemd already" {
    user_bundle 'del(.linux.cgroupsPath)' cat /proc/self/cgroup
    run -0 as-user "$CORUN" --root "$STATE" --systemd-cgroup run --bundle "$BUNDLE" "$ID"
    assert_equal "$output" "0::$MANAGER/user.slice/corun-$ID.scope"
}

@test "systemd, rootless: no bus" {
    user_bundle . true
    chmod 755 "$ROOT"
    mkdir -m 777 "$ROOT/none"
    refused "connect to the user's session bus: No such file or directory" \
        session env XDG_RUNTIME_DIR="$ROOT/none" "$CORUN" --root "$STATE" --systemd-cgroup run --bundle "$BUNDLE" "$ID"
    refused "XDG_RUNTIME_DIR" session env -u XDG_RUNTIME_DIR "$CORUN" --root "$STATE" --systemd-cgroup run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "systemd, rootless: a bus that does not answer" {
    user_bundle . true
    python3 -c 'import socket, sys, time
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); time.sleep(100)' "$ROOT/bus" 3>&- &
    silent=$!
    wait_for_file "$ROOT/bus"
    chmod 777 "$ROOT/bus"
    refused "connect to the user's session bus: no answer within" \
        session env DBUS_SESSION_BUS_ADDRESS="unix:path=$ROOT/bus" "$CORUN" --root "$STATE" --systemd-cgroup run --bundle "$BUNDLE" "$ID"
    kill $silent
    wait $silent || true
    nothing_left
}

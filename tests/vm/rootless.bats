#!/usr/bin/env bats
# An ordinary user's containers, in the delegated scope that a systemd session gives: newuidmap, limits, and no more than that.
load vm

# Root makes the bundle and gives it to the user: 1000 is the container's root, and subordinate ids are the others.
setup() {
    vm_setup
    chown 1000:1000 "$ROOT"
}

teardown() {
    [ -z "${ROOT-}" ] || as_plain_user "$CORUN" --root "$STATE" delete --force "$ID" >/dev/null 2>&1 || true
    [ -z "${ROOT-}" ] || corun_teardown
}

user_bundle() {
    bundle '.linux.namespaces |= map(select(.type != "network" and .type != "cgroup")) + [{type: "user"}, {type: "cgroup"}]
        | .linux.uidMappings = [{containerID: 0, hostID: 1000, size: 1}, {containerID: 1, hostID: 100000, size: 65536}]
        | .linux.gidMappings = .linux.uidMappings
        | .mounts |= map(select(.destination != "/sys/fs/cgroup") | if .type == "sysfs" then
              .type = "none" | .source = "/sys" | .options = ["rbind", "nosuid", "noexec", "nodev", "ro"] else . end
              | if .options then .options |= map(select(. != "gid=5")) else . end)
        | '"$1" "${@:2}"
    chown -hR 1000:1000 "$BUNDLE"
}

user_corun() { as-user "$CORUN" --root "$STATE" "$@"; }
user_run() { user_corun run --bundle "$BUNDLE" "$ID"; }

# Without a session of systemd's, which takes a second: for what only looks.
as_plain_user() { setpriv --reuid 1000 --regid 1000 --clear-groups "$@"; }
user_state() { as_plain_user "$CORUN" --root "$STATE" state "$ID" | jq -r ".$1"; }
user_status_is() { [ "$(user_state status)" = "$1" ]; }

@test "rootless: root inside is the user outside" {
    user_bundle . sh -c 'id -u; cat /proc/self/uid_map; touch /made'
    run -0 user_run
    [[ $(tr -s ' ' <<<"$output") == $'0\n 0 1000 1\n 1 100000 65536' ]]
    assert_equal "$(stat -c %u "$BUNDLE/rootfs/made")" 1000
}

@test "rootless: another user inside is a subordinate id outside" {
    user_bundle '.process.user = {uid: 33, gid: 33}' sh -c 'id -u; touch /tmp/made'
    chmod 1777 "$BUNDLE/rootfs/tmp"
    run -0 user_run
    assert_equal "$output" 33
    assert_equal "$(stat -c %u "$BUNDLE/rootfs/tmp/made")" 100032
}

@test "rootless: ids that /etc/subuid does not give are refused" {
    user_bundle '.linux.uidMappings[1].hostID = 500000'
    run user_run
    [ "$status" != 0 ]
}

# In the background, as $job. As an engine does: out of the scope's own cgroup, then containers beside it (man 7 cgroups, no internal
# processes).
run_delegated() {
    cat >"$ROOT/engine" <<'ENGINE'
scope=$(cut -d: -f3 /proc/self/cgroup)
mkdir /sys/fs/cgroup$scope/engine
echo $$ >/sys/fs/cgroup$scope/engine/cgroup.procs
jq --arg path "$scope/$4" '.linux.cgroupsPath = $path' "$3/config.json" >"$3/new" && mv "$3/new" "$3/config.json"
"$1" --root "$2" run --bundle "$3" "$4"
ENGINE
    as-user sh "$ROOT/engine" "$CORUN" "$STATE" "$BUNDLE" "$ID" >"$ROOT/out" 2>&1 3>&- &
    job=$!
    wait_until user_status_is running || { cat "$ROOT/out" && false; }
    dir=/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$(user_state pid)/cgroup")
}

end_delegated() {
    as_plain_user "$CORUN" --root "$STATE" kill "$ID" KILL
    wait $job || true
}

@test "rootless: limits hold in a delegated scope" {
    user_bundle '.linux.resources = {pids: {limit: 13}, memory: {limit: 50331648}, cpu: {quota: 50000, period: 100000}}' sleep 1000
    run_delegated
    [[ $dir == /sys/fs/cgroup/user.slice/user-1000.slice/* ]]
    found=$(cat "$dir"/{pids.max,memory.max,cpu.max})
    end_delegated
    assert_equal "$found" $'13\n50331648\n50000 100000'
}

@test "rootless: a container in a delegated scope is paused, changed and looked at by its user" {
    user_bundle '.linux.resources = {memory: {limit: 50331648}}' sleep 1000
    run_delegated
    as_plain_user "$CORUN" --root "$STATE" pause "$ID"
    frozen=$(cat "$dir/cgroup.events" && user_state status)
    as_plain_user "$CORUN" --root "$STATE" resume "$ID"
    as_plain_user "$CORUN" --root "$STATE" update --memory 64M --pids-limit 20 "$ID"
    changed=$(cat "$dir"/{memory.max,pids.max})
    processes=$(as_plain_user "$CORUN" --root "$STATE" ps --format json "$ID")
    usage=$(as_plain_user "$CORUN" --root "$STATE" events --stats "$ID" | jq .data.memory.usage.usage)
    end_delegated
    [[ $frozen == *"frozen 1"*paused ]]
    assert_equal "$changed" $'67108864\n20'
    [ "$(jq length <<<"$processes")" = 1 ]
    [ "$usage" -gt 0 ]
}

@test "rootless: out of memory in a delegated scope" {
    user_bundle '.linux.resources = {memory: {limit: 33554432}}' sh -c 'tail -c 100000000 /dev/zero >/dev/null; echo "ended with $?"; sleep 1000'
    run_delegated
    wait_until grep -q 'ended with' "$ROOT/out"
    end_delegated
    grep -q 'ended with 137' "$ROOT/out"
}

@test "rootless: exec is in the container's delegated cgroup" {
    user_bundle '.linux.resources = {pids: {limit: 13}}' sleep 1000
    run_delegated
    # in a scope of its own, which it may leave for the container's only by way of a common parent that is the user's
    attempt user_corun exec "$ID" cat /proc/self/cgroup
    end_delegated
    assert_equal "$output" '0::/'
}

@test "rootless: beside other processes in its cgroup a container starts, whatever becomes of its limits" {
    case $CORUN in crun | runc) skip "another runtime may refuse" ;; esac
    user_bundle '.linux.resources = {pids: {limit: 13}, memory: {limit: 50331648}}' echo started
    run -0 user_run
    assert_output started
}

@test "rootless: create, start, kill, delete from separate commands" {
    user_bundle . sleep 1000
    user_corun create --bundle "$BUNDLE" "$ID" >"$ROOT/out" 2>&1 </dev/null 3>&-
    assert_equal "$(user_state status)" created
    as_plain_user "$CORUN" --root "$STATE" start "$ID"
    assert_equal "$(user_state status)" running
    as_plain_user "$CORUN" --root "$STATE" kill "$ID" KILL
    wait_until user_status_is stopped
    as_plain_user "$CORUN" --root "$STATE" delete "$ID"
    nothing_left
}

@test "rootless: without --root the state is in XDG_RUNTIME_DIR" {
    user_bundle . true
    run -0 as-user "$CORUN" run --bundle "$BUNDLE" "$ID"
    run -0 as-user "$CORUN" list
    refute_output "$ID"
}

@test "rootless: no access to root's containers" {
    start_sleeper
    run as-user "$CORUN" --root "$STATE" kill "$ID" KILL
    [ "$status" != 0 ]
    assert_equal "$(status_of "$ID")" running
}

#!/usr/bin/env bats
# podman of an ordinary user: in a user namespace that podman made, below the cgroups of the user's systemd.
load podman

setup() {
    podman_setup as-user
}

teardown() {
    [ -n "${ROOT-}" ] || return 0
    as-user podman --runtime "$RUNTIME" rm --force --all --time 0 >/dev/null 2>&1 || true
    [ -z "$(ls /run/user/1000/corun 2>/dev/null)" ] || {
        echo "left: $(ls /run/user/1000/corun)"
        return 1
    }
    corun_teardown
}

# Each command in a scope takes its time: a test is one script, with p for podman.
script() {
    cat >"$ROOT/script" <<SCRIPT
p() { podman --runtime $RUNTIME --cgroup-manager $MANAGER "\$@"; }
IMAGE=$IMAGE ID=$ID
$1
SCRIPT
    as-user bash "$ROOT/script"
}

limits() {
    needs_manager
    run -0 script 'p run --rm --network none --memory 64m --pids-limit 30 --cpus 0.5 $IMAGE sh -c "cd /sys/fs/cgroup; cat memory.max pids.max cpu.max; cat /proc/self/cgroup"'
    assert_equal "$output" $'67108864\n30\n50000 100000\n0::/'
}
@test "podman, rootless: limits are the container's, with systemd" { MANAGER=systemd limits; }

@test "podman, rootless: with cgroupfs it runs, without limits" {
    run -0 script 'p run --rm --network none $IMAGE sh -c "id -u; cat /proc/self/uid_map"'
    assert_output $'^0\n'
    [[ $(tr -s ' ' <<<"$output") == *$'\n 0 1000 1\n 1 100000 65536'* ]]
}

life() {
    needs_manager
    run -0 script '
p run --detach --name $ID --env CORUN_TEST=$ID --network none $IMAGE sh -c "trap \"exit 3\" TERM; while :; do sleep 0.1; done" </dev/null >/dev/null
p exec --user 33 --workdir /tmp $ID sh -c "id -u; pwd; exit 5"; echo "exec $?"
'"$1"'
p stop --time 10 $ID >/dev/null; p inspect --format "{{.State.ExitCode}}" $ID
p start $ID >/dev/null; p kill $ID >/dev/null; p wait $ID
p rm $ID >/dev/null; p ps --all --quiet | wc -l'
    assert_equal "$output" $'33\n/tmp\nexec 5\n'"${2-}"$'3\n137\n0'
}
@test "podman, rootless: exec, stop, start, kill, with cgroupfs" { MANAGER=cgroupfs life ''; }
@test "podman, rootless: exec, pause, stop, start, kill, with systemd" {
    MANAGER=systemd
    life 'p pause $ID >/dev/null; p inspect --format "{{.State.Status}}" $ID; p unpause $ID >/dev/null' $'paused\n'
}

@test "podman, rootless: a pod" {
    MANAGER=cgroupfs
    run -0 script '
p pod create --name $ID --share net,ipc,uts --infra-image $IMAGE --infra-command "sleep 1000" --network none >/dev/null
p run --detach --pod $ID --name $ID-a --env CORUN_TEST=$ID $IMAGE sh -c "echo hello >/dev/shm/word; exec sleep 1000" </dev/null >/dev/null
until p exec $ID-a test -s /dev/shm/word; do sleep 0.1; done
p run --rm --pod $ID $IMAGE cat /dev/shm/word
p pod rm --force --time 0 $ID >/dev/null'
    assert_equal "$output" hello
}

@test "podman, rootless: volumes, devices, slirp4netns" {
    mkdir "$ROOT/volume"
    chown 1000:1000 "$ROOT/volume"
    run -0 script "p run --rm --network slirp4netns --volume $ROOT/volume:/volume --device /dev/fuse \$IMAGE sh -c 'touch /volume/made; ls /sys/class/net | sort | tr \"\\n\" \" \"; : </dev/fuse && echo opened'"
    assert_equal "$output" 'lo tap0 opened'
    assert_equal "$(stat -c %u "$ROOT/volume/made")" 1000
}

@test "podman, rootless: with the host's network and --userns keep-id" {
    run -0 script "p run --rm --network host --userns keep-id \$IMAGE sh -c 'id -u; ls /sys/class/net'"
    assert_output $'^1000\n(.*\n)*lo'
}

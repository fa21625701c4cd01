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

limits() {
    needs_manager
    run -0 pod_man run --rm --network none --memory 64m --pids-limit 30 --cpus 0.5 --cpuset-cpus 1 "$IMAGE" \
        sh -c 'cd /sys/fs/cgroup; cat memory.max pids.max cpu.max cpuset.cpus; cat /proc/self/cgroup; exit 0'
    assert_equal "$output" $'67108864\n30\n50000 100000\n1\n0::/'
}
@test "podman: limits are the container's, with cgroupfs" { MANAGER=cgroupfs limits; }
@test "podman: limits are the container's, with systemd" { MANAGER=systemd limits; }

life() {
    needs_manager
    started "$ID" -- sh -c 'trap "exit 3" TERM; while :; do sleep 0.1; done'
    dir=/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$(inspect "$ID" Pid)/cgroup")
    [[ $dir == /sys/fs/cgroup/$1/libpod-* ]]
    run -5 pod_man exec --env A=b --workdir /tmp "$ID" sh -c 'echo "$A $PWD"; cat /proc/self/cgroup; exit 5'
    assert_equal "$output" $'b /tmp\n0::/'
    pod_man pause "$ID"
    assert_equal "$(inspect "$ID" Status)" paused
    grep -q '^frozen 1' "$dir/cgroup.events"
    pod_man unpause "$ID"
    pod_man stop --time 10 "$ID"
    assert_equal "$(inspect "$ID" ExitCode)" 3
    [ ! -e "$dir" ]
    pod_man start "$ID"
    pod_man kill "$ID"
    wait_until has_ended "$ID"
    assert_equal "$(inspect "$ID" ExitCode)" 137
}
has_ended() { [ "$(inspect "$1" Status)" = exited ]; }
@test "podman: exec, pause, stop, start, kill, with cgroupfs" { MANAGER=cgroupfs life libpod_parent; }
@test "podman: exec, pause, stop, start, kill, with systemd" { MANAGER=systemd life machine.slice; }

out_of_memory() {
    needs_manager
    run -137 pod_man run --network none --memory 32m --memory-swap 32m "$IMAGE" sh -c 'exec tail -c 100000000 /dev/zero'
    run -0 pod_man run --network none --memory 256m --memory-swap 256m "$IMAGE" sh -c 'head -c 50000000 /dev/zero | tail -c 50000000 >/dev/null'
}
@test "podman: who is out of memory is killed, with cgroupfs" { MANAGER=cgroupfs out_of_memory; }
@test "podman: who is out of memory is killed, with systemd" { MANAGER=systemd out_of_memory; }

pod() {
    needs_manager
    pod_man pod create --name "$ID" --share net,ipc,uts --infra-image "$IMAGE" --infra-command 'sleep 1000' --network none >/dev/null
    NETWORK='' started "$ID-a" --pod "$ID" -- sh -c 'echo hello >/dev/shm/word; exec sleep 1000'
    wait_until pod_man exec "$ID-a" test -s /dev/shm/word
    run -0 pod_man run --rm --pod "$ID" "$IMAGE" sh -c 'cat /dev/shm/word; hostname'
    assert_equal "$output" "hello"$'\n'"$ID"
    pod_man pod stop --time 1 "$ID" >/dev/null
    pod_man pod rm "$ID" >/dev/null
}
# Not with cgroupfs: podman 4.3 gives the pod's cgroup a filter that allows no device at all.
@test "podman: a pod shares its namespaces, with systemd" { MANAGER=systemd pod; }

@test "podman: update changes the cgroup of a running container" {
    started "$ID" --memory 64m -- sleep 1000
    pod_man update --memory 96m --cpus 0.25 "$ID" >/dev/null
    run -0 pod_man exec "$ID" cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/cpu.max
    assert_equal "$output" $'100663296\n25000 100000'
}

@test "podman: stats come from the container's cgroup" {
    started "$ID" --memory 64m -- sleep 1000
    run -0 pod_man stats --no-stream --format '{{.PIDs}} {{.MemUsage}}' "$ID"
    assert_output '^1 .*67.*MB'
}

@test "podman: a bridge network of netavark's" {
    run -0 pod_man run --rm "$IMAGE" sh -c 'ip -o -4 addr show eth0'
    assert_output 'inet 10\.88\.'
}

@test "podman: --privileged may make a cgroup, others may not" {
    run -0 pod_man run --rm --network none --privileged "$IMAGE" sh -c 'mkdir /sys/fs/cgroup/x && rmdir /sys/fs/cgroup/x && echo made'
    assert_output made
    run pod_man run --rm --network none "$IMAGE" sh -c 'mkdir /sys/fs/cgroup/x && echo made'
    refute_output made
}

@test "podman: devices are allowed one by one" {
    run pod_man run --rm --network none --cap-add MKNOD --device /dev/fuse --device-cgroup-rule 'b 7:* rwm' "$IMAGE" \
        sh -c 'test -c /dev/fuse && : </dev/fuse && echo fuse; mknod /loop b 7 0 && : </loop && echo loop; mknod /disk b 254 0; : </disk && echo disk'
    assert_output $'fuse'
    assert_output 'loop|No such device'
    refute_output $'\ndisk'
}

@test "podman: a user namespace of its own" {
    run -0 pod_man run --rm --network none --uidmap 0:100000:5000 --gidmap 0:100000:5000 "$IMAGE" sh -c 'cat /proc/self/uid_map; id -u'
    assert_equal "$(tr -s ' ' <<<"$output")" $' 0 100000 5000\n0'
}

@test "podman: a checkpoint and a restore" {
    needs_criu
    started "$ID" -- sh -c 'i=0; while :; do i=$((i + 1)); echo $i >>/count; sleep 0.1; done'
    sleep 1
    run -0 pod_man container checkpoint "$ID"
    run -0 pod_man container restore "$ID"
    assert_equal "$(inspect "$ID" Status)" running
    sleep 1
    run -0 pod_man exec "$ID" sh -c 'cp /count /now; seq $(wc -l </now) | cmp - /now && tail -n 1 /now'
    [ "$output" -gt 5 ]
}

@test "podman: a checkpoint and a restore of a terminal" {
    needs_criu
    started "$ID" --tty --log-driver k8s-file --log-opt "path=$ROOT/log" -- sh -c 'while :; do echo tick; sleep 0.1; done'
    await_line "$ROOT/log" tick
    run -0 pod_man container checkpoint "$ID"
    echo between >>"$ROOT/log"
    run -0 pod_man container restore "$ID"
    wait_until eval 'sed 1,/between/d "$ROOT/log" | grep tick'
    run -0 pod_man exec "$ID" sh -c 'ls -l /proc/1/fd/0'
    assert_output '/proc/1/fd/0 -> /dev/pts/0'
}

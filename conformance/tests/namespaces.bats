#!/usr/bin/env bats
# config-linux.md: default file systems, each kind of namespace, id mappings, devices, and where the cgroup is.
load ../../tests/lib/corun

user='.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] | .linux.gidMappings = .linux.uidMappings'
add() { printf '.linux.namespaces |= map(select(.type != "%s")) + [{type: "%s"}]' "$1" "$1"; }
remove() { printf '.linux.namespaces |= map(select(.type != "%s"))' "$1"; }
ours() { readlink "/proc/${2:-self}/ns/$1"; }

@test "default file systems: proc, sysfs, devpts and tmpfs at their places" {
    run -0 contained . awk '$2 == "/proc" || $2 == "/sys" || $2 == "/dev/pts" || $2 == "/dev/shm" { print $2, $3 }' /proc/self/mounts
    for line in '/proc proc' '/sys sysfs' '/dev/pts devpts' '/dev/shm tmpfs'; do
        assert_output "$line"
    done
}

@test "namespaces: pid shows only the container's own processes" {
    run -0 contained . sh -c 'ls /proc | grep -c "^[0-9]"; readlink /proc/self/ns/pid'
    [ "${lines[0]}" -le 4 ]
    [ "${lines[1]}" != "$(ours pid)" ]
}

@test "namespaces: network has a stack of its own" {
    run -0 contained . sh -c 'tail -n +3 /proc/net/dev | wc -l; readlink /proc/self/ns/net'
    [ "${lines[1]}" != "$(ours net)" ]
    run -0 contained . sh -c 'ip -o link | grep -vcE "^[0-9]+: (lo|tunl0|sit0|ip6tnl0|gre0|gretap0|erspan0|ip_vti0|ip6_vti0|ip6gre0)[:@]" || true'
    assert_equal "$output" 0
}

@test "namespaces: mount keeps the container's mounts from the host" {
    bundle '.process.capabilities |= map_values(. + ["CAP_SYS_ADMIN"])' sh -c 'mount -t tmpfs inside /mnt && touch /mnt/x; grep -c inside /proc/self/mounts'
    run -0 corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$output" 1
    [ ! -e "$BUNDLE/rootfs/mnt/x" ]
    run grep -c inside /proc/self/mounts
    assert_equal "$output" 0
}

@test "namespaces: ipc has queues of its own" {
    host=$(ipcmk -Q | grep -o '[0-9]*$')
    run contained . sh -c 'tail -n +2 /proc/sysvipc/msg | wc -l; readlink /proc/self/ns/ipc'
    ipcrm -q "$host"
    assert_equal "${lines[0]}" 0
    [ "${lines[1]}" != "$(ours ipc)" ]
}

@test "namespaces: uts has a name of its own" {
    before=$(hostname)
    run -0 contained '.hostname = "of-its-own"' hostname
    assert_equal "$output" of-its-own
    assert_equal "$(hostname)" "$before"
}

@test "namespaces: user maps ids between host and container" {
    bundle "$user" sh -c 'id -u; touch /work/new; stat -c %u /work/new'
    chown -hR 100000:100000 "$BUNDLE/rootfs"
    run -0 corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$output" $'0\n0'
    assert_equal "$(stat -c %u:%g "$BUNDLE/rootfs/work/new")" 100000:100000
}

@test "namespaces: cgroup shows the hierarchy from the container's cgroup on" {
    run -0 contained "$(add cgroup)" cat /proc/self/cgroup
    refute_output "$ID"
    [ "$(ours cgroup)" != "$(contained "$(add cgroup)" readlink /proc/self/ns/cgroup)" ]
}

@test "namespaces: time has clocks of its own" {
    only_corun "1.1.5 has none"
    run -0 contained "$(add time) | .linux.timeOffsets = {boottime: {secs: 100000000}}" sh -c 'cut -d. -f1 /proc/uptime; readlink /proc/self/ns/time'
    [ "${lines[0]}" -ge 100000000 ]
    [ "${lines[1]}" != "$(ours time)" ]
}

@test "namespaces: every kind that is not listed is the runtime's" {
    for pair in pid:pid cgroup:cgroup user:user time:time ipc:ipc uts:uts network:net; do
        [ ${pair#*:} != time ] || [ "$(basename "$CORUN")" != runc ] || continue
        bundle "$(remove ${pair%:*}) | .mounts |= map(select(.type | IN(\"mqueue\", \"sysfs\") | not)) | .linux |= del(.readonlyPaths, .maskedPaths)
            | (if \"${pair%:*}\" == \"uts\" then del(.hostname) else . end)" readlink "/proc/self/ns/${pair#*:}"
        run -0 corun run --bundle "$BUNDLE" "$ID"
        assert_equal "$output" "$(ours ${pair#*:})"
    done
}

@test "namespaces: without a mount namespace of its own the container has the runtime's" {
    only_corun "it refuses"
    bundle "$(remove mount) | .mounts = [] | .linux |= del(.readonlyPaths, .maskedPaths, .rootfsPropagation)" sleep 1000
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    assert_equal "$(ours mnt "$(pid_of "$ID")")" "$(ours mnt)"
}

@test "namespaces: a path puts the container into that namespace, for every kind" {
    kinds="ipc:ipc uts:uts network:net pid:pid cgroup:cgroup"
    time=.
    [ "$(basename "$CORUN")" = runc ] || kinds="$kinds time:time" time=$(add time) # 1.1.5 has no time namespaces
    start_sleeper "$(add cgroup) | $time"
    pid=$(pid_of "$ID")
    for pair in $kinds; do
        bundle "del(.hostname) | $(remove "${pair%:*}") | .linux.namespaces += [{type: \"${pair%:*}\", path: \"/proc/$pid/ns/${pair#*:}\"}]" \
            readlink "/proc/self/ns/${pair#*:}"
        run -0 --separate-stderr corun run --bundle "$BUNDLE" "$ID-2"
        assert_equal "$output" "$(ours "${pair#*:}" "$pid")"
    done
}

@test "namespaces: a path puts the container into that user namespace" {
    bundle "$user" sleep 1000
    chown -hR 100000:100000 "$BUNDLE/rootfs"
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    only_corun "it wants mappings"
    bundle ".linux.namespaces += [{type: \"user\", path: \"/proc/$(pid_of "$ID")/ns/user\"}]" readlink /proc/self/ns/user
    run -0 --separate-stderr corun run --bundle "$BUNDLE" "$ID-2"
    assert_equal "$output" "$(ours user "$(pid_of "$ID")")"
}

@test "namespaces: a path puts the container into that mount namespace" {
    only_corun "it refuses"
    CORUN_TEST=$ID unshare -m sleep 1000 </dev/null >/dev/null 2>&1 3>&- &
    sleep 0.2
    bundle ".linux.namespaces |= map(if .type == \"mount\" then .path = \"/proc/$!/ns/mnt\" else . end) | .mounts = []
        | .linux |= del(.maskedPaths, .readonlyPaths, .rootfsPropagation)" sleep 1000
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >"$ROOT/out" 2>&1 3>&- || cat "$ROOT/out"
    theirs=$(ours mnt "$(pid_of "$ID")")
    expected=$(ours mnt "$!")
    kill "$!"
    assert_equal "$theirs" "$expected"
}

@test "namespaces: a path that is not absolute is refused" {
    cd /proc/self/ns
    bundle '.linux.namespaces |= map(if .type == "network" then .path = "net" else . end)'
    only_corun "it takes it"
    refused 'path|absolute' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "user namespaces: no file of the root changes its owner" {
    bundle "$user" true
    chown -hR 100000:100000 "$BUNDLE/rootfs"
    touch "$BUNDLE/rootfs/work/other"
    chown 7:8 "$BUNDLE/rootfs/work/other"
    (cd "$BUNDLE/rootfs" && find . -printf '%p %U:%G %m\n' | sort) >"$ROOT/before"
    corun run --bundle "$BUNDLE" "$ID"
    (cd "$BUNDLE/rootfs" && find . -printf '%p %U:%G %m\n' | sort) | diff "$ROOT/before" -
}

@test "devices: a different file at the path is refused" {
    only_corun "it replaces it"
    bundle '.linux.devices = [{type: "c", path: "/work/one", major: 1, minor: 3}]'
    echo text >"$BUNDLE/rootfs/work/one"
    refused '/work/one' corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$(cat "$BUNDLE/rootfs/work/one")" text
    rm "$BUNDLE/rootfs/work/one"
    mknod "$BUNDLE/rootfs/work/one" c 1 5
    refused '/work/one' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "devices: the same one as requested may be there already" {
    bundle '.linux.devices = [{type: "c", path: "/work/one", major: 1, minor: 3}]' sh -c 'echo x >/work/one; stat -c %t:%T /work/one'
    mknod "$BUNDLE/rootfs/work/one" c 1 3
    run -0 corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$output" 1:3
}

@test "devices: with a terminal there is a console, and ptmx is that of devpts" {
    bundle '.process.terminal = true' sh -c 'stat -c %t:%T /dev/console; tty; awk "\$5 == \"/dev/console\"" /proc/self/mountinfo; readlink -f /dev/ptmx'
    run script -qec "$CORUN --root $STATE run --bundle $BUNDLE $ID" /dev/null </dev/null
    assert_equal "$status" 0
    assert_output '88:0'
    assert_output ' /dev/console '
    [[ $output == */dev/pts/ptmx* ]] || [[ $output == */dev/ptmx* ]]
}

@test "cgroups: an absolute path is below the mount point, a relative one somewhere, both always the same" {
    [ -d /sys/fs/cgroup/pids ] || skip "no cgroup v1 here"
    for path in "/$ID/absolute" "$ID-relative"; do
        places=''
        for round in 1 2; do
            bundle ".linux.cgroupsPath = \"$path\"" sleep 1000
            corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
            places="$places$(awk -F: '$2 == "pids" { print $3 }' "/proc/$(pid_of "$ID")/cgroup") "
            corun delete --force "$ID"
        done
        read -r first second <<<"$places"
        assert_equal "$first" "$second"
        [ "${path#/}" = "$path" ] || assert_equal "$first" "$path"
        [[ $first == *"$path" ]]
    done
    find /sys/fs/cgroup -maxdepth 2 -name "$ID" -exec rmdir {} + 2>/dev/null || true
}

@test "cgroups: a frozen one is refused" {
    [ -d /sys/fs/cgroup/freezer ] || skip "no cgroup v1 here"
    mkdir -p "/sys/fs/cgroup/freezer/$ID-parent/leaf"
    echo FROZEN >"/sys/fs/cgroup/freezer/$ID-parent/leaf/freezer.state"
    bundle '.linux.cgroupsPath = "/\($id)-parent/leaf"' true
    run timeout 10 "$CORUN" --root "$STATE" run --bundle "$BUNDLE" "$ID"
    echo THAWED >"/sys/fs/cgroup/freezer/$ID-parent/leaf/freezer.state" || true
    rmdir "/sys/fs/cgroup/freezer/$ID-parent/leaf" 2>/dev/null || true
    find /sys/fs/cgroup -maxdepth 2 -name "$ID-parent" -exec rmdir {} + 2>/dev/null || true
    assert_equal "$status" 1
    assert_output 'frozen'
}

@test "cgroups: a path that climbs out is refused or kept inside" {
    bundle '.linux.cgroupsPath = "/../../\($id)"'
    run corun run --bundle "$BUNDLE" "$ID"
    [ ! -e "/sys/fs/$ID" ]
    [ ! -e "/sys/$ID" ]
    only_corun "it keeps it inside"
    assert_equal "$status" 1
    assert_output 'cgroupsPath'
}

@test "cgroups: of version 1 they stay root's in a user namespace" {
    [ -d /sys/fs/cgroup/pids ] || skip "no cgroup v1 here"
    bundle "$user | $(add cgroup) | .mounts |= map(if .type == \"cgroup\" then .options -= [\"ro\"] else . end)" sleep 1000
    chown -hR 100000:100000 "$BUNDLE/rootfs"
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    run find /sys/fs/cgroup/pids /sys/fs/cgroup/memory -path "*$ID*" ! -uid 0
    assert_equal "$output" ''
}

@test "cgroups: a burst above the quota is refused" {
    [ -e /sys/fs/cgroup/cpu/cpu.cfs_burst_us ] || [ -e /sys/fs/cgroup/cpu.max.burst ] || skip "this kernel has no burst"
    only_corun "1.1.5 does not know burst"
    bundle '.linux.resources.cpu = {quota: 50000, period: 100000, burst: 60000}'
    refused 'burst' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "cgroups: a pids limit of 0 is a limit" {
    only_corun "1.1.5 takes it for none"
    start_sleeper '.linux.resources.pids = {limit: 0}'
    limit=$(find /sys/fs/cgroup -name pids.max -path "*$ID*" -exec cat {} + | head -n 1)
    assert_equal "$limit" 0
}

@test "paths: masked and read-only ones must be absolute" {
    only_corun "it takes them"
    for kind in maskedPaths readonlyPaths; do
        bundle ".linux.$kind = [\"etc/passwd\"]"
        refused "$kind" corun run --bundle "$BUNDLE" "$ID"
    done
    nothing_left
}

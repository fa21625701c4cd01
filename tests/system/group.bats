#!/usr/bin/env bats
# Groups: what members share, what stays away from the host, and that nothing is left of a group that was deleted.
#
# Each test runs in a mount namespace of its own, so that the machine's mount table is not touched by the pins.
load ../lib/corun
load ../lib/group

shares_everything() {
    group_file '{hostname: "pod", volumes: [{name: "data", tmpfs: {}}]}'
    corun group create --file "$FILE" "$GROUP"
    member "$ID-a" . sh -c 'echo from-a >/dev/shm/x; echo page >/data/index.html; cd /data; exec nc -l -p 8080 -e cat index.html' -- --volume data:/data
    member "$ID-b" . sh -c 'until nc 127.0.0.1 8080 >/tmp/page && [ -s /tmp/page ]; do sleep 0.1; done
        cat /tmp/page /dev/shm/x /v/index.html; hostname; nslookup localhost >/dev/null 2>&1; grep "'"$ID"'-a" /etc/hosts; echo done' -- --volume data:/v:ro
    await_line "$ROOT/$ID-b.out" "done"
    output=$(cat "$ROOT/$ID-b.out")
    assert_equal "$output" "$(printf 'page\nfrom-a\npage\npod\n127.0.0.1 %s-a\ndone' "$ID")"
    corun group state "$GROUP" | jq -e '.status == "running" or .status == "stopped"' >/dev/null
    corun group delete --force "$GROUP"
    assert_equal "$(corun list -q)" ""
}

@test "group: members share the loopback, /dev/shm, a volume, hosts and the host name" {
    in_private shares_everything
}

needs_host_paths() {
    corun group create "$GROUP"
    # a hook finds the host's files in the member's mount namespace; an overlay finds its layers
    printf '#!/bin/sh\n[ -e "%s" ] && grep -q " / /dev " /proc/self/mountinfo && : >"%s"\n' "$FILE" "$ROOT/hooked" >"$ROOT/hook"
    chmod +x "$ROOT/hook"
    mkdir -p "$ROOT/layer" "$ROOT/empty" && echo below >"$ROOT/layer/f" && : >"$FILE"
    member "$ID-a" '.hooks = {createContainer: [{path: ($ENV.ROOT + "/hook")}]}' sleep 1000
    [ -e "$ROOT/hooked" ]
    member "$ID-b" '.mounts += [{destination: "/mnt", type: "overlay", source: "overlay", options: ["lowerdir=\($ENV.ROOT)/layer:\($ENV.ROOT)/empty"]}]' \
        sh -c 'cat /mnt/f; exec sleep 1000'
    await_line "$ROOT/$ID-b.out" below
    # and whoever needs none has none: the mounts that it was made from are gone, and its files are masked all the same
    member "$ID-c" . sh -c 'stat -c %t:%T /proc/keys /proc/kcore; exec sleep 1000'
    await_line "$ROOT/$ID-c.out" 1:3
    for id in a c; do
        assert_equal "$(awk '$5 ~ "^/(null|volumes|shm|ns)" { print $5 }' "/proc/$(pid_of "$ID-$id")/mountinfo")" ""
    done
    corun group delete --force "$GROUP"
}

@test "group: a member whose hooks or mounts need the host's files finds them" {
    in_private needs_host_paths
}

same_namespaces() {
    corun group create "$GROUP"
    member "$ID-a" . sleep 1000
    member "$ID-b" . sleep 1000
    for kind in net ipc uts; do
        a=$(readlink "/proc/$(pid_of "$ID-a")/ns/$kind")
        assert_equal "$(readlink "/proc/$(pid_of "$ID-b")/ns/$kind")" "$a"
        [ "$a" != "$(readlink "/proc/self/ns/$kind")" ]
    done
    for kind in mnt pid cgroup; do
        [ "$(readlink "/proc/$(pid_of "$ID-a")/ns/$kind")" != "$(readlink "/proc/$(pid_of "$ID-b")/ns/$kind")" ]
    done
    # and each of their cgroups is below the group's
    while IFS=: read -r _ _ path; do
        [[ $path = /corun-group-$GROUP/$ID-a ]]
    done < <(grep -vE '^[0-9]+:(name=|misc|rdma)' "/proc/$(pid_of "$ID-a")/cgroup")
}

@test "group: members are in the same network, ipc and uts namespaces, and in no other" {
    in_private same_namespaces
}

mounts_propagate() {
    before=$(host_mounts)
    group_file '{volumes: [{name: "data", tmpfs: {}}, {name: "host", directory: {path: $path}}]}' --arg path "$ROOT/keep"
    corun group create --file "$FILE" "$GROUP"
    caps='.process.capabilities[] += ["CAP_SYS_ADMIN"] | del(.linux.seccomp)'
    member "$ID-b" . sh -c 'until [ -e /data/sub/inside ] && [ -e /host/sub/inside ]; do sleep 0.1; done; echo seen; exec sleep 1000' -- --volume data:/data --volume host:/host
    member "$ID-a" "$caps" sh -c 'for d in /data /host; do mkdir $d/sub && mount -t tmpfs none $d/sub && touch $d/sub/inside; done; exec sleep 1000' -- --volume data:/data --volume host:/host
    await_line "$ROOT/$ID-b.out" seen
    # who joins later sees it, too; the host does not
    member "$ID-c" . sh -c 'ls /data/sub /host/sub' -- --volume data:/data --volume host:/host
    await_line "$ROOT/$ID-c.out" inside
    [ ! -e "$ROOT/keep/sub/inside" ]
    # ours and the home of all groups
    assert_equal "$(host_mounts)" $((before + 2))
    corun group delete --force "$GROUP"
    assert_equal "$(host_mounts)" "$before"
    rmdir "$ROOT/keep/sub"
}

@test "group: a mount below a volume reaches the siblings, not the host; one host mount per group" {
    in_private mounts_propagate
}

no_process() {
    corun group create "$GROUP"
    inode=$(corun group state "$GROUP" | jq '.namespaces[] | select(.type == "network") | .inode')
    for ns in /proc/[0-9]*/ns/net; do
        [ "$(readlink "$ns" 2>/dev/null)" != "net:[$inode]" ]
    done
    # it is alive all the same: a member finds the loopback up
    member "$ID-a" . sh -c 'ip addr show lo; cat /sys/class/net/lo/flags'
    await_line "$ROOT/$ID-a.out" 'inet 127.0.0.1'
}

@test "group: no process is needed to keep it" {
    in_private no_process
}

keeps_data() {
    group_file '{volumes: [{name: "data", emptyDir: {}}]}'
    corun group create --file "$FILE" "$GROUP"
    member "$ID-a" . sh -c 'echo kept >/data/x' -- --volume data:/data
    wait_for_status "$ID-a" stopped
    corun delete "$ID-a"
    member "$ID-a" . cat /data/x -- --volume data:/data
    await_line "$ROOT/$ID-a.out" kept
}

@test "group: a volume outlives its members; a member's name can be used again" {
    in_private keeps_data
}

volume_kinds() {
    echo "from a file" >"$ROOT/keep-file"
    group_file '{volumes: [
        {name: "small", tmpfs: {size: 65536}},
        {name: "secret", secret: {key: "aHVzaA=="}, secretFiles: {other: $file}},
        {name: "config", config: {"a.conf": "x=1\n"}},
        {name: "file", bind: {path: $file}},
        {name: "ro", directory: {path: $dir}, readOnly: true}],
        containers: [{name: $name, volumeMounts: [
            {name: "small", mountPath: "/small"}, {name: "secret", mountPath: "/secret"}, {name: "config", mountPath: "/config"},
            {name: "file", mountPath: "/a-file"}, {name: "ro", mountPath: "/ro"}, {name: "small", mountPath: "/part", subPath: "deep/er"}]}]}' \
        --arg file "$ROOT/keep-file" --arg dir "$ROOT/keep" --arg name "$ID-a"
    corun group create --file "$FILE" "$GROUP"
    refute_secret=$(grep -rlF -e aHVzaA -e hush "$STATE" || true)
    assert_equal "$refute_secret" ""
    # a sub path must exist: as in Kubernetes' rules nothing is made behind the members' backs
    bundle . true
    refused 'small/deep/er' corun create --group "$GROUP" --bundle "$BUNDLE" "$ID-a"
    member "$ID-m" . mkdir -p /small/deep/er -- --volume small:/small
    wait_for_status "$ID-m" stopped
    member "$ID-a" . sh -c 'cat /secret/key; echo; cat /secret/other /config/a.conf /a-file; for f in /secret/n /config/n /ro/n; do touch $f 2>/dev/null && echo "wrote $f"; done
        dd if=/dev/zero of=/small/big bs=1k count=100 2>/dev/null || echo full; touch /part/here; ls /small/deep/er; echo end'
    await_line "$ROOT/$ID-a.out" end
    assert_equal "$(cat "$ROOT/$ID-a.out")" "$(printf 'hush\nfrom a file\nx=1\nfrom a file\nfull\nhere\nend')"
}

@test "group: tmpfs, secret, config, bind and directory volumes; a sub path; secrets are not on disk" {
    in_private volume_kinds
}

symlink_stays_inside() {
    group_file '{volumes: [{name: "data", tmpfs: {}}]}'
    corun group create --file "$FILE" "$GROUP"
    member "$ID-a" . ln -s /../../etc /data/out -- --volume data:/data
    wait_for_status "$ID-a" stopped
    bundle . true
    refused 'data/out' corun create --group "$GROUP" --bundle "$BUNDLE" --volume data:/x:rw:out "$ID-b"
}

@test "group: a symlink in a volume does not lead a sub path out of it" {
    in_private symlink_stays_inside
}

limits() {
    group_file '{limits: {pids: 50}, containers: [
        {name: $a, resources: {requests: {cpu: 0.5, memoryInGB: 0.0625}}},
        {name: $b, resources: {requests: {cpu: 0.25, memoryInGB: 0.0625}, limits: {memoryInGB: 0.125}}}]}' --arg a "$ID-a" --arg b "$ID-b"
    corun group create --file "$FILE" "$GROUP"
    member "$ID-a" . sleep 1000
    member "$ID-b" . sleep 1000
    cd /sys/fs/cgroup || return
    if [ -d memory ]; then
        assert_equal "$(cat "memory/corun-group-$GROUP/memory.limit_in_bytes")" 134217728
        assert_equal "$(cat "memory/corun-group-$GROUP/$ID-a/memory.limit_in_bytes")" 67108864
        assert_equal "$(cat "memory/corun-group-$GROUP/$ID-b/memory.limit_in_bytes")" 134217728
        assert_equal "$(cat "cpu/corun-group-$GROUP/cpu.cfs_quota_us")" 75000
        assert_equal "$(cat "cpu/corun-group-$GROUP/$ID-a/cpu.cfs_quota_us")" 50000
        assert_equal "$(cat "pids/corun-group-$GROUP/pids.max")" 50
    else
        assert_equal "$(cat "corun-group-$GROUP/memory.max")" 134217728
        assert_equal "$(cat "corun-group-$GROUP/$ID-a/memory.max")" 67108864
        assert_equal "$(cat "corun-group-$GROUP/cpu.max")" "75000 100000"
        assert_equal "$(cat "corun-group-$GROUP/pids.max")" 50
    fi
    cd "$ROOT" || return
    bundle '.linux.resources.memory.limit = 1073741824' true
    refused '/linux/resources/memory/limit: is above' corun create --group "$GROUP" --bundle "$BUNDLE" "$ID-c"
    assert_equal "$(corun group state "$GROUP" | jq -r '[.members[].id] | join(" ")')" "$ID-a $ID-b"
}

@test "group: limits are the sum of requests, or explicit; a member cannot go beyond" {
    in_private limits
}

freeze_and_kill() {
    corun group create "$GROUP"
    member "$ID-a" . sleep 1000
    member "$ID-b" . sleep 1000
    corun group pause "$GROUP"
    assert_equal "$(corun group state "$GROUP" | jq -r '.status')" paused
    assert_equal "$(status_of "$ID-a") $(status_of "$ID-b")" "paused paused"
    corun group resume "$GROUP"
    assert_equal "$(status_of "$ID-a") $(status_of "$ID-b")" "running running"
    refused 'not stopped: running' corun group delete "$GROUP"
    corun group pause "$GROUP"
    corun group kill "$GROUP"
    wait_for_status "$ID-a" stopped
    wait_for_status "$ID-b" stopped
    corun group delete "$GROUP"
    refused 'does not exist' corun group state "$GROUP"
    refused 'does not exist' corun group delete "$GROUP"
    corun group delete --force "$GROUP"
    refused 'does not exist' corun create --group "$GROUP" --bundle "$BUNDLE" "$ID-c"
}

@test "group: pause, resume, kill and delete act on all members at once" {
    in_private freeze_and_kill
}

foreign_container() {
    corun group create "$GROUP"
    member "$ID-a" . true
    wait_for_status "$ID-a" stopped
    corun delete "$ID-a"
    # the same id again, but outside the group
    bundle . sleep 1000
    corun run --detach --bundle "$BUNDLE" "$ID-a" </dev/null >/dev/null 2>&1
    assert_equal "$(corun group state "$GROUP" | jq -c .members)" "[]"
    corun group delete --force "$GROUP"
    assert_equal "$(status_of "$ID-a")" running
    corun delete --force "$ID-a"
}

@test "group: delete does not touch a container that took a former member's id" {
    in_private foreign_container
}

refusals() {
    for case in '[]' '{"volumes": [{"name": "a"}]}' '{"volumes": [{"name": "a", "tmpfs": {"size": -1}}]}' '{"volumes": [{"name": "../a", "tmpfs": {}}]}' \
        '{"volumes": [{"name": "a", "tmpfs": {}}, {"name": "a", "tmpfs": {}}]}' '{"volumes": [{"name": "a", "tmpfs": {}, "bind": {"path": "/"}}]}' \
        '{"volumes": [{"name": "a", "bind": {"path": "/no/such"}}]}' '{"volumes": [{"name": "a", "secret": {"k": "%"}}]}' \
        '{"volumes": [{"name": "a", "secret": {"../k": ""}}]}' '{"containers": [{"name": "a", "volumeMounts": [{"name": "x", "mountPath": "/x"}]}]}' \
        '{"containers": [{"name": "a"}, {"name": "a"}]}' '{"limits": {"cpu": 1}, "containers": [{"name": "a", "resources": {"limits": {"cpu": 1.5}}}]}' \
        '{"shmSize": -4096}' '{"limits": {"cpu": -1}}' '{"limits": {"memoryInGB": 1e9}}' '{"namespaces": ["mount"]}' '{"cgroupsPath": "/../x"}' '{'; do
        echo "$case" >"$FILE"
        refused "create group.*(group.json: [0-9]+:[0-9]+: |/)" corun group create --file "$FILE" "$GROUP"
    done
    head -c 10000000 /dev/zero | tr '\0' ' ' >"$FILE"
    refused 'is larger than 4194304 bytes' corun group create --file "$FILE" "$GROUP"
    refused 'No such file' corun group create --file "$ROOT/none" "$GROUP"
    refused 'invalid' corun group create ../x
    assert_equal "$(corun group list -q)" ""
    group_file '{volumes: [{name: "data", tmpfs: {}}]}'
    corun group create --file "$FILE" "$GROUP"
    refused 'already exists' corun group create --file "$FILE" "$GROUP"
    bundle . true
    refused 'has no volume "none"' corun create --group "$GROUP" --bundle "$BUNDLE" --volume none:/x "$ID-a"
    refused 'expected NAME:DEST' corun create --group "$GROUP" --bundle "$BUNDLE" --volume data "$ID-a"
    refused 'is taken' corun create --group "$GROUP" --bundle "$BUNDLE" --volume data:/x --volume data:/x/ "$ID-a"
    bundle '.mounts += [{destination: "/x/y", type: "tmpfs", source: "tmpfs"}]' true
    refused '/mounts/[0-9]*/destination.*volume "data"' corun create --group "$GROUP" --bundle "$BUNDLE" --volume data:/x "$ID-a"
    bundle '(.linux.namespaces[] | select(.type == "network")).path = "/proc/1/ns/net"' true
    refused "/linux/namespaces/[0-9]/path: the network namespace is the group's" corun create --group "$GROUP" --bundle "$BUNDLE" "$ID-a"
    bundle '.annotations["org.corun.group.id"] = "other"' true
    refused '/annotations/org.corun.group.id' corun create --group "$GROUP" --bundle "$BUNDLE" "$ID-a"
    assert_equal "$(corun list -q)" ""
    assert_equal "$(corun group state "$GROUP" | jq -c .members)" "[]"
    member "$ID-a" . sleep 1000
    refused 'has a member' corun create --group "$GROUP" --bundle "$BUNDLE" "$ID-a"
    assert_equal "$(status_of "$ID-a")" running
}

@test "group: what is wrong is refused with its place, and nothing is left" {
    in_private refusals
}

lost_namespaces() {
    corun group create "$GROUP"
    umount "$STATE/.groups/$GROUP/mnt"
    assert_equal "$(corun group state "$GROUP" | jq -r .status)" broken
    bundle . true
    refused 'namespaces of group .* are gone' corun create --group "$GROUP" --bundle "$BUNDLE" "$ID-a"
    corun group delete "$GROUP"
}

@test "group: without its namespaces a join fails, it does not fall back to the host's" {
    in_private lost_namespaces
}

many() {
    before=$(host_mounts)
    group_file '{volumes: [range(20) | {name: "v\(.)", tmpfs: {}}], containers: [range(60) | {name: "\($id)-m\(.)", volumeMounts: [range(20) | {name: "v\(.)", mountPath: "/v\(.)"}]}]}' --arg id "$ID"
    corun group create --file "$FILE" "$GROUP"
    bundle . sleep 1000
    for i in $(seq 0 59); do
        corun run --detach --group "$GROUP" --bundle "$BUNDLE" "$ID-m$i" </dev/null >"$ROOT/out" 2>&1
    done
    assert_equal "$(corun group state "$GROUP" | jq '[.members[] | select(.status == "running")] | length')" 60
    assert_equal "$(grep -c ' /v[0-9]* ' "/proc/$(pid_of "$ID-m59")/mountinfo")" 20
    assert_equal "$(host_mounts)" $((before + 2))
    corun group delete --force "$GROUP"
    assert_equal "$(host_mounts)" "$before"
    assert_equal "$(corun list -q)" ""
}

@test "group: sixty members and twenty volumes" {
    in_private many
}

two_hundred() {
    count=200
    [ ! -e /vm/command ] || count=20 # under emulation
    before=$(host_mounts)
    group_file '{volumes: [{name: "data", tmpfs: {}}]}'
    seq $count | xargs -P 4 -I{} "$CORUN" --root "$STATE" group create --file "$FILE" "$GROUP-{}"
    assert_equal "$(corun group list --format json | jq '[.[] | select(.status == "created")] | length')" $count
    # each has namespaces of its own
    assert_equal "$(corun group list --format json | jq '[.[].namespaces[].inode] | unique | length')" $((3 * count))
    assert_equal "$(host_mounts)" $((before + count + 1))
    seq $count | xargs -P 4 -I{} "$CORUN" --root "$STATE" group delete "$GROUP-{}"
    assert_equal "$(corun group list -q)" ""
    assert_equal "$(host_mounts)" "$before"
}

@test "group: two hundred groups at once" {
    in_private two_hundred
}

two_at_once() {
    for i in 1 2 3 4; do
        (corun group create "$GROUP" 2>/dev/null && touch "$ROOT/won.$i") &
    done
    wait
    assert_equal "$(find "$ROOT" -name 'won.*' | wc -l)" 1
    corun group delete "$GROUP"
}

@test "group: of creates of one id at once one wins" {
    in_private two_at_once
}

# CORUN_FAULT counts the steps of the group's create; with a signal it is killed there.
cut_off() {
    group_file '{shareProcessNamespace: $shares, volumes: [{name: "data", tmpfs: {}}]}' --argjson shares "$1"
    before=$(host_mounts)
    for point in $(seq 30); do
        CORUN_FAULT=$point attempt corun group create --file "$FILE" "$GROUP"
        [ "$status" != 0 ] || break
        assert_equal "$(host_mounts)" "$before"
        assert_equal "$(corun group list -q)" ""
        CORUN_FAULT=$point CORUN_FAULT_SIGNAL=9 attempt corun group create --file "$FILE" "$GROUP"
        [ "$status" = 137 ]
        bundle . true
        [ "$point" -gt 7 ] || refused "not completely created|does not exist" corun create --group "$GROUP" --bundle "$BUNDLE" "$ID-a"
        corun group delete --force "$GROUP"
        assert_equal "$(host_mounts)" "$before"
        assert_equal "$(find "$STATE/.groups" -mindepth 1 -name 'ct-*')" ""
    done
    [ "$point" -gt 7 ]
    # a member's create that is killed anywhere leaves what the group's delete removes
    for point in $(seq 30); do
        CORUN_FAULT=$point CORUN_FAULT_SIGNAL=9 attempt corun create --group "$GROUP" --bundle "$BUNDLE" "$ID-a"
        [ "$status" != 0 ] || break
        corun group delete --force "$GROUP"
        assert_equal "$(corun list -q)" ""
        corun group create --file "$FILE" "$GROUP"
    done
    [ "$point" -gt 7 ]
}

cut_off_twice() {
    cut_off false
    corun group delete --force "$GROUP"
    cut_off true # with a process of its own
}
export -f cut_off

@test "group: nothing is left of a create that is cut off or killed after any step" {
    CORUN_FAULT=1 attempt corun group create "$GROUP"
    [ "$status" != 0 ] || corun group delete "$GROUP"
    [[ $output =~ "injected fault" ]] || skip "this build has no fault injection (--enable-faults)"
    in_private cut_off_twice
}

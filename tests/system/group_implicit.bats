#!/usr/bin/env bats
# Pods of engines as groups: config.json as containerd's CRI, CRI-O and podman write it, the sandbox first, then the members.
load ../lib/corun
load ../lib/group

CRI=io.kubernetes.cri
CRIO=io.kubernetes.cri-o

# The pod's own cgroup is the engine's to make and to remove.
teardown() {
    [ -z "${GROUP-}" ] || remove_containers
    find /sys/fs/cgroup -mindepth 2 -maxdepth 3 -depth -type d -path "*/${ID:-none}-pods*" -exec rmdir {} + 2>/dev/null || true
    [ -z "${GROUP-}" ] || corun_teardown
}

remove_containers() {
    local entry
    for entry in "$STATE"/*/; do
        [ ! -d "$entry" ] || corun delete --force "$(basename "$entry")" 3>&-
    done
}

# in_pod NAME JQ: a sleeping container $ID-NAME, detached, in /ROOT-PARENT/ID/.
in_pod() {
    pod_bundle "$@"
    corun create --bundle "$BUNDLE" "$ID-$1" </dev/null >"$ROOT/$1.out" 2>&1 3>&-
    corun start "$ID-$1"
}

pod_bundle() {
    BUNDLE=$ROOT/$1
    bundle ".linux.cgroupsPath = \"/$ID-pods/${POD-$ID-pod}/$ID-$1\" | .linux.namespaces |= map(select(.type != \"cgroup\")) | ${2:-.}" sleep 1000
}

sandbox() {
    in_pod sandbox ".annotations = {\"$CRI.container-type\": \"sandbox\", \"$CRI.sandbox-id\": \"$ID-sandbox\"}
        | ${1:-.}"
}

# as_member NAME [JQ]: the filter of a member that joins the sandbox's namespaces as containerd writes it
as_member() {
    local pid
    pid=$(pid_of "$ID-sandbox")
    echo ".annotations = {\"$CRI.container-type\": \"container\", \"$CRI.sandbox-id\": \"$ID-sandbox\", \"$CRI.container-name\": \"$1\"}
        | del(.hostname) | .linux.namespaces |= map(if .type == \"network\" then .path = \"/proc/$pid/ns/net\"
            elif .type == \"ipc\" or .type == \"uts\" then .path = \"/proc/$pid/ns/\" + .type else . end) | ${2:-.}"
}

@test "group list, state: the pod that a sandbox and its members make" {
    sandbox
    in_pod one "$(as_member first)"
    in_pod two "$(as_member second)"
    assert_equal "$(corun group list -q)" "$ID-sandbox"
    assert_equal "$(corun group state "$ID-sandbox" | jq -c '[.status, .cgroupPath, (.members | map(.name + " " + .status) | sort)]')" \
        "[\"running\",\"/$ID-pods/$ID-pod\",[\"$ID-sandbox running\",\"first running\",\"second running\"]]"
    net=$(stat -L -c %i "/proc/$(pid_of "$ID-sandbox")/ns/net")
    assert_equal "$(corun group state "$ID-sandbox" | jq -c '.namespaces | map(.type), (.[] | select(.type == "network").inode)')" \
        "$(printf '["network","ipc","uts"]\n%s' "$net")"
    for member in one two; do
        assert_equal "$(stat -L -c %i "/proc/$(pid_of "$ID-$member")/ns/net")" "$net"
    done
    corun group list --format json | jq -e '.[0].members | length == 3' >/dev/null
    assert_equal "$(corun group exec "$ID-sandbox" second hostname)" "$(corun exec "$ID-sandbox" hostname)"
}

@test "group usage, stats: of a pod" {
    sandbox
    in_pod one "$(as_member first)"
    usage=$(corun group usage --format json "$ID-sandbox")
    echo "$usage"
    jq -e '.group.processes == 2 and .group.memoryBytes > 0 and (.members | length) == 2 and .group.status == "running"' <<<"$usage"
    # of a cgroup that others have, too, the sum of the members counts
    BUNDLE=$ROOT/other
    bundle ".linux.cgroupsPath = \"/$ID-pods/$ID-pod/$ID-other\"" sleep 1000
    corun run --detach --bundle "$BUNDLE" "$ID-other" </dev/null >/dev/null 2>&1 3>&-
    jq -e '.group.processes == 2 and .group.cpuSecondsUsed > 0' <<<"$(corun group usage --format json "$ID-sandbox")"
    [ "$(corun group state "$ID-sandbox" | jq -r .cgroupPath)" = null ]
    assert_equal "$(corun group usage --format json | jq -r .group.id)" "$ID-sandbox"
    corun group stats | grep -q "^$ID-sandbox"
    corun group usage --format openmetrics | grep -q "group=\"$ID-sandbox\""
}

@test "group pause, resume, kill: a pod's members" {
    sandbox
    in_pod one "$(as_member first)"
    corun group pause "$ID-sandbox"
    assert_equal "$(status_of "$ID-sandbox") $(status_of "$ID-one")" "paused paused"
    assert_equal "$(corun group state "$ID-sandbox" | jq -r .status)" paused
    corun group resume "$ID-sandbox"
    assert_equal "$(status_of "$ID-sandbox") $(status_of "$ID-one")" "running running"
    corun group kill "$ID-sandbox"
    wait_for_status "$ID-sandbox" stopped
    wait_for_status "$ID-one" stopped
    assert_equal "$(corun group state "$ID-sandbox" | jq -r .status)" stopped
}

@test "group: a pod is gone with its last container, in whatever order the engine deletes" {
    for order in "one two sandbox" "sandbox two one"; do
        sandbox
        in_pod one "$(as_member first)"
        in_pod two "$(as_member second)"
        left=3
        for name in $order; do
            assert_equal "$(corun group state "$ID-sandbox" | jq '.members | length')" "$left"
            corun delete --force "$ID-$name"
            left=$((left - 1))
        done
        assert_equal "$(corun group list -q)" ""
        refused "does not exist" corun group state "$ID-sandbox"
        [ ! -e "$STATE/.groups" ]
    done
}

@test "pod: a namespace that is not the pod's is refused" {
    sandbox
    start_sleeper . "$ID-stranger"
    for kind in net ipc uts; do
        [ "$kind" = net ] && type=network || type=$kind
        for pid in "$(pid_of "$ID-stranger")" self; do
            pod_bundle one "$(as_member first ".linux.namespaces |= map(if .type == \"$type\" then .path = \"/proc/$pid/ns/$kind\" else . end)")"
            refused "/linux/namespaces/[0-9]*/path: .* is not the $type namespace of pod" corun create --bundle "$BUNDLE" "$ID-one"
            [ "$pid" != self ] || assert_output "host's"
        done
    done
    refused "does not exist" corun state "$ID-one"
    # once the sandbox has ended, its process id may be anybody's
    pod_bundle one "$(as_member first)"
    corun kill "$ID-sandbox" KILL
    wait_for_status "$ID-sandbox" stopped
    refused "the sandbox of pod .* is not running" corun create --bundle "$BUNDLE" "$ID-one"
}

own_network() {
    sandbox
    start_sleeper . "$ID-stranger"
    touch "$ROOT/netns"
    pinned=$(as_member first ".linux.namespaces |= map(if .type == \"network\" then .path = \"$ROOT/netns\" else . end)")
    mount --bind "/proc/$(pid_of "$ID-stranger")/ns/net" "$ROOT/netns"
    in_pod one "$pinned"
    assert_equal "$(readlink "/proc/$(pid_of "$ID-one")/ns/net")" "$(readlink "/proc/$(pid_of "$ID-stranger")/ns/net")"
    umount "$ROOT/netns"
    mount --bind /proc/self/ns/net "$ROOT/netns"
    pod_bundle two "$pinned"
    refused "is not the network namespace of pod .* but the host's" corun create --bundle "$BUNDLE" "$ID-two"
    umount "$ROOT/netns"
    remove_containers
    find /sys/fs/cgroup -mindepth 2 -maxdepth 3 -depth -type d -path "*/$ID-pods*" -exec rmdir {} +
}

# podman pod create --share ipc,uts: each container's network is a file below /run/netns
@test "pod: a namespace of a member's own, named by a file; but the host's by no name" {
    export CRI
    export -f sandbox as_member in_pod pod_bundle remove_containers start_sleeper
    in_private own_network
}

@test "pod: a sandbox in the host's network shares it" {
    sandbox '.linux.namespaces |= map(select(.type != "network"))'
    in_pod one "$(as_member first)"
    assert_equal "$(readlink "/proc/$(pid_of "$ID-one")/ns/net")" "$(readlink /proc/self/ns/net)"
    assert_equal "$(corun group state "$ID-sandbox" | jq -c '.namespaces | map(.type)')" '["ipc","uts"]'
}

@test "pod: the processes of another member, for a debugger, but not those of a stranger" {
    sandbox
    in_pod one "$(as_member first)"
    start_sleeper . "$ID-stranger"
    with_pid() { as_member debug ".linux.namespaces |= map(if .type == \"pid\" then .path = \"/proc/$(pid_of "$1")/ns/pid\" else . end)"; }
    in_pod debug "$(with_pid "$ID-one")"
    assert_equal "$(readlink "/proc/$(pid_of "$ID-debug")/ns/pid")" "$(readlink "/proc/$(pid_of "$ID-one")/ns/pid")"
    pod_bundle bad "$(with_pid "$ID-stranger")"
    refused "is not the pid namespace of pod" corun create --bundle "$BUNDLE" "$ID-bad"
}

# podman marks the members only; 5.x has no ContainerType
@test "pod: as podman makes it" {
    in_pod sandbox .
    [ -z "$(corun group list -q)" ]
    in_pod one "$(as_member x ".annotations = {\"$CRIO.SandboxID\": \"$ID-sandbox\"}")"
    assert_equal "$(corun group list --format json | jq -c 'map([.id, (.members | map(.name))])')" \
        "[[\"$ID-sandbox\",[\"$ID-one\",\"$ID-sandbox\"]]]"
    pod_bundle two "$(as_member x ".annotations = {\"$CRIO.SandboxID\": \"$ID-sandbox\"} | .linux.namespaces |= map(if .type == \"network\" then .path = \"/proc/self/ns/net\" else . end)")"
    refused "but the host's" corun create --bundle "$BUNDLE" "$ID-two"
}

@test "group stop: podman's infra container, too, which without the others is no pod" {
    in_pod sandbox .
    in_pod one "$(as_member x ".annotations = {\"$CRIO.SandboxID\": \"$ID-sandbox\"}")"
    { # the engine deletes what has ended
        wait_for_status "$ID-one" stopped
        corun delete "$ID-one"
    } 3>&- &
    engine=$!
    timeout 20 "$CORUN" --root "$STATE" group stop --time 2 "$ID-sandbox"
    wait "$engine"
    assert_equal "$(corun list -q) $(status_of "$ID-sandbox")" "$ID-sandbox stopped"
}

# CRI-O may leave out the infra container: the namespaces are files then
@test "pod: without a sandbox, the first member's namespaces are the pod's" {
    bare() {
        echo ".annotations = {\"$CRIO.ContainerType\": \"container\", \"$CRIO.SandboxID\": \"$ID-none\"}
            | .linux.namespaces |= map(if .type == \"network\" then .path = \"/proc/$1/ns/net\" else . end)"
    }
    start_sleeper . "$ID-keeper"
    start_sleeper . "$ID-stranger"
    pod_bundle one "$(bare self)"
    refused "is not the network namespace of pod .* but the host's" corun create --bundle "$BUNDLE" "$ID-one"
    in_pod one "$(bare "$(pid_of "$ID-keeper")")"
    in_pod two "$(bare "$(pid_of "$ID-keeper")")"
    pod_bundle three "$(bare "$(pid_of "$ID-stranger")")"
    refused "is not the network namespace of pod" corun create --bundle "$BUNDLE" "$ID-three"
    assert_equal "$(corun group state "$ID-none" | jq -c '.members | length')" 2
}

@test "pod: an annotation below org.corun.group that is not known is refused" {
    pod_bundle sandbox ".annotations = {\"$CRI.container-type\": \"sandbox\", \"$CRI.sandbox-id\": \"$ID-sandbox\", \"org.corun.group.hook\": \"/bin/sh\"}"
    refused "/annotations/org.corun.group.hook: there is no such key" corun create --bundle "$BUNDLE" "$ID-sandbox"
    refused "does not exist" corun state "$ID-sandbox"
}

@test "pod: org.corun.group.shm-size and volumes in memory are shared by its containers" {
    before=$(host_mounts)
    sandbox '.annotations += {"org.corun.group.shm-size": "1048576", "org.corun.group.volume.data": "2097152", "org.corun.group.volume.more": "65536"}'
    as='.annotations += {"org.corun.group.shm-size": "1048576", "org.corun.group.mount.data": "/data"} | .process.capabilities[] += ["CAP_SYS_ADMIN"] | del(.linux.seccomp)'
    in_pod one "$(as_member first "$as")"
    in_pod two "$(as_member second "$as | .annotations[\"org.corun.group.mount.data\"] = \"/v/w:ro\"")"
    corun exec "$ID-one" sh -c 'echo page >/data/file; echo shm >/dev/shm/file; mkdir /data/sub; mount -t tmpfs x /data/sub; touch /data/sub/inside'
    assert_equal "$(corun exec "$ID-two" sh -c 'cat /v/w/file /dev/shm/file; ls /v/w/sub; grep -c " /v/w .*size=2048k" /proc/mounts; grep -c " /dev/shm .*size=1024k" /proc/mounts')" \
        "$(printf 'page\nshm\ninside\n1\n1')"
    attempt corun exec "$ID-two" touch /v/w/no
    [ "$status" != 0 ]
    assert_equal "$(corun exec "$ID-sandbox" cat /dev/shm/file)" shm
    for name in sandbox one; do
        corun exec "$ID-$name" grep " /dev/shm .*nosuid,nodev,noexec" /proc/mounts
    done
    # a member that is made again finds all of it
    corun delete --force "$ID-one"
    in_pod one "$(as_member first "$as")"
    assert_equal "$(corun exec "$ID-one" cat /data/file /dev/shm/file)" "$(printf 'page\nshm')"
    assert_equal "$(host_mounts)" "$before"
}

@test "pod: volumes of a pod that has a user namespace" {
    map='.mounts |= map(select(.type != "cgroup")) | .linux.namespaces += [{type: "user"}]
        | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] | .linux.gidMappings = .linux.uidMappings'
    sandbox "$map"' | .annotations += {"org.corun.group.volume.data": "65536", "org.corun.group.shm-size": "1048576"}'
    join=".linux.namespaces |= map(if .type == \"user\" then .path = \"/proc/$(pid_of "$ID-sandbox")/ns/user\" else . end) | del(.linux.uidMappings, .linux.gidMappings)"
    in_pod one "$(as_member first '.annotations["org.corun.group.mount.data"] = "/tmp" | '"$map | $join")"
    corun exec "$ID-one" sh -c 'echo data >/tmp/file; echo shm >/dev/shm/file'
    assert_equal "$(corun exec "$ID-sandbox" cat /dev/corun/data/file /dev/shm/file)" "$(printf 'data\nshm')"
    assert_equal "$(corun exec "$ID-one" stat -c %u /tmp/file)" 0
}

@test "pod: annotations that ask for what cannot be are refused" {
    sandbox '.annotations += {"org.corun.group.volume.data": "65536"}'
    pod_bundle one "$(as_member first '.annotations["org.corun.group.mount.other"] = "/x"')"
    refused "/annotations/org.corun.group.mount.other: the pod's sandbox has no such volume" corun create --bundle "$BUNDLE" "$ID-one"
    pod_bundle one "$(as_member first '.annotations["org.corun.group.mount.data"] = "/x" | .mounts += [{destination: "/x/y", type: "tmpfs", source: "t"}]')"
    refused 'mounts/[0-9]*/destination: /x/y is where the group.s volume "data" goes' corun create --bundle "$BUNDLE" "$ID-one"
    pod_bundle one "$(as_member first '.annotations["org.corun.group.mount.data"] = "/x" | .linux.namespaces |= map(del(.path))')"
    refused "names neither the network nor the ipc namespace of pod" corun create --bundle "$BUNDLE" "$ID-one"
    pod_bundle other ".annotations = {\"$CRI.sandbox-id\": \"$ID-other\", \"org.corun.group.volume.v\": \"1\"} | .mounts |= map(select(.destination != \"/dev\"))"
    refused "need a tmpfs at /dev" corun create --bundle "$BUNDLE" "$ID-other"
    assert_equal "$(corun list -q)" "$ID-sandbox"
}

pod_file() { cat "/sys/fs/cgroup/$1/$ID-pods/pod$ID/$2"; }

@test "pod: limits from annotations, on the pod's own cgroup, and never higher than they were" {
    [ -d /sys/fs/cgroup/memory ] || skip "the files are those of cgroup v1"
    POD=pod$ID
    uid=".annotations[\"$CRI.sandbox-uid\"] = \"$ID\""
    sandbox "$uid"' | .annotations += {"org.corun.group.memory": "67108864", "org.corun.group.pids": "50", "org.corun.group.cpu": "0.5", "org.corun.group.oom": "member"}'
    in_pod one "$(as_member first)"
    assert_equal "$(pod_file memory memory.limit_in_bytes) $(pod_file pids pids.max) $(pod_file cpu cpu.cfs_quota_us)" "67108864 50 50000"
    assert_equal "$(corun group usage --format json "$ID-sandbox" | jq .group.memoryLimitBytes)" 67108864
    corun delete --force "$ID-one"
    corun delete --force "$ID-sandbox"
    mkdir -p "/sys/fs/cgroup/"{memory,pids,cpu}"/$ID-pods/pod$ID" # an engine's
    echo 67108864 >"/sys/fs/cgroup/memory/$ID-pods/pod$ID/memory.limit_in_bytes"
    echo 50 >"/sys/fs/cgroup/pids/$ID-pods/pod$ID/pids.max"
    echo 50000 >"/sys/fs/cgroup/cpu/$ID-pods/pod$ID/cpu.cfs_quota_us"
    for wish in '"org.corun.group.memory": "67112960"' '"org.corun.group.pids": "51"' '"org.corun.group.cpu": "0.6"'; do
        pod_bundle sandbox ".annotations = {\"$CRI.sandbox-id\": \"$ID-sandbox\", $wish} | $uid"
        refused "/annotations/org.corun.group.[a-z]*: is above the limit of the pod's cgroup" corun create --bundle "$BUNDLE" --pid-file "$ROOT/pid" "$ID-sandbox"
        [ ! -e "$ROOT/pid" ]
    done
    assert_equal "$(corun list -q)" ""
    assert_equal "$(pod_file memory memory.limit_in_bytes) $(pod_file pids pids.max) $(pod_file cpu cpu.cfs_quota_us)" "67108864 50 50000"
}

@test "pod: limits where they would bind others are refused" {
    pod_bundle sandbox ".annotations = {\"$CRI.sandbox-id\": \"$ID-sandbox\", \"org.corun.group.memory\": \"67108864\"}"
    refused "limits of a pod need a cgroup that is called after it" corun create --bundle "$BUNDLE" "$ID-sandbox"
    edit ".annotations[\"$CRI.sandbox-uid\"] = \"other\""
    refused "limits of a pod need a cgroup that is called after it" corun create --bundle "$BUNDLE" "$ID-sandbox"
    edit ".annotations[\"$CRI.sandbox-uid\"] = \"$ID\" | .linux.cgroupsPath = \"/pod$ID/$ID-sandbox\""
    refused "limits of a pod need a cgroup that is called after it" corun create --bundle "$BUNDLE" "$ID-sandbox"
    refused "has to be created, not run" corun run --detach --bundle "$BUNDLE" "$ID-sandbox"
    [ ! -e "/sys/fs/cgroup/unified/pod$ID" ]
}

await_event() { await_line "$ROOT/events" "$1"; }

@test "group events, state: of a pod" {
    sandbox
    corun group events "$ID-sandbox" >"$ROOT/events" 2>&1 3>&- </dev/null &
    watcher=$!
    sleep 0.4
    in_pod one "$(as_member first '.linux.resources.memory.limit = 33554432')"
    await_event '"started".*"first"'
    jq -e '.phase == "Running" and (.members | map(.currentState.state) | unique == ["Running"])' <<<"$(corun group state "$ID-sandbox")"
    attempt corun exec "$ID-one" tail -c 100000000 /dev/zero
    await_event '"oom".*"first".*"level":"member"'
    corun kill "$ID-one" KILL
    ended='"exited".*"first"'
    # told to who is no parent since Linux 6.15
    [ "$(printf '%s\n' 6.15 "$(uname -r)" | sort -V | head -n 1)" != 6.15 ] || ended+='.*"exitCode":137,"signal":9'
    await_event "$ended"
    corun delete "$ID-one" # an engine deletes, and makes it again
    in_pod one "$(as_member first)"
    await_event '"restarted".*"first"'
    corun kill "$ID-one" KILL
    corun kill "$ID-sandbox" KILL
    await_event '"ended".*"Stopped"'
    wait "$watcher"
}

# listens NAME JQ SIGNAL...: a member whose program notes the signals that it gets, and ends at USR1 only
listens() {
    local name=$1 filter=$2 script='' signal
    shift 2
    for signal in "$@"; do script+="trap 'echo $signal >>/heard' $signal; "; done
    pod_bundle "$name" "$filter | .process.args = [\"sh\", \"-c\", \"trap 'echo USR1 >>/heard; exit 5' USR1; $script touch /ready; while :; do sleep 0.05; done\"]"
    corun create --bundle "$BUNDLE" "$ID-$name" </dev/null >"$ROOT/$name.out" 2>&1 3>&-
    corun start "$ID-$name"
    wait_for_file "$BUNDLE/rootfs/ready"
}

@test "group stop: each container of a pod gets its stop signal, the sandbox last; what is left is killed" {
    sandbox
    stop_signal() { as_member "$1" ".annotations[\"org.opencontainers.image.stopSignal\"] = \"$2\""; }
    listens one "$(stop_signal first SIGUSR1)" TERM
    listens two "$(stop_signal second 10)" TERM
    listens three "$(as_member third)" TERM HUP
    listens four "$(stop_signal fourth SIGHUP)" TERM HUP
    corun pause "$ID-one" # it hears the signal all the same
    before=$SECONDS
    corun group stop --time 2 "$ID-sandbox"
    [ $((SECONDS - before)) -ge 1 ]
    for name in sandbox one two three four; do
        assert_equal "$(status_of "$ID-$name")" stopped
    done
    assert_equal "$(cat "$ROOT"/{one,two,three,four}/rootfs/heard | tr '\n' ' ')" "USR1 USR1 TERM HUP "
    # all that there is ends by itself: nobody waits for the time
    remove_containers
    in_pod sandbox ".annotations = {\"$CRI.sandbox-id\": \"$ID-sandbox\"} | .process.args = [\"sh\", \"-c\", \"trap 'exit' TERM; while :; do sleep 0.05; done\"]"
    listens one "$(stop_signal first USR1)"
    before=$SECONDS
    corun group stop "$ID-sandbox"
    [ $((SECONDS - before)) -lt 15 ]
    wait_for_status "$ID-sandbox" stopped
    corun group stop "$ID-sandbox" # once more is no error
    remove_containers # it returns when what it had to kill is dead, too: a hundred processes take a while
    in_pod sandbox ".annotations = {\"$CRI.sandbox-id\": \"$ID-sandbox\"} | .process.args = [\"sh\", \"-c\", \"i=0; while [ \$i -lt 100 ]; do sleep 1000 & i=\$((i+1)); done; touch /ready; wait\"]"
    wait_for_file "$BUNDLE/rootfs/ready"
    corun group stop --time 0 "$ID-sandbox"
    assert_equal "$(status_of "$ID-sandbox")" stopped
    refused "does not exist" corun group stop "$ID-none"
}

@test "group wait: until a pod has ended, or its engine has removed it" {
    sandbox
    in_pod one "$(as_member first)"
    corun group wait "$ID-sandbox" 3>&- &
    waiter=$!
    sleep 0.5
    corun kill "$ID-one" KILL
    wait_for_status "$ID-one" stopped
    sleep 0.5
    kill -0 "$waiter" # the sandbox is there yet
    corun kill "$ID-sandbox" KILL
    wait "$waiter"
    corun group wait "$ID-sandbox"
    remove_containers
    refused "does not exist" corun group wait "$ID-sandbox"
    sandbox
    corun group wait "$ID-sandbox" 3>&- &
    waiter=$!
    sleep 0.5
    corun delete --force "$ID-sandbox"
    wait "$waiter"
}

@test "group delete: a pod is its engine's to remove, with or without force" {
    sandbox
    in_pod one "$(as_member first)"
    for force in "" --force; do
        # shellcheck disable=SC2086 # none or one
        refused "cannot delete group .* pod of an engine, which has to remove it \(crictl rmp\); kill and stop end" corun group delete $force "$ID-sandbox"
    done
    assert_equal "$(status_of "$ID-sandbox") $(status_of "$ID-one")" "running running"
    corun group kill "$ID-sandbox"
    wait_for_status "$ID-sandbox" stopped
    wait_for_status "$ID-one" stopped
    refused "pod of an engine" corun group delete --force "$ID-sandbox"
    remove_containers
    corun group delete --force "$ID-sandbox" # there is no such group
    in_pod sandbox .
    in_pod one "$(as_member x ".annotations = {\"$CRIO.SandboxID\": \"$ID-sandbox\"}")"
    refused "has to remove it \(podman pod rm\)" corun group delete "$ID-sandbox"
}

# limit_file KIND PATH: of memory, pids or cpu
limit_file() {
    local files=(memory.limit_in_bytes pids.max cpu.cfs_quota_us) new=(memory.max pids.max cpu.max) i=0
    case $1 in pids) i=1 ;; cpu) i=2 ;; esac
    if [ -d "/sys/fs/cgroup/$1" ]; then echo "/sys/fs/cgroup/$1/$2/${files[i]}"; else echo "/sys/fs/cgroup/$2/${new[i]}"; fi
}
# On cgroup v2 a container without limits may have no files for them.
limits_of() {
    local kind
    for kind in memory pids cpu; do cut -d' ' -f1 "$(limit_file "$kind" "$1")" 2>/dev/null || echo max; done | paste -sd' '
}

@test "group update: limits of a pod and of its containers" {
    sandbox
    in_pod one "$(as_member first)"
    in_pod two "$(as_member second '.linux.resources.memory.limit = 33554432')"
    pod=$ID-pods/$ID-pod one=$ID-pods/$ID-pod/$ID-one
    unlimited=$(limits_of "$one")
    corun group update --memory 64m --pids-limit 100 --cpus 0.5 "$ID-sandbox"
    assert_equal "$(limits_of "$pod")" "67108864 100 50000"
    assert_equal "$(limits_of "$one")" "$unlimited" # what is not limited itself is so by the pod
    corun group update --member first --memory 32m --pids-limit 100 --cpus 0.5 "$ID-sandbox"
    assert_equal "$(limits_of "$one")" "33554432 100 50000"
    # never above the pod's, and the pod's never below
    refused "first: its memory limit would be above that of the pod" corun group update --member first --memory 65m "$ID-sandbox"
    refused "first: its cpu limit would be above that of the pod" corun group update --member first --cpus 0.6 "$ID-sandbox"
    refused "first: its pids limit would be above that of the pod" corun group update --member first --pids-limit 101 "$ID-sandbox"
    refused "first: its cpu limit would be above that of the pod" corun group update --cpus 0.4 "$ID-sandbox"
    refused "(first|second): its memory limit would be above that of the pod" corun group update --memory 31m "$ID-sandbox"
    refused 'the pod has no container "none"' corun group update --member none --cpus 0.1 "$ID-sandbox"
    assert_equal "$(limits_of "$pod") $(limits_of "$one")" "67108864 100 50000 33554432 100 50000"
    # all in one go, first up, then down: the kernel takes neither in the wrong order
    group_file '{limits: {cpu: 1, pids: 200}, containers: [{name: "first", resources: {limits: {cpu: 1, pids: 200}}}]}'
    corun group update --file "$FILE" "$ID-sandbox"
    assert_equal "$(limits_of "$pod") $(limits_of "$one")" "67108864 200 100000 33554432 200 100000"
    group_file '{limits: {cpu: 0.2, pids: 50}, containers: [{name: "first", resources: {limits: {cpu: 0.2, pids: 50}}}]}'
    corun group update --file "$FILE" "$ID-sandbox"
    assert_equal "$(limits_of "$pod") $(limits_of "$one")" "67108864 50 20000 33554432 50 20000"
    # one that ends is like no container that was asked for: all is as before
    corun kill "$ID-two" KILL
    wait_for_status "$ID-two" stopped
    group_file '{limits: {cpu: 1, pids: 200}, containers: [{name: "first", resources: {limits: {cpu: 1}}}, {name: "second", resources: {limits: {cpu: 1}}}]}'
    refused "not running" corun group update --file "$FILE" "$ID-sandbox"
    assert_equal "$(limits_of "$pod") $(limits_of "$one")" "67108864 50 20000 33554432 50 20000"
}

@test "group update: a pod's limits stay within those of the cgroups that it is in, and need one of its own" {
    sandbox
    echo 67108864 >"$(limit_file memory "$ID-pods")"
    echo 50 >"$(limit_file pids "$ID-pods")"
    echo 50000 >"$(limit_file cpu "$ID-pods")"
    for asked in "--memory 65m" "--pids-limit 51" "--cpus 0.6"; do
        # shellcheck disable=SC2086 # an option and its value
        refused "the pod: its [a-z]* limit would be above that of /$ID-pods" corun group update $asked "$ID-sandbox"
    done
    corun group update --memory 64m --pids-limit 50 --cpus 0.5 "$ID-sandbox"
    assert_equal "$(limits_of "$ID-pods/$ID-pod")" "67108864 50 50000"
    start_sleeper ".linux.cgroupsPath = \"/$ID-pods/$ID-pod/$ID-other\"" "$ID-other" # not of the pod
    refused "the pod has no cgroup of its own" corun group update --memory 32m "$ID-sandbox"
    corun group update --member "$ID-sandbox" --memory 16m "$ID-sandbox"
    assert_equal "$(cat "$(limit_file memory "$ID-pods/$ID-pod/$ID-sandbox")")" 16777216
}

#!/usr/bin/env bats
# cgroup version 2: who owns the container's cgroup, and linux.resources.unified (config-linux.md#cgroup-ownership, #unified).
# Where the machine has version 1 with an empty version 2 beside it, the runtime runs in a mount namespace that shows only the latter.
load ../../tests/lib/corun

V2=/sys/fs/cgroup
[ "$(stat -f -c %T $V2)" = cgroup2fs ] || V2=/sys/fs/cgroup/unified

setup() {
    [ "$(stat -f -c %T "$V2" 2>/dev/null)" = cgroup2fs ] || skip "no cgroup version 2 here"
    corun_setup
}

teardown() {
    [ -z "${ROOT-}" ] || {
        on_v2 delete --force "$ID" || true
        corun_teardown
    }
}

# on_v2 ARG...: the runtime, where /sys/fs/cgroup is version 2; $PREPARE is done before, in the same mount namespace.
on_v2() {
    V2=$V2 CORUN=$CORUN STATE=$STATE unshare -m sh -c '[ "$V2" = /sys/fs/cgroup ] || mount --bind "$V2" /sys/fs/cgroup; eval "${PREPARE-}"
        exec "$CORUN" --root "$STATE" "$@"' sh "$@"
}

# v2_sleeper FILTER: a container in a user namespace that sleeps; $CGROUP is its directory
v2_sleeper() {
    bundle ".linux.namespaces |= map(select(.type != \"cgroup\")) + [{type: \"user\"}, {type: \"cgroup\"}]
        | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] | .linux.gidMappings = .linux.uidMappings
        | .process.user = {uid: 5, gid: 6}
        | .mounts |= map(select(.destination | startswith(\"/sys\") | not)) + [{destination: \"/sys/fs/cgroup\", type: \"cgroup\", source: \"cgroup\", options: [\"nosuid\"]}]
        | $1" sleep 1000
    chown -hR 100000:100000 "$BUNDLE/rootfs"
    on_v2 run --bundle "$BUNDLE" --detach "$ID" </dev/null >"$ROOT/out" 2>&1 3>&- || {
        cat "$ROOT/out"
        return 1
    }
    CGROUP=$V2$(sed -n 's/^0:://p' "/proc/$(pid_of "$ID")/cgroup")
    [[ $CGROUP == *"$ID"* ]]
}

# owned: the names in the container's cgroup that are not root's, the directory as "."
owned() { (cd "$CGROUP" && find . -maxdepth 1 -uid 100005 | sed 's/^\.\///' | LC_ALL=C sort | tr '\n' ' '); }
others() { find "$CGROUP" -maxdepth 1 ! -uid 0 ! -uid 100005; }

# The names that may change their owner, of those that exist
delegated() { (cd "$CGROUP" && printf '%s\n' . "$@" | sort -u | while read -r name; do [ ! -e "$name" ] || echo "$name"; done | LC_ALL=C sort | tr '\n' ' '); }

@test "cgroup ownership: with a cgroup namespace and a writable mount it is the user's, as far as the kernel's list goes" {
    only_corun "1.1.5 changes it without looking at the user"
    v2_sleeper .
    # shellcheck disable=SC2046 # one per name
    assert_equal "$(owned)" "$(delegated $(cat /sys/kernel/cgroup/delegate))"
    assert_equal "$(others)" ''
}

@test "cgroup ownership: listed files that do not exist are no error, the others change" {
    only_corun "1.1.5 changes it without looking at the user"
    printf 'cgroup.procs\nno.such.file\ncgroup.threads\n' >"$ROOT/delegate"
    PREPARE="mount --bind $ROOT/delegate /sys/kernel/cgroup/delegate" v2_sleeper .
    assert_equal "$(owned)" '. cgroup.procs cgroup.threads '
}

@test "cgroup ownership: without the kernel's list there are three files" {
    only_corun "1.1.5 changes it without looking at the user"
    PREPARE="mount -t tmpfs tmpfs /sys/kernel/cgroup" v2_sleeper .
    assert_equal "$(owned)" '. cgroup.procs cgroup.subtree_control cgroup.threads '
    assert_equal "$(others)" ''
}

@test "cgroup ownership: without a new cgroup namespace it stays" {
    v2_sleeper '.linux.namespaces |= map(select(.type != "cgroup"))'
    assert_equal "$(owned)$(others)" ''
}

@test "cgroup ownership: with a read-only mount it stays" {
    v2_sleeper '.mounts |= map(if .type == "cgroup" then .options += ["ro"] else . end)'
    assert_equal "$(owned)$(others)" ''
}

@test "cgroup ownership: without a mount of the cgroup file system it stays" {
    v2_sleeper '.mounts |= map(select(.type != "cgroup"))'
    assert_equal "$(owned)$(others)" ''
}

@test "unified: the controllers that are needed are enabled" {
    controller=''
    for candidate in pids hugetlb; do
        grep -qw $candidate "$V2/cgroup.controllers" && controller=$candidate
    done
    case $controller in
    hugetlb) file=hugetlb.2MB.max value=4194304 ;;
    pids) file=pids.max value=77 ;;
    *) skip "no controller that could be tried" ;;
    esac
    only_corun "1.1.5 does it only for those it knows"
    bundle ".linux.resources.unified = {\"$file\": \"$value\"}" sleep 1000
    on_v2 run --bundle "$BUNDLE" --detach "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    cgroup=$V2$(sed -n 's/^0:://p' "/proc/$(pid_of "$ID")/cgroup")
    assert_equal "$(cat "$cgroup/$file")" "$value"
    grep -w "$controller" "$cgroup/cgroup.controllers"
}

@test "unified: what the runtime does not know is written as it is" {
    only_corun "1.1.5 still sees version 1 here"
    bundle '.linux.resources.unified = {"cgroup.max.depth": "3", "cgroup.max.descendants": "21"}' sleep 1000
    on_v2 run --bundle "$BUNDLE" --detach "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    cgroup=$V2$(sed -n 's/^0:://p' "/proc/$(pid_of "$ID")/cgroup")
    assert_equal "$(cat "$cgroup/cgroup.max.depth" "$cgroup/cgroup.max.descendants")" $'3\n21'
}

@test "unified: a controller that is not there is refused" {
    for file in nosuch.max flavour.weight; do
        bundle ".linux.resources.unified = {\"$file\": \"1\"}"
        refused "$file|${file%.*}" on_v2 run --bundle "$BUNDLE" "$ID"
    done
    if ! grep -qw memory "$V2/cgroup.controllers"; then
        bundle '.linux.resources.unified = {"memory.max": "100000000"}'
        refused 'memory' on_v2 run --bundle "$BUNDLE" "$ID"
    fi
    nothing_left
}

@test "unified: limits of version 1 that cannot be converted are refused" {
    only_corun "1.1.5 ignores them"
    for resources in '{memory: {kernelTCP: 1000000}}' '{cpu: {realtimeRuntime: 5000, realtimePeriod: 100000}}' '{network: {classID: 5}}' '{memory: {swappiness: 10}}'; do
        bundle ".linux.resources = $resources"
        refused resources on_v2 run --bundle "$BUNDLE" "$ID"
    done
    nothing_left
}

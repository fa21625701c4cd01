#!/usr/bin/env bats
# process.selinuxLabel and linux.mountLabel on a kernel that enforces SELinux (config.md#linux-process, config-linux.md#mount-label).
# bookworm's policy has no types for containers and takes minutes to label a tree under emulation: policy.cil is what is needed.
load vm

LABEL=system_u:system_r:container_t:s0:c1,c2
FILES=system_u:object_r:container_file_t:s0:c1,c2

setup() {
    vm_setup
    [ -e /sys/fs/selinux/load ] || mount -t selinuxfs selinuxfs /sys/fs/selinux
    [ "$(cat /sys/fs/selinux/enforce)" = 0 ] || return 0
    secilc --mls true --policyvers 33 --output /run/policy --filecontext /run/contexts "$BATS_TEST_DIRNAME/policy.cil"
    cat /run/policy >/sys/fs/selinux/load
    mkdir -p /etc/selinux
    : >/etc/selinux/config # where libselinux looks whether there is any
    echo 1 >/sys/fs/selinux/enforce
}

labelled() {
    bundle '.process.selinuxLabel = $ENV.LABEL | .linux.mountLabel = $ENV.FILES | '"$1" "${@:2}"
    chcon -R "$FILES" "$BUNDLE/rootfs"
}
export LABEL FILES

labelled_run() {
    labelled "$@"
    corun run --bundle "$BUNDLE" "$ID"
}

label_of() { tr -d '\0\n' <"/proc/$1/attr/current"; }

@test "selinux: the program runs under the label" {
    run -0 labelled_run '.process.noNewPrivileges = false' cat /proc/self/attr/current
    assert_equal "$(tr -d '\0' <<<"$output")" "$LABEL"
}

@test "selinux: with noNewPrivileges" {
    run -0 labelled_run '.process.noNewPrivileges = true' cat /proc/self/attr/current
    assert_equal "$(tr -d '\0' <<<"$output")" "$LABEL"
}

@test "selinux: without a label it is the runtime's" {
    run -0 contained . cat /proc/self/attr/current
    assert_equal "$(tr -d '\0' <<<"$output")" "$(label_of self)"
}

@test "selinux: a created container gets the label with its start, a joining program with its exec" {
    labelled . sleep 1000
    corun create --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    assert_equal "$(label_of "$(pid_of "$ID")")" "$(label_of self)"
    corun start "$ID"
    wait_until has_label "$(pid_of "$ID")"
    run -0 corun exec "$ID" cat /proc/self/attr/current
    assert_equal "$(tr -d '\0' <<<"$output")" "$LABEL"
}
has_label() { [ "$(label_of "$1")" = "$LABEL" ]; }

@test "selinux: exec with a label of its own" {
    labelled . sleep 1000
    corun run --detach --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    jq '.process | .args = ["cat", "/proc/self/attr/current"] | .selinuxLabel = "system_u:system_r:container_t:s0:c1.c3"' \
        "$BUNDLE/config.json" >"$ROOT/process.json"
    run -0 corun exec --process "$ROOT/process.json" "$ID"
    assert_equal "$(tr -d '\0' <<<"$output")" system_u:system_r:container_t:s0:c1.c3
}

@test "selinux: mounts that the runtime makes have the mount label" {
    labelled . sleep 1000
    corun run --detach --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    pid=$(pid_of "$ID")
    for path in /dev /dev/shm /dev/pts/ptmx /dev/mqueue /dev/null; do
        assert_equal "$path $(stat -c %C "/proc/$pid/root$path")" "$path $FILES"
    done
    run -0 corun exec "$ID" sh -c 'echo x >/dev/shm/file && echo y >/dev/null && cat /dev/shm/file'
    assert_equal "$output" x
}

@test "selinux: the label is enforced" {
    mkdir "$ROOT/volume"
    echo mine >"$ROOT/volume/mine"
    echo other >"$ROOT/volume/other"
    echo host >"$ROOT/volume/host"
    chcon "$FILES" "$ROOT/volume" "$ROOT/volume/mine"
    chcon system_u:object_r:container_file_t:s0:c1,c3 "$ROOT/volume/other"
    labelled '.mounts += [{destination: "/volume", type: "bind", source: ($root + "/volume"), options: ["rbind", "rw"]}]' \
        sh -c 'for file in mine other host; do cat /volume/$file 2>&1; done; echo x >/volume/host || echo not written'
    attempt corun run --bundle "$BUNDLE" "$ID"
    assert_output $'^mine\n.*other.*ermission denied\n.*host.*ermission denied'
    assert_output 'not written'
}

@test "selinux: a container cannot signal or look at the host's processes" {
    run labelled_run '.linux.namespaces |= map(select(.type != "pid")) | .process.capabilities |= with_entries(.value += ["CAP_KILL"])' \
        sh -c 'kill -0 1 && echo reached; cat /proc/1/environ && echo read'
    refute_output 'reached|read$'
}

@test "selinux: a label that the policy does not know is refused" {
    labelled '.process.selinuxLabel = "system_u:system_r:absent_t:s0"' true
    attempt corun run --bundle "$BUNDLE" "$ID"
    [ "$status" != 0 ]
    assert_output 'absent_t|label|attr/exec'
    nothing_left
}

@test "selinux: a mount label that the policy does not know is refused" {
    labelled '.linux.mountLabel = "system_u:object_r:absent_t:s0"' true
    attempt corun run --bundle "$BUNDLE" "$ID"
    [ "$status" != 0 ]
    nothing_left
}

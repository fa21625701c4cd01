# What podman.bats and podman-rootless.bats load: an image, made once for whoever runs podman, and podman with the runtime under test.
# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of the library

load vm

IMAGE=localhost/busybox:1

podman_setup() {
    vm_setup
    MANAGER=cgroupfs
    # conmon writes the runtime's errors there
    RUNTIME=$(command -v "$CORUN")
    "$@" podman image exists "$IMAGE" || tar -C /vm/busybox -c . | "$@" podman import --quiet - "$IMAGE"
}

# In a test: MANAGER=systemd, and then this.
needs_manager() {
    [ "$MANAGER" != systemd ] || case $CORUN in
    crun | runc) ;;
    *) "$CORUN" features | jq -e .linux.cgroup.systemd >/dev/null || skip "corun was built without the systemd driver" ;;
    esac
}

pod_man() { podman --runtime "$RUNTIME" --cgroup-manager "$MANAGER" "$@"; }

# started NAME [OPTION...] -- PROGRAM [ARGUMENT...]: a container in the background
started() {
    local name=$1 options=()
    shift
    while [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    shift
    # shellcheck disable=SC2086 # two words or none
    pod_man run --detach --name "$name" --env "CORUN_TEST=$ID" ${NETWORK---network none} "${options[@]}" "$IMAGE" "$@" </dev/null >"$ROOT/started" 2>&1 3>&- || {
        cat "$ROOT/started"
        return 1
    }
}

inspect() { pod_man inspect --format "{{.State.$2}}" "$1"; }

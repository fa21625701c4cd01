# podman and buildah with storage, networks and locks of the session's own; the runtime under test is called "oci" there.
# shellcheck shell=bash
# shellcheck disable=SC2154 # SESSION, WORK, BINARY come from inside.bash

IMAGE=localhost/busybox:1
export CONTAINERS_CONF=$SESSION/containers.conf CONTAINERS_STORAGE_CONF=$SESSION/storage.conf

cat >"$CONTAINERS_CONF" <<CONF
[containers]
log_driver="k8s-file"
# podman would ask for more than this machine's hard limits, which takes CAP_SYS_RESOURCE
default_ulimits=["nofile=20000:20000","nproc=32768:32768"]
netns="none"
[engine]
cgroup_manager="cgroupfs"
events_logger="file"
lock_type="file"
runtime="oci"
runtime_supports_json=["oci"]
infra_image="localhost/pause:1"
infra_command="/pause"
[engine.runtimes]
oci=["$BINARY"]
[network]
network_backend="netavark"
network_config_dir="$SESSION/networks"
CONF
cat >"$CONTAINERS_STORAGE_CONF" <<CONF
[storage]
driver="overlay"
graphroot="$SESSION/storage"
runroot="/run/containers/storage"
CONF
mkdir -p "$SESSION/networks"

podman() { timeout --foreground -k 5 60 /usr/bin/podman "$@"; }
run() { podman run --rm "$@"; }
sh_in() { # OPTION... SCRIPT: a shell script in a new container, its standard error with the output
    run "${@:1:$#-1}" "$IMAGE" sh -c "exec 2>&1; ${*: -1}"
}
state_of() { podman inspect --format '{{.State.Status}}' "$1"; }
is_state() { [ "$(state_of "$1")" = "$2" ]; }

podman load -q -i "$WORK/images/busybox.tar"
podman load -q -i "$WORK/images/pause.tar"

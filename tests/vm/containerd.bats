#!/usr/bin/env bats
# Pods through containerd's CRI as on a node of Kubernetes with systemd: each container a scope in the pod's slice.
# What does not depend on systemd is checked by tests/engines.
load vm

SLICE=kubepods-burstable-podct.slice

setup() {
    vm_setup
    case $CORUN in
    crun | runc) ;;
    *) "$CORUN" features | jq -e .linux.cgroup.systemd >/dev/null || skip "corun was built without the systemd driver" ;;
    esac
    IMAGE=localhost/busybox:1
    cat >"$ROOT/containerd.toml" <<TOML
version = 2
root = "$ROOT/root"
state = "$ROOT/run"
[grpc]
  address = "$ROOT/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$IMAGE"
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "oci"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.oci]
    runtime_type = "io.containerd.runc.v2"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.oci.options]
    BinaryName = "$(command -v "$CORUN")"
    Root = "$STATE"
    SystemdCgroup = true
TOML
    containerd --config "$ROOT/containerd.toml" >"$ROOT/containerd.log" 2>&1 3>&- &
    CONTAINERD=$!
    wait_until engine version
    tar -C /vm/busybox -cf "$ROOT/layer.tar" .
    /vm/tests/engines/make-image "$ROOT/layer.tar" "$IMAGE" sleep 1000 >"$ROOT/image.tar"
    engine -n k8s.io images import --digests=false "$ROOT/image.tar" >"$ROOT/import" 2>&1
    # one client for all: to start it takes seconds
    mkfifo "$ROOT/ask" "$ROOT/answers"
    exec 6<>"$ROOT/ask" 7<>"$ROOT/answers"
    python3 /vm/tests/engines/cri "$ROOT/containerd.sock" <&6 >&7 2>"$ROOT/cri.log" 3>&- &
    CRI=$!
}

teardown() {
    [ -n "${ROOT-}" ] || return 0
    [ -z "${CONTAINERD-}" ] || kill "${CRI-$CONTAINERD}" "$CONTAINERD"
    systemctl stop kubepods.slice 2>/dev/null
    corun_teardown
}

engine() { ctr --address "$ROOT/containerd.sock" "$@"; }

# cri METHOD JSON: the answer in $answer
cri() {
    printf '%s %s\n' "$1" "$(jq -c . <<<"$2")" >&6
    IFS= read -r -t 90 answer <&7 || answer='no answer'
    [[ $answer == "{"* ]] || {
        echo "$1: $answer"
        tail -n 3 "$ROOT/containerd.log" "$ROOT/cri.log"
        return 1
    }
}
said() { jq -r "$1" <<<"$answer"; }

property() { systemctl show --value --property "$1" "cri-containerd-$2.scope"; }
file() { cat "/sys/fs/cgroup/kubepods.slice/kubepods-burstable.slice/$SLICE/cri-containerd-$1.scope/$2"; }

# limits ID: what the scope's files and systemd say
limits() {
    file "$1" memory.max
    file "$1" cpu.max
    file "$1" cpu.weight
    property MemoryMax "$1"
    property CPUQuotaPerSecUSec "$1"
    property CPUWeight "$1"
}

@test "containerd: a pod in a slice, from its sandbox to its end" {
    local pod id config options='"security_context": {"namespace_options": {"network": 2, "pid": 1}}'
    config='{"metadata": {"name": "pod", "uid": "ct", "namespace": "default"}, "log_directory": "'$ROOT'",
        "linux": {"cgroup_parent": "'$SLICE'", '$options'}}'
    cri RunPodSandbox "{\"config\": $config}"
    pod=$(said .pod_sandbox_id)
    assert_equal "$(tr '\0' ' ' <"/proc/$(file "$pod" cgroup.procs)/cmdline")" 'sleep 1000 '
    assert_equal "$(property Slice "$pod") $(property ActiveState "$pod")" "$SLICE active"
    cri CreateContainer '{"pod_sandbox_id": "'"$pod"'", "sandbox_config": '"$config"', "config": {"metadata": {"name": "one"},
        "image": {"image": "'"$IMAGE"'"}, "command": ["sh", "-c", "trap \"exit 3\" TERM; while :; do sleep 0.1; done"], "log_path": "log",
        "linux": {"resources": {"memory_limit_in_bytes": 50331648, "cpu_shares": 512, "cpu_quota": 50000, "cpu_period": 100000}, '"$options"'}}}'
    id=$(said .container_id)
    cri StartContainer '{"container_id": "'"$id"'"}'
    assert_equal "$(limits "$id")" $'50331648\n50000 100000\n20\n50331648\n500ms\n20'
    cri ExecSync '{"container_id": "'"$id"'", "cmd": ["sh", "-c", "cat /proc/self/cgroup; exit 5"], "timeout": 60}'
    assert_equal "$(said '.exit_code, (.stdout | @base64d)')" $'5\n0::/'
    cri ContainerStats '{"container_id": "'"$id"'"}'
    assert_equal "$(said '.stats | (.cpu.usage_core_nano_seconds.value | tonumber > 0), (.memory.usage_bytes.value | tonumber > 0)')" $'true\ntrue'
    cri UpdateContainerResources '{"container_id": "'"$id"'", "linux": {"memory_limit_in_bytes": 62914560, "cpu_quota": 25000}}'
    assert_equal "$(limits "$id")" $'62914560\n25000 100000\n20\n62914560\n250ms\n20'
    cri StopContainer '{"container_id": "'"$id"'", "timeout": 30}'
    cri ContainerStatus '{"container_id": "'"$id"'"}'
    assert_equal "$(said '.status | "\(.state) \(.exit_code)"')" '2 3'
    cri RemoveContainer '{"container_id": "'"$id"'"}'
    cri StopPodSandbox '{"pod_sandbox_id": "'"$pod"'"}'
    cri RemovePodSandbox '{"pod_sandbox_id": "'"$pod"'"}'
    [ -z "$(find /sys/fs/cgroup -name 'cri-containerd-*')" ]
    [ -z "$(systemctl list-units --all --no-legend 'cri-containerd-*')" ]
    [ -z "$(ls "$STATE/k8s.io")" ]
    becomes '' pgrep -f "containerd-shim.* -address $ROOT"
}

# A containerd of the session's own, whose shim (io.containerd.runc.v2) calls the runtime under test; with CNI, the CRI and an own pause image.
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034 # SESSION, WORK, BINARY come from inside.bash; IMAGE and CONTAINERD go to the checks

IMAGE=localhost/busybox:1
SOCKET=$SESSION/containerd.sock

mkdir -p "$SESSION/cni" "$SESSION/logs"
cat >"$SESSION/containerd.toml" <<TOML
version = 2
root = "$SESSION/root"
state = "/run/containerd-state"
[grpc]
  address = "$SOCKET"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  restrict_oom_score_adj = true # lowering it takes CAP_SYS_RESOURCE
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$SESSION/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "oci"
TOML
# add_handler NAME PROGRAM DIRECTORY: a runtime that sandboxes can ask for
add_handler() {
    cat >>"$SESSION/containerd.toml" <<TOML
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.$1]
  runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.$1.options]
  BinaryName = "$2"
  Root = "/run/$3"
TOML
}
add_handler oci "$BINARY" "$RUNTIME"
for handler in ${HANDLERS-}; do
    add_handler "$handler" "$WORK/$handler" "$handler"
done
cat >"$SESSION/cni/10-bridge.conflist" <<JSON
{"cniVersion": "0.4.0", "name": "engines", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": false,
   "ipam": {"type": "host-local", "dataDir": "/run/cni", "subnet": "10.99.0.0/24", "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "loopback"}]}
JSON

ctr() { timeout -k 5 60 /usr/bin/ctr --address "$SOCKET" "$@"; }

start_containerd() {
    containerd --config "$SESSION/containerd.toml" >>"$SESSION/containerd.log" 2>&1 &
    CONTAINERD=$!
    until_true ctr version
}
start_containerd
for namespace in default k8s.io; do
    ctr -n "$namespace" images import --digests=false "$WORK/images/busybox.tar"
    ctr -n "$namespace" images import --digests=false "$WORK/images/pause.tar"
done

#!/usr/bin/env bats
# spec: the config.json to start from.
load ../lib/corun

@test "spec: writes a config.json that runs, in the current directory and in --bundle" {
    cd "$ROOT"
    "$CORUN" spec
    jq -e '.ociVersion and .process.args and .root.path == "rootfs"' config.json
    mkdir other
    "$CORUN" spec --bundle other
    jq -e .ociVersion other/config.json
}

@test "spec: does not write over a file that is there" {
    echo mine >"$ROOT/config.json"
    refused 'config.json' "$CORUN" spec --bundle "$ROOT"
    assert_equal "$(cat "$ROOT/config.json")" mine
}

@test "spec: a directory that is not there" {
    refused "$ROOT/none" "$CORUN" spec --bundle "$ROOT/none"
}

@test "spec: --rootless has a user namespace and no cgroup limits" {
    cd "$ROOT"
    "$CORUN" spec --rootless
    jq -e 'any(.linux.namespaces[]; .type == "user") and (.linux.uidMappings | length == 1) and (.linux.resources == null)' config.json
    jq -e 'all(.linux.namespaces[]; .type != "network")' config.json
}

@test "spec: the template is what containers of other runtimes start from" {
    cd "$ROOT"
    "$CORUN" spec
    assert_equal "$(jq -c '[.mounts[].destination]' config.json)" '["/proc","/dev","/dev/pts","/dev/shm","/dev/mqueue","/sys","/sys/fs/cgroup"]'
    jq -e '.linux.maskedPaths | index("/proc/kcore")' config.json
    jq -e '.process.noNewPrivileges' config.json
    jq -e '.process.capabilities.bounding == ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"]' config.json
}

#!/usr/bin/env bats
# Id-mapped mounts: idmap, ridmap, uidMappings and gidMappings (config.md#mounts). The source is a tmpfs, which can be mapped since Linux 6.3.
load ../../tests/lib/corun

setup() {
    corun_setup
    [ "$(basename "$CORUN")" != runc ] || return 0
    mkdir "$ROOT/data"
    mount -t tmpfs tmpfs "$ROOT/data"
    mkdir "$ROOT/data/sub"
    mount -t tmpfs tmpfs "$ROOT/data/sub"
    touch "$ROOT/data/file" "$ROOT/data/sub/file"
    chown 5:6 "$ROOT/data/file" "$ROOT/data/sub/file"
}

teardown() {
    umount "$ROOT/data/sub" "$ROOT/data" 2>/dev/null || true
    corun_teardown
}

own='uidMappings: [{containerID: 0, hostID: 1000, size: 100}], gidMappings: [{containerID: 0, hostID: 2000, size: 100}]'
user='.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] | .linux.gidMappings = .linux.uidMappings'

# owners OPTIONS [FIELDS [FILTER]]: who owns the two files in the container
owners() {
    bundle ".mounts += [{destination: \"/mnt\", source: \"$ROOT/data\", options: $1 ${2:+, $2}}] | ${3:-.}" stat -c %u:%g /mnt/file /mnt/sub/file
    [ -z "${3-}" ] || chown -hR 100000:100000 "$BUNDLE/rootfs"
    corun run --bundle "$BUNDLE" "$ID"
}

@test "idmap: the mount's own mappings, for this mount alone" {
    only_corun "1.1.5 has none"
    run -0 owners '["rbind", "idmap"]' "$own"
    assert_equal "$output" $'1005:2006\n5:6'
}

@test "idmap: ridmap is for all mounts below" {
    only_corun "1.1.5 has none"
    run -0 owners '["rbind", "ridmap"]' "$own"
    assert_equal "$output" $'1005:2006\n1005:2006'
}

@test "idmap: the mount's own mappings win over the container's" {
    only_corun "1.1.5 has none"
    for option in idmap ridmap; do
        run -0 owners "[\"rbind\", \"$option\"]" 'uidMappings: [{containerID: 0, hostID: 100010, size: 100}], gidMappings: [{containerID: 0, hostID: 100020, size: 100}]' "$user"
        assert_equal "${lines[0]}" '15:26'
    done
}

@test "idmap: without mappings it is the container's" {
    only_corun "1.1.5 has none"
    for option in idmap ridmap; do
        run owners "[\"rbind\", \"$option\"]" '' "$user"
        [ "$status" != 0 ] || assert_equal "${lines[0]}" '5:6' # or an error, says the specification
    done
    assert_equal "$status" 0
}

@test "idmap: without mappings and without a user namespace it is an error" {
    only_corun "1.1.5 has none"
    for option in idmap ridmap; do
        refused 'idmap|[mM]apping' owners "[\"rbind\", \"$option\"]"
    done
}

@test "idmap: uidMappings need gidMappings, and the other way round" {
    only_corun "1.1.5 has none"
    refused gidMappings owners '["rbind", "idmap"]' 'uidMappings: [{containerID: 0, hostID: 1000, size: 100}]'
    refused uidMappings owners '["rbind", "idmap"]' 'gidMappings: [{containerID: 0, hostID: 1000, size: 100}]'
}

@test "idmap: it is a mount attribute, not an option of the file system" {
    only_corun "1.1.5 has none"
    for option in idmap ridmap; do
        run -0 contained ".mounts += [{destination: \"/mnt\", source: \"$ROOT/data\", options: [\"rbind\", \"$option\"], $own}]" grep ' /mnt ' /proc/self/mountinfo
        [[ $(cut -d' ' -f6 <<<"$output") =~ ,idmapped(,|$) ]]
        refute_output "[,]r?idmap( |,|$)"
    done
}

@test "idmap: the files of the host keep their owners" {
    only_corun "1.1.5 has none"
    run -0 owners '["rbind", "ridmap"]' "$own"
    assert_equal "$(stat -c %u:%g "$ROOT/data/file" "$ROOT/data/sub/file")" $'5:6\n5:6'
}

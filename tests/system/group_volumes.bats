#!/usr/bin/env bats
# Volumes that are file systems of their own: images by loop devices, overlays; what is left of them is nothing.
# Those that need a server or the device mapper are in tests/vm/group-volumes.bats.
# shellcheck disable=SC2153 # FILE is set by the library
load ../lib/corun
load ../lib/group

# loops: how many loop devices have a file of ours
loops() { cat /sys/block/loop*/loop/backing_file 2>/dev/null | grep -cF "$ROOT" || true; }
no_loops() { becomes 0 loops; }

needs_filesystem() { grep -qw "$1" /proc/filesystems || modprobe -q "$1" || skip "the kernel has no $1"; }

# image TYPE: $ROOT/TYPE.img with a file "inside" that says its type
image() {
    mkdir -p "$ROOT/tree"
    echo "$1" >"$ROOT/tree/inside"
    case $1 in
    ext4) truncate -s 4M "$ROOT/ext4.img" && mkfs.ext4 -q -d "$ROOT/tree" "$ROOT/ext4.img" ;;
    erofs) mkfs.erofs --quiet "$ROOT/erofs.img" "$ROOT/tree" >/dev/null ;;
    squashfs) mksquashfs "$ROOT/tree" "$ROOT/squashfs.img" -quiet -no-progress >/dev/null ;;
    esac
}

readonly_images() {
    before=$(host_mounts)
    group_file '["erofs", "squashfs", "ext4"] as $types | {volumes: [$types[] | {name: ., image: {path: "\($root)/\(.).img", fsType: .}, readOnly: true}],
        containers: [{name: $id, volumeMounts: [$types[] | {name: ., mountPath: "/\(.)"}]}]}' --arg root "$ROOT" --arg id "$ID-a"
    for type in erofs squashfs ext4; do image $type; done
    corun group create --file "$FILE" "$GROUP"
    assert_equal "$(host_mounts)" $((before + 2))
    assert_equal "$(loops)" 3
    member "$ID-a" . sh -c 'for type in erofs squashfs ext4; do cat /$type/inside; touch /$type/new 2>/dev/null && echo wrote; done; echo end'
    await_line "$ROOT/$ID-a.out" end
    assert_equal "$(cat "$ROOT/$ID-a.out")" "$(printf 'erofs\nsquashfs\next4\nend')"
    corun group delete --force "$GROUP"
    no_loops
}

@test "group volumes: erofs, squashfs and ext4 images, read-only; their loop devices go with the group" {
    needs_filesystem erofs
    needs_filesystem squashfs
    export -f readonly_images image loops no_loops
    in_private readonly_images
}

writable_image() {
    image ext4
    group_file '{volumes: [{name: "disk", image: {path: "\($root)/ext4.img", fsType: "ext4"}}]}' --arg root "$ROOT"
    for round in 1 2; do
        corun group create --file "$FILE" "$GROUP"
        member "$ID-a" . sh -c 'echo x >>/disk/log; wc -l </disk/log' -- --volume disk:/disk
        await_line "$ROOT/$ID-a.out" "^$round\$"
        wait_for_status "$ID-a" stopped
        corun delete "$ID-a" # the member comes again, and finds what it wrote
        member "$ID-a" . cat /disk/log -- --volume disk:/disk
        await_line "$ROOT/$ID-a.out" x
        corun group delete --force "$GROUP"
        no_loops
    done
    [ "$(debugfs -R 'cat log' "$ROOT/ext4.img" 2>/dev/null | wc -l)" = 2 ]
}

@test "group volumes: what is written to an ext4 image outlives member and group" {
    export -f writable_image image loops no_loops
    in_private writable_image
}

overlays() {
    mkdir -p "$ROOT/a,b:c" "$ROOT/lower"
    echo first >"$ROOT/a,b:c/file"
    echo second >"$ROOT/lower/file"
    echo other >"$ROOT/lower/other"
    group_file '{volumes: [
        {name: "rw", overlay: {lower: ["\($root)/a,b:c", "\($root)/lower"], upper: "\($root)/upper", work: "\($root)/work"}},
        {name: "ro", overlay: {lower: ["\($root)/lower", "\($root)/a,b:c"]}}]}' --arg root "$ROOT"
    corun group create --file "$FILE" "$GROUP"
    member "$ID-a" . sh -c 'cat /rw/file /rw/other /ro/file; echo new >/rw/file; touch /ro/x 2>/dev/null && echo wrote; echo end' -- --volume rw:/rw --volume ro:/ro
    await_line "$ROOT/$ID-a.out" end
    assert_equal "$(cat "$ROOT/$ID-a.out")" "$(printf 'first\nother\nsecond\nend')"
    assert_equal "$(cat "$ROOT/upper/file") $(cat "$ROOT/a,b:c/file")" "new first"
    corun group delete --force "$GROUP"
    # persistent: the next group has what this one wrote
    corun group create --file "$FILE" "$GROUP"
    member "$ID-b" . cat /rw/file -- --volume rw:/rw
    await_line "$ROOT/$ID-b.out" new
    # the kernel cannot map its ids
    BUNDLE=$ROOT/$ID-u
    bundle '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] | .linux.gidMappings = .linux.uidMappings
        | .mounts |= map(select(.type | IN("sysfs", "mqueue", "cgroup") | not))' true
    refused "map the ids of the group's volume ro: .*cannot do id mapped mounts" corun run --group "$GROUP" --bundle "$BUNDLE" --volume ro:/ro "$ID-u"
}

@test "group volumes: overlays, whatever the names of their layers; the upper one is kept" {
    needs_filesystem overlay
    # an overlay's upper directory cannot be on an overlay
    [ "$(stat -f -c %T "$ROOT")" != overlayfs ] || skip "$ROOT is on an overlay"
    in_private overlays
}

mounts_below_image() {
    image ext4
    mkdir "$ROOT/m"
    group_file '{volumes: [{name: "disk", image: {path: "\($root)/ext4.img", fsType: "ext4"}}]}' --arg root "$ROOT"
    corun group create --file "$FILE" "$GROUP"
    caps='.process.capabilities[] += ["CAP_SYS_ADMIN"] | del(.linux.seccomp)'
    member "$ID-b" . sh -c 'until [ -e /disk/sub/inside ]; do sleep 0.1; done; echo seen; exec sleep 1000' -- --volume disk:/disk
    member "$ID-a" "$caps" sh -c 'mkdir /disk/sub && mount -t tmpfs none /disk/sub && touch /disk/sub/inside; exec sleep 1000' -- --volume disk:/disk
    await_line "$ROOT/$ID-b.out" seen
    # it is one mount in the group's namespace, and none on the host, which can take neither
    assert_equal "$(grep -c ext4.img /proc/self/mountinfo || true)" 0
    assert_equal "$(loops)" 1
    corun group delete --force "$GROUP"
    no_loops
}

@test "group volumes: a mount below an image reaches the siblings, and neither is on the host" {
    export -f mounts_below_image image loops no_loops
    in_private mounts_below_image
}

user_namespace() {
    mkdir "$ROOT/keep"
    group_file '{volumes: [{name: "data", tmpfs: {}}, {name: "host", directory: {path: "\($root)/keep"}}]}' --arg root "$ROOT"
    corun group create --file "$FILE" "$GROUP"
    caps='.process.capabilities[] += ["CAP_SYS_ADMIN"] | del(.linux.seccomp)'
    user='.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] | .linux.gidMappings = .linux.uidMappings
        | .mounts |= map(select(.type | IN("sysfs", "mqueue", "cgroup") | not))' # those belong to the group, whose user namespace is the host's
    mkdir -p "$ROOT/$ID-u"
    cp -a "$BUSYBOX" "$ROOT/$ID-u/rootfs"
    chown -hR 100000:100000 "$ROOT/$ID-u/rootfs"
    member "$ID-a" "$caps" sh -c 'mkdir -m 700 /data/own /data/sub; echo from-a >/data/own/file; touch /data/ready; until [ -e /data/mount ]; do sleep 0.1; done
        mount -t tmpfs none /data/sub && touch /data/sub/inside; ls -ln /data/u /host/u; until [ -e /data/tried ]; do sleep 0.1; done; ls /data/theirs; echo end; exec sleep 1000' -- --volume data:/data --volume host:/host
    member "$ID-u" "$caps | $user" sh -c 'until [ -e /data/ready ]; do sleep 0.1; done; cat /data/own/file; cat /proc/self/uid_map | xargs; echo u >/data/u; echo u >/host/u; touch /data/mount
        until [ -e /data/sub/inside ]; do sleep 0.1; done; echo seen; mkdir /data/theirs; mount -t tmpfs none /data/theirs && touch /data/theirs/hidden; touch /data/tried; echo end; exec sleep 1000' -- --volume data:/data --volume host:/host
    await_line "$ROOT/$ID-u.out" end
    await_line "$ROOT/$ID-a.out" end
    assert_equal "$(cat "$ROOT/$ID-u.out")" "$(printf 'from-a\n0 100000 65536\nseen\nend')"
    # by number they are root's in both, and on the host; what the unprivileged one mounts is its own
    assert_equal "$(awk '{ print $3, $4 }' "$ROOT/$ID-a.out" | xargs)" "0 0 0 0"
    assert_equal "$(stat -c %u:%g "$ROOT/keep/u")" 0:0
    assert_equal "$(tail -n 1 "$ROOT/$ID-a.out")" end
    refute_theirs=$(grep -c hidden "$ROOT/$ID-a.out" || true)
    assert_equal "$refute_theirs" 0
    corun group delete --force "$GROUP"
    rm -r "$ROOT/keep"
}

@test "group volumes: idmapped for a member in a user namespace, which hears of mounts and makes none for others" {
    # a tmpfs can be mapped since Linux 6.3
    [ "$(printf '%s\n' 6.3 "$(uname -r)" | sort -V | head -n 1)" = 6.3 ] || skip "Linux $(uname -r) cannot map the ids of a tmpfs"
    in_private user_namespace
}

# wrong PATTERN VOLUME
wrong() {
    jq -n --arg root "$ROOT" "{volumes: [{name: \"v\"} + $2]}" >"$FILE"
    refused "create group.*$1" corun group create --file "$FILE" "$GROUP"
}

volume_refusals() {
    hash=$(printf '%064d' 0)
    truncate -s 1M "$ROOT/empty.img"
    # shellcheck disable=SC2016 # $root is jq's
    {
        wrong '/volumes/0 \(v\): open .*/none: No such file' '{image: {path: "\($root)/none", fsType: "ext4"}}'
        wrong '/volumes/0 \(v\): mount ext4' '{image: {path: "\($root)/empty.img", fsType: "ext4"}}'
        wrong 'is not a regular file' '{image: {path: $root, fsType: "ext4"}, readOnly: true}'
        wrong '/volumes/0/image/fsType: .*xfs' '{image: {path: "\($root)/empty.img", fsType: "xfs"}}'
        wrong '/volumes/0/image: rootHash and hashPath' "{image: {path: \"/x\", fsType: \"ext4\", rootHash: \"$hash\"}}"
        wrong '/volumes/0/image/rootHash: must be' '{image: {path: "/x", fsType: "ext4", rootHash: "xyz", hashPath: "/y"}}'
        wrong '/volumes/0/image/digest: must be' '{image: {path: "/x", fsType: "ext4", digest: "md5:00"}}'
        wrong 'has no fs-verity digest|measure the image' "{image: {path: \"\(\$root)/empty.img\", fsType: \"ext4\", digest: \"sha256:$hash\"}}"
        wrong 'no dm-verity superblock' "{image: {path: \"\(\$root)/empty.img\", fsType: \"ext4\", rootHash: \"$hash\", hashPath: \"\(\$root)/empty.img\"}}"
        wrong '/volumes/0/overlay: upper and work' '{overlay: {lower: ["/usr"], upper: "/x"}}'
        wrong '/volumes/0/overlay/lower: at least one is needed, two' '{overlay: {lower: ["/usr"]}}'
        wrong 'open .*/none: No such file' '{overlay: {lower: ["/usr", "\($root)/none"]}}'
        wrong '/volumes/0.*lower' '{overlay: {upper: "/x", work: "/y"}}'
        wrong '/volumes/0/options/0: is not for options' '{cifs: {server: "a", share: "b", options: ["password=x"]}}'
        wrong '/volumes/0/server: ' '{cifs: {server: "a/b", share: "b"}}'
        wrong 'read the credentials in .*/none: No such file' '{cifs: {server: "127.0.0.1", share: "b", credentialsFile: "\($root)/none"}}'
        wrong 'find the address of no.such.invalid' '{nfs: {server: "no.such.invalid", path: "/"}}'
        wrong '/volumes/0: .* is several' '{nfs: {server: "a", path: "/"}, tmpfs: {}}'
    }
    echo 'username=u' >"$ROOT/credentials"
    chmod 644 "$ROOT/credentials"
    # shellcheck disable=SC2016
    wrong 'can be read by others: mode 644' '{cifs: {server: "127.0.0.1", share: "b", credentialsFile: "\($root)/credentials"}}'
    chmod 600 "$ROOT/credentials"
    # shellcheck disable=SC2016
    wrong 'must have the lines' '{cifs: {server: "127.0.0.1", share: "b", credentialsFile: "\($root)/credentials"}}'
    no_loops
    assert_equal "$(corun group list -q)" ""
}

@test "group volumes: what is wrong with one is told with its place, and nothing is left" {
    export -f wrong loops no_loops
    in_private volume_refusals
}

secret_key() {
    group_file '{volumes: [{name: "v", tmpfs: {}}, {name: "share", azureFile: {shareName: "s", storageAccountName: "no-such-account-\($id)", storageAccountKey: "hushhush"}}]}' --arg id "$ID"
    attempt corun group create --file "$FILE" "$GROUP"
    assert_equal "$status" 1
    assert_output 'find the address of no-such-account-.*.file.core.windows.net'
    refute_output hushhush
    assert_equal "$(grep -rlF hushhush "$STATE" || true)" ""
}

@test "group volumes: an Azure Files key is in no message and no file" {
    in_private secret_key
}

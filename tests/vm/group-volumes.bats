#!/usr/bin/env bats
# Volumes that need a server or the device mapper: SMB and Azure Files from a samba and NFS from the kernel's server on the loopback, verified
# and idmapped images.
# shellcheck disable=SC2153,SC2154 # FILE, status and the like are set by the libraries
load vm
load ../lib/group

setup() {
    [ -e /vm/command ] || skip "only in the virtual machine: tests/vm/run"
    corun_setup
    GROUP=$ID-g
    FILE=$ROOT/group.json
}

# up to thirty seconds
wait_for() {
    local end=$((SECONDS + 30))
    while [ $SECONDS -lt $end ]; do
        ! "$@" >/dev/null 2>&1 || return 0
        sleep 0.2
    done
    echo "not after 30 seconds: $*"
    return 1
}

# --- SMB ---

# samba PORT USER PASSWORD: a server for $ROOT/share in this mount namespace, where the user exists; other users and no user are refused
samba() {
    mkdir -p "$ROOT/samba/private" "$ROOT/share"
    chmod 755 "$ROOT/share"
    echo "from the server" >"$ROOT/share/file"
    { cat /etc/passwd && echo "$2:x:4450:65534::/:/bin/false"; } >"$ROOT/passwd"
    mount --bind "$ROOT/passwd" /etc/passwd
    cat >"$ROOT/smb.conf" <<EOF
[global]
    interfaces = 127.0.0.1/8
    bind interfaces only = yes
    smb ports = $1
    server role = standalone server
    server min protocol = SMB3
    smb encrypt = required
    private dir = $ROOT/samba/private
    lock directory = $ROOT/samba
    state directory = $ROOT/samba
    cache directory = $ROOT/samba
    pid directory = $ROOT/samba
    ncalrpc dir = $ROOT/samba/ncalrpc
    log file = $ROOT/samba/log
    disable spoolss = yes
[share]
    path = $ROOT/share
    read only = no
    force user = root
    valid users = $2
EOF
    printf '%s\n%s\n' "$3" "$3" | smbpasswd -c "$ROOT/smb.conf" -s -a "$2"
    smbd --foreground --no-process-group --configfile="$ROOT/smb.conf" </dev/null >"$ROOT/samba/out" 2>&1 3>&- &
    SMBD=$!
    trap 'kill -KILL $SMBD' EXIT
    wait_for bash -c 'exec 3<>/dev/tcp/127.0.0.1/'"$1" || {
        tail -n 20 "$ROOT/samba/out" "$ROOT/samba/log"
        return 1
    }
}

smb_file() {
    group_file '{volumes: [{name: "share", cifs: {server: "127.0.0.1", share: "share", credentialsFile: "\($root)/credentials", options: ["port=4450"]}},
        {name: "ro", readOnly: true, cifs: {server: "127.0.0.1", share: "share", credentialsFile: "\($root)/credentials", options: ["port=4450"]}}]}' --arg root "$ROOT"
}

shares_by_smb() {
    samba 4450 guest hush,hush
    printf 'username=guest\npassword=hush,hush\n' >"$ROOT/credentials"
    chmod 600 "$ROOT/credentials"
    smb_file
    corun group create --file "$FILE" "$GROUP"
    # not on the host, and the password is in no file of ours and in no mount's options
    assert_equal "$(grep -c cifs /proc/self/mountinfo || true)" 0
    assert_equal "$(grep -rslF hush,hush "$STATE" || true)" ""
    member "$ID-a" . sh -c 'cat /share/file; echo one >/share/written; touch /ro/x 2>/dev/null && echo wrote; echo end' -- --volume share:/share --volume ro:/ro
    await_line "$ROOT/$ID-a.out" end
    assert_equal "$(cat "$ROOT/$ID-a.out")" "$(printf 'from the server\nend')"
    member "$ID-b" . sh -c 'cat /share/written; cat /proc/self/mountinfo; echo end' -- --volume share:/share
    await_line "$ROOT/$ID-b.out" end
    assert_equal "$(head -n 1 "$ROOT/$ID-b.out")" one
    assert_equal "$(grep -c hush "$ROOT/$ID-b.out" || true)" 0
    corun group delete --force "$GROUP"
    assert_equal "$(cat "$ROOT/share/written")" one
    # the next group has it, too
    corun group create --file "$FILE" "$GROUP"
    member "$ID-c" . cat /share/written -- --volume share:/share
    await_line "$ROOT/$ID-c.out" one
    corun group delete --force "$GROUP"
    # what is refused
    printf 'username=guest\npassword=wrong\n' >"$ROOT/credentials"
    refused 'create group.*/volumes/0 \(share\): mount cifs.*Permission denied' corun group create --file "$FILE" "$GROUP"
    printf 'username=guest\npassword=hush,hush\n' >"$ROOT/credentials"
    jq '.volumes[0].cifs.share = "none"' "$FILE" >"$ROOT/f" && mv "$ROOT/f" "$FILE"
    refused 'mount cifs.*No such file' corun group create --file "$FILE" "$GROUP"
    jq '.volumes[0].cifs.options = ["no_such_option"]' "$FILE" >"$ROOT/f" && mv "$ROOT/f" "$FILE"
    refused 'mount cifs: option no_such_option' corun group create --file "$FILE" "$GROUP"
    assert_equal "$(corun group list -q)" ""
}

@test "group volumes: an SMB share is mounted in the group only, its password is nowhere" {
    export -f samba smb_file wait_for
    in_private shares_by_smb
}

azure_file() {
    group_file '{volumes: [{name: "share", azureFile: {shareName: "share", storageAccountName: "account", storageAccountKey: $key}},
        {name: "ro", readOnly: true, azureFile: {shareName: "share", storageAccountName: "account", storageAccountKey: $key}}]}' --arg key "$1"
}

shares_by_azure() {
    key=$(head -c 64 /dev/urandom | base64 -w 0)
    echo "127.0.0.1 account.file.core.windows.net" >"$ROOT/hosts"
    mount --bind "$ROOT/hosts" /etc/hosts
    samba 445 account "$key"
    azure_file "$key"
    corun group create --file "$FILE" "$GROUP"
    assert_equal "$(grep -c cifs /proc/self/mountinfo || true)" 0
    assert_equal "$(grep -rslF "$key" "$STATE" || true)" ""
    member "$ID-a" . sh -c 'cat /share/file; echo one >/share/written; touch /ro/x 2>/dev/null && echo wrote; cat /proc/self/mountinfo; echo end' -- --volume share:/share --volume ro:/ro
    await_line "$ROOT/$ID-a.out" end
    assert_equal "$(head -n 1 "$ROOT/$ID-a.out")" "from the server"
    assert_equal "$(grep -cE 'wrote$' "$ROOT/$ID-a.out" || true)" 0
    assert_equal "$(grep -cF "$key" "$ROOT/$ID-a.out" || true)" 0
    grep -qE ' /share .* - cifs //account.file.core.windows.net/share .*vers=3' "$ROOT/$ID-a.out"
    assert_equal "$(cat "$ROOT/share/written")" one
    # the kernel's client cannot map ids
    BUNDLE=$ROOT/$ID-u
    bundle '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] | .linux.gidMappings = .linux.uidMappings
        | .mounts |= map(select(.type | IN("sysfs", "mqueue", "cgroup") | not))' true
    refused "map the ids of the group's volume share: .*cannot do id mapped mounts" corun run --group "$GROUP" --bundle "$BUNDLE" --volume share:/share "$ID-u"
    corun group delete --force "$GROUP"
    # another account's key
    azure_file "$(head -c 64 /dev/urandom | base64 -w 0)"
    refused '/volumes/0 \(share\): mount cifs.*Permission denied' corun group create --file "$FILE" "$GROUP"
    azure_file "$key"
    jq '.volumes[0].azureFile.shareName = "none"' "$FILE" >"$ROOT/f" && mv "$ROOT/f" "$FILE"
    refused '/volumes/0 \(share\): mount cifs.*No such file' corun group create --file "$FILE" "$GROUP"
    assert_equal "$(corun group list -q)" ""
}

@test "group volumes: Azure Files is the account's SMB share, by its key" {
    export -f samba azure_file wait_for
    in_private shares_by_azure
}

# One that is gone, and one that takes the connection and says nothing.
dead_smb() {
    smb_file
    printf 'username=guest\npassword=x\n' >"$ROOT/credentials"
    chmod 600 "$ROOT/credentials"
    refused 'mount cifs.*(refused|Host is down|aborted|I/O)' corun group create --file "$FILE" "$GROUP"
    python3 -c 'import socket, time; s = socket.create_server(("127.0.0.1", 4450)); time.sleep(1000)' </dev/null >/dev/null 2>&1 3>&- &
    server=$!
    trap 'kill $server' EXIT
    wait_for bash -c 'exec 3<>/dev/tcp/127.0.0.1/4450'
    start=$SECONDS
    refused '(not mounted after 30 seconds|mount cifs)' corun group create --file "$FILE" "$GROUP"
    [ $((SECONDS - start)) -lt 60 ]
    assert_equal "$(corun group list -q)" ""
}

@test "group volumes: a dead SMB server is an error in bounded time" {
    export -f smb_file wait_for
    in_private dead_smb
}

# --- NFS ---

nfs_file() {
    group_file '{volumes: [{name: "share", nfs: {server: "127.0.0.1", path: $path, options: ["vers=4.2"]}}]}' --arg path "$1"
}

shares_by_nfs() {
    mkdir -p "$ROOT/share"
    echo "from the server" >"$ROOT/share/file"
    modprobe -q nfsd
    mount -t nfsd nfsd /proc/fs/nfsd
    exportfs -i -o rw,no_root_squash,insecure,fsid=0,no_subtree_check "127.0.0.1:$ROOT/share"
    rpc.mountd --foreground --no-udp --no-nfs-version 3 </dev/null >/dev/null 2>&1 3>&- &
    MOUNTD=$!
    trap 'rpc.nfsd 0; exportfs -ua; kill $MOUNTD' EXIT
    # the server serves nobody until those of before have had their time; in newer kernels only that time itself can end it
    rpc.nfsd --no-nfs-version 3 --no-udp --grace-time 10 --lease-time 10 2
    echo Y 2>/dev/null >/proc/fs/nfsd/v4_end_grace || true
    nfs_file /
    corun group create --file "$FILE" "$GROUP"
    assert_equal "$(grep -c ' nfs4 ' /proc/self/mountinfo || true)" 0
    member "$ID-a" . sh -c 'cat /share/file; echo one >/share/written; echo end' -- --volume share:/share
    await_line "$ROOT/$ID-a.out" end
    assert_equal "$(head -n 1 "$ROOT/$ID-a.out")" "from the server"
    corun group delete --force "$GROUP"
    assert_equal "$(cat "$ROOT/share/written")" one
    nfs_file /none
    refused 'mount nfs4.*No such file' corun group create --file "$FILE" "$GROUP"
}

@test "group volumes: an NFS export is mounted in the group only" {
    export -f nfs_file wait_for
    in_private shares_by_nfs
}

dead_nfs() {
    nfs_file /
    start=$SECONDS
    refused '(not mounted after 30 seconds|mount nfs4)' corun group create --file "$FILE" "$GROUP"
    [ $((SECONDS - start)) -lt 60 ]
    assert_equal "$(corun group list -q)" ""
}

@test "group volumes: a dead NFS server is an error in bounded time" {
    export -f nfs_file
    in_private dead_nfs
}

# --- verified images ---

# $ROOT/disk.img, an erofs of some size; its file has blocks of its own, and is not beside the superblock
disk() {
    mkdir -p "$ROOT/tree"
    head -c 400000 /dev/urandom >"$ROOT/tree/big"
    { echo "as it was" && head -c 10000 /dev/zero; } >"$ROOT/tree/file"
    mkfs.erofs "$ROOT/disk.img" "$ROOT/tree" >/dev/null
}

no_devices() { [ "$(devices)" = 0 ]; }
devices() { find /sys/block -name 'dm-*' | wc -l; }

verity_tree() {
    [ -e /dev/mapper/control ] || modprobe dm-verity # udev and its static device nodes are not in the guest
    disk
    veritysetup format "$ROOT/disk.img" "$ROOT/hash.img" >"$ROOT/veritysetup"
    hash=$(sed -n 's/^Root hash:[[:space:]]*//p' "$ROOT/veritysetup")
    group_file '{volumes: [{name: "v", image: {path: "\($root)/disk.img", fsType: "erofs", hashPath: "\($root)/hash.img", rootHash: $hash}}]}' --arg root "$ROOT" --arg hash "$hash"
    corun group create --file "$FILE" "$GROUP"
    assert_equal "$(devices)" 1
    member "$ID-a" . sh -c 'head -n 1 /v/file; wc -c </v/big' -- --volume v:/v
    await_line "$ROOT/$ID-a.out" 400000
    assert_equal "$(head -n 1 "$ROOT/$ID-a.out")" "as it was"
    corun group delete --force "$GROUP"
    wait_for no_devices
    # a block is changed: what reads it gets an error, the rest is as it was
    offset=$(grep -abo "as it was" "$ROOT/disk.img" | cut -d: -f1)
    cp "$ROOT/disk.img" "$ROOT/good.img"
    printf 'is worse!' | dd of="$ROOT/disk.img" bs=1 seek=$((offset)) conv=notrunc status=none
    corun group create --file "$FILE" "$GROUP"
    member "$ID-b" . sh -c 'cat /v/file 2>&1; wc -c </v/big; echo end' -- --volume v:/v
    await_line "$ROOT/$ID-b.out" end
    assert_equal "$(cat "$ROOT/$ID-b.out")" "$(printf 'cat: read error: Input/output error\n400000\nend')"
    corun group delete --force "$GROUP"
    cp "$ROOT/good.img" "$ROOT/disk.img"
    # another root hash
    jq '.volumes[0].image.rootHash = ("0" * 64)' "$FILE" >"$ROOT/f" && mv "$ROOT/f" "$FILE"
    refused '/volumes/0 \(v\): mount erofs' corun group create --file "$FILE" "$GROUP"
    # an algorithm that can be forged
    veritysetup format --hash md5 "$ROOT/disk.img" "$ROOT/hash.img" >/dev/null
    refused "the hash tree's algorithm is md5" corun group create --file "$FILE" "$GROUP"
    wait_for no_devices
    assert_equal "$(losetup --list --noheadings | grep -cF "$ROOT" || true)" 0
}

@test "group volumes: dm-verity: what was changed cannot be read, another root hash is refused, no device is left" {
    export -f disk devices no_devices wait_for
    in_private verity_tree
}

verity_file() {
    # a file system of its own, that has the feature
    truncate -s 64M "$ROOT/fs.img"
    mkfs.ext4 -q -b 4096 -O verity "$ROOT/fs.img"
    mkdir "$ROOT/fs"
    mount -o loop "$ROOT/fs.img" "$ROOT/fs"
    disk
    cp "$ROOT/disk.img" "$ROOT/fs/disk.img"
    group_file '{volumes: [{name: "v", image: {path: "\($root)/fs/disk.img", fsType: "erofs", digest: "sha256:\("0" * 64)"}}]}' --arg root "$ROOT"
    refused 'the image has no fs-verity digest' corun group create --file "$FILE" "$GROUP"
    fsverity enable "$ROOT/fs/disk.img"
    digest=$(fsverity measure "$ROOT/fs/disk.img" | cut -d' ' -f1)
    refused "has the digest $digest and not sha256:0000" corun group create --file "$FILE" "$GROUP"
    jq --arg digest "$digest" '.volumes[0].image.digest = $digest' "$FILE" >"$ROOT/f" && mv "$ROOT/f" "$FILE"
    corun group create --file "$FILE" "$GROUP"
    member "$ID-a" . sh -c 'head -n 1 /v/file; wc -c </v/big' -- --volume v:/v
    await_line "$ROOT/$ID-a.out" 400000
    corun group delete --force "$GROUP"
    wait_for umount "$ROOT/fs"
}

@test "group volumes: fs-verity: only the image with this digest is mounted" {
    export -f disk wait_for
    in_private verity_file
}

# --- idmapped ---

# What needs no Linux 6.3, as tmpfs does.
mapped_members() {
    mkdir "$ROOT/keep" "$ROOT/tree" "$ROOT/$ID-u"
    install -m 640 -o 1 -g 2 /dev/null "$ROOT/tree/owned"
    truncate -s 4M "$ROOT/ext4.img"
    mkfs.ext4 -q -d "$ROOT/tree" "$ROOT/ext4.img"
    mkfs.erofs --quiet "$ROOT/erofs.img" "$ROOT/tree" >/dev/null
    group_file '{volumes: [{name: "host", directory: {path: "\($root)/keep"}}, {name: "erofs", image: {path: "\($root)/erofs.img", fsType: "erofs"}},
        {name: "ext4", image: {path: "\($root)/ext4.img", fsType: "ext4"}}]}' --arg root "$ROOT"
    corun group create --file "$FILE" "$GROUP"
    cp -a "$BUSYBOX" "$ROOT/$ID-u/rootfs"
    chown -hR 100000:100000 "$ROOT/$ID-u/rootfs"
    member "$ID-u" '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] | .linux.gidMappings = .linux.uidMappings
        | .mounts |= map(select(.type | IN("sysfs", "mqueue", "cgroup") | not))' sh -c 'cat /proc/self/uid_map | xargs; stat -c "%u:%g" /erofs/owned /ext4/owned
        echo x >/host/new && echo x >/ext4/new && echo end' -- --volume host:/host --volume erofs:/erofs --volume ext4:/ext4
    await_line "$ROOT/$ID-u.out" end
    assert_equal "$(cat "$ROOT/$ID-u.out")" "$(printf '0 100000 65536\n1:2\n1:2\nend')"
    member "$ID-a" . sh -c 'stat -c "%u:%g" /ext4/owned /ext4/new; echo end' -- --volume ext4:/ext4
    await_line "$ROOT/$ID-a.out" end
    assert_equal "$(cat "$ROOT/$ID-a.out")" "$(printf '1:2\n0:0\nend')"
    assert_equal "$(stat -c %u:%g "$ROOT/keep/new")" 0:0
}

@test "group volumes: directories and images are idmapped for a member in a user namespace" {
    in_private mapped_members
}

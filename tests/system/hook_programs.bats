#!/usr/bin/env bats
# The programs that corun brings for operators: a ledger of groups, and what may be run at all. Each test has an /etc/corun of its own.
# shellcheck disable=SC2154,SC2153 # ROOT, STATE, FILE and so on: set by the libraries and by bats
load ../lib/corun
load ../lib/group

PROGRAMS=$(dirname "$(realpath "$CORUN")")
export PROGRAMS

# operator_says JQ: the operator's file, in this mount namespace only
operator_says() {
    LEDGER=$ROOT/ledger.jsonl
    mkdir -p "$ROOT/etc.upper" "$ROOT/etc.work"
    mountpoint -q /etc || mount -t overlay -o "lowerdir=/etc,upperdir=$ROOT/etc.upper,workdir=$ROOT/etc.work" overlay /etc
    mkdir -p /etc/corun
    jq -n --arg ledger "$LEDGER" --arg list "$ROOT/allowed" "$1" >/etc/corun/group-hooks.json
}
with_ledger() { operator_says '{ledger: {file: $ledger}}'; }
ledger_lines() { grep -c '' "$LEDGER" 2>/dev/null || true; }
group_of_two() {
    group_file '{restartPolicy: "Never", limits: {cpu: 0.5, memoryInGB: 0.25},
        containers: [{name: "a", bundle: "one", command: ["true"]}, {name: "b", bundle: "two", command: ["sh", "-c", "exit 3"]}]}'
    bundles one two
}
# corun with another program in place of corun-ledger, which gets the true one in $TRUE_LEDGER
with_program() {
    mkdir -p "$ROOT/bin"
    cp "$PROGRAMS/corun" "$ROOT/bin/corun"
    printf '#!/bin/bash\nTRUE_LEDGER=%s\n%s\n' "$PROGRAMS/corun-ledger" "$1" >"$ROOT/bin/corun-ledger"
    chmod 755 "$ROOT/bin/corun-ledger"
    CORUN=$ROOT/bin/corun
}
export -f operator_says with_ledger ledger_lines group_of_two with_program

# --- the ledger ---

line_at_end() {
    with_ledger
    group_of_two
    attempt corun group run --file "$FILE" "$GROUP"
    assert_equal "$status" 3
    assert_equal "$(ledger_lines)" 1
    # members are as they were at the end, and the bill ends when they did
    jq -e --arg id "$GROUP" '.group.id == $id and .group.status == "ended" and .since < .ended and .ended <= .timestamp
        and .group.cpu == 0.5 and .group.memoryInGB == 0.25 and .group.seconds > 0 and .group.vcpuSeconds > 0 and .group.cpuSecondsUsed > 0
        and [.members[] | .name, .status] == ["a", "stopped", "b", "stopped"]' "$LEDGER"
    assert_equal "$(stat -c %a "$LEDGER")" 600
    corun group create "$GROUP"
    corun group delete "$GROUP" # the same id again is another group
    assert_equal "$(ledger_lines)" 2
    refused "does not exist" corun group delete "$GROUP"
    corun group delete --force "$GROUP"
    assert_equal "$(ledger_lines)" 2
    corun group create "$GROUP"
    member "$ID-m" . sleep 1000
    refused "is not stopped" corun group delete "$GROUP"
    assert_equal "$(ledger_lines)" 2
    corun group delete --force "$GROUP"
    assert_equal "$(ledger_lines)" 3
    tail -n 1 "$LEDGER" | jq -e --arg m "$ID-m" '.members == [.members[] | select(.name == $m and .status == "stopped" and .seconds > 0)] and (.members | length) == 1'
}

@test "ledger: one line for each group that ends, however it is deleted" {
    in_private line_at_end
}

no_line() {
    operator_says '{verify: {manifest: $list}}'
    corun group create "$GROUP"
    corun group delete "$GROUP"
    rm /etc/corun/group-hooks.json
    corun group create "$GROUP"
    corun group delete "$GROUP"
    [ ! -e "$LEDGER" ]
    with_ledger # a group that is not complete was never there
    corun group create "$GROUP"
    jq '.complete = false' "$STATE/.groups/$GROUP/group.json" >"$ROOT/record"
    cat "$ROOT/record" >"$STATE/.groups/$GROUP/group.json"
    corun group delete --force "$GROUP"
    [ ! -e "$LEDGER" ]
    corun group create "$GROUP"
    printf '{"id": ' >"$STATE/.groups/$GROUP/group.json"
    attempt corun group delete --force "$GROUP"
    assert_equal "$status" 0
    [[ $stderr == *"level=warning"*"has no line in the ledger: its record cannot be read"* ]]
    [ ! -e "$LEDGER" ]
}

@test "ledger: off without the operator, and no line for what was no group" {
    in_private no_line
}

crashed() {
    local when first
    with_ledger
    for when in before after; do
        rm -f "$LEDGER"
        CORUN=$PROGRAMS/corun
        corun group create "$GROUP"
        member "$ID-m" . sleep 1000
        # corun is killed right before its line is written, or right after
        if [ "$when" = before ]; then
            with_program 'kill -KILL $PPID'
        else
            with_program '"$TRUE_LEDGER" "$@"; kill -KILL $PPID'
        fi
        attempt corun group delete --force "$GROUP"
        assert_equal "$status" 137
        first=$(ledger_lines)
        if [ "$when" = after ]; then printf '{"id": ' >"$STATE/.groups/$GROUP/group.json"; fi # nor is the record needed any more
        assert_equal "${first:-0}" "$([ $when = before ] && echo 0 || echo 1)"
        jq -e '.members | length == 1' "$STATE/.groups/$GROUP/ledger.json" # what the first has seen is not lost
        with_program 'exec "$TRUE_LEDGER" "$@"'
        corun group delete --force "$GROUP"
        assert_equal "$(ledger_lines)" 1
        jq -e --arg m "$ID-m" '.members[0].name == $m and .members[0].seconds > 0' "$LEDGER"
        assert_equal "$(corun group list -q)" ""
    done
}

@test "ledger: a delete that is killed before or after its line leaves one line and no more" {
    in_private crashed
}

concurrent() {
    local i
    with_ledger
    printf '{"begun": ' >"$LEDGER" # what a crash of the host left
    for i in $(seq 40); do
        jq -nc --arg i "$i" '{n: $i, filling: ("x" * 30000)}' >"$ROOT/line.$i"
    done
    for i in $(seq 40); do
        "$PROGRAMS/corun-ledger" "$LEDGER" <"$ROOT/line.$i" &
    done
    for i in $(seq 8); do
        { corun group create "$GROUP$i" && corun group delete "$GROUP$i"; } &
    done
    wait
    assert_equal "$(ledger_lines)" 49
    assert_equal "$(head -n 1 "$LEDGER")" '{"begun": '
    tail -n +2 "$LEDGER" | jq -es 'length == 48 and ([.[] | .n // empty] | unique | length) == 40 and ([.[] | .group.id // empty] | unique | length) == 8'
}

@test "ledger: lines of many at once stay whole, also after half a line" {
    in_private concurrent
}

# What keeps a line out is said, with the line, and the group is gone all the same.
unwritten() {
    local before=$SECONDS
    corun group create "$GROUP"
    attempt corun group delete "$GROUP"
    assert_equal "$status" 0
    [[ $stderr =~ level=warning.*has\ no\ line\ in\ the\ ledger:.*$1.*$GROUP ]] || {
        echo "not said: $1: $stderr"
        return 1
    }
    [ $((SECONDS - before)) -lt 40 ] # ten, on a machine that has nothing else to do
    assert_equal "$(corun group list -q)" ""
}
export -f unwritten

unwritable() {
    with_ledger
    mkdir "$LEDGER"
    unwritten "ledger.jsonl: open it: Is a directory"
    rmdir "$LEDGER"
    mkfifo "$LEDGER"
    unwritten "it is not a regular file"
    rm "$LEDGER"
    ln -s "$ROOT/elsewhere" "$LEDGER"
    unwritten "ledger.jsonl: open it: Too many levels of symbolic links"
    [ ! -e "$ROOT/elsewhere" ]
    rm "$LEDGER"
    (
        flock 9
        unwritten "another process has locked it"
    ) 9>"$LEDGER"
    assert_equal "$(ledger_lines)" 0
    with_program 'sleep 100'
    unwritten "timed out and was killed"
    rm "$ROOT/bin/corun-ledger"
    if [ ! -e /usr/libexec/corun/corun-ledger ] && [ ! -e /usr/local/libexec/corun/corun-ledger ]; then
        unwritten "No such file"
    fi
}

@test "ledger: one that cannot be written is said, and holds up nothing" {
    in_private unwritable
}

full_disk() {
    local size
    with_ledger
    LEDGER=$ROOT/small/ledger
    mkdir "$ROOT/small"
    mount -t tmpfs -o size=8k tmpfs "$ROOT/small"
    operator_says "{ledger: {file: \"$LEDGER\"}}"
    LEDGER=$ROOT/small/ledger
    jq -nc '{filling: ("x" * 4000)}' >"$LEDGER"
    size=$(stat -c %s "$LEDGER")
    jq -nc '{filling: ("y" * 6000)}' >"$ROOT/line" # of which a part would fit
    refused "write to it: No space left on device" bash -c "'$PROGRAMS/corun-ledger' '$LEDGER' <'$ROOT/line'"
    assert_equal "$(stat -c %s "$LEDGER")" "$size"
}

@test "ledger: a full disk leaves no half of a line" {
    in_private full_disk
}

untrusted() {
    with_ledger
    local file=/etc/corun/group-hooks.json
    chmod 646 "$file"
    refused "must belong to root, and no one else may be able to write to it" corun group create "$GROUP"
    chmod 664 "$file"
    refused "must belong to root" corun group create "$GROUP"
    chmod 644 "$file"
    chown 1000 "$file"
    refused "must belong to root" corun group create "$GROUP"
    chown 0 "$file"
    chmod 777 /etc/corun
    refused "/etc/corun/ must belong to root" corun group create "$GROUP"
    chmod 755 /etc/corun
    mv "$file" "$file.old"
    ln -s "$file.old" "$file"
    refused "symbolic links" corun group create "$GROUP"
    rm "$file"
    echo '{' >"$file"
    refused "group-hooks.json: 2:1: " corun group create "$GROUP"
    echo '{"leger": {"file": "/x"}}' >"$file"
    refused 'neither "ledger" nor "verify"' corun group create "$GROUP"
    echo '{"ledger": {"file": "x"}}' >"$file"
    refused "/ledger/file: must be an absolute path" corun group create "$GROUP"
    with_ledger # of a group that is there the end is not held up
    corun group create "$GROUP"
    chmod 666 "$file"
    attempt corun group delete "$GROUP"
    assert_equal "$status" 0
    [[ $stderr == *"level=warning"*"has no line in the ledger"*"must belong to root"* ]]
    [ ! -e "$LEDGER" ]
}

@test "the operator's file: not one that another could have written, and not one that says nothing" {
    in_private untrusted
}

@test "corun-ledger: bad input" {
    local ledger=$ROOT/ledger
    refused "usage: corun-ledger" "$PROGRAMS/corun-ledger"
    refused "usage: corun-ledger" "$PROGRAMS/corun-ledger" "$ledger" --twice
    for text in '' 'x' '{}\n{}' '[]' '{"a": "\x01"}'; do
        refused "not one line with a JSON object" bash -c "printf '$text' | '$PROGRAMS/corun-ledger' '$ledger'"
    done
    refused "longer than" bash -c "{ head -c 2000000 /dev/zero | tr '\0' x; } 2>/dev/null | '$PROGRAMS/corun-ledger' '$ledger'"
    [ ! -e "$ledger" ]
    echo '{"a":1}' | "$PROGRAMS/corun-ledger" "$ledger"
    echo '{"a":1}' | "$PROGRAMS/corun-ledger" "$ledger" --once
    echo '{"a":1}' | "$PROGRAMS/corun-ledger" "$ledger"
    echo '{"a":2}' | "$PROGRAMS/corun-ledger" "$ledger" --once
    assert_equal "$(tr '\n' ' ' <"$ledger")" '{"a":1} {"a":1} {"a":2} '
}

# --- the list of what is allowed ---

only_verify() { [ -x "$PROGRAMS/corun-verify" ] || skip "corun-verify is built where libcrypto is"; }
verify() { "$PROGRAMS/corun-verify" "$@"; }
digest_of() { verify --print "$1" | cut -d' ' -f1; }
with_list() { operator_says '{verify: {manifest: $list}}'; }
# allow PATH: puts what is there now on the list
allow() { verify --print "$1" >>"$ROOT/allowed"; }
export -f verify digest_of with_list allow

@test "corun-verify: the digest is what the manual says" {
    only_verify
    local tree=$ROOT/tree
    mkdir -p "$tree/b/c" "$tree/a-dir" # "a-dir" before "a.file" before "b"
    printf 'hello' >"$tree/a.file"
    : >"$tree/b/empty"
    ln -s 'no where' "$tree/b/link"
    mkfifo "$tree/b/fifo"
    mknod "$tree/b/null" c 1 3
    chmod 1777 "$tree/a-dir"
    chmod 4755 "$tree/a.file"
    chown 12:34 "$tree/b/c"
    # the same by other programs; the C locale orders by bytes, and / before all else that names have here
    expected=$(cd "$tree" && {
        printf 'corun-tree-1\0'
        find . -printf '%P\n' | sed 's/^$/./' | tr / '\1' | LC_ALL=C sort | tr '\1' / | while read -r path; do
            type=$(stat -c %F "$path")
            case $type in
            directory) type=d what=- ;;
            regular*) type=f what=$(sha256sum <"$path" | cut -d' ' -f1) ;;
            symbolic*) type=l what=$(readlink -n "$path" | sha256sum | cut -d' ' -f1) ;;
            character*) type=c what=$(stat -c '%Hr:%Lr' "$path") ;;
            fifo) type=p what=- ;;
            esac
            printf '%s %s %s %s %s\0' "$type" "$(stat -c %a "$path")" "$(stat -c %u:%g "$path")" "$what" "$path"
        done
    } | sha256sum | cut -d' ' -f1)
    assert_equal "$(verify --print "$tree")" "tree:sha256:$expected $tree"
    assert_equal "$(verify --print "$tree/a.file")" "file:sha256:$(sha256sum <"$tree/a.file" | cut -d' ' -f1) $tree/a.file"
}

@test "corun-verify: every change is seen, and undone is the same again" {
    only_verify
    local tree=$ROOT/tree change before
    cp -a "$BUSYBOX" "$tree"
    allow "$tree"
    before=$(digest_of "$tree")
    for change in 'printf x | dd of=etc/passwd bs=1 seek=3 conv=notrunc status=none' 'chmod 666 etc/passwd' 'chmod u+s bin/busybox' 'chown 1 etc/passwd' \
        'chgrp 1 etc' 'ln -sfn /bin/false usr/bin/sh' 'rm etc/group' 'touch etc/new' 'mkdir etc/new' 'mv etc/group etc/groups' 'chmod 700 .' \
        'rm etc/hosts; mkfifo etc/hosts' 'truncate -s +1 bin/busybox' 'mv etc home/'; do
        rm -rf "$ROOT/changed"
        cp -a "$tree" "$ROOT/changed"
        verify --list "$ROOT/allowed" "$ROOT/changed" # a copy is as good, whatever its times
        (cd "$ROOT/changed" && eval "$change")
        refused "$ROOT/changed: its digest tree:sha256:[0-9a-f]{64} is not on the list $ROOT/allowed" verify --list "$ROOT/allowed" "$ROOT/changed"
    done
    if command -v setcap; then # a file capability is in no mode bit
        setcap cap_net_raw+ep "$tree/bin/busybox"
        refused "is not on the list" verify --list "$ROOT/allowed" "$tree"
        setcap -r "$tree/bin/busybox"
    fi
    touch "$tree/etc/passwd"
    assert_equal "$(digest_of "$tree")" "$before"
}

@test "corun-verify: the list, and bad input" {
    only_verify
    local tree=$ROOT/tree hash
    mkdir "$tree"
    refused "list of allowed digests: open $ROOT/allowed: No such file" verify --list "$ROOT/allowed" "$tree"
    hash=$(digest_of "$tree")
    printf '# %s\n#%s\nx %s\n%sa\n%s\n' "$hash" "$hash" "$hash" "$hash" "${hash%?}" >"$ROOT/allowed"
    refused "is not on the list" verify --list "$ROOT/allowed" "$tree"
    printf '# ours\n\n%s the first of May\r\n' "$hash" >"$ROOT/allowed"
    verify --list "$ROOT/allowed" "$tree"
    printf %s "$hash" >"$ROOT/allowed"
    verify --list "$ROOT/allowed" "$tree"
    # a file with the bytes of the listing is not the tree
    printf 'corun-tree-1\0d 755 0:0 - .\0' >"$ROOT/listing"
    assert_equal "$(sha256sum <"$ROOT/listing" | cut -d' ' -f1)" "${hash##*:}"
    refused "its digest file:sha256:" verify --list "$ROOT/allowed" "$ROOT/listing"
    chmod 622 "$ROOT/allowed"
    refused "must belong to root" verify --list "$ROOT/allowed" "$tree"
    chmod 644 "$ROOT/allowed"
    refused "No such file" verify --list "$ROOT/allowed" "$ROOT/none"
    refused "neither a directory nor a regular file" verify --list "$ROOT/allowed" /dev/null
    refused "usage" verify
    refused "usage" verify --list
    refused "usage" verify --print
    refused "state on standard input" verify --list "$ROOT/allowed"
    refused "open $ROOT/none/config.json" bash -c "echo '{\"ociVersion\": \"1.3.0\", \"id\": \"a\", \"status\": \"creating\", \"bundle\": \"$ROOT/none\"}' | '$PROGRAMS/corun-verify' --list '$ROOT/allowed'"
}

@test "corun-verify: as an OCI hook of a container, with every runtime that is here" {
    only_verify
    local runtime
    bundle ".ociVersion = \"1.0.2\" | .hooks = {createRuntime: [{path: \"$PROGRAMS/corun-verify\", args: [\"corun-verify\", \"--list\", \"\(\$root)/allowed\"]}]}" sh -c 'echo ran; echo >/tmp/ran'
    "$CORUN" --root "$STATE" run --bundle "$BUNDLE" "$ID" >/dev/null 2>&1 3>&- || true # makes the mount points
    echo '# nothing' >"$ROOT/allowed"
    for runtime in "$CORUN" runc; do
        command -v "$runtime" >/dev/null || continue
        : >"$ROOT/allowed"
        attempt "$runtime" --root "$STATE" run --bundle "$BUNDLE" "$ID"
        [ "$status" != 0 ]
        refute_output '^ran'
        [ ! -e "$BUNDLE/rootfs/tmp/ran" ]
        allow "$BUNDLE/rootfs"
        attempt "$runtime" --root "$STATE" run --bundle "$BUNDLE" "$ID"
        assert_equal "$status $output" "0 ran"
        rm "$BUNDLE/rootfs/tmp/ran"
    done
    edit '.root.path = $root + "/bundle/rootfs"' # an absolute path is another way to say it
    contained_again=$(corun run --bundle "$BUNDLE" "$ID")
    assert_equal "$contained_again" ran
}

members() {
    local refusal="corun-verify\): exited with status 1: $ROOT/bundle-m/rootfs: its digest tree:sha256:[0-9a-f]{64} is not on the list $ROOT/allowed"
    with_list
    BUNDLE=$ROOT/bundle-m
    bundle '.hooks = {prestart: [{path: "/bin/sh", args: ["sh", "-c", "echo prestart >>" + $root + "/hooks"]}]}' sh -c 'echo ran; cat /v/data'
    mkdir "$ROOT/v"
    echo content >"$ROOT/v/data"
    group_file --arg v "$ROOT/v" '{volumes: [{name: "v", bind: {path: $v}}]}'
    corun group create --file "$FILE" "$GROUP"
    run_it() { corun run --group "$GROUP" --volume v:/v --bundle "$BUNDLE" "$ID-m"; }
    refused "list of allowed digests: open $ROOT/allowed: No such file" run_it
    : >"$ROOT/allowed"
    mkdir -p "$BUNDLE/rootfs/v" # a rootfs with its mount points
    refused "$refusal" run_it
    [ ! -e "$ROOT/hooks" ] # not even the bundle's own hooks
    allow "$BUNDLE/rootfs"
    assert_equal "$(run_it)" $'ran\ncontent'
    assert_equal "$(cat "$ROOT/hooks")" prestart
    assert_equal "$(run_it)" $'ran\ncontent' # a second time is as good
    printf x | dd of="$BUNDLE/rootfs/bin/busybox" bs=1 seek=9000 conv=notrunc status=none
    refused "$refusal" run_it
    corun group state "$GROUP" | jq -e '(.members // []) == []'
    assert_equal "$(corun list -q)" ""
    refused "$refusal" corun create --group "$GROUP" --bundle "$BUNDLE" "$ID-m" # create, too
    # a rootfs that lies in no bundle, by a relative path
    cp -a "$BUSYBOX" "$ROOT/other"
    mkdir "$ROOT/other/v" "$ROOT/other/more"
    edit '.root.path = "../other"'
    refused "$ROOT/other: its digest" run_it
    allow "$ROOT/other"
    assert_equal "$(run_it)" $'ran\ncontent'
    chmod 666 /etc/corun/group-hooks.json
    refused "must belong to root" run_it
    rm /etc/corun/group-hooks.json # nobody asks any more
    : >"$ROOT/allowed"
    assert_equal "$(run_it)" $'ran\ncontent'
}

@test "verify: a group's members run from what is on the list, and nothing else runs" {
    only_verify
    in_private members
}

measured() {
    local image=$ROOT/data.img digest
    with_list
    mkdir "$ROOT/content"
    mkfs.erofs "$image" "$ROOT/content" >/dev/null 2>&1
    fsverity enable "$image"
    digest=$(fsverity digest --compact "$image")
    assert_equal "$(digest_of "$image")" "fsverity:sha256:$digest"
    echo "file:sha256:$digest" >"$ROOT/allowed"
    refused "its digest fsverity:sha256:$digest is not on the list" verify --list "$ROOT/allowed" "$image"
    echo "fsverity:sha256:$digest" >"$ROOT/allowed"
    verify --list "$ROOT/allowed" "$image"
    echo "file:sha256:$(sha256sum <"$image" | cut -d' ' -f1)" >"$ROOT/allowed" # as good as before it had another
    verify --list "$ROOT/allowed" "$image"
}

@test "verify: an image that fs-verity protects" {
    only_verify
    command -v fsverity >/dev/null && command -v mkfs.erofs >/dev/null || skip "there is no fsverity, or no mkfs.erofs"
    echo x >"$ROOT/probe"
    fsverity enable "$ROOT/probe" 2>/dev/null || skip "the file system of $ROOT, or the kernel, has no fs-verity"
    in_private measured
}

supervised() {
    with_list
    bundles one two
    : >"$ROOT/allowed"
    allow "$ROOT/one/rootfs"
    group_file --arg root "$ROOT" '{restartPolicy: "Never", initContainers: [{name: "a", bundle: "one", command: ["true"]}], containers: [{name: "b", bundle: "two", command: ["echo", "b ran"]}]}'
    attempt corun group run --file "$FILE" "$GROUP"
    assert_equal "$status $output" "0 b | b ran"
    rm "$ROOT/two/rootfs/etc/group"
    attempt corun group run --file "$FILE" "$GROUP"
    [ "$status" != 0 ]
    refute_output "b ran"
    [[ $output == *"two/rootfs: its digest"*"is not on the list"* ]]
}

@test "verify: the containers of a group file" {
    only_verify
    in_private supervised
}

images() {
    with_list
    mkdir "$ROOT/content"
    echo 1 >"$ROOT/content/file"
    mkfs.erofs "$ROOT/data.img" "$ROOT/content" >/dev/null 2>&1
    : >"$ROOT/allowed"
    group_file --arg i "$ROOT/data.img" '{volumes: [{name: "t", tmpfs: {}}, {name: "i", image: {path: $i, fsType: "erofs"}}]}'
    refused "/volumes/1 \(i\): .*$ROOT/data.img: its digest file:sha256:$(sha256sum <"$ROOT/data.img" | cut -d' ' -f1) is not on the list" \
        corun group create --file "$FILE" "$GROUP"
    assert_equal "$(corun group list -q)" ""
    allow "$ROOT/data.img"
    corun group create --file "$FILE" "$GROUP"
    corun group delete "$GROUP"
    rm "$ROOT/allowed"
    refused "list of allowed digests" corun group create --file "$FILE" "$GROUP"
    mkdir -p "$ROOT/bin"
    cp "$CORUN" "$ROOT/bin/corun"
    if [ ! -e /usr/libexec/corun/corun-verify ] && [ ! -e /usr/local/libexec/corun/corun-verify ]; then
        CORUN=$ROOT/bin/corun # no program to ask: refused
        refused "corun-verify: execute it: No such file" corun group create --file "$FILE" "$GROUP"
    fi
}

@test "verify: images of volumes" {
    only_verify
    command -v mkfs.erofs >/dev/null || skip "there is no mkfs.erofs"
    in_private images
}

others() {
    local refusal="corun-verify\): exited with status 1: $ROOT/bundle-c/rootfs: its digest tree:sha256:[0-9a-f]{64} is not on the list $ROOT/allowed"
    with_list
    : >"$ROOT/allowed"
    BUNDLE=$ROOT/bundle-c
    bundle . sh -c 'echo ran'
    run_it() { corun run --bundle "$BUNDLE" "$ID-c"; }
    assert_equal "$(run_it)" ran # it is in no pod; and makes the mount points
    for key in io.kubernetes.cri.sandbox-id io.kubernetes.cri-o.SandboxID; do
        edit ".annotations = {\"$key\": \"$ID-c\"}"
        refused "$refusal" run_it
        refused "$refusal" corun create --bundle "$BUNDLE" "$ID-c"
        refused "not supported: to restore what /etc/corun/group-hooks.json wants verified" corun restore --image-path "$ROOT" --bundle "$BUNDLE" "$ID-c"
    done
    assert_equal "$(corun list -q)" ""
    allow "$BUNDLE/rootfs"
    assert_equal "$(run_it)" ran
    edit 'del(.annotations)'
    : >"$ROOT/allowed"
    operator_says '{verify: {manifest: $list, everyContainer: true}}'
    refused "$refusal" run_it
    refused "$refusal" corun create --bundle "$BUNDLE" "$ID-c"
    refused "not supported: to restore what" corun restore --image-path "$ROOT" --bundle "$BUNDLE" "$ID-c"
    allow "$BUNDLE/rootfs"
    assert_equal "$(run_it)" ran
    chmod 666 /etc/corun/group-hooks.json # what it was to say is not known
    refused "must belong to root" run_it
}

@test "verify: the containers of an engine's pods, and of everything if the operator says so" {
    only_verify
    in_private others
}

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
    [ $((SECONDS - before)) -lt 15 ]
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
    refused "longer than" bash -c "head -c 2000000 /dev/zero | tr '\0' x | '$PROGRAMS/corun-ledger' '$ledger'"
    [ ! -e "$ledger" ]
    echo '{"a":1}' | "$PROGRAMS/corun-ledger" "$ledger"
    echo '{"a":1}' | "$PROGRAMS/corun-ledger" "$ledger" --once
    echo '{"a":1}' | "$PROGRAMS/corun-ledger" "$ledger"
    echo '{"a":2}' | "$PROGRAMS/corun-ledger" "$ledger" --once
    assert_equal "$(tr '\n' ' ' <"$ledger")" '{"a":1} {"a":1} {"a":2} '
}

#!/usr/bin/env bats
# Bad input: each gets one clear line, exit code 1, and leaves nothing.
load ../lib/corun

# refused_config REGEX: the bundle's config.json as it is now
refused_config() {
    refused "$1" corun create --bundle "$BUNDLE" "$ID"
    nothing_left
}

raw_config() { cat >"$BUNDLE/config.json"; }

@test "bundle: missing, a file, without config.json" {
    refused "$ROOT/none" corun create --bundle "$ROOT/none" "$ID"
    touch "$ROOT/file"
    refused "$ROOT/file" corun create --bundle "$ROOT/file" "$ID"
    mkdir "$ROOT/empty"
    refused "config.json" corun create --bundle "$ROOT/empty" "$ID"
    nothing_left
}

@test "config.json: empty, white space, not an object" {
    bundle
    for text in '' '   ' '[]' '"text"' null 7; do
        raw_config <<<"$text"
        refused_config 'config.json'
    done
}

@test "config.json: truncated anywhere" {
    bundle
    cp "$BUNDLE/config.json" "$ROOT/whole"
    size=$(stat -c %s "$ROOT/whole")
    for part in 1 10 $((size / 3)) $((size / 2)) $((size - 5)); do
        head -c "$part" "$ROOT/whole" | raw_config
        refused_config 'config.json'
    done
}

@test "config.json: garbage after the document" {
    only_corun "it reads one document and looks no further"
    bundle
    (cat "$BUNDLE/config.json"; echo '{}') >"$ROOT/config"
    mv "$ROOT/config" "$BUNDLE/config.json"
    refused_config 'config.json'
}

@test "config.json: huge" {
    bundle
    (printf '{"annotations":{"a":"'; head -c 40000000 /dev/zero | tr '\0' x; printf '"}}') | raw_config
    refused_config 'config.json'
}

@test "config.json: deeply nested" {
    bundle
    (head -c 100000 /dev/zero | tr '\0' '['; head -c 100000 /dev/zero | tr '\0' ']') | raw_config
    refused_config 'config.json'
    (printf '{"unknown":'; head -c 5000 /dev/zero | tr '\0' '['; head -c 5000 /dev/zero | tr '\0' ']'; printf '}') | raw_config
    refused_config 'config.json'
}

@test "config.json: wrong types, named with their place" {
    only_corun "its messages say less"
    while IFS='|' read -r filter place; do
        bundle "$filter"
        refused_config "$place"
    done <<'EOF2'
.process.args = "sh"|/process/args
.process.args = [1]|/process/args/0
.process.cwd = 5|/process/cwd
.process.terminal = "yes"|/process/terminal
.process.user.uid = "0"|/process/user/uid
.process.user.uid = -1|/process/user/uid
.process.user.uid = 4294967296|/process/user/uid
.process.user.uid = 1.5|/process/user/uid
.root = "rootfs"|/root
.root.readonly = 1|/root/readonly
.mounts = {}|/mounts
.mounts[0].options = "ro"|/mounts/0/options
.mounts[0].destination = null|/mounts/0/destination
.linux.namespaces = [{type: 5}]|/linux/namespaces/0/type
.linux.resources.memory = {limit: "64M"}|/linux/resources/memory/limit
.linux.resources.memory = {limit: 9223372036854775808}|/linux/resources/memory/limit
.hooks = {prestart: {}}|/hooks/prestart
.annotations = {key: 5}|/annotations/key
.ociVersion = 1|/ociVersion
EOF2
}

@test "config.json: not UTF-8, a null byte, a doubled key" {
    only_corun "it takes them"
    bundle
    sed 's/"hostname": *"[a-z]*"/"hostname": "\xff\xfe"/' "$BUNDLE/config.json" >"$ROOT/config"
    cp "$ROOT/config" "$BUNDLE/config.json"
    refused_config 'config.json'
    bundle '.process.args = ["sh\u0000x"]'
    refused_config '/process/args/0'
    bundle
    sed '0,/"hostname"/s//"hostname": "a", "hostname"/' "$BUNDLE/config.json" >"$ROOT/config"
    cp "$ROOT/config" "$BUNDLE/config.json"
    refused_config 'hostname'
}

@test "config.json: unknown properties are ignored" {
    bundle '.unknown = {a: [1, {b: null}]} | .process.unknown = true | .linux.unknown = 5'
    corun run --bundle "$BUNDLE" "$ID"
}

@test "config.json: required properties" {
    for filter in 'del(.ociVersion)' 'del(.root)' 'del(.process.args)' 'del(.process.cwd)' '.process.args = []' 'del(.root.path)' '.root.path = ""' \
        '.mounts += [{type: "tmpfs"}]'; do
        bundle "$filter"
        attempt corun create --bundle "$BUNDLE" "$ID"
        [ "$status" != 0 ] || {
            corun delete --force "$ID"
            only_corun "it lets $filter pass"
        }
        nothing_left
    done
}

@test "ociVersion: a version of another world is refused" {
    only_corun "1.1.5 does not look"
    for version in 2.0.0 0.1.0 text ''; do
        bundle ".ociVersion = \"$version\""
        refused_config 'ociVersion'
    done
    for version in 1.0.0 1.0.2 1.0.2-dev 1.1.0 1.2.0 1.2.1 1.3.0; do
        bundle ".ociVersion = \"$version\""
        corun run --bundle "$BUNDLE" "$ID"
    done
}

@test "rootfs: missing, a file" {
    bundle '.root.path = "none"'
    refused_config 'none'
    bundle '.root.path = "config.json"'
    refused_config 'config.json'
}

@test "rootfs: empty" {
    bundle '.root.path = "empty"' /bin/true
    mkdir "$BUNDLE/empty"
    attempt corun run --bundle "$BUNDLE" "$ID"
    [ "$status" != 0 ]
    assert_output '/bin/true|no such file'
    nothing_left
}

@test "program: missing, a directory, not executable, of no known format" {
    bundle . /no/such/program
    attempt corun run --bundle "$BUNDLE" "$ID"
    [ "$status" != 0 ]
    assert_output '/no/such/program'
    bundle . nosuchprogram
    attempt corun run --bundle "$BUNDLE" "$ID"
    [ "$status" != 0 ]
    assert_output 'nosuchprogram'
    bundle . /tmp
    attempt corun run --bundle "$BUNDLE" "$ID"
    [ "$status" != 0 ]
    assert_output '/tmp'
    bundle . /etc/passwd
    attempt corun run --bundle "$BUNDLE" "$ID"
    [ "$status" != 0 ]
    assert_output '[Pp]ermission denied'
    chmod +x "$BUNDLE/rootfs/etc/passwd"
    attempt corun run --bundle "$BUNDLE" "$ID"
    [ "$status" != 0 ]
    assert_output '[Ee]xec format error'
    nothing_left
}

@test "program: a script whose interpreter is missing" {
    bundle . /work/script
    printf '#!/no/interpreter\n' >"$BUNDLE/rootfs/work/script"
    chmod +x "$BUNDLE/rootfs/work/script"
    attempt corun run --bundle "$BUNDLE" "$ID"
    [ "$status" != 0 ]
    assert_output '/work/script'
    nothing_left
}

@test "id: empty, with a slash, dots, white space, a control character, too long" {
    bundle
    for id in '' / a/b .. . ../x 'a b' $'a\nb' 'a:b' "$(head -c 1025 /dev/zero | tr '\0' a)"; do
        refused '' corun create --bundle "$BUNDLE" "$id"
    done
    [ -z "$(ls -A "$STATE" 2>/dev/null)" ]
}

@test "id: all the characters that engines use" {
    bundle . sleep 1000
    for id in "$ID" "$ID.x" "${ID}_x" "$ID+x" "$ID-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"; do
        corun create --bundle "$BUNDLE" "$id" 3>&-
        corun delete --force "$id"
    done
}

@test "id: missing, and too many arguments" {
    bundle
    refused '' corun create --bundle "$BUNDLE"
    refused '' corun state
    refused '' corun kill
    refused '' corun delete
    refused '' corun start
}

@test "state root: a file, a read-only file system" {
    bundle
    touch "$ROOT/file"
    refused "$ROOT/file" "$CORUN" --root "$ROOT/file" create --bundle "$BUNDLE" "$ID"
    refused '/proc' "$CORUN" --root /proc/corun-state create --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "state root: private, whatever the umask" {
    bundle . sleep 1000
    (umask 0 && corun create --bundle "$BUNDLE" "$ID" 3>&-)
    assert_equal "$(find "$STATE" -type d -perm /066 | head -n 1)" ""
}

@test "pid file: an unwritable place ends the create" {
    bundle . sleep 1000
    refused "$ROOT/none/pid" corun create --bundle "$BUNDLE" --pid-file "$ROOT/none/pid" "$ID"
    nothing_left
}

@test "a user id that does not fit is never taken for root" {
    for uid in -1 4294967296 1e3 0.5 '"0"' '"1000"' 18446744073709551615; do
        bundle '.process.user.uid = 424242' id -u
        sed "s/424242/$uid/" "$BUNDLE/config.json" >"$ROOT/config"
        cp "$ROOT/config" "$BUNDLE/config.json"
        attempt corun run --bundle "$BUNDLE" "$ID"
        [ "$status" != 0 ] || [ "$output" != 0 ]
    done
    nothing_left
}

@test "as an ordinary user without a user namespace: refused, nothing left" {
    bundle
    chmod -R a+rX "$BUNDLE"
    install -m 755 "$(command -v "$CORUN")" "$ROOT/program"
    run setpriv --reuid 65534 --regid 65534 --clear-groups "$ROOT/program" --root "/tmp/ct-$ID-state" run --bundle "$BUNDLE" "$ID"
    rm -rf "/tmp/ct-$ID-state"
    [ "$status" != 0 ]
}

@test "errors: a create that waits for its configuration can be ended, and has taken no id" {
    bundle
    mkfifo "$ROOT/config"
    run -124 timeout 1 "$CORUN" --root "$STATE" create --bundle "$BUNDLE" --config "$ROOT/config" "$ID" </dev/null
    refused 'does not exist' corun state "$ID"
    nothing_left
}

@test "errors: a file bound over a directory, and the reverse, are told as that" {
    : >"$ROOT/file"
    bundle '.mounts += [{destination: "/mnt", type: "bind", source: "'"$ROOT"'/file", options: ["bind"]}]'
    refused 'directory' corun run --bundle "$BUNDLE" "$ID"
    bundle '.mounts += [{destination: "/etc/passwd", type: "bind", source: "'"$ROOT"'", options: ["bind"]}]'
    refused 'directory' corun run --bundle "$BUNDLE" "$ID"
}

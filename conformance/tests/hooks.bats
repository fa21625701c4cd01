#!/usr/bin/env bats
# When hooks run, and where (config.md#posix-platform-hooks): what their programs see at that moment.
load ../../tests/lib/corun

# hook NAME SCRIPT: a program on the host that has the state in $state and the container's pid in $pid, and writes to $ROOT/NAME.
hook() {
    mkdir -p "$ROOT/hooks"
    cat >"$ROOT/hooks/$1" <<EOF
#!/bin/sh
state=\$(cat)
pid=\$(echo "\$state" | sed -n 's/.*"pid": *\([0-9]*\).*/\1/p')
{
$2
} >"$ROOT/$1" 2>&1
exit 0
EOF
    chmod +x "$ROOT/hooks/$1"
}

# entry KIND [NAME]: a member of .hooks with one hook program
entry() { printf '%s: [{path: "%s/hooks/%s"}]' "$1" "$ROOT" "${2:-$1}"; }

namespaces='for kind in mnt net ipc uts pid; do readlink /proc/self/ns/$kind; done'
namespaces_of() { for kind in mnt net ipc uts pid; do readlink "/proc/$1/ns/$kind"; done; }

whole_life() {
    corun create --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    corun start "$ID"
    theirs=$(namespaces_of "$(pid_of "$ID")")
    corun kill "$ID" KILL
    wait_for_status "$ID" stopped
    corun delete "$ID"
}

@test "hooks: each kind gets the state" {
    for kind in prestart createRuntime createContainer poststart poststop; do
        hook $kind 'echo "$state"'
    done
    bundle ".annotations = {key: \"value\"} | .hooks = {$(entry prestart), $(entry createRuntime), $(entry createContainer), $(entry poststart), $(entry poststop),
        startContainer: [{path: \"/bin/sh\", args: [\"sh\", \"-c\", \"cat >/startContainer\"]}]}" sleep 1000
    whole_life
    cp "$BUNDLE/rootfs/startContainer" "$ROOT"
    for kind in prestart createRuntime createContainer startContainer poststart poststop; do
        assert_equal "$(jq -r '.id, .bundle, .annotations.key, (.ociVersion | test("^1\\."))' "$ROOT/$kind")" "$ID
$BUNDLE
value
true"
        jq -e '.status | IN("creating", "created", "running", "stopped")' "$ROOT/$kind"
    done
}

@test "hooks: prestart, createRuntime, poststart and poststop run in the runtime's namespaces" {
    for kind in prestart createRuntime poststart poststop; do hook $kind "$namespaces"; done
    bundle ".hooks = {$(entry prestart), $(entry createRuntime), $(entry poststart), $(entry poststop)}" sleep 1000
    whole_life
    for kind in prestart createRuntime poststart poststop; do
        assert_equal "$(cat "$ROOT/$kind")" "$(namespaces_of self)"
    done
}

@test "hooks: createContainer runs in the container's namespaces, its program is the runtime's" {
    hook createContainer "$namespaces"
    bundle ".hooks = {$(entry createContainer)}" sleep 1000
    [ ! -e "$BUNDLE/rootfs$ROOT" ]
    whole_life
    assert_equal "$(cat "$ROOT/createContainer")" "$theirs"
}

@test "hooks: startContainer runs in the container's namespaces, its program is the container's" {
    bundle '.hooks = {startContainer: [{path: "/work/only-here"}]}' sleep 1000
    printf '#!/bin/sh\n%s >/namespaces' "{ $namespaces; }" >"$BUNDLE/rootfs/work/only-here"
    chmod +x "$BUNDLE/rootfs/work/only-here"
    [ ! -e /work/only-here ]
    whole_life
    assert_equal "$(cat "$BUNDLE/rootfs/namespaces")" "$theirs"
}

@test "hooks: those of create run when the environment is there and before the root is changed" {
    mkdir "$ROOT/data"
    for kind in prestart createRuntime; do
        hook $kind 'for kind in mnt net ipc uts; do readlink /proc/$pid/ns/$kind; done; [ -e /proc/$pid/root'"$ROOT"'/data ] && echo "the host root"'
    done
    hook createContainer 'grep -q "rootfs/mnt ro," /proc/self/mountinfo && echo mounted; [ -e '"$ROOT"'/data ] && echo "the host root"'
    bundle ".hooks = {$(entry prestart), $(entry createRuntime), $(entry createContainer)}
        | .mounts += [{destination: \"/mnt\", source: \"$ROOT/data\", options: [\"bind\", \"ro\"]}]" sleep 1000
    whole_life
    for kind in prestart createRuntime; do
        assert_equal "$(cat "$ROOT/$kind")" "$(head -n 4 <<<"$theirs")"$'\nthe host root'
    done
    assert_equal "$(cat "$ROOT/createContainer")" $'mounted\nthe host root'
}

@test "hooks: those of create are done when create returns, and no others" {
    for kind in prestart createRuntime createContainer poststart poststop; do hook $kind 'sleep 0.2; echo done'; done
    only_corun "its poststart comes with create"
    bundle ".hooks = {$(entry prestart), $(entry createRuntime), $(entry createContainer), $(entry poststart), $(entry poststop)}" sleep 1000
    corun create --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    for kind in prestart createRuntime createContainer; do
        assert_equal "$(cat "$ROOT/$kind")" "done"
    done
    [ ! -e "$ROOT/poststart" ]
    [ ! -e "$ROOT/poststop" ]
}

@test "hooks: poststart runs after the program is executed and before start returns" {
    hook poststart 'tr "\0" " " </proc/$pid/cmdline; sleep 0.3; echo end'
    bundle ".hooks = {$(entry poststart)}" sleep 1000
    corun create --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    only_corun "it runs them too early"
    [ ! -e "$ROOT/poststart" ]
    corun start "$ID"
    assert_equal "$(cat "$ROOT/poststart")" 'sleep 1000 end'
}

@test "hooks: poststop runs after the container is deleted and before delete returns" {
    hook poststop 'find /sys/fs/cgroup -mindepth 2 -maxdepth 6 -type d -name "*'"$ID"'*"
        for other in /proc/[0-9]*; do grep -qs "CORUN_TEST='"$ID"'" $other/environ && echo $other; done; sleep 0.3; echo end'
    bundle ".hooks = {$(entry poststop)}" sleep 1000
    whole_life
    assert_equal "$(cat "$ROOT/poststop")" end
}

@test "hooks: a failing poststart hook is an error and stops the container" {
    only_corun "it goes on"
    hook poststop 'echo ran'
    bundle ".hooks = {poststart: [{path: \"/bin/false\"}], $(entry poststop)}" sleep 1000
    corun create --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    pid=$(pid_of "$ID")
    refused 'poststart|hook' corun start "$ID"
    [ ! -d "/proc/$pid" ] || grep -q '^State:.Z' "/proc/$pid/status"
    nothing_left
    assert_equal "$(cat "$ROOT/poststop")" ran
}

@test "hooks: a failing startContainer hook is an error and ends the container" {
    only_corun "its start does not wait"
    hook poststop 'echo ran'
    bundle ".hooks = {startContainer: [{path: \"/bin/false\"}], $(entry poststop)}" touch /ran
    corun create --bundle "$BUNDLE" "$ID" </dev/null >"$ROOT/out" 2>&1 3>&-
    refused 'startContainer|hook' corun start "$ID"
    [ ! -e "$BUNDLE/rootfs/ran" ]
    nothing_left
    assert_equal "$(cat "$ROOT/poststop")" ran
}

@test "hooks: a failing create hook is an error, ends the container and runs the poststop hooks" {
    only_corun "it does not run poststop"
    for kind in prestart createRuntime createContainer; do
        hook poststop 'echo ran'
        bundle ".hooks = {$kind: [{path: \"/bin/false\"}], $(entry poststop)}" touch /ran
        refused "$kind|hook" corun run --bundle "$BUNDLE" "$ID"
        nothing_left
        [ ! -e "$BUNDLE/rootfs/ran" ]
        assert_equal "$(cat "$ROOT/poststop")" ran
        rm "$ROOT/poststop"
    done
}

@test "hooks: a failing poststop hook is logged, and the others run" {
    hook poststop 'echo ran'
    bundle ".hooks = {poststop: [{path: \"/bin/false\"}, {path: \"$ROOT/hooks/poststop\"}]}" true
    corun --log "$ROOT/log" run --bundle "$BUNDLE" "$ID"
    only_corun "it stops at the first one"
    assert_equal "$(cat "$ROOT/poststop")" ran
    grep -E 'poststop|/bin/false' "$ROOT/log"
    nothing_left
}

@test "hooks: a path that is not absolute is refused for every kind" {
    only_corun "it resolves them against its own directory"
    for kind in prestart createRuntime createContainer startContainer poststart poststop; do
        bundle ".hooks = {$kind: [{path: \"bin/true\"}]}"
        refused 'path|bin/true' corun run --bundle "$BUNDLE" "$ID"
        nothing_left
    done
}

@test "hooks: a timeout that is not above zero is refused for every kind" {
    only_corun "it takes 0 as none"
    for kind in prestart createRuntime createContainer startContainer poststart poststop; do
        for timeout in 0 -1; do
            bundle ".hooks = {$kind: [{path: \"/bin/true\", timeout: $timeout}]}"
            refused timeout corun run --bundle "$BUNDLE" "$ID"
            nothing_left
        done
    done
}

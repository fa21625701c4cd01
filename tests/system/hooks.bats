#!/usr/bin/env bats
# The six kinds of hooks: order, where they run, what they get, and what their failure means (config.md#posix-platform-hooks, runtime.md#lifecycle).
load ../lib/corun

# One hook program for all kinds: appends its name and what it was given to a file.
hook_program() {
    cat >"$ROOT/hook" <<EOF2
#!/bin/sh
state=\$(cat)
echo "\$1 \$(readlink /proc/self/ns/mnt) \$(echo "\$state" | grep -o '"status": *"[a-z]*"' | tr -d ' ')" >>"$ROOT/log"
echo "\$state" >"$ROOT/state.\$1"
env | sort >"$ROOT/env.\$1"
pwd >"$ROOT/cwd.\$1"
exit 0
EOF2
    chmod +x "$ROOT/hook"
}

host_hook() { printf '{path: "%s", args: ["hook", "%s"], env: ["A=1", "B=two words"]}' "$ROOT/hook" "$1"; }
names() { cut -d' ' -f1 "$ROOT/log" | tr '\n' ' '; }

@test "hooks: order over the whole life" {
    hook_program
    bundle ".hooks = {prestart: [$(host_hook prestart)], createRuntime: [$(host_hook createRuntime)], createContainer: [$(host_hook createContainer)],
        startContainer: [{path: \"/bin/sh\", args: [\"sh\", \"-c\", \"cat >/started\"]}], poststart: [$(host_hook poststart)], poststop: [$(host_hook poststop)]}" sleep 1000
    corun create --bundle "$BUNDLE" "$ID" 3>&-
    [ "$(basename "$CORUN")" = runc ] || assert_equal "$(names)" "prestart createRuntime createContainer " # its poststart comes with create
    [ ! -e "$BUNDLE/rootfs/started" ]
    corun start "$ID"
    [ -e "$BUNDLE/rootfs/started" ]
    assert_equal "$(names)" "prestart createRuntime createContainer poststart "
    corun kill "$ID" KILL
    wait_for_status "$ID" stopped
    corun delete "$ID"
    assert_equal "$(names)" "prestart createRuntime createContainer poststart poststop "
}

@test "hooks: several of one kind run in the order listed" {
    hook_program
    bundle ".hooks = {createRuntime: [$(host_hook one), $(host_hook two), $(host_hook three)]}"
    corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$(names)" "one two three "
}

@test "hooks: the runtime's mount namespace or the container's" {
    hook_program
    bundle ".hooks = {prestart: [$(host_hook prestart)], createRuntime: [$(host_hook createRuntime)], createContainer: [$(host_hook createContainer)],
        poststart: [$(host_hook poststart)], poststop: [$(host_hook poststop)]}" sleep 1000
    corun create --bundle "$BUNDLE" "$ID" 3>&-
    corun start "$ID"
    theirs=$(readlink "/proc/$(pid_of "$ID")/ns/mnt")
    corun delete --force "$ID"
    ours=$(readlink /proc/self/ns/mnt)
    for kind in prestart createRuntime poststart poststop; do
        assert_equal "$(awk -v k=$kind '$1 == k { print $2 }' "$ROOT/log")" "$ours"
    done
    assert_equal "$(awk '$1 == "createContainer" { print $2 }' "$ROOT/log")" "$theirs"
}

@test "hooks: the state on stdin, with the right status" {
    hook_program
    bundle ".annotations = {key: \"value\"} | .hooks = {createRuntime: [$(host_hook createRuntime)], poststart: [$(host_hook poststart)], poststop: [$(host_hook poststop)]}" sleep 1000
    corun create --bundle "$BUNDLE" "$ID" 3>&-
    corun start "$ID"
    pid=$(pid_of "$ID")
    corun delete --force "$ID"
    for kind in createRuntime poststart; do
        assert_equal "$(jq -r '.id, .pid, .bundle, .annotations.key' "$ROOT/state.$kind")" "$ID
$pid
$BUNDLE
value"
    done
    assert_equal "$(jq -r .status "$ROOT/state.poststop")" stopped
    only_corun "it says created before it is, and still after start"
    assert_equal "$(jq -r .status "$ROOT/state.poststart")" running
    assert_equal "$(jq -r .status "$ROOT/state.createRuntime")" creating
}

@test "hooks: startContainer runs in the container, before the program" {
    bundle '.hooks = {startContainer: [{path: "/bin/sh", args: ["sh", "-c", "cat >/state; readlink /proc/self/ns/pid >/ns; echo hook >>/order"]}]}' \
        sh -c 'echo program >>/order; readlink /proc/self/ns/pid >/ns2'
    corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$(cat "$BUNDLE/rootfs/order")" $'hook\nprogram'
    assert_equal "$(cat "$BUNDLE/rootfs/ns")" "$(cat "$BUNDLE/rootfs/ns2")"
    assert_equal "$(jq -r .id "$BUNDLE/rootfs/state")" "$ID"
}

@test "hooks: the environment is exactly the hook's own" {
    only_corun "it passes its own on when the hook has none"
    hook_program
    bundle ".process.env += [\"LD_PRELOAD=/evil.so\"] | .hooks = {createRuntime: [$(host_hook with)], createContainer: [{path: \"$ROOT/hook\", args: [\"hook\", \"without\"]}]}"
    FROM_THE_CALLER=1 corun run --bundle "$BUNDLE" "$ID"
    # what a shell sets by itself is not counted
    assert_equal "$(grep -vE '^(PWD|SHLVL|_|OLDPWD)=' "$ROOT/env.with")" $'A=1\nB=two words'
    assert_equal "$(grep -vE '^(PWD|SHLVL|_|OLDPWD)=' "$ROOT/env.without" || true)" ""
}

@test "hooks: the working directory of host hooks is the bundle" {
    hook_program
    bundle ".hooks = {createRuntime: [$(host_hook createRuntime)]}"
    corun run --bundle "$BUNDLE" "$ID"
    only_corun "it does not say"
    assert_equal "$(cat "$ROOT/cwd.createRuntime")" "$BUNDLE"
}

@test "hooks: a failing one before start ends the create, with its words, and leaves nothing" {
    for kind in prestart createRuntime createContainer; do
        bundle ".hooks = {$kind: [{path: \"/bin/sh\", args: [\"sh\", \"-c\", \"echo because of me >&2; exit 3\"]}]}"
        refused "$kind|hook|because of me" corun create --bundle "$BUNDLE" "$ID"
        nothing_left
    done
}

@test "hooks: after a failed create the poststop hooks run" {
    only_corun "it does not run them"
    hook_program
    bundle ".hooks = {createRuntime: [{path: \"/bin/false\"}], poststop: [$(host_hook poststop)]}"
    attempt corun create --bundle "$BUNDLE" "$ID"
    [ "$status" != 0 ]
    assert_equal "$(names)" "poststop "
}

@test "hooks: a failing startContainer hook ends the container, and destroys it" {
    bundle '.hooks = {startContainer: [{path: "/bin/sh", args: ["sh", "-c", "exit 4"]}]}' touch /ran
    corun create --bundle "$BUNDLE" "$ID" 3>&-
    attempt corun start "$ID"
    [ "$status" != 0 ] || only_corun "its start does not wait for them"
    [ ! -e "$BUNDLE/rootfs/ran" ]
    nothing_left # runtime.md#lifecycle, step 7: continue with steps 12 and 13
}

@test "hooks: a failing poststop hook is a warning, the delete goes on" {
    bundle '.hooks = {poststop: [{path: "/bin/false"}]}' true
    corun run --detach --bundle "$BUNDLE" "$ID" 3>&-
    wait_for_status "$ID" stopped
    run -0 corun delete "$ID"
    nothing_left
}

@test "hooks: one that takes longer than its timeout is killed" {
    bundle '.hooks = {createRuntime: [{path: "/bin/sleep", args: ["sleep", "30"], timeout: 1}]}'
    local start=$SECONDS
    refused 'createRuntime|timeout|timed|hook' corun create --bundle "$BUNDLE" "$ID"
    [ $((SECONDS - start)) -lt 10 ]
    nothing_left
}

@test "hooks: one that does not read its stdin is no error" {
    bundle '.annotations = {big: ("x" * 200000)} | .hooks = {createRuntime: [{path: "/bin/true"}]}'
    corun run --bundle "$BUNDLE" "$ID"
}

@test "hooks: a missing or relative path is refused" {
    bundle '.hooks = {createRuntime: [{path: "/no/such/hook"}]}'
    refused '/no/such/hook' corun create --bundle "$BUNDLE" "$ID"
    bundle '.hooks = {createRuntime: [{path: "bin/true"}]}'
    refused 'hooks/createRuntime|absolute|bin/true' corun create --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "hooks: a timeout below one is refused" {
    bundle '.hooks = {createRuntime: [{path: "/bin/true", timeout: 0}]}'
    attempt corun create --bundle "$BUNDLE" "$ID"
    [ "$status" != 0 ] || only_corun "it takes 0 as none"
    nothing_left
}

@test "hooks: they do not inherit descriptors" {
    # the loop's own redirection is at 10 in a POSIX shell
    bundle '.hooks = {createRuntime: [{path: "/bin/sh", args: ["sh", "-c", "for f in 3 4 5 6 7 8 9; do [ ! -e /proc/$$/fd/$f ] || echo $f; done >\($root)/fds"]}]}'
    exec 9<"$BUSYBOX/etc/passwd"
    corun run --bundle "$BUNDLE" "$ID" </dev/null 3>&-
    exec 9<&-
    only_corun "it leaves some open"
    assert_equal "$(cat "$ROOT/fds")" ""
}

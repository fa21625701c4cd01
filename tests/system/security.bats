#!/usr/bin/env bats
# What runtimes were caught with in the last ten years, as far as create and run are concerned. Each test names its advisory.
# shellcheck disable=SC2154 # attempt sets stdout
load ../lib/corun

@test "CVE-2016-3697: a numeric user is not looked up as a name" {
    bundle '.process.user = {uid: 1000, gid: 1000}' id -u
    echo '1000:x:0:0::/:/bin/sh' >>"$BUNDLE/rootfs/etc/passwd"
    run -0 corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$output" 1000
}

@test "CVE-2019-5736: the container cannot write the runtime through /proc/self/exe" {
    install -m 755 "$(command -v "$CORUN")" "$ROOT/program"
    before=$(sha256sum <"$ROOT/program")
    bundle . /work/entry
    # the program is the runtime itself, if the container can have it so
    printf '#!/proc/self/exe\n' >"$BUNDLE/rootfs/work/entry"
    chmod +x "$BUNDLE/rootfs/work/entry"
    run "$ROOT/program" --root "$STATE" run --bundle "$BUNDLE" "$ID"
    edit '.linux.namespaces |= map(select(.type != "pid"))' \
        sh -c 'for p in /proc/[0-9]*; do (echo x >"$p/exe") 2>/dev/null && [ "$(readlink $p/exe)" = "$PROGRAM" ] && echo "wrote $p"; done; true'
    edit '.process.env += ["PROGRAM=\($root)/program"] | .process.capabilities |= map_values(["CAP_DAC_OVERRIDE", "CAP_SYS_PTRACE"])'
    run "$ROOT/program" --root "$STATE" run --bundle "$BUNDLE" "$ID"
    refute_output wrote
    assert_equal "$(sha256sum <"$ROOT/program")" "$before"
}

@test "CVE-2019-16884: a volume over /proc is refused" {
    mkdir -p "$ROOT/fake/self/attr"
    bundle '.mounts += [{destination: "/proc", type: "bind", source: "\($root)/fake", options: ["bind"]}]'
    refused '/proc' corun run --bundle "$BUNDLE" "$ID"
    bundle '.mounts += [{destination: "/proc/self/attr", type: "bind", source: "\($root)/fake", options: ["bind"]}]'
    refused '/proc' corun run --bundle "$BUNDLE" "$ID"
    nothing_left
}

@test "CVE-2023-27561, CVE-2025-54867: /proc or /sys of the image is a symlink" {
    for name in proc sys; do
        bundle . true
        rmdir "$BUNDLE/rootfs/$name"
        mkdir -p "$ROOT/outside"
        ln -s "$ROOT/outside" "$BUNDLE/rootfs/$name"
        attempt corun run --bundle "$BUNDLE" "$ID"
        [ -z "$(ls -A "$ROOT/outside")" ]
        [ "$status" != 0 ] || only_corun "it follows it inside the root"
        rm "$BUNDLE/rootfs/$name"
        mkdir "$BUNDLE/rootfs/$name"
    done
    nothing_left
}

@test "CVE-2026-41579, CVE-2026-47766: /dev of the image is a symlink, with and without pivot_root" {
    mkdir "$ROOT/outside"
    bundle . true
    rmdir "$BUNDLE/rootfs/dev"
    for target in "$ROOT/outside" ../../outside ../../../../../../.."$ROOT/outside"; do
        ln -sfn "$target" "$BUNDLE/rootfs/dev"
        for option in --no-pivot --no-new-keyring; do
            attempt corun run $option --bundle "$BUNDLE" "$ID"
            [ -z "$(ls -A "$ROOT/outside")" ] || only_corun "1.1.5 has this hole"
        done
    done
    nothing_left
}

@test "CVE-2026-88264: /dev/console of the image leads out" {
    bundle '.mounts |= map(select(.destination | startswith("/dev") | not)) | .process.terminal = true' true
    ln -sf "$ROOT/created-by-runtime" "$BUNDLE/rootfs/dev/console"
    run script -qec "$CORUN --root $STATE run --bundle $BUNDLE $ID" /dev/null </dev/null
    [ ! -e "$ROOT/created-by-runtime" ]
}

@test "CVE-2026-88265, CVE-2025-31133: /dev/null of the image is a symlink to a host's file" {
    echo secret >"$ROOT/victim"
    chmod 600 "$ROOT/victim"
    # no /dev of its own: the image's is used
    bundle '.mounts |= map(select(.destination | startswith("/dev") | not)) | .mounts += [{destination: "/victim", type: "bind", source: "\($root)/victim", options: ["bind"]}]
        | .linux.maskedPaths = ["/etc/passwd"]' sh -c 'cat /etc/passwd'
    rm -f "$BUNDLE/rootfs/dev/null"
    ln -s /victim "$BUNDLE/rootfs/dev/null"
    attempt corun run --bundle "$BUNDLE" "$ID" </dev/null
    refute_output secret
    assert_equal "$(cat "$ROOT/victim")" secret
    assert_equal "$(stat -c %u:%a "$ROOT/victim")" 0:600
}

@test "CVE-2024-21626: cwd through /proc/self/fd never leads to the host" {
    for n in $(seq 3 20); do
        bundle ".process.cwd = \"/proc/self/fd/$n\"" sh -c 'pwd; ls; ls ../../..'
        attempt corun run --bundle "$BUNDLE" "$ID" </dev/null
        [[ ! $stdout =~ vmlinuz|config.json|ct\. ]]
    done
    nothing_left
}

@test "CVE-2024-21626: descriptors of the runtime do not reach the program" {
    run -0 contained . sh -c 'for f in /proc/1/fd/*; do readlink $f; done; true'
    refute_output '/sys/fs/cgroup|state|/proc|anon_inode|socket.*memfd'
    [ "${#lines[@]}" -le 4 ]
}

@test "CVE-2021-30465: a mount destination whose parent is exchanged for a symlink" {
    mkdir -p "$ROOT/volume/dir" "$ROOT/outside"
    cat >"$ROOT/exchange.py" <<'EOF2'
import ctypes, os, sys, time
libc = ctypes.CDLL(None, use_errno=True)
os.chdir(sys.argv[1])
end = time.monotonic() + 300
while time.monotonic() < end:
    libc.renameat2(-100, b"dir", -100, b"link", 2)
EOF2
    ln -s / "$ROOT/volume/link"
    bundle '.mounts += [{destination: "/volume", type: "bind", source: "\($root)/volume", options: ["bind"]},
        {destination: "/volume/dir\($root)/outside", type: "tmpfs", source: "tmpfs"}]' true
    before=$(wc -l </proc/self/mountinfo)
    python3 "$ROOT/exchange.py" "$ROOT/volume" 3>&- &
    attacker=$!
    for n in $(seq 30); do
        attempt corun run --bundle "$BUNDLE" "$ID-$n"
    done
    kill "$attacker"
    wait "$attacker" || true
    grep -cF "$ROOT" /proc/self/mountinfo && return 1
    [ -z "$(ls -A "$ROOT/outside")" ]
}

@test "CVE-2022-29162, CVE-2022-24769: inheritable capabilities stay empty" {
    run -0 contained . grep CapInh /proc/self/status
    assert_equal "$output" $'CapInh:\t0000000000000000'
}

@test "CVE-2023-25173: the caller's supplementary groups are dropped" {
    bundle . grep Groups /proc/self/status
    run -0 setpriv --groups 0,4,27 "$CORUN" --root "$STATE" run --bundle "$BUNDLE" "$ID"
    assert_output $'^Groups:\t ?$'
}

@test "CVE-2022-0532, CVE-2022-0811: a sysctl value cannot smuggle another one in" {
    before=$(cat /proc/sys/kernel/core_pattern)
    bundle '.linux.sysctl = {"kernel.shm_rmid_forced": "1+kernel.core_pattern=|/bin/evil"}'
    attempt corun run --bundle "$BUNDLE" "$ID"
    assert_equal "$(cat /proc/sys/kernel/core_pattern)" "$before"
    nothing_left
}

@test "GHSA-g54h-m393-cpwq: without device rules nothing beyond the defaults is allowed" {
    bundle '.process.capabilities |= map_values(. + ["CAP_MKNOD"]) | del(.linux.resources.devices)' \
        sh -c 'mknod /work/mem c 1 1; head -c 1 /work/mem >/dev/null || echo refused'
    attempt corun run --bundle "$BUNDLE" "$ID"
    assert_output refused
}

@test "CVE-2026-115521: a read-only root is read-only whatever the image holds in /proc" {
    bundle '.root.readonly = true' sh -c 'touch /work/x || echo refused'
    mkdir -p "$BUNDLE/rootfs/proc/self/fd"
    ln -s /tmp "$BUNDLE/rootfs/proc/self/fd/3"
    attempt corun run --bundle "$BUNDLE" "$ID"
    assert_output refused
}

@test "CVE-2017-5226: the container has a session of its own, so it cannot type into the caller's terminal" {
    bundle '.process.terminal = false' sh -c 'cut -d" " -f6,7 /proc/$$/stat'
    run script -qec "$CORUN --root $STATE run --bundle $BUNDLE $ID" /dev/null </dev/null
    assert_output '1 0'
}

@test "hooks get none of the container's environment" {
    bundle '.process.env += ["LD_PRELOAD=/evil.so"] | .hooks = {createRuntime: [{path: "/usr/bin/env", env: ["A=1"]}], createContainer: [{path: "/bin/sh", args: ["sh", "-c", "env >\($root)/env"], env: ["A=1"]}]}'
    corun run --bundle "$BUNDLE" "$ID" >/dev/null
    run cat "$ROOT/env"
    refute_output LD_PRELOAD
}

@test "a mount point is not made inside the source of a read-only bind" {
    only_corun "it makes it"
    mkdir "$ROOT/source"
    bundle '.mounts += [{destination: "/mnt", type: "bind", source: "\($root)/source", options: ["bind", "ro"]},
        {destination: "/mnt/new/dir", type: "tmpfs", source: "tmpfs"}]' true
    attempt corun run --bundle "$BUNDLE" "$ID"
    [ -z "$(ls -A "$ROOT/source")" ]
}

@test "the program is not dumpable into the host before it is the container's" {
    start_sleeper
    run -0 stat -c %U "/proc/$(pid_of "$ID")/fd"
    assert_equal "$output" root
}

@test "a thousand annotations and 64 KiB values arrive or are refused, nothing between" {
    bundle '.annotations = ([range(1000) | {key: "k\(.)", value: ("v" * 70)}] | from_entries) | .annotations.big = ("x" * 66000)' sleep 1000
    corun create --bundle "$BUNDLE" "$ID" 3>&-
    assert_equal "$(corun state "$ID" | jq -r '.annotations.big | length')" 66000
    assert_equal "$(corun state "$ID" | jq -r '.annotations | length')" 1001
}

@test "the mount table and the cgroups of the host are the same after a hundred starts" {
    bundle . true
    before=$(wc -l </proc/self/mountinfo)
    for n in $(seq 100); do
        corun run --bundle "$BUNDLE" "$ID-$n"
    done
    nothing_left
}

@test "security: a masked file does not let the container's root at the host's /dev/null" {
    before=$(stat -c '%a %z' /dev/null)
    run -0 contained '.linux.maskedPaths = ["/proc/keys", "/proc/timer_list"] | .process.capabilities = {}' \
        sh -c 'chmod 666 /proc/keys 2>&1; chown 0:0 /proc/keys 2>&1; touch /proc/timer_list 2>&1; echo x >/proc/keys && cat /proc/keys; echo done'
    assert_output 'Read-only file system'
    assert_output "done"
    assert_equal "$(stat -c '%a %z' /dev/null)" "$before"
}

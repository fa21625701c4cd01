#!/usr/bin/env bats
# config.md beside mounts and hooks: what is ignored, what is refused, and the terminal's size.
load ../../tests/lib/corun

@test "mounts: a relative destination is below the root" {
    mkdir "$ROOT/data"
    touch "$ROOT/data/file"
    # not below the working directory
    run -0 --separate-stderr contained ".process.cwd = \"/home\" | .mounts += [{destination: \"work/here\", source: \"$ROOT/data\", options: [\"bind\"]}]" ls /work/here
    assert_equal "$output" file
}

@test "mounts: they are made in the listed order" {
    run -0 contained '.mounts += [{destination: "/mnt", type: "tmpfs", source: "first"}, {destination: "/mnt/sub", type: "tmpfs", source: "second"},
        {destination: "/work", type: "tmpfs", source: "third"}, {destination: "/work", type: "tmpfs", source: "fourth"}]' \
        awk '$5 == "/mnt" || $5 == "/mnt/sub" || $5 == "/work" { sub(".* - ", ""); print $2 }' /proc/self/mountinfo
    assert_equal "$output" $'first\nsecond\nthird\nfourth'
    # the other way round the first is covered
    run contained '.mounts += [{destination: "/mnt/sub", type: "tmpfs", source: "second"}, {destination: "/mnt", type: "tmpfs", source: "first"}]' ls /mnt
    assert_equal "$output" ''
}

@test "process: consoleSize without a terminal is ignored" {
    for terminal in '.process.terminal = false' 'del(.process.terminal)'; do
        run -0 contained "$terminal | .process.consoleSize = {width: 34, height: 12}" sh -c 'test -t 1 || echo none'
        assert_equal "$output" none
    done
}

@test "process: the first entry of args is looked up as execvp does" {
    run -0 contained '.process.env = ["PATH=/nowhere:/bin"]' busybox echo found
    assert_equal "$output" found
    bundle '.process.args = []'
    refused args corun run --bundle "$BUNDLE" "$ID"
}

@test "process: getrlimit sees soft and hard as configured" {
    run -0 contained '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 101, hard: 202}, {type: "RLIMIT_FSIZE", soft: 4096000, hard: 8192000}]' \
        sh -c 'ulimit -Sn; ulimit -Hn; grep "Max file size" /proc/self/limits'
    assert_output $'^101\n202\n'
    assert_output 'Max file size +4096000 +8192000 '
}

@test "annotations: a map of strings, its keys not empty" {
    only_corun "it takes them"
    for annotations in '[]' '"text"' '{key: 5}' '{key: null}' '{key: {}}' '{"": "value"}'; do
        bundle ".annotations = $annotations"
        refused annotations corun run --bundle "$BUNDLE" "$ID"
    done
    nothing_left
}

@test "annotations: unknown keys change nothing" {
    run -0 contained '.annotations = {"com.example.unknown": "value", "org.opencontainers.unknown": "", "x": ""}' echo fine
    assert_equal "$output" fine
}

@test "unknown properties are ignored wherever they are" {
    run -0 contained '.unknown = 1 | .root.unknown = {} | .mounts[0].unknown = [] | .process.unknown = null | .process.user.unknown = "x" | .linux.unknown = {a: [1]}
        | .linux.namespaces[0].unknown = 1 | .linux.resources.unknown = {} | .hooks.unknown = [{path: "relative"}] | .annotations.unknown = "x"' echo fine
    assert_equal "$output" fine
}

@test "invalid values are refused everywhere" {
    while IFS='|' read -r filter; do
        bundle "$filter"
        refused '' corun run --bundle "$BUNDLE" "$ID"
    done <<'EOF2'
.linux.rootfsPropagation = "sideways"
.linux.namespaces += [{type: "flavour"}]
.linux.seccomp = {defaultAction: "SCMP_ACT_NONE"}
.linux.devices = [{type: "x", path: "/dev/one", major: 1, minor: 3}]
.process.rlimits = [{type: "RLIMIT_NONE", soft: 1, hard: 1}]
.process.rlimits = [{type: "RLIMIT_CORE", soft: 2, hard: 1}]
.process.oomScoreAdj = 5000
.linux.sysctl = {"kernel.core_pattern": "x"}
.mounts += [{destination: "/mnt", type: "nosuchfs", source: "none"}]
EOF2
    nothing_left
    only_corun "1.1.5 does not know the others"
    while IFS='|' read -r filter; do
        bundle "$filter"
        refused '' corun run --bundle "$BUNDLE" "$ID"
    done <<'EOF2'
.process.scheduler = {policy: "SCHED_NONE"}
.process.ioPriority = {class: "IOPRIO_CLASS_NONE", priority: 1}
.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 8}
.linux.personality = {domain: "PLAN9"}
.linux.memoryPolicy = {mode: "MPOL_NONE"}
EOF2
    nothing_left
}

#!/usr/bin/env bats
# The checks of `make lint`: that each of them finds what it is for.

setup() {
    TREE=$(mktemp -d "/tmp/ct.${CORUN_TEST_RUN-}XXXXXX")
    TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
    mkdir -p "$TREE"/{base/sys,helpers,oci-spec,hooks,runtime/plan,runtime/child,tests,tools}
    cp "$TOP"/tools/{layers,check-*} "$TREE/tools/"
    echo 'int a;' >"$TREE/base/a.c"
}

teardown() { rm -rf "$TREE"; }

@test "check-layers: an include that points up" {
    "$TREE/tools/check-layers"
    echo '#include "runtime/plan/plan.h"' >"$TREE/base/a.c"
    run "$TREE/tools/check-layers"
    [ "$status" = 1 ]
    [ "$output" = "base/a.c:1: base may not include runtime/plan/plan.h" ]
}

@test "check-layers: base does not mean base/sys, one header does not mean its folder" {
    echo '#include "base/sys/file.h"' >"$TREE/runtime/plan/a.c"
    run "$TREE/tools/check-layers"
    [ "$status" = 1 ]
    echo '#include "runtime/host/host.h"' >"$TREE/runtime/plan/a.c"
    "$TREE/tools/check-layers"
    echo '#include "runtime/host/lsm.h"' >"$TREE/runtime/plan/a.c"
    run "$TREE/tools/check-layers"
    [ "$status" = 1 ]
}

@test "check-sizes: a long file and a long function" {
    "$TREE/tools/check-sizes"
    seq 601 | sed 's|^|// |' >"$TREE/base/long.c"
    run "$TREE/tools/check-sizes"
    [ "$status" = 1 ]
    [ "$output" = "base/long.c: 601 lines, at most 600" ]
    (echo 'int f(void)'; echo '{'; seq 60 | sed 's|^|// |'; echo 'return 0; }') >"$TREE/base/long.c"
    run "$TREE/tools/check-sizes"
    [ "$status" = 1 ]
    [[ $output == *"f: 63 lines, at most 60" ]]
}

@test "check-symbols: what the child, the wrappers and the plan must not call" {
    for pair in runtime/child:malloc base/sys:snprintf runtime/plan:open; do
        build=$(mktemp -d "$TREE/build.XXXXXX")
        for folder in runtime/child base/sys runtime/plan; do
            mkdir -p "$build/$folder"
            echo 'int fine(int a) { return a; }' | gcc -x c -c -o "$build/$folder/fine.o" -
        done
        "$TREE/tools/check-symbols" "$build"
        echo "extern int ${pair#*:}(); int bad(void) { return ${pair#*:}(); }" | gcc -w -fno-builtin -x c -c -o "$build/${pair%:*}/bad.o" -
        run "$TREE/tools/check-symbols" "$build"
        [ "$status" = 1 ]
        [[ $output == *"${pair%:*}/bad.o: "*": ${pair#*:}" ]]
    done
}

@test "commit-msg: the form of a subject" {
    hook=$TOP/tools/git-hooks/commit-msg
    for subject in "area: what changes" "tests, tools: two areas" "oci-spec/names: a path"; do
        echo "$subject" >"$TREE/message"
        "$hook" "$TREE/message"
    done
    for subject in "no area" "area: ends with a stop." "area: $(seq -s ' ' 40)"; do
        echo "$subject" >"$TREE/message"
        run "$hook" "$TREE/message"
        [ "$status" = 1 ]
    done
}

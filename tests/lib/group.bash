# What the tests of groups share; loaded after corun.bash.
#
# Each test runs in a mount namespace of its own (in_private), so that the machine's mount table is not touched by the pins of groups.
# shellcheck shell=bash
# shellcheck disable=SC2154 # what corun.bash and bats set

setup() {
    only_corun "it has groups"
    corun_setup
    GROUP=$ID-g
    FILE=$ROOT/group.json
}

teardown() {
    [ -z "${GROUP-}" ] || [ "$(basename "$CORUN")" = runc ] || corun_teardown
}

# in_private FUNCTION: in a mount namespace that ends with it; everything that it left is removed by its own end.
in_private() {
    local left
    export -f corun bundle edit attempt refused assert_output assert_equal refute_output status_of pid_of wait_until becomes prints wait_for_file wait_for_status await_line \
        group_file member host_mounts has_feature bundles "${1?}"
    export ROOT STATE BUNDLE ID BUSYBOX LIB CORUN GROUP FILE stdout stderr output status
    unshare -m --propagation private bash -euo pipefail -c "$1"'
        for group in $(corun group list -q); do corun group delete --force "$group"; done' 3>&-
    left=$(leftovers)
    assert_equal "$left" ""
}

group_file() { jq -n "$@" >"$FILE"; }

# member NAME JQ [PROGRAM...] -- [OPTION...]: a detached member with its own bundle
member() {
    local name=$1 filter=$2 program=()
    shift 2
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        program+=("$1")
        shift
    done
    [ $# = 0 ] || shift
    BUNDLE=$ROOT/$name
    bundle "$filter" "${program[@]}"
    corun run --detach --group "$GROUP" --bundle "$BUNDLE" "$@" "$name" </dev/null >"$ROOT/$name.out" 2>&1
}

host_mounts() { grep -cF "$ROOT" /proc/self/mountinfo || true; }

# bundles NAME...: for containers of a group file, which says the rest
bundles() {
    local name
    for name in "$@"; do
        BUNDLE=$ROOT/$name
        bundle '.process.capabilities.effective = []' true
    done
}

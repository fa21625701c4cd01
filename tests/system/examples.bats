#!/usr/bin/env bats
# Every group of examples/, and the group's part of the quickstart, do what they say and leave nothing.
load ../lib/corun

EXAMPLES=$LIB/../../examples

setup() {
    only_corun "it has groups"
    corun_setup
}

# example NAME: runs it in a mount namespace that ends with it; nothing of it may be left
example() {
    attempt env CORUN="$(command -v "$CORUN")" unshare -m --propagation private bash -c '"$1"; code=$?; grep -c corun-example /proc/self/mountinfo >"$2/mounts"; exit $code' \
        example "$EXAMPLES/$1/run" "$ROOT"
    assert_equal "$status" 0 || {
        echo "$output"
        return 1
    }
    assert_equal "$(cat "$ROOT/mounts")" 0
    assert_equal "$(find /sys/fs/cgroup -maxdepth 6 -type d -name "corun-group-$1-*")" ""
}

# shows REGEX...: lines of the output, in this order
shows() {
    local line rest=$output
    for line; do
        grep -qE "$line" <<<"$rest" || {
            printf 'not there, or not in this order: %s\n%s\n' "$line" "$output"
            return 1
        }
        rest=$(sed -nE "0,/${line//\//\\/}/!p" <<<"$rest")
    done
}

@test "examples: web server and content updater" {
    example web-and-updater
    shows '^server: running, port 8080$' '^updater: running$' '^<p>Page number [0-9]+, written by web.s updater' '^<p>Page number [0-9]+' \
        '8080 of the host: refused' 'touch: /site/index.html: Read-only' '^memory: 96 MiB$' '^cpu: 30 % of one$' \
        '^GROUP .*MEMORY' '^web-and-updater-[0-9]+ .*96.0M' '^  updater ' '^GROUP .*VCPU-SECONDS' '^web-and-updater-[0-9]+ ' '^  server ' '^groups: 0, containers: 0, mounts: 0, cgroups: 0$'
    # it is another page
    [ "$(grep -o 'Page number [0-9]*' <<<"$output" | sort -u | wc -l)" = 2 ]
}

@test "examples: application and log collector" {
    example app-and-log-collector
    shows '^rotate    \| the log is new' '^collector \| INFO: order 1$' '^collector \| ERROR: order 3$' '^collector \| collected 9 lines, 2 errors' \
        'order 8$' '^==> /logs/summary' '^collected 9 lines, 2 errors'
}

@test "examples: application and health monitor" {
    example app-and-health-monitor
    shows 'restarts: 0$' '^monitor \| the application is healthy' '^monitor \| the application does not answer' 'its liveness probe fails: it is restarted' \
        '^monitor \| the application is healthy' 'restarts: 1, last exit code: 137$'
}

@test "examples: front end and back end" {
    example front-end-and-back-end
    shows '<h1>Shop</h1>' 'The back end says: order 1, signed with a key of 14' 'order 2,' '^0$' 'order 3,'
    refute_output not-to-be-seen
}

@test "examples: the quickstart ends with the first group, and each example says what it is" {
    [ "$(tail -n 1 "$EXAMPLES/quickstart")" = 'CORUN=$corun "$top/examples/web-and-updater/run" </dev/null' ]
    for directory in "$EXAMPLES"/*/; do
        [ -x "$directory/run" ]
        grep -q "$(basename "$directory")" "$EXAMPLES/README.md"
        [ "$(wc -l <"$directory/README.md")" -ge 3 ]
    done
}

@test "examples: without root they say so" {
    attempt setpriv --reuid 1000 --clear-groups "$EXAMPLES/web-and-updater/run"
    assert_equal "$status" 2
    assert_output 'please run it as root'
}

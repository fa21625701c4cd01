#!/usr/bin/env bats
# events: the statistics against what the cgroup says, the news of memory running out, and the end with the container.
load ../lib/corun

is_v2() { [ -e /sys/fs/cgroup/cgroup.controllers ]; }

stats_of() { corun events --stats "$ID" | jq -e "$@"; }

# watch [OPTION...]: events in the background, as $watcher; they go to $ROOT/events
watch() {
    corun events "$@" "$ID" >"$ROOT/events" 2>"$ROOT/events.err" 3>&- </dev/null &
    watcher=$!
}

@test "events: --stats is one line with what readers look for" {
    start_sleeper '.linux.resources = {memory: {limit: 67108864}, pids: {limit: 30}}'
    run -0 corun events --stats "$ID"
    assert_equal "${#lines[@]}" 1
    assert_equal "$(jq -r '.type + " " + .id' <<<"$output")" "stats $ID"
    jq -e '.data.cpu.usage | .total > 0 and has("kernel") and has("user")' <<<"$output"
    jq -e '.data.cpu | has("throttling")' <<<"$output"
    jq -e '.data.memory.usage | .limit == 67108864 and .usage > 0 and .failcnt == 0' <<<"$output"
    jq -e '.data.memory | has("swap") and has("kernel") and has("kernelTCP") and (.raw | length > 5)' <<<"$output"
    jq -e '.data.pids == {current: 1, limit: 30}' <<<"$output"
    jq -e '.data | has("blkio") and has("hugetlb")' <<<"$output"
}

@test "events: no limit of processes is 0" {
    start_sleeper
    stats_of '.data.pids | .current == 1 and (.limit // 0) == 0'
}

@test "events: CPU time grows, of each CPU with v1" {
    bundle . sh -c 'while :; do :; done'
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >/dev/null 2>&1 3>&-
    first=$(stats_of .data.cpu.usage.total)
    sleep 0.5
    second=$(stats_of .data.cpu.usage.total)
    [ $((second - first)) -gt 50000000 ] # nanoseconds
    is_v2 || stats_of '.data.cpu.usage | (.percpu | add) as $sum | $sum > 0 and $sum >= '"$second"
}

@test "events: throttling is counted" {
    bundle '.linux.resources.cpu = {quota: 5000, period: 50000}' sh -c 'while :; do :; done'
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >/dev/null 2>&1 3>&-
    sleep 1
    stats_of '.data.cpu.throttling | .periods > 0 and .throttledPeriods > 0 and .throttledTime > 0'
}

@test "events: statistics at intervals until the container ends" {
    start_sleeper
    watch --interval 200ms
    sleep 1.5
    corun kill "$ID" KILL
    ended_with "$watcher" 0
    count=$(wc -l <"$ROOT/events")
    [ "$count" -ge 3 ] && [ "$count" -le 12 ]
    jq -es 'all(.type == "stats")' "$ROOT/events"
    [ ! -s "$ROOT/events.err" ]
}

@test "events: memory that runs out" {
    bundle '.linux.resources.memory = {limit: 33554432}' \
        sh -c 'sleep 1; tail -c 100000000 /dev/zero >/dev/null; sleep 1000'
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >/dev/null 2>&1 3>&-
    watch --interval 1h
    await_line "$ROOT/events" oom
    assert_equal "$(grep -m 1 oom "$ROOT/events")" "{\"type\":\"oom\",\"id\":\"$ID\"}"
    assert_equal "$(status_of "$ID")" running
    corun kill "$ID" KILL
    ended_with "$watcher" 0
}

@test "events: memory that runs out and ends the container is told, too" {
    bundle '.linux.resources.memory = {limit: 33554432}' sh -c 'sleep 1; exec tail -c 100000000 /dev/zero'
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >/dev/null 2>&1 3>&-
    watch --interval 1h
    ended_with "$watcher" 0
    grep -q '"type":"oom"' "$ROOT/events"
}

@test "events: a reader that goes away ends it" {
    start_sleeper
    # by SIGPIPE or, where that is ignored, with an error
    corun events --interval 50ms "$ID" 2>/dev/null 3>&- | head -n 2 >"$ROOT/events" || true
    assert_equal "$(wc -l <"$ROOT/events")" 2
}

@test "events: of a paused container" {
    start_sleeper
    corun pause "$ID"
    stats_of '.data.pids.current == 1'
}

@test "events: no stopped container, no other interval than a time" {
    start_sleeper
    for interval in 0 0s -1s 5 1d "" x 1.5 999999999h; do
        refused interval corun events --interval "$interval" "$ID"
    done
    corun kill "$ID" KILL
    wait_for_status "$ID" stopped
    refused 'container not running' corun events --stats "$ID"
    refused 'container not running' corun events "$ID"
    refused 'does not exist' corun events --stats "$ID-none"
}

# every KEY: each path of $1 that holds no null is one of $2, of the same type.
keys_missing() {
    jq -nr --argjson runc "$1" --argjson corun "$2" '
        def keys_of: [paths(type != "null") as $p | [($p | map(if type == "number" then 0 else . end) | tojson), (getpath($p) | type)]] | unique;
        ($runc | keys_of) - ($corun | keys_of) | .[] | join(" ")'
}

@test "events: every field that runc prints is there, of the same type" {
    command -v runc >/dev/null || skip "no runc"
    bundle '.linux.resources = {memory: {limit: 67108864}, pids: {limit: 30}, cpu: {quota: 5000, period: 50000}}' \
        sh -c 'head -c 8000000 /dev/zero >/kept; while :; do head -c 1000 /dev/zero >/file; done' # kept: the kernel gathers small counts late
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >/dev/null 2>&1 3>&-
    (cd "$BUNDLE" && runc --root "$ROOT/runc" run --detach "$ID-runc" </dev/null >/dev/null 2>&1 3>&-)
    sleep 1
    theirs=$(runc --root "$ROOT/runc" events --stats "$ID-runc" | jq -c .data)
    runc --root "$ROOT/runc" delete --force "$ID-runc"
    # memory.stat has the kernel's own names; what was not used is left out
    ours=$(stats_of -c .data)
    assert_equal "$(keys_missing "$(jq -c 'del(.memory.raw)' <<<"$theirs")" "$ours")" ""
    [ "$(jq -c '.memory.raw | keys' <<<"$theirs")" = "$(jq -c '.memory.raw | keys' <<<"$ours")" ]
    jq -e '.cpuset.cpus == ($theirs.cpuset.cpus // .cpuset.cpus) and (.cpuset.cpus | length) > 0 and .cpuset.mems[0] == 0' \
        --argjson theirs "$theirs" <<<"$ours"
}

@test "events: pressure, where the kernel counts it" {
    [ -e /sys/fs/cgroup/cpu.pressure ] || [ -e /sys/fs/cgroup/unified/cpu.pressure ] || skip "the kernel does not count it"
    bundle '.linux.resources.cpu = {quota: 5000, period: 50000}' sh -c 'while :; do :; done'
    corun run --bundle "$BUNDLE" --detach "$ID" </dev/null >/dev/null 2>&1 3>&-
    sleep 3
    stats_of '.data.cpu.psi.some | (.avg10 | type) == "number" and .avg10 <= 100 and .total >= 0'
    stats_of '.data.memory.psi | has("some") and has("full")'
    stats_of '.data.blkio.psi | has("some") and has("full")'
}

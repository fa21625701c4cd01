#!/usr/bin/env bats
# What groups use and cost: stats, usage, and wait.
# shellcheck disable=SC2154 # stdout is set by attempt
load ../lib/corun
load ../lib/group

usage_of() { corun group usage --format json "$GROUP"; }

# Half a CPU and a tenth of a GiB, and a quarter of a CPU: what the group costs in a second.
sized_group() {
    bundles one two
    group_file --arg a "$1" --arg b "$2" '{restartPolicy: "Never", containers: [
        {name: "a", bundle: "one", command: ["sh", "-c", $a], resources: {requests: {cpu: 0.5, memoryInGB: 0.1}}},
        {name: "b", bundle: "two", command: ["sh", "-c", $b], resources: {requests: {cpu: 0.25, memoryInGB: 0.05}}}]}'
}

export -f usage_of sized_group

costs() {
    sized_group 'i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done' 'sleep 2; exit 4'
    corun group run --keep --file "$FILE" --detach "$GROUP" >"$ROOT/out" 2>&1
    usage_of | jq -e '.group.status == "running" and .group.cpu == 0.75 and .group.memoryInGB == 0.15 and (.members | length) == 2'
    attempt corun group wait "$GROUP"
    assert_equal "$status" 4
    first=$(usage_of)
    # size times time, to the millionth; b ran two seconds, a did the work
    jq -e 'def near(a; b): (a - b) < 0.00001 and (b - a) < 0.00001;
        .group.status == "ended" and near(.group.vcpuSeconds; .group.seconds * 0.75) and near(.group.gbSeconds; .group.seconds * 0.15)
        and (.members[1] | .seconds >= 2 and .seconds < 15 and near(.vcpuSeconds; .seconds / 4))
        and .members[0].cpuSecondsUsed > 0.01 and .members[0].cpuSecondsUsed > .members[1].cpuSecondsUsed
        and .group.cpuSecondsUsed >= .members[0].cpuSecondsUsed and .members[0].memoryPeakBytes > 100000' <<<"$first"
    sleep 1 # after the end it costs nothing more
    assert_equal "$(usage_of | jq .group.seconds)" "$(jq .group.seconds <<<"$first")"
    corun group usage >"$ROOT/table"
    [ "$(wc -l <"$ROOT/table")" = 4 ]
    corun group usage --format openmetrics "$GROUP" >"$ROOT/metrics"
    grep -qxF "corun_group_vcpu_seconds_total{group=\"$GROUP\"} $(jq -r '.group.vcpuSeconds * 1000000 | round | tostring | (.[:-6] | if . == "" then "0" else . end) + "." + .[-6:]' <<<"$first")" "$ROOT/metrics"
    [ "$(tail -n 1 "$ROOT/metrics")" = "# EOF" ]
    # each family has one line of each kind, and every sample belongs to a family
    [ "$(grep -c '^# TYPE' "$ROOT/metrics")" = 10 ] && [ "$(grep -vc '^#' "$ROOT/metrics")" = 30 ]
}

@test "group usage: size for time, use, and nothing after the end" {
    in_private costs
}

resized() {
    bundles one
    group_file '{limits: {cpu: 2, memoryInGB: 1}, restartPolicy: "Never",
        containers: [{name: "a", bundle: "one", command: ["sleep", "1000"], resources: {limits: {cpu: 2}}}]}'
    corun group run --keep --file "$FILE" --detach "$GROUP" >"$ROOT/out" 2>&1
    member b . sleep 1000
    sleep 2
    before=$(usage_of)
    corun group update --member a --cpus 0.1 "$GROUP"
    corun group update --cpus 0.1 --memory 128m "$GROUP"
    # what it has cost does not change with the price
    after=$(usage_of)
    jq -e --argjson before "$before" '.group.cpu == 0.1 and .group.vcpuSeconds >= $before.group.vcpuSeconds
        and .group.gbSeconds >= $before.group.gbSeconds and .members[0].vcpuSeconds >= $before.members[0].vcpuSeconds
        and .members[0].vcpuSeconds >= 4' <<<"$after"
    sleep 1
    usage_of | jq -e --argjson after "$after" '(.group.seconds - $after.group.seconds) as $seconds
        | .group.vcpuSeconds - $after.group.vcpuSeconds - $seconds * 0.1 | fabs < 0.001'
    corun group stop --time 0 "$GROUP"
}

@test "group usage: an update does not change what the time before it cost" {
    in_private resized
}

restarted() {
    bundles one
    group_file '{restartPolicy: "OnFailure", volumes: [{name: "v", tmpfs: {}}], containers: [{name: "a", bundle: "one", volumeMounts: [{name: "v", mountPath: "/v"}],
        command: ["sh", "-c", "i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done; sleep 1; echo >> /v/n; [ $(wc -l < /v/n) = 2 ]"]}]}'
    corun group run --keep --file "$FILE" --detach "$GROUP" >"$ROOT/out" 2>&1
    sleep 1.5
    once=$(usage_of | jq '.members[0].cpuSecondsUsed')
    attempt corun group wait "$GROUP"
    assert_equal "$status" 0
    # both runs are counted, though the first container is gone
    usage_of | jq -e --argjson once "$once" '.members[0] | .seconds >= 2 and .seconds < 8 and .cpuSecondsUsed > $once * 1.3'
    assert_equal "$(corun group state "$GROUP" | jq '.members[0].restartCount')" 1
}

@test "group usage: a restarted container's earlier runs are counted" {
    in_private restarted
}

by_hand() {
    corun group create "$GROUP"
    member "$ID-a" . sh -c 'sleep 1000'
    member "$ID-b" . sh -c 'while :; do :; done'
    sleep 1
    corun group stats --format json "$GROUP" | jq -e '.group.status == "running" and .group.processes == 2
        and .members[1].cpuSecondsUsed > 0.3 and .members[0].cpuSecondsUsed < 0.3 and .members[0].seconds >= 1 and (.group | has("memoryLimitBytes") | not)'
    timeout 3 "$CORUN" --root "$STATE" group stats --interval 500ms "$GROUP" >"$ROOT/table" || [ $? = 124 ]
    # in a later line, b uses most of a CPU; a number, since as a text "100.6" is less than "40"
    awk -v b="$ID-b" '$1 == b { n++; sub("%", "", $3); last = $3 + 0 } END { exit !(n > 2 && last > 40) }' "$ROOT/table"
    corun group kill "$GROUP"
    attempt corun group wait "$GROUP"
    assert_equal "$status" 0
}

@test "group stats: members made by hand, once and again" {
    in_private by_hand
}

bad_input() {
    refused 'does not exist|no such group|not found' corun group usage "$GROUP"
    refused 'does not exist|no such group|not found' corun group wait "$GROUP"
    refused 'interval' corun group stats --interval 0s
    refused 'interval' corun group stats --interval -1s
    refused 'format' corun group usage --format xml
    corun group stats >"$ROOT/none"
    assert_equal "$(wc -l <"$ROOT/none")" 1
}

@test "group usage, stats, wait: bad input, and no groups" {
    in_private bad_input
}

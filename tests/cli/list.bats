#!/usr/bin/env bats
# list: as a table, as JSON, ids only.
load ../lib/corun

two_containers() {
    bundle '.annotations = {key: "value"}' sleep 1000
    corun create --bundle "$BUNDLE" "$ID-a" </dev/null >/dev/null 2>&1 3>&-
    corun create --bundle "$BUNDLE" "$ID-b" </dev/null >/dev/null 2>&1 3>&-
    corun start "$ID-b"
}

@test "list: nothing" {
    run -0 corun list --quiet
    assert_equal "$output" ""
    run -0 corun list
    assert_output '^ID +PID +STATUS +BUNDLE +CREATED'
    run -0 corun list --format json
    assert_equal "$(jq -c '. // []' <<<"$output")" '[]'
}

@test "list: a table" {
    two_containers
    run -0 corun list
    assert_output "$ID-a +[0-9]+ +created +$BUNDLE +20"
    assert_output "$ID-b +[0-9]+ +running +$BUNDLE +20"
}

@test "list: JSON with the fields that engines read" {
    two_containers
    run -0 corun list --format json
    assert_equal "$(jq -r '[.[] | .id + " " + .status + " " + .bundle] | sort | .[]' <<<"$output")" "$ID-a created $BUNDLE
$ID-b running $BUNDLE"
    jq -e 'all(.[]; (.pid > 1) and (.created | fromdateiso8601? // (.[0:4] | tonumber > 2000)))' <<<"$output"
}

@test "list: --quiet" {
    two_containers
    run -0 corun list --quiet
    assert_equal "$(sort <<<"$output")" "$ID-a
$ID-b"
}

@test "list: a stopped container" {
    bundle . true
    corun run --detach --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>&1 3>&-
    wait_for_status "$ID" stopped
    run -0 corun list
    assert_output "$ID +0 +stopped"
}

@test "list: an unknown format is refused" {
    refused 'xml' corun list --format xml
}

@test "list: a file in the state root that is no container is passed over" {
    bundle . sleep 1000
    corun create --bundle "$BUNDLE" "$ID-0" </dev/null >/dev/null 2>&1 3>&-
    touch "$STATE/not-a-container"
    run -0 --separate-stderr corun list --quiet
    assert_equal "$output" "$ID-0"
    rm "$STATE/not-a-container"
}

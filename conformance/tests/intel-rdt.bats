#!/usr/bin/env bats
# linux.intelRdt (config-linux.md#intelrdt) on a machine without the resctrl file system.
load ../../tests/lib/corun

@test "intelRdt: without a mounted resctrl it is refused" {
    only_corun "1.1.5 ignores it"
    run grep ' resctrl ' /proc/self/mounts
    [ "$status" != 0 ] || skip "this machine has resctrl"
    for rdt in '{closID: "class"}' '{l3CacheSchema: "L3:0=f"}' '{memBwSchema: "MB:0=50"}' '{enableMonitoring: true}'; do
        bundle ".linux.intelRdt = $rdt"
        refused 'intelRdt|resctrl' corun run --bundle "$BUNDLE" "$ID"
    done
    nothing_left
}

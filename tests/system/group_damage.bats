#!/usr/bin/env bats
# A group whose record cannot be read: it can still be removed, with all that belongs to it and nothing else.
# shellcheck disable=SC2154 # ROOT, STATE, status and so on: set by the libraries and by bats
load ../lib/corun
load ../lib/group

# What a full disk or a crash of the host leaves.
damage() { printf '{"id": ' >"$STATE/.groups/$GROUP/group.json"; }

end_damaged() {
    local inside outside
    inside=$(pid_of "$ID-in")
    outside=$(pid_of "$ID-out")
    damage
    refused "the record of group" corun group state "$GROUP"
    refused "the record of group" corun group delete "$GROUP"
    kill -0 "$inside" # neither has ended anything
    attempt corun group delete --force "$GROUP"
    assert_equal "$status" 0
    [[ $stderr == *level=warning*"the record of group"*"$GROUP"* ]] # it is said
    [ -z "$(find /sys/fs/cgroup -maxdepth 3 -name "$ID-in")" ]
    assert_equal "$(corun list -q)" "$ID-out" # the member's container is gone, the other is not
    kill -0 "$outside"
    corun delete --force "$ID-out"
    corun group create "$GROUP" # the id is free again
}

export -f damage end_damaged

of_default_cgroup() {
    corun group create "$GROUP"
    member "$ID-in" . /bin/busybox sleep 1000
    BUNDLE=$ROOT/out
    # Says that it is a member, and is none: it is not believed.
    bundle ".annotations = {\"org.corun.group.id\": \"$GROUP\", \"org.corun.group.member\": \"x\"}" /bin/busybox sleep 1000
    corun run --detach --bundle "$BUNDLE" "$ID-out" </dev/null >/dev/null 2>&1
    end_damaged
}

@test "delete --force removes a group whose record is damaged, and its members, and no container that only says it is one" {
    in_private of_default_cgroup
}

of_named_cgroup() {
    group_file --arg path "/$ID-named" '{cgroupsPath: $path}'
    corun group create --file "$FILE" "$GROUP"
    member "$ID-in" . /bin/busybox sleep 1000
    BUNDLE=$ROOT/out
    bundle . /bin/busybox sleep 1000
    corun run --detach --bundle "$BUNDLE" "$ID-out" </dev/null >/dev/null 2>&1
    end_damaged
    assert_equal "$(find /sys/fs/cgroup -maxdepth 3 -name "$ID-named")" ""
}

@test "the cgroup of a damaged group is the one that its file names" {
    in_private of_named_cgroup
}

without_anything() {
    corun group create "$GROUP"
    corun group delete --force "$GROUP"
    corun group create "$GROUP"
    : >"$STATE/.groups/$GROUP/group.json"
    corun group delete --force "$GROUP"
    corun group delete --force "$GROUP" # once more is no error
}

@test "an empty record of a group without members is no obstacle either" {
    in_private without_anything
}

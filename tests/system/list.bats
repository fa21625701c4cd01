#!/usr/bin/env bats
# list with many containers, which two processes look at; on one processor it is one, so that both ways are compared.
load ../lib/corun

# copies COUNT: of the record of $ID, as further containers
copies() {
    local n
    for n in $(seq "$1"); do
        cp -a "$STATE/$ID" "$STATE/$ID-$n"
        sed -i "s/\"id\":\"$ID\"/\"id\":\"$ID-$n\"/" "$STATE/$ID-$n/state.json"
        # a number of processes that is no more, one of another process, and a damaged record among them
        case $((n % 5)) in
        1) rm "$STATE/$ID-$n/start.sock" ;;
        2) sed -i 's/"pid":[0-9]*/"pid":4194303/' "$STATE/$ID-$n/state.json" ;;
        3) sed -i 's/"pid":[0-9]*/"pid":1/' "$STATE/$ID-$n/state.json" ;;
        4) [ "$n" != 99 ] || echo '{' >"$STATE/$ID-$n/state.json" ;;
        esac
    done
}

@test "list: of many containers is right on one processor and on two" {
    only_corun "the record is corun's"
    bundle . sleep 1000
    attempt corun create --bundle "$BUNDLE" "$ID"
    [ "$status" = 0 ]
    copies 300
    one=$(taskset -c "$(taskset -cp $$ | sed 's/.*: //; s/[,-].*//')" "$CORUN" --root "$STATE" list --format json 2>"$ROOT/one")
    for _ in 1 2 3 4 5; do
        two=$(corun list --format json 2>"$ROOT/two")
        [ "$one" = "$two" ]
        grep -q "$ID-99" "$ROOT/two"
    done
    jq -e --arg id "$ID" 'length == 300 and (map(select(.status == "running")) | length) == 60
        and (map(select(.status == "stopped")) | length) == 120 and (.[] | select(.id == $id) | .status) == "created"
        and all(.[] | select(.status == "stopped"); .pid == 0)' <<<"$one"
    for n in $(seq 300); do rm -r "$STATE/$ID-$n"; done
}

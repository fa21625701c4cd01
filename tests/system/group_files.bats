#!/usr/bin/env bats
# What members share beside namespaces and volumes: hosts, host name, resolv.conf, /dev/shm; and that bad input to a living group leaves its members alone.
load ../lib/corun
load ../lib/group

names() {
    group_file '{hostname: "pod", domainName: "example.test", containers: [{name: $a}], initContainers: [{name: "first"}]}' --arg a "$ID-a"
    corun group create --file "$FILE" "$GROUP"
    member "$ID-b" . sleep 1000
    # those of the file, the one made by hand before, the group's own, and nobody else
    # shellcheck disable=SC2016 # the container's
    member "$ID-a" '.process.env += ["NAMES=localhost first pod pod.example.test \($id)-a \($id)-b"]' sh -c 'for n in $NAMES; do ping -c 1 -W 1 $n 2>/dev/null | head -n 1 | cut -d" " -f 2,3; done
        ping -c 1 -W 1 nobody 2>&1; hostname -f; cat /etc/hostname /proc/sys/kernel/domainname; for f in hosts hostname resolv.conf; do echo x 2>/dev/null >>/etc/$f && echo "wrote $f"; done; echo end' </dev/null
    await_line "$ROOT/$ID-a.out" '^end'
    assert_equal "$(cat "$ROOT/$ID-a.out")" "$(printf '%s (127.0.0.1):\n' localhost first pod pod.example.test "$ID-a" "$ID-b"
        printf "ping: bad address 'nobody'\npod.example.test\npod\nexample.test\nend")"
    # made again, it is not added again
    corun delete --force "$ID-b"
    member "$ID-b" . grep -c "$ID-b" /etc/hosts
    await_line "$ROOT/$ID-b.out" '^1$'
    # the host has none of it
    ! grep -qF "$ID" /etc/hosts
    # in who has a loopback of its own the siblings are not at it
    group_file '{namespaces: ["ipc"], containers: [{name: "sibling"}]}'
    corun group create --file "$FILE" "$GROUP-2"
    GROUP=$GROUP-2 member "$ID-c" . cat /etc/hosts
    await_line "$ROOT/$ID-c.out" "127.0.0.1 $GROUP-2"
    ! grep -q sibling "$ROOT/$ID-c.out"
}

@test "group: names of members and of the group resolve to its loopback; full name, host name" {
    in_private names
}

resolver() {
    group_file '{dnsConfig: {nameServers: ["192.0.2.1", "2001:db8::1"], searchDomains: ["a.test", "b.test"], options: ["ndots:2"]}, shmSize: 1048576}'
    corun group create --file "$FILE" "$GROUP"
    member "$ID-a" . sh -c 'cat /etc/resolv.conf; df -k /dev/shm | tail -n 1 | tr -s " " | cut -d" " -f2; dd if=/dev/zero of=/dev/shm/x bs=1k count=2000 2>&1 | grep -o "No space.*"; stat -c %a /dev/shm; echo end'
    await_line "$ROOT/$ID-a.out" '^end'
    assert_equal "$(cat "$ROOT/$ID-a.out")" "$(printf 'nameserver 192.0.2.1\nnameserver 2001:db8::1\nsearch a.test b.test\noptions ndots:2\n1024\nNo space left on device\n1777\nend')"
    # one for all: the sibling finds it full
    member "$ID-b" . sh -c 'ls -l /dev/shm/x | tr -s " " | cut -d" " -f5; echo end'
    await_line "$ROOT/$ID-b.out" '^end'
    assert_equal "$(cat "$ROOT/$ID-b.out")" "$(printf '1048576\nend')"
    # without a word: the host's resolver, 64 MiB
    corun group create "$GROUP-2"
    GROUP=$GROUP-2 member "$ID-c" . sh -c 'cat /etc/resolv.conf; df -k /dev/shm | tail -n 1 | tr -s " " | cut -d" " -f2'
    await_line "$ROOT/$ID-c.out" '^65536'
    assert_equal "$(head -n -1 "$ROOT/$ID-c.out")" "$(cat /etc/resolv.conf)"
}

@test "group: resolv.conf by dnsConfig or as the host's; /dev/shm of a size, one for all" {
    in_private resolver
}

# told REGEX COMMAND...: refused; and the living member is what it was
told() {
    refused "$@"
    assert_equal "$(pid_of "$ID-a") $(status_of "$ID-a")" "$living running"
    assert_equal "$(corun group state "$GROUP" | jq -r '[.members[].id] | join(" ")')" "$ID-a"
    assert_equal "$(corun list -q)" "$ID-a"
}

bad_input() {
    group_file '{limits: {memoryInGB: 0.25, pids: 100}, volumes: [{name: "data", tmpfs: {}}], containers: [{name: $a, resources: {limits: {pids: 50}}, volumeMounts: [{name: "data", mountPath: "/data"}]}]}' --arg a "$ID-a"
    corun group create --file "$FILE" "$GROUP"
    member "$ID-a" . sleep 1000
    living=$(pid_of "$ID-a")
    before=$(host_mounts)
    told 'already exists' corun group create --file "$FILE" "$GROUP"
    told 'not stopped: running' corun group delete "$GROUP"
    told 'no member "nobody"' corun group exec "$GROUP" nobody true
    told 'no container "nobody"' corun group update --member nobody --pids-limit 10 "$GROUP"
    told 'above the limit' corun group update --member "$ID-a" --pids-limit 200 "$GROUP"
    BUNDLE=$ROOT/other
    bundle . true
    create() { told "$1" corun create --group "$GROUP" --bundle "$BUNDLE" "${@:2}"; }
    create 'has no volume "none"' --volume none:/x "$ID-b"
    create 'has a member' "$ID-a"
    create 'without ".."' --volume data:/x:rw:../.. "$ID-b"
    create 'data/no' --volume data:/x:rw:no/such "$ID-b"
    create 'expected NAME:DEST' --volume data:/ "$ID-b"
    create 'expected NAME:DEST' --volume data:/x/../../etc "$ID-b"
    bundle '.linux.resources.memory.limit = 1073741824' true
    create '/linux/resources/memory/limit: is above' "$ID-b"
    bundle '.linux.resources.pids.limit = 101' true
    create '/linux/resources/pids/limit: is above' "$ID-b"
    for path in /x /x/ //x/y /x/./y; do
        bundle ".mounts += [{destination: \"$path\", type: \"tmpfs\", source: \"tmpfs\"}]" true
        create '/mounts/[0-9]+/destination: .*goes' --volume data:/x "$ID-b"
    done
    bundle '.linux.namespaces |= map(select(.type != "mount"))' true
    create 'a member needs a new "mount" namespace' "$ID-b"
    bundle '.process.args = ["/no/such"]' /no/such
    attempt corun run --detach --group "$GROUP" --bundle "$BUNDLE" "$ID-b"
    [ "$status" != 0 ]
    told 'does not exist' corun state "$ID-b"
    # a symlink that leads to itself, and one that leads in circles
    ln -s loop "$ROOT/loop"
    ln -s two "$ROOT/one" && ln -s one "$ROOT/two"
    for path in loop one/x; do
        group_file '{volumes: [{name: "a", bind: {path: $path}}]}' --arg path "$ROOT/$path"
        told '/volumes/0 .*(symbolic links|No such file)' corun group create --file "$FILE" "$GROUP-2"
    done
    # two at once: one of them is the member
    bundle . sleep 1000
    for i in 1 2 3; do
        (corun create --group "$GROUP" --bundle "$BUNDLE" "$ID-b" </dev/null >"$ROOT/race.$i" 2>&1 && touch "$ROOT/won.$i") &
    done
    wait
    assert_equal "$(find "$ROOT" -name 'won.*' | wc -l)" 1
    assert_equal "$(corun group state "$GROUP" | jq -r '[.members[].id] | join(" ")')" "$ID-a $ID-b"
    corun delete --force "$ID-b"
    told 'has no volume' corun create --group "$GROUP" --bundle "$BUNDLE" --volume gone:/x "$ID-c"
    assert_equal "$(host_mounts)" "$before"
    corun group delete --force "$GROUP"
    refused 'does not exist' corun create --group "$GROUP" --bundle "$BUNDLE" "$ID-c"
    refused 'does not exist' corun group exec "$GROUP" "$ID-a" true
    assert_equal "$(corun list -q)" ""
}
export -f told

@test "group: bad input is told with its place; the living member is as it was, and nothing is left" {
    in_private bad_input
}

piped() {
    corun group create --file <(sleep 0.3; echo 'hostname: first') "$GROUP"
    assert_equal "$(corun group state "$GROUP" | jq -r .hostname)" first
    corun group update --file - "$GROUP" <<<'{"limits": {"pids": 50}}'
    corun group delete "$GROUP"
    bundles one
    cd "$ROOT" || return
    corun group run --file - "$GROUP" >"$ROOT/out" 2>&1 < <(sleep 0.3; echo '{"restartPolicy": "Never", "containers": [{"name": "a", "bundle": "one", "command": ["echo", "relative"]}]}')
    grep -q relative "$ROOT/out"
    refused 'standard input: is empty' corun group create --file - "$GROUP"
}

@test "group: the group file comes from a pipe or from standard input" {
    in_private piped
}

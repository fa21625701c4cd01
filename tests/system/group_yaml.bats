#!/usr/bin/env bats
# Group files in YAML: the same as in JSON, chosen by name or content, errors with line and column.
load ../lib/corun
load ../lib/group

same_as_json() {
    cat >"$ROOT/group.yaml" <<EOF
# a comment
hostname: pod
shmSize: 0x100000
volumes:
  - {name: data, tmpfs: &small {size: 65536}}
  - name: other
    tmpfs: *small
  - name: conf
    config:
      app.conf: |
        a=1
        b=2
limits: {pids: 50, memoryInGB: .125}
EOF
    corun group create --file "$ROOT/group.yaml" "$GROUP"
    assert_equal "$(corun group state "$GROUP" | jq -c '[.hostname, .volumes]')" '["pod",["data","other","conf"]]'
    member "$ID-a" . sh -c 'cat /conf/app.conf; df -k /data /other /dev/shm | awk "{ print \$2 }" | xargs; hostname' -- --volume data:/data --volume other:/other --volume conf:/conf
    await_line "$ROOT/$ID-a.out" pod
    assert_equal "$(cat "$ROOT/$ID-a.out")" "$(printf 'a=1\nb=2\n1K-blocks 64 64 1024\npod')"
    corun group delete --force "$GROUP"
    # by content, whatever the name
    printf 'hostname: other\n' >"$ROOT/group"
    corun group create --file "$ROOT/group" "$GROUP"
    assert_equal "$(corun group state "$GROUP" | jq -r .hostname)" other
    corun group delete "$GROUP"
    printf '{"hostname": "third"}' >"$ROOT/group"
    corun group create --file "$ROOT/group" "$GROUP"
    assert_equal "$(corun group state "$GROUP" | jq -r .hostname)" third
    corun group delete "$GROUP"
    # JSON is YAML, too
    printf '{"hostname": "fourth"}' >"$ROOT/group.yml"
    corun group create --file "$ROOT/group.yml" "$GROUP"
    assert_equal "$(corun group state "$GROUP" | jq -r .hostname)" fourth
}

@test "group file: YAML says what JSON says" {
    in_private same_as_json
}

# case PATTERN: what standard input says is refused
wrong() {
    cat >"$ROOT/group.yaml"
    refused "$1" corun group create --file "$ROOT/group.yaml" "$GROUP"
}

yaml_refusals() {
    printf 'hostname: [a\n' | wrong 'group.yaml: 2:1: while parsing a flow sequence'
    printf 'hostname: a\nshmSize: many\n' | wrong 'group.yaml: 2:[0-9]+: /shmSize: must be an integer'
    printf 'volumes:\n- name: a\n  tmpfs:\n    size: -1\n' | wrong 'group.yaml: 4:[0-9]+: /volumes/0/tmpfs/size'
    printf 'hostname: a\nhostname: b\n' | wrong 'group.yaml: 2:[0-9]+: .*hostname'
    printf 'containers:\n- name: a\n- name: a\n' | wrong '/containers/1/name: there is a container "a" already'
    printf 'a: *b\n' | wrong 'group.yaml: 1:4: an alias without its anchor'
    printf '' | wrong 'group.yaml: 1:1: there is nothing in it'
    printf 'a: 1\n---\nb: 1\n' | wrong 'group.yaml: 2:1: there is a second document'
    { # aliases of aliases
        printf 'a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n'
        for i in $(seq 9); do
            printf 'a%d: &a%d [' "$i" "$i"
            for _ in 1 2 3 4 5 6 7 8 9; do printf '*a%d, ' $((i - 1)); done
            printf ']\n'
        done
    } | wrong 'group.yaml: [0-9]+:1: it becomes larger than'
    head -c 10000000 /dev/zero | tr '\0' '#' | wrong 'group.yaml is larger than 4194304 bytes'
    head -c 1000000 /dev/zero | tr '\0' '[' | wrong 'group.yaml: 1:[0-9]+: too deep'
    head -c 1000 /dev/urandom | wrong 'group.yaml: [0-9]+:[0-9]+: '
    # no helper is taken from where the user says
    mkdir "$ROOT/path"
    printf '#!/bin/sh\ntouch %s/taken\nexit 1\n' "$ROOT" >"$ROOT/path/corun-yaml"
    chmod 755 "$ROOT/path/corun-yaml"
    printf 'hostname: [' | PATH=$ROOT/path:$PATH wrong 'group.yaml: 2:1: '
    [ ! -e "$ROOT/taken" ]
    cp "$CORUN" "$ROOT/alone"
    printf 'hostname: a\n' >"$ROOT/group.yaml"
    if [ ! -e /usr/local/libexec/corun/corun-yaml ]; then
        CORUN=$ROOT/alone refused 'YAML needs the program .*/corun-yaml' corun group create --file "$ROOT/group.yaml" "$GROUP"
    fi
    assert_equal "$(corun group list -q)" ""
}

@test "group file: what is wrong in YAML is told with line and column; bounded in size, depth and aliases" {
    export -f wrong
    in_private yaml_refusals
}

#!/usr/bin/env bats
# Bad input: every option of every command, as --help lists them, with a value that is missing, empty, negative, too large or garbage. Each is
# refused in one line, and nothing has changed. What single values mean is tested where the command is.
load ../lib/corun

# options COMMAND: "NAME ARGUMENT", one a line; no ARGUMENT when it takes none
options() { "$CORUN" "$@" --help | sed -nE '/^Options:/,$ s/^ +(-[a-zA-Z], )? *--([a-z0-9-]+)(=([^ ]+))?  .*/\2 \4/p' | grep -v '^help'; }

# subcommands [COMMAND]
subcommands() { "$CORUN" "$@" --help | awk '/^[A-Z]/ { on = /^Commands:/ } on && /^  [a-z]/ { print $1 }'; }

# bad_values ARGUMENT: what such an argument cannot be, one a line; more than missing and empty is known of these only
bad_values() {
    local number=$' 1\n1 \n+1\n0x1\n1e3\n1.5x\n99999999999999999999\ngarbage'
    case $1 in
    N | '0|1') printf '%s\n' "$number" ;; # -1 is a value of some
    SIZE) printf '%s\n' "$number" -2 -1m 1.5g 8388608t ;;
    TIME) printf '%s\n' "$number" 0 -1s 1 5y 99999999999999999999s ;;
    GID) printf '%s\n' "$number" -1 4294967295 4294967296 root ;;
    'UID[:GID]') printf '%s\n' "$number" -1 :3 1: 1:2:3 1:-1 4294967295 1:4294967295 root ;;
    LIST) printf '%s\n' "$number" -1 1-0 1,,2 , - 1- ;;
    FORMAT) printf '%s\n' xml JSON ' json' -1 ;;
    CAPABILITY) printf '%s\n' garbage -1 1 CAP_ ;;
    NAME=VALUE) printf '%s\n' garbage =value = ;;
    FILE | PATH) printf '%s\n' /nonexistent/file "$BUNDLE" ;;
    esac
}

# try COMMAND NAME ARGUMENT: COMMAND with its operands and the option NAME, wrong in each way
try() {
    local command before=() after=() value
    read -ra command <<<"$1"
    case $1 in
    create | run | plan) before=(--bundle "$BUNDLE") after=("$ID-x") ;;
    exec) after=("$ID" true) ;;
    'group exec') after=("$ID-g" "$ID" true) ;;
    spec) before=(--bundle "$ROOT/spec") ;;
    list | features | 'group list') ;;
    *) after=("$ID") ;;
    esac
    if [ -z "$3" ]; then
        refused "$2" corun "${command[@]}" "${before[@]}" "--$2=garbage" "${after[@]}"
        return
    fi
    refused "$2" corun "${command[@]}" "${before[@]}" "--$2" # before the operands: what follows some of them is a program's
    refused "$2" corun "${command[@]}" "${before[@]}" "--$2=" "${after[@]}"
    refused "$2" corun "${command[@]}" "${before[@]}" "--$2" '' "${after[@]}"
    [ "$1 $2" != 'plan pid-file' ] || return 0 # opens nothing, so every name is good
    while IFS= read -r value; do
        refused '' corun "${command[@]}" "${before[@]}" "--$2=$value" "${after[@]}"
    done < <(bad_values "$3")
}

# try_all COMMAND...: every option; the container $ID is there, and no other afterwards
try_all() {
    local command name argument count=0 was
    only_corun "it lets much of it pass"
    start_sleeper '.linux.resources.pids.limit = 77 | .process.user = {uid: 7, gid: 8}'
    was=$(corun state "$ID")
    mkdir "$ROOT/spec"
    for command in "$@"; do
        # shellcheck disable=SC2086 # a command and its subcommand
        while read -r name argument; do
            [ -n "$name" ] || continue
            try "$command" "$name" "$argument"
            count=$((count + 1))
        done < <(options $command)
    done
    assert_equal "$(corun state "$ID")" "$was"
    assert_equal "$(corun list --quiet)" "$ID"
    [ -z "$(ls "$ROOT/spec")" ]
    echo "$count options"
    [ "$count" -ge "$#" ]
}

@test "bad input: the options of create" { try_all create; }
@test "bad input: the options of run" { try_all run; }
@test "bad input: the options of exec" { try_all exec; }
@test "bad input: the options of update" { try_all update; }

@test "bad input: the options of every other command" {
    local commands=() command sub
    for command in $(subcommands); do
        [[ create,run,exec,update, != *"$command,"* ]] || continue
        for sub in $(subcommands "$command" | sed "s/^/$command:/") $command; do
            # shellcheck disable=SC2086 # a command and its subcommand
            [ -z "$(options ${sub/:/ })" ] || commands+=("${sub/:/ }")
        done
    done
    try_all "${commands[@]}"
}

@test "bad input: the global options" {
    only_corun "its words are others"
    for words in --root --log --log-format --root= --log= --log-format= --log-format=xml --log-format=JSON --debug=garbage \
        --systemd-cgroup=garbage --root=/proc/nonexistent --log=/nonexistent/log "--log=$ROOT"; do
        refused '' "$CORUN" "$words" state "$ID"
    done
}

@test "bad input: operands that are missing, too many, or no names" {
    only_corun "it takes some of them"
    for command in create run start state kill delete exec pause resume update events ps; do
        refused "$command|ID" corun "$command"
        for name in '' . .. a/b ../x /x 'a b' $'a\nb' é -- -; do
            refused '' corun "$command" "$name"
        done
    done
    for command in start state delete pause resume update events; do
        refused 'argument|operand|more' corun "$command" one two
    done
    [ ! -e "$STATE" ] || [ -z "$(ls "$STATE")" ]
}

@test "bad input: signals" {
    only_corun "its table is Go's"
    start_sleeper
    for signal in 65 100 -1 -9 +9 09x 0x9 ' 9' '9 ' 9.0 FOO SIGFOO SIG SIGSIGKILL RTMAX+1 RTMIN-1 RTMIN+99 99999999999999999999 '' KILL,TERM; do
        refused '[Ss]ignal|SIGNAL|option' corun kill "$ID" "$signal"
        refused '[Ss]ignal|SIGNAL|option' corun kill --all "$ID" "$signal"
    done
    corun kill "$ID" 0 # as kill(2) has it: looks whether there is a process
    corun kill --all "$ID" 0
    assert_equal "$(status_of "$ID")" running
    corun kill "$ID" KILL
    wait_for_status "$ID" stopped
    refused 'not running' corun kill "$ID" 0
}

@test "bad input: exec in a container that is unknown, paused or stopped" {
    only_corun "its texts are others"
    refused 'does not exist' corun exec "$ID" true
    start_sleeper
    corun pause "$ID"
    refused 'paused' corun exec "$ID" touch /was-here
    corun resume "$ID"
    corun kill "$ID" KILL
    wait_for_status "$ID" stopped
    refused 'stopped' corun exec "$ID" touch /was-here
    [ ! -e "$BUNDLE/rootfs/was-here" ]
}

@test "bad input: an update below what is in use is refused, and the old limit stays" {
    start_sleeper '.linux.resources.memory.limit = 67108864'
    corun exec "$ID" sh -c 'dd if=/dev/zero of=/dev/shm/block bs=1M count=20 2>/dev/null'
    attempt corun update --memory 1m "$ID"
    limit=$(cat "/sys/fs/cgroup/memory/$(awk -F: '$2 == "memory" { print $3 }' "/proc/$(pid_of "$ID")/cgroup")/memory.limit_in_bytes" 2>/dev/null) ||
        skip "looks at cgroup v1"
    [ "$status" != 0 ]
    assert_equal "$limit" 67108864 # all or nothing
    assert_equal "$(status_of "$ID")" running
}

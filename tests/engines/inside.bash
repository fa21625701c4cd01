# The first process of a session: builds its small world, then sources a file of checks. Not for use outside `session`.
#
# From `session`: $WORK (images and both runtimes), $SESSION (a directory of this session's own), $OUT, $RUNTIME (corun or runc), $HIERARCHIES.
# For the checks: $BINARY, the runtime's program; $HOME and $TMPDIR are private.
# shellcheck shell=bash
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BINARY=$WORK/$RUNTIME
step=0

private_world() {
    local options mount directory changed
    export TMPDIR=$SESSION/tmp HOME=$SESSION/home
    mkdir -p "$TMPDIR" "$HOME"
    mount -t tmpfs tmpfs /run
    for directory in /etc /var/lib; do # what engines write there, caches for example, stays here
        changed=$SESSION/changed$directory
        mkdir -p "$changed/upper" "$changed/work"
        mount -t overlay -o "lowerdir=$directory,upperdir=$changed/upper,workdir=$changed/work" overlay "$directory"
    done
    mount -t tmpfs tmpfs /dev/shm
    # Without the v2 hierarchy of a hybrid host, which crun refuses; and on a new tmpfs, since crun makes directories where it would be.
    umount -R -l /sys/fs/cgroup
    mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
    while read -r options mount directory; do
        mkdir -p "$mount"
        [[ $options != name=* ]] || options=none,$options
        mount -t cgroup -o "$options" cgroup "$mount"
    done <<<"$HIERARCHIES"
    ip link set lo up
    cd "$SESSION" || exit
}

HELP=$("$BINARY" --help 2>&1)
has() { grep -qE "^ +$1( |,|$)" <<<"$HELP"; }

# What differs from one run to the next without meaning anything.
normal() {
    tr -d '\000\r' | sed -E -e 's/^\^@//' -e 's/\b[0-9a-f]{64}\b/ID/g' -e 's/\b[0-9a-f]{12}\b/ID/g' -e 's/time="[^"]*"/time/' -e "s|$BINARY|RUNTIME|g" -e "s|$SESSION|SESSION|g"
}

# check TITLE EXPECTED COMMAND...
# Runs COMMAND; its output, with "exit N" as last line when it fails, must match the regular expression EXPECTED and be the same as with
# the other runtime. NEEDS=command skips it when the runtime lacks that command; LOOSE=yes spares the comparison with the other runtime.
check() {
    local title=$1 expected=$2 dir missing
    shift 2
    step=$((step + 1))
    dir=$OUT/$(printf '%03d' "$step")
    mkdir "$dir"
    echo "$title" >"$dir/title"
    echo "$expected" >"$dir/expected"
    [ -z "${LOOSE-}" ] || : >"$dir/loose"
    for missing in ${NEEDS-}; do
        has "$missing" || {
            echo "$RUNTIME has no $missing yet" >"$dir/skip"
            return 0
        }
    done
    { "$@" || echo "exit $?"; } 2>&1 | normal >"$dir/output"
    [[ $(<"$dir/output") =~ $expected ]] || : >"$dir/unfit"
}

# pod_as_group ID MEMBERS [OPTION...]: a pod as corun sees it by itself; of runc, which sees none, what it is compared with.
pod_as_group() {
    if [ "$RUNTIME" = runc ]; then
        echo "$1 running $2"
    else
        "$BINARY" "${@:3}" group list --format json | jq -r '.[] | "\(.id) \(.status) \(.members | length)"'
        "$BINARY" "${@:3}" group usage --format json "$1" | jq -r --arg members "$2" 'select(.group.cpuSecondsUsed <= 0 or (.members | length | tostring) != $members)'
    fi
}

# group_or ARGUMENTS SCRIPT: corun group with these; of runc, which has no groups, the script that has the engine do the same.
group_or() {
    # shellcheck disable=SC2086 # several words
    if [ "$RUNTIME" = runc ]; then eval "$2"; else "$BINARY" ${GROUP_ROOT:+--root "$GROUP_ROOT"} group $1; fi
}

# until_true COMMAND...: waits until it succeeds, ten seconds at most.
until_true() {
    local attempt
    for attempt in {1..100}; do
        "$@" >/dev/null 2>&1 && return
        sleep 0.1
    done
    echo "never came true within ${attempt}00 ms: $*"
    return 1
}

in_file() { grep -q "$2" "$1"; }

# leftovers [PROCESSES [CGROUPS [NAMESPACE]]]: everything still there of the containers that the checks made, but for what the engine
# itself may keep, as regular expressions. NAMESPACE: where in its directory the runtime keeps containers.
leftovers() {
    local engine=${1:-^$} cgroups=${2:-^$} state=/run/$RUNTIME/${3-}
    sleep 0.3
    # this shell, timeout(1) and what they run at this moment are not leftovers
    ps_lines | grep -vE "^(timeout|bash|awk|sleep|grep|sed|tr|cat|basename)( |$)|$engine"
    [ ! -d "$state" ] || find "$state" -mindepth 1 -maxdepth 1 ! -name '.*' -printf 'state %f\n'
    find /sys/fs/cgroup -mindepth 3 -type d | grep -E '[0-9a-f]{64}|ctr-' | grep -vE "$cgroups" | sed 's/^/cgroup /'
    awk '$2 ~ /rootfs$|\/merged$/ { print "mount", $2 }' /proc/self/mounts
    echo "that is all"
}

ps_lines() {
    local file
    for file in /proc/[0-9]*/cmdline; do
        tr '\0' ' ' 2>/dev/null <"$file" && echo
    done 2>/dev/null | sed -E 's|^[^ ]*/||' | grep -v '^ *$'
}

private_world
# shellcheck disable=SC1090 # one of the *.checks files
source "$1"
: >"$OUT/done"

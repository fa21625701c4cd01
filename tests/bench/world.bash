# What the benchmarks share: a private mount namespace, a work directory, the programs that are compared, and how goals are printed.
# shellcheck shell=bash
# shellcheck disable=SC2154 # here is the caller's

[ "$(id -u)" = 0 ] || {
    echo "$0: containers are made: run it as root" >&2
    exit 2
}
if [ -z "${BENCH_NAMESPACE-}" ]; then
    exec env BENCH_NAMESPACE=yes unshare --mount --propagation private "$0" "$@"
fi

top=$(cd "$here/../.." && pwd)
work=$(mktemp -d /tmp/corun-bench.XXXXXX)
state=$work/state
leave() {
    local who id
    for who in corun crun runc; do
        for id in "$state/$who"/*/; do
            [ ! -d "$id" ] || "$who" --root "$state/$who" delete --force "$(basename "$id")" 2>/dev/null || true
        done
    done
    umount "$state" 2>/dev/null || true
    rm -rf "$work"
}
trap leave EXIT

prepare() {
    local missing=() need
    for need in gcc:gcc jq:jq crun:crun runc:runc busybox:busybox-static strip:binutils; do
        command -v "${need%%:*}" >/dev/null || missing+=("${need#*:}")
    done
    if [ "${#missing[@]}" != 0 ]; then
        DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" >/dev/null
    fi
    mkdir -p "$work/bin" "$state"
    mount -t tmpfs state "$state" # as /run is: in ext4, an inode that comes and goes costs more than the container
    gcc -O2 -static -D_GNU_SOURCE -o "$work/bin/floor" "$here/floor.c"
    gcc -O2 -static -D_GNU_SOURCE -o "$work/bin/measure" "$here/measure.c"
    if [ -z "${CORUN-}" ]; then
        echo "building corun"
        (cd "$top" && { [ -x configure ] || ./autogen.sh; }) >"$work/log" 2>&1
        (mkdir "$work/build" && cd "$work/build" && "$top/configure" && make -j"$(nproc)") >>"$work/log" 2>&1 || {
            tail -n 30 "$work/log"
            exit 1
        }
        CORUN=$work/build/corun
    fi
    # a stripped copy: what a package would install
    strip -o "$work/bin/corun" "$CORUN"
    export PATH=$work/bin:$PATH
    rootfs=$("$top/tests/lib/rootfs" busybox)
}

# The v1 hierarchies alone, on a tmpfs of our own: crun makes plain directories where it looks for the v2 one, and they would stay on the machine's.
without_v2() {
    mountpoint -q /sys/fs/cgroup/unified || return 0
    local hierarchy
    mkdir "$work/hierarchies"
    mount --rbind /sys/fs/cgroup "$work/hierarchies"
    mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
    for hierarchy in "$work"/hierarchies/*; do
        if [ "${hierarchy##*/}" = unified ] || ! mountpoint -q "$hierarchy"; then continue; fi
        mkdir "/sys/fs/cgroup/${hierarchy##*/}"
        mount --bind "$hierarchy" "/sys/fs/cgroup/${hierarchy##*/}"
    done
    umount -R -l "$work/hierarchies"
}

heading() {
    printf 'kernel %s, %d processors; %s; %s; corun %s\n' "$(uname -r)" "$(nproc)" "$(crun --version | head -n 1)" "$(runc --version | head -n 1)" \
        "$(corun --version | head -n 1)"
}

measure() { "$work/bin/measure" --tsv "$work/results" "$@"; }

# value TITLE STEP WHO COLUMN
value() { awk -F'\t' -v t="$1" -v s="$2" -v w="$3" -v c="$4" '$1 == t && $2 == s && $3 == w { print $c }' "$work/results"; }

# goal NAME VALUE BASE AT-MOST
goal() {
    awk -v name="$1" -v value="$2" -v base="$3" -v most="$4" 'BEGIN {
        if (base <= 0 || value == "") { printf "  %-52s not measured\n", name; exit }
        ratio = value / base
        printf "  %-52s %.2fx (at most %.1fx) %s\n", name, ratio, most, ratio <= most ? "ok" : "MISSED" }'
}

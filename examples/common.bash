# What the examples' run scripts share: where corun is, a bundle, and leaving nothing behind.
#
# Sets $work (a directory that goes at the end), $group (the id) and the functions corun, say, in_member and wait_for.
# shellcheck shell=bash
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
group=$(basename "$here")-$$

[ "$(id -u)" = 0 ] || {
    echo "please run it as root: sudo $0" >&2
    exit 2
}
program=${CORUN:-$top/build/corun}
[ -n "${CORUN-}" ] || [ -x "$program" ] || program=$(command -v corun) || {
    echo "there is no corun: build it (README.md), or set CORUN to its path" >&2
    exit 2
}

work=$(mktemp -d /tmp/corun-example.XXXXXX)
leave() {
    [ $? = 0 ] || sed 's/^/    | /' "$work/output" >&2 2>/dev/null || true
    end_group 2>/dev/null || true
    rm -rf "$work"
}
trap leave EXIT

# The supervisor in the background, if there is one, notices a moment later.
end_group() {
    corun group delete --force "$group"
    wait_for is_unmounted
}
is_unmounted() { ! grep -qF "$work" /proc/self/mountinfo; }

corun() { "$program" --root "$work/state" "$@"; }
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
in_member() { corun group exec "$group" "$@"; }

# wait_for COMMAND...: up to fifteen seconds
wait_for() {
    local attempt
    for attempt in $(seq 150); do
        ! "$@" >/dev/null 2>&1 || return 0
        sleep 0.1
    done
    echo "after $attempt looks, this is still not so: $*" >&2
    return 1
}

# state_of MEMBER PROPERTY: as `corun group state` tells it
state_of() { corun group state "$group" | jq -r --arg name "$1" ".members[] | select(.name == \$name) | .$2"; }
is_ready() { [ "$(state_of "$1" ready)" = true ]; }

# value_of FILE...: what the first that is there says; control groups of version 1 and 2 have different ones
value_of() {
    local file
    for file; do
        [ ! -e "$file" ] || { cat "$file" && return; }
    done
}

# All members of a group use this bundle: busybox, a root that cannot be written to, no capabilities, user 1000. The group file says the rest.
cp "$here/group.yaml" "$work/group.yaml"
mkdir -p "$work"/bundle/rootfs/{bin,dev,etc,proc,sys,tmp}
cp -L "$(command -v busybox)" "$work/bundle/rootfs/bin/busybox"
for applet in $(busybox --list); do
    [ "$applet" = busybox ] || ln -s busybox "$work/bundle/rootfs/bin/$applet"
done
echo 'user:x:1000:1000:user:/:/bin/sh' >"$work/bundle/rootfs/etc/passwd"
corun spec --bundle "$work/bundle"
jq '.process.terminal = false | .process.user = {uid: 1000, gid: 1000} | .process.capabilities = {}
    | .mounts += [{destination: "/tmp", type: "tmpfs", source: "tmpfs", options: ["nosuid", "nodev", "mode=1777", "size=1m"]}]' \
    "$work/bundle/config.json" >"$work/config"
mv "$work/config" "$work/bundle/config.json"

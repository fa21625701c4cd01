# What the tests in this directory load: tests/lib/corun.bash, and a look at the guest's one cgroup hierarchy.
# shellcheck shell=bash
# shellcheck disable=SC2119,SC2120,SC2154 # ROOT, ID and the like come from the library; functions are called from the tests

load ../lib/corun

setup() { vm_setup; }
teardown() { [ -z "${ROOT-}" ] || corun_teardown; }

vm_setup() {
    [ -e /vm/command ] || skip "only in the virtual machine: tests/vm/run"
    corun_setup
}

has_command() { "$CORUN" --help 2>&1 | grep -qE "^[[:space:]]+$1([[:space:]]|\$)"; }
needs_command() { has_command "$1" || skip "$(basename "$CORUN") has no command $1"; }

# The guest's criu is of 2022 and does not know the vdso of the newest kernels.
needs_criu() {
    local said
    said=$(criu check 2>&1) || true # more than is needed may be missing
    [[ $said != *"kernel features detection"* ]] || skip "criu cannot start on this kernel"
}

# The container's cgroup, from its process, and what a file there says.
cgroup_dir() { echo "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$(pid_of "${1-$ID}")/cgroup")"; }
value_of() { cat "$(cgroup_dir)/$1"; }

# entry_of FILE KEY: the number beside KEY in a file of "key number" lines
entry_of() { value_of "$1" | awk -v key="$2" '$1 == key { print $2 }'; }

# The following print jq filters for bundle and edit.
#
# A cgroup mount at /sys/fs/cgroup with the given option, ro or rw
cgroup_mount() {
    printf '.mounts |= map(select(.destination != "/sys/fs/cgroup"))
        | .mounts += [{destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["nosuid", "noexec", "nodev", "%s"]}]' "$1"
}
own_cgroup_namespace() { echo '.linux.namespaces |= map(select(.type != "cgroup")) + [{type: "cgroup"}]'; }
no_cgroup_namespace() { echo '.linux.namespaces |= map(select(.type != "cgroup"))'; }
# The container's ids 0 to 65535 are the host's from 100000
user_namespace() {
    echo '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
        | .linux.gidMappings = .linux.uidMappings'
}

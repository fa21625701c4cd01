/*
 * Data of cgroups that the layers share: what hierarchies this host has (filled by host/), and what a
 * container's cgroup is to be (filled by plan/, carried out by cgroup/). No functions.
 */
#ifndef RUNTIME_CGROUP_CGROUP_SETTINGS_H
#define RUNTIME_CGROUP_CGROUP_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/slice.h"

enum cgroup_mode {
    CGROUP_MODE_NONE, /* nothing usable is mounted at /sys/fs/cgroup */
    CGROUP_MODE_V1,   /* legacy hierarchies only */
    CGROUP_MODE_HYBRID, /* legacy hierarchies hold the controllers, a v2 tree is mounted beside them */
    CGROUP_MODE_V2,
};

/* One mounted hierarchy, as /proc/self/cgroup lists it. */
struct cgroup_hierarchy {
    const char *controllers; /* "cpu,cpuacct", "memory", "name=systemd"; "" for the v2 hierarchy */
    const char *mount_point; /* "/sys/fs/cgroup/memory" */
    const char *
        directory; /* last component of the mount point: the name below /sys/fs/cgroup; "" on pure v2 */
    const char *own_path; /* the caller's cgroup in it, starts with "/" */
    bool is_v2;
};

SLICE_TYPE(cgroup_hierarchy_list, struct cgroup_hierarchy);

/* One value for one file. Written in order, before any process is in the cgroup. */
struct cgroup_write {
    const char *
        controller; /* v1: the hierarchy that has it ("memory", "cpu"); v2: the controller to enable, or "" */
    const char *file; /* "memory.limit_in_bytes" */
    const char *value;
    const char *pointer; /* where it comes from: "/linux/resources/memory/limit"; for messages */
    bool may_be_missing; /* no error when the file or the controller does not exist here */
};

SLICE_TYPE(cgroup_write_list, struct cgroup_write);

struct bpf_insn;

struct cgroup_settings {
    const char *path; /* below each mount point; starts with "/", no "..", not "/" */
    struct cgroup_write_list writes;
    const struct bpf_insn *device_program; /* v2 only: BPF_PROG_TYPE_CGROUP_DEVICE */
    size_t device_program_length;          /* instructions */
    bool is_delegated; /* v2: owner becomes delegate_uid/gid (config-linux.md#cgroup-ownership) */
    uid_t delegate_uid;
    gid_t delegate_gid;
    bool is_unit; /* systemd makes it, as a unit named like path's last component (unit.h) */
    struct text_map unit_properties; /* annotations org.systemd.property.*, without that */
    bool is_optional; /* rootless: where the cgroup cannot be made, go on without and say so */
};

/*
 * What the files of a living cgroup say, as far as new values depend on it (update). NULL: there is no such file, or nothing is known.
 * Numbers are bytes or microseconds; -1 is "unlimited".
 */
struct cgroup_live {
    const int64_t *memory_limit;
    const int64_t *memory_and_swap_limit; /* v1 only */
    const int64_t *memory_usage;
    const int64_t *cpu_quota;
    const int64_t *cpu_period;
    const int64_t *cpu_burst;
    const char *devices; /* v1: devices.list */
};

#endif

/*
 * The record of a container: what is remembered between commands, as JSON in state.json.
 *
 * It is written twice: before the cgroup is made, so that whatever a killed create leaves is found again (pid is 0 then), and
 * when the container is created.
 */
#ifndef RUNTIME_CONTAINER_RECORD_H
#define RUNTIME_CONTAINER_RECORD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"
#include "oci-spec/json.h"
#include "runtime/cgroup/cgroup.h"
#include "runtime/container/store.h"
#include "runtime/resctrl/resctrl.h"

/* The type of a record's member that tells how cgroups are mounted, for other records that have one. */
extern const struct json_type record_cgroup_mode_type;

struct record {
    const char *oci_version;
    const char *id;
    const char *bundle;
    const char *rootfs;
    uint64_t
        created; /* nanoseconds since 1970: turned into a date by who asks, since that reads the time zone files */
    uint32_t owner_uid;
    /* The process, so that no other is ever taken for it: the number may be reused, the rest of it is not. */
    int64_t pid;
    uint64_t pidfd_inode;    /* of pidfs, Linux 6.9: unique while the machine is up; 0: not known */
    uint64_t start_time;     /* ticks after boot */
    const char *boot_id;     /* /proc/sys/kernel/random/boot_id */
    const char *cgroup_path; /* NULL: it has none */
    int64_t cgroup_mode;     /* enum cgroup_mode */
    /*
     * Those with a leaf of this container, each as "LEVELS:CONTROLLERS:MOUNT POINT", the last two as in /proc/PID/cgroup: no controllers is
     * v2's. One word and not an object, because list reads ten of them a thousand times. LEVELS: made_levels of struct cgroup_leaf.
     */
    struct text_list hierarchies;
    struct resctrl_group resctrl; /* root NULL: config.json has no intelRdt */
    bool uses_systemd;
    bool has_process; /* config.json has "process" */
    bool has_terminal;
    bool has_start_container_hooks;
    bool has_poststart_hooks;
    bool has_poststop_hooks;
    struct text_map annotations;
};

int record_write(struct arena *arena, const struct entry *entry, const struct record *record,
                 struct error *err);

/* 1: read; 0: there is none (a create was killed before it wrote one). */
int record_read(struct arena *arena, const struct entry *entry, struct record *ret_record,
                struct error *err);

/* Which boot of the machine this is: pids and inodes of another one say nothing. */
struct boot {
    char id[64]; /* "" when the kernel does not tell: then it never differs */
};
void boot_read(struct boot *ret_boot);

/* Fills in the process: pid, inode, start time, boot. pidfd is borrowed. */
int record_identify_process(struct arena *arena, struct record *record, pid_t pid, int pidfd,
                            struct error *err);

/* A pidfd of the recorded process if it is still that one and has not exited; else -1. The caller's. */
int record_open_process(const struct record *record, const struct boot *boot);

void record_set_cgroup(struct arena *arena, struct record *record, const struct cgroup *cgroup);

/* The leaves, not opened (cgroup_find()). No leaves when there is no cgroup. */
void record_find_cgroup(struct arena *arena, const struct record *record,
                        struct cgroup *ret_cgroup);
/* Only the leaf that cgroup_is_frozen() looks at: list asks it of a thousand. */
void record_find_freezer(struct arena *arena, const struct record *record,
                         struct cgroup *ret_cgroup);

#endif

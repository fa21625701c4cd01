/*
 * What this machine and caller can do: probed once per command, plain data afterwards. The plan reads it
 * instead of asking the kernel, so a plan can be built (and tested) for any host.
 */
#ifndef RUNTIME_HOST_HOST_H
#define RUNTIME_HOST_HOST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"
#include "runtime/cgroup/cgroup_settings.h"

struct host {
    const char *kernel_release; /* "6.18.44" */
    unsigned int kernel_major;
    unsigned int kernel_minor;
    uid_t euid;
    gid_t egid;
    uid_t owner_uid;    /* euid outside of the caller's user namespace: whose systemd it is */
    bool is_privileged; /* CAP_SYS_ADMIN in the initial user namespace */
    bool is_in_user_namespace; /* the caller's own user namespace is not the initial one */
    bool denies_setgroups;     /* in that namespace, and so in those made below it */
    uint64_t capabilities;     /* effective, as bits 1 << CAP_... */
    int last_capability;       /* highest CAP_... this kernel knows */
    bool has_apparmor;
    bool has_selinux;
    bool has_hugetlb_rsvd; /* hugetlb.<size>.rsvd.* files exist */
    enum cgroup_mode cgroup_mode;
    struct cgroup_hierarchy_list hierarchies; /* mounted ones only; the v2 one last */
    struct text_list
        environment; /* the caller's PATH and the like are never used; kept for LISTEN_FDS */
};

/* Refuses kernels older than 5.14 (ERROR_UNSUPPORTED) with the release in the text. */
int host_probe(struct arena *arena, struct host *ret_host, struct error *err);

/* The same without the cgroups, for exec: those of a container are in its record, and looking costs a call per hierarchy. */
int host_probe_caller(struct arena *arena, struct host *ret_host, struct error *err);

/* The caller's own user namespace is not the initial one. */
bool host_is_in_user_namespace(void);

/* What id, in this text of /proc/PID/uid_map, is outside of that user namespace; id itself when it is not mapped. Changes map. */
uid_t host_find_outer_id(char *map, uid_t id);

/* "6.18.44-cloud" is 6 and 18. False when it does not begin with two numbers. */
bool host_parse_release(const char *release, unsigned int *ret_major, unsigned int *ret_minor);

#endif

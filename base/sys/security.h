/*
 * Capabilities, seccomp, keyring, scheduling: the system calls for what a process is and may do. Each returns the value or -errno.
 */
#ifndef BASE_SYS_SECURITY_H
#define BASE_SYS_SECURITY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct sock_filter;

int sys_capget(uint64_t *ret_effective, uint64_t *ret_permitted, uint64_t *ret_inheritable);
int sys_capset(uint64_t effective, uint64_t permitted, uint64_t inheritable);
int sys_drop_bounding(int capability); /* prctl(PR_CAPBSET_DROP) */
int sys_raise_ambient(int capability);
int sys_clear_ambient(void);
int sys_keep_capabilities(bool keep); /* PR_SET_KEEPCAPS: across setuid from 0 */
int sys_no_new_privileges(void);
int sys_set_dumpable(bool dumpable);

/* Loads a filter; flags: SECCOMP_FILTER_FLAG_...; the listener's fd with NEW_LISTENER, else 0. */
int sys_seccomp(unsigned int flags, const struct sock_filter *filter, unsigned short length);

/* Joins (makes) a session keyring called name. 0 or -errno (-ENOSYS: kernel without keys). */
int sys_join_keyring(const char *name);

/* setgroups, setresgid, setresuid of this (only) thread: raw, since glibc's signal other threads and take locks. */
int sys_setgroups(const gid_t *groups, size_t count);
int sys_setgid(gid_t gid);
int sys_setuid(uid_t uid);

int sys_set_io_priority(int priority); /* of the caller, ready for ioprio_set(2) */
struct sched_attributes {
    uint32_t size;
    uint32_t policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime;
    uint64_t deadline;
    uint64_t period;
    uint32_t util_min;
    uint32_t util_max;
};
int sys_set_scheduler(const struct sched_attributes *attributes);
/* sched_setaffinity and sched_getaffinity of the caller; bits, lowest first. */
int sys_set_cpus(const uint64_t *cpus, size_t size_bytes);
int sys_get_cpus(uint64_t *ret_cpus, size_t size_bytes);
int sys_set_memory_policy(int mode, const uint64_t *nodes,
                          unsigned long bits); /* nodes may be NULL */

#endif

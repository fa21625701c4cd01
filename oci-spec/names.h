/* Every closed set of names in the spec, once. Sorted tables; see base/names.h. */
#ifndef OCI_SPEC_NAMES_H
#define OCI_SPEC_NAMES_H

#include "base/names.h"

/* Our own values, so that this layer does not depend on libseccomp; launch/seccomp.c maps them. */
enum seccomp_action {
    SECCOMP_ACTION_ALLOW,
    SECCOMP_ACTION_ERRNO,
    SECCOMP_ACTION_KILL, /* the same as KILL_THREAD, by libseccomp's rule */
    SECCOMP_ACTION_KILL_PROCESS,
    SECCOMP_ACTION_KILL_THREAD,
    SECCOMP_ACTION_LOG,
    SECCOMP_ACTION_NOTIFY,
    SECCOMP_ACTION_TRACE,
    SECCOMP_ACTION_TRAP,
};

enum seccomp_operator {
    SECCOMP_OPERATOR_EQ,
    SECCOMP_OPERATOR_GE,
    SECCOMP_OPERATOR_GT,
    SECCOMP_OPERATOR_LE,
    SECCOMP_OPERATOR_LT,
    SECCOMP_OPERATOR_MASKED_EQ,
    SECCOMP_OPERATOR_NE,
};

/* What a container can be in; paused is corun's addition (runtime.md#state allows further values). */
enum container_status {
    CONTAINER_CREATING,
    CONTAINER_CREATED,
    CONTAINER_RUNNING,
    CONTAINER_STOPPED,
    CONTAINER_PAUSED,
};

extern const struct names names_namespaces;        /* enum namespace_kind */
extern const struct names names_capabilities;      /* CAP_... numbers, by "CAP_..." */
extern const struct names names_rlimits;           /* RLIMIT_... */
extern const struct names names_signals;           /* numbers, by name without "SIG" */
extern const struct names names_seccomp_actions;   /* enum seccomp_action, by "SCMP_ACT_..." */
extern const struct names names_seccomp_operators; /* enum seccomp_operator, by "SCMP_CMP_..." */
extern const struct names names_seccomp_architectures; /* libseccomp's tokens, by "SCMP_ARCH_..." */
extern const struct names names_seccomp_flags;         /* SECCOMP_FILTER_FLAG_... */
extern const struct names names_scheduler_policies;    /* SCHED_... */
extern const struct names names_scheduler_flags;       /* SCHED_FLAG_... */
extern const struct names names_io_priority_classes;   /* IOPRIO_CLASS_... */
extern const struct names names_memory_policy_modes;   /* MPOL_... */
extern const struct names names_memory_policy_flags;   /* MPOL_F_... */
extern const struct names
    names_propagations; /* MS_... without MS_REC, by "private", "slave", ... */
extern const struct names names_rootfs_propagations; /* the same, and "rprivate", "rslave", ... */
extern const struct names names_personalities;       /* PER_LINUX, PER_LINUX32 */
extern const struct names names_clocks;   /* CLOCK_MONOTONIC, CLOCK_BOOTTIME, by "monotonic", ... */
extern const struct names names_statuses; /* enum container_status */
extern const struct names names_hooks;    /* position in struct spec_hooks */

#endif

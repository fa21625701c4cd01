/*
 * The name tables that concern the process and its kernel objects. Sorted by name: names_find() searches
 * them in halves. Adding a row here is the only way to add a name: decoder, messages and the features
 * document follow. Seccomp's tables are in names_seccomp.c, signals in names_signals.c.
 */
#include "oci-spec/names.h"

#include <linux/capability.h>
#include <linux/ioprio.h>
#include <linux/mempolicy.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <time.h>

#include "oci-spec/spec.h"

/* Newer than Debian 12's headers, or never exported by them. The numbers are kernel ABI. */
enum {
    KERNEL_SCHED_ISO = 4,                   /* reserved by linux/sched.h, never implemented */
    KERNEL_MPOL_WEIGHTED_INTERLEAVE = 6,    /* Linux 6.9 */
    KERNEL_SCHED_FLAG_RESET_ON_FORK = 0x01, /* linux/sched.h cannot be included beside sched.h */
    KERNEL_SCHED_FLAG_RECLAIM = 0x02,
    KERNEL_SCHED_FLAG_DL_OVERRUN = 0x04,
    KERNEL_SCHED_FLAG_KEEP_POLICY = 0x08,
    KERNEL_SCHED_FLAG_KEEP_PARAMS = 0x10,
    KERNEL_SCHED_FLAG_UTIL_CLAMP_MIN = 0x20,
    KERNEL_SCHED_FLAG_UTIL_CLAMP_MAX = 0x40,
    KERNEL_SCHED_DEADLINE = 6,
};

static const struct name namespaces_rows[] = {
    {"cgroup",  NAMESPACE_CGROUP },
    {"ipc",     NAMESPACE_IPC    },
    {"mount",   NAMESPACE_MOUNT  },
    {"network", NAMESPACE_NETWORK},
    {"pid",     NAMESPACE_PID    },
    {"time",    NAMESPACE_TIME   },
    {"user",    NAMESPACE_USER   },
    {"uts",     NAMESPACE_UTS    },
};
const struct names names_namespaces = NAMES("namespace type", namespaces_rows);

static const struct name capabilities_rows[] = {
    {"CAP_AUDIT_CONTROL",      CAP_AUDIT_CONTROL     },
    {"CAP_AUDIT_READ",         CAP_AUDIT_READ        },
    {"CAP_AUDIT_WRITE",        CAP_AUDIT_WRITE       },
    {"CAP_BLOCK_SUSPEND",      CAP_BLOCK_SUSPEND     },
    {"CAP_BPF",                CAP_BPF               },
    {"CAP_CHECKPOINT_RESTORE", CAP_CHECKPOINT_RESTORE},
    {"CAP_CHOWN",              CAP_CHOWN             },
    {"CAP_DAC_OVERRIDE",       CAP_DAC_OVERRIDE      },
    {"CAP_DAC_READ_SEARCH",    CAP_DAC_READ_SEARCH   },
    {"CAP_FOWNER",             CAP_FOWNER            },
    {"CAP_FSETID",             CAP_FSETID            },
    {"CAP_IPC_LOCK",           CAP_IPC_LOCK          },
    {"CAP_IPC_OWNER",          CAP_IPC_OWNER         },
    {"CAP_KILL",               CAP_KILL              },
    {"CAP_LEASE",              CAP_LEASE             },
    {"CAP_LINUX_IMMUTABLE",    CAP_LINUX_IMMUTABLE   },
    {"CAP_MAC_ADMIN",          CAP_MAC_ADMIN         },
    {"CAP_MAC_OVERRIDE",       CAP_MAC_OVERRIDE      },
    {"CAP_MKNOD",              CAP_MKNOD             },
    {"CAP_NET_ADMIN",          CAP_NET_ADMIN         },
    {"CAP_NET_BIND_SERVICE",   CAP_NET_BIND_SERVICE  },
    {"CAP_NET_BROADCAST",      CAP_NET_BROADCAST     },
    {"CAP_NET_RAW",            CAP_NET_RAW           },
    {"CAP_PERFMON",            CAP_PERFMON           },
    {"CAP_SETFCAP",            CAP_SETFCAP           },
    {"CAP_SETGID",             CAP_SETGID            },
    {"CAP_SETPCAP",            CAP_SETPCAP           },
    {"CAP_SETUID",             CAP_SETUID            },
    {"CAP_SYSLOG",             CAP_SYSLOG            },
    {"CAP_SYS_ADMIN",          CAP_SYS_ADMIN         },
    {"CAP_SYS_BOOT",           CAP_SYS_BOOT          },
    {"CAP_SYS_CHROOT",         CAP_SYS_CHROOT        },
    {"CAP_SYS_MODULE",         CAP_SYS_MODULE        },
    {"CAP_SYS_NICE",           CAP_SYS_NICE          },
    {"CAP_SYS_PACCT",          CAP_SYS_PACCT         },
    {"CAP_SYS_PTRACE",         CAP_SYS_PTRACE        },
    {"CAP_SYS_RAWIO",          CAP_SYS_RAWIO         },
    {"CAP_SYS_RESOURCE",       CAP_SYS_RESOURCE      },
    {"CAP_SYS_TIME",           CAP_SYS_TIME          },
    {"CAP_SYS_TTY_CONFIG",     CAP_SYS_TTY_CONFIG    },
    {"CAP_WAKE_ALARM",         CAP_WAKE_ALARM        },
};
const struct names names_capabilities = NAMES("capability", capabilities_rows);

static const struct name rlimits_rows[] = {
    {"RLIMIT_AS",         RLIMIT_AS        },
    {"RLIMIT_CORE",       RLIMIT_CORE      },
    {"RLIMIT_CPU",        RLIMIT_CPU       },
    {"RLIMIT_DATA",       RLIMIT_DATA      },
    {"RLIMIT_FSIZE",      RLIMIT_FSIZE     },
    {"RLIMIT_LOCKS",      RLIMIT_LOCKS     },
    {"RLIMIT_MEMLOCK",    RLIMIT_MEMLOCK   },
    {"RLIMIT_MSGQUEUE",   RLIMIT_MSGQUEUE  },
    {"RLIMIT_NICE",       RLIMIT_NICE      },
    {"RLIMIT_NOFILE",     RLIMIT_NOFILE    },
    {"RLIMIT_NPROC",      RLIMIT_NPROC     },
    {"RLIMIT_RSS",        RLIMIT_RSS       },
    {"RLIMIT_RTPRIO",     RLIMIT_RTPRIO    },
    {"RLIMIT_RTTIME",     RLIMIT_RTTIME    },
    {"RLIMIT_SIGPENDING", RLIMIT_SIGPENDING},
    {"RLIMIT_STACK",      RLIMIT_STACK     },
};
const struct names names_rlimits = NAMES("resource limit", rlimits_rows);

static const struct name scheduler_policies_rows[] = {
    {"SCHED_BATCH",    SCHED_BATCH          },
    {"SCHED_DEADLINE", KERNEL_SCHED_DEADLINE},
    {"SCHED_FIFO",     SCHED_FIFO           },
    {"SCHED_IDLE",     SCHED_IDLE           },
    {"SCHED_ISO",      KERNEL_SCHED_ISO     },
    {"SCHED_OTHER",    SCHED_OTHER          },
    {"SCHED_RR",       SCHED_RR             },
};
const struct names names_scheduler_policies = NAMES("scheduling policy", scheduler_policies_rows);

static const struct name scheduler_flags_rows[] = {
    {"SCHED_FLAG_DL_OVERRUN",     KERNEL_SCHED_FLAG_DL_OVERRUN    },
    {"SCHED_FLAG_KEEP_PARAMS",    KERNEL_SCHED_FLAG_KEEP_PARAMS   },
    {"SCHED_FLAG_KEEP_POLICY",    KERNEL_SCHED_FLAG_KEEP_POLICY   },
    {"SCHED_FLAG_RECLAIM",        KERNEL_SCHED_FLAG_RECLAIM       },
    {"SCHED_FLAG_RESET_ON_FORK",  KERNEL_SCHED_FLAG_RESET_ON_FORK },
    {"SCHED_FLAG_UTIL_CLAMP_MAX", KERNEL_SCHED_FLAG_UTIL_CLAMP_MAX},
    {"SCHED_FLAG_UTIL_CLAMP_MIN", KERNEL_SCHED_FLAG_UTIL_CLAMP_MIN},
};
const struct names names_scheduler_flags = NAMES("scheduling flag", scheduler_flags_rows);

static const struct name io_priority_classes_rows[] = {
    {"IOPRIO_CLASS_BE",   IOPRIO_CLASS_BE  },
    {"IOPRIO_CLASS_IDLE", IOPRIO_CLASS_IDLE},
    {"IOPRIO_CLASS_RT",   IOPRIO_CLASS_RT  },
};
const struct names names_io_priority_classes =
    NAMES("I/O priority class", io_priority_classes_rows);

static const struct name memory_policy_modes_rows[] = {
    {"MPOL_BIND",                MPOL_BIND                      },
    {"MPOL_DEFAULT",             MPOL_DEFAULT                   },
    {"MPOL_INTERLEAVE",          MPOL_INTERLEAVE                },
    {"MPOL_LOCAL",               MPOL_LOCAL                     },
    {"MPOL_PREFERRED",           MPOL_PREFERRED                 },
    {"MPOL_PREFERRED_MANY",      MPOL_PREFERRED_MANY            },
    {"MPOL_WEIGHTED_INTERLEAVE", KERNEL_MPOL_WEIGHTED_INTERLEAVE},
};
const struct names names_memory_policy_modes =
    NAMES("memory policy mode", memory_policy_modes_rows);

static const struct name memory_policy_flags_rows[] = {
    {"MPOL_F_NUMA_BALANCING", MPOL_F_NUMA_BALANCING},
    {"MPOL_F_RELATIVE_NODES", MPOL_F_RELATIVE_NODES},
    {"MPOL_F_STATIC_NODES",   MPOL_F_STATIC_NODES  },
};
const struct names names_memory_policy_flags =
    NAMES("memory policy flag", memory_policy_flags_rows);

static const struct name propagations_rows[] = {
    {"private",    MS_PRIVATE   },
    {"shared",     MS_SHARED    },
    {"slave",      MS_SLAVE     },
    {"unbindable", MS_UNBINDABLE},
};
const struct names names_propagations = NAMES("mount propagation", propagations_rows);

/* Engines also write the recursive forms, which mean the same for a root file system that is made one mount. */
static const struct name rootfs_propagations_rows[] = {
    {"private",     MS_PRIVATE   },
    {"rprivate",    MS_PRIVATE   },
    {"rshared",     MS_SHARED    },
    {"rslave",      MS_SLAVE     },
    {"runbindable", MS_UNBINDABLE},
    {"shared",      MS_SHARED    },
    {"slave",       MS_SLAVE     },
    {"unbindable",  MS_UNBINDABLE},
};
const struct names names_rootfs_propagations = NAMES("mount propagation", rootfs_propagations_rows);

static const struct name personalities_rows[] = {
    {"LINUX",   PER_LINUX  },
    {"LINUX32", PER_LINUX32},
};
const struct names names_personalities = NAMES("execution domain", personalities_rows);

static const struct name clocks_rows[] = {
    {"boottime",  CLOCK_BOOTTIME },
    {"monotonic", CLOCK_MONOTONIC},
};
const struct names names_clocks = NAMES("clock of a time namespace", clocks_rows);

static const struct name hooks_rows[] = {
    {"createContainer", 2},
    {"createRuntime",   1},
    {"poststart",       4},
    {"poststop",        5},
    {"prestart",        0},
    {"startContainer",  3},
};
const struct names names_hooks = NAMES("hook", hooks_rows);

static const struct name statuses_rows[] = {
    {"created",  CONTAINER_CREATED },
    {"creating", CONTAINER_CREATING},
    {"paused",   CONTAINER_PAUSED  },
    {"running",  CONTAINER_RUNNING },
    {"stopped",  CONTAINER_STOPPED },
};
const struct names names_statuses = NAMES("container status", statuses_rows);

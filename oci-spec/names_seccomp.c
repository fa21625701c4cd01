/* The name tables of seccomp. Values are our own for actions and operators, the kernel's for the rest. */
#include "oci-spec/names.h"

#include <linux/audit.h>
#include <linux/elf-em.h>
#include <linux/seccomp.h>

/*
 * libseccomp's architecture tokens are the kernel's AUDIT_ARCH_... numbers, but for x32, which the kernel
 * tells from x86_64 by a bit of the system call number only. Its SH is the little endian one.
 */
#define SECCOMP_ARCH_X32 (EM_X86_64 | __AUDIT_ARCH_LE)

static const struct name seccomp_actions_rows[] = {
    {"SCMP_ACT_ALLOW",        SECCOMP_ACTION_ALLOW       },
    {"SCMP_ACT_ERRNO",        SECCOMP_ACTION_ERRNO       },
    {"SCMP_ACT_KILL",         SECCOMP_ACTION_KILL        },
    {"SCMP_ACT_KILL_PROCESS", SECCOMP_ACTION_KILL_PROCESS},
    {"SCMP_ACT_KILL_THREAD",  SECCOMP_ACTION_KILL_THREAD },
    {"SCMP_ACT_LOG",          SECCOMP_ACTION_LOG         },
    {"SCMP_ACT_NOTIFY",       SECCOMP_ACTION_NOTIFY      },
    {"SCMP_ACT_TRACE",        SECCOMP_ACTION_TRACE       },
    {"SCMP_ACT_TRAP",         SECCOMP_ACTION_TRAP        },
};
const struct names names_seccomp_actions = NAMES("seccomp action", seccomp_actions_rows);

static const struct name seccomp_operators_rows[] = {
    {"SCMP_CMP_EQ",        SECCOMP_OPERATOR_EQ       },
    {"SCMP_CMP_GE",        SECCOMP_OPERATOR_GE       },
    {"SCMP_CMP_GT",        SECCOMP_OPERATOR_GT       },
    {"SCMP_CMP_LE",        SECCOMP_OPERATOR_LE       },
    {"SCMP_CMP_LT",        SECCOMP_OPERATOR_LT       },
    {"SCMP_CMP_MASKED_EQ", SECCOMP_OPERATOR_MASKED_EQ},
    {"SCMP_CMP_NE",        SECCOMP_OPERATOR_NE       },
};
const struct names names_seccomp_operators = NAMES("seccomp operator", seccomp_operators_rows);

static const struct name seccomp_architectures_rows[] = {
    {"SCMP_ARCH_AARCH64",     AUDIT_ARCH_AARCH64    },
    {"SCMP_ARCH_ARM",         AUDIT_ARCH_ARM        },
    {"SCMP_ARCH_LOONGARCH64", AUDIT_ARCH_LOONGARCH64},
    {"SCMP_ARCH_M68K",        AUDIT_ARCH_M68K       },
    {"SCMP_ARCH_MIPS",        AUDIT_ARCH_MIPS       },
    {"SCMP_ARCH_MIPS64",      AUDIT_ARCH_MIPS64     },
    {"SCMP_ARCH_MIPS64N32",   AUDIT_ARCH_MIPS64N32  },
    {"SCMP_ARCH_MIPSEL",      AUDIT_ARCH_MIPSEL     },
    {"SCMP_ARCH_MIPSEL64",    AUDIT_ARCH_MIPSEL64   },
    {"SCMP_ARCH_MIPSEL64N32", AUDIT_ARCH_MIPSEL64N32},
    {"SCMP_ARCH_PARISC",      AUDIT_ARCH_PARISC     },
    {"SCMP_ARCH_PARISC64",    AUDIT_ARCH_PARISC64   },
    {"SCMP_ARCH_PPC",         AUDIT_ARCH_PPC        },
    {"SCMP_ARCH_PPC64",       AUDIT_ARCH_PPC64      },
    {"SCMP_ARCH_PPC64LE",     AUDIT_ARCH_PPC64LE    },
    {"SCMP_ARCH_RISCV64",     AUDIT_ARCH_RISCV64    },
    {"SCMP_ARCH_S390",        AUDIT_ARCH_S390       },
    {"SCMP_ARCH_S390X",       AUDIT_ARCH_S390X      },
    {"SCMP_ARCH_SH",          AUDIT_ARCH_SHEL       },
    {"SCMP_ARCH_SHEB",        AUDIT_ARCH_SH         },
    {"SCMP_ARCH_X32",         SECCOMP_ARCH_X32      },
    {"SCMP_ARCH_X86",         AUDIT_ARCH_I386       },
    {"SCMP_ARCH_X86_64",      AUDIT_ARCH_X86_64     },
};
const struct names names_seccomp_architectures =
    NAMES("seccomp architecture", seccomp_architectures_rows);

static const struct name seccomp_flags_rows[] = {
    {"SECCOMP_FILTER_FLAG_LOG",                SECCOMP_FILTER_FLAG_LOG               },
    {"SECCOMP_FILTER_FLAG_SPEC_ALLOW",         SECCOMP_FILTER_FLAG_SPEC_ALLOW        },
    {"SECCOMP_FILTER_FLAG_TSYNC",              SECCOMP_FILTER_FLAG_TSYNC             },
    {"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV},
};
const struct names names_seccomp_flags = NAMES("seccomp flag", seccomp_flags_rows);

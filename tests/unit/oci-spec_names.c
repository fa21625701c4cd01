/* The name tables: sorted, unique, complete by the schema, and with the numbers that others use. */
#include "tests/unit/oci-spec_support.h"

#include <seccomp.h>
#include <signal.h>
#include <sys/mount.h>

#include "oci-spec/names.h"
#include "oci-spec/spec.h"

static const struct names *const tables[] = {
    &names_namespaces,
    &names_capabilities,
    &names_rlimits,
    &names_signals,
    &names_seccomp_actions,
    &names_seccomp_operators,
    &names_seccomp_architectures,
    &names_seccomp_flags,
    &names_scheduler_policies,
    &names_scheduler_flags,
    &names_io_priority_classes,
    &names_memory_policy_modes,
    &names_memory_policy_flags,
    &names_propagations,
    &names_rootfs_propagations,
    &names_personalities,
    &names_clocks,
    &names_statuses,
    &names_hooks,
};

static void test_tables_are_sorted_and_unique(void **state)
{
    (void) state;
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        for (size_t j = 1; j < tables[i]->count; j++)
            if (strcmp(tables[i]->items[j - 1].name, tables[i]->items[j].name) >= 0)
                fail_msg("%s: %s is out of order", tables[i]->what, tables[i]->items[j].name);
}

static void test_every_name_is_found(void **state)
{
    (void) state;
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        for (size_t j = 0; j < tables[i]->count; j++)
            assert_ptr_equal(names_find(tables[i], tables[i]->items[j].name), &tables[i]->items[j]);
}

static int64_t value_of(const struct names *names, const char *name)
{
    const struct name *row = names_find(names, name);

    if (!row)
        fail_msg("%s: %s is missing", names->what, name);
    return row ? row->value : -1;
}

/* launch/seccomp.c passes the numbers to libseccomp as they are. */
static void test_architectures_are_libseccomps(void **state)
{
    static const struct name expected[] = {
        {"SCMP_ARCH_X86",         SCMP_ARCH_X86        },
        {"SCMP_ARCH_X86_64",      SCMP_ARCH_X86_64     },
        {"SCMP_ARCH_X32",         SCMP_ARCH_X32        },
        {"SCMP_ARCH_ARM",         SCMP_ARCH_ARM        },
        {"SCMP_ARCH_AARCH64",     SCMP_ARCH_AARCH64    },
        {"SCMP_ARCH_MIPS",        SCMP_ARCH_MIPS       },
        {"SCMP_ARCH_MIPS64",      SCMP_ARCH_MIPS64     },
        {"SCMP_ARCH_MIPS64N32",   SCMP_ARCH_MIPS64N32  },
        {"SCMP_ARCH_MIPSEL",      SCMP_ARCH_MIPSEL     },
        {"SCMP_ARCH_MIPSEL64",    SCMP_ARCH_MIPSEL64   },
        {"SCMP_ARCH_MIPSEL64N32", SCMP_ARCH_MIPSEL64N32},
        {"SCMP_ARCH_PPC",         SCMP_ARCH_PPC        },
        {"SCMP_ARCH_PPC64",       SCMP_ARCH_PPC64      },
        {"SCMP_ARCH_PPC64LE",     SCMP_ARCH_PPC64LE    },
        {"SCMP_ARCH_S390",        SCMP_ARCH_S390       },
        {"SCMP_ARCH_S390X",       SCMP_ARCH_S390X      },
        {"SCMP_ARCH_PARISC",      SCMP_ARCH_PARISC     },
        {"SCMP_ARCH_PARISC64",    SCMP_ARCH_PARISC64   },
        {"SCMP_ARCH_RISCV64",     SCMP_ARCH_RISCV64    },
    };

    (void) state;
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
        assert_int_equal(value_of(&names_seccomp_architectures, expected[i].name),
                         expected[i].value);
    assert_int_equal(names_seccomp_architectures.count, 23);
}

static void test_signals(void **state)
{
    (void) state;
    assert_int_equal(value_of(&names_signals, "TERM"), SIGTERM);
    assert_int_equal(value_of(&names_signals, "HUP"), SIGHUP);
    assert_int_equal(value_of(&names_signals, "RTMIN"), SIGRTMIN);
    assert_int_equal(value_of(&names_signals, "RTMIN+3"), SIGRTMIN + 3);
    assert_int_equal(value_of(&names_signals, "RTMAX"), SIGRTMAX);
    assert_int_equal(value_of(&names_signals, "RTMAX-14"), SIGRTMAX - 14);
    assert_null(names_find(&names_signals, "RTMAX-15"));
    assert_null(names_find(&names_signals, "SIGTERM"));
}

/* Every number from 1 to 64 has a name, but for the two that belong to the thread library. */
static void test_every_signal_has_a_name(void **state)
{
    (void) state;
    for (int64_t i = 1; i <= 64; i++)
        if (i != 32 && i != 33 && !names_text(&names_signals, i))
            fail_msg("signal %d has no name", (int) i);
    assert_string_equal(names_text(&names_signals, SIGABRT), "ABRT");
    assert_string_equal(names_text(&names_signals, SIGSYS), "SYS");
}

static void test_capabilities_are_complete(void **state)
{
    (void) state;
    assert_int_equal(names_capabilities.count, 41);
    for (int64_t i = 0; i <= 40; i++)
        assert_non_null(names_text(&names_capabilities, i));
    assert_int_equal(value_of(&names_capabilities, "CAP_SYS_ADMIN"), 21);
}

static void test_kernel_numbers(void **state)
{
    (void) state;
    assert_int_equal(value_of(&names_scheduler_policies, "SCHED_DEADLINE"), 6);
    assert_int_equal(value_of(&names_scheduler_policies, "SCHED_ISO"), 4);
    assert_int_equal(value_of(&names_scheduler_flags, "SCHED_FLAG_UTIL_CLAMP_MAX"), 0x40);
    assert_int_equal(value_of(&names_memory_policy_modes, "MPOL_WEIGHTED_INTERLEAVE"), 6);
    assert_int_equal(value_of(&names_memory_policy_flags, "MPOL_F_STATIC_NODES"), 1 << 15);
    assert_int_equal(value_of(&names_seccomp_flags, "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"), 32);
    assert_int_equal(value_of(&names_personalities, "LINUX32"), 8);
    assert_int_equal(value_of(&names_rlimits, "RLIMIT_NOFILE"), 7);
    assert_int_equal(names_rlimits.count, 16);
    assert_int_equal(value_of(&names_rootfs_propagations, "rslave"), MS_SLAVE);
}

/* The value of a hook's row is its position in struct spec_hooks. */
static void test_hooks_are_positions(void **state)
{
    (void) state;
    assert_int_equal(value_of(&names_hooks, "prestart"),
                     offsetof(struct spec_hooks, prestart) / sizeof(struct spec_hook_list));
    assert_int_equal(value_of(&names_hooks, "createRuntime"),
                     offsetof(struct spec_hooks, create_runtime) / sizeof(struct spec_hook_list));
    assert_int_equal(value_of(&names_hooks, "createContainer"),
                     offsetof(struct spec_hooks, create_container) / sizeof(struct spec_hook_list));
    assert_int_equal(value_of(&names_hooks, "startContainer"),
                     offsetof(struct spec_hooks, start_container) / sizeof(struct spec_hook_list));
    assert_int_equal(value_of(&names_hooks, "poststart"),
                     offsetof(struct spec_hooks, poststart) / sizeof(struct spec_hook_list));
    assert_int_equal(value_of(&names_hooks, "poststop"),
                     offsetof(struct spec_hooks, poststop) / sizeof(struct spec_hook_list));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables_are_sorted_and_unique),
        cmocka_unit_test(test_every_name_is_found),
        cmocka_unit_test(test_architectures_are_libseccomps),
        cmocka_unit_test(test_signals),
        cmocka_unit_test(test_every_signal_has_a_name),
        cmocka_unit_test(test_capabilities_are_complete),
        cmocka_unit_test(test_kernel_numbers),
        cmocka_unit_test(test_hooks_are_positions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

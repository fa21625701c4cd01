/*
 * launch/seccomp.c and seccomp_cache.c. Compiled filters are judged by what they do: a child loads one, makes the calls and
 * tells. No privileges are needed, with no_new_privs.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>

#include "base/owned.h"
#include "base/sys/security.h"
#include "oci-spec/names.h"
#include "runtime/launch/seccomp.h"

/* A profile that allows all but what the rules say. */
struct fixture {
    struct arena arena;
    struct spec_seccomp profile;
    char directory[64];
};

static struct spec_seccomp_syscall *add_rule(struct fixture *fixture, const char *name,
                                             int64_t action, const uint32_t *errno_ret)
{
    struct spec_seccomp_syscall *rule =
        SLICE_PUSH(&fixture->arena, &fixture->profile.syscalls, struct spec_seccomp_syscall);

    text_list_push(&fixture->arena, &rule->names, name);
    rule->action = action;
    rule->errno_ret = errno_ret;
    return rule;
}

static void add_condition(struct fixture *fixture, struct spec_seccomp_syscall *rule,
                          uint32_t index, uint64_t value)
{
    struct spec_seccomp_arg *argument =
        SLICE_PUSH(&fixture->arena, &rule->args, struct spec_seccomp_arg);

    argument->index = index;
    argument->value = value;
    argument->op = SECCOMP_OPERATOR_EQ;
}

/* The errno (0: none) of the call under the profile; 1000 + signal when it killed. */
static int probe(struct fixture *fixture, long number, long first, long second)
{
    struct seccomp_program program = {0};
    struct error err = {0};
    int status;
    pid_t pid;

    assert_int_equal(seccomp_compile(&fixture->arena, &fixture->profile, &program, &err), 0);
    seccomp_compact(&fixture->arena, &program);
    pid = fork();
    if (pid == 0) {
        long value;

        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
            sys_seccomp(0, program.bytes,
                        (unsigned short) (program.size / sizeof(struct sock_filter))) < 0)
            _exit(255);
        errno = 0;
        value = syscall(number, first, second, 0, 0, 0, 0);
        (void) syscall(SYS_exit_group,
                       value < 0 ? errno : 0); /* sanitizers make other calls in _exit */
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));

    fixture->profile.default_action = SECCOMP_ACTION_ALLOW;
    (void) snprintf(fixture->directory, sizeof(fixture->directory), "/tmp/corun-unit-XXXXXX");
    *state = fixture;
    return mkdtemp(fixture->directory) ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    char command[128];

    (void) snprintf(command, sizeof(command), "rm -rf %s", fixture->directory);
    arena_release(&fixture->arena);
    (void) !system(command);
    free(fixture);
    return 0;
}

static void returns_the_errno_that_is_asked_for(void **state)
{
    static const uint32_t asked = 77;
    struct fixture *fixture = *state;

    add_rule(fixture, "getppid", SECCOMP_ACTION_ERRNO, &asked);
    add_rule(fixture, "getuid", SECCOMP_ACTION_ERRNO, NULL);
    assert_int_equal(probe(fixture, SYS_getppid, 0, 0), 77);
    assert_int_equal(probe(fixture, SYS_getuid, 0, 0), EPERM);
    assert_int_equal(probe(fixture, SYS_getpid, 0, 0), 0);
}

static void gives_the_default_errno_to_the_rest(void **state)
{
    static const uint32_t asked = 38;
    struct fixture *fixture = *state;
    static const char *const needed[] = {"exit_group", "exit", "getpid"};

    fixture->profile.default_action = SECCOMP_ACTION_ERRNO;
    fixture->profile.default_errno_ret = &asked;
    for (size_t i = 0; i < 3; i++)
        add_rule(fixture, needed[i], SECCOMP_ACTION_ALLOW, NULL);
    assert_int_equal(probe(fixture, SYS_getpid, 0, 0), 0);
    assert_int_equal(probe(fixture, SYS_getuid, 0, 0), 38);
}

static void skips_names_that_nobody_knows(void **state)
{
    struct fixture *fixture = *state;
    struct spec_seccomp_syscall *rule =
        add_rule(fixture, "a_call_of_the_future", SECCOMP_ACTION_ERRNO, NULL);

    text_list_push(&fixture->arena, &rule->names, "getppid");
    assert_int_equal(probe(fixture, SYS_getppid, 0, 0), EPERM);
}

static void takes_conditions_on_one_argument_as_alternatives(void **state)
{
    struct fixture *fixture = *state;
    struct spec_seccomp_syscall *rule =
        add_rule(fixture, "getpriority", SECCOMP_ACTION_ERRNO, NULL);

    add_condition(fixture, rule, 0, 1);
    add_condition(fixture, rule, 0, 2);
    assert_int_equal(probe(fixture, SYS_getpriority, 1, 0), EPERM);
    assert_int_equal(probe(fixture, SYS_getpriority, 2, 0), EPERM);
    assert_int_equal(probe(fixture, SYS_getpriority, 0, 0), 0);
}

static void takes_conditions_on_several_arguments_together(void **state)
{
    struct fixture *fixture = *state;
    struct spec_seccomp_syscall *rule =
        add_rule(fixture, "getpriority", SECCOMP_ACTION_ERRNO, NULL);

    add_condition(fixture, rule, 0, 0);
    add_condition(fixture, rule, 1, 0);
    assert_int_equal(probe(fixture, SYS_getpriority, 0, 0), EPERM);
    assert_int_equal(probe(fixture, SYS_getpriority, 0, getpid()), 0);
}

static void kills(void **state)
{
    struct fixture *fixture = *state;

    add_rule(fixture, "getppid", SECCOMP_ACTION_KILL_PROCESS, NULL);
    add_rule(fixture, "getuid", SECCOMP_ACTION_KILL, NULL);
    assert_int_equal(probe(fixture, SYS_getppid, 0, 0), 1000 + SIGSYS);
    assert_int_equal(probe(fixture, SYS_getuid, 0, 0), 1000 + SIGSYS);
}

/* --- the cache --- */

static struct seccomp_program store(struct fixture *fixture, int cache, struct text_key *ret_key)
{
    struct seccomp_program program;
    struct error err;

    assert_int_equal(seccomp_compile(&fixture->arena, &fixture->profile, &program, &err), 0);
    *ret_key = seccomp_cache_key(&fixture->arena, &fixture->profile);
    seccomp_cache_store(cache, ret_key, &program);
    return program;
}

static bool is_found(struct fixture *fixture, int cache, const struct text_key *key)
{
    struct seccomp_program found;

    return seccomp_cache_find(&fixture->arena, cache, key, &found);
}

/* The path of the only entry. */
static void entry_path(const struct fixture *fixture, char *path, size_t size)
{
    owned_dir directory = opendir(fixture->directory);
    struct dirent *entry;

    assert_non_null(directory);
    while ((entry = readdir(directory)))
        if (entry->d_name[0] != '.')
            (void) snprintf(path, size, "%s/%.60s", fixture->directory, entry->d_name);
}

static void gives_back_what_was_stored(void **state)
{
    struct fixture *fixture = *state;
    owned_fd cache = seccomp_cache_open(fixture->directory);
    struct seccomp_program stored;
    struct seccomp_program found;
    struct text_key key;

    add_rule(fixture, "getppid", SECCOMP_ACTION_ERRNO, NULL);
    assert_true(cache >= 0);
    stored = store(fixture, cache, &key);
    assert_true(seccomp_cache_find(&fixture->arena, cache, &key, &found));
    assert_int_equal(found.size, stored.size);
    assert_memory_equal(found.bytes, stored.bytes, stored.size);
    assert_int_equal((uintptr_t) found.bytes % _Alignof(struct sock_filter), 0);
}

static void keys_tell_profiles_apart(void **state)
{
    static const uint32_t zero = 0;
    struct fixture *fixture = *state;
    struct text_key plain;
    struct text_key with_errno;

    add_rule(fixture, "getppid", SECCOMP_ACTION_ERRNO, NULL);
    plain = seccomp_cache_key(&fixture->arena, &fixture->profile);
    fixture->profile.syscalls.items[0].errno_ret = &zero; /* absent is EPERM, not 0 */
    with_errno = seccomp_cache_key(&fixture->arena, &fixture->profile);
    assert_false(plain.size == with_errno.size &&
                 memcmp(plain.bytes, with_errno.bytes, plain.size) == 0);
}

static void never_trusts_a_damaged_entry(void **state)
{
    struct fixture *fixture = *state;
    owned_fd cache = seccomp_cache_open(fixture->directory);
    char path[128] = "";
    struct text_key key;
    struct stat info;

    add_rule(fixture, "getppid", SECCOMP_ACTION_ERRNO, NULL);
    (void) store(fixture, cache, &key);
    entry_path(fixture, path, sizeof(path));
    assert_int_equal(stat(path, &info), 0);
    /* Every byte counts: header, key, program. */
    for (off_t at = 0; at < info.st_size; at++) {
        owned_fd entry = open(path, O_RDWR | O_CLOEXEC);
        char byte;

        assert_int_equal(pread(entry, &byte, 1, at), 1);
        byte ^= 1;
        assert_int_equal(pwrite(entry, &byte, 1, at), 1);
        assert_false(is_found(fixture, cache, &key));
        byte ^= 1;
        assert_int_equal(pwrite(entry, &byte, 1, at), 1);
    }
    assert_true(is_found(fixture, cache, &key));
    assert_int_equal(truncate(path, info.st_size - 1), 0);
    assert_false(is_found(fixture, cache, &key));
    assert_int_equal(truncate(path, 0), 0);
    assert_false(is_found(fixture, cache, &key));
}

static void never_takes_another_profiles_entry(void **state)
{
    struct fixture *fixture = *state;
    owned_fd cache = seccomp_cache_open(fixture->directory);
    char first[128] = "";
    char second[128] = "";
    char aside[80];
    struct text_key key;
    struct text_key other;

    add_rule(fixture, "getppid", SECCOMP_ACTION_ERRNO, NULL);
    (void) store(fixture, cache, &key);
    entry_path(fixture, first, sizeof(first));
    (void) snprintf(aside, sizeof(aside), "%s/.aside", fixture->directory);
    assert_int_equal(rename(first, aside), 0);
    add_rule(fixture, "getuid", SECCOMP_ACTION_ERRNO, NULL);
    (void) store(fixture, cache, &other);
    entry_path(fixture, second, sizeof(second));
    assert_true(is_found(fixture, cache, &other));
    assert_int_equal(rename(aside, second), 0); /* as if the hashes were equal */
    assert_false(is_found(fixture, cache, &other));
}

static void trusts_only_what_is_the_callers_alone(void **state)
{
    struct fixture *fixture = *state;
    owned_fd cache = seccomp_cache_open(fixture->directory);
    char path[128] = "";
    char link_path[80];
    struct text_key key;

    add_rule(fixture, "getppid", SECCOMP_ACTION_ERRNO, NULL);
    (void) store(fixture, cache, &key);
    entry_path(fixture, path, sizeof(path));
    assert_int_equal(chmod(path, 0660), 0);
    assert_false(is_found(fixture, cache, &key));
    assert_int_equal(chmod(fixture->directory, 0770), 0);
    assert_int_equal(seccomp_cache_open(fixture->directory), -1);
    assert_int_equal(chmod(fixture->directory, 0700), 0);
    (void) snprintf(link_path, sizeof(link_path), "%s/link", fixture->directory);
    assert_int_equal(symlink(fixture->directory, link_path), 0);
    assert_int_equal(seccomp_cache_open(link_path), -1);
    assert_int_equal(seccomp_cache_open("/nowhere/at/all"), -1);
}

static void stays_bounded(void **state)
{
    struct fixture *fixture = *state;
    owned_fd cache = seccomp_cache_open(fixture->directory);
    owned_dir directory = NULL;
    struct text_key key;
    int count = 0;

    for (int i = 0; i < 300; i++) {
        char path[128];
        owned_fd file = -1;

        (void) snprintf(path, sizeof(path), "%s/%032x", fixture->directory, (unsigned int) i);
        file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        assert_true(file >= 0);
    }
    add_rule(fixture, "getppid", SECCOMP_ACTION_ERRNO, NULL);
    (void) store(fixture, cache, &key);
    assert_true(is_found(fixture, cache, &key));
    directory = opendir(fixture->directory);
    while (readdir(directory))
        count++;
    assert_in_range(count, 3, 258);
}

/* --- the smaller program --- */

/* By how much a jump goes on, with the value that was loaded. */
static uint32_t find_jump(const struct sock_filter *jump, uint32_t value)
{
    bool holds = false;

    switch (BPF_OP(jump->code)) {
    case BPF_JA:
        return jump->k;
    case BPF_JEQ:
        holds = value == jump->k;
        break;
    case BPF_JGE:
        holds = value >= jump->k;
        break;
    case BPF_JGT:
        holds = value > jump->k;
        break;
    case BPF_JSET:
        holds = (value & jump->k) != 0;
        break;
    default:
        fail_msg("jump 0x%x", jump->code);
    }
    return holds ? jump->jt : jump->jf;
}

/* What the kernel would do (Documentation/networking/filter.rst), for the instructions that libseccomp uses. */
static uint32_t run_filter(const struct seccomp_program *program, const struct seccomp_data *data)
{
    const struct sock_filter *at = program->bytes;
    const struct sock_filter *end = at + program->size / sizeof(*at);
    uint32_t value = 0;

    for (; at < end; at++) {
        if (at->code == (BPF_RET | BPF_K))
            return at->k;
        if (BPF_CLASS(at->code) == BPF_JMP)
            at += find_jump(at, value);
        else if (at->code == (BPF_LD | BPF_W | BPF_ABS))
            memcpy(&value, (const char *) data + at->k, sizeof(value));
        else if (at->code == (BPF_ALU | BPF_AND | BPF_K))
            value &= at->k;
        else
            fail_msg("instruction 0x%x", at->code);
    }
    fail_msg("the program has no end");
    return 0;
}

static void expect_same(const struct seccomp_program *first, const struct seccomp_program *second,
                        struct seccomp_data *data)
{
    static const uint64_t values[] = {0, 1, 2, 8, 0x100000001, 0x7e020000, UINT64_MAX};
    const size_t count = sizeof(values) / sizeof(values[0]);

    for (size_t i = 0; i < count * count; i++) {
        data->args[0] = values[i % count];
        data->args[1] = values[i / count];
        assert_int_equal(run_filter(first, data), run_filter(second, data));
    }
}

static void expect_same_for_all(const struct seccomp_program *first,
                                const struct seccomp_program *second)
{
    static const uint32_t architectures[] = {SCMP_ARCH_X86_64, SCMP_ARCH_X86, SCMP_ARCH_AARCH64,
                                             SCMP_ARCH_ARM};
    static const uint32_t bases[] = {0, 0x40000000, 0x7ffffe00, 0x80000000, 0xfffffe00};

    for (size_t i = 0; i < sizeof(architectures) / sizeof(architectures[0]); i++)
        for (size_t j = 0; j < sizeof(bases) / sizeof(bases[0]); j++)
            for (uint32_t number = 0; number < 512; number++) {
                struct seccomp_data data = {.nr = (int) (bases[j] + number),
                                            .arch = architectures[i]};

                expect_same(first, second, &data);
            }
}

/* Runs of calls that are allowed, some with another action, some with conditions, as chance has it. */
static void add_random_rules(struct fixture *fixture, unsigned int *seed)
{
    static const int64_t some_actions[] = {SECCOMP_ACTION_ALLOW, SECCOMP_ACTION_ALLOW,
                                           SECCOMP_ACTION_ALLOW, SECCOMP_ACTION_LOG,
                                           SECCOMP_ACTION_KILL_PROCESS};
    static const int64_t some_operators[] = {SECCOMP_OPERATOR_EQ, SECCOMP_OPERATOR_NE,
                                             SECCOMP_OPERATOR_GE, SECCOMP_OPERATOR_MASKED_EQ};
    int64_t action = SECCOMP_ACTION_ALLOW;

    for (int number = 0; number < 450; number++) {
        char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);
        int chance = rand_r(seed) % 16;

        if (chance < 2)
            action = some_actions[rand_r(seed) % 5];
        if (name && chance != 2) {
            struct spec_seccomp_syscall *rule =
                add_rule(fixture, arena_copy(&fixture->arena, name), action, NULL);

            if (chance == 3)
                add_condition(fixture, rule, (uint32_t) rand_r(seed) % 2, 8);
            if (chance == 3)
                rule->args.items[0].op = some_operators[rand_r(seed) % 4];
        }
        free(name);
    }
}

static void compacts_without_changing_anything(void **state)
{
    struct fixture *fixture = *state;

    fixture->profile.default_action = SECCOMP_ACTION_ERRNO;
    for (unsigned int round = 0; round < 12; round++) {
        struct seccomp_program program = {0};
        struct seccomp_program compact;
        struct error err = {0};
        unsigned int seed = round;

        fixture->profile.syscalls.count = 0;
        fixture->profile.architectures.count = 0;
        if (round % 3 > 0)
            *SLICE_PUSH(&fixture->arena, &fixture->profile.architectures, int64_t) = SCMP_ARCH_X86;
        if (round % 3 > 1)
            *SLICE_PUSH(&fixture->arena, &fixture->profile.architectures, int64_t) = SCMP_ARCH_X32;
        add_random_rules(fixture, &seed);
        assert_int_equal(seccomp_compile(&fixture->arena, &fixture->profile, &program, &err), 0);
        compact = program;
        seccomp_compact(&fixture->arena, &compact);
        assert_true(compact.size < program.size);
        expect_same_for_all(&program, &compact);
    }
}

/* libseccomp makes few comparisons of other kinds than "equal", and none whose edge shows. */
static void finds_the_edges_of_every_comparison(void **state)
{
    struct fixture *fixture = *state;
    const struct sock_filter plain[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 100, 8, 0),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 49, 8, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 20, 6, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 21, 5, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 22, 4, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 23, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 24, 2, 0),
        BPF_STMT(BPF_JMP | BPF_JA, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_LOG),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
    };
    const struct seccomp_program program = {.bytes = plain, .size = sizeof(plain)};
    struct seccomp_program compact = program;

    seccomp_compact(&fixture->arena, &compact);
    assert_true(compact.size < program.size);
    expect_same_for_all(&program, &compact);
}

/* One comparison after a load of something else, and a jump into the comparisons of the number: that one is left alone. */
static void leaves_what_it_does_not_understand(void **state)
{
    struct fixture *fixture = *state;
    const struct sock_filter odd[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SCMP_ARCH_X86_64, 0, 1),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 2, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_LOG),
    };
    struct seccomp_program program = {.bytes = odd, .size = sizeof(odd)};

    seccomp_compact(&fixture->arena, &program);
    assert_ptr_equal(program.bytes, odd);
    assert_int_equal(program.size, sizeof(odd));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(returns_the_errno_that_is_asked_for),
        CASE(gives_the_default_errno_to_the_rest),
        CASE(skips_names_that_nobody_knows),
        CASE(takes_conditions_on_one_argument_as_alternatives),
        CASE(takes_conditions_on_several_arguments_together),
        CASE(kills),
        CASE(gives_back_what_was_stored),
        CASE(keys_tell_profiles_apart),
        CASE(never_trusts_a_damaged_entry),
        CASE(never_takes_another_profiles_entry),
        CASE(trusts_only_what_is_the_callers_alone),
        CASE(stays_bounded),
        CASE(compacts_without_changing_anything),
        CASE(finds_the_edges_of_every_comparison),
        CASE(leaves_what_it_does_not_understand),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

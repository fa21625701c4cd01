/*
 * A seccomp profile becomes BPF (config-linux.md#seccomp), by libseccomp, before anything exists.
 *
 * libseccomp 2.5 writes its program only to an fd, so it goes through a memfd. A system call name that this libseccomp does not
 * know is skipped: profiles name calls of newer kernels, and what it cannot name falls under the default action.
 */
#include "runtime/launch/seccomp.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "oci-spec/names.h"

#define PROGRAM_MAX_BYTES (BPF_MAXINSNS * sizeof(struct sock_filter))
#define ARGUMENTS_MAX     6 /* plan/seccomp.c has checked every index */

static void release_filter(scmp_filter_ctx *context)
{
    if (*context)
        seccomp_release(*context);
}

#define owned_filter __attribute__((cleanup(release_filter))) scmp_filter_ctx

static const uint32_t comparisons[] = {
    [SECCOMP_OPERATOR_EQ] = SCMP_CMP_EQ, [SECCOMP_OPERATOR_GE] = SCMP_CMP_GE,
    [SECCOMP_OPERATOR_GT] = SCMP_CMP_GT, [SECCOMP_OPERATOR_LE] = SCMP_CMP_LE,
    [SECCOMP_OPERATOR_LT] = SCMP_CMP_LT, [SECCOMP_OPERATOR_MASKED_EQ] = SCMP_CMP_MASKED_EQ,
    [SECCOMP_OPERATOR_NE] = SCMP_CMP_NE,
};

static const uint32_t actions[] = {
    [SECCOMP_ACTION_ALLOW] = SCMP_ACT_ALLOW,
    [SECCOMP_ACTION_ERRNO] = SCMP_ACT_ERRNO(0),
    [SECCOMP_ACTION_KILL] = SCMP_ACT_KILL_THREAD,
    [SECCOMP_ACTION_KILL_PROCESS] = SCMP_ACT_KILL_PROCESS,
    [SECCOMP_ACTION_KILL_THREAD] = SCMP_ACT_KILL_THREAD,
    [SECCOMP_ACTION_LOG] = SCMP_ACT_LOG,
    [SECCOMP_ACTION_NOTIFY] = SCMP_ACT_NOTIFY,
    [SECCOMP_ACTION_TRACE] = SCMP_ACT_TRACE(0),
    [SECCOMP_ACTION_TRAP] = SCMP_ACT_TRAP,
};

/* libseccomp's action; the errno goes into the low bits. plan/seccomp.c has checked that it may have one. */
static uint32_t resolve_action(int64_t action, const uint32_t *errno_ret)
{
    if (action != SECCOMP_ACTION_ERRNO && action != SECCOMP_ACTION_TRACE)
        return actions[action];
    return actions[action] | (errno_ret ? *errno_ret & SECCOMP_RET_DATA : (uint32_t) EPERM);
}

static struct scmp_arg_cmp resolve_argument(const struct spec_seccomp_arg *argument)
{
    struct scmp_arg_cmp comparison = {
        .arg = argument->index,
        .op = (enum scmp_compare) comparisons[argument->op],
        .datum_a = argument->value,
        .datum_b = argument->value_two ? *argument->value_two : 0,
    };

    return comparison;
}

/* libseccomp wants an argument at most once in a rule. */
static bool repeats_argument(const struct spec_seccomp_syscall *rule)
{
    unsigned int seen = 0;

    SLICE_FOR_EACH(struct spec_seccomp_arg, argument, rule->args) {
        if (seen & 1U << argument->index)
            return true;
        seen |= 1U << argument->index;
    }
    return false;
}

/*
 * Conditions on different arguments must all hold: one rule. Several on the same argument are alternatives, as
 * engines have written profiles since runc: a rule for each.
 */
static int add_conditions(scmp_filter_ctx filter, uint32_t action, int number,
                          const struct spec_seccomp_syscall *rule)
{
    struct scmp_arg_cmp comparisons_of_rule[ARGUMENTS_MAX];
    unsigned int count = 0;
    int error = 0;

    if (rule->args.count > 0 && repeats_argument(rule)) {
        SLICE_FOR_EACH(struct spec_seccomp_arg, argument, rule->args) {
            struct scmp_arg_cmp comparison = resolve_argument(argument);

            error = seccomp_rule_add_array(filter, action, number, 1, &comparison);
            if (error < 0)
                return error;
        }
        return 0;
    }
    SLICE_FOR_EACH(struct spec_seccomp_arg, argument, rule->args)
        comparisons_of_rule[count++] = resolve_argument(argument);
    return seccomp_rule_add_array(filter, action, number, count, comparisons_of_rule);
}

static int add_rule(scmp_filter_ctx filter, const struct spec_seccomp_syscall *rule,
                    uint32_t default_action, struct error *err)
{
    uint32_t action = resolve_action(rule->action, rule->errno_ret);

    if (action == default_action) /* says nothing, and libseccomp refuses it */
        return 0;
    for (size_t i = 0; i < rule->names.count; i++) {
        int number = seccomp_syscall_resolve_name(rule->names.items[i]);
        int error;

        if (number == __NR_SCMP_ERROR)
            continue;
        error = add_conditions(filter, action, number, rule);
        if (error < 0)
            return error_os(err, -error, "add a rule for %s", rule->names.items[i]);
    }
    return 0;
}

/* The native one is there already, unless config.json names architectures and leaves it out: then it stays, too, as the container's own. */
static int add_architectures(scmp_filter_ctx filter, const struct spec_seccomp *profile,
                             struct error *err)
{
    SLICE_FOR_EACH(const int64_t, architecture, profile->architectures) {
        int error = seccomp_arch_add(filter, (uint32_t) *architecture);

        if (error < 0 && error != -EEXIST)
            return error_os(err, -error, "add the architecture %s",
                            names_text(&names_seccomp_architectures, *architecture));
    }
    return 0;
}

static int export_program(struct arena *arena, scmp_filter_ctx filter,
                          struct seccomp_program *ret_program, struct error *err)
{
    owned_fd memfd = sys_memfd("corun-seccomp");
    int error = memfd < 0 ? memfd : seccomp_export_bpf(filter, memfd);
    ssize_t length;
    char *bytes;
    off_t size;

    if (error < 0)
        return error_os(err, -error, "write the filter's program");
    size = lseek(memfd, 0, SEEK_END);
    if (size <= 0 || (size_t) size > PROGRAM_MAX_BYTES || size % (off_t) sizeof(struct sock_filter))
        return error_set(err, ERROR_INVALID,
                         "the profile becomes a program of %lld bytes, the kernel takes %zu",
                         (long long) size, (size_t) PROGRAM_MAX_BYTES);
    bytes = arena_alloc(arena, (size_t) size);
    if (lseek(memfd, 0, SEEK_SET) < 0)
        return error_os(err, errno, "read the filter's program");
    length = sys_read_all(memfd, bytes, (size_t) size);
    if (length != size)
        return error_os(err, length < 0 ? (int) -length : EIO, "read the filter's program");
    ret_program->bytes = bytes;
    ret_program->size = (size_t) size;
    return 0;
}

int seccomp_compile(struct arena *arena, const struct spec_seccomp *profile,
                    struct seccomp_program *ret_program, struct error *err)
{
    owned_filter filter = NULL;
    uint32_t default_action = resolve_action(profile->default_action, profile->default_errno_ret);

    filter = seccomp_init(default_action);
    if (!filter)
        return error_set(err, ERROR_INVALID, "libseccomp refuses the default action");
    /* The child sets no_new_privs, or keeps CAP_SYS_ADMIN, as the plan says; a foreign architecture's call gets the default. */
    if (seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 0) < 0 ||
        seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, default_action) < 0)
        return error_set(err, ERROR_INVALID, "libseccomp refuses the filter's attributes");
    if (add_architectures(filter, profile, err) < 0)
        return -1;
    for (size_t i = 0; i < profile->syscalls.count; i++)
        if (add_rule(filter, &profile->syscalls.items[i], default_action, err) < 0)
            return error_within(err, "syscalls/%zu", i);
    return export_program(arena, filter, ret_program, err);
}

int seccomp_open_filter(struct arena *arena, struct plan_seccomp *seccomp,
                        const char *cache_directory, struct error *err)
{
    struct text_key key = {0};
    struct seccomp_program program = {0};
    owned_fd cache = cache_directory ? seccomp_cache_open(cache_directory) : -1;

    if (cache >= 0)
        key = seccomp_cache_key(arena, seccomp->profile);
    if (cache < 0 || !seccomp_cache_find(arena, cache, &key, &program)) {
        if (seccomp_compile(arena, seccomp->profile, &program, err) < 0)
            return -1;
        seccomp_compact(arena, &program);
        if (cache >= 0)
            seccomp_cache_store(cache, &key, &program);
    }
    seccomp->filter = program.bytes;
    seccomp->filter_length = (unsigned short) (program.size / sizeof(struct sock_filter));
    return 0;
}

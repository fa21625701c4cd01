/*
 * Everything that can be wrong with a seccomp profile as a document, and the flags for seccomp(2). Compiling, and names of
 * system calls that this machine does not know, are launch/seccomp.c.
 */
#include <linux/seccomp.h>
#include <string.h>

#include "oci-spec/names.h"
#include "runtime/plan/parts.h"

#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5) /* Linux 5.19 */
#endif

/* SECCOMP_RET_DATA has 16 bits; for an errno the kernel takes at most MAX_ERRNO. */
#define SECCOMP_ERRNO_MAX 4095
#define SECCOMP_TRACE_MAX 65535
#define SECCOMP_ARG_COUNT 6

static int errno_check(int64_t action, const uint32_t *errno_ret, const char *pointer,
                       struct error *err)
{
    uint32_t max = action == SECCOMP_ACTION_TRACE ? SECCOMP_TRACE_MAX : SECCOMP_ERRNO_MAX;

    if (!errno_ret)
        return 0;
    if (action != SECCOMP_ACTION_ERRNO && action != SECCOMP_ACTION_TRACE)
        return error_set(err, ERROR_INVALID, "%s: %s takes no errno", pointer,
                         names_text(&names_seccomp_actions, action));
    if (*errno_ret > max)
        return error_set(err, ERROR_INVALID, "%s: must not be above %u", pointer, max);
    return 0;
}

static bool list_has(const struct text_list *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], text) == 0)
            return true;
    return false;
}

static int syscall_check(const struct plan_builder *builder,
                         const struct spec_seccomp_syscall *rule, size_t index, struct error *err)
{
    const char *pointer =
        arena_format(builder->arena, "/linux/seccomp/syscalls/%zu/errnoRet", index);

    if (rule->names.count == 0)
        return error_set(err, ERROR_INVALID, "/linux/seccomp/syscalls/%zu/names: needs an entry",
                         index);
    if (errno_check(rule->action, rule->errno_ret, pointer, err) < 0)
        return -1;
    for (size_t i = 0; i < rule->args.count; i++)
        if (rule->args.items[i].index >= SECCOMP_ARG_COUNT)
            return error_set(err, ERROR_INVALID,
                             "/linux/seccomp/syscalls/%zu/args/%zu/index: must be from 0 to 5",
                             index, i);
    /* The process writes before its agent can have the listener: nobody would answer. */
    if (rule->action == SECCOMP_ACTION_NOTIFY && list_has(&rule->names, "write"))
        return error_set(err, ERROR_UNSUPPORTED,
                         "/linux/seccomp/syscalls/%zu/action: SCMP_ACT_NOTIFY cannot be used for "
                         "write",
                         index);
    return 0;
}

static bool profile_notifies(const struct spec_seccomp *profile)
{
    SLICE_FOR_EACH(const struct spec_seccomp_syscall, rule, profile->syscalls)
        if (rule->action == SECCOMP_ACTION_NOTIFY)
            return true;
    return false;
}

static int profile_check(const struct plan_builder *builder, const struct spec_seccomp *profile,
                         struct error *err)
{
    if (profile->default_action == SECCOMP_ACTION_NOTIFY)
        return error_set(err, ERROR_UNSUPPORTED,
                         "/linux/seccomp/defaultAction: SCMP_ACT_NOTIFY cannot be the default");
    if (errno_check(profile->default_action, profile->default_errno_ret,
                    "/linux/seccomp/defaultErrnoRet", err) < 0)
        return -1;
    if (profile->listener_metadata && !profile->listener_path)
        return error_set(err, ERROR_INVALID, "/linux/seccomp/listenerMetadata: needs listenerPath");
    for (size_t i = 0; i < profile->syscalls.count; i++)
        if (syscall_check(builder, &profile->syscalls.items[i], i, err) < 0)
            return -1;
    if (profile_notifies(profile) && !profile->listener_path)
        return error_set(err, ERROR_INVALID,
                         "/linux/seccomp/listenerPath: needed, a rule has SCMP_ACT_NOTIFY");
    return 0;
}

static int flags_build(const struct plan_builder *builder, struct plan_seccomp *seccomp,
                       struct error *err)
{
    const struct host *host = builder->host;
    bool has_wait_killable =
        host->kernel_major > 5 || (host->kernel_major == 5 && host->kernel_minor >= 19);
    unsigned int flags = 0;

    for (size_t i = 0; i < seccomp->profile->flags.count; i++)
        flags |= (unsigned int) seccomp->profile->flags.items[i];
    if ((flags & SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV) && !has_wait_killable)
        return error_set(err, ERROR_UNSUPPORTED,
                         "/linux/seccomp/flags: SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV needs "
                         "Linux 5.19, this is %s",
                         host->kernel_release);
    if ((flags & SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV) && !seccomp->has_listener) {
        PLAN_WARN(builder, "/linux/seccomp/flags: SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV has no "
                           "effect without a SCMP_ACT_NOTIFY rule");
        flags &= ~(unsigned int) SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
    }
    if (seccomp->has_listener) {
        /* The two exclude each other (man 2 seccomp), and the process has one thread: there is nothing to synchronise. */
        flags &= ~(unsigned int) SECCOMP_FILTER_FLAG_TSYNC;
        flags |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
    }
    seccomp->flags = flags;
    return 0;
}

int plan_build_seccomp(const struct plan_builder *builder, struct error *err)
{
    const struct spec_seccomp *profile = builder->linux_->seccomp;
    struct plan_seccomp *seccomp;

    if (!profile)
        return 0;
    if (profile_check(builder, profile, err) < 0)
        return -1;
    seccomp = ARENA_NEW(builder->arena, struct plan_seccomp);
    seccomp->profile = profile;
    seccomp->has_listener = profile_notifies(profile);
    if (flags_build(builder, seccomp, err) < 0)
        return -1;
    builder->plan->seccomp = seccomp;
    return 0;
}

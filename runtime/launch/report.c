/*
 * From (step, item, errno, detail) to a line: "mount 3: proc on /proc (nosuid,noexec,nodev): Operation not permitted".
 * Formatting only.
 */
#include "runtime/launch/report.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "runtime/child/child.h"

static const char *describe_mount(struct arena *arena, const struct plan *plan, size_t item)
{
    return item < plan->mounts.count ? plan_print_mount(arena, plan, item) : NULL;
}

static const char *describe_device(struct arena *arena, const struct plan *plan, size_t item)
{
    return item < plan->devices.count ? plan_print_device(arena, plan, item) : NULL;
}

static const char *describe_namespace(struct arena *arena, const struct plan *plan, size_t item)
{
    return item < NAMESPACE_COUNT ? plan_print_namespace(arena, plan, item) : NULL;
}

static const char *describe_rlimit(struct arena *arena, const struct plan *plan, size_t item)
{
    return item < plan->process.rlimits.count ? plan_print_rlimit(arena, plan, item) : NULL;
}

static const char *describe_symlink(struct arena *arena, const struct plan *plan, size_t item)
{
    const struct plan_symlink *link = plan->symlinks.items + item;

    return item < plan->symlinks.count ? arena_format(arena, "/%s -> %s", link->target, link->value)
                                       : NULL;
}

static const char *describe_path(struct arena *arena, const struct text_list *paths, size_t item)
{
    return item < paths->count ? arena_format(arena, "/%s", paths->items[item]) : NULL;
}

static const char *describe_masked(struct arena *arena, const struct plan *plan, size_t item)
{
    return describe_path(arena, &plan->masked_paths, item);
}

static const char *describe_readonly(struct arena *arena, const struct plan *plan, size_t item)
{
    return describe_path(arena, &plan->readonly_paths, item);
}

static const char *describe_sysctl(struct arena *arena, const struct plan *plan, size_t item)
{
    const struct plan_sysctl *sysctl = plan->sysctls.items + item;

    return item < plan->sysctls.count ? arena_format(arena, "%s=%s", sysctl->key, sysctl->value)
                                      : NULL;
}

static const char *(*const describe[])(struct arena *, const struct plan *, size_t) = {
    [CHILD_ITEM_NAMESPACE] = describe_namespace, [CHILD_ITEM_MOUNT] = describe_mount,
    [CHILD_ITEM_DEVICE] = describe_device,       [CHILD_ITEM_SYMLINK] = describe_symlink,
    [CHILD_ITEM_MASKED_PATH] = describe_masked,  [CHILD_ITEM_READONLY_PATH] = describe_readonly,
    [CHILD_ITEM_SYSCTL] = describe_sysctl,       [CHILD_ITEM_RLIMIT] = describe_rlimit,
};

static const char *describe_item(struct arena *arena, const struct plan *plan,
                                 const struct sync_message *message)
{
    enum child_item item = child_step_item(message->step);

    if (!plan || message->item < 0 || (size_t) item >= sizeof(describe) / sizeof(describe[0]) ||
        !describe[item])
        return NULL;
    return describe[item](arena, plan, (size_t) message->item);
}

int report_failure(struct arena *arena, const struct plan *plan, const struct sync_message *message,
                   struct error *err)
{
    const char *step = child_step_name(message->step);
    const char *item = describe_item(arena, plan, message);
    const char *detail = message->detail[0] ? message->detail : NULL;
    int number = message->os_error > 0 ? message->os_error : EPROTO;
    /* Steps without items name a path as their detail; the others bring the kernel's words. */
    const char *before_detail = child_step_item(message->step) == CHILD_ITEM_NONE ? " " : ": ";

    /* Mounts and devices are told by number too: several may look alike. */
    if (item && (child_step_item(message->step) == CHILD_ITEM_MOUNT ||
                 child_step_item(message->step) == CHILD_ITEM_DEVICE))
        item = arena_format(arena, "%d: %s", (int) message->item, item);
    return error_os(err, number, "%s%s%s%s%s%s", step, item ? " " : "", item ? item : "",
                    detail ? before_detail : "", detail ? detail : "",
                    number == EAGAIN ? " (is a limit of processes reached?)" : "");
}

int report_death(int status, bool has_memory_limit, struct error *err)
{
    if (WIFSIGNALED(status))
        return error_set(err, ERROR_STATE, "the container's process was killed by signal %d (%s)%s",
                         WTERMSIG(status), strsignal(WTERMSIG(status)),
                         has_memory_limit ? ": is its memory limit too low for its start?" : "");
    return error_set(err, ERROR_STATE,
                     "the container's process ended with status %d and did not say why",
                     WEXITSTATUS(status));
}

/* A container's class of service: see rdt.h. */
#include "runtime/container/rdt.h"

#include <fcntl.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "runtime/container/content.h"
#include "runtime/plan/resctrl.h"
#include "runtime/resctrl/resctrl.h"

enum { MOUNTINFO_MAX_BYTES = 64 * 1024 * 1024 };

int rdt_find(struct arena *arena, const struct resctrl_settings *settings,
             struct resctrl_group *ret_group, struct error *err)
{
    owned_fd mountinfo = sys_open("/proc/self/mountinfo", O_RDONLY);
    struct content content = {0};
    const char *root;
    int error =
        mountinfo < 0 ? mountinfo : content_read(arena, mountinfo, MOUNTINFO_MAX_BYTES, &content);

    if (error < 0)
        return error_os(err, -error, "read /proc/self/mountinfo");
    root = resctrl_find_mount(arena, content.bytes);
    if (!root)
        return error_set(err, ERROR_UNSUPPORTED,
                         "/linux/intelRdt: no resctrl file system is mounted");
    if (resctrl_find(arena, settings, root, ret_group, err) < 0)
        return error_within(err, "/linux/intelRdt");
    return 0;
}

/* A class that was removed while the container runs has given its processes to the default class, where an exec's begins anyway. */
int rdt_join(struct arena *arena, const struct container *container, pid_t pid, struct error *err)
{
    const struct resctrl_group *group = &container->record.resctrl;

    if (group->root && resctrl_join(arena, group, pid, err) < 0)
        return error_within(err, "/linux/intelRdt");
    return 0;
}

int rdt_update(struct arena *arena, const struct container *container,
               const struct spec_intel_rdt *asked, const char **ret_before, struct error *err)
{
    const struct resctrl_schemata schemata = plan_resctrl_schemata(arena, asked);

    *ret_before = NULL;
    if (!schemata.l3_cache && !schemata.bandwidth)
        return 0;
    if (!container->record.resctrl.root)
        return error_set(err, ERROR_STATE, "it has no RDT class: its config.json has no intelRdt");
    return resctrl_change(arena, &container->record.resctrl, &schemata, ret_before, err);
}

void rdt_restore(struct arena *arena, const struct container *container, const char *before)
{
    const struct resctrl_schemata schemata = {.lines = before};
    struct error failed;

    if (before &&
        resctrl_change(arena, &container->record.resctrl, &schemata, &before, &failed) < 0)
        log_warning(container->log, "change the schemata back: %s", failed.text);
}

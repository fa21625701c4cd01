/* Namespaces to join by path: opened once, proved to be what config.json calls them, then used by fd only. */
#include "runtime/launch/open.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "oci-spec/names.h"

static const char *type_name(int type)
{
    const char *name = NULL;

    for (int kind = 0; kind < NAMESPACE_COUNT; kind++)
        if (plan_clone_flags[kind] == type)
            name = names_text(&names_namespaces, kind);
    return name ? name : "unknown";
}

/* Puts "/linux/namespaces/N/path: " before the error. */
static int error_at_namespace(const struct plan *plan, int kind, struct error *err)
{
    const struct spec_linux *spec = plan->spec ? plan->spec->linux_ : NULL;

    for (size_t i = 0; spec && i < spec->namespaces.count; i++)
        if (spec->namespaces.items[i].type == kind)
            return error_within(err, "/linux/namespaces/%zu/path", i);
    return error_within(err, "%s namespace", names_text(&names_namespaces, kind));
}

static int open_namespace(const char *path, int kind, struct error *err)
{
    owned_fd fd = sys_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    long filesystem;
    int type;

    if (fd < 0)
        return error_os(err, -fd, "open %s", path);
    filesystem = sys_filesystem_type(fd);
    if (filesystem < 0)
        return error_os(err, (int) -filesystem, "examine %s", path);
    if (filesystem != NSFS_MAGIC)
        return error_set(err, ERROR_INVALID, "%s is not a namespace file", path);
    type = ioctl(fd, NS_GET_NSTYPE);
    if (type < 0)
        return error_os(err, errno, "ask for the kind of namespace of %s", path);
    if (type != plan_clone_flags[kind])
        return error_set(err, ERROR_INVALID, "%s is a %s namespace, not a %s namespace", path,
                         type_name(type), names_text(&names_namespaces, kind));
    return take_fd(&fd);
}

int open_namespaces(struct plan *plan, struct error *err)
{
    for (int kind = 0; kind < NAMESPACE_COUNT; kind++) {
        struct plan_namespace *wanted = &plan->namespaces.of[kind];

        if (wanted->how != PLAN_NAMESPACE_JOIN || !wanted->path)
            continue;
        wanted->fd = open_namespace(wanted->path, kind, err);
        if (wanted->fd < 0)
            return error_at_namespace(plan, kind, err);
    }
    return 0;
}

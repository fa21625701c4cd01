/*
 * Rules across fields that belong to no single part: is this a document for Linux at all, and does what is asked
 * have the namespace it needs. Rules of one part (mounts, resources, seccomp, ...) are in that part's file.
 */
#include <string.h>

#include "runtime/plan/parts.h"

/* sethostname(2): at most __NEW_UTS_LEN bytes. */
#define UTS_NAME_MAX 64

static int check_other_platforms(const struct spec *spec, struct error *err)
{
    const struct {
        const char *name;
        const char *title;
        const void *section;
    } platforms[] = {
        {"windows", "Windows", spec->windows},
        {"solaris", "Solaris", spec->solaris},
        {"zos",     "z/OS",    spec->zos    },
        {"freebsd", "FreeBSD", spec->freebsd},
    };

    for (size_t i = 0; i < sizeof(platforms) / sizeof(platforms[0]); i++)
        if (platforms[i].section && !spec->linux_)
            return error_set(err, ERROR_UNSUPPORTED,
                             "/%s: this configuration is for %s, and there is no /linux section",
                             platforms[i].name, platforms[i].title);
    return 0;
}

int plan_check_platform(const struct plan_builder *builder, struct error *err)
{
    const struct spec *spec = builder->spec;

    if (spec->vm)
        return error_set(err, ERROR_UNSUPPORTED,
                         "/vm: a container here is a group of processes, not a virtual machine");
    if (check_other_platforms(spec, err) < 0)
        return -1;
    if (!spec->root)
        return error_set(err, ERROR_INVALID, "/root: required");
    if (!spec->root->path || spec->root->path[0] == '\0')
        return error_set(err, ERROR_INVALID, "/root/path: required");
    return 0;
}

static int check_uts_name(const struct plan_builder *builder, const char *pointer, const char *name,
                          struct error *err)
{
    if (!name)
        return 0;
    if (!plan_has_own(builder, NAMESPACE_UTS))
        return error_set(err, ERROR_INVALID,
                         "%s: needs a \"uts\" namespace in /linux/namespaces, or the host's name "
                         "would change",
                         pointer);
    if (strlen(name) > UTS_NAME_MAX)
        return error_set(err, ERROR_INVALID, "%s: longer than %d bytes", pointer, UTS_NAME_MAX);
    return 0;
}

/* Without a mount namespace of its own, every mount of the container would be one of the host. */
static int check_mount_namespace(const struct plan_builder *builder, struct error *err)
{
    const struct spec_linux *section = builder->linux_;
    const struct {
        const char *pointer;
        bool is_asked;
    } needs[] = {
        {"/mounts",                  builder->spec->mounts.count > 0    },
        {"/root/readonly",           builder->spec->root->readonly      },
        {"/linux/maskedPaths",       section->masked_paths.count > 0    },
        {"/linux/readonlyPaths",     section->readonly_paths.count > 0  },
        {"/linux/rootfsPropagation", section->rootfs_propagation != NULL},
    };

    if (plan_has_own(builder, NAMESPACE_MOUNT))
        return 0;
    for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
        if (needs[i].is_asked)
            return error_set(err, ERROR_INVALID,
                             "%s: needs a \"mount\" namespace in /linux/namespaces",
                             needs[i].pointer);
    return 0;
}

int plan_check_needs(const struct plan_builder *builder, struct error *err)
{
    if (check_uts_name(builder, "/hostname", builder->spec->hostname, err) < 0 ||
        check_uts_name(builder, "/domainname", builder->spec->domainname, err) < 0 ||
        check_mount_namespace(builder, err) < 0)
        return -1;
    return 0;
}

/*
 * A mount entry of type "cgroup" stands for several mounts, depending on what the host has:
 *
 *   v2                cgroup2 where a cgroup namespace hides the rest of the tree, else a bind of the container's own cgroup
 *   v1, hybrid        a tmpfs; in it, for each hierarchy, the same choice; links for co-mounted controllers (cpu -> cpu,cpuacct);
 *                     the v2 tree of a hybrid host as "unified"; last, the tmpfs made read-only when "ro" is asked
 *
 * A bind of the own cgroup can only be opened when the cgroup exists: source_is_cgroup.
 */
#include <linux/mount.h>
#include <string.h>
#include <sys/mount.h>

#include "base/text.h"
#include "oci-spec/mount_options.h"
#include "runtime/plan/parts.h"

struct cgroup_entry {
    const struct plan_builder *builder;
    const struct spec_mount *asked;
    const char *target;
    uint64_t attr_set;
    uint64_t attr_clear;
    bool has_namespace; /* a cgroup namespace of its own */
};

static struct plan_mount *cgroup_mount_add(const struct cgroup_entry *entry,
                                           enum plan_mount_kind kind, const char *name)
{
    struct arena *arena = entry->builder->arena;
    struct plan_mount *mount = SLICE_PUSH(arena, &entry->builder->plan->mounts, struct plan_mount);

    mount->kind = kind;
    mount->fd = -1;
    mount->target = entry->target;
    mount->destination = entry->asked->destination;
    if (name[0] != '\0') {
        mount->target = arena_format(arena, "%s/%s", entry->target, name);
        mount->destination = arena_format(arena, "/%s", mount->target);
    }
    return mount;
}

/* What fsopen("cgroup") must be told to find a hierarchy again: its controllers, or its name. */
static void cgroup_fill_data(struct arena *arena, const char *controllers, struct text_map *data)
{
    if (text_has_prefix(controllers, "name=")) {
        SLICE_PUSH(arena, data, struct text_pair)->key = "none";
        *SLICE_PUSH(arena, data, struct text_pair) =
            (struct text_pair){"name", controllers + strlen("name=")};
        return;
    }
    while (*controllers) {
        size_t length = strcspn(controllers, ",");

        SLICE_PUSH(arena, data, struct text_pair)->key =
            arena_copy_bytes(arena, controllers, length);
        controllers += length;
        controllers += strspn(controllers, ",");
    }
}

static void cgroup_add_hierarchy(const struct cgroup_entry *entry,
                                 const struct cgroup_hierarchy *hierarchy, const char *name)
{
    const struct plan_builder *builder = entry->builder;
    struct plan_mount *mount;

    if (entry->has_namespace) {
        mount = cgroup_mount_add(entry, PLAN_MOUNT_FILESYSTEM, name);
        mount->type = hierarchy->is_v2 ? "cgroup2" : "cgroup";
        mount->source = "cgroup";
        if (!hierarchy->is_v2)
            cgroup_fill_data(builder->arena, hierarchy->controllers, &mount->data);
    } else {
        mount = cgroup_mount_add(entry, PLAN_MOUNT_BIND, name);
        mount->source = arena_format(builder->arena, "%s%s", hierarchy->mount_point,
                                     builder->plan->cgroup.path);
        mount->source_is_cgroup = true;
        mount->is_optional_source = builder->plan->cgroup.is_optional;
        mount->propagation = MS_PRIVATE;
        mount->propagation_is_recursive = true;
    }
    mount->attr_set = entry->attr_set;
    mount->attr_clear = entry->attr_clear;
}

/* "cpu" and "cpuacct" for a hierarchy mounted as "cpu,cpuacct". */
static void cgroup_add_links(const struct cgroup_entry *entry,
                             const struct cgroup_hierarchy *hierarchy)
{
    const char *controllers = hierarchy->controllers;

    while (*controllers) {
        size_t length = strcspn(controllers, ",");
        const char *name = arena_copy_bytes(entry->builder->arena, controllers, length);

        if (!strchr(name, '=') && strcmp(name, hierarchy->directory) != 0)
            cgroup_mount_add(entry, PLAN_MOUNT_SYMLINK, name)->source = hierarchy->directory;
        controllers += length;
        controllers += strspn(controllers, ",");
    }
}

static void cgroup_add_v1(const struct cgroup_entry *entry)
{
    const struct plan_builder *builder = entry->builder;
    struct plan_mount *tmpfs = cgroup_mount_add(entry, PLAN_MOUNT_FILESYSTEM, "");

    tmpfs->type = "tmpfs";
    tmpfs->source = "cgroup";
    tmpfs->attr_set = entry->attr_set & ~(uint64_t) MOUNT_ATTR_RDONLY;
    tmpfs->attr_clear = entry->attr_clear;
    *SLICE_PUSH(builder->arena, &tmpfs->data, struct text_pair) = (struct text_pair){"mode", "755"};
    if (builder->linux_->mount_label)
        *SLICE_PUSH(builder->arena, &tmpfs->data, struct text_pair) =
            (struct text_pair){"context", builder->linux_->mount_label};
    SLICE_FOR_EACH(const struct cgroup_hierarchy, hierarchy, builder->host->hierarchies) {
        cgroup_add_hierarchy(entry, hierarchy, hierarchy->directory);
        cgroup_add_links(entry, hierarchy);
    }
    if (entry->attr_set & MOUNT_ATTR_RDONLY)
        cgroup_mount_add(entry, PLAN_MOUNT_CHANGE, "")->attr_set = MOUNT_ATTR_RDONLY;
}

static const struct cgroup_hierarchy *cgroup_find_v2(const struct host *host)
{
    SLICE_FOR_EACH(const struct cgroup_hierarchy, hierarchy, host->hierarchies)
        if (hierarchy->is_v2)
            return hierarchy;
    return NULL;
}

static int cgroup_check_target(const struct plan_builder *builder, const char *target, size_t index,
                               struct error *err)
{
    if (target[0] == '\0' || strcmp(target, "proc") == 0 || text_has_prefix(target, "proc/"))
        return error_set(err, ERROR_INVALID, "/mounts/%zu/destination: not a place for cgroups",
                         index);
    if (!builder->plan->has_cgroup && builder->host->is_privileged)
        return error_set(err, ERROR_UNSUPPORTED,
                         "/mounts/%zu: no cgroup hierarchy is mounted on this host", index);
    return 0;
}

int plan_add_cgroup_mounts(const struct plan_builder *builder, const struct spec_mount *mount,
                           const struct mount_options *options, struct error *err)
{
    const struct cgroup_hierarchy *v2 = cgroup_find_v2(builder->host);
    size_t index = (size_t) (mount - builder->spec->mounts.items);
    bool is_v2 = strcmp(mount->type, "cgroup2") == 0;
    struct cgroup_entry entry = {
        .builder = builder,
        .asked = mount,
        .target = text_path_clean(builder->arena, mount->destination),
        .attr_set = options->attr_set,
        .attr_clear = options->attr_clear,
        .has_namespace = plan_has_own(builder, NAMESPACE_CGROUP),
    };

    if (cgroup_check_target(builder, entry.target, index, err) < 0)
        return -1;
    if (is_v2 && !v2)
        return error_set(err, ERROR_UNSUPPORTED,
                         "/mounts/%zu: no cgroup v2 hierarchy is mounted on this host", index);
    if (!builder->plan->has_cgroup) {
        PLAN_WARN(builder, "/mounts/%zu: left out, no cgroup hierarchy is mounted on this host",
                  index);
        return 0;
    }
    /* CVE-2023-25809: what the invoking user may write outside of a cgroup namespace, the container must not. */
    if (!entry.has_namespace && !builder->host->is_privileged)
        entry.attr_set |= MOUNT_ATTR_RDONLY;
    if (is_v2 || builder->host->cgroup_mode == CGROUP_MODE_V2)
        cgroup_add_hierarchy(&entry, v2, "");
    else
        cgroup_add_v1(&entry);
    return 0;
}

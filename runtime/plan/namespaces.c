/*
 * Which namespaces are new, joined or inherited, and in which shape the container is launched.
 *
 *   user namespace | others joined | shape
 *   ---------------|---------------|-------------------------------------------------------------------------
 *   inherited      | any           | clone3 makes the new ones, the child joins the rest
 *   new            | none          | clone3 makes all at once: they belong to the new user namespace
 *   new            | some          | clone3 makes none: join with the rights we have, unshare user, map, unshare the rest
 *   joined         | any           | clone3 makes none: join user first, then the others, unshare the new ones
 *
 * cgroup and time are never made by clone3: the root of a cgroup namespace is where the process is at that moment, and time
 * offsets must be written before the first process enters. A pid namespace that is not made by clone3 needs a late fork. Nor is
 * a mount namespace that is to be a copy of another than the caller's.
 */
#include <linux/capability.h>
#include <linux/sched.h>
#include <string.h>

#include "oci-spec/names.h"
#include "runtime/plan/parts.h"

const int plan_clone_flags[NAMESPACE_COUNT] = {
    [NAMESPACE_CGROUP] = CLONE_NEWCGROUP, [NAMESPACE_IPC] = CLONE_NEWIPC,
    [NAMESPACE_MOUNT] = CLONE_NEWNS,      [NAMESPACE_NETWORK] = CLONE_NEWNET,
    [NAMESPACE_PID] = CLONE_NEWPID,       [NAMESPACE_TIME] = CLONE_NEWTIME,
    [NAMESPACE_USER] = CLONE_NEWUSER,     [NAMESPACE_UTS] = CLONE_NEWUTS,
};

static const uint64_t never_by_clone = CLONE_NEWCGROUP | CLONE_NEWTIME;

static int namespace_take(const struct plan_builder *builder, size_t index, bool *seen,
                          struct error *err)
{
    const struct spec_namespace *asked = &builder->linux_->namespaces.items[index];
    struct plan_namespace *planned = &builder->plan->namespaces.of[asked->type];

    if (seen[asked->type])
        return error_set(err, ERROR_INVALID,
                         "/linux/namespaces/%zu/type: there is a \"%s\" namespace already", index,
                         names_text(&names_namespaces, asked->type));
    seen[asked->type] = true;
    if (asked->path && asked->path[0] != '/')
        return error_set(err, ERROR_INVALID, "/linux/namespaces/%zu/path: must be an absolute path",
                         index);
    planned->how = asked->path ? PLAN_NAMESPACE_JOIN : PLAN_NAMESPACE_NEW;
    planned->path = asked->path;
    return 0;
}

static int namespaces_take_all(const struct plan_builder *builder, struct error *err)
{
    bool seen[NAMESPACE_COUNT] = {false};

    for (size_t kind = 0; kind < NAMESPACE_COUNT; kind++)
        builder->plan->namespaces.of[kind].fd = -1;
    for (size_t i = 0; i < builder->linux_->namespaces.count; i++)
        if (namespace_take(builder, i, seen, err) < 0)
            return -1;
    return 0;
}

static void namespaces_choose_shape(struct plan_namespaces *namespaces)
{
    enum plan_namespace_how user = namespaces->of[NAMESPACE_USER].how;
    uint64_t new_flags = 0;
    bool joins_others = false;

    for (size_t kind = 0; kind < NAMESPACE_COUNT; kind++) {
        if (namespaces->of[kind].how == PLAN_NAMESPACE_NEW)
            new_flags |= (uint64_t) plan_clone_flags[kind];
        if (namespaces->of[kind].how == PLAN_NAMESPACE_JOIN && kind != NAMESPACE_USER)
            joins_others = true;
    }
    if (user == PLAN_NAMESPACE_JOIN || (user == PLAN_NAMESPACE_NEW && joins_others))
        namespaces->clone_flags = 0;
    else
        namespaces->clone_flags = new_flags & ~never_by_clone;
    namespaces->unshare_flags = new_flags & ~namespaces->clone_flags;
    namespaces->has_late_fork = namespaces->of[NAMESPACE_PID].how == PLAN_NAMESPACE_JOIN ||
                                (namespaces->unshare_flags & CLONE_NEWPID) != 0;
}

static bool maps_only(const struct spec_id_mapping_list *mappings, uint32_t host_id)
{
    return mappings->count == 1 && mappings->items[0].size == 1 &&
           mappings->items[0].host_id == host_id;
}

static bool host_has(const struct host *host, int capability)
{
    return (host->capabilities & ((uint64_t) 1 << capability)) != 0;
}

/* man 7 user_namespaces, "Defining user and group ID mappings": what may be written without CAP_SETUID and CAP_SETGID. */
static void namespaces_map_ids(const struct plan_builder *builder)
{
    const struct host *host = builder->host;
    struct plan_namespaces *namespaces = &builder->plan->namespaces;
    bool can_map = host_has(host, CAP_SETUID) && host_has(host, CAP_SETGID);
    bool maps_self = maps_only(&builder->linux_->uid_mappings, host->euid) &&
                     maps_only(&builder->linux_->gid_mappings, host->egid);

    namespaces->uid_map = plan_idmap_format(builder->arena, &builder->linux_->uid_mappings);
    namespaces->gid_map = plan_idmap_format(builder->arena, &builder->linux_->gid_mappings);
    namespaces->needs_idmap_helpers = !can_map && !maps_self;
    namespaces->denies_setgroups = !can_map && maps_self;
}

static int namespaces_check_mappings(const struct plan_builder *builder, struct error *err)
{
    const struct spec_linux *section = builder->linux_;
    bool has_uids = section->uid_mappings.count > 0;
    bool has_gids = section->gid_mappings.count > 0;
    enum plan_namespace_how user = builder->plan->namespaces.of[NAMESPACE_USER].how;

    if (user == PLAN_NAMESPACE_INHERIT && (has_uids || has_gids))
        return error_set(err, ERROR_INVALID,
                         "/linux/%s: id mappings need a \"user\" namespace in /linux/namespaces",
                         has_uids ? "uidMappings" : "gidMappings");
    if ((user == PLAN_NAMESPACE_NEW && !has_uids) || (!has_uids && has_gids))
        return error_set(err, ERROR_INVALID, "/linux/uidMappings: a user namespace needs them");
    if ((user == PLAN_NAMESPACE_NEW && !has_gids) || (has_uids && !has_gids))
        return error_set(err, ERROR_INVALID, "/linux/gidMappings: a user namespace needs them");
    if (plan_idmap_check(&section->uid_mappings, "/linux/uidMappings", err) < 0)
        return -1;
    return plan_idmap_check(&section->gid_mappings, "/linux/gidMappings", err);
}

static int namespaces_format_offsets(const struct plan_builder *builder, struct error *err)
{
    const struct spec_linux *section = builder->linux_;
    struct plan_namespaces *namespaces = &builder->plan->namespaces;

    if (section->time_offsets.count == 0)
        return 0;
    if (namespaces->of[NAMESPACE_TIME].how != PLAN_NAMESPACE_NEW)
        return error_set(err, ERROR_INVALID,
                         "/linux/timeOffsets: a new \"time\" namespace is needed");
    namespaces->time_offsets = "";
    SLICE_FOR_EACH(const struct spec_time_offset, offset, section->time_offsets) {
        uint32_t nanosecs = offset->nanosecs ? *offset->nanosecs : 0;

        if (!names_find(&names_clocks, offset->clock))
            return error_set(err, ERROR_INVALID,
                             "/linux/timeOffsets/%s: not a clock that can have an offset",
                             plan_pointer_key(builder->arena, offset->clock));
        if (nanosecs >= 1000000000)
            return error_set(err, ERROR_INVALID,
                             "/linux/timeOffsets/%s/nanosecs: must be less than 1000000000",
                             offset->clock);
        namespaces->time_offsets =
            arena_format(builder->arena, "%s%s %lld %u\n", namespaces->time_offsets, offset->clock,
                         (long long) (offset->secs ? *offset->secs : 0), nanosecs);
    }
    return 0;
}

int plan_build_namespaces(const struct plan_builder *builder, struct error *err)
{
    struct plan_namespaces *namespaces = &builder->plan->namespaces;

    if (namespaces_take_all(builder, err) < 0 || namespaces_check_mappings(builder, err) < 0)
        return -1;
    namespaces_choose_shape(namespaces);
    if (namespaces->of[NAMESPACE_USER].how == PLAN_NAMESPACE_NEW)
        namespaces_map_ids(builder);
    if (!builder->host->is_privileged && !plan_is_in_user_namespace(builder))
        PLAN_WARN(builder, "/linux/namespaces: without privileges the kernel will refuse this; "
                           "add a \"user\" namespace");
    return namespaces_format_offsets(builder, err);
}

/* createContainer hooks see the host's files in the container's mount namespace, and the child of an unprivileged caller opens them there. */
void plan_choose_mounts_to_copy(const struct plan_builder *builder)
{
    struct plan *plan = builder->plan;
    struct plan_namespaces *namespaces = &plan->namespaces;

    if (!plan->root.pivots || plan->has_create_hooks || !builder->host->is_privileged ||
        namespaces->of[NAMESPACE_USER].how != PLAN_NAMESPACE_INHERIT)
        return;
    SLICE_FOR_EACH(const struct plan_mount, mount, plan->mounts)
        if (plan_mount_finds_paths(mount))
            return;
    namespaces->small_mounts = builder->request->small_mounts;
    if (!namespaces->small_mounts)
        return;
    namespaces->clone_flags &= ~(uint64_t) CLONE_NEWNS;
    namespaces->unshare_flags |= CLONE_NEWNS;
}

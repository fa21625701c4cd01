/*
 * group update: other amounts for a group and its members. What grows, grows in the group first, what shrinks, in the members first, so that a
 * member is never allowed more than the group. When something cannot be done, what was done is taken back.
 */
#include <string.h>

#include "base/owned.h"
#include "runtime/container/control.h"
#include "runtime/container/limits.h"
#include "runtime/group/amounts.h"
#include "runtime/group/document.h"
#include "runtime/group/pod.h"
#include "runtime/group/usage.h"

struct update {
    struct arena *arena;
    struct group group;
    struct group_spec wanted;
};

/* What is not given stays. */
static struct group_amounts *merge(struct arena *arena, const struct group_amounts *present,
                                   const struct group_amounts *given)
{
    struct group_amounts *merged = ARENA_NEW(arena, struct group_amounts);

    if (present)
        *merged = *present;
    if (given->cpu)
        merged->cpu = given->cpu;
    if (given->memory_in_gb)
        merged->memory_in_gb = given->memory_in_gb;
    if (given->pids)
        merged->pids = given->pids;
    if (given->io)
        merged->io = given->io;
    return merged;
}

/* --- what is wanted --- */

static int change_container(struct update *update, const char *name,
                            const struct group_resources *given, struct error *err)
{
    struct group_container_list *lists[] = {&update->wanted.containers,
                                            &update->wanted.init_containers};
    struct group_container *container = NULL;
    struct group_resources *resources = ARENA_NEW(update->arena, struct group_resources);

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        SLICE_FOR_EACH(struct group_container, known, *lists[i])
            if (strcmp(known->name, name) == 0)
                container = known;
    if (!container)
        return error_set(err, ERROR_NOT_FOUND, "the group has no container \"%s\" in its file",
                         name);
    if (container->resources)
        *resources = *container->resources;
    if (given->requests)
        resources->requests = merge(update->arena, resources->requests, given->requests);
    if (given->limits)
        resources->limits = merge(update->arena, resources->limits, given->limits);
    container->resources = resources;
    return 0;
}

static struct group_container_list copy_containers(struct arena *arena,
                                                   const struct group_container_list *list)
{
    struct group_container_list copy = {0};

    SLICE_FOR_EACH(const struct group_container, container, *list)
        *SLICE_PUSH(arena, &copy, struct group_container) = *container;
    return copy;
}

static int add_file(struct update *update, const char *file, struct error *err)
{
    struct group_spec *given = NULL;

    if (group_document_read(update->arena, file, &given, &file, err) < 0)
        return -1;
    if (given->limits)
        update->wanted.limits = merge(update->arena, update->wanted.limits, given->limits);
    SLICE_FOR_EACH(const struct group_container, container, given->containers)
        if (container->resources &&
            change_container(update, container->name, container->resources, err) < 0)
            return error_within(err, "%s", file);
    return 0;
}

static int find_wanted(struct update *update, const struct group_update_request *request,
                       struct error *err)
{
    const struct group_spec *present = &update->group.record.spec;
    struct group_amounts given = request->limits;

    update->wanted = *present;
    update->wanted.containers = copy_containers(update->arena, &present->containers);
    update->wanted.init_containers = copy_containers(update->arena, &present->init_containers);
    if (request->file && add_file(update, request->file, err) < 0)
        return -1;
    if (request->member) {
        const struct group_resources resources = {.limits = &given};

        return change_container(update, request->member, &resources, err);
    }
    if (given.cpu || given.memory_in_gb || given.pids)
        update->wanted.limits = merge(update->arena, update->wanted.limits, &given);
    return 0;
}

/* The members together are sure of no more than the group has. */
static int check_sum(const struct update *update, struct error *err)
{
    struct group_spec without = update->wanted;
    const struct group_amounts *limits = update->wanted.limits;
    struct group_amounts sum;

    without.limits = NULL;
    sum = group_spec_total(update->arena, &without);
    if (!limits)
        return 0;
    if ((limits->cpu && sum.cpu && *limits->cpu < *sum.cpu) ||
        (limits->memory_in_gb && sum.memory_in_gb && *limits->memory_in_gb < *sum.memory_in_gb))
        return error_set(err, ERROR_INVALID,
                         "/limits: are below what the containers request together");
    return 0;
}

/* --- doing it --- */

static int apply_group(struct update *update, const struct group_amounts *amounts,
                       struct error *err)
{
    struct spec_resources resources = {0};
    const struct limits_change change = {.cgroup = &update->group.cgroup,
                                         .resources = &resources,
                                         .log = update->group.request->log};

    group_amounts_apply(update->arena, NULL, amounts, &resources);
    if (limits_update(update->arena, &change, err) < 0)
        return error_within(err, "the group's own limits");
    return 0;
}

static int apply_member(struct update *update, const struct group_member *member,
                        const struct group_spec *spec, struct error *err)
{
    const struct group_container *container = group_spec_find_container(spec, member->name);
    struct update_request request = {
        .container = {.root = update->group.request->root,
                      .log = update->group.request->log,
                      .id = member->id},
    };
    struct container_info info = {0};
    int found = group_examine_member(update->arena, &update->group, member, &info, err);

    if (found <= 0 || info.pid == 0 || !container || !container->resources)
        return found < 0 ? -1 : 0;
    group_amounts_apply_member(update->arena, container->resources, &request.resources);
    return container_update(update->arena, &request, err);
}

static int apply_members(struct update *update, const struct group_spec *spec, struct error *err)
{
    SLICE_FOR_EACH(const struct group_member, member, update->group.record.members)
        if (apply_member(update, member, spec, err) < 0)
            return -1;
    return 0;
}

/* The larger of each; unlimited is the largest. */
static const int64_t *larger(const int64_t *one, const int64_t *other)
{
    if (!one || !other)
        return NULL;
    return *one > *other ? one : other;
}

static int apply(struct update *update, const struct group_spec *from, const struct group_spec *to,
                 struct error *err)
{
    const struct group_amounts before = group_spec_total(update->arena, from);
    const struct group_amounts after = group_spec_total(update->arena, to);
    const struct group_amounts both = {
        .cpu = larger(before.cpu, after.cpu),
        .memory_in_gb = larger(before.memory_in_gb, after.memory_in_gb),
        .pids = larger(before.pids, after.pids),
    };

    if (apply_group(update, &both, err) < 0 || apply_members(update, to, err) < 0)
        return -1;
    return apply_group(update, &after, err);
}

int group_update(struct arena *arena, const struct group_update_request *request, struct error *err)
{
    struct update update = {.arena = arena};
    owned_group group = {0};
    struct group_spec before;
    struct error ignored;

    if (pod_find_too(arena, &request->group, true, &group, err) < 0)
        return -1;
    if (group.pod)
        return pod_update(arena, &group, request, err) < 0
                   ? error_within(err, "update group \"%s\"", request->group.id)
                   : 0;
    if (group_check_complete(&group, err) < 0)
        return -1;
    update.group = group; /* the same handles: released once, by group */
    before = group.record.spec;
    if (find_wanted(&update, request, err) < 0 ||
        group_spec_check(arena, &update.wanted, err) < 0 || check_sum(&update, err) < 0 ||
        group_settle_usage(arena, &group, err) < 0)
        return error_within(err, "update group \"%s\"", request->group.id);
    group.record.spec = update.wanted;
    if (apply(&update, &before, &update.wanted, err) == 0 &&
        group_record_write(arena, &group.entry, &group.record, err) == 0)
        return 0;
    (void) apply(&update, &update.wanted, &before, &ignored);
    return error_within(err, "update group \"%s\"", request->group.id);
}

/*
 * Other limits for an engine's pod, on the cgroup that it has for itself, and for its containers. Nothing is remembered: what is there now is what the cgroups
 * say. As for a group, what grows, grows in the pod first, and no container is left with a limit above the pod's, nor the pod with one above
 * that of a cgroup it is in: the engine's owner has set those.
 */
#include <string.h>

#include "oci-spec/events.h"
#include "runtime/container/control.h"
#include "runtime/container/limits.h"
#include "runtime/group/amounts.h"
#include "runtime/group/document.h"
#include "runtime/group/pod.h"

enum { MEMORY, CPU, PIDS, KIND_COUNT };

static const char *const kinds[KIND_COUNT] = {"memory", "cpu", "pids"};

/* Bytes, millionths of a CPU, processes. 0: nothing is said. */
struct amounts {
    int64_t of[KIND_COUNT];
};

#define UNLIMITED INT64_MAX

struct change {
    const struct container_info *member; /* NULL: the pod */
    const char *name;
    struct cgroup cgroup;
    struct spec_resources resources;
    struct amounts wanted;
    struct amounts present;
};

SLICE_TYPE(change_list, struct change);

struct pod_update {
    struct arena *arena;
    const struct group *group;
    struct change pod;
    struct change_list members;
};

/* --- amounts --- */

static int64_t read_cpu(int64_t quota, int64_t period)
{
    return quota > 0 && period > 0 ? (int64_t) ((double) quota / (double) period * 1e6) : UNLIMITED;
}

static struct amounts read_present(struct arena *arena, const struct cgroup *cgroup)
{
    struct event_stats stats = {0};
    struct cgroup_live live;

    cgroup_read_live(arena, cgroup, &live);
    cgroup_read_stats(arena, cgroup, &stats);
    return (struct amounts){
        {
         live.memory_limit && *live.memory_limit >= 0 ? *live.memory_limit : UNLIMITED,
         live.cpu_quota && live.cpu_period ? read_cpu(*live.cpu_quota, *live.cpu_period)
                                              : UNLIMITED,
         stats.pids.limit > 0 ? (int64_t) stats.pids.limit : UNLIMITED,
         }
    };
}

static struct amounts read_wanted(const struct spec_resources *resources)
{
    const struct spec_cpu *cpu = resources->cpu;
    struct amounts wanted = {0};

    if (resources->memory && resources->memory->limit)
        wanted.of[MEMORY] = *resources->memory->limit;
    if (cpu && cpu->quota && cpu->period)
        wanted.of[CPU] = read_cpu(*cpu->quota, (int64_t) *cpu->period);
    if (resources->pids && resources->pids->limit)
        wanted.of[PIDS] = *resources->pids->limit;
    return wanted;
}

static const int64_t *to_limit(struct arena *arena, int64_t amount)
{
    int64_t *limit = ARENA_NEW(arena, int64_t);

    *limit = amount == UNLIMITED ? -1 : amount;
    return limit;
}

/* Only what is said in amounts. */
static struct spec_resources build_resources(struct arena *arena, const struct amounts *amounts)
{
    struct spec_resources resources = {0};
    struct group_amounts cpu = {.cpu = &amounts->of[CPU]};

    if (amounts->of[CPU] == UNLIMITED) {
        resources.cpu = ARENA_NEW(arena, struct spec_cpu);
        resources.cpu->quota = to_limit(arena, UNLIMITED);
    } else if (amounts->of[CPU] > 0) {
        group_amounts_apply(arena, NULL, &cpu, &resources);
    }
    if (amounts->of[MEMORY] > 0) {
        resources.memory = ARENA_NEW(arena, struct spec_memory);
        resources.memory->limit = to_limit(arena, amounts->of[MEMORY]);
    }
    if (amounts->of[PIDS] > 0) {
        resources.pids = ARENA_NEW(arena, struct spec_pids);
        resources.pids->limit = to_limit(arena, amounts->of[PIDS]);
    }
    return resources;
}

/* --- what is wanted --- */

static int add_member(struct pod_update *update, const char *name,
                      const struct group_resources *asked, struct error *err)
{
    struct change change = {.name = name};

    for (size_t i = 0; i < update->group->pod->members.count; i++)
        if (strcmp(update->group->record.members.items[i].name, name) == 0)
            change.member = &update->group->pod->members.items[i];
    if (!change.member || !change.member->cgroup_path)
        return error_set(err, ERROR_NOT_FOUND, "the pod has no container \"%s\"%s", name,
                         change.member ? " with a cgroup" : "");
    group_find_cgroup(update->arena, update->group, change.member->cgroup_path, &change.cgroup);
    group_amounts_apply_member(update->arena, asked, &change.resources);
    *SLICE_PUSH(update->arena, &update->members, struct change) = change;
    return 0;
}

static int add_file(struct pod_update *update, const char *file, struct error *err)
{
    struct group_spec *given = NULL;

    if (group_document_read(update->arena, file, &given, &file, err) < 0)
        return -1;
    group_amounts_apply(update->arena, NULL, given->limits, &update->pod.resources);
    SLICE_FOR_EACH(const struct group_container, container, given->containers)
        if (container->resources &&
            add_member(update, container->name, container->resources, err) < 0)
            return error_within(err, "%s", file);
    return 0;
}

static int find_wanted(struct pod_update *update, const struct group_update_request *request,
                       struct error *err)
{
    struct group_amounts limits = request->limits;
    const struct group_resources resources = {.limits = &limits};

    if (request->file && add_file(update, request->file, err) < 0)
        return -1;
    if (request->member)
        return add_member(update, request->member, &resources, err);
    group_amounts_apply(update->arena, NULL, &limits, &update->pod.resources);
    return 0;
}

/* --- whether it can be --- */

static int refuse(const char *whose, const char *above, int kind, struct error *err)
{
    return error_set(err, ERROR_INVALID, "%s: its %s limit would be above that of %s", whose,
                     kinds[kind], above);
}

/* Of the cgroups above, up to the root. */
static int check_above(const struct pod_update *update, struct error *err)
{
    char *path = arena_copy(update->arena, update->group->record.cgroup_path);

    for (char *end = strrchr(path, '/'); end && end != path; end = strrchr(path, '/')) {
        struct cgroup cgroup = {0};
        struct amounts most;

        *end = '\0';
        group_find_cgroup(update->arena, update->group, path, &cgroup);
        most = read_present(update->arena, &cgroup);
        for (int kind = 0; kind < KIND_COUNT; kind++)
            if (update->pod.wanted.of[kind] > most.of[kind])
                return refuse("the pod", path, kind, err);
    }
    return 0;
}

static const struct change *find_change(const struct pod_update *update,
                                        const struct container_info *member)
{
    SLICE_FOR_EACH(const struct change, change, update->members)
        if (change->member == member)
            return change;
    return NULL;
}

static int check_member(const struct pod_update *update, size_t index, struct error *err)
{
    const struct container_info *member = &update->group->pod->members.items[index];
    const struct change *change = find_change(update, member);
    struct amounts present = {0};
    struct cgroup cgroup = {0};

    if (!change && member->pid > 0 && member->cgroup_path) {
        group_find_cgroup(update->arena, update->group, member->cgroup_path, &cgroup);
        present = read_present(update->arena, &cgroup);
    }
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        int64_t own = change ? change->wanted.of[kind] : present.of[kind];
        int64_t pod = update->pod.wanted.of[kind];

        /* What is not limited itself is so by the pod; and what is not changed is as the engine has it. */
        if (change && pod == 0)
            pod = update->pod.present.of[kind];
        if (own != UNLIMITED && pod > 0 && own > pod)
            return refuse(update->group->record.members.items[index].name, "the pod", kind, err);
    }
    return 0;
}

static int prepare(struct pod_update *update, struct error *err)
{
    const struct group *group = update->group;
    bool is_limited = group->pod->has_cgroup;

    update->pod.wanted = read_wanted(&update->pod.resources);
    if (!is_limited && (update->pod.resources.memory || update->pod.resources.cpu ||
                        update->pod.resources.pids || update->pod.resources.block_io))
        return error_set(err, ERROR_UNSUPPORTED,
                         "the pod has no cgroup of its own, with all of its containers and "
                         "nothing else in it");
    update->pod.present = (struct amounts){
        {UNLIMITED, UNLIMITED, UNLIMITED}
    };
    if (is_limited) {
        update->pod.cgroup = group->cgroup;
        update->pod.present = read_present(update->arena, &group->cgroup);
        if (check_above(update, err) < 0)
            return -1;
    }
    SLICE_FOR_EACH(struct change, change, update->members) {
        change->wanted = read_wanted(&change->resources);
        change->present = read_present(update->arena, &change->cgroup);
    }
    for (size_t i = 0; i < group->pod->members.count; i++)
        if (check_member(update, i, err) < 0)
            return -1;
    return 0;
}

/* --- doing it --- */

static int write_limits(struct pod_update *update, struct change *change,
                        const struct spec_resources *resources, struct error *err)
{
    const struct group_request *request = update->group->request;
    const struct limits_change limits = {
        .cgroup = &change->cgroup, .resources = resources, .log = request->log};
    const struct update_request member = {
        .container = {.root = request->root,
                      .log = request->log,
                      .id = change->member ? change->member->id : NULL},
        .resources = *resources,
    };

    if (change->member)
        return container_update(update->arena, &member, err);
    return limits_update(update->arena, &limits, err);
}

/* Of what was to be changed, what it was. */
static void take_back(struct pod_update *update, struct change *change)
{
    struct amounts before = change->present;
    struct spec_resources resources;
    struct error ignored;

    if (!change->member && !update->group->pod->has_cgroup)
        return;
    for (int kind = 0; kind < KIND_COUNT; kind++)
        if (change->wanted.of[kind] == 0)
            before.of[kind] = 0;
    resources = build_resources(update->arena, &before);
    (void) write_limits(update, change, &resources, &ignored);
}

static int apply(struct pod_update *update, struct error *err)
{
    struct amounts larger = update->pod.wanted;
    struct spec_resources raised;

    for (int kind = 0; kind < KIND_COUNT; kind++)
        if (larger.of[kind] <= update->pod.present.of[kind])
            larger.of[kind] = 0;
    raised = build_resources(update->arena, &larger);
    if (update->group->pod->has_cgroup && write_limits(update, &update->pod, &raised, err) < 0)
        return -1;
    SLICE_FOR_EACH(struct change, change, update->members)
        if (write_limits(update, change, &change->resources, err) < 0)
            return error_within(err, "%s", change->name);
    return update->group->pod->has_cgroup
               ? write_limits(update, &update->pod, &update->pod.resources, err)
               : 0;
}

int pod_update(struct arena *arena, const struct group *group,
               const struct group_update_request *request, struct error *err)
{
    struct pod_update update = {.arena = arena, .group = group};

    if (find_wanted(&update, request, err) < 0 || prepare(&update, err) < 0)
        return -1;
    if (apply(&update, err) == 0)
        return 0;
    /* First the pod: a container cannot have more. Then once more, for what only goes when the containers have less. */
    take_back(&update, &update.pod);
    SLICE_FOR_EACH(struct change, change, update.members)
        take_back(&update, change);
    take_back(&update, &update.pod);
    return -1;
}

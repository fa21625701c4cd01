/* The containers of an engine, sorted into pods by their annotations. */
#include "runtime/group/pod.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "runtime/container/control.h"
#include "runtime/container/limits.h"
#include "runtime/group/account.h"
#include "runtime/group/implicit.h"

const struct pod_namespace pod_namespaces[POD_NAMESPACE_COUNT] = {
    {"net",  NAMESPACE_NETWORK, false},
    {"ipc",  NAMESPACE_IPC,     false},
    {"uts",  NAMESPACE_UTS,     false},
    {"pid",  NAMESPACE_PID,     true },
    {"user", NAMESPACE_USER,    false},
};

/* --- who is where --- */

/* A group of struct pod, which is only here not const. */
struct draft {
    struct group group;
    struct pod pod;
};

SLICE_TYPE(draft_list, struct draft *);

static struct draft *find_draft(const struct draft_list *drafts, const char *id)
{
    SLICE_FOR_EACH(struct draft *, draft, *drafts)
        if (strcmp((*draft)->group.entry.id, id) == 0)
            return *draft;
    return NULL;
}

static void add_draft(struct arena *arena, const struct group_request *request, const char *id,
                      struct draft_list *drafts)
{
    struct draft *draft = ARENA_NEW(arena, struct draft);

    if (find_draft(drafts, id))
        return;
    draft->group.request = request;
    draft->group.pod = &draft->pod;
    draft->group.entry = (struct entry){.id = id, .store_fd = -1, .fd = -1, .lock_fd = -1};
    draft->group.has_record = true;
    draft->group.record.id = id;
    draft->group.record.is_complete = true;
    *SLICE_PUSH(arena, drafts, struct draft *) = draft;
}

/* podman's infra container does not say that it is one: its members do. */
static void add_member(struct arena *arena, const struct draft_list *drafts,
                       const struct container_info *container)
{
    struct implicit_place place = implicit_find_place(container->id, &container->annotations);
    struct draft *draft = find_draft(drafts, place.group ? place.group : container->id);
    struct group_record *record;

    if (!draft)
        return;
    record = &draft->group.record;
    *SLICE_PUSH(arena, &draft->pod.members, struct container_info) = *container;
    *SLICE_PUSH(arena, &record->members, struct group_member) =
        (struct group_member){place.group ? place.name : container->id, container->id};
    if (record->created == 0 || container->created_ns < record->created)
        record->created = container->created_ns;
}

/* --- what they have in common --- */

/* The sandbox, or another that is alive; NULL when none is. */
static const struct container_info *find_living(const struct draft *draft)
{
    const struct container_info *found = NULL;

    SLICE_FOR_EACH(const struct container_info, member, draft->pod.members)
        if (member->pid > 0 && (!found || strcmp(member->id, draft->group.entry.id) == 0))
            found = member;
    return found;
}

/* Those that the host has are not the pod's. */
static void find_namespaces(struct arena *arena, struct draft *draft)
{
    const struct container_info *living = find_living(draft);

    for (size_t i = 0; living && i < POD_SHARED_COUNT; i++) {
        const struct pod_namespace *row = &pod_namespaces[i];
        struct stat theirs;
        struct stat own;

        if (stat(arena_format(arena, "/proc/%d/ns/%s", (int) living->pid, row->proc), &theirs) ==
                0 &&
            stat(arena_format(arena, "/proc/self/ns/%s", row->proc), &own) == 0 &&
            theirs.st_ino != own.st_ino)
            *SLICE_PUSH(arena, &draft->group.record.namespaces, struct group_namespace) =
                (struct group_namespace){names_text(&names_namespaces, row->kind), theirs.st_ino};
    }
}

static bool is_below(const struct container_info *container, const char *parent)
{
    return container->cgroup_path && text_path_is_below(container->cgroup_path, parent);
}

/*
 * The path of the parent that all members, and only they, have; else NULL. One of the host's own ("/kubepods") is nobody's, even
 * if there is only one pod.
 */
static const char *find_parent(struct arena *arena, const struct draft *draft,
                               const struct container_info_list *all)
{
    const char *path = draft->pod.members.items[0].cgroup_path;
    const char *end = path ? strrchr(path, '/') : NULL;
    const char *parent = end ? arena_copy_bytes(arena, path, (size_t) (end - path)) : "";
    size_t count = 0;

    if (parent[0] == '\0' || !strchr(parent + 1, '/'))
        return NULL;
    SLICE_FOR_EACH(const struct container_info, member, draft->pod.members)
        if (!is_below(member, parent) || strchr(member->cgroup_path + strlen(parent) + 1, '/'))
            return NULL;
    SLICE_FOR_EACH(const struct container_info, container, *all)
        count += is_below(container, parent);
    return count == draft->pod.members.count ? parent : NULL;
}

/* The hierarchies are the host's, so one look is enough for all pods: at any container's cgroup. Without (a rootless engine) there are none. */
static struct group_record find_hierarchies(struct arena *arena,
                                            const struct container_info_list *all)
{
    const struct spec_resources resources = {0};
    struct limits_request request = {.resources = &resources};
    struct group_record record = {0};
    struct cgroup_settings settings;
    struct cgroup cgroup = {0};
    struct error ignored;

    SLICE_FOR_EACH(const struct container_info, container, *all)
        request.path = container->cgroup_path ? container->cgroup_path : request.path;
    if (request.path && limits_plan(arena, &request, &cgroup, &settings, &ignored) == 0)
        group_record_set_cgroup(arena, &record, &cgroup);
    return record;
}

static void find_cgroup(struct arena *arena, struct draft *draft, const struct group_record *host,
                        const struct container_info_list *all)
{
    struct group_record *record = &draft->group.record;
    const char *parent = find_parent(arena, draft, all);
    const char *path = draft->pod.members.items[0].cgroup_path;

    if (!path || !host->cgroup_path)
        return;
    draft->pod.has_cgroup = parent != NULL;
    record->cgroup_mode = host->cgroup_mode;
    record->hierarchies = host->hierarchies;
    record->cgroup_path = parent ? parent : path;
    group_record_find_cgroup(arena, record, &draft->group.cgroup);
    record->cgroup_path = parent;
}

static int compare_groups(const void *left, const void *right)
{
    return strcmp(((const struct group *) left)->entry.id,
                  ((const struct group *) right)->entry.id);
}

int pod_read_list(struct arena *arena, const struct group_request *request,
                  struct pod_list *ret_pods, struct error *err)
{
    struct container_info_list all = {0};
    struct draft_list drafts = {0};
    struct group_record host = {0};

    if (container_list(arena, request->root, request->log, &all, err) < 0)
        return -1;
    SLICE_FOR_EACH(const struct container_info, container, all) {
        struct implicit_place place = implicit_find_place(container->id, &container->annotations);

        if (place.group)
            add_draft(arena, request, place.group, &drafts);
    }
    SLICE_FOR_EACH(const struct container_info, container, all)
        add_member(arena, &drafts, container);
    if (drafts.count > 0)
        host = find_hierarchies(arena, &all);
    *ret_pods = (struct pod_list){0};
    SLICE_FOR_EACH(struct draft *, draft, drafts) {
        find_namespaces(arena, *draft);
        find_cgroup(arena, *draft, &host, &all);
        *SLICE_PUSH(arena, ret_pods, struct group) = (*draft)->group;
    }
    if (ret_pods->count > 0)
        qsort(ret_pods->items, ret_pods->count, sizeof(struct group), compare_groups);
    return 0;
}

int pod_find_too(struct arena *arena, const struct group_request *request, bool is_locked,
                 struct group *ret_group, struct error *err)
{
    struct pod_list pods = {0};
    struct error failed;

    if (group_find(arena, request, is_locked, ret_group, err) == 0)
        return 0;
    if (err->kind != ERROR_NOT_FOUND || pod_read_list(arena, request, &pods, &failed) < 0)
        return -1;
    SLICE_FOR_EACH(const struct group, pod, pods)
        if (strcmp(pod->entry.id, request->id) == 0) {
            *ret_group = *pod;
            return 0;
        }
    return -1;
}

int pod_find_member(const struct pod *pod, const char *id, struct container_info *ret_info)
{
    SLICE_FOR_EACH(const struct container_info, member, pod->members)
        if (strcmp(member->id, id) == 0) {
            *ret_info = *member;
            return 1;
        }
    return 0;
}

/* --- what they use --- */

static void add_meter(struct cgroup_meter *sum, const struct cgroup_meter *meter)
{
    sum->cpu_ns += meter->cpu_ns;
    sum->memory += meter->memory;
    sum->memory_peak += meter->memory_peak;
    sum->processes += meter->processes;
    sum->read += meter->read;
    sum->written += meter->written;
    sum->oom_kills += meter->oom_kills;
}

void pod_read_meter(struct arena *arena, const struct group *group, struct cgroup_meter *ret_meter)
{
    *ret_meter = (struct cgroup_meter){0};
    if (group->pod->has_cgroup) {
        cgroup_read_meter(arena, &group->cgroup, ret_meter);
        return;
    }
    SLICE_FOR_EACH(const struct container_info, member, group->pod->members) {
        struct cgroup_meter meter = {0};

        if (member->cgroup_path)
            group_read_member_meter(arena, group, member->cgroup_path, &meter);
        add_meter(ret_meter, &meter);
    }
}

/* --- what is done to them --- */

static struct container_request name_member(const struct group *group,
                                            const struct container_info *member)
{
    return (struct container_request){
        .root = group->request->root, .log = group->request->log, .id = member->id};
}

int pod_kill(struct arena *arena, const struct group *group, int signal, struct error *err)
{
    SLICE_FOR_EACH(const struct container_info, member, group->pod->members) {
        const struct kill_request request = {
            .container = name_member(group, member), .signal = signal, .is_all = true};

        if (container_kill(arena, &request, err) < 0 && err->kind != ERROR_NOT_FOUND)
            return -1;
    }
    return 0;
}

int pod_resume(struct arena *arena, const struct group *group, struct error *err)
{
    SLICE_FOR_EACH(const struct container_info, member, group->pod->members) {
        const struct container_request request = name_member(group, member);

        if (member->status == CONTAINER_PAUSED && container_resume(arena, &request, err) < 0)
            return -1;
    }
    return 0;
}

/* On failure those that we paused go on. */
int pod_pause(struct arena *arena, const struct group *group, struct error *err)
{
    const struct container_info_list *members = &group->pod->members;
    struct error ignored;

    for (size_t i = 0; i < members->count; i++) {
        const struct container_request request = name_member(group, &members->items[i]);

        if (members->items[i].status != CONTAINER_RUNNING ||
            container_pause(arena, &request, err) == 0)
            continue;
        while (i-- > 0) {
            const struct container_request earlier = name_member(group, &members->items[i]);

            if (members->items[i].status == CONTAINER_RUNNING)
                (void) container_resume(arena, &earlier, &ignored);
        }
        return -1;
    }
    return 0;
}

/*
 * A damaged record: the group file that lies in the group's own namespace says which cgroup it has, and the containers say themselves
 * that they are members. They are not believed: only a container whose cgroup is below the group's is one, as ever.
 */
#include "runtime/group/recover.h"

#include <string.h>

#include "base/owned.h"
#include "base/text.h"
#include "runtime/container/limits.h"
#include "runtime/group/found.h"
#include "runtime/group/furnish.h"
#include "runtime/group/rewrite.h"
#include "runtime/group/visit.h"

/* NULL: it names no cgroup, or the create was killed before there was a namespace. */
static const char *find_cgroups_path(struct arena *arena, const struct group *group)
{
    struct visit_item item = {.path = "/" GROUP_FILE, .how = VISIT_OPEN, .fd = -1};
    struct visit_list items = {&item, 1};
    struct content content = {0};
    struct group_spec *spec = NULL;
    struct error ignored; /* there is the default */
    owned_fd namespace = group_open_namespace(&group->entry, &ignored);
    bool is_read = namespace >= 0 && group_visit(namespace, &items, &ignored) == 0 &&
                   content_read(arena, item.fd, GROUP_FILE_MAX_BYTES, &content) == 0 &&
                   group_spec_read(arena, content.bytes, content.size, &spec, &ignored) == 0;

    visit_list_release(&items);
    return is_read ? spec->cgroups_path : NULL;
}

static int find_cgroup(struct arena *arena, struct group *group, struct error *err)
{
    const char *path = find_cgroups_path(arena, group);
    const struct spec_resources resources = {0};
    struct cgroup_settings settings;
    const struct limits_request request = {
        .path = path ? path : group_default_cgroup(arena, group->entry.id),
        .resources = &resources,
    };

    if (limits_plan(arena, &request, &group->cgroup, &settings, err) < 0)
        return -1;
    /* Which parents were made for it, only the record knew. */
    SLICE_FOR_EACH(struct cgroup_leaf, leaf, group->cgroup.leaves)
        leaf->made_levels = 1;
    group->record.cgroup_path = group->cgroup.path;
    return 0;
}

static int find_members(struct arena *arena, struct group *group, struct error *err)
{
    const struct group_request *request = group->request;
    struct container_info_list list = {0};

    if (container_list(arena, request->root, request->log, &list, err) < 0)
        return -1;
    SLICE_FOR_EACH(const struct container_info, container, list) {
        const char *id = text_map_find(&container->annotations, GROUP_ANNOTATION_ID);
        const char *name = text_map_find(&container->annotations, GROUP_ANNOTATION_MEMBER);

        if (container->cgroup_path && id && name && strcmp(id, group->entry.id) == 0)
            *SLICE_PUSH(arena, &group->record.members, struct group_member) =
                (struct group_member){name, container->id};
    }
    return 0;
}

int group_recover(struct arena *arena, struct group *group, struct error *err)
{
    if (find_cgroup(arena, group, err) < 0)
        return -1;
    return find_members(arena, group, err);
}

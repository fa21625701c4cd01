/* state and list: what there is, derived from what lives, and the documents that tell it. */
#include <string.h>

#include "base/owned.h"
#include "base/timestamp.h"
#include "oci-spec/names.h"
#include "runtime/group/all.h"
#include "runtime/group/found.h"
#include "runtime/group/pod.h"
#include "runtime/group/status.h"

static const struct name status_rows[] = {
    {"broken",   GROUP_BROKEN  },
    {"created",  GROUP_CREATED },
    {"creating", GROUP_CREATING},
    {"paused",   GROUP_PAUSED  },
    {"running",  GROUP_RUNNING },
    {"stopped",  GROUP_STOPPED },
};
const struct names names_group_statuses = NAMES("group status", status_rows);

static const struct json_type group_status_type = {JSON_NAME_IN(names_group_statuses)};
static const struct json_type member_status_type = {JSON_NAME_IN(names_statuses)};

static const struct json_field member_fields[] = {
    {"name",         &json_string,        AT(struct group_member_info, name),          JSON_REQUIRED},
    {"id",           &json_string,        AT(struct group_member_info, id),            JSON_REQUIRED},
    {"status",       &member_status_type, AT(struct group_member_info, status),        JSON_REQUIRED},
    {"pid",          &json_int64,         AT(struct group_member_info, pid),           0            },
    {"ready",        &json_bool_pointer,  AT(struct group_member_info, is_ready),      0            },
    {"restartCount", &json_int64_pointer, AT(struct group_member_info, restart_count), 0            },
    {"lastExitCode", &json_int64_pointer, AT(struct group_member_info, exit_code),     0            },
    {"ports",        &group_ports_type,   AT(struct group_member_info, ports),         0            },
};
static const struct json_type member_type = {
    JSON_OBJECT_OF("member", struct group_member_info, member_fields)};
static const struct json_type members_type = {JSON_LIST_OF(member_type)};

static const struct json_field namespace_fields[] = {
    {"type",  &json_string, AT(struct group_namespace_info, type),  JSON_REQUIRED},
    {"inode", &json_uint64, AT(struct group_namespace_info, inode), JSON_REQUIRED},
};
static const struct json_type namespace_type = {
    JSON_OBJECT_OF("namespace", struct group_namespace_info, namespace_fields)};
static const struct json_type namespaces_type = {JSON_LIST_OF(namespace_type)};

static const struct json_field info_fields[] = {
    {"id",         &json_string,       AT(struct group_info, id),          JSON_REQUIRED},
    {"status",     &group_status_type, AT(struct group_info, status),      JSON_REQUIRED},
    {"created",    &json_string,       AT(struct group_info, created),     0            },
    {"hostname",   &json_string,       AT(struct group_info, hostname),    0            },
    {"cgroupPath", &json_string,       AT(struct group_info, cgroup_path), 0            },
    {"namespaces", &namespaces_type,   AT(struct group_info, namespaces),  JSON_ALWAYS  },
    {"volumes",    &json_strings,      AT(struct group_info, volumes),     JSON_ALWAYS  },
    {"members",    &members_type,      AT(struct group_info, members),     JSON_ALWAYS  },
};
static const struct json_type info_type = {JSON_OBJECT_OF("group", struct group_info, info_fields)};
static const struct json_type info_list_type = {JSON_LIST_OF(info_type)};

static bool is_founded(const struct group *group)
{
    struct error ignored;
    owned_fd pin = group_open_namespace(&group->entry, &ignored);

    return pin >= 0;
}

static bool has_member(const struct group_info *info, enum container_status status)
{
    SLICE_FOR_EACH(const struct group_member_info, member, info->members)
        if (member->status == status)
            return true;
    return false;
}

static enum group_status find_status(const struct group *group, const struct group_info *info)
{
    if (!group->record.is_complete)
        return GROUP_CREATING;
    if (!group->pod && !is_founded(group))
        return GROUP_BROKEN;
    if (has_member(info, CONTAINER_RUNNING))
        return GROUP_RUNNING;
    if (has_member(info, CONTAINER_PAUSED))
        return GROUP_PAUSED;
    return has_member(info, CONTAINER_STOPPED) && !has_member(info, CONTAINER_CREATED)
               ? GROUP_STOPPED
               : GROUP_CREATED;
}

/* What only the supervisor knows, and what only the group file says. */
static void describe_run(const struct group *group, const struct group_run_status *statuses,
                         struct group_member_info *info)
{
    struct run_status *status = run_status_find(statuses, info->name);
    const struct group_container *container =
        group_spec_find_container(&group->record.spec, info->name);

    if (container)
        info->ports = container->ports;
    if (!status)
        return;
    status->is_ready = status->is_ready && info->status == CONTAINER_RUNNING;
    info->is_ready = &status->is_ready;
    info->restart_count = &status->restart_count;
    info->exit_code = status->exit_code;
}

static int describe_members(struct arena *arena, const struct group *group, struct group_info *info,
                            struct error *err)
{
    struct group_run_status statuses = {0};

    if (run_status_read(arena, &group->entry, &statuses, err) < 0)
        return -1;
    SLICE_FOR_EACH(const struct group_member, member, group->record.members) {
        struct container_info container = {0};
        struct group_member_info *added;
        int found = group_examine_member(arena, group, member, &container, err);

        if (found < 0)
            return -1;
        if (found == 0)
            continue;
        added = SLICE_PUSH(arena, &info->members, struct group_member_info);
        *added = (struct group_member_info){.name = member->name,
                                            .id = member->id,
                                            .status = container.status,
                                            .pid = container.pid};
        describe_run(group, &statuses, added);
    }
    return 0;
}

static int describe(struct arena *arena, const struct group *group, struct group_info *ret_info,
                    struct error *err)
{
    const struct group_record *record = &group->record;
    struct group_info info = {
        .id = group->entry.id, .hostname = record->hostname, .cgroup_path = record->cgroup_path};

    info.created = timestamp_write(arena, record->created);
    SLICE_FOR_EACH(const struct group_namespace, namespace, record->namespaces)
        *SLICE_PUSH(arena, &info.namespaces, struct group_namespace_info) =
            (struct group_namespace_info){namespace->type, namespace->inode};
    SLICE_FOR_EACH(const struct group_volume, volume, record->spec.volumes)
        text_list_push(arena, &info.volumes, volume->name);
    if (describe_members(arena, group, &info, err) < 0)
        return -1;
    info.status = find_status(group, &info);
    *ret_info = info;
    return 0;
}

int group_state(struct arena *arena, const struct group_request *request,
                struct group_info *ret_info, struct error *err)
{
    owned_group group = {0};

    if (pod_find_too(arena, request, false, &group, err) < 0)
        return -1;
    return describe(arena, &group, ret_info, err);
}

static int add_info(struct arena *arena, const struct group *group, void *context,
                    struct error *err)
{
    struct group_info_list *list = context;
    struct group_info info = {0};

    if (describe(arena, group, &info, err) < 0)
        return -1;
    *SLICE_PUSH(arena, list, struct group_info) = info;
    return 0;
}

int group_list(struct arena *arena, const struct group_request *request,
               struct group_info_list *ret_list, struct error *err)
{
    *ret_list = (struct group_info_list){0};
    return group_visit_all(arena, request, add_info, ret_list, err);
}

const char *group_write_state(struct arena *arena, const struct group_info *info)
{
    return json_write(arena, &info_type, info, JSON_INDENTED);
}

const char *group_write_list(struct arena *arena, const struct group_info_list *list)
{
    return json_write(arena, &info_list_type, list, JSON_COMPACT);
}

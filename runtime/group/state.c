/* state and list: what there is, derived from what lives, and the documents that tell it. */
#include <string.h>

#include "base/owned.h"
#include "base/timestamp.h"
#include "oci-spec/names.h"
#include "runtime/group/all.h"
#include "runtime/group/describe.h"
#include "runtime/group/found.h"
#include "runtime/group/pod.h"
#include "runtime/group/status.h"
#include "runtime/group/stop.h"

static const struct name status_rows[] = {
    {"broken",   GROUP_BROKEN  },
    {"created",  GROUP_CREATED },
    {"creating", GROUP_CREATING},
    {"paused",   GROUP_PAUSED  },
    {"running",  GROUP_RUNNING },
    {"stopped",  GROUP_STOPPED },
};
const struct names names_group_statuses = NAMES("group status", status_rows);

static const struct name phase_rows[] = {
    {"Failed",    GROUP_FAILED   },
    {"Pending",   GROUP_PENDING  },
    {"Running",   GROUP_ACTIVE   },
    {"Stopped",   GROUP_ENDED    },
    {"Succeeded", GROUP_SUCCEEDED},
};
const struct names names_group_phases = NAMES("group phase", phase_rows);

static const struct json_type phase_type = {JSON_NAME_IN(names_group_phases)};
static const struct json_type group_status_type = {JSON_NAME_IN(names_group_statuses)};
static const struct json_type member_status_type = {JSON_NAME_IN(names_statuses)};

static const struct json_field run_fields[] = {
    {"state",      &json_string,        AT(struct group_run_info, state),     JSON_REQUIRED},
    {"startTime",  &json_string,        AT(struct group_run_info, started),   0            },
    {"finishTime", &json_string,        AT(struct group_run_info, finished),  0            },
    {"exitCode",   &json_int64_pointer, AT(struct group_run_info, exit_code), 0            },
    {"signal",     &json_int64,         AT(struct group_run_info, signal),    0            },
    {"reason",     &run_reason_type,    AT(struct group_run_info, reason),    0            },
};
static const struct json_type run_type = {JSON_OBJECT_OF("run", struct group_run_info, run_fields)};
static const struct json_type run_pointer_type = {JSON_POINTER_TO(run_type)};

static const struct json_field member_fields[] = {
    {"name",          &json_string,        AT(struct group_member_info, name),          JSON_REQUIRED},
    {"id",            &json_string,        AT(struct group_member_info, id),            0            },
    {"status",        &member_status_type, AT(struct group_member_info, status),        JSON_REQUIRED},
    {"pid",           &json_int64,         AT(struct group_member_info, pid),           0            },
    {"ready",         &json_bool_pointer,  AT(struct group_member_info, is_ready),      0            },
    {"restartCount",  &json_int64_pointer, AT(struct group_member_info, restart_count), 0            },
    {"lastExitCode",  &json_int64_pointer, AT(struct group_member_info, exit_code),     0            },
    {"currentState",  &run_pointer_type,   AT(struct group_member_info, current),       0            },
    {"previousState", &run_pointer_type,   AT(struct group_member_info, previous),      0            },
    {"ports",         &group_ports_type,   AT(struct group_member_info, ports),         0            },
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
    {"id",         &json_string,        AT(struct group_info, id),          JSON_REQUIRED},
    {"status",     &group_status_type,  AT(struct group_info, status),      JSON_REQUIRED},
    {"phase",      &phase_type,         AT(struct group_info, phase),       JSON_ALWAYS  },
    {"exitCode",   &json_int64_pointer, AT(struct group_info, exit_code),   0            },
    {"created",    &json_string,        AT(struct group_info, created),     0            },
    {"hostname",   &json_string,        AT(struct group_info, hostname),    0            },
    {"cgroupPath", &json_string,        AT(struct group_info, cgroup_path), 0            },
    {"namespaces", &namespaces_type,    AT(struct group_info, namespaces),  JSON_ALWAYS  },
    {"volumes",    &json_strings,       AT(struct group_info, volumes),     JSON_ALWAYS  },
    {"members",    &members_type,       AT(struct group_info, members),     JSON_ALWAYS  },
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

static bool is_active(const struct group *group, const struct group_info *info)
{
    return has_member(info, CONTAINER_RUNNING) || has_member(info, CONTAINER_PAUSED) ||
           group_is_supervised(&group->entry);
}

/* A supervisor that left no word of the end was killed. */
static enum group_phase find_phase(const struct group *group, const struct group_info *info,
                                   const struct group_run_status *statuses)
{
    if (is_active(group, info))
        return GROUP_ACTIVE;
    if (statuses->is_stopped || (!group->pod && group_is_stopping(&group->entry)))
        return GROUP_ENDED;
    if (statuses->members.count > 0)
        return statuses->ended && statuses->exit_code == 0 ? GROUP_SUCCEEDED : GROUP_FAILED;
    return has_member(info, CONTAINER_STOPPED) ? GROUP_ENDED : GROUP_PENDING;
}

static const struct group_run_info *describe_span(struct arena *arena, const struct run_span *span)
{
    struct group_run_info *info = ARENA_NEW(arena, struct group_run_info);

    if (!span)
        return NULL;
    *info = (struct group_run_info){
        .state = span->finished ? "Terminated" : "Running",
        .started = timestamp_write(arena, span->started),
        .finished = span->finished ? timestamp_write(arena, span->finished) : NULL,
        .exit_code = span->finished ? &span->exit_code : NULL,
        .signal = span->signal,
        .reason = span->reason,
    };
    return info;
}

/* Of one that was made by hand nobody knows more. */
static const struct group_run_info *describe_status(struct arena *arena, int64_t status)
{
    struct group_run_info *info = ARENA_NEW(arena, struct group_run_info);

    info->state = status == CONTAINER_STOPPED ? "Terminated" : "Running";
    if (status == CONTAINER_CREATED || status == CONTAINER_CREATING)
        info->state = "Waiting";
    return info;
}

/* What only the supervisor knows, and what only the group file says. */
static void describe_run(struct arena *arena, const struct group *group,
                         const struct group_run_status *statuses, struct group_member_info *info)
{
    struct run_status *status = run_status_find(statuses, info->name);
    const struct group_container *container =
        group_spec_find_container(&group->record.spec, info->name);

    if (container)
        info->ports = container->ports;
    info->has_readiness = container && container->readiness;
    info->current = describe_status(arena, info->status);
    if (!status)
        return;
    info->is_failing = status->is_failing;
    if (status->current && (status->current->finished || info->status != CONTAINER_STOPPED))
        info->current = describe_span(arena, status->current);
    info->previous = describe_span(arena, status->previous);
    status->is_ready = status->is_ready && info->status == CONTAINER_RUNNING;
    info->is_ready = &status->is_ready;
    info->restart_count = &status->restart_count;
    info->exit_code = status->exit_code;
}

bool group_info_has_member(const struct group_info *info, const char *name)
{
    SLICE_FOR_EACH(const struct group_member_info, member, info->members)
        if (strcmp(member->name, name) == 0)
            return true;
    return false;
}

/* Of those whose container could not be made, or is made again, there is what the supervisor says. */
static void describe_absent(struct arena *arena, const struct group *group,
                            const struct group_run_status *statuses, struct group_info *info)
{
    SLICE_FOR_EACH(const struct run_status, status, statuses->members) {
        struct group_member_info *added;

        if (!status->current || !status->current->finished ||
            group_info_has_member(info, status->name) ||
            !group_spec_find_container(&group->record.spec, status->name))
            continue;
        added = SLICE_PUSH(arena, &info->members, struct group_member_info);
        *added = (struct group_member_info){.name = status->name, .status = CONTAINER_STOPPED};
        describe_run(arena, group, statuses, added);
    }
}

static int describe_members(struct arena *arena, const struct group *group,
                            const struct group_run_status *statuses, struct group_info *info,
                            struct error *err)
{
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
                                            .pid = container.pid,
                                            .cgroup_path = container.cgroup_path};
        describe_run(arena, group, statuses, added);
    }
    describe_absent(arena, group, statuses, info);
    return 0;
}

int group_describe(struct arena *arena, const struct group *group, struct group_info *ret_info,
                   struct error *err)
{
    const struct group_record *record = &group->record;
    struct group_run_status *statuses = ARENA_NEW(arena, struct group_run_status);
    struct group_info info = {
        .id = group->entry.id, .hostname = record->hostname, .cgroup_path = record->cgroup_path};

    info.created = timestamp_write(arena, record->created);
    SLICE_FOR_EACH(const struct group_namespace, namespace, record->namespaces)
        *SLICE_PUSH(arena, &info.namespaces, struct group_namespace_info) =
            (struct group_namespace_info){namespace->type, namespace->inode};
    SLICE_FOR_EACH(const struct group_volume, volume, record->spec.volumes)
        text_list_push(arena, &info.volumes, volume->name);
    if (run_status_read(arena, &group->entry, statuses, err) < 0 ||
        describe_members(arena, group, statuses, &info, err) < 0)
        return -1;
    info.status = find_status(group, &info);
    info.phase = find_phase(group, &info, statuses);
    info.exit_code = statuses->ended && info.phase != GROUP_ACTIVE ? &statuses->exit_code : NULL;
    *ret_info = info;
    return 0;
}

int group_state(struct arena *arena, const struct group_request *request,
                struct group_info *ret_info, struct error *err)
{
    owned_group group = {0};

    if (pod_find_too(arena, request, false, &group, err) < 0)
        return -1;
    return group_describe(arena, &group, ret_info, err);
}

static int add_info(struct arena *arena, const struct group *group, void *context,
                    struct error *err)
{
    struct group_info_list *list = context;
    struct group_info info = {0};

    if (group_describe(arena, group, &info, err) < 0)
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

/* What a group costs and uses; see usage.h. */
#include "runtime/group/usage.h"

#include <string.h>

#include "base/timestamp.h"
#include "oci-spec/names.h"
#include "runtime/group/account.h"
#include "runtime/group/all.h"
#include "runtime/group/pod.h"

#define NS_PER_US     UINT64_C(1000)
#define US_PER_SECOND INT64_C(1000000)

/* Microseconds are millionths of a second, and sizes millionths of what they count: both are written with a point. */
static const struct json_type millionths = {JSON_MILLIONTHS_TO(INT64_MAX / US_PER_SECOND)};
static const struct json_type millionths_pointer = {JSON_POINTER_TO(millionths)};

static const struct json_field part_fields[] = {
    {"name",             &json_string,        AT(struct group_usage_part, name),               0          },
    {"id",               &json_string,        AT(struct group_usage_part, id),                 0          },
    {"status",           &json_string,        AT(struct group_usage_part, status),             0          },
    {"seconds",          &millionths,         AT(struct group_usage_part, duration),           JSON_ALWAYS},
    {"cpu",              &millionths_pointer, AT(struct group_usage_part, cpu),                0          },
    {"memoryInGB",       &millionths_pointer, AT(struct group_usage_part, memory),             0          },
    {"vcpuSeconds",      &millionths,         AT(struct group_usage_part, cpu_time),           JSON_ALWAYS},
    {"gbSeconds",        &millionths,         AT(struct group_usage_part, memory_time),        JSON_ALWAYS},
    {"cpuSecondsUsed",   &millionths,         AT(struct group_usage_part, cpu_used),           JSON_ALWAYS},
    {"memoryBytes",      &json_uint64,        AT(struct group_usage_part, meter.memory),       JSON_ALWAYS},
    {"memoryPeakBytes",  &json_uint64,        AT(struct group_usage_part, meter.memory_peak),  JSON_ALWAYS},
    {"memoryLimitBytes", &json_uint64,        AT(struct group_usage_part, meter.memory_limit), 0          },
    {"processes",        &json_uint64,        AT(struct group_usage_part, meter.processes),    JSON_ALWAYS},
    {"readBytes",        &json_uint64,        AT(struct group_usage_part, meter.read),         JSON_ALWAYS},
    {"writtenBytes",     &json_uint64,        AT(struct group_usage_part, meter.written),      JSON_ALWAYS},
    {"oomKills",         &json_uint64,        AT(struct group_usage_part, meter.oom_kills),    JSON_ALWAYS},
};
static const struct json_type part = {
    JSON_OBJECT_OF("usage", struct group_usage_part, part_fields)};
static const struct json_type parts = {JSON_LIST_OF(part)};
static const struct json_field usage_fields[] = {
    {"timestamp", &json_string, AT(struct group_usage, timestamp), JSON_ALWAYS},
    {"since",     &json_string, AT(struct group_usage, since),     JSON_ALWAYS},
    {"ended",     &json_string, AT(struct group_usage, ended),     0          },
    {"group",     &part,        AT(struct group_usage, whole),     JSON_ALWAYS},
    {"members",   &parts,       AT(struct group_usage, members),   JSON_ALWAYS},
};
static const struct json_type usage_type = {
    JSON_OBJECT_OF("group usage", struct group_usage, usage_fields)};

/* Millionths times microseconds, in millionths: first by whole seconds, so that a year of a hundred CPUs fits. */
static int64_t multiply(const int64_t *size, int64_t duration)
{
    if (!size)
        return 0;
    return *size * (duration / US_PER_SECOND) + *size * (duration % US_PER_SECOND) / US_PER_SECOND;
}

static int64_t microseconds_between(uint64_t from, uint64_t to)
{
    return to > from ? (int64_t) ((to - from) / NS_PER_US) : 0; /* the clock may be set back */
}

/* What it cost with the sizes that it had before. */
static struct group_settled find_settled(const struct group_record *record,
                                         const struct group_usage_part *usage)
{
    SLICE_FOR_EACH(const struct group_settled, settled, record->settled)
        if (settled->container == usage->container &&
            (usage->name ? settled->member && strcmp(settled->member, usage->name) == 0
                         : !settled->member))
            return *settled;
    return (struct group_settled){0};
}

static void complete(struct group_usage_part *usage, const struct group_record *record,
                     const struct group_amounts *size)
{
    struct group_settled before = find_settled(record, usage);
    int64_t since = usage->duration > before.duration ? usage->duration - before.duration : 0;

    if (size) {
        usage->cpu = size->cpu;
        usage->memory = size->memory_in_gb;
    }
    usage->cpu_time = before.cpu_time + multiply(usage->cpu, since);
    usage->memory_time = before.memory_time + multiply(usage->memory, since);
    usage->cpu_used = (int64_t) (usage->meter.cpu_ns / NS_PER_US);
    if (usage->meter.memory_limit == UINT64_MAX)
        usage->meter.memory_limit = 0;
}

static const struct group_amounts *find_size(const struct group_spec *spec, const char *name)
{
    const struct group_container *container = group_spec_find_container(spec, name);

    if (!container || !container->resources)
        return NULL;
    return container->resources->requests ? container->resources->requests
                                          : container->resources->limits;
}

/* The supervisor's account of a member's earlier containers; of one that is made by hand, this container is all. */
static void add_earlier(struct group_usage_part *usage, const struct run_status *status,
                        const struct container_info *info, uint64_t now)
{
    bool is_alive = info->pid != 0;

    if (!status) {
        usage->container = info->created_ns;
        usage->duration = is_alive ? microseconds_between(info->created_ns, now) : 0;
        return;
    }
    usage->duration =
        status->earlier + (status->since ? microseconds_between(status->since, now) : 0);
    account_add_used(&usage->meter, &status->kept);
}

struct reading {
    struct arena *arena;
    const struct group *group;
    struct group_run_status statuses;
    uint64_t now;
    struct group_usage usage;
};

static int add_member(struct reading *reading, const struct group_member *member, struct error *err)
{
    const struct group *group = reading->group;
    struct container_info info = {0};
    int found = group_examine_member(reading->arena, group, member, &info, err);
    struct group_usage_part *added;

    if (found <= 0 || !info.cgroup_path)
        return found < 0 ? -1 : 0;
    added = SLICE_PUSH(reading->arena, &reading->usage.members, struct group_usage_part);
    *added = (struct group_usage_part){
        .name = member->name,
        .id = member->id,
        .status = names_text(&names_statuses, info.status),
    };
    group_read_member_meter(reading->arena, group, info.cgroup_path, &added->meter);
    add_earlier(added, run_status_find(&reading->statuses, member->name), &info, reading->now);
    complete(added, &group->record, find_size(&group->record.spec, member->name));
    return 0;
}

static const char *find_phase(const struct reading *reading)
{
    if (reading->statuses.ended)
        return "ended";
    SLICE_FOR_EACH(const struct group_usage_part, member, reading->usage.members)
        if (strcmp(member->status, "running") == 0)
            return "running";
    return reading->usage.members.count > 0 ? "stopped" : "created";
}

/* The group is there, and costs, from its creation on until its supervisor has seen all members end for good; without one, until it is deleted. */
static int read_usage(struct arena *arena, const struct group *group, struct group_usage *ret_usage,
                      struct error *err)
{
    const struct group_record *record = &group->record;
    struct group_amounts size = group_spec_total(arena, &record->spec);
    struct reading reading = {.arena = arena, .group = group};
    struct group_usage *usage = &reading.usage;

    if (run_status_read(arena, &group->entry, &reading.statuses, err) < 0)
        return -1;
    reading.now = timestamp_now();
    usage->timestamp = timestamp_write(arena, reading.now);
    usage->since = timestamp_write(arena, record->created);
    if (reading.statuses.ended)
        usage->ended = timestamp_write(arena, reading.statuses.ended);
    SLICE_FOR_EACH(const struct group_member, member, record->members)
        if (add_member(&reading, member, err) < 0)
            return -1;
    usage->whole.id = group->entry.id;
    usage->whole.status = find_phase(&reading);
    usage->whole.duration = microseconds_between(
        record->created, reading.statuses.ended ? reading.statuses.ended : reading.now);
    if (group->pod)
        pod_read_meter(arena, group, &usage->whole.meter);
    else
        cgroup_read_meter(arena, &group->cgroup, &usage->whole.meter);
    complete(&usage->whole, record, &size);
    *ret_usage = *usage;
    return 0;
}

int group_read_usage(struct arena *arena, const struct group_request *request,
                     struct group_usage *ret_usage, struct error *err)
{
    owned_group group = {0};

    if (pod_find_too(arena, request, false, &group, err) < 0)
        return -1;
    return read_usage(arena, &group, ret_usage, err);
}

static void settle(struct arena *arena, struct group_record *record,
                   const struct group_usage_part *usage)
{
    *SLICE_PUSH(arena, &record->settled, struct group_settled) = (struct group_settled){
        .member = usage->name,
        .container = usage->container,
        .duration = usage->duration,
        .cpu_time = usage->cpu_time,
        .memory_time = usage->memory_time,
    };
}

int group_settle_usage(struct arena *arena, struct group *group, struct error *err)
{
    struct group_usage usage = {0};

    if (read_usage(arena, group, &usage, err) < 0)
        return -1;
    group->record.settled.count = 0;
    settle(arena, &group->record, &usage.whole);
    SLICE_FOR_EACH(const struct group_usage_part, member, usage.members)
        settle(arena, &group->record, member);
    return 0;
}

int group_read_last_usage(struct arena *arena, const struct group *group,
                          struct group_usage *ret_usage, struct error *err)
{
    if (read_usage(arena, group, ret_usage, err) < 0)
        return -1;
    if (!ret_usage->ended)
        ret_usage->ended = ret_usage->timestamp;
    ret_usage->whole.status = "ended";
    SLICE_FOR_EACH(struct group_usage_part, member, ret_usage->members)
        member->status = names_text(&names_statuses, CONTAINER_STOPPED);
    return 0;
}

static int add_usage(struct arena *arena, const struct group *group, void *context,
                     struct error *err)
{
    struct group_usage_list *list = context;
    struct group_usage usage = {0};

    if (read_usage(arena, group, &usage, err) < 0)
        return -1;
    *SLICE_PUSH(arena, list, struct group_usage) = usage;
    return 0;
}

int group_read_usages(struct arena *arena, const struct group_request *request,
                      struct group_usage_list *ret_list, struct error *err)
{
    *ret_list = (struct group_usage_list){0};
    return group_visit_all(arena, request, add_usage, ret_list, err);
}

const char *group_write_usage(struct arena *arena, const struct group_usage *usage)
{
    return json_write(arena, &usage_type, usage, JSON_COMPACT);
}

/* The record as rows. */
#include "runtime/group/record.h"

#include <string.h>

static const struct json_field namespace_fields[] = {
    {"type",  &json_text,   AT(struct group_namespace, type),  JSON_REQUIRED},
    {"inode", &json_uint64, AT(struct group_namespace, inode), JSON_REQUIRED},
};
static const struct json_type namespace_type = {
    JSON_OBJECT_OF("namespace", struct group_namespace, namespace_fields)};
static const struct json_type namespaces_type = {JSON_LIST_OF(namespace_type)};

static const struct json_field member_fields[] = {
    {"name", &json_text, AT(struct group_member, name), JSON_REQUIRED},
    {"id",   &json_text, AT(struct group_member, id),   JSON_REQUIRED},
};
static const struct json_type member_type = {
    JSON_OBJECT_OF("member", struct group_member, member_fields)};
static const struct json_type members_type = {JSON_LIST_OF(member_type)};

static const struct json_field settled_fields[] = {
    {"member",     &json_text,   AT(struct group_settled, member),      JSON_OPTIONAL},
    {"container",  &json_uint64, AT(struct group_settled, container),   JSON_OPTIONAL},
    {"duration",   &json_int64,  AT(struct group_settled, duration),    JSON_REQUIRED},
    {"cpuTime",    &json_int64,  AT(struct group_settled, cpu_time),    JSON_REQUIRED},
    {"memoryTime", &json_int64,  AT(struct group_settled, memory_time), JSON_REQUIRED},
};
static const struct json_type settled_type = {
    JSON_OBJECT_OF("settled", struct group_settled, settled_fields)};
static const struct json_type settled_list_type = {JSON_LIST_OF(settled_type)};

static const struct json_field record_fields[] = {
    {"id",          &json_text,               AT(struct group_record, id),          JSON_REQUIRED},
    {"created",     &json_uint64,             AT(struct group_record, created),     JSON_REQUIRED},
    {"hostname",    &json_text,               AT(struct group_record, hostname),    JSON_REQUIRED},
    {"cgroupPath",  &json_absolute_path,      AT(struct group_record, cgroup_path), JSON_OPTIONAL},
    {"cgroupMode",  &record_cgroup_mode_type, AT(struct group_record, cgroup_mode), JSON_REQUIRED},
    {"hierarchies", &json_strings,            AT(struct group_record, hierarchies), JSON_OPTIONAL},
    {"namespaces",  &namespaces_type,         AT(struct group_record, namespaces),  JSON_OPTIONAL},
    {"members",     &members_type,            AT(struct group_record, members),     JSON_OPTIONAL},
    {"settled",     &settled_list_type,       AT(struct group_record, settled),     JSON_OPTIONAL},
    {"spec",        &group_spec_type,         AT(struct group_record, spec),        JSON_REQUIRED},
    {"complete",    &json_bool,               AT(struct group_record, is_complete), JSON_OPTIONAL},
};
static const struct json_type record_type = {
    JSON_OBJECT_OF("group record", struct group_record, record_fields)};

int group_record_write(struct arena *arena, const struct entry *entry,
                       const struct group_record *record, struct error *err)
{
    const char *text = json_write(arena, &record_type, record, JSON_COMPACT);
    const struct content content = {text, strlen(text)};

    return entry_write(entry, GROUP_RECORD, &content, err);
}

int group_record_read(struct arena *arena, const struct entry *entry,
                      struct group_record *ret_record, struct error *err)
{
    struct group_record record = {0};
    struct content content = {0};
    int found = entry_read(arena, entry, GROUP_RECORD, &content, err);

    if (found <= 0)
        return found;
    if (json_read(arena, &record_type, content.bytes, content.size, &record, err) < 0)
        return error_within(err, "the record of group \"%s\"", entry->id);
    *ret_record = record;
    return 1;
}

const char *group_default_cgroup(struct arena *arena, const char *id)
{
    return arena_format(arena, "/corun-group-%s", id);
}

const char *group_reaper_cgroup(struct arena *arena, const char *group_path)
{
    return arena_format(arena, "%s/@reaper", group_path);
}

void group_record_set_cgroup(struct arena *arena, struct group_record *record,
                             const struct cgroup *cgroup)
{
    struct record part = {0};

    record_set_cgroup(arena, &part, cgroup);
    record->cgroup_path = part.cgroup_path;
    record->cgroup_mode = part.cgroup_mode;
    record->hierarchies = part.hierarchies;
}

void group_record_find_cgroup(struct arena *arena, const struct group_record *record,
                              struct cgroup *ret_cgroup)
{
    const struct record part = {
        .cgroup_path = record->cgroup_path,
        .cgroup_mode = record->cgroup_mode,
        .hierarchies = record->hierarchies,
    };

    record_find_cgroup(arena, &part, ret_cgroup);
}

/*
 * A file of its own, so that the supervisor does not write the record, which others change. It is written under the group's lock all the
 * same: a delete must not find the directory filling up again.
 */
#include "runtime/group/status.h"

#include <string.h>

#include "oci-spec/json.h"

#define STATUS_FILE "status.json"

static const struct json_field status_fields[] = {
    {"name",         &json_text,          AT(struct run_status, name),          JSON_REQUIRED},
    {"restartCount", &json_int64,         AT(struct run_status, restart_count), JSON_REQUIRED},
    {"exitCode",     &json_int64_pointer, AT(struct run_status, exit_code),     0            },
    {"ready",        &json_bool,          AT(struct run_status, is_ready),      JSON_REQUIRED},
};
static const struct json_type status_type = {
    JSON_OBJECT_OF("status", struct run_status, status_fields)};
static const struct json_type list_type = {JSON_LIST_OF(status_type)};
static const struct json_field file_fields[] = {
    {"members", &list_type, 0, sizeof(struct run_status_list), JSON_ALWAYS},
};
static const struct json_type file_type = {
    JSON_OBJECT_OF("group status", struct run_status_list, file_fields)};

bool run_status_write(struct entry *entry, const struct run_status_list *list)
{
    owned_arena arena = {0};
    struct error ignored;
    const char *text;

    if (entry_is_busy(entry))
        return false;
    if (entry_lock(entry, &ignored) < 0)
        return ignored.kind == ERROR_NOT_FOUND;
    text = json_write(&arena, &file_type, list, JSON_COMPACT);
    /* A full disk loses what is shown, not what is done. */
    (void) entry_write(entry, STATUS_FILE, &(struct content){text, strlen(text)}, &ignored);
    entry_unlock(entry);
    return true;
}

int run_status_read(struct arena *arena, const struct entry *entry,
                    struct run_status_list *ret_list, struct error *err)
{
    struct content content = {0};
    int found = entry_read(arena, entry, STATUS_FILE, &content, err);

    if (found <= 0)
        return found;
    if (json_read(arena, &file_type, content.bytes, content.size, ret_list, err) < 0)
        return error_within(err, "the status of group \"%s\"", entry->id);
    return 0;
}

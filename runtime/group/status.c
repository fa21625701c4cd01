/*
 * A file of its own, so that the supervisor does not write the record, which others change. It is written under the group's lock all the
 * same: a delete must not find the directory filling up again.
 */
#include "runtime/group/status.h"

#include <fcntl.h>
#include <string.h>

#include "base/owned.h"
#include "base/sys/file.h"

#define STATUS_FILE "status.json"

static const struct name reason_rows[] = {
    {"CannotStart", RUN_CANNOT_START},
    {"Completed",   RUN_COMPLETED   },
    {"Error",       RUN_ERROR       },
    {"OOMKilled",   RUN_OOM_KILLED  },
    {"Unhealthy",   RUN_UNHEALTHY   },
};
static const struct names reason_names = NAMES("reason", reason_rows);
const struct json_type run_reason_type = {JSON_NAME_IN(reason_names)};

static const struct json_field span_fields[] = {
    {"started",  &json_uint64,     AT(struct run_span, started),   JSON_REQUIRED},
    {"finished", &json_uint64,     AT(struct run_span, finished),  0            },
    {"exitCode", &json_int64,      AT(struct run_span, exit_code), 0            },
    {"signal",   &json_int64,      AT(struct run_span, signal),    0            },
    {"reason",   &run_reason_type, AT(struct run_span, reason),    0            },
};
static const struct json_type span_type = {JSON_OBJECT_OF("run", struct run_span, span_fields)};
static const struct json_type span_pointer_type = {JSON_POINTER_TO(span_type)};

static const struct json_field status_fields[] = {
    {"name",         &json_text,          AT(struct run_status, name),             JSON_REQUIRED},
    {"restartCount", &json_int64,         AT(struct run_status, restart_count),    JSON_REQUIRED},
    {"exitCode",     &json_int64_pointer, AT(struct run_status, exit_code),        0            },
    {"ready",        &json_bool,          AT(struct run_status, is_ready),         JSON_REQUIRED},
    {"failing",      &json_bool,          AT(struct run_status, is_failing),       0            },
    {"current",      &span_pointer_type,  AT(struct run_status, current),          0            },
    {"previous",     &span_pointer_type,  AT(struct run_status, previous),         0            },
    {"since",        &json_uint64,        AT(struct run_status, since),            0            },
    {"earlier",      &json_int64,         AT(struct run_status, earlier),          0            },
    {"cpu",          &json_uint64,        AT(struct run_status, kept.cpu_ns),      0            },
    {"memoryPeak",   &json_uint64,        AT(struct run_status, kept.memory_peak), 0            },
    {"read",         &json_uint64,        AT(struct run_status, kept.read),        0            },
    {"written",      &json_uint64,        AT(struct run_status, kept.written),     0            },
    {"oomKills",     &json_uint64,        AT(struct run_status, kept.oom_kills),   0            },
};
static const struct json_type status_type = {
    JSON_OBJECT_OF("status", struct run_status, status_fields)};
static const struct json_type list_type = {JSON_LIST_OF(status_type)};
static const struct json_field file_fields[] = {
    {"members",  &list_type,   AT(struct group_run_status, members),    JSON_ALWAYS},
    {"ended",    &json_uint64, AT(struct group_run_status, ended),      0          },
    {"exitCode", &json_int64,  AT(struct group_run_status, exit_code),  0          },
    {"stopped",  &json_bool,   AT(struct group_run_status, is_stopped), 0          },
};
static const struct json_type file_type = {
    JSON_OBJECT_OF("group status", struct group_run_status, file_fields)};

bool group_is_supervised(const struct entry *entry)
{
    owned_fd fd = sys_open_at(entry->fd, SUPERVISOR_LOCK, O_RDONLY | O_NOFOLLOW);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    return fd >= 0 && fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

bool run_status_write(struct entry *entry, const struct group_run_status *status)
{
    owned_arena arena = {0};
    struct error ignored;
    const char *text;

    if (entry_is_busy(entry))
        return false;
    if (entry_lock(entry, &ignored) < 0)
        return ignored.kind == ERROR_NOT_FOUND;
    text = json_write(&arena, &file_type, status, JSON_COMPACT);
    /* A full disk loses what is shown, not what is done. */
    (void) entry_write(entry, STATUS_FILE, &(struct content){text, strlen(text)}, &ignored);
    entry_unlock(entry);
    return true;
}

int run_status_read(struct arena *arena, const struct entry *entry,
                    struct group_run_status *ret_status, struct error *err)
{
    struct content content = {0};
    int found = entry->store_fd < 0 ? 0 : entry_read(arena, entry, STATUS_FILE, &content, err);

    if (found <= 0)
        return found;
    if (json_read(arena, &file_type, content.bytes, content.size, ret_status, err) < 0)
        return error_within(err, "the status of group \"%s\"", entry->id);
    return 0;
}

struct run_status *run_status_find(const struct group_run_status *status, const char *name)
{
    SLICE_FOR_EACH(struct run_status, member, status->members)
        if (strcmp(member->name, name) == 0)
            return member;
    return NULL;
}

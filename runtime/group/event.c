/* Lines of `group events` as rows. */
#include "runtime/group/event.h"

#include "oci-spec/json.h"
#include "runtime/group/status.h"

static const struct name type_rows[] = {
    {"deleted",   EVENT_DELETED  },
    {"ended",     EVENT_ENDED    },
    {"exited",    EVENT_EXITED   },
    {"liveness",  EVENT_LIVENESS },
    {"oom",       EVENT_OOM      },
    {"readiness", EVENT_READINESS},
    {"restarted", EVENT_RESTARTED},
    {"started",   EVENT_STARTED  },
};
static const struct names type_names = NAMES("event", type_rows);
static const struct json_type type_type = {JSON_NAME_IN(type_names)};

static const struct name level_rows[] = {
    {"group",  LEVEL_GROUP },
    {"host",   LEVEL_HOST  },
    {"member", LEVEL_MEMBER},
};
static const struct names level_names = NAMES("level", level_rows);
static const struct json_type level_type = {JSON_NAME_IN(level_names)};

static const struct json_type phase_type = {JSON_NAME_IN(names_group_phases)};
static const struct json_type phase_pointer_type = {JSON_POINTER_TO(phase_type)};

static const struct json_field event_fields[] = {
    {"time",         &json_string,        AT(struct group_event, time),          JSON_REQUIRED},
    {"type",         &type_type,          AT(struct group_event, type),          JSON_REQUIRED},
    {"id",           &json_string,        AT(struct group_event, group),         JSON_REQUIRED},
    {"member",       &json_string,        AT(struct group_event, member),        0            },
    {"pid",          &json_int64,         AT(struct group_event, pid),           0            },
    {"restartCount", &json_int64_pointer, AT(struct group_event, restart_count), 0            },
    {"exitCode",     &json_int64_pointer, AT(struct group_event, exit_code),     0            },
    {"signal",       &json_int64,         AT(struct group_event, signal),        0            },
    {"reason",       &run_reason_type,    AT(struct group_event, reason),        0            },
    {"passes",       &json_bool_pointer,  AT(struct group_event, passes),        0            },
    {"level",        &level_type,         AT(struct group_event, level),         0            },
    {"kills",        &json_uint64,        AT(struct group_event, kills),         0            },
    {"phase",        &phase_pointer_type, AT(struct group_event, phase),         0            },
};
static const struct json_type event_type = {
    JSON_OBJECT_OF("event", struct group_event, event_fields)};

const char *group_event_write(struct arena *arena, const struct group_event *event)
{
    return json_write(arena, &event_type, event, JSON_COMPACT);
}

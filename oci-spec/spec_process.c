/* config.md#configProcess as rows. */
#include <string.h>

#include "oci-spec/names.h"
#include "oci-spec/spec.h"
#include "oci-spec/spec_tables.h"

static const struct json_field console_size_fields[] = {
    {"height", &json_uint64, AT(struct spec_console_size, height), JSON_REQUIRED},
    {"width",  &json_uint64, AT(struct spec_console_size, width),  JSON_REQUIRED},
};
static const struct json_type console_size = {
    JSON_OBJECT_OF("consoleSize", struct spec_console_size, console_size_fields)};
static const struct json_type console_size_pointer = {JSON_POINTER_TO(console_size)};

static const struct json_field user_fields[] = {
    {"uid",            &json_uint32,         AT(struct spec_user, uid),             JSON_REQUIRED},
    {"gid",            &json_uint32,         AT(struct spec_user, gid),             JSON_REQUIRED},
    {"umask",          &json_uint32_pointer, AT(struct spec_user, umask),           0            },
    {"additionalGids", &json_uint32_list,    AT(struct spec_user, additional_gids), 0            },
    {"username",       &json_string,         AT(struct spec_user, username),        0            },
};
static const struct json_type user = {JSON_OBJECT_OF("user", struct spec_user, user_fields)};
static const struct json_type user_pointer = {JSON_POINTER_TO(user)};

/* Names stay text: one that the kernel does not know is a warning, not an error (config.md#linux-process). */
static const struct json_field capabilities_fields[] = {
    {"bounding",    &json_strings, AT(struct spec_capabilities, bounding),    0},
    {"effective",   &json_strings, AT(struct spec_capabilities, effective),   0},
    {"inheritable", &json_strings, AT(struct spec_capabilities, inheritable), 0},
    {"permitted",   &json_strings, AT(struct spec_capabilities, permitted),   0},
    {"ambient",     &json_strings, AT(struct spec_capabilities, ambient),     0},
};
static const struct json_type capabilities = {
    JSON_OBJECT_OF("capabilities", struct spec_capabilities, capabilities_fields)};
static const struct json_type capabilities_pointer = {JSON_POINTER_TO(capabilities)};

static const struct json_type rlimit_type = {JSON_NAME_IN(names_rlimits)};
static const struct json_field rlimit_fields[] = {
    {"type", &rlimit_type, AT(struct spec_rlimit, type), JSON_REQUIRED},
    {"hard", &json_uint64, AT(struct spec_rlimit, hard), JSON_REQUIRED},
    {"soft", &json_uint64, AT(struct spec_rlimit, soft), JSON_REQUIRED},
};
static const struct json_type rlimit = {
    JSON_OBJECT_OF("resource limit", struct spec_rlimit, rlimit_fields)};
static const struct json_type rlimit_list = {JSON_LIST_OF(rlimit)};

static const struct json_type scheduler_policy = {JSON_NAME_IN(names_scheduler_policies)};
static const struct json_type scheduler_flag = {JSON_NAME_IN(names_scheduler_flags)};
static const struct json_type scheduler_flag_list = {JSON_LIST_OF(scheduler_flag)};
static const struct json_field scheduler_fields[] = {
    {"policy",   &scheduler_policy,    AT(struct spec_scheduler, policy),   JSON_REQUIRED},
    {"nice",     &json_int32_pointer,  AT(struct spec_scheduler, nice),     0            },
    {"priority", &json_int32_pointer,  AT(struct spec_scheduler, priority), 0            },
    {"flags",    &scheduler_flag_list, AT(struct spec_scheduler, flags),    0            },
    {"runtime",  &json_uint64_pointer, AT(struct spec_scheduler, runtime),  0            },
    {"deadline", &json_uint64_pointer, AT(struct spec_scheduler, deadline), 0            },
    {"period",   &json_uint64_pointer, AT(struct spec_scheduler, period),   0            },
};
static const struct json_type scheduler = {
    JSON_OBJECT_OF("scheduler", struct spec_scheduler, scheduler_fields)};
static const struct json_type scheduler_pointer = {JSON_POINTER_TO(scheduler)};

/* The schema does not demand the priority; config.md does, and every engine writes it. */
static const struct json_type io_priority_class = {JSON_NAME_IN(names_io_priority_classes)};
static const struct json_field io_priority_fields[] = {
    {"class",    &io_priority_class,  AT(struct spec_io_priority, class),    JSON_REQUIRED},
    {"priority", &json_int32_pointer, AT(struct spec_io_priority, priority), JSON_REQUIRED},
};
static const struct json_type io_priority = {
    JSON_OBJECT_OF("ioPriority", struct spec_io_priority, io_priority_fields)};
static const struct json_type io_priority_pointer = {JSON_POINTER_TO(io_priority)};

static const char *check_cpu_list(const void *value)
{
    const char *text = value;

    return text[strspn(text, "0123456789, -")] == '\0' ? NULL : "must be a list of CPUs: 0-3,7";
}

static const struct json_type cpu_list = {
    .kind = JSON_STRING, .size = sizeof(char *), .check = check_cpu_list};
static const struct json_field affinity_fields[] = {
    {"initial", &cpu_list, AT(struct spec_exec_cpu_affinity, initial), 0},
    {"final",   &cpu_list, AT(struct spec_exec_cpu_affinity, final),   0},
};
static const struct json_type affinity = {
    JSON_OBJECT_OF("execCPUAffinity", struct spec_exec_cpu_affinity, affinity_fields)};
static const struct json_type affinity_pointer = {JSON_POINTER_TO(affinity)};

static const struct json_field process_fields[] = {
    {"terminal",        &json_bool,            AT(struct spec_process, terminal),          0            },
    {"consoleSize",     &console_size_pointer, AT(struct spec_process, console_size),      0            },
    {"user",            &user_pointer,         AT(struct spec_process, user),              0            },
    {"args",            &json_strings,         AT(struct spec_process, args),              0            },
    {"commandLine",     &json_string,          AT(struct spec_process, command_line),      0            },
    {"env",             &json_strings,         AT(struct spec_process, env),               0            },
    {"cwd",             &json_absolute_path,   AT(struct spec_process, cwd),               JSON_REQUIRED},
    {"capabilities",    &capabilities_pointer, AT(struct spec_process, capabilities),      0            },
    {"rlimits",         &rlimit_list,          AT(struct spec_process, rlimits),           0            },
    {"noNewPrivileges", &json_bool,            AT(struct spec_process, no_new_privileges), 0            },
    {"apparmorProfile", &json_string,          AT(struct spec_process, apparmor_profile),  0            },
    {"oomScoreAdj",     &json_int32_pointer,   AT(struct spec_process, oom_score_adj),     0            },
    {"scheduler",       &scheduler_pointer,    AT(struct spec_process, scheduler),         0            },
    {"selinuxLabel",    &json_string,          AT(struct spec_process, selinux_label),     0            },
    {"ioPriority",      &io_priority_pointer,  AT(struct spec_process, io_priority),       0            },
    {"execCPUAffinity", &affinity_pointer,     AT(struct spec_process, exec_cpu_affinity), 0            },
};
const struct json_type json_spec_process = {
    JSON_OBJECT_OF("process", struct spec_process, process_fields)};

/* config-linux.md#seccomp as rows. */
#include "oci-spec/names.h"
#include "oci-spec/spec.h"
#include "oci-spec/spec_tables.h"

static const struct json_type action = {JSON_NAME_IN(names_seccomp_actions)};
static const struct json_type comparison = {JSON_NAME_IN(names_seccomp_operators)};
static const struct json_type architecture = {JSON_NAME_IN(names_seccomp_architectures)};
static const struct json_type architecture_list = {JSON_LIST_OF(architecture)};
static const struct json_type flag = {JSON_NAME_IN(names_seccomp_flags)};
static const struct json_type flag_list = {JSON_LIST_OF(flag)};

static const struct json_field arg_fields[] = {
    {"index",    &json_uint32,         AT(struct spec_seccomp_arg, index),     JSON_REQUIRED},
    {"value",    &json_uint64,         AT(struct spec_seccomp_arg, value),     JSON_REQUIRED},
    {"valueTwo", &json_uint64_pointer, AT(struct spec_seccomp_arg, value_two), 0            },
    {"op",       &comparison,          AT(struct spec_seccomp_arg, op),        JSON_REQUIRED},
};
static const struct json_type arg = {
    JSON_OBJECT_OF("seccomp argument", struct spec_seccomp_arg, arg_fields)};
static const struct json_type arg_list = {JSON_LIST_OF(arg)};

static const struct json_type syscall_names = {JSON_TEXTS_OF(json_text), .min_items = 1};
static const struct json_field syscall_fields[] = {
    {"names",    &syscall_names,       AT(struct spec_seccomp_syscall, names),     JSON_REQUIRED},
    {"action",   &action,              AT(struct spec_seccomp_syscall, action),    JSON_REQUIRED},
    {"errnoRet", &json_uint32_pointer, AT(struct spec_seccomp_syscall, errno_ret), 0            },
    {"args",     &arg_list,            AT(struct spec_seccomp_syscall, args),      0            },
};
static const struct json_type syscall = {
    JSON_OBJECT_OF("seccomp rule", struct spec_seccomp_syscall, syscall_fields)};
static const struct json_type syscall_list = {JSON_LIST_OF(syscall)};

static const struct json_field seccomp_fields[] = {
    {"defaultAction",    &action,              AT(struct spec_seccomp, default_action),    JSON_REQUIRED},
    {"defaultErrnoRet",  &json_uint32_pointer, AT(struct spec_seccomp, default_errno_ret), 0            },
    {"architectures",    &architecture_list,   AT(struct spec_seccomp, architectures),     0            },
    {"flags",            &flag_list,           AT(struct spec_seccomp, flags),             0            },
    {"listenerPath",     &json_string,         AT(struct spec_seccomp, listener_path),     0            },
    {"listenerMetadata", &json_string,         AT(struct spec_seccomp, listener_metadata), 0            },
    {"syscalls",         &syscall_list,        AT(struct spec_seccomp, syscalls),          0            },
};
const struct json_type json_spec_seccomp = {
    JSON_OBJECT_OF("seccomp", struct spec_seccomp, seccomp_fields)};

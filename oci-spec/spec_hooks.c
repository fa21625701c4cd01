/* config.md#configHooks as rows. */
#include "oci-spec/spec.h"
#include "oci-spec/spec_tables.h"

/* config.md: "If set, timeout MUST be greater than zero." */
static const struct json_type timeout = {
    .kind = JSON_SIGNED, .size = sizeof(int64_t), .min = 1, .max = INT64_MAX};
static const struct json_type timeout_pointer = {JSON_POINTER_TO(timeout)};

static const struct json_field hook_fields[] = {
    {"path",    &json_absolute_path, AT(struct spec_hook, path),    JSON_REQUIRED},
    {"args",    &json_strings,       AT(struct spec_hook, args),    0            },
    {"env",     &json_strings,       AT(struct spec_hook, env),     0            },
    {"timeout", &timeout_pointer,    AT(struct spec_hook, timeout), 0            },
};
static const struct json_type hook = {JSON_OBJECT_OF("hook", struct spec_hook, hook_fields)};
static const struct json_type hook_list = {JSON_LIST_OF(hook)};

static const struct json_field hooks_fields[] = {
    {"prestart",        &hook_list, AT(struct spec_hooks, prestart),         0},
    {"createRuntime",   &hook_list, AT(struct spec_hooks, create_runtime),   0},
    {"createContainer", &hook_list, AT(struct spec_hooks, create_container), 0},
    {"startContainer",  &hook_list, AT(struct spec_hooks, start_container),  0},
    {"poststart",       &hook_list, AT(struct spec_hooks, poststart),        0},
    {"poststop",        &hook_list, AT(struct spec_hooks, poststop),         0},
};
const struct json_type json_spec_hooks = {JSON_OBJECT_OF("hooks", struct spec_hooks, hooks_fields)};

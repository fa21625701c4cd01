/* The state documents as rows. */
#include "oci-spec/state.h"

#include "oci-spec/names.h"

static const struct json_type pid = {
    .kind = JSON_SIGNED, .size = sizeof(int32_t), .min = 0, .max = INT32_MAX};
static const struct json_type status = {JSON_NAME_IN(names_statuses)};

static const struct json_field state_fields[] = {
    {"ociVersion",  &json_text,     AT(struct state_document, oci_version), JSON_REQUIRED},
    {"id",          &json_text,     AT(struct state_document, id),          JSON_REQUIRED},
    {"pid",         &pid,           AT(struct state_document, pid),         JSON_ALWAYS  },
    {"status",      &status,        AT(struct state_document, status),      JSON_REQUIRED},
    {"bundle",      &json_text,     AT(struct state_document, bundle),      JSON_REQUIRED},
    {"rootfs",      &json_string,   AT(struct state_document, rootfs),      0            },
    {"created",     &json_string,   AT(struct state_document, created),     0            },
    {"annotations", &json_text_map, AT(struct state_document, annotations), 0            },
    {"owner",       &json_string,   AT(struct state_document, owner),       0            },
};
const struct json_type json_state_document = {
    JSON_OBJECT_OF("state", struct state_document, state_fields)};

static const struct json_field process_state_fields[] = {
    {"ociVersion", &json_text,           AT(struct container_process_state, oci_version), JSON_REQUIRED},
    {"fds",        &json_strings,        AT(struct container_process_state, fds),         0            },
    {"pid",        &pid,                 AT(struct container_process_state, pid),         JSON_REQUIRED},
    {"metadata",   &json_string,         AT(struct container_process_state, metadata),    0            },
    {"state",      &json_state_document, AT(struct container_process_state, state),       JSON_REQUIRED},
};
const struct json_type json_container_process_state = {JSON_OBJECT_OF(
    "container process state", struct container_process_state, process_state_fields)};

const char *state_document_write(struct arena *arena, const struct state_document *state,
                                 enum json_style style)
{
    return json_write(arena, &json_state_document, state, style);
}

int state_document_read(struct arena *arena, const char *bytes, size_t size,
                        struct state_document *ret_state, struct error *err)
{
    struct state_document state = {0};

    if (json_read(arena, &json_state_document, bytes, size, &state, err) < 0)
        return -1;
    *ret_state = state;
    return 0;
}

const char *container_process_state_write(struct arena *arena,
                                          const struct container_process_state *state)
{
    return json_write(arena, &json_container_process_state, state, JSON_COMPACT);
}

int container_process_state_read(struct arena *arena, const char *bytes, size_t size,
                                 struct container_process_state *ret_state, struct error *err)
{
    struct container_process_state state = {0};

    if (json_read(arena, &json_container_process_state, bytes, size, &state, err) < 0)
        return -1;
    *ret_state = state;
    return 0;
}

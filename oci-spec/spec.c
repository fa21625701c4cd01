/* config.json's top level as rows, the rule for its version, and the entry points of reading and writing. */
#include "oci-spec/spec.h"

#include <string.h>

#include "oci-spec/json.h"
#include "oci-spec/spec_tables.h"

/* A number of SemVer: no leading zero. Returns what follows it, or NULL. */
static const char *skip_number(const char *text)
{
    size_t digits = strspn(text, "0123456789");

    if (digits == 0 || (digits > 1 && text[0] == '0'))
        return NULL;
    return text + digits;
}

/* SemVer 2.0.0: dot-separated identifiers, none empty. Returns what follows them, or NULL. */
static const char *skip_identifiers(const char *text)
{
    static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-";

    for (;;) {
        size_t length = strspn(text, letters);

        if (length == 0)
            return NULL;
        text += length;
        if (*text != '.')
            return text;
        text++;
    }
}

static const char *check_version(const void *value)
{
    static const char reason[] = "must be a version from 1.0.0 up to, but not including, 2.0.0";
    const char *text = value;

    if (strncmp(text, "1.", 2) != 0)
        return reason;
    text = skip_number(text + 2);
    text = text && *text == '.' ? skip_number(text + 1) : NULL;
    if (text && *text == '-')
        text = skip_identifiers(text + 1);
    if (text && *text == '+')
        text = skip_identifiers(text + 1);
    return text && *text == '\0' ? NULL : reason;
}

static const struct json_type version = {
    .kind = JSON_STRING, .size = sizeof(char *), .check = check_version};

static const struct json_field root_fields[] = {
    {"path",     &json_text, AT(struct spec_root, path),     JSON_REQUIRED},
    {"readonly", &json_bool, AT(struct spec_root, readonly), 0            },
};
static const struct json_type root = {JSON_OBJECT_OF("root", struct spec_root, root_fields)};
static const struct json_type root_pointer = {JSON_POINTER_TO(root)};

/* config.md: a relative destination is deprecated on Linux, but means "relative to /". */
static const struct json_field mount_fields[] = {
    {"destination", &json_text,                 AT(struct spec_mount, destination),  JSON_REQUIRED},
    {"type",        &json_string,               AT(struct spec_mount, type),         0            },
    {"source",      &json_string,               AT(struct spec_mount, source),       0            },
    {"options",     &json_strings,              AT(struct spec_mount, options),      0            },
    {"uidMappings", &json_spec_id_mapping_list, AT(struct spec_mount, uid_mappings), 0            },
    {"gidMappings", &json_spec_id_mapping_list, AT(struct spec_mount, gid_mappings), 0            },
};
static const struct json_type mount = {JSON_OBJECT_OF("mount", struct spec_mount, mount_fields)};
static const struct json_type mount_list = {JSON_LIST_OF(mount)};

static const struct json_type process_pointer = {JSON_POINTER_TO(json_spec_process)};
static const struct json_type hooks_pointer = {JSON_POINTER_TO(json_spec_hooks)};
static const struct json_type linux_pointer = {JSON_POINTER_TO(json_spec_linux)};
static const struct json_type solaris_pointer = {JSON_POINTER_TO(json_spec_solaris)};
static const struct json_type windows_pointer = {JSON_POINTER_TO(json_spec_windows)};
static const struct json_type vm_pointer = {JSON_POINTER_TO(json_spec_vm)};
static const struct json_type zos_pointer = {JSON_POINTER_TO(json_spec_zos)};
static const struct json_type freebsd_pointer = {JSON_POINTER_TO(json_spec_freebsd)};

static const struct json_field spec_fields[] = {
    {"ociVersion",  &version,         AT(struct spec, oci_version), JSON_REQUIRED},
    {"process",     &process_pointer, AT(struct spec, process),     0            },
    {"root",        &root_pointer,    AT(struct spec, root),        0            },
    {"hostname",    &json_string,     AT(struct spec, hostname),    0            },
    {"domainname",  &json_string,     AT(struct spec, domainname),  0            },
    {"mounts",      &mount_list,      AT(struct spec, mounts),      0            },
    {"hooks",       &hooks_pointer,   AT(struct spec, hooks),       0            },
    {"annotations", &json_text_map,   AT(struct spec, annotations), 0            },
    {"linux",       &linux_pointer,   AT(struct spec, linux_),      0            },
    {"solaris",     &solaris_pointer, AT(struct spec, solaris),     0            },
    {"windows",     &windows_pointer, AT(struct spec, windows),     0            },
    {"vm",          &vm_pointer,      AT(struct spec, vm),          0            },
    {"zos",         &zos_pointer,     AT(struct spec, zos),         0            },
    {"freebsd",     &freebsd_pointer, AT(struct spec, freebsd),     0            },
};
const struct json_type json_spec = {JSON_OBJECT_OF("configuration", struct spec, spec_fields)};

int spec_read(struct arena *arena, const char *bytes, size_t size, struct spec **ret_spec,
              struct error *err)
{
    struct spec *spec = ARENA_NEW(arena, struct spec);

    if (json_read(arena, &json_spec, bytes, size, spec, err) < 0)
        return -1;
    *ret_spec = spec;
    return 0;
}

int spec_process_read(struct arena *arena, const char *bytes, size_t size,
                      struct spec_process **ret_process, struct error *err)
{
    struct spec_process *process = ARENA_NEW(arena, struct spec_process);

    if (json_read(arena, &json_spec_process, bytes, size, process, err) < 0)
        return -1;
    *ret_process = process;
    return 0;
}

int spec_resources_read(struct arena *arena, const char *bytes, size_t size,
                        struct spec_resources **ret_resources, struct error *err)
{
    struct spec_resources *resources = ARENA_NEW(arena, struct spec_resources);

    if (json_read(arena, &json_spec_resources, bytes, size, resources, err) < 0)
        return -1;
    *ret_resources = resources;
    return 0;
}

static const struct json_field mounts_only_fields[] = {
    {"mounts", &mount_list, 0, sizeof(struct spec_mount_list), JSON_REQUIRED},
};
static const struct json_type mounts_only = {
    JSON_OBJECT_OF("configuration", struct spec_mount_list, mounts_only_fields)};

int spec_mounts_read(struct arena *arena, const char *bytes, size_t size,
                     struct spec_mount_list *ret_mounts, struct error *err)
{
    struct spec_mount_list mounts = {0};
    size_t start = 0;

    while (start < size && strchr(" \t\r\n", bytes[start]) && bytes[start])
        start++;
    if (json_read(arena, start < size && bytes[start] == '{' ? &mounts_only : &mount_list, bytes,
                  size, &mounts, err) < 0)
        return -1;
    *ret_mounts = mounts;
    return 0;
}

const char *spec_write(struct arena *arena, const struct spec *spec)
{
    return json_write(arena, &json_spec, spec, JSON_INDENTED);
}

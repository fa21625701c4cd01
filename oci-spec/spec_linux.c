/* config-linux.md as rows, but for its large parts resources and seccomp. */
#include <string.h>

#include "oci-spec/names.h"
#include "oci-spec/spec.h"
#include "oci-spec/spec_tables.h"

static const struct json_type namespace_type = {JSON_NAME_IN(names_namespaces)};
static const struct json_field namespace_fields[] = {
    {"type", &namespace_type,     AT(struct spec_namespace, type), JSON_REQUIRED},
    {"path", &json_absolute_path, AT(struct spec_namespace, path), 0            },
};
static const struct json_type namespace = {
    JSON_OBJECT_OF("namespace", struct spec_namespace, namespace_fields)};
static const struct json_type namespace_list = {JSON_LIST_OF(namespace)};

static const struct json_field id_mapping_fields[] = {
    {"containerID", &json_uint32, AT(struct spec_id_mapping, container_id), JSON_REQUIRED},
    {"hostID",      &json_uint32, AT(struct spec_id_mapping, host_id),      JSON_REQUIRED},
    {"size",        &json_uint32, AT(struct spec_id_mapping, size),         JSON_REQUIRED},
};
static const struct json_type id_mapping = {
    JSON_OBJECT_OF("id mapping", struct spec_id_mapping, id_mapping_fields)};
const struct json_type json_spec_id_mapping_list = {JSON_LIST_OF(id_mapping)};

static const struct json_field time_offset_fields[] = {
    {"secs",     &json_int64_pointer,  AT(struct spec_time_offset, secs),     0},
    {"nanosecs", &json_uint32_pointer, AT(struct spec_time_offset, nanosecs), 0},
};
static const struct json_type time_offset = {
    JSON_OBJECT_OF("time offset", struct spec_time_offset, time_offset_fields)};
static const struct json_type time_offset_map = {
    JSON_KEYED_BY(time_offset, struct spec_time_offset, clock)};

static const char *check_device_type(const void *value)
{
    const char *text = value;

    return strlen(text) == 1 && strchr("cbup", text[0]) ? NULL : "must be c, b, u or p";
}

/* config-linux.md: major and minor are "REQUIRED unless type is p". */
static const char *check_device(const void *value)
{
    const struct spec_device *device = value;
    bool is_complete = device->type[0] == 'p' || (device->major && device->minor);

    return is_complete ? NULL : "must have major and minor";
}

static const struct json_type device_type = {
    .kind = JSON_STRING, .size = sizeof(char *), .check = check_device_type};
static const struct json_field device_fields[] = {
    {"path",     &json_absolute_path,     AT(struct spec_device, path),      JSON_REQUIRED},
    {"type",     &device_type,            AT(struct spec_device, type),      JSON_REQUIRED},
    {"major",    &json_int64_pointer,     AT(struct spec_device, major),     0            },
    {"minor",    &json_int64_pointer,     AT(struct spec_device, minor),     0            },
    {"fileMode", &json_file_mode_pointer, AT(struct spec_device, file_mode), 0            },
    {"uid",      &json_uint32_pointer,    AT(struct spec_device, uid),       0            },
    {"gid",      &json_uint32_pointer,    AT(struct spec_device, gid),       0            },
};
static const struct json_type device = {JSON_OBJECT_OF("device", struct spec_device, device_fields),
                                        .check = check_device};
static const struct json_type device_list = {JSON_LIST_OF(device)};

static const struct json_field net_device_fields[] = {
    {"name", &json_string, AT(struct spec_net_device, name), 0},
};
static const struct json_type net_device = {
    JSON_OBJECT_OF("network device", struct spec_net_device, net_device_fields)};
static const struct json_type net_device_map = {
    JSON_KEYED_BY(net_device, struct spec_net_device, host_name)};

static const char *check_single_line(const void *value)
{
    return strchr(value, '\n') ? "must not contain newlines" : NULL;
}

static const char *check_memory_bandwidth(const void *value)
{
    if (strncmp(value, "MB:", 3) != 0)
        return "must start with MB:";
    return check_single_line(value);
}

static const struct json_type single_line = {
    .kind = JSON_STRING, .size = sizeof(char *), .check = check_single_line};
static const struct json_type memory_bandwidth = {
    .kind = JSON_STRING, .size = sizeof(char *), .check = check_memory_bandwidth};
static const struct json_type lines = {JSON_TEXTS_OF(single_line)};
static const struct json_field intel_rdt_fields[] = {
    {"closID",           &json_string,      AT(struct spec_intel_rdt, clos_id),           0},
    {"schemata",         &lines,            AT(struct spec_intel_rdt, schemata),          0},
    {"l3CacheSchema",    &json_string,      AT(struct spec_intel_rdt, l3_cache_schema),   0},
    {"memBwSchema",      &memory_bandwidth, AT(struct spec_intel_rdt, mem_bw_schema),     0},
    {"enableMonitoring", &json_bool,        AT(struct spec_intel_rdt, enable_monitoring), 0},
};
static const struct json_type intel_rdt = {
    JSON_OBJECT_OF("intelRdt", struct spec_intel_rdt, intel_rdt_fields)};
static const struct json_type intel_rdt_pointer = {JSON_POINTER_TO(intel_rdt)};

static const struct json_type policy_mode = {JSON_NAME_IN(names_memory_policy_modes)};
static const struct json_type policy_flag = {JSON_NAME_IN(names_memory_policy_flags)};
static const struct json_type policy_flag_list = {JSON_LIST_OF(policy_flag)};
static const struct json_field memory_policy_fields[] = {
    {"mode",  &policy_mode,      AT(struct spec_memory_policy, mode),  JSON_REQUIRED},
    {"nodes", &json_string,      AT(struct spec_memory_policy, nodes), 0            },
    {"flags", &policy_flag_list, AT(struct spec_memory_policy, flags), 0            },
};
static const struct json_type memory_policy = {
    JSON_OBJECT_OF("memoryPolicy", struct spec_memory_policy, memory_policy_fields)};
static const struct json_type memory_policy_pointer = {JSON_POINTER_TO(memory_policy)};

static const struct json_type personality_domain = {JSON_NAME_IN(names_personalities)};
static const struct json_field personality_fields[] = {
    {"domain", &personality_domain, AT(struct spec_personality, domain), JSON_REQUIRED},
    {"flags",  &json_strings,       AT(struct spec_personality, flags),  0            },
};
static const struct json_type personality = {
    JSON_OBJECT_OF("personality", struct spec_personality, personality_fields)};
static const struct json_type personality_pointer = {JSON_POINTER_TO(personality)};

static const struct json_type propagation = {JSON_NAME_IN(names_rootfs_propagations),
                                             .write_names = &names_propagations};
static const struct json_type propagation_pointer = {JSON_POINTER_TO(propagation)};
static const struct json_type resources_pointer = {JSON_POINTER_TO(json_spec_resources)};
static const struct json_type seccomp_pointer = {JSON_POINTER_TO(json_spec_seccomp)};

static const struct json_field linux_fields[] = {
    {"uidMappings",       &json_spec_id_mapping_list, AT(struct spec_linux, uid_mappings),       0},
    {"gidMappings",       &json_spec_id_mapping_list, AT(struct spec_linux, gid_mappings),       0},
    {"sysctl",            &json_text_map,             AT(struct spec_linux, sysctl),             0},
    {"resources",         &resources_pointer,         AT(struct spec_linux, resources),          0},
    {"cgroupsPath",       &json_string,               AT(struct spec_linux, cgroups_path),       0},
    {"namespaces",        &namespace_list,            AT(struct spec_linux, namespaces),         0},
    {"devices",           &device_list,               AT(struct spec_linux, devices),            0},
    {"netDevices",        &net_device_map,            AT(struct spec_linux, net_devices),        0},
    {"seccomp",           &seccomp_pointer,           AT(struct spec_linux, seccomp),            0},
    {"rootfsPropagation", &propagation_pointer,       AT(struct spec_linux, rootfs_propagation), 0},
    {"maskedPaths",       &json_absolute_paths,       AT(struct spec_linux, masked_paths),       0},
    {"readonlyPaths",     &json_absolute_paths,       AT(struct spec_linux, readonly_paths),     0},
    {"mountLabel",        &json_string,               AT(struct spec_linux, mount_label),        0},
    {"intelRdt",          &intel_rdt_pointer,         AT(struct spec_linux, intel_rdt),          0},
    {"memoryPolicy",      &memory_policy_pointer,     AT(struct spec_linux, memory_policy),      0},
    {"personality",       &personality_pointer,       AT(struct spec_linux, personality),        0},
    {"timeOffsets",       &time_offset_map,           AT(struct spec_linux, time_offsets),       0},
};
const struct json_type json_spec_linux = {JSON_OBJECT_OF("linux", struct spec_linux, linux_fields)};

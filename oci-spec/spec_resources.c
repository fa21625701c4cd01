/* config-linux.md#configLinuxControlGroups as rows. Where text and schema differ, the text decides (config.md, introduction). */
#include <string.h>

#include "oci-spec/spec.h"
#include "oci-spec/spec_tables.h"

static const char *check_rule_type(const void *value)
{
    const char *text = value;

    return strlen(text) == 1 && strchr("abc", text[0]) ? NULL : "must be a, b or c";
}

static const char *check_access(const void *value)
{
    const char *text = value;

    return text[strspn(text, "rwm")] == '\0' ? NULL : "must consist of the letters r, w and m";
}

static const struct json_type rule_type = {
    .kind = JSON_STRING, .size = sizeof(char *), .check = check_rule_type};
static const struct json_type rule_access = {
    .kind = JSON_STRING, .size = sizeof(char *), .check = check_access};
static const struct json_field rule_fields[] = {
    {"allow",  &json_bool,          AT(struct spec_device_rule, allow),  JSON_REQUIRED},
    {"type",   &rule_type,          AT(struct spec_device_rule, type),   0            },
    {"major",  &json_int64_pointer, AT(struct spec_device_rule, major),  0            },
    {"minor",  &json_int64_pointer, AT(struct spec_device_rule, minor),  0            },
    {"access", &rule_access,        AT(struct spec_device_rule, access), 0            },
};
static const struct json_type rule = {
    JSON_OBJECT_OF("device rule", struct spec_device_rule, rule_fields)};
static const struct json_type rule_list = {JSON_LIST_OF(rule)};

static const struct json_field memory_fields[] = {
    {"limit",             &json_int64_pointer,  AT(struct spec_memory, limit),               0},
    {"reservation",       &json_int64_pointer,  AT(struct spec_memory, reservation),         0},
    {"swap",              &json_int64_pointer,  AT(struct spec_memory, swap),                0},
    {"kernel",            &json_int64_pointer,  AT(struct spec_memory, kernel),              0},
    {"kernelTCP",         &json_int64_pointer,  AT(struct spec_memory, kernel_tcp),          0},
    {"swappiness",        &json_uint64_pointer, AT(struct spec_memory, swappiness),          0},
    {"disableOOMKiller",  &json_bool_pointer,   AT(struct spec_memory, disable_oom_killer),  0},
    {"useHierarchy",      &json_bool_pointer,   AT(struct spec_memory, use_hierarchy),       0},
    {"checkBeforeUpdate", &json_bool_pointer,   AT(struct spec_memory, check_before_update), 0},
};
static const struct json_type memory = {
    JSON_OBJECT_OF("memory", struct spec_memory, memory_fields)};
static const struct json_type memory_pointer = {JSON_POINTER_TO(memory)};

static const struct json_field cpu_fields[] = {
    {"shares",          &json_uint64_pointer, AT(struct spec_cpu, shares),           0},
    {"quota",           &json_int64_pointer,  AT(struct spec_cpu, quota),            0},
    {"burst",           &json_uint64_pointer, AT(struct spec_cpu, burst),            0},
    {"period",          &json_uint64_pointer, AT(struct spec_cpu, period),           0},
    {"realtimeRuntime", &json_int64_pointer,  AT(struct spec_cpu, realtime_runtime), 0},
    {"realtimePeriod",  &json_uint64_pointer, AT(struct spec_cpu, realtime_period),  0},
    {"cpus",            &json_string,         AT(struct spec_cpu, cpus),             0},
    {"mems",            &json_string,         AT(struct spec_cpu, mems),             0},
    {"idle",            &json_int64_pointer,  AT(struct spec_cpu, idle),             0},
};
static const struct json_type cpu = {JSON_OBJECT_OF("cpu", struct spec_cpu, cpu_fields)};
static const struct json_type cpu_pointer = {JSON_POINTER_TO(cpu)};

static const char *check_weight_device(const void *value)
{
    const struct spec_weight_device *device = value;

    return device->weight || device->leaf_weight ? NULL : "must have weight or leafWeight";
}

static const struct json_field weight_device_fields[] = {
    {"major",      &json_int64,          AT(struct spec_weight_device, major),       JSON_REQUIRED},
    {"minor",      &json_int64,          AT(struct spec_weight_device, minor),       JSON_REQUIRED},
    {"weight",     &json_uint16_pointer, AT(struct spec_weight_device, weight),      0            },
    {"leafWeight", &json_uint16_pointer, AT(struct spec_weight_device, leaf_weight), 0            },
};
static const struct json_type weight_device = {
    JSON_OBJECT_OF("weight of a device", struct spec_weight_device, weight_device_fields),
    .check = check_weight_device};
static const struct json_type weight_device_list = {JSON_LIST_OF(weight_device)};

static const struct json_field throttle_fields[] = {
    {"major", &json_int64,          AT(struct spec_throttle_device, major), JSON_REQUIRED},
    {"minor", &json_int64,          AT(struct spec_throttle_device, minor), JSON_REQUIRED},
    {"rate",  &json_uint64_pointer, AT(struct spec_throttle_device, rate),  JSON_REQUIRED},
};
static const struct json_type throttle = {
    JSON_OBJECT_OF("limit of a device", struct spec_throttle_device, throttle_fields)};
static const struct json_type throttles = {JSON_LIST_OF(throttle)};

static const struct json_field block_io_fields[] = {
    {"weight",                  &json_uint16_pointer, AT(struct spec_block_io, weight),                     0},
    {"leafWeight",              &json_uint16_pointer, AT(struct spec_block_io, leaf_weight),                0},
    {"weightDevice",            &weight_device_list,  AT(struct spec_block_io, weight_device),              0},
    {"throttleReadBpsDevice",   &throttles,           AT(struct spec_block_io, throttle_read_bps_device),   0},
    {"throttleWriteBpsDevice",  &throttles,           AT(struct spec_block_io, throttle_write_bps_device),  0},
    {"throttleReadIOPSDevice",  &throttles,           AT(struct spec_block_io, throttle_read_iops_device),  0},
    {"throttleWriteIOPSDevice", &throttles,           AT(struct spec_block_io, throttle_write_iops_device),
     0                                                                                                       },
};
static const struct json_type block_io = {
    JSON_OBJECT_OF("blockIO", struct spec_block_io, block_io_fields)};
const struct json_type json_spec_block_io_pointer = {JSON_POINTER_TO(block_io)};

/* The schema's ^[1-9][0-9]*[KMG]B$, the kernel's spelling of a size. */
static const char *check_page_size(const void *value)
{
    const char *text = value;
    size_t digits = strspn(text, "0123456789");
    const char *unit = text + digits;
    bool is_valid = digits > 0 && text[0] != '0' && unit[0] && strchr("KMG", unit[0]) &&
                    strcmp(unit + 1, "B") == 0;

    return is_valid ? NULL : "must be a page size: 64KB, 2MB, 1GB";
}

static const struct json_type page_size = {
    .kind = JSON_STRING, .size = sizeof(char *), .check = check_page_size};
static const struct json_field hugepage_fields[] = {
    {"pageSize", &page_size,   AT(struct spec_hugepage_limit, page_size), JSON_REQUIRED},
    {"limit",    &json_uint64, AT(struct spec_hugepage_limit, limit),     JSON_REQUIRED},
};
static const struct json_type hugepage = {
    JSON_OBJECT_OF("hugepage limit", struct spec_hugepage_limit, hugepage_fields)};
static const struct json_type hugepage_list = {JSON_LIST_OF(hugepage)};

static const struct json_field priority_fields[] = {
    {"name",     &json_text,   AT(struct spec_interface_priority, name),     JSON_REQUIRED},
    {"priority", &json_uint32, AT(struct spec_interface_priority, priority), JSON_REQUIRED},
};
static const struct json_type priority = {
    JSON_OBJECT_OF("network priority", struct spec_interface_priority, priority_fields)};
static const struct json_type priority_list = {JSON_LIST_OF(priority)};
static const struct json_field network_fields[] = {
    {"classID",    &json_uint32_pointer, AT(struct spec_network_class, class_id),   0},
    {"priorities", &priority_list,       AT(struct spec_network_class, priorities), 0},
};
static const struct json_type network = {
    JSON_OBJECT_OF("network", struct spec_network_class, network_fields)};
static const struct json_type network_pointer = {JSON_POINTER_TO(network)};

static const struct json_field pids_fields[] = {
    {"limit", &json_int64_pointer, AT(struct spec_pids, limit), 0},
};
static const struct json_type pids = {JSON_OBJECT_OF("pids", struct spec_pids, pids_fields)};
static const struct json_type pids_pointer = {JSON_POINTER_TO(pids)};

static const char *check_rdma(const void *value)
{
    const struct spec_rdma *rdma = value;

    return rdma->hca_handles || rdma->hca_objects ? NULL : "must have hcaHandles or hcaObjects";
}

static const struct json_field rdma_fields[] = {
    {"hcaHandles", &json_uint32_pointer, AT(struct spec_rdma, hca_handles), 0},
    {"hcaObjects", &json_uint32_pointer, AT(struct spec_rdma, hca_objects), 0},
};
static const struct json_type rdma = {JSON_OBJECT_OF("rdma limit", struct spec_rdma, rdma_fields),
                                      .check = check_rdma};
static const struct json_type rdma_map = {JSON_KEYED_BY(rdma, struct spec_rdma, device)};

static const struct json_field resources_fields[] = {
    {"unified",        &json_text_map,              AT(struct spec_resources, unified),         0},
    {"devices",        &rule_list,                  AT(struct spec_resources, devices),         0},
    {"memory",         &memory_pointer,             AT(struct spec_resources, memory),          0},
    {"cpu",            &cpu_pointer,                AT(struct spec_resources, cpu),             0},
    {"pids",           &pids_pointer,               AT(struct spec_resources, pids),            0},
    {"blockIO",        &json_spec_block_io_pointer, AT(struct spec_resources, block_io),        0},
    {"hugepageLimits", &hugepage_list,              AT(struct spec_resources, hugepage_limits), 0},
    {"network",        &network_pointer,            AT(struct spec_resources, network),         0},
    {"rdma",           &rdma_map,                   AT(struct spec_resources, rdma),            0},
};
const struct json_type json_spec_resources = {
    JSON_OBJECT_OF("resources", struct spec_resources, resources_fields)};

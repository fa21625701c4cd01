/* The documents of `events` as rows. Which are always there is runc's choice, too. */
#include "oci-spec/events.h"

static const struct json_type uint64_list = {JSON_LIST_OF(json_uint64)};

static const struct json_field cpu_usage_fields[] = {
    {"total",         &json_uint64, AT(struct event_cpu_usage, total),         0          },
    {"percpu",        &uint64_list, AT(struct event_cpu_usage, percpu),        0          },
    {"percpu_kernel", &uint64_list, AT(struct event_cpu_usage, percpu_kernel), 0          },
    {"percpu_user",   &uint64_list, AT(struct event_cpu_usage, percpu_user),   0          },
    {"kernel",        &json_uint64, AT(struct event_cpu_usage, kernel),        JSON_ALWAYS},
    {"user",          &json_uint64, AT(struct event_cpu_usage, user),          JSON_ALWAYS},
};
static const struct json_type cpu_usage = {
    JSON_OBJECT_OF("cpu usage", struct event_cpu_usage, cpu_usage_fields)};

static const struct json_field throttling_fields[] = {
    {"periods",          &json_uint64, AT(struct event_throttling, periods),           0},
    {"throttledPeriods", &json_uint64, AT(struct event_throttling, throttled_periods), 0},
    {"throttledTime",    &json_uint64, AT(struct event_throttling, throttled_time),    0},
};
static const struct json_type throttling = {
    JSON_OBJECT_OF("throttling", struct event_throttling, throttling_fields)};

static const struct json_type percent = {JSON_MILLIONTHS_TO(100)};
static const struct json_field stall_fields[] = {
    {"avg10",  &percent,     AT(struct event_stall, avg10),  JSON_ALWAYS},
    {"avg60",  &percent,     AT(struct event_stall, avg60),  JSON_ALWAYS},
    {"avg300", &percent,     AT(struct event_stall, avg300), JSON_ALWAYS},
    {"total",  &json_uint64, AT(struct event_stall, total),  JSON_ALWAYS},
};
static const struct json_type stall = {JSON_OBJECT_OF("stall", struct event_stall, stall_fields)};

static const struct json_field pressure_fields[] = {
    {"some", &stall, AT(struct event_pressure, some), 0},
    {"full", &stall, AT(struct event_pressure, full), 0},
};
static const struct json_type pressure = {
    JSON_OBJECT_OF("pressure", struct event_pressure, pressure_fields)};
static const struct json_type pressure_pointer = {JSON_POINTER_TO(pressure)};

static const struct json_field cpuset_fields[] = {
    {"cpus",                     &uint64_list, AT(struct event_cpuset, cpus),                     0          },
    {"cpu_exclusive",            &json_uint64, AT(struct event_cpuset, cpu_exclusive),            JSON_ALWAYS},
    {"mems",                     &uint64_list, AT(struct event_cpuset, mems),                     0          },
    {"mem_hardwall",             &json_uint64, AT(struct event_cpuset, mem_hardwall),             JSON_ALWAYS},
    {"mem_exclusive",            &json_uint64, AT(struct event_cpuset, mem_exclusive),            JSON_ALWAYS},
    {"memory_migrate",           &json_uint64, AT(struct event_cpuset, memory_migrate),           JSON_ALWAYS},
    {"memory_spread_page",       &json_uint64, AT(struct event_cpuset, memory_spread_page),       JSON_ALWAYS},
    {"memory_spread_slab",       &json_uint64, AT(struct event_cpuset, memory_spread_slab),       JSON_ALWAYS},
    {"memory_pressure",          &json_uint64, AT(struct event_cpuset, memory_pressure),          JSON_ALWAYS},
    {"sched_load_balance",       &json_uint64, AT(struct event_cpuset, sched_load_balance),       JSON_ALWAYS},
    {"sched_relax_domain_level", &json_int64,  AT(struct event_cpuset, sched_relax_domain_level),
     JSON_ALWAYS                                                                                             },
};
static const struct json_type cpuset = {
    JSON_OBJECT_OF("cpuset", struct event_cpuset, cpuset_fields)};

static const struct json_field cpu_fields[] = {
    {"usage",      &cpu_usage,        AT(struct event_cpu, usage),      0},
    {"throttling", &throttling,       AT(struct event_cpu, throttling), 0},
    {"psi",        &pressure_pointer, AT(struct event_cpu, pressure),   0},
};
static const struct json_type cpu = {JSON_OBJECT_OF("cpu", struct event_cpu, cpu_fields)};

static const struct json_field memory_entry_fields[] = {
    {"limit",   &json_uint64, AT(struct event_memory_entry, limit),   JSON_ALWAYS},
    {"usage",   &json_uint64, AT(struct event_memory_entry, usage),   0          },
    {"max",     &json_uint64, AT(struct event_memory_entry, max),     0          },
    {"failcnt", &json_uint64, AT(struct event_memory_entry, failcnt), JSON_ALWAYS},
};
static const struct json_type memory_entry = {
    JSON_OBJECT_OF("memory entry", struct event_memory_entry, memory_entry_fields)};

static const struct json_field memory_fields[] = {
    {"cache",     &json_uint64,      AT(struct event_memory, cache),      0},
    {"usage",     &memory_entry,     AT(struct event_memory, usage),      0},
    {"swap",      &memory_entry,     AT(struct event_memory, swap),       0},
    {"kernel",    &memory_entry,     AT(struct event_memory, kernel),     0},
    {"kernelTCP", &memory_entry,     AT(struct event_memory, kernel_tcp), 0},
    {"raw",       &json_raw_object,  AT(struct event_memory, raw),        0},
    {"psi",       &pressure_pointer, AT(struct event_memory, pressure),   0},
};
static const struct json_type memory = {
    JSON_OBJECT_OF("memory", struct event_memory, memory_fields)};

static const struct json_field pids_fields[] = {
    {"current", &json_uint64, AT(struct event_pids, current), 0},
    {"limit",   &json_uint64, AT(struct event_pids, limit),   0},
};
static const struct json_type pids = {JSON_OBJECT_OF("pids", struct event_pids, pids_fields)};

static const struct json_field block_io_fields[] = {
    {"major", &json_uint64, AT(struct event_block_io, major), 0},
    {"minor", &json_uint64, AT(struct event_block_io, minor), 0},
    {"op",    &json_string, AT(struct event_block_io, op),    0},
    {"value", &json_uint64, AT(struct event_block_io, value), 0},
};
static const struct json_type block_io = {
    JSON_OBJECT_OF("block I/O", struct event_block_io, block_io_fields)};
static const struct json_type block_ios = {JSON_LIST_OF(block_io)};

static const struct json_field blkio_fields[] = {
    {"ioServiceBytesRecursive", &block_ios,        AT(struct event_blkio, service_bytes), 0},
    {"ioServicedRecursive",     &block_ios,        AT(struct event_blkio, serviced),      0},
    {"ioQueueRecursive",        &block_ios,        AT(struct event_blkio, queued),        0},
    {"ioServiceTimeRecursive",  &block_ios,        AT(struct event_blkio, service_time),  0},
    {"ioWaitTimeRecursive",     &block_ios,        AT(struct event_blkio, wait_time),     0},
    {"ioMergedRecursive",       &block_ios,        AT(struct event_blkio, merged),        0},
    {"ioTimeRecursive",         &block_ios,        AT(struct event_blkio, time),          0},
    {"sectorsRecursive",        &block_ios,        AT(struct event_blkio, sectors),       0},
    {"psi",                     &pressure_pointer, AT(struct event_blkio, pressure),      0},
};
static const struct json_type blkio = {JSON_OBJECT_OF("blkio", struct event_blkio, blkio_fields)};

static const struct json_field hugetlb_fields[] = {
    {"usage",   &json_uint64, AT(struct event_hugetlb, usage),   0          },
    {"max",     &json_uint64, AT(struct event_hugetlb, max),     0          },
    {"failcnt", &json_uint64, AT(struct event_hugetlb, failcnt), JSON_ALWAYS},
};
static const struct json_type hugetlb = {
    JSON_OBJECT_OF("hugetlb", struct event_hugetlb, hugetlb_fields)};
static const struct json_type hugetlb_map = {
    JSON_KEYED_BY(hugetlb, struct event_hugetlb, page_size)};

static const struct json_field stats_fields[] = {
    {"cpu",       &cpu,             AT(struct event_stats, cpu),       0          },
    {"cpuset",    &cpuset,          AT(struct event_stats, cpuset),    JSON_ALWAYS},
    {"memory",    &memory,          AT(struct event_stats, memory),    0          },
    {"pids",      &pids,            AT(struct event_stats, pids),      0          },
    {"blkio",     &blkio,           AT(struct event_stats, blkio),     0          },
    {"hugetlb",   &hugetlb_map,     AT(struct event_stats, hugetlb),   JSON_ALWAYS},
    {"intel_rdt", &json_raw_object, AT(struct event_stats, intel_rdt), 0          },
};
static const struct json_type stats = {
    JSON_OBJECT_OF("statistics", struct event_stats, stats_fields)};
static const struct json_type stats_pointer = {JSON_POINTER_TO(stats)};

static const struct json_field event_fields[] = {
    {"type", &json_text,     AT(struct event_document, type), JSON_REQUIRED},
    {"id",   &json_text,     AT(struct event_document, id),   JSON_REQUIRED},
    {"data", &stats_pointer, AT(struct event_document, data), 0            },
};
const struct json_type json_event_document = {
    JSON_OBJECT_OF("event", struct event_document, event_fields)};

const char *event_document_write(struct arena *arena, const struct event_document *event)
{
    return json_write(arena, &json_event_document, event, JSON_COMPACT);
}

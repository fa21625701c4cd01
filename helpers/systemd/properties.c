/* cgroup v2 files as systemd properties: a table of files, and one function for each kind of value. */
#include <limits.h>
#include <string.h>

#include "base/text.h"
#include "helpers/systemd/property.h"

#define INFINITE             UINT64_MAX /* what systemd calls infinity */
#define USEC_PER_SEC         1000000U
#define USEC_PER_PERCENT     10000U
#define CPU_LIST_BITS        8192U
#define WEIGHT_OF_IDLE_GROUP 0U /* CPUWeight=idle */

struct mapping {
    const char *file;
    const char *property;
    int (*add)(struct arena *arena, struct property_list *list, const struct mapping *mapping,
               const char *value, struct error *err);
};

static void add_number(struct arena *arena, struct property_list *list, const char *name,
                       uint64_t number)
{
    struct property *property = SLICE_PUSH(arena, list, struct property);

    property->name = name;
    property->type = PROPERTY_UINT64;
    property->number = number;
}

static int refuse(const struct mapping *mapping, const char *value, struct error *err)
{
    return error_set(err, ERROR_INVALID, "%s: \"%s\" is not a value", mapping->file, value);
}

/* "max" or a number */
static int add_limit(struct arena *arena, struct property_list *list, const struct mapping *mapping,
                     const char *value, struct error *err)
{
    uint64_t number = INFINITE;

    if (strcmp(value, "max") != 0 && !text_parse_uint64(value, &number))
        return refuse(mapping, value, err);
    add_number(arena, list, mapping->property, number);
    return 0;
}

static int add_weight(struct arena *arena, struct property_list *list,
                      const struct mapping *mapping, const char *value, struct error *err)
{
    const char *digits = text_has_prefix(value, "default ") ? value + strlen("default ") : value;
    uint64_t number;

    if (strchr(digits, ':'))
        return 0; /* of one device: systemd names devices by path, and leaves those alone that it was told nothing of */
    if (!text_parse_uint64(digits, &number))
        return refuse(mapping, value, err);
    add_number(arena, list, mapping->property, number);
    return 0;
}

static int add_idle(struct arena *arena, struct property_list *list, const struct mapping *mapping,
                    const char *value, struct error *err)
{
    (void) err;
    if (strcmp(value, "1") == 0)
        add_number(arena, list, mapping->property, WEIGHT_OF_IDLE_GROUP);
    return 0;
}

/*
 * "50000 100000", "max 100000" or "max". systemd keeps a quota as whole percents of one processor, cut off, across a reload: rounded up
 * here, so that it never gives less than was asked for. The file itself is written with the exact value.
 */
static int add_bandwidth(struct arena *arena, struct property_list *list,
                         const struct mapping *mapping, const char *value, struct error *err)
{
    const char *space = strchrnul(value, ' ');
    const char *quota_text = arena_copy_bytes(arena, value, (size_t) (space - value));
    bool is_limited = strcmp(quota_text, "max") != 0;
    uint64_t period = 100000;
    uint64_t quota = 0;
    uint64_t per_second = INFINITE;

    if ((is_limited && !text_parse_uint64(quota_text, &quota)) ||
        (*space && !text_parse_uint64(space + 1, &period)) || period == 0 ||
        quota > UINT64_MAX / USEC_PER_SEC)
        return refuse(mapping, value, err);
    if (is_limited) {
        per_second = quota * USEC_PER_SEC / period;
        per_second = (per_second + USEC_PER_PERCENT - 1) / USEC_PER_PERCENT * USEC_PER_PERCENT;
    }
    add_number(arena, list, mapping->property, per_second);
    add_number(arena, list, "CPUQuotaPeriodUSec", period);
    return 0;
}

/* "0-3,7" as bits, the lowest first, as short as they go. */
static int add_list(struct arena *arena, struct property_list *list, const struct mapping *mapping,
                    const char *value, struct error *err)
{
    uint64_t mask[CPU_LIST_BITS / 64] = {0};
    uint8_t *bytes = arena_alloc(arena, sizeof(mask));
    struct property *property;
    size_t used = 0;

    if (*value && !text_parse_list(value, mask, CPU_LIST_BITS))
        return refuse(mapping, value, err);
    for (size_t i = 0; i < sizeof(mask); i++) {
        bytes[i] = (uint8_t) (mask[i / 8] >> (i % 8 * 8));
        if (bytes[i])
            used = i + 1;
    }
    property = SLICE_PUSH(arena, list, struct property);
    property->name = mapping->property;
    property->type = PROPERTY_BYTES;
    property->bytes = bytes;
    property->byte_count = used;
    return 0;
}

static const struct mapping mappings[] = {
    {"cpu.idle",        "CPUWeight",          add_idle     },
    {"cpu.max",         "CPUQuotaPerSecUSec", add_bandwidth},
    {"cpu.weight",      "CPUWeight",          add_weight   },
    {"cpuset.cpus",     "AllowedCPUs",        add_list     },
    {"cpuset.mems",     "AllowedMemoryNodes", add_list     },
    {"io.weight",       "IOWeight",           add_weight   },
    {"memory.high",     "MemoryHigh",         add_limit    },
    {"memory.low",      "MemoryLow",          add_limit    },
    {"memory.max",      "MemoryMax",          add_limit    },
    {"memory.min",      "MemoryMin",          add_limit    },
    {"memory.swap.max", "MemorySwapMax",      add_limit    },
    {"pids.max",        "TasksMax",           add_limit    },
};

int properties_add_write(struct arena *arena, struct property_list *list, const char *file,
                         const char *value, struct error *err)
{
    for (size_t i = 0; i < sizeof(mappings) / sizeof(mappings[0]); i++)
        if (strcmp(mappings[i].file, file) == 0)
            return mappings[i].add(arena, list, &mappings[i], value, err);
    return 0;
}

const struct property *property_find(const struct property_list *list, const char *name)
{
    SLICE_FOR_EACH(const struct property, property, *list)
        if (strcmp(property->name, name) == 0)
            return property;
    return NULL;
}

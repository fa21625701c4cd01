/* What a cgroup has used; see meter.h. Which file holds which number is a table for v1 and one for v2. */
#include "runtime/cgroup/meter.h"

#include <stddef.h>
#include <string.h>

#include "runtime/cgroup/leaf.h"

enum { TEXT_SIZE = 16 * 1024 };

struct row {
    const char *controller; /* v1: whose hierarchy has the file */
    const char *file;
    const char *key; /* NULL: the file is one number; else what stands before the number */
    size_t offset;   /* of the uint64_t in struct cgroup_meter */
    uint64_t scale;
};

#define ROW(controller, file, key, member, scale)                                   \
    {                                                                               \
        (controller), (file), (key), offsetof(struct cgroup_meter, member), (scale) \
    }

/* Rows of one file follow one another: it is read once. Where a key occurs for each device, all are added up. */
static const struct row v1_rows[] = {
    ROW("cpuacct", "cpuacct.usage", NULL, cpu_ns, 1),
    ROW("memory", "memory.usage_in_bytes", NULL, memory, 1),
    ROW("memory", "memory.max_usage_in_bytes", NULL, memory_peak, 1),
    ROW("memory", "memory.limit_in_bytes", NULL, memory_limit, 1),
    ROW("memory", "memory.oom_control", "oom_kill ", oom_kills, 1),
    ROW("pids", "pids.current", NULL, processes, 1),
    ROW("blkio", "blkio.throttle.io_service_bytes_recursive", " Read ", read, 1),
    ROW("blkio", "blkio.throttle.io_service_bytes_recursive", " Write ", written, 1),
};
static const struct row v2_rows[] = {
    ROW("", "cpu.stat", "usage_usec ", cpu_ns, 1000),
    ROW("", "memory.current", NULL, memory, 1),
    ROW("", "memory.peak", NULL, memory_peak, 1),
    ROW("", "memory.max", NULL, memory_limit, 1),
    ROW("", "memory.events", "oom_kill ", oom_kills, 1),
    ROW("", "pids.current", NULL, processes, 1),
    ROW("", "io.stat", "rbytes=", read, 1),
    ROW("", "io.stat", "wbytes=", written, 1),
};

/* v1's "no limit" is the largest number of pages. */
static const uint64_t v1_unlimited = INT64_MAX / 4096 * 4096;

static uint64_t parse_digits(const char *text)
{
    uint64_t number = 0;

    if (strncmp(text, "max", 3) == 0)
        return UINT64_MAX;
    for (; *text >= '0' && *text <= '9'; text++)
        number = number * 10 + (uint64_t) (*text - '0');
    return number;
}

static uint64_t add_up(const char *text, const char *key)
{
    uint64_t sum = 0;

    for (const char *found = strstr(text, key); found; found = strstr(found, key)) {
        found += strlen(key);
        sum += parse_digits(found);
    }
    return sum;
}

void cgroup_read_meter(struct arena *arena, const struct cgroup *cgroup,
                       struct cgroup_meter *ret_meter)
{
    bool is_v2 = cgroup->mode == CGROUP_MODE_V2;
    const struct row *rows = is_v2 ? v2_rows : v1_rows;
    size_t count = sizeof(v1_rows) / sizeof(v1_rows[0]); /* both tables have a row per number */
    struct cgroup_meter meter = {0};
    char *text = arena_alloc(arena, TEXT_SIZE);
    const char *read_file = "";

    for (size_t i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        const char *directory = cgroup_find_directory(cgroup, row->controller);
        uint64_t number;

        if (!directory)
            continue;
        if (strcmp(read_file, row->file) != 0 &&
            cgroup_read_file(directory, row->file, text, TEXT_SIZE) < 0)
            text[0] = '\0';
        read_file = row->file;
        number = row->key ? add_up(text, row->key) : parse_digits(text);
        *(uint64_t *) (void *) ((char *) &meter + row->offset) = number * row->scale;
    }
    if (!is_v2 && meter.memory_limit >= v1_unlimited)
        meter.memory_limit = UINT64_MAX;
    *ret_meter = meter;
}

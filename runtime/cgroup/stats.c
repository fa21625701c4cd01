/*
 * What a cgroup has used. Which file holds which number is a table for v1 and one for v2; a file that is missing, since the kernel or
 * the host lacks its controller, leaves its number 0.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/directory.h"
#include "base/owned.h"
#include "base/text.h"
#include "oci-spec/events.h"
#include "runtime/cgroup/leaf.h"
#include "runtime/cgroup/stats.h"

struct number_row {
    const char *controller; /* v1: whose hierarchy has the file */
    const char *file;
    const char *key; /* NULL: the file is one number; else that beside the key */
    uint16_t offset; /* of the uint64_t in struct event_stats */
    uint16_t scale;
};

#define NUMBER(controller, file, key, member, scale)                               \
    {                                                                              \
        (controller), (file), (key), offsetof(struct event_stats, member), (scale) \
    }

static const struct number_row v1_numbers[] = {
    NUMBER("cpuacct", "cpuacct.usage", NULL, cpu.usage.total, 1),
    NUMBER("cpuacct", "cpuacct.usage_sys", NULL, cpu.usage.kernel, 1),
    NUMBER("cpuacct", "cpuacct.usage_user", NULL, cpu.usage.user, 1),
    NUMBER("cpu", "cpu.stat", "nr_periods", cpu.throttling.periods, 1),
    NUMBER("cpu", "cpu.stat", "nr_throttled", cpu.throttling.throttled_periods, 1),
    NUMBER("cpu", "cpu.stat", "throttled_time", cpu.throttling.throttled_time, 1),
    NUMBER("memory", "memory.stat", "cache", memory.cache, 1),
    NUMBER("pids", "pids.current", NULL, pids.current, 1),
    NUMBER("pids", "pids.max", NULL, pids.limit, 1),
};

static const struct number_row v2_numbers[] = {
    NUMBER("", "cpu.stat", "usage_usec", cpu.usage.total, 1000),
    NUMBER("", "cpu.stat", "system_usec", cpu.usage.kernel, 1000),
    NUMBER("", "cpu.stat", "user_usec", cpu.usage.user, 1000),
    NUMBER("", "cpu.stat", "nr_periods", cpu.throttling.periods, 1),
    NUMBER("", "cpu.stat", "nr_throttled", cpu.throttling.throttled_periods, 1),
    NUMBER("", "cpu.stat", "throttled_usec", cpu.throttling.throttled_time, 1000),
    NUMBER("", "memory.stat", "file", memory.cache, 1),
    NUMBER("", "memory.max", NULL, memory.usage.limit, 1),
    NUMBER("", "memory.current", NULL, memory.usage.usage, 1),
    NUMBER("", "memory.peak", NULL, memory.usage.max, 1),
    NUMBER("", "memory.events", "max", memory.usage.failcnt, 1),
    NUMBER("", "memory.swap.max", NULL, memory.swap.limit, 1),
    NUMBER("", "memory.swap.current", NULL, memory.swap.usage, 1),
    NUMBER("", "pids.current", NULL, pids.current, 1),
    NUMBER("", "pids.max", NULL, pids.limit, 1),
};

/* Into reading->text. */
bool stats_read_text(const struct stats_reading *reading, const char *controller, const char *file)
{
    const char *directory = cgroup_find_directory(reading->cgroup, controller);

    return directory && cgroup_read_file(directory, file, reading->text, TEXT_SIZE) >= 0;
}

/* "max" is the largest number there is. */
uint64_t stats_parse_number(const char *text)
{
    uint64_t number = 0;

    if (strcmp(text, "max") == 0)
        return UINT64_MAX;
    (void) text_parse_uint64(text, &number); /* else 0: none of the files has anything else */
    return number;
}

/* The number beside the key, in lines "key number". */
static uint64_t find_number(char *text, const char *key)
{
    size_t length = strlen(key);
    char *rest = NULL;

    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        if (strncmp(line, key, length) == 0 && line[length] == ' ')
            return stats_parse_number(line + length + 1);
    return 0;
}

static uint64_t read_number(const struct stats_reading *reading, const char *controller,
                            const char *file, const char *key)
{
    if (!stats_read_text(reading, controller, file))
        return 0;
    return key ? find_number(reading->text, key) : stats_parse_number(reading->text);
}

static uint64_t read_suffixed(const struct stats_reading *reading, const char *prefix,
                              const char *suffix)
{
    return read_number(reading, "memory", arena_format(reading->arena, "%s.%s", prefix, suffix),
                       NULL);
}

static void read_numbers(const struct stats_reading *reading, const struct number_row *rows,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct number_row *row = &rows[i];

        *(uint64_t *) (void *) ((char *) reading->stats + row->offset) =
            read_number(reading, row->controller, row->file, row->key) * row->scale;
    }
}

/* v1 has the same four files for each kind of memory. */
static void read_memory_v1(const struct stats_reading *reading)
{
    struct event_memory *memory = &reading->stats->memory;
    const struct {
        const char *prefix;
        struct event_memory_entry *entry;
    } kinds[] = {
        {"memory",          &memory->usage     },
        {"memory.memsw",    &memory->swap      },
        {"memory.kmem",     &memory->kernel    },
        {"memory.kmem.tcp", &memory->kernel_tcp},
    };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct event_memory_entry *entry = kinds[i].entry;

        entry->limit = read_suffixed(reading, kinds[i].prefix, "limit_in_bytes");
        entry->usage = read_suffixed(reading, kinds[i].prefix, "usage_in_bytes");
        entry->max = read_suffixed(reading, kinds[i].prefix, "max_usage_in_bytes");
        entry->failcnt = read_suffixed(reading, kinds[i].prefix, "failcnt");
    }
}

/* As in v1: memory and swap together, and no highest value of it, which cannot be known from the two. */
static void combine_swap(struct event_memory *memory)
{
    memory->swap.usage += memory->usage.usage;
    if (memory->swap.limit != UINT64_MAX && memory->usage.limit != UINT64_MAX)
        memory->swap.limit += memory->usage.limit;
    else
        memory->swap.limit = UINT64_MAX;
}

/* --- memory.stat --- */

static void read_raw_memory(const struct stats_reading *reading)
{
    char *rest = NULL;
    size_t size = 1;
    size_t room;
    char *raw;

    if (!stats_read_text(reading, "memory", "memory.stat"))
        return;
    room = strlen(reading->text) * 8 + 16; /* a line is at least "a 0" */
    raw = arena_alloc(reading->arena, room);
    raw[0] = '{';
    for (char *line = strtok_r(reading->text, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest)) {
        size_t length = strcspn(line, " ");

        if (line[length] == '\0')
            continue;
        size += (size_t) snprintf(raw + size, room - size, "%s\"%.*s\":%llu", size > 1 ? "," : "",
                                  (int) length, line,
                                  (unsigned long long) stats_parse_number(line + length + 1));
    }
    raw[size] = '}';
    reading->stats->memory.raw = raw;
}

/* --- block I/O --- */

struct io_row {
    const char *name; /* v1: part of the file's; v2: the key in io.stat */
    const char *op;   /* v2 */
    size_t offset;    /* of the list in struct event_blkio */
};

#define IO_ROW(name, op, member)                           \
    {                                                      \
        (name), (op), offsetof(struct event_blkio, member) \
    }

/* Without BFQ only the throttling layer counts. */
static const struct io_row v1_bfq[] = {
    IO_ROW("bfq.io_service_bytes", NULL, service_bytes),
    IO_ROW("bfq.io_serviced", NULL, serviced),
    IO_ROW("bfq.io_queued", NULL, queued),
    IO_ROW("bfq.io_service_time", NULL, service_time),
    IO_ROW("bfq.io_wait_time", NULL, wait_time),
    IO_ROW("bfq.io_merged", NULL, merged),
    IO_ROW("bfq.time", NULL, time),
    IO_ROW("bfq.sectors", NULL, sectors),
};
static const struct io_row v1_throttle[] = {
    IO_ROW("throttle.io_service_bytes", NULL, service_bytes),
    IO_ROW("throttle.io_serviced", NULL, serviced),
};
static const struct io_row v2_io[] = {
    IO_ROW("rbytes", "Read", service_bytes),    IO_ROW("wbytes", "Write", service_bytes),
    IO_ROW("dbytes", "Discard", service_bytes), IO_ROW("rios", "Read", serviced),
    IO_ROW("wios", "Write", serviced),          IO_ROW("dios", "Discard", serviced),
};

/* "8:16 ..." Returns what follows the blank, or NULL. */
static char *parse_device(char *line, struct event_block_io *ret_io)
{
    char *end;

    ret_io->major = strtoull(line, &end, 10);
    if (end == line || *end != ':')
        return NULL; /* the line "Total" */
    line = end + 1;
    ret_io->minor = strtoull(line, &end, 10);
    return end == line || *end != ' ' ? NULL : end + 1;
}

static void add_io(const struct stats_reading *reading, size_t offset,
                   const struct event_block_io *io)
{
    void *list = (char *) &reading->stats->blkio + offset;

    *SLICE_PUSH(reading->arena, list, struct event_block_io) = *io;
}

/* "8:0 Read 4096", "8:0 123" */
static void read_io_v1(const struct stats_reading *reading, const struct io_row *row)
{
    char *rest = NULL;

    if (!stats_read_text(reading, "blkio",
                         arena_format(reading->arena, "blkio.%s_recursive", row->name)))
        return;
    for (char *line = strtok_r(reading->text, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest)) {
        struct event_block_io io = {0};
        char *word = parse_device(line, &io);
        char *space = word ? strchr(word, ' ') : NULL;

        if (!word)
            continue;
        if (space) {
            *space = '\0';
            io.op = arena_copy(reading->arena, word);
            word = space + 1;
        }
        io.value = stats_parse_number(word);
        add_io(reading, row->offset, &io);
    }
}

static void add_io_word(const struct stats_reading *reading, const struct event_block_io *device,
                        const char *word)
{
    for (size_t i = 0; i < sizeof(v2_io) / sizeof(v2_io[0]); i++) {
        size_t length = strlen(v2_io[i].name);
        struct event_block_io io = *device;

        if (strncmp(word, v2_io[i].name, length) != 0 || word[length] != '=')
            continue;
        io.op = v2_io[i].op;
        io.value = stats_parse_number(word + length + 1);
        add_io(reading, v2_io[i].offset, &io);
    }
}

/* "8:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0" */
static void read_io_v2(const struct stats_reading *reading)
{
    char *rest = NULL;

    if (!stats_read_text(reading, "", "io.stat"))
        return;
    for (char *line = strtok_r(reading->text, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest)) {
        struct event_block_io io = {0};
        char *words = parse_device(line, &io);
        char *next = NULL;

        for (char *word = words ? strtok_r(words, " ", &next) : NULL; word;
             word = strtok_r(NULL, " ", &next))
            add_io_word(reading, &io, word);
    }
}

static void read_io(const struct stats_reading *reading)
{
    for (size_t i = 0; i < sizeof(v1_bfq) / sizeof(v1_bfq[0]); i++)
        read_io_v1(reading, &v1_bfq[i]);
    if (reading->stats->blkio.serviced.count > 0)
        return;
    reading->stats->blkio = (struct event_blkio){0};
    for (size_t i = 0; i < sizeof(v1_throttle) / sizeof(v1_throttle[0]); i++)
        read_io_v1(reading, &v1_throttle[i]);
}

/* --- huge pages --- */

static void add_hugetlb(const struct stats_reading *reading, const char *size)
{
    bool is_v2 = reading->cgroup->mode == CGROUP_MODE_V2;
    struct arena *arena = reading->arena;
    struct event_hugetlb *item = SLICE_PUSH(arena, &reading->stats->hugetlb, struct event_hugetlb);
    const char *usage =
        arena_format(arena, "hugetlb.%s.%s", size, is_v2 ? "current" : "usage_in_bytes");
    const char *failures = arena_format(arena, "hugetlb.%s.%s", size, is_v2 ? "events" : "failcnt");

    item->page_size = size;
    item->usage = read_number(reading, "hugetlb", usage, NULL);
    item->failcnt = read_number(reading, "hugetlb", failures, is_v2 ? "max" : NULL);
    if (!is_v2)
        item->max = read_number(reading, "hugetlb",
                                arena_format(arena, "hugetlb.%s.max_usage_in_bytes", size), NULL);
}

/* The page sizes are those for which there is a file. */
static void read_hugetlb(const struct stats_reading *reading)
{
    const char *directory = cgroup_find_directory(reading->cgroup, "hugetlb");
    const char *suffix = reading->cgroup->mode == CGROUP_MODE_V2 ? ".current" : ".usage_in_bytes";
    owned_dir stream = NULL;

    if (!directory || directory_open(AT_FDCWD, directory, &stream) < 0)
        return;
    for (struct dirent *entry = readdir(stream); entry; entry = readdir(stream)) {
        const char *size = entry->d_name + strlen("hugetlb.");
        const char *end;

        if (!text_has_prefix(entry->d_name, "hugetlb."))
            continue;
        end = strchr(size, '.');
        if (end && strcmp(end, suffix) == 0) /* not "2MB.rsvd.current" */
            add_hugetlb(reading, arena_copy_bytes(reading->arena, size, (size_t) (end - size)));
    }
}

void cgroup_read_stats(struct arena *arena, const struct cgroup *cgroup,
                       struct event_stats *ret_stats)
{
    const struct stats_reading reading = {arena, cgroup, ret_stats, arena_alloc(arena, TEXT_SIZE)};
    bool is_v2 = cgroup->mode == CGROUP_MODE_V2;

    *ret_stats = (struct event_stats){0};
    if (is_v2) {
        read_numbers(&reading, v2_numbers, sizeof(v2_numbers) / sizeof(v2_numbers[0]));
        combine_swap(&ret_stats->memory);
        read_io_v2(&reading);
    } else {
        read_numbers(&reading, v1_numbers, sizeof(v1_numbers) / sizeof(v1_numbers[0]));
        read_memory_v1(&reading);
        read_io(&reading);
    }
    read_raw_memory(&reading);
    read_hugetlb(&reading);
    stats_read_cpus(&reading);
    stats_read_pressure(&reading);
    ret_stats->intel_rdt = "{}";
    if (ret_stats->pids.limit == UINT64_MAX)
        ret_stats->pids.limit = 0;
}

/* How long processes waited for CPU, memory and I/O: Documentation/accounting/psi.rst. Absent where the kernel does not count it. */
#include <string.h>

#include "base/text.h"
#include "runtime/cgroup/stats.h"

/* "16.48" in millionths: the kernel writes two digits behind the point. */
static int64_t parse_percent(char *text)
{
    char *point = strchr(text, '.');
    uint64_t whole;
    uint64_t hundredths = 0;

    if (point)
        *point = '\0';
    whole = stats_parse_number(text);
    if (point)
        hundredths = stats_parse_number(point + 1);
    return (int64_t) (whole * 1000000 + hundredths * 10000);
}

/* "some avg10=16.48 avg60=35.25 avg300=50.61 total=6274399480" */
static void parse_line(char *line, struct event_pressure *pressure)
{
    struct event_stall *stall = line[0] == 's' ? &pressure->some : &pressure->full;
    const struct {
        const char *key;
        int64_t *place;
    } rows[] = {
        {"avg10=",  &stall->avg10 },
        {"avg60=",  &stall->avg60 },
        {"avg300=", &stall->avg300},
    };
    char *rest = NULL;

    for (char *word = strtok_r(line, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
            if (text_has_prefix(word, rows[i].key))
                *rows[i].place = parse_percent(word + strlen(rows[i].key));
        if (text_has_prefix(word, "total="))
            stall->total = stats_parse_number(word + strlen("total="));
    }
}

static struct event_pressure *read_one(const struct stats_reading *reading, const char *file)
{
    const struct cgroup_leaf *leaf = cgroup_find_v2_leaf(reading->cgroup);
    struct event_pressure *pressure;
    char *rest = NULL;

    if (!leaf || cgroup_read_file(leaf->directory, file, reading->text, TEXT_SIZE) <= 0)
        return NULL;
    pressure = ARENA_NEW(reading->arena, struct event_pressure);
    for (char *line = strtok_r(reading->text, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest))
        parse_line(line, pressure);
    return pressure;
}

void stats_read_pressure(const struct stats_reading *reading)
{
    struct event_stats *stats = reading->stats;

    stats->cpu.pressure = read_one(reading, "cpu.pressure");
    stats->memory.pressure = read_one(reading, "memory.pressure");
    stats->blkio.pressure = read_one(reading, "io.pressure");
}

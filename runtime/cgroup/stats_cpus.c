/* Which CPUs and memory nodes a container may use, and, with v1, the time it had on each of them. */
#include <string.h>

#include "base/text.h"
#include "runtime/cgroup/stats.h"

static void push(const struct stats_reading *reading, void *list, uint64_t number)
{
    *SLICE_PUSH(reading->arena, list, uint64_t) = number;
}

static void read_times(const struct stats_reading *reading)
{
    struct event_cpu_usage *usage = &reading->stats->cpu.usage;
    char *rest = NULL;

    if (stats_read_text(reading, "cpuacct", "cpuacct.usage_percpu"))
        for (char *word = strtok_r(reading->text, " \n", &rest); word;
             word = strtok_r(NULL, " \n", &rest))
            push(reading, &usage->percpu, stats_parse_number(word));
    if (!stats_read_text(reading, "cpuacct", "cpuacct.usage_all"))
        return;
    /* "cpu user system", then "0 1234 567" */
    (void) strtok_r(reading->text, "\n", &rest);
    for (char *word = strtok_r(NULL, " \n", &rest); word; word = strtok_r(NULL, " \n", &rest)) {
        char *user = strtok_r(NULL, " \n", &rest);
        char *kernel = strtok_r(NULL, " \n", &rest);

        if (!user || !kernel)
            return;
        push(reading, &usage->percpu_user, stats_parse_number(user));
        push(reading, &usage->percpu_kernel, stats_parse_number(kernel));
    }
}

/* "0-3,7" */
static void read_list(const struct stats_reading *reading, const char *file, void *list)
{
    enum { MOST = 8192 }; /* more CPUs than any kernel is built for */
    char *rest = NULL;

    if (!stats_read_text(reading, "cpuset", file))
        return;
    for (char *word = strtok_r(reading->text, ",\n", &rest); word;
         word = strtok_r(NULL, ",\n", &rest)) {
        char *dash = strchr(word, '-');
        uint64_t last;

        if (dash)
            *dash = '\0';
        last = stats_parse_number(dash ? dash + 1 : word);
        for (uint64_t number = stats_parse_number(word); number <= last && number < MOST; number++)
            push(reading, list, number);
    }
}

static void read_set_v1(const struct stats_reading *reading)
{
    struct event_cpuset *set = &reading->stats->cpuset;
    const struct {
        const char *file;
        uint64_t *place;
    } rows[] = {
        {"cpuset.cpu_exclusive",      &set->cpu_exclusive     },
        {"cpuset.mem_hardwall",       &set->mem_hardwall      },
        {"cpuset.mem_exclusive",      &set->mem_exclusive     },
        {"cpuset.memory_migrate",     &set->memory_migrate    },
        {"cpuset.memory_spread_page", &set->memory_spread_page},
        {"cpuset.memory_spread_slab", &set->memory_spread_slab},
        {"cpuset.memory_pressure",    &set->memory_pressure   },
        {"cpuset.sched_load_balance", &set->sched_load_balance},
    };

    read_list(reading, "cpuset.cpus", &set->cpus);
    read_list(reading, "cpuset.mems", &set->mems);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (stats_read_text(reading, "cpuset", rows[i].file))
            *rows[i].place = stats_parse_number(reading->text);
    if (stats_read_text(reading, "cpuset", "cpuset.sched_relax_domain_level"))
        (void) text_parse_int64(reading->text, &set->sched_relax_domain_level); /* else 0 */
}

void stats_read_cpus(const struct stats_reading *reading)
{
    struct event_cpuset *set = &reading->stats->cpuset;

    if (reading->cgroup->mode != CGROUP_MODE_V2) {
        read_times(reading);
        read_set_v1(reading);
        return;
    }
    read_list(reading, "cpuset.cpus.effective", &set->cpus);
    read_list(reading, "cpuset.mems.effective", &set->mems);
}

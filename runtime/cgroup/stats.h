/* Inside of cgroup/: what the files share that read statistics. */
#ifndef RUNTIME_CGROUP_STATS_H
#define RUNTIME_CGROUP_STATS_H

#include "oci-spec/events.h"
#include "runtime/cgroup/leaf.h"

enum { TEXT_SIZE = 64 * 1024 };

struct stats_reading {
    struct arena *arena;
    const struct cgroup *cgroup;
    struct event_stats *stats;
    char *text; /* TEXT_SIZE */
};

/* The file of the controller's hierarchy, or of v2, into reading->text. */
bool stats_read_text(const struct stats_reading *reading, const char *controller, const char *file);

/* "max" is the largest number there is; 0 what is none. */
uint64_t stats_parse_number(const char *text);

/* stats_cpus.c: CPU time of each CPU (v1), and the cpuset. */
void stats_read_cpus(const struct stats_reading *reading);

/* stats_pressure.c: of the v2 cgroup, also on hybrid hosts. */
void stats_read_pressure(const struct stats_reading *reading);

#endif

/*
 * The documents that `events` prints, one on a line, with the names that runc gave them and its readers (containerd, cAdvisor) know:
 * a container's statistics, and the news that its memory ran out.
 */
#ifndef OCI_SPEC_EVENTS_H
#define OCI_SPEC_EVENTS_H

#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"
#include "oci-spec/json.h"

struct event_cpu_usage { /* nanoseconds */
    uint64_t total;
    SLICE_OF(uint64_t) percpu;
    uint64_t kernel;
    uint64_t user;
    SLICE_OF(uint64_t) percpu_kernel;
    SLICE_OF(uint64_t) percpu_user;
};

struct event_throttling {
    uint64_t periods;
    uint64_t throttled_periods;
    uint64_t throttled_time; /* nanoseconds */
};

/* Pressure stall information (Documentation/accounting/psi.rst): averages in millionths of a percent, total in microseconds. */
struct event_stall {
    int64_t avg10;
    int64_t avg60;
    int64_t avg300;
    uint64_t total;
};

struct event_pressure {
    struct event_stall some;
    struct event_stall full;
};

struct event_cpu {
    struct event_cpu_usage usage;
    struct event_throttling throttling;
    struct event_pressure *pressure; /* NULL: the kernel does not say */
};

struct event_cpuset {
    SLICE_OF(uint64_t) cpus;
    uint64_t cpu_exclusive;
    SLICE_OF(uint64_t) mems;
    uint64_t mem_hardwall;
    uint64_t mem_exclusive;
    uint64_t memory_migrate;
    uint64_t memory_spread_page;
    uint64_t memory_spread_slab;
    uint64_t memory_pressure;
    uint64_t sched_load_balance;
    int64_t sched_relax_domain_level;
};

struct
    event_memory_entry { /* bytes; an unlimited limit is the largest number the kernel has for it */
    uint64_t limit;
    uint64_t usage;
    uint64_t max;
    uint64_t failcnt;
};

struct event_memory {
    uint64_t cache;
    struct event_memory_entry usage;
    struct event_memory_entry swap; /* memory and swap together, as v1 counts */
    struct event_memory_entry kernel;
    struct event_memory_entry kernel_tcp;
    const char *raw; /* memory.stat as a JSON object */
    struct event_pressure *pressure;
};

struct event_pids {
    uint64_t current;
    uint64_t limit; /* 0: unlimited */
};

struct event_block_io {
    uint64_t major;
    uint64_t minor;
    const char *op;
    uint64_t value;
};

SLICE_TYPE(event_block_io_list, struct event_block_io);

struct event_blkio {
    struct event_block_io_list service_bytes;
    struct event_block_io_list serviced;
    struct event_block_io_list queued;
    struct event_block_io_list service_time;
    struct event_block_io_list wait_time;
    struct event_block_io_list merged;
    struct event_block_io_list time;
    struct event_block_io_list sectors;
    struct event_pressure *pressure;
};

struct event_hugetlb {
    const char *page_size; /* the key */
    uint64_t usage;
    uint64_t max;
    uint64_t failcnt;
};

struct event_stats {
    struct event_cpu cpu;
    struct event_cpuset cpuset;
    struct event_memory memory;
    struct event_pids pids;
    struct event_blkio blkio;
    SLICE_OF(struct event_hugetlb) hugetlb;
    const char *intel_rdt; /* an empty object: readers take it for given */
};

struct event_document {
    const char *type; /* "stats" or "oom" */
    const char *id;
    const struct event_stats *data; /* of "stats" */
};

/* One line, without its end; in the arena. */
const char *event_document_write(struct arena *arena, const struct event_document *event);

/* The rows, for tests. */
extern const struct json_type json_event_document;

#endif

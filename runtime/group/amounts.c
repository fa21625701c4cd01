/* CPU as quota and shares, memory in bytes. Pure. */
#include "runtime/group/amounts.h"

#define PERIOD         UINT64_C(100000) /* microseconds: the kernel's default */
#define QUOTA_MIN      INT64_C(1000)    /* the least that the kernel takes */
#define SHARES_PER_CPU 1024
#define SHARES_MIN     2
#define SHARES_MAX     262144

int64_t group_memory_bytes(int64_t millionths_of_gib)
{
    return (int64_t) ((double) millionths_of_gib * (1024.0 * 1024.0 * 1024.0 / 1000000.0));
}

static int64_t *new_int64(struct arena *arena, int64_t value)
{
    int64_t *place = ARENA_NEW(arena, int64_t);

    *place = value;
    return place;
}

static uint64_t *new_uint64(struct arena *arena, uint64_t value)
{
    uint64_t *place = ARENA_NEW(arena, uint64_t);

    *place = value;
    return place;
}

static int64_t quota_of(int64_t millionths)
{
    int64_t quota = millionths / 1000000 * (int64_t) PERIOD + millionths % 1000000 / 10;

    return quota < QUOTA_MIN ? QUOTA_MIN : quota;
}

static uint64_t shares_of(int64_t millionths)
{
    int64_t shares = millionths * SHARES_PER_CPU / 1000000;

    if (shares < SHARES_MIN)
        return SHARES_MIN;
    return shares > SHARES_MAX ? SHARES_MAX : (uint64_t) shares;
}

static void apply_cpu(struct arena *arena, const int64_t *request, const int64_t *limit,
                      struct spec_resources *resources)
{
    struct spec_cpu *cpu = ARENA_NEW(arena, struct spec_cpu);

    if (!request && !limit)
        return;
    if (resources->cpu)
        *cpu = *resources->cpu;
    if (request)
        cpu->shares = new_uint64(arena, shares_of(*request));
    if (limit) {
        cpu->quota = new_int64(arena, quota_of(*limit));
        cpu->period = new_uint64(arena, PERIOD);
    }
    resources->cpu = cpu;
}

static void apply_memory(struct arena *arena, const int64_t *limit,
                         struct spec_resources *resources)
{
    struct spec_memory *memory = ARENA_NEW(arena, struct spec_memory);

    if (resources->memory)
        *memory = *resources->memory;
    memory->limit = new_int64(arena, group_memory_bytes(*limit));
    resources->memory = memory;
}

void group_amounts_apply(struct arena *arena, const struct group_amounts *requests,
                         const struct group_amounts *limits, struct spec_resources *resources)
{
    apply_cpu(arena, requests ? requests->cpu : NULL, limits ? limits->cpu : NULL, resources);
    if (limits && limits->memory_in_gb)
        apply_memory(arena, limits->memory_in_gb, resources);
    if (limits && limits->pids) {
        resources->pids = ARENA_NEW(arena, struct spec_pids);
        resources->pids->limit = new_int64(arena, *limits->pids);
    }
    if (limits && limits->io)
        resources->block_io = limits->io;
}

void group_amounts_apply_member(struct arena *arena, const struct group_resources *asked,
                                struct spec_resources *resources)
{
    struct group_amounts limits = {0};

    if (asked->requests)
        limits = *asked->requests;
    if (asked->limits) {
        limits.cpu = asked->limits->cpu ? asked->limits->cpu : limits.cpu;
        limits.io = asked->limits->io;
        limits.pids = asked->limits->pids ? asked->limits->pids : limits.pids;
        if (asked->limits->memory_in_gb)
            limits.memory_in_gb = asked->limits->memory_in_gb;
    }
    group_amounts_apply(arena, asked->requests, &limits, resources);
}

static int refuse(const char *pointer, struct error *err)
{
    return error_set(err, ERROR_INVALID, "/linux/resources/%s: is above the limit of the group",
                     pointer);
}

int group_amounts_check(const struct spec_resources *resources, const struct group_amounts *total,
                        struct error *err)
{
    const struct spec_cpu *cpu = resources->cpu;
    const struct spec_memory *memory = resources->memory;
    const struct spec_pids *pids = resources->pids;
    uint64_t period = cpu && cpu->period && *cpu->period > 0 ? *cpu->period : PERIOD;

    if (total->memory_in_gb && memory && memory->limit &&
        *memory->limit > group_memory_bytes(*total->memory_in_gb))
        return refuse("memory/limit", err);
    if (total->cpu && cpu && cpu->quota && *cpu->quota > 0 &&
        (double) *cpu->quota / (double) period > (double) *total->cpu / 1000000.0)
        return refuse("cpu/quota", err);
    if (total->pids && pids && pids->limit && *pids->limit > *total->pids)
        return refuse("pids/limit", err);
    return 0;
}

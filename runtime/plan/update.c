/*
 * An update, from what is given and what is there. The values are turned into writes as for a new cgroup (cgroup_v1.c, cgroup_v2.c); what
 * differs in a living one is here: values that come in pairs take the other half from what is there, and each pair is written in the
 * order in which neither of them is wrong beside the other for a moment.
 */
#include "runtime/plan/update.h"

#include <string.h>

#include "runtime/plan/parts.h"

/* The resources of a new cgroup with the missing halves filled in; what was only filled in is not written. */
struct completed {
    struct spec_resources resources;
    struct spec_memory memory;
    struct spec_cpu cpu;
    bool has_live_limit; /* memory.limit is what is there */
};

static const int64_t unlimited = -1;

static bool is_set(const int64_t *limit)
{
    return limit && *limit != 0;
}

/* a is a higher limit than b. */
static bool is_above(int64_t a, int64_t b)
{
    return b != -1 && (a == -1 || a > b);
}

static void complete_memory(const struct plan_update_request *request, struct completed *completed)
{
    struct spec_memory *memory = &completed->memory;

    if (!request->resources->memory)
        return;
    *memory = *request->resources->memory;
    completed->resources.memory = memory;
    /* As runc has it: who lifts the limit of memory means swap, too. */
    if (memory->limit && *memory->limit == -1 && !is_set(memory->swap))
        memory->swap = &unlimited;
    if (is_set(memory->swap) && !is_set(memory->limit)) {
        memory->limit = request->live->memory_limit;
        completed->has_live_limit = true;
    }
}

static void complete_cpu(const struct plan_update_request *request, struct completed *completed)
{
    struct spec_cpu *cpu = &completed->cpu;
    const struct cgroup_live *live = request->live;
    bool has_period;

    if (!request->resources->cpu)
        return;
    *cpu = *request->resources->cpu;
    completed->resources.cpu = cpu;
    has_period = cpu->period && *cpu->period != 0;
    if (request->host->cgroup_mode != CGROUP_MODE_V2)
        return;
    /* cpu.max is one file for both */
    if (is_set(cpu->quota) && !has_period && live->cpu_period)
        cpu->period = (const uint64_t *) live->cpu_period;
    if (has_period && !is_set(cpu->quota))
        cpu->quota = live->cpu_quota;
}

static int check_usage(const struct plan_update_request *request, struct error *err)
{
    const struct spec_memory *memory = request->resources->memory;
    const int64_t *usage = request->live->memory_usage;

    if (!memory || !memory->check_before_update || !*memory->check_before_update || !usage ||
        !memory->limit || *memory->limit <= 0 || *memory->limit >= *usage)
        return 0;
    return error_set(err, ERROR_STATE,
                     "/linux/resources/memory/limit: %lld is less than the %lld bytes in use",
                     (long long) *memory->limit, (long long) *usage);
}

/* The kernel would only say that the argument is invalid. */
static int check_against_live(const struct plan_update_request *request, struct error *err)
{
    const struct spec_memory *memory = request->resources->memory;
    const struct spec_cpu *cpu = request->resources->cpu;
    const struct cgroup_live *live = request->live;

    if (memory && is_set(memory->limit) && *memory->limit != -1 && !is_set(memory->swap) &&
        live->memory_and_swap_limit && is_above(*memory->limit, *live->memory_and_swap_limit))
        return error_set(err, ERROR_INVALID,
                         "/linux/resources/memory/limit: is more than memory and swap together "
                         "may be (%lld), give memory/swap, too",
                         (long long) *live->memory_and_swap_limit);
    if (cpu && is_set(cpu->quota) && *cpu->quota > 0 && !cpu->burst && live->cpu_burst &&
        *live->cpu_burst > *cpu->quota)
        return error_set(err, ERROR_INVALID,
                         "/linux/resources/cpu/quota: is less than the burst (%lld), give "
                         "cpu/burst, too",
                         (long long) *live->cpu_burst);
    return check_usage(request, err);
}

/* --- the writes --- */

static struct cgroup_write *find_write(const struct cgroup_write_list *writes, const char *file)
{
    SLICE_FOR_EACH(struct cgroup_write, write, *writes)
        if (strcmp(write->file, file) == 0)
            return write;
    return NULL;
}

static void drop_write(struct cgroup_write_list *writes, const char *file)
{
    struct cgroup_write *found = find_write(writes, file);

    if (!found)
        return;
    writes->count--;
    memmove(found, found + 1,
            (size_t) (writes->items + writes->count - found) * sizeof(struct cgroup_write));
}

/* Moves the write to late before that to early, if both are there. */
static void move_before(struct cgroup_write_list *writes, const char *late, const char *early)
{
    struct cgroup_write *from = find_write(writes, late);
    struct cgroup_write *to = find_write(writes, early);
    struct cgroup_write moved;

    if (!from || !to || from < to)
        return;
    moved = *from;
    memmove(to + 1, to, (size_t) (from - to) * sizeof(struct cgroup_write));
    *to = moved;
}

/* Of a new cgroup these are the defaults, and not written; here they take back what was there. */
static void add_zeros(const struct plan_builder *builder, const struct spec_resources *given)
{
    bool is_v2 = builder->host->cgroup_mode == CGROUP_MODE_V2;

    if (given->cpu && given->cpu->burst && *given->cpu->burst == 0)
        plan_add_cgroup_write(builder, "cpu", is_v2 ? "cpu.max.burst" : "cpu.cfs_burst_us", "0",
                              "cpu/burst")
            ->may_be_missing = true;
    if (!is_v2 && given->memory && given->memory->disable_oom_killer &&
        !*given->memory->disable_oom_killer)
        plan_add_cgroup_write(builder, "memory", "memory.oom_control", "0",
                              "memory/disableOOMKiller");
}

/* v1: memory is never above memory and swap. */
static void order_memory(struct cgroup_write_list *writes, const struct spec_memory *memory,
                         const struct cgroup_live *live)
{
    if (memory && is_set(memory->limit) && live->memory_and_swap_limit &&
        is_above(*memory->limit, *live->memory_and_swap_limit))
        move_before(writes, "memory.memsw.limit_in_bytes", "memory.limit_in_bytes");
}

static void order_cpu(struct cgroup_write_list *writes, const struct spec_cpu *cpu,
                      const struct cgroup_live *live)
{
    if (!cpu)
        return;
    /* v1: quota/period is never above both its old and its new value: a parent's limit may be just that. */
    if (cpu->period && live->cpu_period && *cpu->period < (uint64_t) *live->cpu_period)
        move_before(writes, "cpu.cfs_quota_us", "cpu.cfs_period_us");
    /* a burst is never above the quota */
    if (cpu->burst && live->cpu_burst && *cpu->burst < (uint64_t) *live->cpu_burst) {
        move_before(writes, "cpu.cfs_burst_us", "cpu.cfs_quota_us");
        move_before(writes, "cpu.max.burst", "cpu.max");
    }
    /* only who is not idle has a weight */
    move_before(writes, "cpu.idle", "cpu.shares");
    move_before(writes, "cpu.idle", "cpu.weight");
}

static int add_devices(const struct plan_builder *builder, const struct cgroup_live *live,
                       struct error *err)
{
    struct cgroup_settings *settings = &builder->plan->cgroup;
    struct device_rule_list rules = {0};
    struct cgroup_write_list others = settings->writes;

    if (builder->linux_->resources->devices.count == 0 || !builder->host->is_privileged)
        return 0;
    if (plan_device_rules(builder->arena, builder->linux_->resources, &rules, err) < 0)
        return -1;
    if (builder->host->cgroup_mode == CGROUP_MODE_V2) {
        settings->device_program =
            device_rules_compile(builder->arena, &rules, &settings->device_program_length);
        return 0;
    }
    settings->writes = (struct cgroup_write_list){0};
    plan_add_device_writes(builder, &rules);
    /* Engines send the rules of create again with every update: then nothing is left. */
    if (live->devices)
        (void) plan_reduce_device_writes(builder->arena, live->devices, &settings->writes);
    SLICE_FOR_EACH(const struct cgroup_write, write, settings->writes)
        *SLICE_PUSH(builder->arena, &others, struct cgroup_write) = *write;
    settings->writes = others;
    return 0;
}

static int add_resources(const struct plan_builder *builder,
                         const struct plan_update_request *request, struct completed *completed,
                         struct error *err)
{
    struct cgroup_write_list *writes = &builder->plan->cgroup.writes;
    bool is_v2 = builder->host->cgroup_mode == CGROUP_MODE_V2;
    int result = is_v2 ? plan_add_cgroup_v2(builder, &completed->resources, err)
                       : plan_add_cgroup_v1(builder, &completed->resources, err);

    if (result < 0)
        return -1;
    add_zeros(builder, request->resources);
    if (completed->has_live_limit)
        drop_write(writes, is_v2 ? "memory.max" : "memory.limit_in_bytes");
    order_memory(writes, completed->resources.memory, request->live);
    order_cpu(writes, completed->resources.cpu, request->live);
    return add_devices(builder, request->live, err);
}

int plan_build_update(struct arena *arena, const struct plan_update_request *request,
                      struct plan_update *ret_update, struct error *err)
{
    struct completed completed = {.resources = *request->resources};
    const struct spec_linux section = {.resources = &completed.resources};
    struct plan plan = {0};
    const struct plan_builder builder = {
        .arena = arena, .linux_ = &section, .host = request->host, .plan = &plan};

    complete_memory(request, &completed);
    complete_cpu(request, &completed);
    if (plan_check_resources(&completed.resources, err) < 0 ||
        check_against_live(request, err) < 0 ||
        add_resources(&builder, request, &completed, err) < 0)
        return -1;
    *ret_update = (struct plan_update){.settings = plan.cgroup, .warnings = plan.warnings};
    return 0;
}

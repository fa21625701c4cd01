/*
 * linux.resources, which speaks the language of cgroup v1, as writes to cgroup v2 files. What v2 has no equal for is
 * an error (config-linux.md#unified); linux.resources.unified comes last and overrides.
 */
#include <string.h>

#include "runtime/plan/parts.h"

#define SHARES_MIN     2
#define SHARES_MAX     262144
#define IO_WEIGHT_MIN  10
#define DEFAULT_PERIOD 100000

uint64_t plan_cgroup_weight_from_shares(uint64_t shares)
{
    if (shares < SHARES_MIN)
        shares = SHARES_MIN;
    if (shares > SHARES_MAX)
        shares = SHARES_MAX;
    return 1 + (shares - SHARES_MIN) * 9999 / (SHARES_MAX - SHARES_MIN);
}

uint64_t plan_cgroup_weight_from_block_io(uint64_t weight)
{
    if (weight < IO_WEIGHT_MIN)
        weight = IO_WEIGHT_MIN;
    return 1 + (weight - IO_WEIGHT_MIN) * 9999 / 990;
}

static bool is_set(const int64_t *limit)
{
    return limit && *limit != 0;
}

static bool is_limited(const int64_t *limit)
{
    return limit && *limit > 0;
}

static const char *format_unsigned(const struct plan_builder *builder, uint64_t number)
{
    return arena_format(builder->arena, "%llu", (unsigned long long) number);
}

/* The first thing asked for that exists on v1 only, or NULL. */
static const char *find_v1_only(const struct spec_resources *resources)
{
    const struct spec_memory *memory = resources->memory;
    const struct spec_cpu *cpu = resources->cpu;
    const struct spec_network_class *network = resources->network;

    if (memory && is_limited(memory->kernel))
        return "memory/kernel";
    if (memory && is_limited(memory->kernel_tcp))
        return "memory/kernelTCP";
    if (memory && memory->swappiness)
        return "memory/swappiness";
    if (memory && memory->disable_oom_killer && *memory->disable_oom_killer)
        return "memory/disableOOMKiller";
    if (cpu && is_set(cpu->realtime_runtime))
        return "cpu/realtimeRuntime";
    if (cpu && cpu->realtime_period && *cpu->realtime_period != 0)
        return "cpu/realtimePeriod";
    if (network && network->class_id && *network->class_id != 0)
        return "network/classID";
    if (network && network->priorities.count > 0)
        return "network/priorities";
    return NULL;
}

static void add_memory(const struct plan_builder *builder, const struct spec_memory *memory)
{
    if (!memory)
        return;
    /* v1 counts memory and swap together, v2 swap alone; checked: swap is limited only where memory is. */
    if (is_limited(memory->swap))
        plan_add_cgroup_write(builder, "memory", "memory.swap.max",
                              plan_format_number(builder, *memory->swap - *memory->limit, "max"),
                              "memory/swap");
    else if (is_set(memory->swap))
        plan_add_cgroup_write(builder, "memory", "memory.swap.max", "max", "memory/swap")
            ->may_be_missing = true;
    if (is_set(memory->limit))
        plan_add_cgroup_write(builder, "memory", "memory.max",
                              plan_format_number(builder, *memory->limit, "max"), "memory/limit");
    if (is_set(memory->reservation))
        plan_add_cgroup_write(builder, "memory", "memory.low",
                              plan_format_number(builder, *memory->reservation, "max"),
                              "memory/reservation");
}

static void add_cpu_max(const struct plan_builder *builder, const struct spec_cpu *cpu)
{
    uint64_t period = cpu->period && *cpu->period != 0 ? *cpu->period : DEFAULT_PERIOD;
    const char *quota =
        is_limited(cpu->quota) ? format_unsigned(builder, (uint64_t) *cpu->quota) : "max";

    if (is_set(cpu->quota) || (cpu->period && *cpu->period != 0))
        plan_add_cgroup_write(
            builder, "cpu", "cpu.max",
            arena_format(builder->arena, "%s %llu", quota, (unsigned long long) period),
            is_set(cpu->quota) ? "cpu/quota" : "cpu/period");
    if (cpu->burst && *cpu->burst != 0)
        plan_add_cgroup_write(builder, "cpu", "cpu.max.burst",
                              format_unsigned(builder, *cpu->burst), "cpu/burst");
}

static void add_cpu(const struct plan_builder *builder, const struct spec_cpu *cpu)
{
    bool is_idle = cpu && cpu->idle && *cpu->idle == 1;

    if (!cpu)
        return;
    /* The kernel refuses a weight for a group that is idle. */
    if (cpu->shares && *cpu->shares != 0 && !is_idle)
        plan_add_cgroup_write(
            builder, "cpu", "cpu.weight",
            format_unsigned(builder, plan_cgroup_weight_from_shares(*cpu->shares)), "cpu/shares");
    if (cpu->idle)
        plan_add_cgroup_write(builder, "cpu", "cpu.idle", is_idle ? "1" : "0", "cpu/idle")
            ->may_be_missing = !is_idle;
    add_cpu_max(builder, cpu);
    if (cpu->cpus)
        plan_add_cgroup_write(builder, "cpuset", "cpuset.cpus", cpu->cpus, "cpu/cpus");
    if (cpu->mems)
        plan_add_cgroup_write(builder, "cpuset", "cpuset.mems", cpu->mems, "cpu/mems");
}

/* Of the two policies that know weights the kernel has one, the other, or both: BFQ's file may be missing. */
static void add_io_weight(const struct plan_builder *builder, const char *device, uint64_t weight,
                          const char *pointer)
{
    unsigned long long converted = plan_cgroup_weight_from_block_io(weight);

    plan_add_cgroup_write(
        builder, "io", "io.bfq.weight",
        arena_format(builder->arena, "%s %llu", device, (unsigned long long) weight), pointer)
        ->may_be_missing = true;
    plan_add_cgroup_write(builder, "io", "io.weight",
                          arena_format(builder->arena, "%s %llu", device, converted), pointer);
}

static void add_throttle(const struct plan_builder *builder, const struct spec_throttle_list *list,
                         const char *key, const char *pointer)
{
    SLICE_FOR_EACH(const struct spec_throttle_device, device, *list) {
        bool is_limit = device->rate && *device->rate != 0;
        const char *rate = is_limit ? format_unsigned(builder, *device->rate) : "max";

        plan_add_cgroup_write(builder, "io", "io.max",
                              arena_format(builder->arena, "%lld:%lld %s=%s",
                                           (long long) device->major, (long long) device->minor,
                                           key, rate),
                              pointer);
    }
}

static void add_io(const struct plan_builder *builder, const struct spec_block_io *block_io)
{
    if (!block_io)
        return;
    if (block_io->weight && *block_io->weight != 0)
        add_io_weight(builder, "default", *block_io->weight, "blockIO/weight");
    if (block_io->leaf_weight && *block_io->leaf_weight != 0)
        PLAN_WARN(builder, "/linux/resources/blockIO/leafWeight: has no effect since Linux 5.0");
    SLICE_FOR_EACH(const struct spec_weight_device, device, block_io->weight_device) {
        const char *number = arena_format(builder->arena, "%lld:%lld", (long long) device->major,
                                          (long long) device->minor);

        if (device->leaf_weight)
            PLAN_WARN(builder, "/linux/resources/blockIO/weightDevice: leafWeight has no effect "
                               "since Linux 5.0");
        if (device->weight)
            add_io_weight(builder, number, *device->weight, "blockIO/weightDevice");
    }
    add_throttle(builder, &block_io->throttle_read_bps_device, "rbps",
                 "blockIO/throttleReadBpsDevice");
    add_throttle(builder, &block_io->throttle_write_bps_device, "wbps",
                 "blockIO/throttleWriteBpsDevice");
    add_throttle(builder, &block_io->throttle_read_iops_device, "riops",
                 "blockIO/throttleReadIOPSDevice");
    add_throttle(builder, &block_io->throttle_write_iops_device, "wiops",
                 "blockIO/throttleWriteIOPSDevice");
}

static void add_hugepages(const struct plan_builder *builder,
                          const struct spec_resources *resources)
{
    for (size_t i = 0; i < resources->hugepage_limits.count; i++) {
        const struct spec_hugepage_limit *limit = &resources->hugepage_limits.items[i];
        const char *value = format_unsigned(builder, limit->limit);

        plan_add_cgroup_write(builder, "hugetlb",
                              arena_format(builder->arena, "hugetlb.%s.max", limit->page_size),
                              value, "hugepageLimits");
        if (builder->host->has_hugetlb_rsvd)
            plan_add_cgroup_write(
                builder, "hugetlb",
                arena_format(builder->arena, "hugetlb.%s.rsvd.max", limit->page_size), value,
                "hugepageLimits");
    }
}

/* A kernel file takes one device per write, so each line of the value is one (config-linux.md#unified has such a value). */
static void add_unified_lines(const struct plan_builder *builder, const struct text_pair *asked)
{
    size_t name_length = strcspn(asked->key, ".");
    const char *controller = arena_copy_bytes(builder->arena, asked->key, name_length);
    const char *pointer = arena_format(builder->arena, "unified/%s", asked->key);
    const char *line = asked->value;

    if (strcmp(controller, "cgroup") == 0)
        controller = ""; /* cgroup.max.depth and the like are always there */
    for (;;) {
        size_t length = strcspn(line, "\n");

        if (length > 0 || *asked->value == '\0')
            plan_add_cgroup_write(builder, controller, asked->key,
                                  arena_copy_bytes(builder->arena, line, length), pointer);
        if (line[length] == '\0')
            return;
        line += length + 1;
    }
}

static int add_unified(const struct plan_builder *builder, const struct text_map *unified,
                       struct error *err)
{
    SLICE_FOR_EACH(const struct text_pair, asked, *unified) {
        if (strpbrk(asked->key, "/\n") || !strchr(asked->key, '.') || asked->key[0] == '.')
            return error_set(err, ERROR_INVALID,
                             "/linux/resources/unified/%s: not a file of a cgroup",
                             plan_pointer_key(builder->arena, asked->key));
        add_unified_lines(builder, asked);
    }
    return 0;
}

int plan_add_cgroup_v2(const struct plan_builder *builder, const struct spec_resources *resources,
                       struct error *err)
{
    const char *refused = find_v1_only(resources);

    if (refused)
        return error_set(err, ERROR_UNSUPPORTED, "/linux/resources/%s: cgroup v2 has no such thing",
                         refused);
    add_memory(builder, resources->memory);
    add_cpu(builder, resources->cpu);
    if (resources->pids && resources->pids->limit)
        plan_add_cgroup_write(builder, "pids", "pids.max",
                              plan_format_number(builder, *resources->pids->limit, "max"),
                              "pids/limit");
    add_io(builder, resources->block_io);
    add_hugepages(builder, resources);
    plan_add_cgroup_rdma(builder, resources);
    return add_unified(builder, &resources->unified, err);
}

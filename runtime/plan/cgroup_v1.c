/*
 * linux.resources as writes to cgroup v1 files, in an order that the kernel accepts for a new group: memory before
 * memory+swap, a period before its quota, a quota before its burst.
 */
#include <string.h>

#include "runtime/plan/parts.h"

static bool is_set(const int64_t *limit)
{
    return limit && *limit != 0;
}

static bool is_positive(const uint64_t *number)
{
    return number && *number != 0;
}

static const char *format_unsigned(const struct plan_builder *builder, uint64_t number)
{
    return arena_format(builder->arena, "%llu", (unsigned long long) number);
}

/* Kernel memory alone cannot be limited since Linux 5.16: writes to the file are refused. */
static void add_kernel_memory(const struct plan_builder *builder, const struct spec_memory *memory)
{
    const struct host *host = builder->host;
    bool is_gone = host->kernel_major > 5 || (host->kernel_major == 5 && host->kernel_minor >= 16);

    if (!is_set(memory->kernel))
        return;
    if (!is_gone)
        plan_add_cgroup_write(builder, "memory", "memory.kmem.limit_in_bytes",
                              plan_format_number(builder, *memory->kernel, "-1"), "memory/kernel");
    else if (*memory->kernel != -1)
        PLAN_WARN(builder, "/linux/resources/memory/kernel: has no effect since Linux 5.16");
}

static void add_memory(const struct plan_builder *builder, const struct spec_memory *memory)
{
    if (!memory)
        return;
    if (is_set(memory->limit))
        plan_add_cgroup_write(builder, "memory", "memory.limit_in_bytes",
                              plan_format_number(builder, *memory->limit, "-1"), "memory/limit");
    if (is_set(memory->swap)) /* the file is there only when the kernel accounts swap */
        plan_add_cgroup_write(builder, "memory", "memory.memsw.limit_in_bytes",
                              plan_format_number(builder, *memory->swap, "-1"), "memory/swap")
            ->may_be_missing = *memory->swap == -1;
    if (is_set(memory->reservation))
        plan_add_cgroup_write(builder, "memory", "memory.soft_limit_in_bytes",
                              plan_format_number(builder, *memory->reservation, "-1"),
                              "memory/reservation");
    add_kernel_memory(builder, memory);
    if (is_set(memory->kernel_tcp))
        plan_add_cgroup_write(builder, "memory", "memory.kmem.tcp.limit_in_bytes",
                              plan_format_number(builder, *memory->kernel_tcp, "-1"),
                              "memory/kernelTCP")
            ->may_be_missing = *memory->kernel_tcp == -1;
    if (memory->swappiness)
        plan_add_cgroup_write(builder, "memory", "memory.swappiness",
                              format_unsigned(builder, *memory->swappiness), "memory/swappiness");
    if (memory->disable_oom_killer && *memory->disable_oom_killer)
        plan_add_cgroup_write(builder, "memory", "memory.oom_control", "1",
                              "memory/disableOOMKiller");
    if (memory->use_hierarchy && !*memory->use_hierarchy)
        PLAN_WARN(builder, "/linux/resources/memory/useHierarchy: is always true since Linux 5.11");
}

static void add_cpu_bandwidth(const struct plan_builder *builder, const struct spec_cpu *cpu)
{
    if (is_positive(cpu->period))
        plan_add_cgroup_write(builder, "cpu", "cpu.cfs_period_us",
                              format_unsigned(builder, *cpu->period), "cpu/period");
    if (is_set(cpu->quota))
        plan_add_cgroup_write(builder, "cpu", "cpu.cfs_quota_us",
                              plan_format_number(builder, *cpu->quota < 0 ? -1 : *cpu->quota, "-1"),
                              "cpu/quota");
    if (is_positive(cpu->burst))
        plan_add_cgroup_write(builder, "cpu", "cpu.cfs_burst_us",
                              format_unsigned(builder, *cpu->burst), "cpu/burst");
    if (is_positive(cpu->realtime_period))
        plan_add_cgroup_write(builder, "cpu", "cpu.rt_period_us",
                              format_unsigned(builder, *cpu->realtime_period),
                              "cpu/realtimePeriod");
    if (is_set(cpu->realtime_runtime))
        plan_add_cgroup_write(builder, "cpu", "cpu.rt_runtime_us",
                              plan_format_number(builder, *cpu->realtime_runtime, "-1"),
                              "cpu/realtimeRuntime");
}

static void add_cpu(const struct plan_builder *builder, const struct spec_cpu *cpu)
{
    if (!cpu)
        return;
    /* The kernel refuses shares for a group that is idle. */
    if (is_positive(cpu->shares) && !(cpu->idle && *cpu->idle == 1))
        plan_add_cgroup_write(builder, "cpu", "cpu.shares", format_unsigned(builder, *cpu->shares),
                              "cpu/shares");
    if (cpu->idle)
        plan_add_cgroup_write(builder, "cpu", "cpu.idle",
                              plan_format_number(builder, *cpu->idle, "-1"), "cpu/idle")
            ->may_be_missing = *cpu->idle == 0;
    add_cpu_bandwidth(builder, cpu);
    if (cpu->cpus)
        plan_add_cgroup_write(builder, "cpuset", "cpuset.cpus", cpu->cpus, "cpu/cpus");
    if (cpu->mems)
        plan_add_cgroup_write(builder, "cpuset", "cpuset.mems", cpu->mems, "cpu/mems");
}

static void add_throttle(const struct plan_builder *builder, const struct spec_throttle_list *list,
                         const char *file, const char *pointer)
{
    SLICE_FOR_EACH(const struct spec_throttle_device, device, *list)
        plan_add_cgroup_write(builder, "blkio", file,
                              arena_format(builder->arena, "%lld:%lld %llu",
                                           (long long) device->major, (long long) device->minor,
                                           (unsigned long long) (device->rate ? *device->rate : 0)),
                              pointer);
}

static void add_block_io(const struct plan_builder *builder, const struct spec_block_io *block_io)
{
    if (!block_io)
        return;
    /* blkio.weight was CFQ's and went with it in Linux 5.0; BFQ's file has the same meaning. */
    if (block_io->weight && *block_io->weight != 0)
        plan_add_cgroup_write(builder, "blkio", "blkio.bfq.weight",
                              plan_format_number(builder, *block_io->weight, "-1"),
                              "blockIO/weight");
    if (block_io->leaf_weight && *block_io->leaf_weight != 0)
        PLAN_WARN(builder, "/linux/resources/blockIO/leafWeight: has no effect since Linux 5.0");
    SLICE_FOR_EACH(const struct spec_weight_device, device, block_io->weight_device) {
        if (device->leaf_weight)
            PLAN_WARN(builder, "/linux/resources/blockIO/weightDevice: leafWeight has no effect "
                               "since Linux 5.0");
        if (device->weight)
            plan_add_cgroup_write(builder, "blkio", "blkio.bfq.weight_device",
                                  arena_format(builder->arena, "%lld:%lld %u",
                                               (long long) device->major, (long long) device->minor,
                                               *device->weight),
                                  "blockIO/weightDevice");
    }
    add_throttle(builder, &block_io->throttle_read_bps_device, "blkio.throttle.read_bps_device",
                 "blockIO/throttleReadBpsDevice");
    add_throttle(builder, &block_io->throttle_write_bps_device, "blkio.throttle.write_bps_device",
                 "blockIO/throttleWriteBpsDevice");
    add_throttle(builder, &block_io->throttle_read_iops_device, "blkio.throttle.read_iops_device",
                 "blockIO/throttleReadIOPSDevice");
    add_throttle(builder, &block_io->throttle_write_iops_device, "blkio.throttle.write_iops_device",
                 "blockIO/throttleWriteIOPSDevice");
}

static void add_hugepages(const struct plan_builder *builder,
                          const struct spec_resources *resources)
{
    for (size_t i = 0; i < resources->hugepage_limits.count; i++) {
        const struct spec_hugepage_limit *limit = &resources->hugepage_limits.items[i];
        const char *value = format_unsigned(builder, limit->limit);

        plan_add_cgroup_write(
            builder, "hugetlb",
            arena_format(builder->arena, "hugetlb.%s.limit_in_bytes", limit->page_size), value,
            "hugepageLimits");
        if (builder->host->has_hugetlb_rsvd)
            plan_add_cgroup_write(
                builder, "hugetlb",
                arena_format(builder->arena, "hugetlb.%s.rsvd.limit_in_bytes", limit->page_size),
                value, "hugepageLimits");
    }
}

static void add_network(const struct plan_builder *builder,
                        const struct spec_network_class *network)
{
    if (!network)
        return;
    if (network->class_id && *network->class_id != 0)
        plan_add_cgroup_write(builder, "net_cls", "net_cls.classid",
                              format_unsigned(builder, *network->class_id), "network/classID");
    for (size_t i = 0; i < network->priorities.count; i++)
        plan_add_cgroup_write(builder, "net_prio", "net_prio.ifpriomap",
                              arena_format(builder->arena, "%s %u",
                                           network->priorities.items[i].name,
                                           network->priorities.items[i].priority),
                              "network/priorities");
}

int plan_add_cgroup_v1(const struct plan_builder *builder, const struct spec_resources *resources,
                       struct error *err)
{
    if (resources->unified.count > 0)
        return error_set(err, ERROR_UNSUPPORTED,
                         "/linux/resources/unified: the controllers of this host are on cgroup v1");
    add_memory(builder, resources->memory);
    add_cpu(builder, resources->cpu);
    if (resources->pids && resources->pids->limit)
        plan_add_cgroup_write(builder, "pids", "pids.max",
                              plan_format_number(builder, *resources->pids->limit, "max"),
                              "pids/limit");
    add_block_io(builder, resources->block_io);
    add_hugepages(builder, resources);
    add_network(builder, resources->network);
    plan_add_cgroup_rdma(builder, resources);
    return 0;
}

/*
 * The container's cgroup: its path, who owns it, and what is written where. The rules for values are here; into
 * which files they go is cgroup_v1.c (also for hybrid hosts, whose controllers are on v1) and cgroup_v2.c.
 *
 * 0 is "not set" for the memory, cpu and blockIO numbers, as engines mean it; pids.limit 0 is 0 (config-linux.md#pids).
 */
#include <string.h>

#include "base/text.h"
#include "runtime/plan/parts.h"

#define CPU_LIST_BITS  8192
#define PERIOD_MIN     1000    /* microseconds: kernel/sched, min_cfs_quota_period */
#define PERIOD_MAX     1000000 /* max_cfs_quota_period */
#define IO_WEIGHT_MAX  1000
#define SWAPPINESS_MAX 100

struct cgroup_write *plan_add_cgroup_write(const struct plan_builder *builder,
                                           const char *controller, const char *file,
                                           const char *value, const char *pointer)
{
    struct cgroup_write *row =
        SLICE_PUSH(builder->arena, &builder->plan->cgroup.writes, struct cgroup_write);

    row->controller = controller;
    row->file = file;
    row->value = value;
    row->pointer = arena_format(builder->arena, "/linux/resources/%s", pointer);
    return row;
}

const char *plan_format_number(const struct plan_builder *builder, int64_t number,
                               const char *unlimited)
{
    if (number == -1)
        return unlimited;
    return arena_format(builder->arena, "%lld", (long long) number);
}

void plan_add_cgroup_rdma(const struct plan_builder *builder,
                          const struct spec_resources *resources)
{
    SLICE_FOR_EACH(const struct spec_rdma, rdma, resources->rdma) {
        const char *value = rdma->device;

        if (rdma->hca_handles)
            value = arena_format(builder->arena, "%s hca_handle=%u", value, *rdma->hca_handles);
        if (rdma->hca_objects)
            value = arena_format(builder->arena, "%s hca_object=%u", value, *rdma->hca_objects);
        plan_add_cgroup_write(builder, "rdma", "rdma.max", value, "rdma");
    }
}

/* --- values --- */

static int check_limit(const int64_t *limit, const char *pointer, struct error *err)
{
    if (limit && *limit < -1)
        return error_set(err, ERROR_INVALID, "/linux/resources/%s: must be -1 (unlimited) or more",
                         pointer);
    return 0;
}

static bool is_set(const int64_t *limit)
{
    return limit && *limit != 0;
}

/* swap is memory plus swap, so it means nothing without a memory limit, and cannot be below it. */
static int check_swap(const struct spec_memory *memory, struct error *err)
{
    if (!is_set(memory->swap) || *memory->swap == -1)
        return 0;
    if (!is_set(memory->limit) || *memory->limit == -1)
        return error_set(err, ERROR_INVALID,
                         "/linux/resources/memory/swap: needs a memory limit, it is memory and "
                         "swap together");
    if (*memory->swap < *memory->limit)
        return error_set(err, ERROR_INVALID,
                         "/linux/resources/memory/swap: is less than the memory limit, it is "
                         "memory and swap together");
    return 0;
}

static int check_memory(const struct spec_memory *memory, struct error *err)
{
    if (!memory)
        return 0;
    if (check_limit(memory->limit, "memory/limit", err) < 0 ||
        check_limit(memory->reservation, "memory/reservation", err) < 0 ||
        check_limit(memory->swap, "memory/swap", err) < 0 ||
        check_limit(memory->kernel, "memory/kernel", err) < 0 ||
        check_limit(memory->kernel_tcp, "memory/kernelTCP", err) < 0)
        return -1;
    if (memory->swappiness && *memory->swappiness > SWAPPINESS_MAX)
        return error_set(err, ERROR_INVALID,
                         "/linux/resources/memory/swappiness: must be from 0 to 100");
    return check_swap(memory, err);
}

static int check_list(const char *list, const char *pointer, struct error *err)
{
    uint64_t mask[CPU_LIST_BITS / 64];

    if (list && !text_parse_list(list, mask, CPU_LIST_BITS))
        return error_set(err, ERROR_INVALID,
                         "/linux/resources/cpu/%s: \"%s\" is not a list like \"0-3,7\"", pointer,
                         list);
    return 0;
}

static int check_cpu(const struct spec_cpu *cpu, struct error *err)
{
    if (!cpu)
        return 0;
    if (cpu->period && *cpu->period != 0 &&
        (*cpu->period < PERIOD_MIN || *cpu->period > PERIOD_MAX))
        return error_set(err, ERROR_INVALID,
                         "/linux/resources/cpu/period: must be from %d to %d (microseconds)",
                         PERIOD_MIN, PERIOD_MAX);
    if (cpu->quota && *cpu->quota > 0 && *cpu->quota < PERIOD_MIN)
        return error_set(err, ERROR_INVALID,
                         "/linux/resources/cpu/quota: must be at least %d (microseconds)",
                         PERIOD_MIN);
    if (cpu->burst && cpu->quota && *cpu->quota > 0 && *cpu->burst > (uint64_t) *cpu->quota)
        return error_set(err, ERROR_INVALID,
                         "/linux/resources/cpu/burst: is greater than the quota");
    if (cpu->idle && *cpu->idle != 0 && *cpu->idle != 1)
        return error_set(err, ERROR_INVALID, "/linux/resources/cpu/idle: must be 0 or 1");
    if (check_list(cpu->cpus, "cpus", err) < 0)
        return -1;
    return check_list(cpu->mems, "mems", err);
}

static int check_weight(const uint16_t *weight, const char *pointer, struct error *err)
{
    if (weight && *weight > IO_WEIGHT_MAX)
        return error_set(err, ERROR_INVALID, "/linux/resources/blockIO/%s: must be from 1 to %d",
                         pointer, IO_WEIGHT_MAX);
    return 0;
}

static int check_block_io(const struct spec_block_io *block_io, struct error *err)
{
    if (!block_io)
        return 0;
    if (check_weight(block_io->weight, "weight", err) < 0)
        return -1;
    for (size_t i = 0; i < block_io->weight_device.count; i++) {
        const struct spec_weight_device *device = &block_io->weight_device.items[i];

        if (!device->weight && !device->leaf_weight)
            return error_set(err, ERROR_INVALID,
                             "/linux/resources/blockIO/weightDevice/%zu: needs a weight or a "
                             "leafWeight",
                             i);
        if (check_weight(device->weight, "weightDevice", err) < 0)
            return -1;
    }
    return 0;
}

/* "2MB": it becomes part of a file's name. */
static bool is_page_size(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    const char *unit = text + digits;

    return digits > 0 && text[0] != '0' &&
           (strcmp(unit, "KB") == 0 || strcmp(unit, "MB") == 0 || strcmp(unit, "GB") == 0);
}

static int check_lists(const struct spec_resources *resources, struct error *err)
{
    for (size_t i = 0; i < resources->hugepage_limits.count; i++)
        if (!is_page_size(resources->hugepage_limits.items[i].page_size))
            return error_set(err, ERROR_INVALID,
                             "/linux/resources/hugepageLimits/%zu/pageSize: must be like \"2MB\"",
                             i);
    SLICE_FOR_EACH(const struct spec_rdma, rdma, resources->rdma) {
        if (!rdma->hca_handles && !rdma->hca_objects)
            return error_set(err, ERROR_INVALID,
                             "/linux/resources/rdma/%s: needs hcaHandles or hcaObjects",
                             rdma->device);
        if (rdma->device[0] == '\0' || strpbrk(rdma->device, " \t\n"))
            return error_set(err, ERROR_INVALID, "/linux/resources/rdma: \"%s\" is not a device",
                             rdma->device);
    }
    for (size_t i = 0; resources->network && i < resources->network->priorities.count; i++) {
        const char *name = resources->network->priorities.items[i].name;

        if (name[0] == '\0' || strpbrk(name, " \t\n"))
            return error_set(err, ERROR_INVALID,
                             "/linux/resources/network/priorities/%zu/name: not an interface", i);
    }
    return 0;
}

int plan_check_resources(const struct spec_resources *resources, struct error *err)
{
    if (check_memory(resources->memory, err) < 0 || check_cpu(resources->cpu, err) < 0 ||
        check_block_io(resources->block_io, err) < 0 ||
        check_limit(resources->pids ? resources->pids->limit : NULL, "pids/limit", err) < 0)
        return -1;
    return check_lists(resources, err);
}

/* --- the path --- */

static const char *cgroup_own_v2_path(const struct host *host)
{
    SLICE_FOR_EACH(const struct cgroup_hierarchy, hierarchy, host->hierarchies)
        if (hierarchy->is_v2 && strcmp(hierarchy->own_path, "/") != 0)
            return hierarchy->own_path;
    return "";
}

static const char *cgroup_default_path(const struct plan_builder *builder)
{
    bool is_below_own =
        !builder->host->is_privileged && builder->host->cgroup_mode == CGROUP_MODE_V2;

    return arena_format(builder->arena, "%s/corun-%s",
                        is_below_own ? cgroup_own_v2_path(builder->host) : "",
                        builder->request->id);
}

static bool looks_like_systemd(const char *path)
{
    const char *first = strchr(path, ':');
    const char *second = first ? strchr(first + 1, ':') : NULL;

    return second && !strchr(second + 1, ':') && !strchr(path, '/');
}

static int cgroup_choose_path(const struct plan_builder *builder, struct error *err)
{
    const char *asked = builder->linux_->cgroups_path;
    const char *clean;

    if (builder->request->is_systemd_cgroup)
        return plan_choose_unit(builder, err);
    if (!asked) {
        builder->plan->cgroup.path = cgroup_default_path(builder);
        return 0;
    }
    if (looks_like_systemd(asked))
        return error_set(err, ERROR_INVALID,
                         "/linux/cgroupsPath: \"%s\" is a name for the systemd cgroup driver "
                         "(--systemd-cgroup), here a path is needed",
                         asked);
    clean = text_path_clean(builder->arena, asked);
    if (text_path_has_dotdot(asked))
        return error_set(err, ERROR_INVALID, "/linux/cgroupsPath: must not contain \"..\"");
    if (strpbrk(asked, "\n\r"))
        return error_set(err, ERROR_INVALID, "/linux/cgroupsPath: must not contain a line break");
    if (clean[0] == '\0')
        return error_set(err, ERROR_INVALID,
                         "/linux/cgroupsPath: the root of the hierarchy cannot "
                         "be a container's cgroup");
    builder->plan->cgroup.path = arena_format(builder->arena, "/%s", clean);
    return 0;
}

/* --- ownership: config-linux.md#cgroup-ownership --- */

static bool mounts_writable_cgroup(const struct spec *spec)
{
    SLICE_FOR_EACH(const struct spec_mount, mount, spec->mounts) {
        bool is_readonly = false;

        if (!mount->source || strcmp(mount->source, "cgroup") != 0 ||
            strcmp(mount->destination, "/sys/fs/cgroup") != 0)
            continue;
        for (size_t i = 0; i < mount->options.count; i++)
            is_readonly = is_readonly || strcmp(mount->options.items[i], "ro") == 0;
        if (!is_readonly)
            return true;
    }
    return false;
}

/* False when the mapping is not known. */
static bool find_host_id(const struct plan_builder *builder,
                         const struct spec_id_mapping_list *mappings, uint32_t id, uid_t *ret_id)
{
    if (!plan_has_own(builder, NAMESPACE_USER)) {
        *ret_id = id;
        return true;
    }
    return plan_idmap_find_host(mappings, id, ret_id);
}

static void cgroup_delegate(const struct plan_builder *builder)
{
    const struct spec_process *process = builder->spec->process;
    const struct spec_linux *section = builder->linux_;
    struct cgroup_settings *settings = &builder->plan->cgroup;
    uint32_t uid = process && process->user ? process->user->uid : 0;
    uint32_t gid = process && process->user ? process->user->gid : 0;

    if (builder->host->cgroup_mode != CGROUP_MODE_V2 || !builder->host->is_privileged ||
        builder->plan->namespaces.of[NAMESPACE_CGROUP].how != PLAN_NAMESPACE_NEW ||
        !mounts_writable_cgroup(builder->spec))
        return;
    settings->is_delegated =
        find_host_id(builder, &section->uid_mappings, uid, &settings->delegate_uid) &&
        find_host_id(builder, &section->gid_mappings, gid, &settings->delegate_gid) &&
        settings->delegate_uid != builder->host->euid;
}

/* --- all of it --- */

static int cgroup_add_devices(const struct plan_builder *builder, struct error *err)
{
    struct cgroup_settings *settings = &builder->plan->cgroup;
    struct device_rule_list rules = {0};

    if (plan_device_rules(builder->arena, builder->linux_->resources, &rules, err) < 0)
        return -1;
    /* Without privileges no filter can be installed; nodes cannot be made then, and what is bound is what was asked for. */
    if (!builder->host->is_privileged)
        return 0;
    if (builder->host->cgroup_mode != CGROUP_MODE_V2)
        plan_add_device_writes(builder, &rules);
    else if (!device_rules_allow_all(&rules))
        settings->device_program =
            device_rules_compile(builder->arena, &rules, &settings->device_program_length);
    return 0;
}

static int cgroup_add_resources(const struct plan_builder *builder, struct error *err)
{
    const struct spec_resources *resources = builder->linux_->resources;

    if (!resources)
        return 0;
    if (builder->host->cgroup_mode == CGROUP_MODE_V2)
        return plan_add_cgroup_v2(builder, resources, err);
    return plan_add_cgroup_v1(builder, resources, err);
}

int plan_build_cgroup(const struct plan_builder *builder, struct error *err)
{
    struct plan *plan = builder->plan;

    if (builder->linux_->resources && plan_check_resources(builder->linux_->resources, err) < 0)
        return -1;
    if (cgroup_choose_path(builder, err) < 0)
        return -1;
    plan->has_cgroup = builder->host->cgroup_mode != CGROUP_MODE_NONE;
    if (!plan->has_cgroup && builder->linux_->resources && builder->host->is_privileged)
        return error_set(err, ERROR_UNSUPPORTED,
                         "/linux/resources: no cgroup hierarchy is mounted on this host");
    if (!plan->has_cgroup) {
        PLAN_WARN(builder, "no cgroup hierarchy is mounted on this host: the container has no "
                           "cgroup of its own");
        return 0;
    }
    plan->cgroup.is_optional = !builder->host->is_privileged;
    cgroup_delegate(builder);
    if (cgroup_add_devices(builder, err) < 0)
        return -1;
    return cgroup_add_resources(builder, err);
}

/*
 * When and where the process runs: scheduler, I/O priority, NUMA memory policy, personality. The rules are those of
 * the system calls, told before anything exists.
 */
#include <linux/ioprio.h>
#include <linux/mempolicy.h>
#include <sched.h>
#include <string.h>

#include "base/text.h"
#include "oci-spec/names.h"
#include "runtime/plan/parts.h"

/* linux/sched.h, which cannot be included beside sched.h. */
enum { POLICY_ISO = 4, POLICY_DEADLINE = 6, MODE_WEIGHTED_INTERLEAVE = 6 };

#define NODE_BITS 1024

static bool is_realtime(int64_t policy)
{
    return policy == SCHED_FIFO || policy == SCHED_RR;
}

static int scheduler_check_priority(const struct spec_scheduler *asked, struct error *err)
{
    int32_t priority = asked->priority ? *asked->priority : 0;
    int32_t nice = asked->nice ? *asked->nice : 0;

    if (asked->policy == POLICY_ISO)
        return error_set(err, ERROR_UNSUPPORTED,
                         "/process/scheduler/policy: SCHED_ISO does not exist in Linux");
    if (is_realtime(asked->policy) && (priority < 1 || priority > 99))
        return error_set(err, ERROR_INVALID,
                         "/process/scheduler/priority: must be from 1 to 99 with this policy");
    if (!is_realtime(asked->policy) && priority != 0)
        return error_set(err, ERROR_INVALID,
                         "/process/scheduler/priority: only for SCHED_FIFO and SCHED_RR");
    if (nice < -20 || nice > 19)
        return error_set(err, ERROR_INVALID, "/process/scheduler/nice: must be from -20 to 19");
    if (nice != 0 && asked->policy != SCHED_OTHER && asked->policy != SCHED_BATCH)
        return error_set(err, ERROR_INVALID,
                         "/process/scheduler/nice: only for SCHED_OTHER and SCHED_BATCH");
    return 0;
}

static int scheduler_check_deadline(const struct plan_scheduler *scheduler, struct error *err)
{
    uint64_t period = scheduler->period != 0 ? scheduler->period : scheduler->deadline;

    if (scheduler->policy != POLICY_DEADLINE) {
        if (scheduler->runtime != 0 || scheduler->deadline != 0 || scheduler->period != 0)
            return error_set(err, ERROR_INVALID,
                             "/process/scheduler: runtime, deadline and period are for "
                             "SCHED_DEADLINE only");
        return 0;
    }
    if (scheduler->runtime == 0 || scheduler->runtime > scheduler->deadline ||
        scheduler->deadline > period)
        return error_set(err, ERROR_INVALID,
                         "/process/scheduler: must be 0 < runtime <= deadline <= period");
    return 0;
}

static int scheduler_build(const struct plan_builder *builder, const struct spec_scheduler *asked,
                           struct error *err)
{
    struct plan_scheduler *scheduler;

    if (!asked)
        return 0;
    scheduler = ARENA_NEW(builder->arena, struct plan_scheduler);
    if (scheduler_check_priority(asked, err) < 0)
        return -1;
    scheduler->policy = (uint32_t) asked->policy;
    scheduler->nice = asked->nice ? *asked->nice : 0;
    scheduler->priority = asked->priority ? (uint32_t) *asked->priority : 0;
    scheduler->runtime = asked->runtime ? *asked->runtime : 0;
    scheduler->deadline = asked->deadline ? *asked->deadline : 0;
    scheduler->period = asked->period ? *asked->period : 0;
    for (size_t i = 0; i < asked->flags.count; i++)
        scheduler->flags |= (uint64_t) asked->flags.items[i];
    if (scheduler_check_deadline(scheduler, err) < 0)
        return -1;
    builder->plan->process.scheduler = scheduler;
    return 0;
}

static int io_priority_build(const struct plan_builder *builder,
                             const struct spec_io_priority *asked, struct error *err)
{
    int32_t level;
    int *value;

    if (!asked)
        return 0;
    level = *asked->priority;
    if (level < 0 || level > 7)
        return error_set(err, ERROR_INVALID, "/process/ioPriority/priority: must be from 0 to 7");
    value = ARENA_NEW(builder->arena, int);
    *value = (int) asked->class << IOPRIO_CLASS_SHIFT | level;
    builder->plan->process.io_priority = value;
    return 0;
}

static int affinity_check(const struct plan_builder *builder, const char *list, const char *pointer,
                          struct error *err)
{
    uint64_t *mask;

    if (!list)
        return 0;
    mask = ARENA_ARRAY(builder->arena, uint64_t, PLAN_CPU_BITS / 64);
    if (!text_parse_list(list, mask, PLAN_CPU_BITS))
        return error_set(err, ERROR_INVALID, "%s: \"%s\" is not a list like \"0-3,7\"", pointer,
                         list);
    return 0;
}

/* man 2 set_mempolicy: which modes take nodes. */
static int memory_policy_check_nodes(const struct spec_memory_policy *asked, struct error *err)
{
    bool takes_none = asked->mode == MPOL_DEFAULT || asked->mode == MPOL_LOCAL;
    bool may_have_none = takes_none || asked->mode == MPOL_PREFERRED;

    if (takes_none && asked->nodes)
        return error_set(err, ERROR_INVALID, "/linux/memoryPolicy/nodes: %s takes no nodes",
                         names_text(&names_memory_policy_modes, asked->mode));
    if (!may_have_none && !asked->nodes)
        return error_set(err, ERROR_INVALID, "/linux/memoryPolicy/nodes: %s needs nodes",
                         names_text(&names_memory_policy_modes, asked->mode));
    return 0;
}

static int memory_policy_check_flags(const struct spec_memory_policy *asked, int64_t flags,
                                     struct error *err)
{
    int64_t node_flags = flags & (MPOL_F_STATIC_NODES | MPOL_F_RELATIVE_NODES);

    if (node_flags == (MPOL_F_STATIC_NODES | MPOL_F_RELATIVE_NODES))
        return error_set(err, ERROR_INVALID,
                         "/linux/memoryPolicy/flags: MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES "
                         "exclude each other");
    if (node_flags != 0 && !asked->nodes)
        return error_set(err, ERROR_INVALID, "/linux/memoryPolicy/flags: need nodes");
    if ((flags & MPOL_F_NUMA_BALANCING) && asked->mode != MPOL_BIND &&
        asked->mode != MPOL_PREFERRED_MANY)
        return error_set(err, ERROR_INVALID,
                         "/linux/memoryPolicy/flags: MPOL_F_NUMA_BALANCING is not for %s",
                         names_text(&names_memory_policy_modes, asked->mode));
    return 0;
}

static int memory_policy_build(const struct plan_builder *builder,
                               const struct spec_memory_policy *asked, struct error *err)
{
    struct plan_memory_policy *policy;
    int64_t flags = 0;

    if (!asked)
        return 0;
    for (size_t i = 0; i < asked->flags.count; i++)
        flags |= asked->flags.items[i];
    if (memory_policy_check_nodes(asked, err) < 0 ||
        memory_policy_check_flags(asked, flags, err) < 0)
        return -1;
    policy = ARENA_NEW(builder->arena, struct plan_memory_policy);
    policy->mode = (int) (asked->mode | flags);
    policy->has_nodes = asked->nodes != NULL;
    if (asked->nodes && !text_parse_list(asked->nodes, policy->nodes, NODE_BITS))
        return error_set(err, ERROR_INVALID,
                         "/linux/memoryPolicy/nodes: \"%s\" is not a list like \"0-3,7\"",
                         asked->nodes);
    builder->plan->process.memory_policy = policy;
    return 0;
}

static int personality_build(const struct plan_builder *builder,
                             const struct spec_personality *asked, struct error *err)
{
    unsigned long *value;

    if (!asked)
        return 0;
    if (asked->flags.count > 0)
        return error_set(err, ERROR_UNSUPPORTED, "/linux/personality/flags: none are supported");
    value = ARENA_NEW(builder->arena, unsigned long);
    *value = (unsigned long) asked->domain;
    builder->plan->process.personality = value;
    return 0;
}

int plan_build_scheduling(const struct plan_builder *builder, struct error *err)
{
    const struct spec_process *asked = builder->spec->process;
    const struct spec_linux *section = builder->linux_;

    if (memory_policy_build(builder, section->memory_policy, err) < 0 ||
        personality_build(builder, section->personality, err) < 0)
        return -1;
    if (!asked)
        return 0;
    if (asked->exec_cpu_affinity && (affinity_check(builder, asked->exec_cpu_affinity->initial,
                                                    "/process/execCPUAffinity/initial", err) < 0 ||
                                     affinity_check(builder, asked->exec_cpu_affinity->final,
                                                    "/process/execCPUAffinity/final", err) < 0))
        return -1;
    if (scheduler_build(builder, asked->scheduler, err) < 0)
        return -1;
    if (asked->scheduler && asked->scheduler->policy == POLICY_DEADLINE && section->resources &&
        section->resources->cpu && section->resources->cpu->cpus)
        return error_set(err, ERROR_INVALID,
                         "/process/scheduler/policy: SCHED_DEADLINE does not go with "
                         "/linux/resources/cpu/cpus");
    return io_priority_build(builder, asked->io_priority, err);
}

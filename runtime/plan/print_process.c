/* The process in words: everything but the values of its environment, which may be secrets. */
#include <linux/ioprio.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/resource.h>

#include "oci-spec/names.h"
#include "runtime/plan/print.h"

static const char *limit_text(struct arena *arena, uint64_t limit)
{
    if (limit == RLIM_INFINITY)
        return "unlimited";
    return arena_format(arena, "%llu", (unsigned long long) limit);
}

const char *plan_print_rlimit(struct arena *arena, const struct plan *plan, size_t item)
{
    const struct plan_rlimit *limit;
    const char *name;

    if (item >= plan->process.rlimits.count)
        return "";
    limit = &plan->process.rlimits.items[item];
    name = names_text(&names_rlimits, limit->resource);
    return arena_format(arena, "%s: soft %s, hard %s", name ? name : "?",
                        limit_text(arena, limit->soft), limit_text(arena, limit->hard));
}

/* Shell-like: what has a blank or a quote in it is put into single quotes. */
static const char *quoted(struct arena *arena, const char *text)
{
    if (text[0] != '\0' && strpbrk(text, " \t\n'\"\\$") == NULL)
        return text;
    return arena_format(arena, "'%s'", text);
}

/* Joined in one allocation: argument and environment lists may be long. */
static const char *joined(struct arena *arena, const struct text_list *words)
{
    size_t size = 1;
    char *text;
    char *end;

    for (size_t i = 0; i < words->count; i++)
        size += strlen(words->items[i]) + 1;
    end = text = arena_alloc(arena, size);
    for (size_t i = 0; i < words->count; i++) {
        if (i > 0)
            *end++ = ' ';
        end = stpcpy(end, words->items[i]);
    }
    return text;
}

static void print_args(struct plan_printer *printer)
{
    const struct plan_process *process = &printer->plan->process;
    struct text_list args = {0};
    struct text_list names = {0};
    struct text_list candidates = {0};

    for (char **arg = process->argv; *arg; arg++)
        text_list_push(printer->arena, &args, quoted(printer->arena, *arg));
    for (char **entry = process->envp; *entry; entry++)
        text_list_push(printer->arena, &names,
                       arena_copy_bytes(printer->arena, *entry, strcspn(*entry, "=")));
    if (process->home_slot != SIZE_MAX)
        text_list_push(printer->arena, &names, "HOME (from the container's /etc/passwd)");
    for (const char *const *path = process->candidates; *path; path++)
        text_list_push(printer->arena, &candidates, *path);
    PLAN_LINE(printer, "process: %s", joined(printer->arena, &args));
    PLAN_LINE(printer, "process: try %s", joined(printer->arena, &candidates));
    PLAN_LINE(printer, "process: in %s", process->cwd);
    PLAN_LINE(printer, "process: environment %s", joined(printer->arena, &names));
}

static void print_ids(struct plan_printer *printer)
{
    const struct plan_process *process = &printer->plan->process;
    struct text_list groups = {0};

    for (size_t i = 0; i < process->groups.count; i++)
        text_list_push(printer->arena, &groups,
                       arena_format(printer->arena, "%u", process->groups.items[i]));
    PLAN_LINE(printer, "process: user %u, group %u, umask %04o", process->uid, process->gid,
              process->umask);
    if (!process->sets_groups)
        PLAN_LINE(printer, "process: additional groups cannot be set");
    else
        PLAN_LINE(printer, "process: additional groups %s",
                  groups.count ? joined(printer->arena, &groups) : "none");
}

static void print_capabilities(struct plan_printer *printer, const char *set, uint64_t mask)
{
    struct text_list names = {0};

    for (int capability = 0; capability < 64; capability++)
        if (mask & ((uint64_t) 1 << capability))
            text_list_push(printer->arena, &names, names_text(&names_capabilities, capability));
    PLAN_LINE(printer, "capabilities %s: %s", set,
              names.count ? joined(printer->arena, &names) : "none");
}

static void print_scheduler(struct plan_printer *printer)
{
    const struct plan_scheduler *scheduler = printer->plan->process.scheduler;

    if (!scheduler)
        return;
    PLAN_LINE(printer,
              "scheduler: %s, nice %d, priority %u, flags 0x%llx, runtime %llu, deadline %llu, "
              "period %llu",
              names_text(&names_scheduler_policies, scheduler->policy), scheduler->nice,
              scheduler->priority, (unsigned long long) scheduler->flags,
              (unsigned long long) scheduler->runtime, (unsigned long long) scheduler->deadline,
              (unsigned long long) scheduler->period);
}

static const char *nodes_text(struct arena *arena, const struct plan_memory_policy *policy)
{
    struct text_list nodes = {0};

    for (size_t bit = 0; bit < sizeof(policy->nodes) * 8; bit++)
        if (policy->nodes[bit / 64] & ((uint64_t) 1 << (bit % 64)))
            text_list_push(arena, &nodes, arena_format(arena, "%zu", bit));
    return joined(arena, &nodes);
}

static void print_tuning(struct plan_printer *printer)
{
    const struct plan_process *process = &printer->plan->process;

    print_scheduler(printer);
    if (process->io_priority)
        PLAN_LINE(
            printer, "I/O priority: %s, level %d",
            names_text(&names_io_priority_classes, *process->io_priority >> IOPRIO_CLASS_SHIFT),
            *process->io_priority & 7);
    if (process->memory_policy && process->memory_policy->has_nodes)
        PLAN_LINE(printer, "memory policy: mode 0x%x, nodes %s",
                  (unsigned int) process->memory_policy->mode,
                  nodes_text(printer->arena, process->memory_policy));
    else if (process->memory_policy)
        PLAN_LINE(printer, "memory policy: mode 0x%x", (unsigned int) process->memory_policy->mode);
    if (process->personality)
        PLAN_LINE(printer, "personality: %s",
                  names_text(&names_personalities, (int64_t) *process->personality));
    if (process->oom_score_adj)
        PLAN_LINE(printer, "oom_score_adj: %s", process->oom_score_adj);
}

void plan_print_process(struct plan_printer *printer)
{
    const struct plan_process *process = &printer->plan->process;

    print_tuning(printer);
    if (process->keyring)
        PLAN_LINE(printer, "keyring: new, %s", process->keyring);
    if (!printer->plan->has_process) {
        PLAN_LINE(printer, "process: none, start will refuse");
        return;
    }
    for (size_t i = 0; i < process->rlimits.count; i++)
        PLAN_LINE(printer, "limit %s", plan_print_rlimit(printer->arena, printer->plan, i));
    print_ids(printer);
    print_capabilities(printer, "bounding", process->capabilities.bounding);
    print_capabilities(printer, "effective", process->capabilities.effective);
    print_capabilities(printer, "inheritable", process->capabilities.inheritable);
    print_capabilities(printer, "permitted", process->capabilities.permitted);
    print_capabilities(printer, "ambient", process->capabilities.ambient);
    if (process->no_new_privileges)
        PLAN_LINE(printer, "no new privileges");
    if (process->lsm_exec_label)
        PLAN_LINE(printer, "security label: %s to %s", process->lsm_exec_label,
                  process->lsm_exec_file);
    print_args(printer);
}

void plan_print_seccomp(struct plan_printer *printer)
{
    const struct plan_seccomp *seccomp = printer->plan->seccomp;
    size_t names = 0;

    if (!seccomp)
        return;
    SLICE_FOR_EACH(const struct spec_seccomp_syscall, rule, seccomp->profile->syscalls)
        names += rule->names.count;
    PLAN_LINE(printer, "seccomp: default %s, %zu rules for %zu names, flags 0x%x",
              names_text(&names_seccomp_actions, seccomp->profile->default_action),
              seccomp->profile->syscalls.count, names, seccomp->flags);
    if (seccomp->has_listener)
        PLAN_LINE(printer, "seccomp: listener to %s", seccomp->profile->listener_path);
}

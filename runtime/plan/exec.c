/*
 * plan_build_exec(): one more process for a container that exists. The same parts decide as for its first process, over a copy of
 * the container's configuration in which "process" is the one that is asked for; there is nothing to mount, make or limit.
 *
 * What a process document leaves out is the container's: capabilities, limits, labels, scheduling. Never by default: a user other than the
 * document's, inheritable or ambient capabilities, a terminal.
 */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "oci-spec/names.h"
#include "runtime/plan/parts.h"

/* --- the process that is asked for --- */

static struct text_list list_join(struct arena *arena, const struct text_list *first,
                                  const struct text_list *second)
{
    struct text_list joined = {0};

    for (size_t i = 0; i < first->count; i++)
        text_list_push(arena, &joined, first->items[i]);
    for (size_t i = 0; i < second->count; i++)
        text_list_push(arena, &joined, second->items[i]);
    return joined;
}

/* 4294967295 means "do not change" to the kernel, so it would leave root what it is. */
static bool id_parse(const char *text, uint32_t *ret_id)
{
    return text_parse_uint32(text, ret_id) && *ret_id != UINT32_MAX;
}

static int user_take_ids(struct arena *arena, const char *text, struct spec_user *user,
                         struct error *err)
{
    const char *colon = strchr(text, ':');
    const char *uid = colon ? arena_copy_bytes(arena, text, (size_t) (colon - text)) : text;

    if (!id_parse(uid, &user->uid) || (colon && !id_parse(colon + 1, &user->gid)))
        return error_set(err, ERROR_INVALID,
                         "--user: expected UID or UID:GID, numbers from 0 to 4294967294, got '%s'",
                         text);
    return 0;
}

static int groups_add(struct arena *arena, const struct text_list *added, struct spec_user *user,
                      struct error *err)
{
    for (size_t i = 0; i < added->count; i++)
        if (!id_parse(added->items[i], SLICE_PUSH(arena, &user->additional_gids, uint32_t)))
            return error_set(err, ERROR_INVALID,
                             "--additional-gids: expected a number from 0 to 4294967294, got '%s'",
                             added->items[i]);
    return 0;
}

static int user_apply(struct arena *arena, const struct plan_exec_request *request,
                      struct spec_process *process, struct error *err)
{
    struct spec_user *user = ARENA_NEW(arena, struct spec_user);
    const struct spec_user *before = process->user ? process->user : user;

    if (!request->user && request->additional_gids.count == 0)
        return 0;
    *user = *before;
    user->additional_gids.items = NULL;
    user->additional_gids.count = 0;
    for (size_t i = 0; i < before->additional_gids.count; i++)
        *SLICE_PUSH(arena, &user->additional_gids, uint32_t) = before->additional_gids.items[i];
    if (request->user && user_take_ids(arena, request->user, user, err) < 0)
        return -1;
    if (groups_add(arena, &request->additional_gids, user, err) < 0)
        return -1;
    process->user = user;
    return 0;
}

/* "CAP_NET_RAW", "NET_RAW" and "net_raw" are one. */
static const char *capability_find(struct arena *arena, const char *text)
{
    char *name = arena_format(arena, "CAP_%s", text);
    const struct name *row;

    for (char *letter = name; *letter; letter++)
        if (*letter >= 'a' && *letter <= 'z')
            *letter = (char) (*letter - 'a' + 'A');
    row = names_find(&names_capabilities,
                     text_has_prefix(name, "CAP_CAP_") ? name + strlen("CAP_") : name);
    return row ? row->name : NULL;
}

/* Not inheritable, and so not ambient: CVE-2022-29162. What the container's own process has of these stays. */
static int capabilities_apply(struct arena *arena, const struct plan_exec_request *request,
                              struct spec_process *process, struct error *err)
{
    struct spec_capabilities *sets = ARENA_NEW(arena, struct spec_capabilities);
    struct text_list added = {0};

    if (request->capabilities.count == 0)
        return 0;
    for (size_t i = 0; i < request->capabilities.count; i++) {
        const char *name = capability_find(arena, request->capabilities.items[i]);

        if (!name)
            return error_set(err, ERROR_INVALID, "--cap: %s is not a capability",
                             request->capabilities.items[i]);
        text_list_push(arena, &added, name);
    }
    if (process->capabilities)
        *sets = *process->capabilities;
    sets->bounding = list_join(arena, &sets->bounding, &added);
    sets->permitted = list_join(arena, &sets->permitted, &added);
    sets->effective = list_join(arena, &sets->effective, &added);
    process->capabilities = sets;
    return 0;
}

/* What a document of its own does not say: as the container's process has it. */
static void fill_from_container(const struct spec_process *own, struct spec_process *process)
{
    if (!process->capabilities)
        process->capabilities = own->capabilities;
    if (process->rlimits.count == 0) {
        process->rlimits.items = own->rlimits.items;
        process->rlimits.count = own->rlimits.count;
    }
    if (!process->apparmor_profile)
        process->apparmor_profile = own->apparmor_profile;
    if (!process->selinux_label)
        process->selinux_label = own->selinux_label;
    if (!process->oom_score_adj)
        process->oom_score_adj = own->oom_score_adj;
    if (!process->scheduler)
        process->scheduler = own->scheduler;
    if (!process->io_priority)
        process->io_priority = own->io_priority;
    if (!process->exec_cpu_affinity)
        process->exec_cpu_affinity = own->exec_cpu_affinity;
}

static int words_apply(struct arena *arena, const struct plan_exec_request *request,
                       struct spec_process *process, struct error *err)
{
    if (request->cwd && request->cwd[0] != '/')
        return error_set(err, ERROR_INVALID, "--cwd: %s is not an absolute path", request->cwd);
    for (size_t i = 0; i < request->env.count; i++)
        if (!strchr(request->env.items[i], '=') || request->env.items[i][0] == '=')
            return error_set(err, ERROR_INVALID, "--env: expected NAME=VALUE, got '%s'",
                             request->env.items[i]);
    if (request->cwd)
        process->cwd = request->cwd;
    if (request->env.count > 0)
        process->env = list_join(arena, &process->env, &request->env);
    if (request->has_terminal)
        process->terminal = true;
    if (request->no_new_privileges)
        process->no_new_privileges = true;
    if (request->apparmor_profile)
        process->apparmor_profile = request->apparmor_profile;
    if (request->selinux_label)
        process->selinux_label = request->selinux_label;
    if (user_apply(arena, request, process, err) < 0)
        return -1;
    return capabilities_apply(arena, request, process, err);
}

static int process_decide(struct arena *arena, const struct spec *spec,
                          const struct plan_exec_request *request, struct spec_process *process,
                          struct error *err)
{
    static const struct spec_process none = {.cwd = "/"};
    const struct spec_process *own = spec->process ? spec->process : &none;

    if (request->process && request->args.count > 0)
        return error_set(err, ERROR_INVALID,
                         "--process: a command beside it ('%s') would not be executed",
                         request->args.items[0]);
    if (!request->process && request->args.count == 0)
        return error_set(err, ERROR_INVALID,
                         "nothing to execute: give a command or --process FILE");
    *process = request->process ? *request->process : *own;
    if (request->process) {
        fill_from_container(own, process);
    } else {
        process->args = request->args;
        process->terminal = false;
    }
    return words_apply(arena, request, process, err);
}

/* --- the plan --- */

static const uint64_t *cpus_parse(struct arena *arena, const char *list)
{
    uint64_t *cpus = list ? ARENA_ARRAY(arena, uint64_t, PLAN_CPU_BITS / 64) : NULL;

    if (list)
        (void) text_parse_list(list, cpus, PLAN_CPU_BITS); /* plan_build_scheduling() checked it */
    return cpus;
}

/* What the container made or joined, its further processes join: by the first one's pidfd, not by path. */
static void namespaces_join(struct plan *plan)
{
    struct plan_namespaces *namespaces = &plan->namespaces;

    plan->exec.own_kinds = (int) (namespaces->clone_flags | namespaces->unshare_flags);
    plan->exec.enters_root = namespaces->of[NAMESPACE_MOUNT].how != PLAN_NAMESPACE_NEW;
    for (size_t kind = 0; kind < NAMESPACE_COUNT; kind++) {
        struct plan_namespace *joined = &namespaces->of[kind];

        if (joined->how == PLAN_NAMESPACE_NEW)
            joined->how = PLAN_NAMESPACE_JOIN;
        joined->path = NULL;
    }
    namespaces->clone_flags = 0;
    namespaces->unshare_flags = 0;
    namespaces->has_late_fork = namespaces->of[NAMESPACE_PID].how == PLAN_NAMESPACE_JOIN;
    namespaces->needs_idmap_helpers = false;
    namespaces->time_offsets = NULL;
    namespaces->uid_map = NULL;
    namespaces->gid_map = NULL;
}

static int build_parts(const struct plan_builder *builder, struct error *err)
{
    if (plan_build_namespaces(builder, err) < 0 || plan_build_process(builder, err) < 0 ||
        plan_build_scheduling(builder, err) < 0 || plan_build_security(builder, err) < 0)
        return -1;
    return plan_build_seccomp(builder, err);
}

/* One parameter more than usual, as plan_build(). */
/* NOLINTNEXTLINE(readability-function-size) */
int plan_build_exec(struct arena *arena, const struct spec *spec, const struct host *host,
                    const struct plan_exec_request *request, struct plan **ret_plan,
                    struct error *err)
{
    struct spec_process *process = ARENA_NEW(arena, struct spec_process);
    struct spec *with_process = ARENA_NEW(arena, struct spec);
    struct plan *plan = ARENA_NEW(arena, struct plan);
    const struct plan_request asked = {
        .id = request->id,
        .bundle = request->bundle,
        .preserve_fds = request->preserve_fds,
        .has_console_socket = request->has_console_socket,
    };
    const struct plan_builder builder = {
        .arena = arena,
        .spec = with_process,
        .linux_ = plan_linux_of(spec),
        .host = host,
        .request = &asked,
        .plan = plan,
    };

    if (process_decide(arena, spec, request, process, err) < 0)
        return -1;
    *with_process = *spec;
    with_process->process = process;
    plan->id = request->id;
    plan->bundle = request->bundle;
    plan->spec = with_process;
    plan->root.fd = -1;
    if (build_parts(&builder, err) < 0)
        return -1;
    if (process->exec_cpu_affinity) {
        plan->process.initial_cpus = cpus_parse(arena, process->exec_cpu_affinity->initial);
        plan->process.final_cpus = cpus_parse(arena, process->exec_cpu_affinity->final);
    }
    plan->terminal.binds_console = false; /* /dev/console is the first process's */
    plan->preserve_fds = request->preserve_fds;
    plan->seals_binary = plan_decides_to_seal(&builder);
    plan->cgroup.is_optional = !host->is_privileged;
    namespaces_join(plan);
    *ret_plan = plan;
    return 0;
}

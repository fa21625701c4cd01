/*
 * exec: one more process. The same order as create, without what is made there: state, plan, opened, cgroup, launch, pid file, start.
 *
 * Not locked: many may run at once, and one that hangs must not hold up a kill or a delete. A container that ends meanwhile takes the new
 * process with it: it is in the cgroup from its first moment, and in the pid namespace before it executes anything.
 */
#include <unistd.h>

#include "base/sys/process.h"
#include "oci-spec/json.h"
#include "oci-spec/spec.h"
#include "runtime/cgroup/unit.h"
#include "runtime/container/listen_fds.h"
#include "runtime/container/lookup.h"
#include "runtime/container/rdt.h"
#include "runtime/host/host.h"
#include "runtime/launch/launch.h"
#include "runtime/plan/plan.h"
#include "runtime/terminal/terminal.h"

struct execution {
    struct arena *arena;
    const struct exec_request *request;
    struct container container;
    struct plan *plan;
    struct launched launched;
    bool has_launched;
};

static void execution_release(struct execution *execution)
{
    if (execution->plan)
        launch_release_plan(execution->plan);
    if (execution->has_launched)
        launched_release(&execution->launched);
    container_release(&execution->container);
}

#define owned_execution __attribute__((cleanup(execution_release))) struct execution

static int check_state(const struct execution *execution, struct error *err)
{
    switch (execution->container.status) {
    case CONTAINER_CREATED:
    case CONTAINER_RUNNING:
        return 0;
    case CONTAINER_PAUSED:
        if (execution->request->ignores_paused)
            return 0;
        return error_set(err, ERROR_STATE,
                         "cannot exec in a paused container (--ignore-paused waits until it is "
                         "resumed)");
    case CONTAINER_CREATING:
        return error_set(err, ERROR_STATE, "cannot exec in a container that is being created");
    case CONTAINER_STOPPED:
    default:
        return error_set(err, ERROR_STATE, "cannot exec in a stopped container");
    }
}

static int read_process(const struct execution *execution, struct spec_process **ret_process,
                        struct error *err)
{
    const char *path = execution->request->process_file;
    struct content content = {0};

    if (!path)
        return 0;
    if (content_read_document(execution->arena, path, &content, &path, err) < 0)
        return -1;
    if (spec_process_read(execution->arena, content.bytes, content.size, ret_process, err) < 0)
        return error_within(err, "%s", path);
    return 0;
}

static struct text_list list_environment(const struct execution *execution)
{
    const struct exec_request *request = execution->request;
    struct text_list env = {0};

    for (size_t i = 0; i < request->env.count; i++)
        text_list_push(execution->arena, &env, request->env.items[i]);
    listen_fds_announce(execution->arena, &env, request->listen_fds);
    return env;
}

static int check_terminal(const struct execution *execution, struct error *err)
{
    const struct exec_request *request = execution->request;

    if (execution->plan->terminal.is_wanted && !request->console_socket && request->is_detached)
        return error_set(err, ERROR_INVALID,
                         "--detach: a detached process's terminal needs --console-socket");
    if (!execution->plan->terminal.is_wanted && request->console_socket)
        return error_set(err, ERROR_INVALID, "--console-socket: the process has no terminal");
    return 0;
}

/* What is left out of the container's own configuration was told at create, and an exec's standard error is its program's. */
static void tell_warnings(const struct execution *execution)
{
    const struct text_list *warnings = &execution->plan->warnings;

    if (!execution->request->process_file && execution->request->capabilities.count == 0)
        return;
    for (size_t i = 0; i < warnings->count; i++)
        log_warning(execution->container.log, "%s", warnings->items[i]);
}

static int make_plan(struct execution *execution, struct error *err)
{
    const struct exec_request *request = execution->request;
    struct spec *spec = NULL;
    struct spec_process *process = NULL;
    struct host host = {0};
    struct plan_exec_request asked = {
        .id = request->container.id,
        .bundle = execution->container.record.bundle,
        .args = request->args,
        .cwd = request->cwd,
        .env = list_environment(execution),
        .user = request->user,
        .additional_gids = request->additional_gids,
        .capabilities = request->capabilities,
        .has_terminal = request->has_terminal,
        .no_new_privileges = request->no_new_privileges,
        .apparmor_profile = request->apparmor_profile,
        .selinux_label = request->selinux_label,
        .preserve_fds = request->preserve_fds,
        .has_console_socket = request->console_socket != NULL,
    };

    if (container_read_spec(execution->arena, &execution->container, &spec, err) < 0 ||
        read_process(execution, &process, err) < 0 ||
        host_probe_caller(execution->arena, &host, err) < 0)
        return -1;
    asked.process = process;
    if (plan_build_exec(execution->arena, spec, &host, &asked, &execution->plan, err) < 0)
        return process ? error_within(err, "%s", request->process_file) : -1;
    tell_warnings(execution);
    return check_terminal(execution, err);
}

static int open_all(struct execution *execution, struct error *err)
{
    struct container *container = &execution->container;
    const struct cgroup_entrance entrance = {
        .places = execution->request->cgroups,
        .init = (pid_t) container->record.pid,
    };
    const char *cache = arena_format(execution->arena, "%s/.seccomp", container->store.path);

    if (launch_open_exec(execution->arena, execution->plan, container->pidfd, cache, err) < 0)
        return -1;
    if (container->cgroup.leaves.count == 0 && entrance.places.count > 0)
        return error_set(err, ERROR_INVALID, "--cgroup: the container has no cgroup of its own");
    if (container->record.uses_systemd &&
        unit_approach(execution->arena, &container->cgroup, err) < 0)
        return -1;
    if (cgroup_open_to_enter(execution->arena, &container->cgroup, &entrance, err) < 0)
        return entrance.places.count > 0 ? error_within(err, "--cgroup") : -1;
    return 0;
}

static int launch_process(struct execution *execution, struct error *err)
{
    const struct container *container = &execution->container;
    const struct launch_options options = {
        .log = container->log,
        .cgroup = container->cgroup.leaves.count > 0 ? &container->cgroup : NULL,
        .console_socket = execution->request->console_socket,
        .start_socket = -1,
        .exec_joins = container->pidfd,
    };

    if (launch_exec(execution->arena, execution->plan, &options, &execution->launched, err) < 0)
        return -1;
    execution->has_launched = true;
    return 0;
}

/* The pid file is there before the program runs: whoever waits for it may look at the process from its beginning. */
static int start(struct execution *execution, struct error *err)
{
    const char *path = execution->request->pid_file;
    int error = path ? content_write_pid_file(path, execution->launched.pid) : 0;

    if (error < 0)
        return error_os(err, -error, "write the pid file %s", path);
    if (rdt_join(execution->arena, &execution->container, execution->launched.pid, err) == 0 &&
        launch_start(execution->arena, execution->launched.sync_fd, execution->plan, err) == 0)
        return 0;
    if (path)
        (void) unlink(path); /* the failure to start is the one to tell */
    return -1;
}

static int carry_out(struct execution *execution, struct error *err)
{
    const struct container_request *request = &execution->request->container;

    if (check_state(execution, err) < 0)
        return error_within(err, "exec in container \"%s\"", request->id);
    if (make_plan(execution, err) == 0 && open_all(execution, err) == 0 &&
        launch_process(execution, err) == 0) {
        if (start(execution, err) == 0)
            return 0;
        launch_abort(&execution->launched);
    }
    if (sys_pidfd_wait(execution->container.pidfd, 0) == 1) /* then that is why */
        (void) error_within(err, "it has ended meanwhile");
    return error_within(err, "exec in container \"%s\"", request->id);
}

int container_exec(struct arena *arena, const struct exec_request *request, int *ret_exit_code,
                   struct error *err)
{
    owned_execution execution = {.arena = arena, .request = request};
    struct launched *launched = &execution.launched;
    int status = 0;

    if (container_find(arena, &request->container, false, &execution.container, err) < 0 ||
        carry_out(&execution, err) < 0)
        return -1;
    *ret_exit_code = 0;
    if (request->is_detached && request->ret_pid)
        *request->ret_pid = launched->pid;
    if (request->is_detached)
        return 0;
    if (terminal_run_foreground(launched->pidfd, launched->pid, launched->terminal_fd, &status,
                                err) < 0) {
        launch_abort(launched);
        return -1;
    }
    *ret_exit_code = sys_exit_code(status);
    return 0;
}

/*
 * run: create and start in one process. Nothing is listened on and nobody connects: START goes over the socket that the launch made. In the
 * foreground it then stands between the caller and the container, and deletes it at the end.
 */

#include "base/owned.h"
#include "base/sys/process.h"
#include "runtime/container/creation.h"
#include "runtime/terminal/terminal.h"

static int start(struct creation *creation, struct error *err)
{
    struct container *container = &creation->container;

    container->pidfd = creation->launched.pidfd; /* borrowed, given back by the caller */
    if (container->record.has_start_container_hooks &&
        container_run_hooks(creation->arena, container, "startContainer", CONTAINER_CREATED, err) <
            0)
        return -1;
    if (launch_start(creation->arena, creation->launched.sync_fd, creation->plan, err) < 0)
        return -1;
    if (container->record.has_poststart_hooks &&
        container_run_hooks(creation->arena, container, "poststart", CONTAINER_RUNNING, err) < 0)
        return -1;
    return 0;
}

static int check_runnable(const struct creation *creation, struct error *err)
{
    if (!creation->plan->has_process)
        return error_set(err, ERROR_INVALID,
                         "config.json has no process, so there is nothing to run");
    return 0;
}

/* Waits without the lock: others may kill, pause and exec meanwhile, or delete by force. */
static int wait_in_foreground(struct creation *creation, int *ret_exit_code, struct error *err)
{
    const struct launched *launched = &creation->launched;
    int status = 0;

    entry_unlock(&creation->container.entry);
    if (terminal_run_foreground(launched->pidfd, launched->pid, launched->terminal_fd, &status,
                                err) < 0)
        return -1;
    *ret_exit_code = sys_exit_code(status);
    return 0;
}

/* As delete does it, but with what is known already. Somebody else may have deleted it by force meanwhile. */
static void end_container(struct creation *creation)
{
    struct container *container = &creation->container;
    struct error failed;

    launch_abort(&creation->launched); /* it lives only if the waiting failed */
    if (entry_lock(&container->entry, &failed) == 0 &&
        container_destroy(creation->arena, container, &failed) == 0)
        return;
    if (failed.kind != ERROR_NOT_FOUND)
        log_warning(container->log, "delete container \"%s\": %s", container->entry.id,
                    failed.text);
}

void creation_fail(struct creation *creation)
{
    creation_remove_pid_file(creation);
    end_container(creation);
}

int creation_attend(struct creation *creation, bool keeps_container, int *ret_exit_code,
                    struct error *err)
{
    int waited = wait_in_foreground(creation, ret_exit_code, err);

    if (waited == 0)
        creation->launched.pid = -1; /* reaped */
    if (waited < 0 || !keeps_container)
        end_container(creation);
    return waited;
}

int container_run(struct arena *arena, const struct run_request *request, int *ret_exit_code,
                  struct error *err)
{
    owned_creation creation = {
        .arena = arena,
        .request = &request->create,
        .is_foreground = !request->is_detached,
    };
    int started;

    if (creation_carry_out(&creation, err) < 0)
        return -1;
    started = check_runnable(&creation, err) < 0 ? -1 : start(&creation, err);
    creation.container.pidfd = -1; /* launched's again */
    if (started < 0) {
        creation_fail(&creation);
        return error_within(err, "run container \"%s\"", request->create.container.id);
    }
    *ret_exit_code = 0;
    if (request->is_detached)
        return 0;
    return creation_attend(&creation, request->keeps_container, ret_exit_code, err);
}

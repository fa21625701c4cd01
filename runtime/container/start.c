/*
 * start: steps 6 to 9 of the lifecycle. The container's process listens on start.sock; who connects and sends START sees the connection
 * end when the program runs. The socket is removed only then: its presence is what says "created".
 */
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/socket.h"
#include "oci-spec/spec.h"
#include "runtime/container/lookup.h"
#include "runtime/launch/launch.h"

static int check_startable(const struct container *container, struct error *err)
{
    switch (container->status) {
    case CONTAINER_CREATED:
        break;
    case CONTAINER_STOPPED:
        return error_set(err, ERROR_STATE, "cannot start container \"%s\": it has stopped",
                         container->entry.id);
    case CONTAINER_CREATING:
    case CONTAINER_RUNNING:
    case CONTAINER_PAUSED:
    default:
        return error_set(err, ERROR_STATE,
                         "cannot start container \"%s\": it is not created but %s",
                         container->entry.id, names_text(&names_statuses, container->status));
    }
    if (!container->record.has_process)
        return error_set(err, ERROR_STATE,
                         "cannot start container \"%s\": its config.json has no process",
                         container->entry.id);
    return 0;
}

/* The plan is not made again for a start, so the failure of its last step does not name the program. */
static int name_program(struct arena *arena, const struct container *container, struct error *err)
{
    struct spec *spec = NULL;
    struct error ignored; /* the failure in err is the one to tell */

    if (container_read_spec(arena, container, &spec, &ignored) < 0 || !spec->process ||
        spec->process->args.count == 0)
        return -1;
    return error_within(err, "%s", spec->process->args.items[0]);
}

static int send_start(struct arena *arena, const struct container *container, struct error *err)
{
    owned_fd socket = sys_socket_connect_at(container->entry.fd, STORE_SOCKET, SOCK_SEQPACKET);
    int result;

    if (socket ==
        -ECONNREFUSED) { /* a start that was killed after START: nobody listens any more */
        (void) unlinkat(container->entry.fd, STORE_SOCKET, 0);
        return error_set(err, ERROR_STATE, "cannot start container \"%s\": it has been started",
                         container->entry.id);
    }
    if (socket < 0)
        return error_os(err, -socket, "reach the process of container \"%s\"", container->entry.id);
    result = launch_start(arena, socket, NULL, err);
    (void) unlinkat(container->entry.fd, STORE_SOCKET, 0); /* delete removes what stays */
    return result < 0 ? name_program(arena, container, err) : 0;
}

/* "If any hook fails, the runtime MUST generate an error, stop the container, and continue the lifecycle at step 12." */
static int fail_hook(struct arena *arena, struct container *container, struct error *err)
{
    struct error undo;

    if (container_stop(container, &undo) < 0 || container_destroy(arena, container, &undo) < 0)
        log_warning(container->log, "%s", undo.text);
    return error_within(err, "start container \"%s\"", container->entry.id);
}

int container_start(struct arena *arena, const struct container_request *request, struct error *err)
{
    owned_container container = {0};

    if (container_find(arena, request, true, &container, err) < 0 ||
        check_startable(&container, err) < 0)
        return -1;
    if (container.record.has_start_container_hooks &&
        container_run_hooks(arena, &container, "startContainer", CONTAINER_CREATED, err) < 0)
        return fail_hook(arena, &container, err);
    if (send_start(arena, &container, err) < 0)
        return error_within(err, "start container \"%s\"", container.entry.id);
    if (container.record.has_poststart_hooks &&
        container_run_hooks(arena, &container, "poststart", CONTAINER_RUNNING, err) < 0)
        return fail_hook(arena, &container, err);
    return 0;
}

/* Mounts for a container that runs: the sources are opened here, on the host's side, before anything is changed in there. */
#include <errno.h>
#include <fcntl.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/process.h"
#include "runtime/child/child.h"
#include "runtime/launch/launch.h"
#include "runtime/launch/open.h"
#include "runtime/sync/sync.h"

static int report(struct arena *arena, const struct plan *plan, bool is_removal,
                  const struct sync_message *message, struct error *err)
{
    size_t item = (size_t) message->item;
    const char *what;

    if (message->type == SYNC_CREATED)
        return 0;
    if (item >= plan->mounts.count)
        return error_os(err, message->os_error, "join the container's namespaces");
    what = is_removal
               ? arena_format(arena, "unmount /%s", plan->mounts.items[item].target)
               : arena_format(arena, "mount %zu: %s", item, plan_print_mount(arena, plan, item));
    if (message->os_error == ELOOP)
        return error_set(err, ERROR_INVALID, "%s: a symbolic link is in the way", what);
    if (message->os_error == EINVAL && is_removal)
        return error_set(err, ERROR_INVALID, "%s: it is not a mount point", what);
    return error_os(err, message->os_error, "%s%s%s", what, message->detail[0] ? ": " : "",
                    message->detail);
}

static int visit(struct plan *plan, const struct child_files *files, bool is_removal,
                 struct sync_message *ret_message, struct error *err)
{
    owned_fd ours = -1;
    owned_fd theirs = -1;
    struct child_files visitor = *files;
    int status;
    int received;
    pid_t pid;
    int error = sync_open(&ours, &theirs);

    if (error < 0)
        return error_os(err, -error, "make a socket pair");
    visitor.sync = theirs;
    pid = sys_clone(0, -1, NULL);
    if (pid == 0)
        child_change_mounts(plan, &visitor, is_removal);
    replace_fd(&theirs, -1);
    if (pid < 0)
        return error_os(err, -pid, "make a process that joins the container");
    received = sync_receive(ours, ret_message, NULL, NULL);
    (void) sys_wait(pid, &status);
    return received == 1 ? 0 : error_set(err, ERROR_STATE, "the process that joined it was killed");
}

static int open_all(struct arena *arena, struct plan *plan, int process, struct error *err)
{
    int error;

    plan->root.fd = sys_open_at(process, "root", O_PATH | O_DIRECTORY);
    if (plan->root.fd < 0)
        return error_os(err, -plan->root.fd, "open the container's root");
    if (plan->namespaces.of[NAMESPACE_USER].how == PLAN_NAMESPACE_JOIN) {
        /* for id mappings that are the container's */
        error = sys_open_at(process, "ns/user", O_RDONLY);
        if (error < 0)
            return error_os(err, -error, "open the container's user namespace");
        plan->namespaces.of[NAMESPACE_USER].fd = error;
    }
    return open_mounts(arena, plan, OPEN_PLAIN_SOURCES, err);
}

int launch_change_mounts(struct arena *arena, struct plan *plan, int pidfd, bool is_removal,
                         struct error *err)
{
    owned_fd process = open_process(pidfd, err);
    owned_fd proc = process < 0 ? -1 : open_proc(err);
    struct child_files files = {
        .sync = -1,
        .start_socket = -1,
        .proc = proc,
        .standard_streams = {-1, -1, -1},
        .exec_joins = pidfd,
        .image_mount = -1,
    };
    struct sync_message message = {0};

    if (proc < 0 || open_joined_namespaces(plan, process, err) < 0 ||
        open_all(arena, plan, process, err) < 0)
        return -1;
    if (visit(plan, &files, is_removal, &message, err) < 0)
        return -1;
    return report(arena, plan, is_removal, &message, err);
}

/* The visitor runs after fork: it allocates, formats and logs nothing. */
#include "runtime/group/visit.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/mount.h"
#include "base/sys/process.h"
#include "base/sys/socket.h"

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

static int open_item(const struct visit_item *item)
{
    owned_fd place = -1;
    owned_fd below = -1;

    if (item->how == VISIT_OPEN)
        return sys_open(item->path, O_RDONLY | O_NONBLOCK);
    if (item->how == VISIT_APPEND)
        return sys_open(item->path, O_RDWR | O_APPEND);
    place = sys_open(item->path, O_PATH);
    if (place < 0 || !item->sub_path)
        return place < 0 ? place : sys_clone_tree(place, "", AT_RECURSIVE);
    below = sys_open_in_root(place, item->sub_path, O_PATH);
    return below < 0 ? below : sys_clone_tree(below, "", AT_RECURSIVE);
}

__attribute__((noreturn)) static void visitor_run(int mount_namespace,
                                                  const struct visit_list *items, int socket)
{
    int32_t error = sys_setns(mount_namespace, CLONE_NEWNS);

    for (size_t i = 0; i < items->count && error == 0; i++) {
        owned_fd fd = open_item(&items->items[i]);

        error = fd < 0 ? fd : 0;
        if (sys_socket_send(socket, &error, sizeof(error), fd) < 0)
            _exit(1);
    }
    if (error < 0) /* of setns, too: once more does no harm */
        (void) sys_socket_send(socket, &error, sizeof(error), -1);
    _exit(0);
}

static int receive_item(int socket, struct visit_item *item, struct error *err)
{
    int32_t error = 0;
    ssize_t length = sys_socket_receive(socket, &error, sizeof(error), &item->fd, NULL);

    if (length < 0)
        return error_os(err, (int) -length, "wait for the visit to the group's namespace");
    if (length != (ssize_t) sizeof(error))
        return error_set(err, ERROR_STATE, "the visitor of the group's namespace died");
    if (error < 0)
        return error_os(err, -error, "open %s%s%s of the group", item->path + 1,
                        item->sub_path ? "/" : "", item->sub_path ? item->sub_path : "");
    return item->fd < 0 ? error_set(err, ERROR_STATE, "%s of the group did not come", item->path)
                        : 0;
}

int group_visit(int mount_namespace, struct visit_list *items, struct error *err)
{
    int pair[2];
    int result = 0;
    int status;
    int error = sys_socket_pair(SOCK_SEQPACKET, &pair[0], &pair[1]);
    pid_t pid;

    if (error < 0)
        return error_os(err, -error, "visit the group's namespace");
    pid = sys_clone(0, -1, NULL);
    if (pid == 0) {
        (void) close(pair[0]);
        visitor_run(mount_namespace, items, pair[1]);
    }
    (void) close(pair[1]);
    for (size_t i = 0; i < items->count && pid > 0 && result == 0; i++)
        result = receive_item(pair[0], &items->items[i], err);
    (void) close(pair[0]); /* whatever it still has to say, it ends now */
    if (pid < 0)
        return error_os(err, -pid, "visit the group's namespace");
    (void) sys_wait(pid, &status);
    return result;
}

void visit_list_release(struct visit_list *items)
{
    SLICE_FOR_EACH(struct visit_item, item, *items)
        replace_fd(&item->fd, -1);
}

/* The two ends of the launch protocol; the table of messages is in sync.h. Used after clone: no allocation. */
#include "runtime/sync/sync.h"

#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/socket.h"

int sync_open(int *ret_parent, int *ret_child)
{
    owned_fd parent = -1;
    owned_fd child = -1;
    int error = sys_socket_pair(SOCK_SEQPACKET, &parent, &child);

    if (error == 0)
        error = sys_socket_pass_credentials(parent);
    if (error < 0)
        return error;
    *ret_parent = take_fd(&parent);
    *ret_child = take_fd(&child);
    return 0;
}

int sync_send(int socket, const struct sync_message *message, int fd_to_pass)
{
    return sys_socket_send(socket, message, sizeof(*message), fd_to_pass);
}

int sync_receive(int socket, struct sync_message *ret_message, int *ret_fd, pid_t *ret_sender)
{
    ssize_t length =
        sys_socket_receive(socket, ret_message, sizeof(*ret_message), ret_fd, ret_sender);

    if (length == -ECONNRESET) /* the other side died with something of ours unread */
        return 0;
    if (length <= 0)
        return (int) length;
    if ((size_t) length != sizeof(*ret_message) || ret_message->type < SYNC_WANT_MAPS ||
        ret_message->type > SYNC_START) {
        if (ret_fd)
            owned_fd_close(ret_fd);
        return -EPROTO;
    }
    ret_message->detail[sizeof(ret_message->detail) - 1] = '\0';
    return 1;
}

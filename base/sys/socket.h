/*
 * AF_UNIX sockets and fd passing. Every fd is close-on-exec. Paths of any length: a socket is bound and reached relative to
 * the directory that holds it, through /proc/self/fd, since sun_path has only 108 bytes.
 */
#ifndef BASE_SYS_SOCKET_H
#define BASE_SYS_SOCKET_H

#include <stddef.h>
#include <sys/types.h>

/* type: SOCK_SEQPACKET or SOCK_STREAM. 0 or -errno. */
int sys_socket_pair(int type, int *ret_first, int *ret_second);
/* A listening socket called name in directory; name is unlinked first. backlog 1. */
int sys_socket_listen_at(int directory, const char *name, int type);
/* -ECONNREFUSED: nobody listens any more. */
int sys_socket_connect_at(int directory, const char *name, int type);
int sys_socket_accept(int listening); /* EINTR is retried */

/* One message with one fd (or -1). MSG_NOSIGNAL; EINTR is retried. 0 or -errno (-EMSGSIZE when it went out short). */
int sys_socket_send(int socket, const void *bytes, size_t size, int fd);
/*
 * One message: its length, 0 at the end. At most one fd, close-on-exec (*ret_fd = -1 when none; further ones are closed);
 * ret_fd NULL: what comes is closed. ret_pid (may be NULL): the sender, with SO_PASSCRED. -EMSGSIZE: it was longer than size.
 */
ssize_t sys_socket_receive(int socket, void *bytes, size_t size, int *ret_fd, pid_t *ret_pid);
int sys_socket_pass_credentials(int socket);

#endif

/* Reaching an AF_UNIX socket by a path of any length. */
#ifndef BASE_UNIX_SOCKET_H
#define BASE_UNIX_SOCKET_H

#include "base/error.h"

/* type: SOCK_STREAM or SOCK_SEQPACKET. The connected fd, close-on-exec, the caller's. Blocks while the backlog is full. */
int unix_socket_connect(const char *path, int type, struct error *err);

#endif

/* Systemd's socket activation (man 3 sd_listen_fds): the container's process is told how many of its fds are sockets. */
#ifndef RUNTIME_CONTAINER_LISTEN_FDS_H
#define RUNTIME_CONTAINER_LISTEN_FDS_H

#include "base/slice.h"

/* Adds the variables for count fds to an environment; none for 0. */
void listen_fds_announce(struct arena *arena, struct text_list *env, unsigned int count);

#endif

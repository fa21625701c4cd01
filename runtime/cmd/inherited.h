/* The file descriptors that the caller wants passed on to the program: --preserve-fds and socket activation. */
#ifndef RUNTIME_CMD_INHERITED_H
#define RUNTIME_CMD_INHERITED_H

#include "base/error.h"
#include "runtime/container/container.h"

/*
 * Sets request->listen_fds from LISTEN_FDS when LISTEN_PID is this process (man 3 sd_listen_fds) and adds it to
 * request->preserve_fds, as runc counts. All of them must be open: ERROR_INVALID names the first that is not.
 */
int inherited_find_fds(struct create_request *request, struct error *err);

#endif

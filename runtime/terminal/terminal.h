/*
 * Terminals as the parent sees them: sending a pty master to an engine's console socket, and standing between a
 * user's terminal (or pipes) and a foreground container.
 */
#ifndef RUNTIME_TERMINAL_TERMINAL_H
#define RUNTIME_TERMINAL_TERMINAL_H

#include "base/error.h"

/* Connects to the AF_UNIX stream socket at path (any length) and sends master with SCM_RIGHTS and the pty's name, as runc does. */
int terminal_send_master(const char *path, int master, struct error *err);

/*
 * Foreground run: waits for the container process (pidfd), meanwhile copies between our standard streams and master (-1: no
 * terminal), forwards signals to it (all that can be, except SIGCHLD; SIGWINCH sets the window size instead when there is a
 * master), and puts our terminal back whatever happens. Returns the wait status (man 2 wait) through ret_status.
 * pid must be our child.
 */
int terminal_run_foreground(int pidfd, int pid, int master, int *ret_status, struct error *err);

#endif

/*
 * The messages that launch (parent) and child exchange, over one SOCK_SEQPACKET pair: one struct per packet,
 * its length checked, its type expected; a message out of turn is an error on either side.
 *
 *   | from   | message      | when, and what the other side does then                                  | how often |
 *   |--------|--------------|---------------------------------------------------------------------------|-----------|
 *   | child  | WANT_MAPS    | a new user namespace: the parent writes setgroups, uid_map, gid_map, GO   | 0 or 1    |
 *   | child  | ROOT_READY   | plan.has_create_hooks or net_devices: mounts are made, nothing is pivoted;|           |
 *   |        |              | the parent moves devices, runs prestart, createRuntime, createContainer,  |           |
 *   |        |              | then GO                                                                   | 0 or 1    |
 *   | child  | TERMINAL     | carries the pty master (SCM_RIGHTS)                                       | 0 or 1    |
 *   | child  | FORKED       | late fork: sent by the new process, the sender's pid is in SCM_CREDENTIALS| 0 or 1    |
 *   | child  | LISTENER     | value: the fd number the seccomp listener will have in the child; the     |           |
 *   |        |              | parent fetches it with pidfd_getfd, since the filter may forbid sendmsg   | 0 or 1    |
 *   | child  | CREATED      | all is set up, the child waits for START                                  | 1         |
 *   | parent | GO           | answers WANT_MAPS, ROOT_READY and FORKED                                  |           |
 *   | parent | START        | `run` and `exec`: over this socket; `start`: over a connection to the     |           |
 *   |        |              | listening socket "start.sock" in the state directory                      | 1         |
 *   | child  | FAILED       | step, item, errno, detail: any time before exec, then the child exits.    |           |
 *   |        |              | After START it goes to whoever sent START                                 | 0 or 1    |
 *   | child  | end of file  | after START: execve worked (close-on-exec), or the child was killed       |           |
 */
#ifndef RUNTIME_SYNC_SYNC_H
#define RUNTIME_SYNC_SYNC_H

#include <stdint.h>
#include <sys/types.h>

enum sync_type {
    SYNC_WANT_MAPS = 1,
    SYNC_ROOT_READY,
    SYNC_TERMINAL,
    SYNC_FORKED,
    SYNC_LISTENER,
    SYNC_CREATED,
    SYNC_FAILED,
    SYNC_GO,
    SYNC_START,
};

struct sync_message {
    uint32_t type; /* enum sync_type */
    int32_t step;  /* FAILED: index in child_steps */
    int32_t item;  /* FAILED: which of the step's things (mount number, ...), or -1 */
    int32_t os_error;
    int32_t value;
    char detail
        [236]; /* FAILED: the kernel's own words (the fs context's log), or a path; NUL-terminated */
};

/* A pair, close-on-exec; SO_PASSCRED is set on the parent's end. 0 or -errno. */
int sync_open(int *ret_parent, int *ret_child);

/* fd_to_pass: -1 or borrowed. Retries EINTR; MSG_NOSIGNAL. 0 or -errno. */
int sync_send(int socket, const struct sync_message *message, int fd_to_pass);

/*
 * 1: a message, 0: end of file. -EPROTO: wrong length or an unknown type. Retries EINTR.
 * ret_fd and ret_sender may be NULL: then no fd is accepted (one that comes is closed) and the sender is not told.
 * *ret_fd is -1 when none came; the caller owns it.
 */
int sync_receive(int socket, struct sync_message *ret_message, int *ret_fd, pid_t *ret_sender);

#endif

/*
 * Processes: clone3, pidfds, waiting, fds at exec. Each returns the value or -errno. EINTR is retried in the waits.
 */
#ifndef BASE_SYS_PROCESS_H
#define BASE_SYS_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * fork with namespaces: 0 in the child. flags: CLONE_...; cgroup: directory fd of a v2 cgroup for CLONE_INTO_CGROUP, or -1;
 * ret_pidfd: close-on-exec, owned by the caller; may be NULL. With CLONE_PARENT in flags the exit signal is the parent's.
 * Raw: no atfork handlers run, so the child must not use libc's locks (it does not: style.md, 2).
 */
pid_t sys_clone(uint64_t flags, int cgroup, int *ret_pidfd);

/*
 * Runs function(argument) in a process of its own that has our memory and our file descriptors, and waits for its end: for what changes a
 * process for good, such as setns(2), when fork's copy would cost more than the work. man 2 clone: CLONE_VM, CLONE_VFORK, CLONE_FILES.
 * The function returns its result through the argument, and does not exit by itself. 0, or -errno when there is no such process.
 */
int sys_run_apart(void (*function)(void *argument), void *argument);

int sys_pidfd_open(pid_t pid);
int sys_pidfd_send_signal(int pidfd, int signal); /* signal 0: does it live? -ESRCH when not */
int sys_pidfd_getfd(int pidfd, int fd);

/* The number of a living process in our pid namespace. Linux 6.13; -errno before, and when it is gone. */
pid_t sys_pidfd_pid(int pidfd);

/* Waits for exit of our child and reaps it: *ret_status as in man 2 waitpid. */
int sys_wait(pid_t pid, int *ret_status);
/* What a shell makes of such a status: the exit code, or 128 + n after signal n. */
int sys_exit_code(int status);
/* 1 when the process behind pidfd has exited, 0 after timeout_ms (-1: for ever), -errno. */
int sys_pidfd_wait(int pidfd, int timeout_ms);

/*
 * Of any process that has ended, whosever child it is: its status as in man 2 waitpid. Once it has been reaped, only Linux 6.15 and later
 * know it, for a pidfd that was open before. -EAGAIN: not yet.
 */
int sys_pidfd_exit_status(int pidfd, pid_t pid, int *ret_status);

/* Marks every fd from first on close-on-exec. Linux 5.11. */
int sys_cloexec_from(unsigned int first);
int sys_close_range(unsigned int first, unsigned int last);

/* Every signal does what it does by default, none is blocked: an ignored one would stay ignored through exec (man 7 signal). */
void sys_reset_signals(void);
void sys_unblock_signals(void);

/* setns(2). */
int sys_setns(int fd, int kinds);

/* Field 22 of /proc/PID/stat: clock ticks after boot. proc: fd of a /proc, or -1 to use "/proc". 0 or -errno (-ENOENT: gone). */
int sys_process_start_time(int proc, pid_t pid, uint64_t *ret_ticks);
/* The pid in the process's own (innermost) pid namespace: the last number of "NSpid:" in /proc/PID/status. The pid or -errno. */
pid_t sys_process_inner_pid(int proc, pid_t pid);

#endif

/* Processes: thin wrappers; see process.h. */
#include "base/sys/process.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"

#define APART_STACK_BYTES ((size_t) 16 * 1024)

static int result(long value)
{
    return value < 0 ? -errno : (int) value;
}

pid_t sys_clone(uint64_t flags, int cgroup, int *ret_pidfd)
{
    int pidfd = -1;
    struct clone_args args = {
        .flags = flags | (ret_pidfd ? CLONE_PIDFD : 0) | (cgroup >= 0 ? CLONE_INTO_CGROUP : 0),
        .pidfd = (uint64_t) (uintptr_t) &pidfd,
        /* man 2 clone: with CLONE_PARENT it must be 0 */
        .exit_signal = (flags & CLONE_PARENT) ? 0 : SIGCHLD,
        .cgroup = cgroup >= 0 ? (uint64_t) cgroup : 0,
    };
    long pid = syscall(SYS_clone3, &args, sizeof(args));

    if (pid > 0 && ret_pidfd)
        *ret_pidfd = pidfd;
    return pid < 0 ? -errno : (pid_t) pid;
}

struct apart {
    void (*function)(void *argument);
    void *argument;
};

static int run_apart(void *context)
{
    const struct apart *apart = context;

    apart->function(apart->argument);
    return 0;
}

int sys_run_apart(void (*function)(void *argument), void *argument)
{
    struct apart apart = {function, argument};
    _Alignas(16) char stack[APART_STACK_BYTES]; /* it grows down */
    int status;
    pid_t pid = clone(run_apart, stack + sizeof(stack),
                      CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, &apart);

    if (pid < 0)
        return -errno;
    return sys_wait(pid, &status);
}

int sys_pidfd_open(pid_t pid)
{
    return result(syscall(SYS_pidfd_open, pid, 0)); /* close-on-exec always: man 2 pidfd_open */
}

int sys_pidfd_send_signal(int pidfd, int signal)
{
    return result(syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0));
}

int sys_pidfd_getfd(int pidfd, int fd)
{
    return result(syscall(SYS_pidfd_getfd, pidfd, fd, 0)); /* close-on-exec always */
}

/* linux/pidfd.h of Linux 6.15, of which no library has a copy yet. */
struct pidfd_info_v0 {
    uint64_t mask;
    uint64_t cgroup;
    uint32_t ids[11];
    int32_t exit_code;
};

#define GET_PIDFD_INFO _IOWR(0xFF, 11, struct pidfd_info_v0)

pid_t sys_pidfd_pid(int pidfd)
{
    struct pidfd_info_v0 info = {.mask = 1}; /* PIDFD_INFO_PID */
    int error = result(ioctl(pidfd, GET_PIDFD_INFO, &info));

    return error < 0 ? error : (pid_t) info.ids[0];
}

int sys_wait(pid_t pid, int *ret_status)
{
    pid_t waited;

    do {
        waited = waitpid(pid, ret_status, __WALL);
    } while (waited < 0 && errno == EINTR);
    return waited < 0 ? -errno : 0;
}

int sys_exit_code(int status)
{
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int sys_pidfd_wait(int pidfd, int timeout_ms)
{
    struct pollfd poller = {.fd = pidfd, .events = POLLIN};
    int count;

    do {
        count = poll(&poller, 1,
                     timeout_ms); /* an interrupted wait starts over: bounds are not exact */
    } while (count < 0 && errno == EINTR);
    return count < 0 ? -errno : count > 0;
}

int sys_cloexec_from(unsigned int first)
{
    return result(syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC));
}

int sys_close_range(unsigned int first, unsigned int last)
{
    return result(syscall(SYS_close_range, first, last, 0));
}

int sys_setns(int fd, int kinds)
{
    return setns(fd, kinds) < 0 ? -errno : 0;
}

/* "PID" + suffix ("/stat") */
static void process_path(pid_t pid, const char *suffix, char *path)
{
    char digits[12];
    size_t count = 0;
    size_t used = 0;

    do {
        digits[count++] = (char) ('0' + pid % 10);
        pid /= 10;
    } while (pid > 0);
    while (count > 0)
        path[used++] = digits[--count];
    memcpy(path + used, suffix, strlen(suffix) + 1);
}

/* Reads a file of /proc/PID. */
static int read_process_file(int proc, const char *path, char *buffer, size_t size)
{
    owned_fd own_proc = proc < 0 ? sys_open("/proc", O_PATH | O_DIRECTORY) : -1;

    if (proc < 0 && own_proc < 0)
        return own_proc;
    return (int) sys_read_file_at(proc < 0 ? own_proc : proc, path, buffer, size);
}

/* Points behind the command name, at the state letter: the name may contain blanks and parentheses. */
static int read_stat(int proc, pid_t pid, char *buffer, size_t size, const char **ret_fields)
{
    char path[32];
    const char *end;
    int length;

    process_path(pid, "/stat", path);
    length = read_process_file(proc, path, buffer, size);
    if (length < 0)
        return length;
    end = strrchr(buffer, ')');
    if (!end || end[1] != ' ')
        return -EPROTO;
    *ret_fields = end + 2;
    return 0;
}

int sys_process_start_time(int proc, pid_t pid, uint64_t *ret_ticks)
{
    char buffer[1024];
    const char *field;
    uint64_t ticks = 0;
    int error = read_stat(proc, pid, buffer, sizeof(buffer), &field);

    if (error < 0)
        return error;
    for (int i = 3; i < 22; i++) { /* man 5 proc: the state is field 3, starttime field 22 */
        field = strchr(field, ' ');
        if (!field)
            return -EPROTO;
        field++;
    }
    for (; *field >= '0' && *field <= '9'; field++)
        ticks = ticks * 10 + (uint64_t) (*field - '0');
    *ret_ticks = ticks;
    return 0;
}

/* Of one that nobody has reaped yet: the last field, man 5 proc. */
static int read_zombie_status(int pidfd, pid_t pid, int *ret_status)
{
    char buffer[1024];
    const char *field;
    int status = 0;
    int error = read_stat(-1, pid, buffer, sizeof(buffer), &field);

    if (error == 0)
        error = sys_pidfd_send_signal(pidfd, 0); /* it still has its number */
    if (error < 0)
        return error;
    if (*field != 'Z')
        return -EAGAIN;
    field = strrchr(field, ' ');
    for (field = field ? field + 1 : ""; *field >= '0' && *field <= '9'; field++)
        status = status * 10 + (*field - '0');
    *ret_status = status;
    return 0;
}

int sys_pidfd_exit_status(int pidfd, pid_t pid, int *ret_status)
{
    const uint64_t wants_exit = 1U << 3;
    struct pidfd_info_v0 info = {.mask = wants_exit};
    int error = read_zombie_status(pidfd, pid, ret_status);

    if (error == 0 || error == -EAGAIN)
        return error;
    error = result(ioctl(pidfd, GET_PIDFD_INFO, &info));
    if (error < 0)
        return error;
    if (!(info.mask & wants_exit))
        return -EAGAIN;
    *ret_status = info.exit_code;
    return 0;
}

pid_t sys_process_inner_pid(int proc, pid_t pid)
{
    char path[32];
    char buffer[8192]; /* the list of groups comes before it: a thousand fit */
    const char *line;
    pid_t inner = 0;
    int length;

    process_path(pid, "/status", path);
    length = read_process_file(proc, path, buffer, sizeof(buffer));
    if (length < 0)
        return length;
    line = strstr(buffer, "\nNSpid:");
    if (!line)
        return -EPROTO;
    for (line++; *line != '\n' && *line != '\0'; line++) {
        if (*line == '\t')
            inner = 0;
        else if (*line >= '0' && *line <= '9')
            inner = inner * 10 + (*line - '0');
    }
    return inner > 0 ? inner : -EPROTO;
}

void sys_unblock_signals(void)
{
    sigset_t none;

    (void) sigemptyset(&none);
    (void) sigprocmask(SIG_SETMASK, &none, NULL);
}

void sys_reset_signals(void)
{
    for (int number = 1; number < _NSIG; number++)
        (void) signal(number, SIG_DFL); /* fails for those that cannot be changed: fine */
    sys_unblock_signals();
}

/*
 * Running another program; see program.h. The new process comes from a raw clone: it makes system calls only, until exec.
 *
 * Input is a file in memory, not a pipe: a program that never reads cannot block us, and one that opens
 * /dev/stdin again finds the beginning.
 */
#include "base/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/process.h"

#define OUTPUT_KEPT_BYTES  (64UL * 1024)
#define OUTPUT_SHOWN_BYTES 1024UL

/* Sent by the new process over a close-on-exec pipe when it cannot get to exec. what: of our own image, so valid in both. */
struct program_failure {
    int error;
    const char *what;
};

struct program_files {
    int input;
    int output;
    int failure;
};

static int fail(int error, const char *what, const char **ret_what)
{
    *ret_what = what;
    return error;
}

static int set_streams(const struct program_files *files)
{
    return dup2(files->input, STDIN_FILENO) < 0 || dup2(files->output, STDOUT_FILENO) < 0 ||
                   dup2(files->output, STDERR_FILENO) < 0
               ? -errno
               : 0;
}

/* Stands between a program in another pid namespace and us: ends as the program ends. */
static void follow(pid_t pid)
{
    int status = 0;

    (void) sys_close_range(0, ~0U); /* what we hold open would keep others waiting */
    if (sys_wait(pid, &status) < 0)
        _exit(127);
    if (WIFSIGNALED(status))
        (void) kill(getpid(), WTERMSIG(status));
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128);
}

static int execute(const struct program *program, const char **ret_what)
{
    static char *const no_environment[] = {NULL};
    char *const alone[] = {(char *) program->path, NULL};
    char *const *argv = program->argv ? (char *const *) program->argv : alone;
    char *const *envp = program->envp ? (char *const *) program->envp : no_environment;

    execve(program->path, argv, envp);
    return fail(-errno, "execute it", ret_what);
}

/* Everything between clone and exec. Returns only on failure. */
static int become(const struct program *program, const struct program_files *files,
                  const char **ret_what)
{
    int error;

    sys_reset_signals();
    if (setsid() < 0)
        return fail(-errno, "make a session", ret_what);
    error = set_streams(files);
    if (error == 0)
        error = sys_cloexec_from(STDERR_FILENO + 1);
    if (error < 0)
        return fail(error, "set the standard streams", ret_what);
    if (program->prepare) {
        error = program->prepare(program->context, ret_what);
        if (error < 0)
            return error;
    }
    if (program->forks_again) {
        pid_t pid = sys_clone(0, -1, NULL);

        if (pid < 0)
            return fail(pid, "fork in the pid namespace", ret_what);
        if (pid > 0)
            follow(pid);
    }
    if (chdir(program->directory ? program->directory : "/") < 0)
        return fail(-errno, "enter the working directory", ret_what);
    return program->execute ? program->execute(program, ret_what) : execute(program, ret_what);
}

static void become_or_tell(const struct program *program, const struct program_files *files)
{
    struct program_failure failure = {.what = "start it"};

    failure.error = become(program, files, &failure.what);
    (void) sys_write_all(files->failure, &failure, sizeof(failure));
    _exit(127);
}

static int open_input(const char *text, struct error *err)
{
    owned_fd file = sys_memfd("corun-input");
    char path[SYS_FD_PATH_SIZE];
    int error = file;
    int again;

    if (file >= 0)
        error = sys_write_all(file, text ? text : "", text ? strlen(text) : 0);
    if (error < 0)
        return error_os(err, -error, "prepare the standard input");
    again = sys_open(sys_fd_path(file, path), O_RDONLY); /* a reader of its own, at the beginning */
    return again < 0 ? error_os(err, -again, "prepare the standard input") : again;
}

/* --- the parent's side --- */

struct program_output {
    char *bytes; /* OUTPUT_KEPT_BYTES */
    size_t used;
};

/* Reads what is there. 1: more may come, 0: end. When the buffer is full, the older part goes. */
static int read_output(int fd, struct program_output *output)
{
    ssize_t count;

    if (output->used == OUTPUT_KEPT_BYTES) {
        memmove(output->bytes, output->bytes + OUTPUT_KEPT_BYTES - OUTPUT_SHOWN_BYTES,
                OUTPUT_SHOWN_BYTES);
        output->used = OUTPUT_SHOWN_BYTES;
    }
    count = read(fd, output->bytes + output->used, OUTPUT_KEPT_BYTES - output->used);
    if (count > 0)
        output->used += (size_t) count;
    return count > 0 || (count < 0 && errno == EINTR);
}

/* The last of it as one line: controls become blanks, blanks at the ends are cut. */
static const char *output_line(struct arena *arena, const struct program_output *output)
{
    size_t shown = output->used < OUTPUT_SHOWN_BYTES ? output->used : OUTPUT_SHOWN_BYTES;
    char *line = arena_copy_bytes(arena, output->bytes + output->used - shown, shown);

    for (size_t i = 0; i < shown; i++)
        if ((unsigned char) line[i] < 0x20 || line[i] == 0x7f)
            line[i] = ' ';
    while (shown > 0 && line[shown - 1] == ' ')
        line[--shown] = '\0';
    return line + strspn(line, " ");
}

static int64_t now_ms(void)
{
    struct timespec now;

    (void) clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail with a valid clock */
    return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A process that runs. */
struct program_process {
    const struct program *program;
    pid_t pid;
    int pidfd;
    int output_fd;
};

/* Until the process has exited: reads output, so that it never blocks. 1 exited, 0 out of time, -errno. */
static int attend(const struct program_process *process, struct program_output *output)
{
    const struct program *program = process->program;
    int timeout_ms = program->timeout_ms;
    int64_t deadline = timeout_ms > 0 ? now_ms() + timeout_ms : INT64_MAX;
    struct pollfd pollers[] = {
        {.fd = process->pidfd,                        .events = POLLIN},
        {.fd = process->output_fd,                    .events = POLLIN},
        {.fd = program->talk ? program->talk_fd : -1, .events = POLLIN},
    };

    while (!(pollers[0].revents & POLLIN)) {
        int64_t left = timeout_ms > 0 ? deadline - now_ms() : -1;

        if (timeout_ms > 0 && left <= 0)
            return 0;
        if (poll(pollers, 3, (int) left) < 0 && errno != EINTR)
            return -errno;
        if (pollers[1].revents && !read_output(process->output_fd, output))
            pollers[1].fd = -1; /* closed by the program, which may live on */
        if (program->talk && pollers[2].revents && program->talk(program->talker) < 0)
            pollers[2].fd = -1;
    }
    return 1;
}

/* What was written before the end and not read yet; descendants may still hold the other end, so no waiting. */
static void drain(int output_fd, struct program_output *output)
{
    struct pollfd poller = {.fd = output_fd, .events = POLLIN};

    for (int rounds = 0; rounds < 64 && poll(&poller, 1, 0) > 0; rounds++)
        if (!read_output(output_fd, output))
            return;
}

/* Goes with it to its end, of itself or because its time is over, and reaps it. */
static int finish(const struct program_process *process, struct program_output *output,
                  struct program_result *result)
{
    int ended = attend(process, output);

    result->has_timed_out = ended == 0;
    if (ended <= 0) {
        (void) kill(-process->pid, SIGKILL); /* its whole group; it may have gone this moment */
        (void) sys_pidfd_send_signal(process->pidfd, SIGKILL);
    }
    drain(process->output_fd, output);
    return sys_wait(process->pid, &result->status);
}

/* A pipe whose ends close themselves. */
struct program_pipe {
    int read;
    int write;
};

static void program_pipe_release(struct program_pipe *ends)
{
    replace_fd(&ends->read, -1);
    replace_fd(&ends->write, -1);
}

#define owned_pipe __attribute__((cleanup(program_pipe_release))) struct program_pipe

static int open_pipe(struct program_pipe *ret_ends, struct error *err)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) < 0)
        return error_os(err, errno, "make a pipe");
    ret_ends->read = ends[0];
    ret_ends->write = ends[1];
    return 0;
}

/* What the process told about why it could not become the program; 0 when it did. */
static int read_failure(int fd, struct error *err)
{
    struct program_failure failure;

    /* A process of its own pid namespace may outlive its parent, and hold the other end: no waiting. */
    if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0 ||
        read(fd, &failure, sizeof(failure)) != (ssize_t) sizeof(failure))
        return 0;
    return error_os(err, -failure.error, "%s", failure.what);
}

int program_run(struct arena *arena, const struct program *program,
                struct program_result *ret_result, struct error *err)
{
    owned_fd input = open_input(program->input, err);
    owned_fd pidfd = -1;
    owned_pipe output_pipe = {-1, -1};
    owned_pipe failure_pipe = {-1, -1};
    struct program_output output = {.bytes = arena_alloc(arena, OUTPUT_KEPT_BYTES)};
    struct program_process process = {.program = program};
    int error;

    if (input < 0 || open_pipe(&output_pipe, err) < 0 || open_pipe(&failure_pipe, err) < 0)
        return -1;
    process.pid = sys_clone(0, -1, &pidfd);
    if (process.pid < 0)
        return error_os(err, -process.pid, "start a process");
    if (process.pid == 0) {
        const struct program_files files = {input, output_pipe.write, failure_pipe.write};

        become_or_tell(program, &files);
    }
    replace_fd(&output_pipe.write, -1);
    replace_fd(&failure_pipe.write, -1);
    process.pidfd = pidfd;
    process.output_fd = output_pipe.read;
    error = finish(&process, &output, ret_result);
    if (error < 0)
        return error_os(err, -error, "wait for the process");
    ret_result->output = output_line(arena, &output);
    return read_failure(failure_pipe.read, err);
}

int program_check(const struct program_result *result, struct error *err)
{
    const char *output = result->output;
    const char *separator = output[0] ? ": " : "";

    if (result->has_timed_out)
        return error_set(err, ERROR_STATE, "timed out and was killed%s%s", separator, output);
    if (WIFSIGNALED(result->status))
        return error_set(err, ERROR_STATE, "killed by signal %d%s%s", WTERMSIG(result->status),
                         separator, output);
    if (WEXITSTATUS(result->status) != 0)
        return error_set(err, ERROR_STATE, "exited with status %d%s%s", WEXITSTATUS(result->status),
                         separator, output);
    return 0;
}

/*
 * The starter process: its output is the container's, and it hands over the pid. It is a fork, so what a create does to the process it runs in
 * (standard streams, the sealed executable) does not reach the supervisor.
 */
#include "runtime/group/starter.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/process.h"

static int take_streams(int output)
{
    owned_fd null = sys_open("/dev/null", O_RDONLY);

    if (null < 0)
        return null;
    if (dup2(null, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
        dup2(output, STDERR_FILENO) < 0)
        return -errno;
    return 0;
}

/* The pid of the container's process, or -1. */
static pid_t run_member(struct arena *arena, const struct start_request *request, struct error *err)
{
    pid_t pid = -1;
    const struct container_request container = {
        .root = request->group->root, .log = request->group->log, .id = request->id};
    const struct delete_request old = {.container = container, .is_forced = true};
    const struct run_request run = {
        .create = {.container = container, .bundle = request->container->bundle},
        .is_detached = true,
    };
    const struct member_request member = {
        .group = request->group->id, .name = request->container->name, .ret_pid = &pid};
    int ignored;

    if (container_delete(arena, &old, err) < 0)
        return -1;
    return group_run_member(arena, &member, &run, &ignored, err) < 0 ? -1 : pid;
}

__attribute__((noreturn)) static void starter_run(struct arena *arena,
                                                  const struct start_request *request, int output,
                                                  int answer)
{
    struct error err = {0};
    sigset_t none;
    pid_t pid = -1;
    int error = take_streams(output);

    (void) sigemptyset(&none);
    (void) sigprocmask(SIG_SETMASK, &none, NULL);
    if (error < 0)
        (void) error_os(&err, -error, "give the container its streams");
    else
        pid = run_member(arena, request, &err);
    if (pid <= 0)
        (void) dprintf(STDERR_FILENO, "corun: %s\n", err.text);
    else
        (void) sys_write_all(answer, &pid, sizeof(pid));
    _exit(0);
}

static int fork_starter(struct arena *arena, const struct start_request *request,
                        const int output[2], const int answer[2])
{
    pid_t pid = fork();

    if (pid == 0) {
        (void) close(output[0]);
        (void) close(answer[0]);
        starter_run(arena, request, output[1], answer[1]);
    }
    return pid < 0 ? -errno : pid;
}

int group_start_member(struct arena *arena, const struct start_request *request, pid_t *ret_pid,
                       int *ret_output, struct error *err)
{
    int output[2];
    int answer[2];
    int status;
    pid_t pid = -1;
    pid_t starter;

    if (pipe2(output, O_CLOEXEC) < 0)
        return error_os(err, errno, "make a pipe");
    if (pipe2(answer, O_CLOEXEC) < 0) {
        (void) close(output[0]);
        (void) close(output[1]);
        return error_os(err, errno, "make a pipe");
    }
    starter = fork_starter(arena, request, output, answer);
    (void) close(output[1]);
    (void) close(answer[1]);
    if (starter > 0 && sys_read_all(answer[0], &pid, sizeof(pid)) != (ssize_t) sizeof(pid))
        pid = -1;
    (void) close(answer[0]);
    *ret_output = output[0];
    *ret_pid = pid;
    if (starter < 0)
        return error_os(err, -starter, "start the container \"%s\"", request->container->name);
    (void) sys_wait(starter, &status);
    return 0;
}

/*
 * The starter process: its output is the container's, and it hands over the pid. It is a fork, so what a create does to the process it runs in
 * (standard streams, the sealed executable) does not reach the supervisor.
 */
#include "runtime/group/starter.h"

#include <errno.h>
#include <fcntl.h>
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

/* The same of a check; 0: the container is paused. */
static pid_t run_check(struct arena *arena, const struct start_request *request,
                       const struct text_list *command, struct error *err)
{
    pid_t pid = -1;
    const struct exec_request exec = {
        .container = {.root = request->group->root, .id = request->id},
        .args = *command,
        .is_detached = true,
        .ret_pid = &pid,
    };
    struct container_info info = {0};
    int ignored;

    if (container_state(arena, &exec.container, &info, err) < 0)
        return -1;
    if (info.status == CONTAINER_PAUSED)
        return 0;
    return container_exec(arena, &exec, &ignored, err) < 0 ? -1 : pid;
}

/* One process to be started by a process of its own. */
struct starter {
    const struct start_request *request;
    const struct text_list *command; /* of a check; NULL: the container itself */
    int output;
};

__attribute__((noreturn)) static void starter_run(struct arena *arena,
                                                  const struct starter *starter, int answer)
{
    struct error err = {0};
    pid_t pid = -1;
    int error = take_streams(starter->output);

    sys_unblock_signals();
    if (error < 0)
        (void) error_os(&err, -error, "give the container its streams");
    else if (starter->command)
        pid = run_check(arena, starter->request, starter->command, &err);
    else
        pid = run_member(arena, starter->request, &err);
    if (pid < 0)
        (void) dprintf(STDERR_FILENO, "corun: %s\n", err.text);
    else
        (void) sys_write_all(answer, &pid, sizeof(pid));
    _exit(0);
}

static int start(struct arena *arena, const struct starter *starter, pid_t *ret_pid,
                 struct error *err)
{
    int answer[2];
    int status;
    int error;
    pid_t pid = -1;
    pid_t process;

    if (pipe2(answer, O_CLOEXEC) < 0)
        return error_os(err, errno, "make a pipe");
    process = fork();
    error = errno;
    if (process == 0)
        starter_run(arena, starter, answer[1]);
    (void) close(answer[1]);
    if (process > 0 && sys_read_all(answer[0], &pid, sizeof(pid)) != (ssize_t) sizeof(pid))
        pid = -1;
    (void) close(answer[0]);
    if (process < 0)
        return error_os(err, error, "start the container \"%s\"",
                        starter->request->container->name);
    (void) sys_wait(process, &status);
    *ret_pid = pid;
    return 0;
}

int group_start_member(struct arena *arena, const struct start_request *request, pid_t *ret_pid,
                       int *ret_output, struct error *err)
{
    int output[2];
    int result;

    if (pipe2(output, O_CLOEXEC) < 0)
        return error_os(err, errno, "make a pipe");
    result = start(arena, &(struct starter){.request = request, .output = output[1]}, ret_pid, err);
    (void) close(output[1]);
    *ret_output = output[0];
    return result;
}

int group_start_check(struct arena *arena, const struct start_request *request,
                      const struct text_list *command, pid_t *ret_pid, struct error *err)
{
    owned_fd null = sys_open("/dev/null", O_WRONLY);
    const struct starter starter = {request, command, null};

    return null < 0 ? error_os(err, -null, "open /dev/null") : start(arena, &starter, ret_pid, err);
}

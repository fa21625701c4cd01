/* group run and start: the supervisor in this process, or in one that goes on in the background. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/sys/file.h"
#include "runtime/group/supervise.h"

/* The background process tells what is wrong, or ends the pipe; it does not come back. */
__attribute__((noreturn)) static void run_in_background(struct arena *arena,
                                                        const struct group_run_request *request,
                                                        int started)
{
    struct error err = {0};
    int exit_code = 0;

    (void) setsid();
    if (group_supervise_here(arena, request, &started, &exit_code, &err) < 0 && started >= 0)
        (void) sys_write_all(started, err.text, strlen(err.text));
    _exit(0);
}

static int detach(struct arena *arena, const struct group_run_request *request, struct error *err)
{
    char text[1024] = "";
    int pair[2];
    ssize_t length;
    pid_t pid;

    if (pipe2(pair, O_CLOEXEC) < 0)
        return error_os(err, errno, "make a pipe");
    pid = fork();
    if (pid == 0) {
        (void) close(pair[0]);
        run_in_background(arena, request, pair[1]);
    }
    (void) close(pair[1]);
    length = pid < 0 ? 0 : sys_read_all(pair[0], text, sizeof(text) - 1);
    (void) close(pair[0]);
    if (pid < 0)
        return error_os(err, errno, "start the supervisor");
    if (length == 1 && text[0] == '\0')
        return 0;
    return error_set(err, ERROR_STATE, "start group \"%s\": %s", request->group.id,
                     length > 0 ? text : "an init container failed");
}

int group_supervise(struct arena *arena, const struct group_run_request *request,
                    int *ret_exit_code, struct error *err)
{
    int started = -1;

    *ret_exit_code = 0;
    if (request->is_detached)
        return detach(arena, request, err);
    return group_supervise_here(arena, request, &started, ret_exit_code, err);
}

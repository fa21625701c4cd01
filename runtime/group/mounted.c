/*
 * The helper gets the group file as a file in memory, as it has secrets, and sends the mount over a socket. It is killed when it takes too long;
 * the kernel's clients of remote file systems wait so that they can be.
 */
#include "runtime/group/mounted.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/helper.h"
#include "base/owned.h"
#include "base/program.h"
#include "base/sys/socket.h"

enum { MOUNT_TIMEOUT_MS = 30000 };

/* Messages still go to standard error. */
static int set_output(const void *context, const char **ret_what)
{
    const int *socket = context;

    *ret_what = "hand over the socket";
    return dup2(*socket, STDOUT_FILENO) < 0 ? -errno : 0;
}

static int run_helper(struct arena *arena, const struct group_spec *spec, const char *name,
                      const int *socket, struct error *err)
{
    const char *path = helper_find(arena, "corun-mount");
    const char *const argv[] = {path, name, NULL};
    const struct program program = {
        .path = path,
        .argv = argv,
        .input = spec->text,
        .timeout_ms = MOUNT_TIMEOUT_MS,
        .prepare = set_output,
        .context = socket,
    };
    struct program_result result;

    if (access(path, X_OK) < 0)
        return error_os(err, errno, "this kind of volume needs the program %s", path);
    if (program_run(arena, &program, &result, err) < 0)
        return error_within(err, "%s", path);
    if (result.has_timed_out)
        return error_set(err, ERROR_STATE, "it is not mounted after %d seconds",
                         MOUNT_TIMEOUT_MS / 1000);
    if (result.status != 0 && result.output[0] != '\0')
        return error_set(err, ERROR_STATE, "%s", result.output);
    return program_check(&result, err) < 0 ? error_within(err, "%s", path) : 0;
}

int group_mount_volume(struct arena *arena, const struct group_spec *spec,
                       const struct group_volume *volume, struct error *err)
{
    owned_fd ours = -1;
    owned_fd theirs = -1;
    char byte;
    int mount = -1;
    int error = sys_socket_pair(SOCK_SEQPACKET, &ours, &theirs);

    if (error < 0)
        return error_os(err, -error, "make a socket");
    if (run_helper(arena, spec, volume->name, &theirs, err) < 0)
        return -1;
    replace_fd(&theirs, -1);
    if (sys_socket_receive(ours, &byte, 1, &mount, NULL) != 1 || mount < 0)
        return error_set(err, ERROR_STATE, "the helper did not hand over the mount");
    return mount;
}

/* After clone, on both sides: nothing is allocated, formatted or logged. */
#include "runtime/group/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/namespaces.h"
#include "base/sys/process.h"
#include "base/sys/security.h"
#include "base/sys/socket.h"
#include "runtime/group/founder.h"

/* --- inside --- */

/* Until the ids are mapped we have none to act with. */
static int become_root(const struct founding *founding)
{
    int error = 0;

    if (!founding->shares[GROUP_USER])
        return 0;
    error = sys_setgroups(NULL, 0);
    if (error == 0)
        error = sys_setgid(0);
    return error == 0 ? sys_setuid(0) : error;
}

/* True when a byte came; the end of the socket is the end of the founder. */
static bool is_told(int socket)
{
    char byte;

    return sys_socket_receive(socket, &byte, 1, NULL, NULL) == 1;
}

__attribute__((noreturn)) static void keeper_run(const struct founding *founding, int socket)
{
    int32_t error = is_told(socket) ? become_root(founding) : -ECANCELED;

    if (error == 0)
        error = founder_set_up(founding);
    /* A working directory on the host would keep its file system busy. "/" becomes the group's when the founder pivots (man 2 pivot_root). */
    if (error == 0 && chdir("/") < 0)
        error = -errno;
    if (error == 0 && founding->shares[GROUP_PID])
        error = reaper_prepare();
    (void) sys_socket_send(socket, &error, sizeof(error), -1);
    if (error == 0 && is_told(socket))
        reaper_run();
    _exit(0);
}

/* --- the founder's side --- */

static int map_ids(int process, const char *name, const char *map)
{
    owned_fd file = sys_open_at(process, name, O_WRONLY);

    return file < 0 ? file : sys_write_all(file, map, strlen(map));
}

int keeper_start(const struct founding *founding, int flags, struct keeper *ret_keeper)
{
    struct keeper keeper = {.process = -1, .pidfd = -1, .socket = -1};
    int pair[2];
    int error = sys_socket_pair(SOCK_SEQPACKET, &pair[0], &pair[1]);
    pid_t pid;

    if (error < 0)
        return error;
    pid = sys_clone((uint64_t) (unsigned int) flags, -1, &keeper.pidfd);
    if (pid == 0) {
        (void) close(pair[0]);
        keeper_run(founding, pair[1]);
    }
    (void) close(pair[1]);
    keeper.socket = pair[0];
    keeper.process = pid < 0 ? pid : sys_process_open(keeper.pidfd);
    error = keeper.process < 0 ? keeper.process : 0;
    if (error == 0 && founding->shares[GROUP_USER])
        error = map_ids(keeper.process, "uid_map", founding->uid_map);
    if (error == 0 && founding->shares[GROUP_USER])
        error = map_ids(keeper.process, "gid_map", founding->gid_map);
    if (error < 0)
        keeper_finish(&keeper, false);
    else
        *ret_keeper = keeper;
    return error;
}

int keeper_set_up(const struct keeper *keeper)
{
    int32_t answer = 0;
    int error = sys_socket_send(keeper->socket, "", 1, -1);
    ssize_t length =
        error < 0 ? error : sys_socket_receive(keeper->socket, &answer, sizeof(answer), NULL, NULL);

    if (length < 0)
        return (int) length;
    return length == (ssize_t) sizeof(answer) ? answer : -ECHILD;
}

void keeper_finish(struct keeper *keeper, bool stays)
{
    if (stays && sys_socket_send(keeper->socket, "", 1, -1) < 0)
        stays = false;
    if (!stays && keeper->pidfd >= 0)
        (void) sys_pidfd_send_signal(keeper->pidfd, SIGKILL);
    replace_fd(&keeper->socket, -1);
    replace_fd(&keeper->pidfd, -1);
    replace_fd(&keeper->process, -1);
}

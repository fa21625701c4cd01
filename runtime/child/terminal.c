/*
 * The terminal: a pty of the container's own devpts. The slave comes from the master by TIOCGPTPEER, never by a path
 * that the image could have exchanged (CVE-2025-52565).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/mount.h"
#include "runtime/child/step.h"

static int open_master(const struct child *child)
{
    owned_fd master = -1;
    int unlocked = 0;

    if (child->root >= 0)
        master = sys_open_in_root_no_symlinks(child->root, "dev/pts/ptmx", O_RDWR | O_NOCTTY);
    else
        master = sys_open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_NOFOLLOW);
    if (master < 0)
        return master;
    if (sys_filesystem_type(master) != DEVPTS_SUPER_MAGIC)
        return -ENOTTY;
    if (ioctl(master, TIOCSPTLCK, &unlocked) < 0)
        return -errno;
    return take_fd(&master);
}

static int set_size(int master, const struct plan_terminal *terminal)
{
    struct winsize size = {.ws_row = terminal->rows, .ws_col = terminal->columns};

    if (terminal->rows == 0 && terminal->columns == 0)
        return 0;
    return ioctl(master, TIOCSWINSZ, &size) < 0 ? -errno : 0;
}

/* The place is made as a plain file; a symlink there is refused, it would name a file elsewhere (CVE-2026-88264). */
static int bind_console(const struct child *child)
{
    owned_fd target = child_open_target(child, "dev/console", false, true);
    owned_fd tree = -1;

    if (target < 0)
        return target;
    tree = sys_clone_tree(child->tty, "", 0);
    return tree < 0 ? tree : sys_attach_tree(tree, target);
}

int child_open_terminal(struct child *child)
{
    const struct plan_terminal *terminal = &child->plan->terminal;
    struct sync_message message = {.type = SYNC_TERMINAL};
    owned_fd master = -1;
    int error;

    if (!terminal->is_wanted)
        return 0;
    master = open_master(child);
    if (master < 0)
        return master;
    error = set_size(master, terminal);
    if (error < 0)
        return error;
    child->tty = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (child->tty < 0)
        return -errno;
    if (terminal->binds_console) {
        error = bind_console(child);
        if (error < 0)
            return error;
    }
    return sync_send(child->files->sync, &message, master);
}

int child_connect_streams(struct child *child)
{
    int source[3];

    for (int stream = 0; stream < 3; stream++)
        source[stream] = child->tty >= 0 ? child->tty : child->files->standard_streams[stream];
    for (int stream = 0; stream < 3; stream++)
        if (source[stream] >= 0 && source[stream] != stream && dup2(source[stream], stream) < 0)
            return -errno;
    return 0;
}

/* We are a session leader without a terminal (setsid), so it becomes ours. After the last fork: that is a new session. */
int child_take_terminal(struct child *child)
{
    return child->tty >= 0 && ioctl(child->tty, TIOCSCTTY, 0) < 0 ? -errno : 0;
}

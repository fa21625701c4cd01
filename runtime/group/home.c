/* The directory of groups, and the mount that keeps pins where they are. */
#include "runtime/group/home.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/mount.h"

#define GROUP_HOME ".groups" /* no id begins with a dot */

static bool is_mount(int fd)
{
    struct statx info;

    return statx(fd, "", AT_EMPTY_PATH, 0, &info) == 0 &&
           (info.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

/* Two at once may both come to mount: who is second finds it done, since the lock is on the root. */
static int lock_root(int root)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = sys_create_at(root, GROUP_HOME "/.lock", O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
    int result;

    if (fd < 0)
        return fd;
    do {
        result = fcntl(fd, F_SETLKW, &lock);
    } while (result < 0 && errno == EINTR);
    return fd; /* the lock ends with the fd; without one (no locks on this file system) we go on */
}

/* The mounted directory, or -errno. */
static int bind_onto_itself(int home)
{
    owned_fd tree = sys_clone_tree(home, "", 0);
    int error;

    if (tree < 0)
        return tree;
    error = sys_attach_tree(tree, home);
    /* An unbindable tree cannot be attached to a shared mount, so this comes second: what propagates until here is empty. */
    if (error == 0)
        error = sys_mount_setattr(tree, false, 0, 0, MS_UNBINDABLE, -1);
    return error < 0 ? error : sys_open_at(tree, ".", O_RDONLY | O_DIRECTORY);
}

static int open_home(int root)
{
    return sys_open_at(root, GROUP_HOME, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

static int mount_home(int root)
{
    owned_fd lock = lock_root(root);
    owned_fd home = lock < 0 ? lock : open_home(root);

    if (home < 0 || is_mount(home))
        return take_fd(&home);
    return bind_onto_itself(home);
}

int group_home_open(struct arena *arena, const char *root, bool is_made, struct store *ret_home,
                    struct error *err)
{
    owned_store store = {0};
    owned_fd home = -1;

    if (store_open(arena, root, is_made, &store, err) < 0)
        return -1;
    if (is_made && mkdirat(store.fd, GROUP_HOME, 0700) < 0 && errno != EEXIST)
        return error_os(err, errno, "make %s/" GROUP_HOME, store.path);
    home = store.fd < 0 ? -ENOENT : open_home(store.fd);
    if (is_made && home >= 0 && !is_mount(home)) /* once it is one, our fd keeps it so */
        replace_fd(&home, mount_home(store.fd));
    if (home < 0 && (is_made || home != -ENOENT))
        return error_os(err, -home, "open and mount %s/" GROUP_HOME, store.path);
    *ret_home = (struct store){
        .noun = "group",
        .path = arena_format(arena, "%s/" GROUP_HOME, store.path),
        .fd = home < 0 ? -1 : take_fd(&home),
    };
    return 0;
}

void group_home_tidy(struct arena *arena, struct store *home)
{
    struct text_list ids = {0};
    struct error ignored;

    if (home->fd < 0 || store_list(arena, home, &ids, &ignored) < 0)
        return;
    store_release(home);
    if (ids.count > 0)
        return;
    (void) umount2(home->path, UMOUNT_NOFOLLOW); /* busy while another command has it open */
}

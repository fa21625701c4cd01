/* LOOP_CONFIGURE (Linux 5.8) sets all at once: no moment in which the device has the file but not its flags. */
#include "helpers/mount/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"

enum { ATTEMPTS = 64 }; /* others take free devices, too */

/* 1: it is ours; 0: another was quicker. */
static int configure(const char *path, int file, bool is_readonly, int *ret_fd, struct error *err)
{
    const struct loop_config config = {
        .fd = (__u32) file,
        .info.lo_flags = LO_FLAGS_AUTOCLEAR | (is_readonly ? LO_FLAGS_READ_ONLY : 0U),
    };
    owned_fd device = sys_open(path, is_readonly ? O_RDONLY : O_RDWR);

    if (device < 0)
        return error_os(err, -device, "open %s", path);
    if (ioctl(device, LOOP_CONFIGURE, &config) < 0)
        return errno == EBUSY ? 0 : error_os(err, errno, "set up %s", path);
    *ret_fd = take_fd(&device);
    return 1;
}

int loop_open(struct arena *arena, int file, bool is_readonly, struct loop *ret_loop,
              struct error *err)
{
    owned_fd control = sys_open("/dev/loop-control", O_RDWR);
    struct stat info;
    int taken = 0;

    if (control < 0)
        return error_os(err, -control, "open /dev/loop-control");
    for (int i = 0; i < ATTEMPTS && taken == 0; i++) {
        int number = ioctl(control, LOOP_CTL_GET_FREE);

        if (number < 0)
            return error_os(err, errno, "find a free loop device");
        ret_loop->path = arena_format(arena, "/dev/loop%d", number);
        taken = configure(ret_loop->path, file, is_readonly, &ret_loop->fd, err);
    }
    if (taken < 0)
        return -1;
    if (taken == 0)
        return error_set(err, ERROR_STATE, "every free loop device was taken by others");
    if (fstat(ret_loop->fd, &info) < 0)
        return error_os(err, errno, "examine %s", ret_loop->path);
    ret_loop->device = info.st_rdev;
    return 0;
}

void loop_release(struct loop *loop)
{
    replace_fd(&loop->fd, -1);
}

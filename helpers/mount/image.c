/* An image: file, loop device, perhaps dm-verity on it, mount. The mount holds what is below it; when it goes, all goes. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "helpers/mount/context.h"
#include "helpers/mount/loop.h"
#include "helpers/mount/mounts.h"
#include "helpers/mount/verity.h"

static int open_image(const struct group_image_volume *image, bool is_readonly, struct error *err)
{
    owned_fd fd = sys_open(image->path, (is_readonly ? O_RDONLY : O_RDWR) | O_NOCTTY | O_NONBLOCK);
    struct stat info;

    if (fd < 0)
        return error_os(err, -fd, "open %s", image->path);
    if (fstat(fd, &info) < 0)
        return error_os(err, errno, "examine %s", image->path);
    if (!S_ISREG(info.st_mode))
        return error_set(err, ERROR_INVALID, "%s is not a regular file", image->path);
    if (image->digest && verity_check_file(fd, image->digest, err) < 0)
        return error_within(err, "%s", image->path);
    return take_fd(&fd);
}

int mount_image(struct arena *arena, const struct group_volume *volume, struct error *err)
{
    const struct group_image_volume *image = volume->image;
    owned_fd file = open_image(image, group_image_is_readonly(volume), err);
    owned_loop loop = {.fd = -1};
    owned_verity_device verity = {.fd = -1};
    struct context context;

    if (file < 0 || loop_open(arena, file, group_image_is_readonly(volume), &loop, err) < 0)
        return -1;
    if (image->root_hash && verity_open(arena, image, &loop, &verity, err) < 0)
        return -1;
    context_open(&context, group_image_type_name(image));
    context_set(&context, "source", image->root_hash ? verity.path : loop.path);
    if (group_image_is_readonly(volume))
        context_set_flag(&context, "ro");
    return context_mount(&context, err);
}

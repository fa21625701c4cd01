/*
 * An overlay. Its layers are named to the kernel by /proc/self/fd: a value may have 255 bytes only, and what was opened cannot be replaced by a
 * symlink any more.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "helpers/mount/context.h"
#include "helpers/mount/mounts.h"

/* The fd stays open until we end. */
static const char *open_layer(struct arena *arena, const char *path, bool is_made,
                              struct error *err)
{
    int fd;

    if (is_made && mkdir(path, 0755) < 0 && errno != EEXIST) {
        (void) error_os(err, errno, "make the directory %s", path);
        return NULL;
    }
    fd = sys_open(path, O_PATH | O_DIRECTORY);
    if (fd < 0) {
        (void) error_os(err, -fd, "open %s", path);
        return NULL;
    }
    return arena_format(arena, "/proc/self/fd/%d", fd);
}

int mount_overlay(struct arena *arena, const struct group_volume *volume, struct error *err)
{
    const struct group_overlay_volume *overlay = volume->overlay;
    const char *lower = NULL;
    const char *upper = NULL;
    const char *work = NULL;
    struct context context;

    for (size_t i = 0; i < overlay->lower.count; i++) {
        const char *layer = open_layer(arena, overlay->lower.items[i], false, err);

        if (!layer)
            return -1;
        lower = lower ? arena_format(arena, "%s:%s", lower, layer) : layer;
    }
    if (overlay->upper) {
        upper = open_layer(arena, overlay->upper, true, err);
        work = upper ? open_layer(arena, overlay->work, true, err) : NULL;
        if (!work)
            return -1;
    }
    context_open(&context, "overlay");
    context_set(&context, "source", "corun");
    context_set(&context, "lowerdir", lower);
    context_set(&context, "upperdir", upper);
    context_set(&context, "workdir", work);
    return context_mount(&context, err);
}

/* See context.h. Volumes carry neither devices nor set-user-id programs into members. */
#include "helpers/mount/context.h"

#include <errno.h>
#include <linux/mount.h>
#include <string.h>

#include "base/owned.h"
#include "base/sys/mount.h"

static void keep(struct context *context, int result, const char *key)
{
    if (result < 0 && context->error == 0) {
        context->error = result;
        context->key = key;
    }
}

void context_open(struct context *context, const char *type)
{
    *context = (struct context){.type = type, .fd = sys_fsopen(type)};
    keep(context, context->fd, NULL);
}

void context_set(struct context *context, const char *key, const char *value)
{
    if (value && context->error == 0)
        keep(context, sys_fsconfig_string(context->fd, key, value), key);
}

void context_set_flag(struct context *context, const char *key)
{
    if (context->error == 0)
        keep(context, sys_fsconfig_flag(context->fd, key), key);
}

void context_set_option(struct context *context, struct arena *arena, const char *option)
{
    char *key = arena_copy(arena, option);
    char *value = strchr(key, '=');

    if (!value) {
        context_set_flag(context, key);
        return;
    }
    *value = '\0';
    context_set(context, key, value + 1);
}

static int fail(const struct context *context, struct error *err)
{
    const char *separator = context->key ? ": option " : "";
    const char *key = context->key ? context->key : "";
    char message[256] = "";

    if (context->fd == -ENODEV)
        return error_set(err, ERROR_UNSUPPORTED, "the kernel has no file system %s", context->type);
    if (context->fd >= 0)
        sys_fscontext_message(context->fd, message, sizeof(message));
    return error_os(err, -context->error, "mount %s%s%s%s%s", context->type, separator, key,
                    message[0] ? ": " : "", message);
}

int context_mount(struct context *context, struct error *err)
{
    owned_fd fd = context->fd;
    int mount = -1;

    if (context->error == 0)
        keep(context, sys_fsconfig_create(fd), NULL);
    if (context->error == 0) {
        mount = sys_fsmount(fd, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
        keep(context, mount, NULL);
    }
    return context->error < 0 ? fail(context, err) : mount;
}

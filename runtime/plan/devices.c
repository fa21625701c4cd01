/*
 * Device nodes and the links in /dev: the defaults of config-linux.md#default-devices, then linux.devices, which
 * replace defaults at the same path. A /dev that is bound from the host has its devices already, and making
 * more there would make them on the host.
 */
#include <linux/capability.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/text.h"
#include "oci-spec/mount_options.h"
#include "runtime/plan/parts.h"

/* The kernel's dev_t: 12 bits of major, 20 of minor. */
#define DEVICE_MAJOR_MAX 4095
#define DEVICE_MINOR_MAX 1048575

static const struct {
    const char *path;
    unsigned int major;
    unsigned int minor;
} default_devices[] = {
    {"/dev/null",    1, 3},
    {"/dev/zero",    1, 5},
    {"/dev/full",    1, 7},
    {"/dev/random",  1, 8},
    {"/dev/urandom", 1, 9},
    {"/dev/tty",     5, 0},
};

static const struct plan_symlink default_symlinks[] = {
    {"dev/fd",     "/proc/self/fd",   NULL   },
    {"dev/stdin",  "/proc/self/fd/0", NULL   },
    {"dev/stdout", "/proc/self/fd/1", NULL   },
    {"dev/stderr", "/proc/self/fd/2", NULL   },
    {"dev/core",   "/proc/kcore",     "kcore"},
    {"dev/ptmx",   "pts/ptmx",        NULL   },
};

static bool has_host_dev(const struct plan *plan)
{
    SLICE_FOR_EACH(const struct plan_mount, mount, plan->mounts)
        if (mount->kind == PLAN_MOUNT_BIND && strcmp(mount->target, "dev") == 0)
            return true;
    return false;
}

static bool is_mounted_over(const struct plan *plan, const char *target)
{
    SLICE_FOR_EACH(const struct plan_mount, mount, plan->mounts)
        if (mount->kind != PLAN_MOUNT_CHANGE && strcmp(mount->target, target) == 0)
            return true;
    return false;
}

static struct plan_device *device_find(const struct plan *plan, const char *target)
{
    SLICE_FOR_EACH(struct plan_device, device, plan->devices)
        if (strcmp(device->target, target) == 0)
            return device;
    return NULL;
}

static bool must_bind(const struct plan_builder *builder)
{
    bool can_make = (builder->host->capabilities & ((uint64_t) 1 << CAP_MKNOD)) != 0;

    return plan_is_in_user_namespace(builder) || !can_make;
}

static int device_check_number(const int64_t *number, int64_t max, size_t index, const char *name,
                               struct error *err)
{
    if (!number)
        return error_set(err, ERROR_INVALID, "/linux/devices/%zu/%s: required", index, name);
    if (*number < 0 || *number > max)
        return error_set(err, ERROR_INVALID, "/linux/devices/%zu/%s: must be from 0 to %lld", index,
                         name, (long long) max);
    return 0;
}

static int device_fill(const struct spec_device *asked, size_t index, struct plan_device *device,
                       struct error *err)
{
    mode_t type = S_IFIFO;

    if (strcmp(asked->type, "p") != 0) {
        type = strcmp(asked->type, "b") == 0 ? S_IFBLK : S_IFCHR; /* "u" is an unbuffered "c" */
        if (device_check_number(asked->major, DEVICE_MAJOR_MAX, index, "major", err) < 0 ||
            device_check_number(asked->minor, DEVICE_MINOR_MAX, index, "minor", err) < 0)
            return -1;
        device->device = makedev((unsigned int) *asked->major, (unsigned int) *asked->minor);
    }
    device->path = asked->path;
    device->mode = type | ((asked->file_mode ? *asked->file_mode : 0666) & 07777);
    device->uid = asked->uid ? *asked->uid : 0;
    device->gid = asked->gid ? *asked->gid : 0;
    device->fd = -1;
    return 0;
}

static bool is_same_device(const struct plan_device *a, const struct plan_device *b)
{
    return (a->mode & S_IFMT) == (b->mode & S_IFMT) && a->device == b->device;
}

static int device_add(const struct plan_builder *builder, size_t index, struct error *err)
{
    const struct spec_device *asked = &builder->linux_->devices.items[index];
    struct plan_device device = {.target = text_path_clean(builder->arena, asked->path)};
    struct plan_device *there = device_find(builder->plan, device.target);

    if (asked->path[0] != '/' || device.target[0] == '\0')
        return error_set(err, ERROR_INVALID,
                         "/linux/devices/%zu/path: must be an absolute path below the root", index);
    if (device_fill(asked, index, &device, err) < 0)
        return -1;
    if (there && !there->is_default && !is_same_device(there, &device))
        return error_set(err, ERROR_INVALID,
                         "/linux/devices/%zu/path: another device has this path already", index);
    if (has_host_dev(builder->plan) && text_has_prefix(device.target, "dev/"))
        return 0;
    device.by_bind = !S_ISFIFO(device.mode) && must_bind(builder);
    if (there)
        *there = device;
    else
        *SLICE_PUSH(builder->arena, &builder->plan->devices, struct plan_device) = device;
    return 0;
}

static void devices_add_defaults(const struct plan_builder *builder)
{
    for (size_t i = 0; i < sizeof(default_devices) / sizeof(default_devices[0]); i++)
        *SLICE_PUSH(builder->arena, &builder->plan->devices, struct plan_device) =
            (struct plan_device){
                .path = default_devices[i].path,
                .target = default_devices[i].path + 1,
                .mode = S_IFCHR | 0666,
                .device = makedev(default_devices[i].major, default_devices[i].minor),
                .by_bind = must_bind(builder),
                .fd = -1,
                .is_default = true,
            };
}

static void devices_add_symlinks(const struct plan_builder *builder)
{
    struct plan *plan = builder->plan;

    for (size_t i = 0; i < sizeof(default_symlinks) / sizeof(default_symlinks[0]); i++) {
        const char *target = default_symlinks[i].target;

        if (!device_find(plan, target) && !is_mounted_over(plan, target))
            *SLICE_PUSH(builder->arena, &plan->symlinks, struct plan_symlink) = default_symlinks[i];
    }
}

int plan_build_devices(const struct plan_builder *builder, struct error *err)
{
    bool makes_defaults = !has_host_dev(builder->plan);

    if (makes_defaults)
        devices_add_defaults(builder);
    for (size_t i = 0; i < builder->linux_->devices.count; i++)
        if (device_add(builder, i, err) < 0)
            return -1;
    if (makes_defaults)
        devices_add_symlinks(builder);
    return 0;
}

/*
 * What proves that an image is the one that was meant: fs-verity (the digest of the file, kept and enforced by its file system) and
 * dm-verity (the root of a hash tree beside the image, enforced by a device on top of it). Both check every block as it is read.
 *
 * dm-verity is set up by ioctl and not by the program veritysetup: one that need not be there, which would leave a device with nobody to
 * remove it after a crash, and which logs to a terminal. Here the device is marked for removal before it is used.
 */
#ifndef HELPERS_MOUNT_VERITY_H
#define HELPERS_MOUNT_VERITY_H

#include "base/arena.h"
#include "base/error.h"
#include "helpers/mount/loop.h"
#include "runtime/group/spec.h"

/* Refuses a file whose fs-verity digest is not expected: "sha256:HEX" or "sha512:HEX". */
int verity_check_file(int file, const char *expected, struct error *err);

struct verity_device {
    const char *path; /* in the arena */
    int fd;           /* keeps the device */
};

void verity_device_release(struct verity_device *device);

#define owned_verity_device __attribute__((cleanup(verity_device_release))) struct verity_device

/* A device of the data's content, by the hash tree in the image's hashPath. */
int verity_open(struct arena *arena, const struct group_image_volume *image,
                const struct loop *data, struct verity_device *ret_device, struct error *err);

#endif

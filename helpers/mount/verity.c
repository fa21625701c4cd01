/*
 * See verity.h. The superblock of the hash tree comes with the image and is not trusted: only algorithms whose digests cannot be forged are
 * taken, and the kernel checks the rest against the root hash.
 *
 * Layout: cryptsetup's DMVerity page, "Superblock"; table: kernel, admin-guide/device-mapper/verity.
 */
#include "helpers/mount/verity.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/dm-ioctl.h>
#include <linux/fsverity.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"

#define SALT_MAX    256
#define DIGEST_MAX  64
#define SECTOR_SIZE 512

static const char *format_hex(struct arena *arena, const uint8_t *bytes, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    char *text = arena_alloc(arena, 2 * count + 1);

    for (size_t i = 0; i < count; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    return text;
}

/* --- fs-verity --- */

int verity_check_file(int file, const char *expected, struct error *err)
{
    owned_arena arena = {0};
    struct fsverity_digest *digest = arena_alloc(&arena, sizeof(*digest) + DIGEST_MAX);
    const char *text;

    digest->digest_size = DIGEST_MAX;
    if (ioctl(file, FS_IOC_MEASURE_VERITY, digest) < 0)
        return errno == ENODATA || errno == ENOTTY || errno == EOPNOTSUPP
                   ? error_set(err, ERROR_INVALID, "the image has no fs-verity digest")
                   : error_os(err, errno, "measure the image");
    text = arena_format(&arena, "%s:%s",
                        digest->digest_algorithm == FS_VERITY_HASH_ALG_SHA512 ? "sha512" : "sha256",
                        format_hex(&arena, digest->digest, digest->digest_size));
    if (strcmp(text, expected) != 0)
        return error_set(err, ERROR_INVALID, "the image has the digest %s and not %s", text,
                         expected);
    return 0;
}

/* --- dm-verity --- */

struct superblock {
    char signature[8];
    uint32_t version;
    uint32_t hash_type;
    uint8_t uuid[16];
    char algorithm[32];
    uint32_t data_block_size;
    uint32_t hash_block_size;
    uint64_t data_blocks;
    uint16_t salt_size;
    uint8_t padding_1[6];
    uint8_t salt[SALT_MAX];
    uint8_t padding_2[168];
};

_Static_assert(sizeof(struct superblock) == SECTOR_SIZE, "as on disk");

static bool is_block_size(uint32_t size)
{
    return size >= 512 && size <= 65536 && (size & (size - 1)) == 0;
}

static bool is_sound(const struct superblock *block)
{
    return memcmp(block->signature, "verity\0", 8) == 0 && le32toh(block->version) == 1 &&
           le32toh(block->hash_type) == 1 && is_block_size(le32toh(block->data_block_size)) &&
           is_block_size(le32toh(block->hash_block_size)) && le64toh(block->data_blocks) > 0 &&
           le64toh(block->data_blocks) < UINT64_MAX / 65536 &&
           le16toh(block->salt_size) <= SALT_MAX &&
           memchr(block->algorithm, '\0', sizeof(block->algorithm)) != NULL;
}

static int check_algorithm(const struct superblock *block, const char *root_hash, struct error *err)
{
    const size_t digits = strcmp(block->algorithm, "sha256") == 0   ? 64
                          : strcmp(block->algorithm, "sha512") == 0 ? 128
                                                                    : 0;

    if (digits == 0)
        return error_set(err, ERROR_INVALID,
                         "the hash tree's algorithm is %s, not sha256 or sha512", block->algorithm);
    if (strlen(root_hash) != digits)
        return error_set(err, ERROR_INVALID, "the root hash is none of %s", block->algorithm);
    return 0;
}

static int read_superblock(int file, const struct group_image_volume *image,
                           struct superblock *ret_block, struct error *err)
{
    ssize_t length = pread(file, ret_block, sizeof(*ret_block), (off_t) image->hash_offset);

    if (length < 0)
        return error_os(err, errno, "read the hash tree");
    if (length != (ssize_t) sizeof(*ret_block) || !is_sound(ret_block))
        return error_set(err, ERROR_INVALID,
                         "there is no dm-verity superblock of version 1 at %lld in %s",
                         (long long) image->hash_offset, image->hash_path);
    return check_algorithm(ret_block, image->root_hash, err);
}

/* A request to the device mapper with room for one target. */
struct mapping {
    struct dm_ioctl header;
    struct dm_target_spec target;
    char parameters[2048];
};

static void mapping_begin(struct mapping *mapping, const char *name, uint32_t flags)
{
    memset(mapping, 0, sizeof(*mapping));
    mapping->header.version[0] = DM_VERSION_MAJOR;
    mapping->header.data_size = sizeof(*mapping);
    mapping->header.data_start = offsetof(struct mapping, target);
    mapping->header.flags = flags;
    (void) strncpy(mapping->header.name, name, sizeof(mapping->header.name) - 1);
}

static int load_table(int control, const char *name, const struct superblock *block,
                      const char *parameters, struct error *err)
{
    struct mapping mapping;

    mapping_begin(&mapping, name, DM_READONLY_FLAG);
    mapping.header.target_count = 1;
    mapping.target.length =
        le64toh(block->data_blocks) * (le32toh(block->data_block_size) / SECTOR_SIZE);
    (void) strncpy(mapping.target.target_type, "verity", sizeof(mapping.target.target_type) - 1);
    if (strlen(parameters) >= sizeof(mapping.parameters))
        return error_set(err, ERROR_INVALID, "the parameters of dm-verity are too long");
    (void) strcpy(mapping.parameters, parameters); /* NOLINT: its length was checked */
    if (ioctl(control, DM_TABLE_LOAD, &mapping) < 0)
        return error_os(err, errno, "set up dm-verity");
    mapping_begin(&mapping, name, 0);
    return ioctl(control, DM_DEV_SUSPEND, &mapping) < 0 /* without the suspend flag: resume */
               ? error_os(err, errno, "start dm-verity")
               : 0;
}

/* From then on it goes with its last user. */
static void mark_for_removal(int control, const char *name)
{
    struct mapping mapping;

    mapping_begin(&mapping, name, DM_DEFERRED_REMOVE);
    (void) ioctl(control, DM_DEV_REMOVE, &mapping); /* nothing can be done about a failure */
}

static const char *make_name(struct arena *arena)
{
    uint8_t bytes[8] = {0};

    (void) getrandom(bytes, sizeof(bytes), 0); /* fails only before the host has entropy */
    return arena_format(arena, "corun-verity-%s", format_hex(arena, bytes, sizeof(bytes)));
}

static int make_device(struct arena *arena, const struct superblock *block, const char *parameters,
                       struct verity_device *ret_device, struct error *err)
{
    owned_fd control = sys_open("/dev/mapper/control", O_RDWR);
    const char *name = make_name(arena);
    struct mapping mapping;
    int result;

    if (control < 0)
        return error_os(err, -control, "open /dev/mapper/control");
    mapping_begin(&mapping, name, DM_READONLY_FLAG);
    if (ioctl(control, DM_DEV_CREATE, &mapping) < 0)
        return error_os(err, errno, "make a device for dm-verity");
    ret_device->path = arena_format(arena, "/dev/dm-%u", minor(mapping.header.dev));
    result = load_table(control, name, block, parameters, err);
    if (result == 0) {
        ret_device->fd = sys_open(ret_device->path, O_RDONLY);
        if (ret_device->fd < 0)
            result = error_os(err, -ret_device->fd, "open %s", ret_device->path);
    }
    mark_for_removal(control, name);
    return result;
}

static const char *format_device(struct arena *arena, const struct loop *loop)
{
    return arena_format(arena, "%u:%u", major(loop->device), minor(loop->device));
}

int verity_open(struct arena *arena, const struct group_image_volume *image,
                const struct loop *data, struct verity_device *ret_device, struct error *err)
{
    owned_fd file = sys_open(image->hash_path, O_RDONLY | O_NOCTTY | O_NONBLOCK);
    struct superblock block;
    owned_loop hashes = {.fd = -1};
    uint64_t hash_block;
    const char *parameters;

    if (file < 0)
        return error_os(err, -file, "open %s", image->hash_path);
    if (read_superblock(file, image, &block, err) < 0 ||
        loop_open(arena, file, true, &hashes, err) < 0)
        return -1;
    hash_block = le32toh(block.hash_block_size);
    parameters = arena_format(
        arena, "1 %s %s %u %u %llu %llu %s %s %s", format_device(arena, data),
        format_device(arena, &hashes), le32toh(block.data_block_size),
        le32toh(block.hash_block_size), (unsigned long long) le64toh(block.data_blocks),
        (unsigned long long) (((uint64_t) image->hash_offset + SECTOR_SIZE + hash_block - 1) /
                              hash_block),
        block.algorithm, image->root_hash,
        block.salt_size ? format_hex(arena, block.salt, le16toh(block.salt_size)) : "-");
    return make_device(arena, &block, parameters, ret_device, err);
}

void verity_device_release(struct verity_device *device)
{
    replace_fd(&device->fd, -1);
}

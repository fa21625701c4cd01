/*
 * Detached mounts, made and filled by the caller: what is wrong with a volume is found here, with words, and the founder only attaches.
 *
 * Files of secrets and configurations are read and written through fds; they never have a path that another process could reach.
 */
#include "runtime/group/furnish.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <resolv.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/mount.h"
#include "base/text.h"
#include "runtime/group/mounted.h"

#define ROOT_SIZE    "16m" /* files and empty directories only */
#define SHM_SIZE     ((int64_t) 64 * 1024 * 1024)
#define FILE_MAX     ((size_t) 4 * 1024 * 1024) /* of one secret or configuration */
#define SAFE         (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)
#define HOST_RESOLVE "/etc/resolv.conf"

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

struct memory_mount {
    const char *size; /* NULL: the kernel's default */
    const char *mode;
    bool is_secret; /* never swapped out, where the kernel can promise it (6.4) */
    unsigned int attributes;
};

static int fail_context(int context, int error, struct error *err)
{
    char message[256];

    sys_fscontext_message(context, message, sizeof(message));
    return error_os(err, -error, "make a tmpfs%s%s", message[0] ? ": " : "", message);
}

/* A new tmpfs, detached; the caller's. */
static int make_tmpfs(const struct memory_mount *wanted, struct error *err)
{
    owned_fd context = sys_fsopen("tmpfs");
    int error = 0;
    int fd;

    if (context < 0)
        return error_os(err, -context, "make a tmpfs");
    error = sys_fsconfig_string(context, "mode", wanted->mode);
    if (error == 0 && wanted->size)
        error = sys_fsconfig_string(context, "size", wanted->size);
    if (wanted->is_secret)
        (void) sys_fsconfig_flag(context, "noswap");
    if (error == 0)
        error = sys_fsconfig_create(context);
    if (error < 0)
        return fail_context(context, error, err);
    fd = sys_fsmount(context, wanted->attributes);
    return fd < 0 ? error_os(err, -fd, "make a tmpfs") : fd;
}

static int write_file(int directory, const char *name, const struct content *content, mode_t mode,
                      struct error *err)
{
    owned_fd fd = sys_create_at(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode);
    int error = fd < 0 ? fd : sys_write_all(fd, content->bytes, content->size);

    if (error == 0 && fchmod(fd, mode) < 0) /* whatever the umask */
        error = -errno;
    return error < 0 ? error_os(err, -error, "write %s", name) : 0;
}

static int write_text(int directory, const char *name, const char *text, struct error *err)
{
    const struct content content = {text, strlen(text)};

    return write_file(directory, name, &content, 0644, err);
}

/* --- the root --- */

static const char *add_names(struct arena *arena, const char *text,
                             const struct group_container_list *list)
{
    SLICE_FOR_EACH(const struct group_container, container, *list)
        text = arena_format(arena, "%s127.0.0.1 %s\n", text, container->name);
    return text;
}

/* The full name comes first: it is the canonical one (man 5 hosts). Siblings are at the loopback if that is one for all. */
static const char *format_hosts(struct arena *arena, const char *hostname,
                                const struct group_spec *spec)
{
    const char *text = "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n127.0.0.1 ";

    if (spec->domain_name)
        text = arena_format(arena, "%s%s.%s ", text, hostname, spec->domain_name);
    text = arena_format(arena, "%s%s\n", text, hostname);
    if (!group_spec_shares(spec, "network"))
        return text;
    text = add_names(arena, text, &spec->containers);
    return add_names(arena, text, &spec->init_containers);
}

static const char *format_words(struct arena *arena, const char *text, const char *keyword,
                                const struct text_list *words)
{
    if (words->count == 0)
        return text;
    text = arena_format(arena, "%s%s", text, keyword);
    for (size_t i = 0; i < words->count; i++)
        text = arena_format(arena, "%s %s", text, words->items[i]);
    return arena_format(arena, "%s\n", text);
}

/* The host's, or nothing, when the file says nothing. */
static const char *format_resolve(struct arena *arena, const struct group_dns *dns)
{
    const char *text = "";
    owned_fd fd = -1;
    struct content content = {"", 0};

    if (!dns) {
        fd = sys_open(HOST_RESOLVE, O_RDONLY | O_NONBLOCK | O_NOCTTY);
        return fd >= 0 && content_read(arena, fd, 65536, &content) == 0 ? content.bytes : "";
    }
    for (size_t i = 0; i < dns->name_servers.count; i++)
        text = arena_format(arena, "%snameserver %s\n", text, dns->name_servers.items[i]);
    text = format_words(arena, text, "search", &dns->search_domains);
    return format_words(arena, text, "options", &dns->options);
}

static int make_directories(int root, struct error *err)
{
    static const char *const names[] = {"etc", "ns", GROUP_SHM, GROUP_VOLUMES};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (mkdirat(root, names[i], 0755) < 0)
            return error_os(err, errno, "make the group's directory %s", names[i]);
    return 0;
}

static int fill_root(struct arena *arena, const char *hostname, const struct group_spec *spec,
                     int root, struct error *err)
{
    const struct content file = {spec->text, spec->text_size};

    if (make_directories(root, err) < 0 || write_file(root, GROUP_FILE, &file, 0600, err) < 0)
        return -1;
    for (int kind = 0; kind < GROUP_KIND_COUNT; kind++)
        if (write_text(root, arena_format(arena, "ns/%s", group_kinds[kind].name), "", err) < 0)
            return -1;
    if (write_text(root, GROUP_HOSTS, format_hosts(arena, hostname, spec), err) < 0 ||
        write_text(root, "etc/resolv.conf", format_resolve(arena, spec->dns), err) < 0)
        return -1;
    if (write_text(root, GROUP_NULL, "", err) < 0)
        return -1;
    return write_text(root, "etc/hostname", arena_format(arena, "%s\n", hostname), err);
}

/* --- volumes --- */

static int decode_secret(struct arena *arena, const struct text_pair *file,
                         struct content *ret_content, struct error *err)
{
    size_t size = strlen(file->value);
    char *bytes = arena_alloc(arena, size + 1);
    int length = b64_pton(file->value, (unsigned char *) bytes, size + 1);

    if (length < 0)
        return error_set(err, ERROR_INVALID, "%s: is not base64", file->key);
    *ret_content = (struct content){bytes, (size_t) length};
    return 0;
}

static int read_host_file(struct arena *arena, const char *path, struct content *ret_content,
                          struct error *err)
{
    owned_fd fd = sys_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    int error = fd < 0 ? fd : content_read(arena, fd, FILE_MAX, ret_content);

    return error < 0 ? error_os(err, -error, "read %s", path) : 0;
}

static int write_secrets(struct arena *arena, const struct group_volume *volume, int tree,
                         struct error *err)
{
    struct content content = {0};

    SLICE_FOR_EACH(const struct text_pair, file, volume->secret)
        if (decode_secret(arena, file, &content, err) < 0 ||
            write_file(tree, file->key, &content, 0444, err) < 0)
            return -1;
    SLICE_FOR_EACH(const struct text_pair, file, volume->config)
        if (write_text(tree, file->key, file->value, err) < 0)
            return -1;
    return 0;
}

static int copy_files(struct arena *arena, const struct text_map *files, int tree,
                      struct error *err)
{
    struct content content = {0};

    SLICE_FOR_EACH(const struct text_pair, file, *files)
        if (read_host_file(arena, file->value, &content, err) < 0 ||
            write_file(tree, file->key, &content, 0444, err) < 0)
            return -1;
    return 0;
}

/* In memory, and closed for writing once it is filled. */
static int make_file_volume(struct arena *arena, const struct group_volume *volume,
                            struct error *err)
{
    const bool is_secret = volume->secret.count + volume->secret_files.count > 0;
    const struct memory_mount wanted = {
        .mode = "0755", .is_secret = is_secret, .attributes = SAFE | MOUNT_ATTR_NOEXEC};
    owned_fd tree = make_tmpfs(&wanted, err);
    int error;

    if (tree < 0 || write_secrets(arena, volume, tree, err) < 0 ||
        copy_files(arena, &volume->secret_files, tree, err) < 0 ||
        copy_files(arena, &volume->config_files, tree, err) < 0)
        return -1;
    error = sys_mount_setattr(tree, false, MOUNT_ATTR_RDONLY, 0, 0, -1);
    return error < 0 ? error_os(err, -error, "make it read-only") : take_fd(&tree);
}

static int make_memory_volume(struct arena *arena, int64_t size, struct error *err)
{
    const struct memory_mount wanted = {
        .size = size ? arena_format(arena, "%lld", (long long) size) : NULL,
        .mode = "0777",
        .attributes = SAFE,
    };

    return make_tmpfs(&wanted, err);
}

/* A copy of the host's mounts there that neither hears of nor tells the host. */
static int open_host_volume(const char *path, bool is_made, struct error *err)
{
    owned_fd tree = -1;
    int error;

    if (is_made && mkdir(path, 0755) < 0 && errno != EEXIST)
        return error_os(err, errno, "make the directory %s", path);
    tree = sys_clone_tree(AT_FDCWD, path, AT_RECURSIVE);
    if (tree < 0)
        return error_os(err, -tree, "open %s", path);
    error = sys_mount_setattr(tree, true, 0, 0, MS_PRIVATE, -1);
    return error < 0 ? error_os(err, -error, "open %s", path) : take_fd(&tree);
}

static int make_volume(struct arena *arena, const struct group_spec *spec,
                       const struct group_volume *volume, struct error *err)
{
    if (group_volume_is_mounted(volume))
        return group_mount_volume(arena, spec, volume, err);
    if (volume->directory)
        return open_host_volume(volume->directory->path, true, err);
    if (volume->bind)
        return open_host_volume(volume->bind->path, false, err);
    if (volume->tmpfs)
        return make_memory_volume(arena, volume->tmpfs->size, err);
    if (volume->empty_dir)
        return make_memory_volume(arena, volume->empty_dir->size, err);
    return make_file_volume(arena, volume, err);
}

/* The mount point must be what the tree is. */
static int make_place(int root, const char *target, int tree, struct error *err)
{
    struct stat info;

    if (fstat(tree, &info) < 0)
        return error_os(err, errno, "examine it");
    if (!S_ISDIR(info.st_mode))
        return write_text(root, target, "", err);
    return mkdirat(root, target, 0755) < 0 ? error_os(err, errno, "make its mount point") : 0;
}

static int add_volume(struct arena *arena, const struct group_spec *spec,
                      const struct group_volume *volume, struct founding *founding,
                      struct error *err)
{
    owned_fd tree = make_volume(arena, spec, volume, err);
    const char *target = arena_format(arena, GROUP_VOLUMES "/%s", volume->name);
    int error = 0;

    if (tree < 0 || make_place(founding->root, target, tree, err) < 0)
        return -1;
    if (volume->is_readonly)
        error = sys_mount_setattr(tree, true, MOUNT_ATTR_RDONLY, 0, 0, -1);
    if (error < 0)
        return error_os(err, -error, "make it read-only");
    *SLICE_PUSH(arena, &founding->trees, struct group_tree) =
        (struct group_tree){.target = target, .fd = take_fd(&tree), .is_shared = true};
    return 0;
}

static int add_shm(struct arena *arena, const struct group_spec *spec, struct founding *founding,
                   struct error *err)
{
    const struct memory_mount wanted = {
        .size =
            arena_format(arena, "%lld", (long long) (spec->shm_size ? spec->shm_size : SHM_SIZE)),
        .mode = "1777",
        .attributes = SAFE | MOUNT_ATTR_NOEXEC,
    };
    int tree = make_tmpfs(&wanted, err);

    if (tree < 0)
        return error_within(err, "/shmSize");
    *SLICE_PUSH(arena, &founding->trees, struct group_tree) =
        (struct group_tree){.target = GROUP_SHM, .fd = tree};
    return 0;
}

static int add_null(struct arena *arena, struct founding *founding, struct error *err)
{
    owned_fd tree = sys_clone_tree(AT_FDCWD, "/dev/null", 0);
    int error = tree < 0 ? tree : sys_mount_setattr(tree, false, 0, 0, MS_PRIVATE, -1);

    if (error < 0)
        return error_os(err, -error, "clone the mount of /dev/null");
    *SLICE_PUSH(arena, &founding->trees, struct group_tree) =
        (struct group_tree){.target = GROUP_NULL, .fd = take_fd(&tree)};
    return 0;
}

int group_furnish(struct arena *arena, const char *hostname, const struct group_spec *spec,
                  struct founding *founding, struct error *err)
{
    const struct memory_mount root = {.size = ROOT_SIZE, .mode = "0755", .attributes = SAFE};

    founding->root = make_tmpfs(&root, err);
    if (founding->root < 0 || fill_root(arena, hostname, spec, founding->root, err) < 0)
        return error_within(err, "the group's root");
    if (add_shm(arena, spec, founding, err) < 0 || add_null(arena, founding, err) < 0)
        return -1;
    for (size_t i = 0; i < spec->volumes.count; i++)
        if (add_volume(arena, spec, &spec->volumes.items[i], founding, err) < 0)
            return error_within(err, "/volumes/%zu (%s)", i, spec->volumes.items[i].name);
    return 0;
}

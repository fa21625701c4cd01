/* The state root and its locks. */
#include "runtime/container/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/directory.h"
#include "base/owned.h"
#include "base/sys/file.h"
#include "oci-spec/json.h"
#include "runtime/container/id.h"
#include "runtime/host/host.h"

enum { LOCK_TIMEOUT_MS = 10000 };

/*
 * Root of a user namespace is mostly an ordinary user, who has no place in /run ("podman unshare"). In the namespace of a whole
 * system (a container that is administrated like a machine) root is called root.
 */
static bool is_somebody_elses_root(void)
{
    const char *user = getenv("USER");

    return host_is_in_user_namespace() && !(user && strcmp(user, "root") == 0);
}

static const char *default_path(struct arena *arena, struct error *err)
{
    const char *runtime_directory = getenv("XDG_RUNTIME_DIR");

    if (geteuid() == 0 && (!runtime_directory || !is_somebody_elses_root()))
        return "/run/corun";
    if (!runtime_directory || runtime_directory[0] != '/') {
        (void) error_set(err, ERROR_INVALID,
                         "where is the state to be kept? give --root, or set XDG_RUNTIME_DIR");
        return NULL;
    }
    return arena_format(arena, "%s/corun", runtime_directory);
}

/* 0 or -errno. 0700 for each directory that is missing: nobody else has business in there. */
static int make_path(struct arena *arena, const char *path)
{
    char *copy = arena_copy(arena, path);

    for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(copy, 0700) < 0 && errno != EEXIST)
            return -errno;
        *slash = '/';
    }
    return mkdir(copy, 0700) < 0 && errno != EEXIST ? -errno : 0;
}

/* A record tells whom to signal and what to remove: one that others could have written is not obeyed. */
static int check_owner(int fd, const char *path, struct error *err)
{
    struct stat info;

    if (fstat(fd, &info) < 0)
        return error_os(err, errno, "examine the state root %s", path);
    if (info.st_uid != geteuid() && info.st_uid != 0)
        return error_set(err, ERROR_INVALID, "the state root %s belongs to user %u", path,
                         info.st_uid);
    if (info.st_mode & S_IWOTH)
        return error_set(err, ERROR_INVALID, "the state root %s can be written by everybody", path);
    return 0;
}

int store_open(struct arena *arena, const char *path, bool is_made, struct store *ret_store,
               struct error *err)
{
    const char *chosen = path ? path : default_path(arena, err);
    owned_fd fd = -1;
    int error;

    if (!chosen)
        return -1;
    if (chosen[0] == '\0')
        return error_set(err, ERROR_INVALID, "the state root must not be empty");
    fd = sys_open(chosen, O_RDONLY | O_DIRECTORY);
    if (fd == -ENOENT && is_made) {
        error = make_path(arena, chosen);
        if (error < 0)
            return error_os(err, -error, "make the state root %s", chosen);
        fd = sys_open(chosen, O_RDONLY | O_DIRECTORY);
    }
    if (fd < 0 && (fd != -ENOENT || is_made))
        return error_os(err, -fd, "open the state root %s", chosen);
    if (fd >= 0 && check_owner(fd, chosen, err) < 0)
        return -1;
    *ret_store =
        (struct store){.noun = "container", .path = chosen, .fd = fd < 0 ? -1 : take_fd(&fd)};
    return 0;
}

void store_release(struct store *store)
{
    if (store->path)
        replace_fd(&store->fd, -1);
}

static int not_found(const char *noun, const char *id, struct error *err)
{
    return error_set(err, ERROR_NOT_FOUND, "%s \"%s\" does not exist", noun, id);
}

int store_reserve(const struct store *store, const char *id, struct entry *ret_entry,
                  struct error *err)
{
    owned_entry entry = {0};

    if (id_check(id, err) < 0)
        return -1;
    if (mkdirat(store->fd, id, 0700) < 0) {
        if (errno == EEXIST)
            return error_set(err, ERROR_EXISTS, "%s \"%s\" already exists", store->noun, id);
        return error_os(err, errno, "make the directory %s/%s", store->path, id);
    }
    if (store_find(store, id, &entry, err) < 0 || entry_lock(&entry, err) < 0) {
        (void) unlinkat(store->fd, id,
                        AT_REMOVEDIR); /* if it is empty; the failure above is the one to tell */
        return -1;
    }
    *ret_entry = entry;
    entry = (struct entry){0};
    return 0;
}

int store_find(const struct store *store, const char *id, struct entry *ret_entry,
               struct error *err)
{
    int fd;

    if (id_check(id, err) < 0)
        return -1;
    if (store->fd < 0)
        return not_found(store->noun, id, err);
    fd = sys_open_at(store->fd, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    if (fd == -ENOENT)
        return not_found(store->noun, id, err);
    if (fd < 0)
        return error_os(err, -fd, "open the directory %s/%s", store->path, id);
    *ret_entry = (struct entry){
        .noun = store->noun, .id = id, .store_fd = store->fd, .fd = fd, .lock_fd = -1};
    return 0;
}

void store_peek(const struct store *store, const char *id, struct entry *ret_entry)
{
    *ret_entry = (struct entry){
        .noun = store->noun, .id = id, .store_fd = store->fd, .fd = -1, .lock_fd = -1};
}

enum { ENTRY_PATH_SIZE = NAME_MAX + sizeof("/" STORE_CONFIG) };

/* Where a file of the entry is reached from, and the path from there. */
static const char *find_file(const struct entry *entry, const char *name, int *ret_directory,
                             char path[ENTRY_PATH_SIZE])
{
    *ret_directory = entry->fd >= 0 ? entry->fd : entry->store_fd;
    if (entry->fd >= 0)
        return name;
    (void) snprintf(path, ENTRY_PATH_SIZE, "%s/%s", entry->id, name);
    return path;
}

static int open_file(const struct entry *entry, const char *name)
{
    char buffer[ENTRY_PATH_SIZE];
    int directory;
    const char *path = find_file(entry, name, &directory, buffer);

    return sys_open_at(directory, path, O_RDONLY | O_NOFOLLOW);
}

bool entry_has(const struct entry *entry, const char *name)
{
    char buffer[ENTRY_PATH_SIZE];
    int directory;
    const char *path = find_file(entry, name, &directory, buffer);

    return faccessat(directory, path, F_OK, 0) == 0;
}

static int compare_texts(const void *left, const void *right)
{
    return strcmp(*(const char *const *) left, *(const char *const *) right);
}

int store_list(struct arena *arena, const struct store *store, struct text_list *ret_ids,
               struct error *err)
{
    owned_dir stream = NULL;
    int error;

    *ret_ids = (struct text_list){0};
    if (store->fd < 0)
        return 0;
    error = directory_open(store->fd, ".", &stream);
    if (error < 0)
        return error_os(err, -error, "list %s", store->path);
    for (struct dirent *file = readdir(stream); file; file = readdir(stream))
        if (id_is_valid(file->d_name))
            text_list_push(arena, ret_ids, arena_copy(arena, file->d_name));
    if (ret_ids->count > 0)
        qsort(ret_ids->items, ret_ids->count, sizeof(*ret_ids->items), compare_texts);
    return 0;
}

/* 0 or -errno; -EAGAIN while another process has it. */
static int try_lock(int fd)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    return fcntl(fd, F_SETLK, &lock) < 0 ? (errno == EACCES ? -EAGAIN : -errno) : 0;
}

/* A directory that was removed has no links any more, and nothing can be created in it. */
static int check_present(const struct entry *entry, struct error *err)
{
    struct stat info;

    if (fstat(entry->fd, &info) < 0)
        return error_os(err, errno, "examine %s \"%s\"", entry->noun, entry->id);
    return info.st_nlink == 0 ? not_found(entry->noun, entry->id, err) : 0;
}

static int open_lock(struct entry *entry, struct error *err)
{
    int fd;

    if (entry->lock_fd >= 0)
        return 0;
    fd = sys_create_at(entry->fd, STORE_LOCK, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
    if (fd == -ENOENT)
        return not_found(entry->noun, entry->id, err);
    if (fd < 0)
        return error_os(err, -fd, "open the lock of %s \"%s\"", entry->noun, entry->id);
    entry->lock_fd = fd;
    return 0;
}

int entry_lock(struct entry *entry, struct error *err)
{
    int waited_ms = 0;
    int pause_ms = 1;
    int error;

    if (open_lock(entry, err) < 0)
        return -1;
    for (error = try_lock(entry->lock_fd); error == -EAGAIN; error = try_lock(entry->lock_fd)) {
        struct timespec pause = {.tv_nsec = pause_ms * 1000000L};

        if (waited_ms >= LOCK_TIMEOUT_MS)
            return error_set(err, ERROR_STATE, "%s \"%s\" is busy: another command works on it",
                             entry->noun, entry->id);
        (void) nanosleep(&pause, NULL);
        waited_ms += pause_ms;
        pause_ms = pause_ms < 50 ? pause_ms * 2 : 50;
    }
    if (error < 0)
        return error_os(err, -error, "lock %s \"%s\"", entry->noun, entry->id);
    entry->is_locked = true;
    return check_present(entry, err); /* it may have been removed while we waited */
}

void entry_unlock(struct entry *entry)
{
    struct flock lock = {.l_type = F_UNLCK, .l_whence = SEEK_SET};

    if (entry->is_locked)
        (void) fcntl(entry->lock_fd, F_SETLK, &lock); /* cannot fail on a lock that is held */
    entry->is_locked = false;
}

bool entry_is_busy(const struct entry *entry)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    owned_fd fd = -1;

    if (entry->is_locked)
        return false;
    fd = open_file(entry, STORE_LOCK);
    return fd >= 0 && fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

void entry_release(struct entry *entry)
{
    if (!entry->id)
        return;
    entry_unlock(entry);
    replace_fd(&entry->lock_fd, -1);
    replace_fd(&entry->fd, -1);
}

int entry_write(const struct entry *entry, const char *name, const struct content *content,
                struct error *err)
{
    int error = content_write_at(entry->fd, name, content, 0600);

    if (error < 0)
        return error_os(err, -error, "write %s of %s \"%s\"", name, entry->noun, entry->id);
    return 0;
}

int entry_read(struct arena *arena, const struct entry *entry, const char *name,
               struct content *ret_content, struct error *err)
{
    owned_fd fd = open_file(entry, name);
    int error = fd < 0 ? fd : content_read(arena, fd, JSON_MAX_SIZE_BYTES, ret_content);

    if (fd == -ENOENT)
        return entry->fd < 0 && faccessat(entry->store_fd, entry->id, F_OK, 0) < 0
                   ? not_found(entry->noun, entry->id, err)
                   : 0;
    if (error < 0)
        return error_os(err, -error, "read %s of %s \"%s\"", name, entry->noun, entry->id);
    return 1;
}

/* Whatever else is in there: temporary files of commands that were killed. */
static int remove_files(const struct entry *entry, struct error *err)
{
    owned_dir stream = NULL;
    int error = directory_open(entry->fd, ".", &stream);

    if (error < 0)
        return error_os(err, -error, "list %s \"%s\"", entry->noun, entry->id);
    for (struct dirent *file = readdir(stream); file; file = readdir(stream))
        if (file->d_type != DT_DIR && unlinkat(entry->fd, file->d_name, 0) < 0 && errno != ENOENT)
            return error_os(err, errno, "remove %s of %s \"%s\"", file->d_name, entry->noun,
                            entry->id);
    return 0;
}

int entry_remove(struct entry *entry, struct error *err)
{
    static const char *const names[] = {STORE_SOCKET, STORE_CONFIG, STORE_RECORD, STORE_LOCK};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        (void) unlinkat(entry->fd, names[i], 0); /* what stays is met again below */
    if (unlinkat(entry->store_fd, entry->id, AT_REMOVEDIR) == 0 || errno == ENOENT)
        return 0;
    if (errno == ENOTEMPTY && remove_files(entry, err) < 0)
        return -1;
    if (unlinkat(entry->store_fd, entry->id, AT_REMOVEDIR) < 0 && errno != ENOENT)
        return error_os(err, errno, "remove the directory of %s \"%s\"", entry->noun, entry->id);
    return 0;
}

/*
 * corun-verify --list LIST [PATH]: refuses (status 1, one line on standard error) a rootfs or image whose digest is not on the operator's
 * list. Without PATH it is an OCI hook: the rootfs is that of the bundle in the state on standard input.
 * corun-verify --print PATH: the digest, for the list.
 *
 * A program of its own for libcrypto's sake. It changes nothing, and the list counts only when nobody but root can have written it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/text.h"
#include "base/trusted.h"
#include "hooks/programs/digest.h"
#include "oci-spec/json.h"
#include "oci-spec/state.h"

/* --- the list --- */

/* The first word of each line counts, so that a name can stand beside it; nothing matches a comment. */
static bool is_first_word(const char *line, const char *digest)
{
    size_t length = strlen(digest);

    return strncmp(line, digest, length) == 0 && strcspn(line, " \t\r\n") == length;
}

/* 1: it is on the list; 0: it is not. */
static int find(const char *list, const char *digest, struct error *err)
{
    owned_fd fd = trusted_open(list, err);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
    char *line = NULL;
    size_t capacity = 0;
    bool is_found = false;
    bool has_failed;

    if (fd < 0)
        return error_within(err, "the list of allowed digests");
    if (!file)
        return error_os(err, errno, "read %s", list);
    (void) take_fd(&fd); /* it is the stream's now */
    while (!is_found && getline(&line, &capacity, file) >= 0)
        is_found = is_first_word(line, digest);
    has_failed = ferror(file) != 0;
    free(line);
    (void) fclose(file);
    return has_failed ? error_set(err, ERROR_OS, "read %s", list) : is_found;
}

/* --- what is verified --- */

struct config_root {
    const char *path;
};

struct config {
    struct config_root root;
};

static const struct json_field root_fields[] = {
    {"path", &json_text, AT(struct config_root, path), JSON_REQUIRED},
};
static const struct json_type root = {JSON_OBJECT_OF("root", struct config_root, root_fields)};
static const struct json_field config_fields[] = {
    {"root", &root, AT(struct config, root), JSON_REQUIRED},
};
static const struct json_type config_type = {
    JSON_OBJECT_OF("config.json", struct config, config_fields)};

/* All of a document. */
static ssize_t read_document(struct arena *arena, int fd, const char **ret_bytes, struct error *err)
{
    char *bytes = arena_alloc(arena, JSON_MAX_SIZE_BYTES + 1);
    ssize_t length = sys_read_all(fd, bytes, JSON_MAX_SIZE_BYTES + 1);

    if (length < 0)
        return error_os(err, (int) -length, "read it");
    if ((size_t) length > JSON_MAX_SIZE_BYTES)
        return error_set(err, ERROR_INVALID, "it is larger than %zu bytes", JSON_MAX_SIZE_BYTES);
    *ret_bytes = bytes;
    return length;
}

static int read_config(struct arena *arena, const char *bundle, const char **ret_path,
                       struct error *err)
{
    const char *name = text_path_join(arena, bundle, "config.json");
    owned_fd fd = sys_open(name, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    struct config config = {0};
    const char *bytes = NULL;
    ssize_t length;

    if (fd < 0)
        return error_os(err, -fd, "open %s", name);
    length = read_document(arena, fd, &bytes, err);
    if (length < 0 || json_read(arena, &config_type, bytes, (size_t) length, &config, err) < 0)
        return error_within(err, "%s", name);
    *ret_path = text_path_join(arena, bundle, config.root.path);
    return 0;
}

/* Of the container whose hook this is. */
static int find_rootfs(struct arena *arena, const char **ret_path, struct error *err)
{
    struct state_document state = {0};
    const char *bytes = NULL;
    ssize_t length = read_document(arena, STDIN_FILENO, &bytes, err);

    if (length < 0 || state_document_read(arena, bytes, (size_t) length, &state, err) < 0)
        return error_within(err, "the state on standard input");
    return read_config(arena, state.bundle, ret_path, err);
}

/* --- the modes --- */

static int verify(struct arena *arena, const char *list, const char *path, struct error *err)
{
    owned_fd fd = -1;
    char resolved[PATH_MAX];
    const char *measured = NULL;
    const char *digest = NULL;
    int found = 0;

    if (!path && find_rootfs(arena, &path, err) < 0)
        return -1;
    if (realpath(path, resolved))
        path = resolved; /* for messages: a bundle's is often relative */
    fd = digest_open(path, err);
    if (fd < 0 || digest_measure(arena, fd, &measured, err) < 0)
        return error_within(err, "%s", path);
    if (measured)
        found = find(list, measured, err);
    if (found != 0)
        return found < 0 ? -1 : 0;
    if (digest_read(arena, fd, &digest, err) < 0)
        return error_within(err, "%s", path);
    found = find(list, digest, err);
    if (found == 0)
        return error_set(err, ERROR_INVALID, "%s: its digest %s is not on the list %s", path,
                         measured ? measured : digest, list);
    return found < 0 ? -1 : 0;
}

static int print(struct arena *arena, const char *path, struct error *err)
{
    owned_fd fd = digest_open(path, err);
    const char *digest = NULL;

    if (fd < 0 || digest_measure(arena, fd, &digest, err) < 0 ||
        (!digest && digest_read(arena, fd, &digest, err) < 0))
        return error_within(err, "%s", path);
    return printf("%s %s\n", digest, path) < 0 || fflush(stdout) != 0
               ? error_os(err, errno, "write the digest")
               : 0;
}

int main(int argc, char **argv)
{
    owned_arena arena = {0};
    struct error err = {0};
    int result = -1;

    if ((argc == 3 || argc == 4) && strcmp(argv[1], "--list") == 0)
        result = verify(&arena, argv[2], argv[3], &err);
    else if (argc == 3 && strcmp(argv[1], "--print") == 0)
        result = print(&arena, argv[2], &err);
    else
        (void) error_set(&err, ERROR_INVALID,
                         "usage: corun-verify --list LIST [PATH], or --print PATH");
    if (result < 0)
        (void) fprintf(stderr, "%s\n", err.text);
    return result < 0;
}

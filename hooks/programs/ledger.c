/*
 * corun-ledger FILE [--once]: appends the line on standard input to a ledger, and returns when it is on the disk. With --once not when the
 * ledger has that line already: who was killed before it knew calls again. On failure it says why on standard error and ends with 1.
 *
 * Lines stay whole: one write(2) with O_APPEND for each, and what a full disk took of it is cut off again. The lock is for that and for
 * --once; readers need none.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/owned.h"
#include "base/sys/file.h"

#define LINE_MAX_BYTES ((size_t) 1024 * 1024)

enum { LOCK_TRIES = 160, LOCK_PAUSE_MS = 50 }; /* 8 s: corun waits for 10 */

/* With its newline. */
struct line {
    char *bytes;
    size_t size;
};

static bool is_line(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((unsigned char) bytes[i] < 0x20)
            return false;
    return size >= 2 && bytes[0] == '{' && bytes[size - 1] == '}';
}

static int read_line(struct arena *arena, struct line *ret_line, struct error *err)
{
    char *bytes = arena_alloc(arena, LINE_MAX_BYTES + 1);
    ssize_t length = sys_read_all(STDIN_FILENO, bytes, LINE_MAX_BYTES + 1);
    size_t size;

    if (length < 0)
        return error_os(err, (int) -length, "read standard input");
    size = (size_t) length;
    if (size > LINE_MAX_BYTES)
        return error_set(err, ERROR_INVALID, "the line is longer than %zu bytes", LINE_MAX_BYTES);
    if (size > 0 && bytes[size - 1] == '\n')
        size--;
    if (!is_line(bytes, size))
        return error_set(err, ERROR_INVALID, "standard input is not one line with a JSON object");
    bytes[size++] = '\n';
    *ret_line = (struct line){bytes, size};
    return 0;
}

static int lock(int fd, struct error *err)
{
    static const struct timespec pause = {.tv_nsec = LOCK_PAUSE_MS * 1000000L};

    for (int i = 0; i < LOCK_TRIES; i++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return 0;
        if (errno != EWOULDBLOCK && errno != EINTR)
            return error_os(err, errno, "lock it");
        (void) nanosleep(&pause, NULL); /* shorter is as good */
    }
    return error_set(err, ERROR_STATE, "another process has locked it for %d seconds",
                     LOCK_TRIES * LOCK_PAUSE_MS / 1000);
}

/* 1: the ledger has the line; 0: it has not. */
static int find_line(int fd, const struct line *line, struct error *err)
{
    FILE *file = fdopen(fcntl(fd, F_DUPFD_CLOEXEC, 0), "r");
    char *read = NULL;
    size_t capacity = 0;
    ssize_t length;
    bool is_found = false;

    if (!file)
        return error_os(err, errno, "read it");
    while (!is_found && (length = getline(&read, &capacity, file)) >= 0)
        is_found = (size_t) length == line->size && memcmp(read, line->bytes, line->size) == 0;
    free(read);
    (void) fclose(file);
    return is_found;
}

/* Something else may have left a line without its end. */
static int end_last_line(int fd, off_t size, struct error *err)
{
    char last = '\n';

    if (size > 0 && pread(fd, &last, 1, size - 1) != 1)
        return error_os(err, errno, "read its end");
    if (last != '\n' && write(fd, "\n", 1) != 1)
        return error_os(err, errno, "end its last line");
    return 0;
}

static int append(int fd, const struct line *line, struct error *err)
{
    struct stat info;
    ssize_t written;

    if (fstat(fd, &info) < 0)
        return error_os(err, errno, "examine it");
    if (end_last_line(fd, info.st_size, err) < 0)
        return -1;
    written = write(fd, line->bytes, line->size);
    if (written != (ssize_t) line->size) {
        int error = written < 0 ? errno : ENOSPC;

        (void) ftruncate(fd, info.st_size); /* if that fails, too, the next one ends the line */
        return error_os(err, error, "write to it");
    }
    return fsync(fd) < 0 ? error_os(err, errno, "bring it to the disk") : 0;
}

static int open_ledger(const char *path, struct error *err)
{
    owned_fd fd = sys_create_at(
        AT_FDCWD, path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
    struct stat info;

    if (fd < 0)
        return error_os(err, -fd, "open it");
    if (fstat(fd, &info) < 0)
        return error_os(err, errno, "examine it");
    if (!S_ISREG(info.st_mode))
        return error_set(err, ERROR_INVALID, "it is not a regular file");
    return take_fd(&fd);
}

static int run(struct arena *arena, const char *path, bool is_once, struct error *err)
{
    struct line line = {0};
    owned_fd fd = -1;
    int found = 0;

    if (read_line(arena, &line, err) < 0)
        return -1;
    fd = open_ledger(path, err);
    if (fd >= 0 && lock(fd, err) == 0)
        found = is_once ? find_line(fd, &line, err) : 0;
    else
        found = -1;
    if (found < 0 || (found == 0 && append(fd, &line, err) < 0))
        return error_within(err, "%s", path);
    return 0;
}

int main(int argc, char **argv)
{
    owned_arena arena = {0};
    struct error err = {0};
    bool is_once = argc == 3 && strcmp(argv[2], "--once") == 0;
    bool is_usage = argc != 2 && !is_once;

    if (!is_usage && run(&arena, argv[1], is_once, &err) == 0)
        return 0;
    (void) fprintf(stderr, "%s\n", is_usage ? "usage: corun-ledger FILE [--once] <LINE" : err.text);
    return 1;
}

/*
 * HOME of the container's user, from the container's own /etc/passwd, as plain text of an untrusted file.
 *
 * Bounded in size, never through a symlink that leads out of the root, only regular files. The user is looked up by
 * number, never by name (CVE-2016-3697). Whatever is odd about the file means "HOME=/", never an error.
 */
#include "runtime/launch/open.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/text.h"

#define PASSWD_MAX_BYTES      (1024L * 1024)
#define PASSWD_LINE_MAX_BYTES 4096

enum { PASSWD_UID = 2, PASSWD_HOME = 5, PASSWD_FIELDS = 7 };

/* Cuts line at its colons. False unless it has seven fields. */
static bool split_line(char *line, char *fields[PASSWD_FIELDS])
{
    for (size_t i = 0; i < PASSWD_FIELDS; i++) {
        fields[i] = line;
        if (!line)
            return false;
        line = strchr(line, ':');
        if (line)
            *line++ = '\0';
    }
    return line == NULL;
}

static bool is_usable_home(const char *home)
{
    if (home[0] != '/')
        return false;
    for (; *home; home++)
        if ((unsigned char) *home < 0x20 || *home == 0x7f)
            return false;
    return true;
}

/* The home directory of uid in the text of a passwd file, or NULL. Writes into text. */
static const char *find_home(char *text, uid_t uid)
{
    char *rest = text;

    for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
        char *fields[PASSWD_FIELDS];
        uint32_t line_uid;

        if (strlen(line) > PASSWD_LINE_MAX_BYTES || !split_line(line, fields))
            continue;
        if (text_parse_uint32(fields[PASSWD_UID], &line_uid) && line_uid == uid)
            return is_usable_home(fields[PASSWD_HOME]) ? fields[PASSWD_HOME] : NULL;
    }
    return NULL;
}

/* An fd that is attached to no path yet may be a file itself: it is opened again through /proc. */
static int open_again(int fd)
{
    char path[SYS_FD_PATH_SIZE];

    return sys_open(sys_fd_path(fd, path), O_RDONLY | O_NONBLOCK | O_NOCTTY);
}

/* The passwd file as the container will see it: the last mount that covers it, or else the root's. */
static int open_passwd(const struct plan *plan)
{
    const uint64_t flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;

    for (size_t i = plan->mounts.count; i > 0; i--) {
        const struct plan_mount *mount = &plan->mounts.items[i - 1];

        if (mount->kind != PLAN_MOUNT_BIND || mount->fd < 0)
            continue;
        if (strcmp(mount->target, "etc/passwd") == 0)
            return open_again(mount->fd);
        if (strcmp(mount->target, "etc") == 0)
            return sys_open_in_root(mount->fd, "passwd", flags);
    }
    return plan->root.fd < 0 ? -1 : sys_open_in_root(plan->root.fd, "etc/passwd", flags);
}

/* The text of the file, or NULL. */
static char *read_passwd(struct arena *arena, const struct plan *plan)
{
    owned_fd fd = open_passwd(plan);
    struct stat info;
    ssize_t length;
    char *text;

    if (fd < 0 || fstat(fd, &info) < 0 || !S_ISREG(info.st_mode) || info.st_size > PASSWD_MAX_BYTES)
        return NULL;
    text = arena_alloc(arena, (size_t) info.st_size + 1);
    length = sys_read_all(fd, text, (size_t) info.st_size);
    return length < 0 ? NULL : text;
}

int open_home(struct arena *arena, struct plan *plan, struct error *err)
{
    struct plan_process *process = &plan->process;
    const char *home = NULL;
    char *text;

    (void) err;
    if (!plan->has_process || process->home_slot == SIZE_MAX)
        return 0;
    text = read_passwd(arena, plan);
    if (text)
        home = find_home(text, process->uid);
    process->envp[process->home_slot] = arena_format(arena, "HOME=%s", home ? home : "/");
    return 0;
}

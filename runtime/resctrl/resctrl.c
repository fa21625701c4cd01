/* The acts on the resctrl file system; see resctrl.h. Paths are relative to its root, which is opened once for each act. */
#include "runtime/resctrl/resctrl.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/owned.h"
#include "base/sys/file.h"

enum { STATUS_BYTES = 512, SCHEMATA_BYTES = 16 * 1024 };

/* What the kernel says of the last write or mkdir is more than its errno. */
static int fail(int root, int os_error, const char *act, const char *path, struct error *err)
{
    char status[STATUS_BYTES];
    ssize_t length = sys_read_file_at(root, "info/last_cmd_status", status, sizeof(status));

    if (length <= 0 || strcmp(status, "ok") == 0)
        return error_os(err, os_error, "%s %s", act, path);
    return error_os(err, os_error, "%s %s (%s)", act, path, status);
}

static int open_root(const struct resctrl_group *group, struct error *err)
{
    int root = sys_open(group->root, O_RDONLY | O_DIRECTORY);

    return root < 0 ? error_os(err, -root, "open %s", group->root) : root;
}

static int open_locked(const struct resctrl_group *group, struct error *err)
{
    owned_fd root = open_root(group, err);

    if (root >= 0 && flock(root, LOCK_EX) < 0) /* held until it is closed */
        return error_os(err, errno, "lock %s", group->root);
    return take_fd(&root);
}

static const char *class_path(struct arena *arena, const struct resctrl_group *group,
                              const char *file)
{
    return group->class ? arena_format(arena, "%s/%s", group->class, file) : file;
}

static const char *monitor_path(struct arena *arena, const struct resctrl_group *group,
                                const char *file)
{
    return class_path(arena, group, arena_format(arena, "mon_groups/%s%s", group->monitor, file));
}

static bool exists(int root, const char *path)
{
    return faccessat(root, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

int resctrl_find(struct arena *arena, const struct resctrl_settings *settings, const char *root,
                 struct resctrl_group *ret_group, struct error *err)
{
    struct resctrl_group group = {
        .root = root,
        .class = settings->class[0] ? settings->class : NULL,
        .monitor = settings->monitor,
    };
    owned_fd fd = open_root(&group, err);
    bool is_there;

    if (fd < 0)
        return -1;
    is_there = !group.class || exists(fd, group.class);
    if (settings->must_exist && !is_there)
        return error_set(err, ERROR_INVALID,
                         "closID: there is no class of service %s in %s, and no schemata to make "
                         "one",
                         group.class, root);
    if (group.monitor && exists(fd, monitor_path(arena, &group, "")))
        return error_set(err, ERROR_EXISTS, "the monitoring group %s exists already",
                         monitor_path(arena, &group, ""));
    group.is_removed = settings->is_own && !is_there;
    *ret_group = group;
    return 0;
}

static const char *read_schemata(struct arena *arena, int root, const struct resctrl_group *group,
                                 struct error *err)
{
    const char *file = class_path(arena, group, "schemata");
    char *text = arena_alloc(arena, SCHEMATA_BYTES);
    ssize_t length = sys_read_file_at(root, file, text, SCHEMATA_BYTES);

    if (length < 0)
        (void) fail(root, (int) -length, "read", file, err);
    return length < 0 ? NULL : text;
}

static int check_schemata(struct arena *arena, int root, const struct resctrl_group *group,
                          const struct resctrl_schemata *wanted, struct error *err)
{
    const char *file = class_path(arena, group, "schemata");
    const char *present;

    if (!wanted->l3_cache && !wanted->bandwidth)
        return 0;
    present = read_schemata(arena, root, group, err);
    if (!present)
        return -1;
    if (wanted->l3_cache && !resctrl_schema_holds(wanted->l3_cache, present))
        return error_set(err, ERROR_INVALID, "l3CacheSchema: %s exists and says otherwise", file);
    if (wanted->bandwidth && !resctrl_schema_holds(wanted->bandwidth, present))
        return error_set(err, ERROR_INVALID, "memBwSchema: %s exists and says otherwise", file);
    return 0;
}

static int write_schemata(struct arena *arena, int root, const struct resctrl_group *group,
                          const struct resctrl_schemata *schemata, struct error *err)
{
    const char *const texts[] = {schemata->l3_cache, schemata->bandwidth, schemata->lines};
    const char *file = class_path(arena, group, "schemata");

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        int error = texts[i] ? sys_write_file_at(root, file, texts[i]) : 0;

        if (error < 0)
            return fail(
                root, -error,
                arena_format(arena, "write %.*s to", (int) strcspn(texts[i], "\n"), texts[i]), file,
                err);
    }
    return 0;
}

/* 1: it is new. */
static int make_class(struct arena *arena, int root, const struct resctrl_settings *settings,
                      const struct resctrl_group *group, struct error *err)
{
    bool is_new = group->class && !settings->must_exist && mkdirat(root, group->class, 0755) == 0;

    if (!is_new && group->class && !settings->must_exist && errno != EEXIST)
        return fail(root, errno, "make the class of service", group->class, err);
    if (!is_new && check_schemata(arena, root, group, &settings->schemata, err) < 0)
        return -1;
    return is_new;
}

static int fill_class(struct arena *arena, int root, const struct resctrl_settings *settings,
                      const struct resctrl_group *group, struct error *err)
{
    const char *monitor = group->monitor ? monitor_path(arena, group, "") : NULL;

    if (write_schemata(arena, root, group, &settings->schemata, err) < 0)
        return -1;
    if (monitor && mkdirat(root, monitor, 0755) < 0)
        return fail(root, errno, "make the monitoring group", monitor, err);
    return 0;
}

int resctrl_make(struct arena *arena, const struct resctrl_settings *settings,
                 struct resctrl_group *group, struct error *err)
{
    owned_fd root = open_locked(group, err);
    int is_new = root < 0 ? -1 : make_class(arena, root, settings, group, err);

    if (is_new < 0)
        return -1;
    if (fill_class(arena, root, settings, group, err) < 0) {
        if (is_new) /* under the lock: nobody has joined it */
            (void) unlinkat(root, group->class, AT_REMOVEDIR);
        return -1;
    }
    group->is_removed = settings->is_own && is_new;
    return 0;
}

static int join(int root, const char *tasks, const char *pid, struct error *err)
{
    int error = sys_write_file_at(root, tasks, pid);

    if (error == -ENOENT)
        return 1;
    return error < 0 ? fail(root, -error, "enter", tasks, err) : 0;
}

/* The class first: the kernel takes a process into a monitoring group of its own class only. */
int resctrl_join(struct arena *arena, const struct resctrl_group *group, pid_t pid,
                 struct error *err)
{
    owned_fd root = open_root(group, err);
    const char *number = arena_format(arena, "%d", (int) pid);
    int joined = root < 0 ? -1 : join(root, class_path(arena, group, "tasks"), number, err);

    if (joined != 0 || !group->monitor)
        return joined;
    return join(root, monitor_path(arena, group, "/tasks"), number, err);
}

int resctrl_change(struct arena *arena, const struct resctrl_group *group,
                   const struct resctrl_schemata *schemata, const char **ret_before,
                   struct error *err)
{
    owned_fd root = open_locked(group, err);
    const char *before = root < 0 ? NULL : read_schemata(arena, root, group, err);
    struct resctrl_schemata back = {0};
    struct error ignored; /* the first one is told */

    if (!before)
        return -1;
    back.lines = arena_format(arena, "%s\n", before);
    if (write_schemata(arena, root, group, schemata, err) < 0) {
        (void) write_schemata(arena, root, group, &back, &ignored);
        return -1;
    }
    *ret_before = back.lines;
    return 0;
}

int resctrl_remove(struct arena *arena, const struct resctrl_group *group, struct error *err)
{
    const char *const paths[] = {
        group->monitor ? monitor_path(arena, group, "") : NULL,
        group->is_removed ? group->class : NULL,
    };
    owned_fd root = -1;

    if (!paths[0] && !paths[1])
        return 0;
    root = sys_open(group->root, O_RDONLY | O_DIRECTORY);
    for (size_t i = 0; root >= 0 && i < 2; i++)
        if (paths[i] && unlinkat(root, paths[i], AT_REMOVEDIR) < 0 && errno != ENOENT)
            return fail(root, errno, "remove", paths[i], err);
    return root >= 0 || root == -ENOENT ? 0 : error_os(err, -root, "open %s", group->root);
}

/*
 * Freezing. Where the v1 freezer is mounted it is used, also on hybrid hosts: engines read freezer.state. Otherwise v2's cgroup.freeze.
 * Both take effect when the last task has reached the kernel's trap, so freezing waits for it.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "runtime/cgroup/leaf.h"

struct freezer {
    const char *directory; /* NULL: there is none */
    const char *file;
    const char *frozen;
    const char *thawed;
    bool is_v2;
};

enum { FREEZE_TIMEOUT_MS = 10000 };

static struct freezer find_freezer(const struct cgroup *cgroup)
{
    const struct cgroup_leaf *leaf = cgroup_find_v1_leaf(cgroup, "freezer");

    if (leaf)
        return (struct freezer){leaf->directory, "freezer.state", "FROZEN", "THAWED", false};
    leaf = cgroup_find_v2_leaf(cgroup);
    if (leaf)
        return (struct freezer){leaf->directory, "cgroup.freeze", "1", "0", true};
    return (struct freezer){0};
}

static void sleep_ms(long milliseconds)
{
    struct timespec time = {.tv_sec = milliseconds / 1000,
                            .tv_nsec = milliseconds % 1000 * 1000000};

    (void) nanosleep(&time, NULL); /* cut short by a signal: the caller looks again sooner */
}

/* 1: every task has stopped; 0: not yet; -errno. */
static int has_stopped(const struct freezer *freezer)
{
    char text[256];
    ssize_t length = cgroup_read_file(
        freezer->directory, freezer->is_v2 ? "cgroup.events" : freezer->file, text, sizeof(text));

    if (length < 0)
        return (int) length;
    return freezer->is_v2 ? strstr(text, "frozen 1") != NULL : strcmp(text, "FROZEN") == 0;
}

static int cgroup_set_frozen(const struct cgroup *cgroup, bool is_frozen, struct error *err)
{
    struct freezer freezer = find_freezer(cgroup);
    const char *value = is_frozen ? freezer.frozen : freezer.thawed;
    int error;

    if (!freezer.directory)
        return error_set(err, ERROR_UNSUPPORTED, "it has no freezer cgroup");
    error = cgroup_write_file(freezer.directory, freezer.file, value);
    if (error < 0)
        return error_os(err, -error, "write %s to %s of %s", value, freezer.file,
                        freezer.directory);
    return 0;
}

int cgroup_freeze(const struct cgroup *cgroup, struct error *err)
{
    struct freezer freezer = find_freezer(cgroup);
    struct error ignored;
    long waited_ms = 0;
    long pause_ms = 1;
    int stopped = 0;

    if (cgroup_set_frozen(cgroup, true, err) < 0)
        return -1;
    while ((stopped = has_stopped(&freezer)) == 0 && waited_ms < FREEZE_TIMEOUT_MS) {
        sleep_ms(pause_ms);
        waited_ms += pause_ms;
        if (pause_ms < 50)
            pause_ms *= 2;
        if (!freezer.is_v2) /* v1: a task that forked meanwhile is caught by asking again */
            (void) cgroup_set_frozen(cgroup, true, &ignored);
    }
    if (stopped > 0)
        return 0;
    (void) cgroup_set_frozen(cgroup, false,
                             &ignored); /* not half frozen; the failure is told below */
    if (stopped < 0)
        return error_os(err, -stopped, "read whether %s is frozen", freezer.directory);
    return error_set(err, ERROR_STATE, "%s did not freeze within %d ms", freezer.directory,
                     FREEZE_TIMEOUT_MS);
}

int cgroup_thaw(const struct cgroup *cgroup, struct error *err)
{
    return cgroup_set_frozen(cgroup, false, err);
}

int cgroup_is_frozen(const struct cgroup *cgroup, struct error *err)
{
    struct freezer freezer = find_freezer(cgroup);
    char text[sizeof(
        "THAWED\n")]; /* full without a second read for the end: list asks a thousand times */
    ssize_t length;

    if (!freezer.directory)
        return 0;
    length = cgroup_read_file(freezer.directory, freezer.file, text, sizeof(text));
    if (length == -ENOENT) /* the cgroup is gone */
        return 0;
    if (length < 0)
        return error_os(err, (int) -length, "read %s of %s", freezer.file, freezer.directory);
    if (strcmp(text, freezer.thawed) != 0)
        return 1;
    /* v1's state includes the ancestors', as that of a frozen group; v2 tells it only in the events. */
    return freezer.is_v2 && has_stopped(&freezer) > 0;
}

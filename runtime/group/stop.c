/* group stop: asks, waits, ends. It needs no supervisor, and one that there is finds the mark. */
#include "runtime/group/stop.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "runtime/group/pod.h"

#define MARK          "stopping"
#define GRACE_SECONDS 30
#define LOOK_MS       50

bool group_is_stopping(const struct entry *entry)
{
    struct stat info;

    if (faccessat(entry->fd, MARK, F_OK, 0) == 0)
        return true;
    return fstat(entry->fd, &info) < 0 || info.st_nlink == 0; /* deleted */
}

int group_mark_stopping(const struct entry *entry, struct error *err)
{
    owned_fd mark = sys_create_at(entry->fd, MARK, O_WRONLY | O_CREAT | O_NOFOLLOW, 0600);

    return mark < 0 ? error_os(err, -mark, "mark group \"%s\"", entry->id) : 0;
}

void group_clear_stopping(const struct entry *entry)
{
    (void) unlinkat(entry->fd, MARK, 0); /* it is rarely there */
}

static bool is_alive(const struct container_info *info)
{
    return info->status == CONTAINER_RUNNING || info->status == CONTAINER_PAUSED ||
           info->status == CONTAINER_CREATED;
}

/* How many members are alive; each of those is sent the signal, if it is not 0. */
static int signal_members(struct arena *arena, const struct group *group, int signal,
                          struct error *err)
{
    int count = 0;

    SLICE_FOR_EACH(const struct group_member, member, group->record.members) {
        struct container_info info = {0};
        const struct kill_request kill = {
            .container = {.root = group->request->root, .id = member->id},
              .signal = signal
        };
        struct error ignored;

        if (group_examine_member(arena, group, member, &info, err) <= 0 || !is_alive(&info))
            continue;
        count++;
        if (signal)
            (void) container_kill(arena, &kill, &ignored); /* it may have ended just now */
    }
    return count;
}

static int count_members(const void *context, struct error *err)
{
    owned_arena arena = {0};

    return signal_members(&arena, context, 0, err);
}

int group_await_end(group_count_alive *count, const void *context, int alive, int64_t seconds,
                    struct error *err)
{
    const struct timespec look = {.tv_nsec = LOOK_MS * 1000000L};

    for (int64_t waited = 0; alive > 0 && waited < seconds * 1000; waited += LOOK_MS) {
        (void) nanosleep(&look, NULL);
        alive = count(context, err);
    }
    return alive;
}

int group_stop(struct arena *arena, const struct group_stop_request *request, struct error *err)
{
    owned_group group = {0};
    int64_t grace = request->grace_seconds;

    if (pod_find_too(arena, &request->group, false, &group, err) < 0)
        return -1;
    if (group.pod)
        return pod_stop(&request->group, grace < 0 ? GRACE_SECONDS : grace, err);
    if (group_mark_stopping(&group.entry, err) < 0)
        return -1;
    if (grace < 0)
        grace = group.record.spec.grace_seconds ? group.record.spec.grace_seconds : GRACE_SECONDS;
    if (signal_members(arena, &group, SIGTERM, err) > 0)
        group_thaw_all(arena, &group); /* what is paused could not hear it */
    if (group_await_end(count_members, &group, 1, grace, err) <= 0)
        return 0;
    if (group_kill_members(arena, &group, SIGKILL, err) < 0)
        return -1;
    group_thaw_all(arena, &group); /* paused meanwhile */
    if (group_await_end(count_members, &group, 1, STOP_DYING_SECONDS, err) > 0)
        return error_set(err, ERROR_STATE, "stop group \"%s\": a member outlives SIGKILL",
                         group.entry.id);
    return 0;
}

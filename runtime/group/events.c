/*
 * group events: looks every so often, compares with what was told, tells the rest. Of members with a supervisor its status has every run; of others
 * it is the process, which is held by a pidfd so that its exit code can be had.
 *
 * Which limit made the kernel kill: with v2 the group's own count says so; with v1 an eventfd, which only the cgroup that ran out and those below it
 * are told by, and the count of times that the limit was met, since one above the group is heard by it, too.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "base/owned.h"
#include "base/sys/process.h"
#include "base/timestamp.h"
#include "runtime/cgroup/watch.h"
#include "runtime/container/lookup.h"
#include "runtime/group/describe.h"
#include "runtime/group/event.h"
#include "runtime/group/pod.h"
#include "runtime/group/status.h"

enum { RUN_NAME_SIZE = 40, PATIENCE = 10 };

struct watched {
    const char *name;
    const char *cgroup_path; /* NULL: not known yet */
    bool is_supervised;
    char run[RUN_NAME_SIZE]; /* the run that was told last: when it started, or its pid; "": none */
    bool is_open;            /* and its end has not been told */
    int pidfd;               /* without a supervisor: of its process, else -1 */
    pid_t pid;               /* its number */
    int looks;               /* in vain for what its end was */
    bool is_ready;
    bool is_failing;
    struct oom_counts oom;
};

SLICE_TYPE(watched_list, struct watched);

struct watcher {
    struct arena *arena;
    const struct group_events_request *request;
    struct watched_list members;
    struct memory_watch memory; /* the group's */
    struct oom_counts oom;      /* the group's */
    bool is_group_out;          /* of memory, and no kill was told since */
    bool is_begun;              /* what is found is news */
    bool is_active;             /* as the group was last seen */
    bool has_run;               /* something, since we look */
};

static int tell(const struct watcher *watcher, const struct watched *member,
                const struct group_event *event, struct error *err)
{
    owned_arena arena = {0};
    struct group_event told = *event;

    told.group = watcher->request->group.id;
    told.member = member ? member->name : NULL;
    if (!told.time)
        told.time = timestamp_write(&arena, timestamp_now());
    return watcher->request->tell(group_event_write(&arena, &told), err);
}

/* --- memory --- */

static enum group_event_level find_level(const struct watcher *watcher, bool is_members)
{
    if (watcher->is_group_out)
        return LEVEL_GROUP;
    return is_members ? LEVEL_MEMBER : LEVEL_HOST;
}

static int tell_kills(const struct watcher *watcher, const struct group *group,
                      struct watched *member, bool *is_told, struct error *err)
{
    owned_arena arena = {0};
    struct cgroup cgroup = {0};
    struct oom_counts before = member->oom;
    struct group_event event = {.type = EVENT_OOM};

    if (!member->cgroup_path)
        return 0;
    group_find_cgroup(&arena, group, member->cgroup_path, &cgroup);
    member->oom = cgroup_read_oom(&cgroup);
    if (member->oom.kills < before.kills) /* a new cgroup */
        before = (struct oom_counts){0};
    event.kills = member->oom.kills - before.kills;
    if (event.kills == 0) { /* the limit is met before something is killed for it */
        member->oom.own = before.own;
        return 0;
    }
    if (!watcher->is_begun)
        return 0;
    event.level = find_level(watcher, member->oom.own > before.own);
    *is_told = true;
    return tell(watcher, member, &event, err);
}

static int look_at_memory(struct watcher *watcher, const struct group *group, struct error *err)
{
    bool has_heard = memory_watch_take(&watcher->memory) > 0; /* first: the counts come before */
    const struct oom_counts now =
        watcher->memory.directory ? cgroup_read_oom(&group->cgroup) : watcher->oom;
    bool has_met_limit = now.own > watcher->oom.own;
    bool is_told = false;

    if (group->cgroup.mode == CGROUP_MODE_V2) {
        watcher->is_group_out |= has_met_limit;
        watcher->oom = now;
    } else {
        watcher->is_group_out |= has_heard && has_met_limit;
    }
    SLICE_FOR_EACH(struct watched, member, watcher->members)
        if (tell_kills(watcher, group, member, &is_told, err) < 0)
            return -1;
    if (is_told)
        watcher->is_group_out = false;
    return 0;
}

/* --- members --- */

static struct watched *find_watched(struct watcher *watcher, const struct group_member_info *info)
{
    struct watched *added;

    SLICE_FOR_EACH(struct watched, member, watcher->members)
        if (strcmp(member->name, info->name) == 0)
            return member;
    added = SLICE_PUSH(watcher->arena, &watcher->members, struct watched);
    *added = (struct watched){.name = arena_copy(watcher->arena, info->name), .pidfd = -1};
    return added;
}

/* An engine's container may come again under the same name with another. */
static void take_cgroup(const struct watcher *watcher, struct watched *member, const char *path)
{
    if (path && (!member->cgroup_path || strcmp(member->cgroup_path, path) != 0))
        member->cgroup_path = arena_copy(watcher->arena, path);
}

/* The lookup proves that the process is the container's, whatever the number is by now. */
static void hold_process(const struct watcher *watcher, struct watched *member, const char *id)
{
    owned_arena arena = {0};
    owned_container container = {0};
    const struct container_request request = {.root = watcher->request->group.root, .id = id};
    struct error ignored;

    replace_fd(&member->pidfd, -1);
    if (container_find(&arena, &request, false, &container, &ignored) == 0)
        member->pidfd = take_fd(&container.pidfd);
}

/* The name of the present run; false: it was never started. */
static bool name_run(const struct group_member_info *info, char name[RUN_NAME_SIZE])
{
    bool is_alive = info->status == CONTAINER_RUNNING || info->status == CONTAINER_PAUSED;
    const char *started = info->current ? info->current->started : NULL;

    if (info->restart_count) {
        (void) snprintf(name, RUN_NAME_SIZE, "%s", started ? started : "");
        return started != NULL;
    }
    (void) snprintf(name, RUN_NAME_SIZE, "%d", (int) info->pid);
    return is_alive;
}

static int tell_start(struct watcher *watcher, struct watched *member,
                      const struct group_member_info *info, struct error *err)
{
    bool is_again = member->run[0] != '\0' || (info->restart_count && *info->restart_count > 0);
    bool has_container = info->id != NULL; /* else it could not be started */
    const struct group_event event = {
        .time = info->current ? info->current->started : NULL,
        .type = is_again ? EVENT_RESTARTED : EVENT_STARTED,
        .pid = info->pid,
        .restart_count = is_again ? info->restart_count : NULL,
    };

    (void) name_run(info, member->run);
    member->is_open = true;
    member->is_supervised = info->restart_count != NULL;
    member->is_ready = member->is_failing = false;
    member->looks = 0;
    member->pid = (pid_t) info->pid;
    watcher->has_run = true;
    if (!member->is_supervised && has_container)
        hold_process(watcher, member, info->id);
    return watcher->is_begun && has_container ? tell(watcher, member, &event, err) : 0;
}

/* run: NULL: nobody knows. */
static int tell_end(const struct watcher *watcher, struct watched *member,
                    const struct group_run_info *run, struct error *err)
{
    struct group_event event = {.type = EVENT_EXITED};
    int64_t exit_code;
    int status = 0;

    member->is_open = false;
    if (run && run->exit_code) {
        event.time = run->finished;
        event.exit_code = run->exit_code;
        event.signal = run->signal;
        event.reason = run->reason;
    } else if (member->pidfd >= 0 &&
               sys_pidfd_exit_status(member->pidfd, member->pid, &status) == 0) {
        event.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        exit_code = sys_exit_code(status);
        event.exit_code = &exit_code;
    }
    replace_fd(&member->pidfd, -1);
    return watcher->is_begun ? tell(watcher, member, &event, err) : 0;
}

/* Its supervisor, or the kernel, has yet to say how it ended. */
static bool is_to_wait(const struct watcher *watcher, struct watched *member)
{
    int status;

    if (member->is_supervised)
        return watcher->is_active;
    return member->pidfd >= 0 &&
           sys_pidfd_exit_status(member->pidfd, member->pid, &status) == -EAGAIN &&
           member->looks++ < PATIENCE;
}

static int look_at_health(const struct watcher *watcher, struct watched *member,
                          const struct group_member_info *info, struct error *err)
{
    bool is_ready = info->is_ready && *info->is_ready;
    const bool is_alive = !info->is_failing;

    if (info->has_readiness && member->is_open && info->pid > 0 && is_ready != member->is_ready) {
        member->is_ready = is_ready;
        if (watcher->is_begun &&
            tell(watcher, member,
                 &(struct group_event){.type = EVENT_READINESS, .passes = &is_ready}, err) < 0)
            return -1;
    }
    if (is_alive != member->is_failing)
        return 0;
    member->is_failing = info->is_failing;
    if (is_alive || !watcher->is_begun)
        return 0;
    return tell(watcher, member, &(struct group_event){.type = EVENT_LIVENESS, .passes = &is_alive},
                err);
}

static int look_at_member(struct watcher *watcher, const struct group_member_info *info,
                          struct error *err)
{
    struct watched *member = find_watched(watcher, info);
    char run[RUN_NAME_SIZE];
    bool has_run = name_run(info, run);
    bool is_another = has_run && strcmp(run, member->run) != 0;

    if (member->is_open && (is_another || (!has_run && !is_to_wait(watcher, member))) &&
        tell_end(watcher, member, is_another ? info->previous : info->current, err) < 0)
        return -1;
    if (is_another && tell_start(watcher, member, info, err) < 0)
        return -1;
    if (look_at_health(watcher, member, info, err) < 0)
        return -1;
    if (member->is_open && info->current && info->current->exit_code)
        return tell_end(watcher, member, info->current, err);
    return 0;
}

/* Containers that are deleted; the supervisor deletes its own before it makes them again. */
static int look_for_gone(const struct watcher *watcher, const struct group_info *info,
                         struct error *err)
{
    SLICE_FOR_EACH(struct watched, member, watcher->members)
        if (member->is_open && !group_info_has_member(info, member->name) &&
            !is_to_wait(watcher, member) && tell_end(watcher, member, NULL, err) < 0)
            return -1;
    return 0;
}

/* --- the group --- */

static bool has_open(const struct watcher *watcher)
{
    SLICE_FOR_EACH(const struct watched, member, watcher->members)
        if (member->is_open)
            return true;
    return false;
}

static bool has_ended(const struct watcher *watcher, const struct group_info *info)
{
    return !has_open(watcher) && info->phase != GROUP_ACTIVE &&
           (info->phase != GROUP_PENDING || watcher->has_run);
}

/* 1: go on; 0: it is over. */
static int look_at_group(struct watcher *watcher, const struct group_info *info, struct error *err)
{
    struct group_event event = {.type = EVENT_ENDED, .exit_code = info->exit_code};

    watcher->is_active = info->phase == GROUP_ACTIVE;

    SLICE_FOR_EACH(const struct group_member_info, member, info->members)
        if (look_at_member(watcher, member, err) < 0)
            return -1;
    if (look_for_gone(watcher, info, err) < 0)
        return -1;
    if (!has_ended(watcher, info))
        return 1;
    event.phase = &info->phase;
    return tell(watcher, NULL, &event, err) < 0 ? -1 : 0;
}

static int end_deleted(struct watcher *watcher, struct error *err)
{
    const struct group_info nothing = {.phase = GROUP_ENDED};

    watcher->is_active = false;
    while (has_open(watcher)) {
        if (look_for_gone(watcher, &nothing, err) < 0)
            return -1;
        (void) poll(NULL, 0, has_open(watcher) ? 20 : 0);
    }
    return tell(watcher, NULL, &(struct group_event){.type = EVENT_DELETED}, err);
}

static int begin(struct watcher *watcher, const struct group *group, struct error *err)
{
    if (group->pod && !group->pod->has_cgroup)
        return 0;
    if (cgroup_watch_memory(&group->cgroup, &watcher->memory, err) < 0)
        return -1;
    if (watcher->memory.directory) /* it lies in the group's arena, which this look takes along */
        watcher->memory.directory = arena_copy(watcher->arena, watcher->memory.directory);
    watcher->oom = cgroup_read_oom(&group->cgroup);
    return 0;
}

/* The same; a group that is gone after the first look has been deleted. */
static int look(struct watcher *watcher, struct error *err)
{
    owned_arena arena = {0};
    owned_group group = {0};
    struct group_info info = {0};
    const struct group_request *request = &watcher->request->group;
    int result = pod_find_too(&arena, request, false, &group, err);

    if (result == 0)
        result = group_describe(&arena, &group, &info, err);
    if (result < 0) {
        if (!watcher->is_begun || err->kind != ERROR_NOT_FOUND)
            return -1;
        return end_deleted(watcher, err);
    }
    if (!watcher->is_begun && begin(watcher, &group, err) < 0)
        return -1;
    SLICE_FOR_EACH(const struct group_member_info, member, info.members)
        take_cgroup(watcher, find_watched(watcher, member), member->cgroup_path);
    if (look_at_memory(watcher, &group, err) < 0)
        return -1;
    result = look_at_group(watcher, &info, err);
    watcher->is_begun = true;
    return result;
}

/* Until something may have happened. A process that has ended says so for ever: it is looked at again after a while. */
static void wait_for_events(const struct watcher *watcher)
{
    owned_arena arena = {0};
    struct pollfd *polled = ARENA_ARRAY(&arena, struct pollfd, watcher->members.count + 1);
    const uint64_t interval = watcher->request->interval_ns;
    const struct timespec timeout = {.tv_sec = (time_t) (interval / 1000000000),
                                     .tv_nsec = (long) (interval % 1000000000)};
    size_t count = 1;

    polled[0] = (struct pollfd){.fd = watcher->memory.fd, .events = watcher->memory.poll_events};
    SLICE_FOR_EACH(const struct watched, member, watcher->members)
        polled[count++] = (struct pollfd){.fd = member->pidfd, .events = POLLIN};
    if (ppoll(polled, count, &timeout, NULL) > 0) /* the kill comes after the news */
        (void) poll(NULL, 0, 20);
}

int group_events(struct arena *arena, const struct group_events_request *request, struct error *err)
{
    struct watcher watcher = {
        .arena = arena, .request = request, .memory = {.fd = -1, .file_fd = -1}
    };
    int result = look(&watcher, err);

    while (result > 0) {
        wait_for_events(&watcher);
        result = look(&watcher, err);
    }
    SLICE_FOR_EACH(struct watched, member, watcher.members)
        replace_fd(&member->pidfd, -1);
    memory_watch_release(&watcher.memory);
    return result;
}

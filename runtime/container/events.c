/*
 * events: waits for three things at once, the end of the container's process, memory running out, and the time for the next statistics.
 * What is told is made in an arena of its own each time: it may go on for years.
 */
#include <errno.h>
#include <poll.h>
#include <time.h>

#include "oci-spec/events.h"
#include "runtime/cgroup/watch.h"
#include "runtime/container/control.h"
#include "runtime/container/lookup.h"

#define NANOSECONDS 1000000000U

struct watching {
    const struct events_request *request;
    const struct container *container;
    struct memory_watch memory;
    uint64_t next_ns; /* when statistics are due, CLOCK_MONOTONIC */
};

static uint64_t now_ns(void)
{
    struct timespec now;

    (void) clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail: man 2 clock_gettime */
    return (uint64_t) now.tv_sec * NANOSECONDS + (uint64_t) now.tv_nsec;
}

static int tell_stats(const struct watching *watching, struct error *err)
{
    owned_arena arena = {0};
    struct event_stats stats;
    const struct event_document event = {"stats", watching->container->entry.id, &stats};

    cgroup_read_stats(&arena, &watching->container->cgroup, &stats);
    return watching->request->tell(event_document_write(&arena, &event), err);
}

static int tell_memory(struct watching *watching, struct error *err)
{
    owned_arena arena = {0};
    const struct event_document event = {"oom", watching->container->entry.id, NULL};
    const char *line = event_document_write(&arena, &event);

    for (uint64_t count = memory_watch_take(&watching->memory); count > 0; count--)
        if (watching->request->tell(line, err) < 0)
            return -1;
    return 0;
}

static int tell_stats_in_time(struct watching *watching, struct error *err)
{
    uint64_t now = now_ns();

    if (now < watching->next_ns)
        return 0;
    watching->next_ns += watching->request->interval_ns;
    if (watching->next_ns < now) /* we were stopped, or the reader slow: no burst */
        watching->next_ns = now + watching->request->interval_ns;
    return tell_stats(watching, err);
}

/* 1: go on; 0: the process has ended; negative: an error. */
static int wait_and_tell(struct watching *watching, struct error *err)
{
    struct pollfd fds[] = {
        {.fd = watching->container->pidfd, .events = POLLIN                      },
        {.fd = watching->memory.fd,        .events = watching->memory.poll_events},
    };
    uint64_t now = now_ns();
    uint64_t left = watching->next_ns > now ? watching->next_ns - now : 0;
    const struct timespec timeout = {.tv_sec = (time_t) (left / NANOSECONDS),
                                     .tv_nsec = (long) (left % NANOSECONDS)};

    if (ppoll(fds, 2, &timeout, NULL) < 0 && errno != EINTR)
        return error_os(err, errno, "wait for an event of container \"%s\"",
                        watching->container->entry.id);
    /* Looked at always: the process may have ended of it, a moment after the kernel said so. */
    if (tell_memory(watching, err) < 0)
        return -1;
    if (fds[0].revents)
        return 0;
    return tell_stats_in_time(watching, err) < 0 ? -1 : 1;
}

int container_events(struct arena *arena, const struct events_request *request, struct error *err)
{
    owned_container container = {0};
    struct watching watching = {.request = request, .container = &container};
    int result = 1;

    if (container_find(arena, &request->container, false, &container, err) < 0)
        return -1;
    if (container.pidfd < 0)
        return error_set(err, ERROR_STATE, "container not running: \"%s\"", container.entry.id);
    if (request->is_once)
        return tell_stats(&watching, err);
    if (cgroup_watch_memory(&container.cgroup, &watching.memory, err) < 0)
        return -1;
    watching.next_ns = now_ns();
    while (result > 0)
        result = wait_and_tell(&watching, err);
    memory_watch_release(&watching.memory);
    return result;
}

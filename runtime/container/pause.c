/*
 * pause and resume. What is paused is what the freezer says: nothing else is remembered, so a container that somebody froze by hand
 * can be resumed, and one whose pause was cut short is running.
 */
#include "runtime/container/control.h"
#include "runtime/container/lookup.h"

static const char *status_text(const struct container *container)
{
    return names_text(&names_statuses, container->status);
}

int container_pause(struct arena *arena, const struct container_request *request, struct error *err)
{
    owned_container container = {0};

    if (container_find(arena, request, true, &container, err) < 0)
        return -1;
    if (container.status != CONTAINER_RUNNING && container.status != CONTAINER_CREATED)
        return error_set(err, ERROR_STATE,
                         "cannot pause container \"%s\" that is not running or created: %s",
                         container.entry.id, status_text(&container));
    if (cgroup_freeze(&container.cgroup, err) < 0)
        return error_within(err, "pause container \"%s\"", container.entry.id);
    return 0;
}

int container_resume(struct arena *arena, const struct container_request *request,
                     struct error *err)
{
    owned_container container = {0};

    if (container_find(arena, request, true, &container, err) < 0)
        return -1;
    if (container.status != CONTAINER_PAUSED)
        return error_set(err, ERROR_STATE, "cannot resume container \"%s\" that is not paused: %s",
                         container.entry.id, status_text(&container));
    if (cgroup_thaw(&container.cgroup, err) < 0)
        return error_within(err, "resume container \"%s\"", container.entry.id);
    return 0;
}

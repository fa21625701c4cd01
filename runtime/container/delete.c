/*
 * delete: steps 12 and 13 of the lifecycle. Each part accepts that it has been done already, so a delete that was killed is finished by
 * the next one, and so is a create that was.
 */
#include "oci-spec/names.h"
#include "runtime/container/lookup.h"

static int find(struct arena *arena, const struct delete_request *request,
                struct container *container, struct error *err)
{
    if (request->is_forced)
        return container_find_damaged_too(arena, &request->container, container, err);
    return container_find(arena, &request->container, true, container, err);
}

int container_delete(struct arena *arena, const struct delete_request *request, struct error *err)
{
    owned_container container = {0};

    if (find(arena, request, &container, err) < 0)
        return request->is_forced && err->kind == ERROR_NOT_FOUND ? 0 : -1;
    if (container.status != CONTAINER_STOPPED && !request->is_forced)
        return error_set(err, ERROR_STATE, "cannot delete container \"%s\" that is not stopped: %s",
                         container.entry.id, names_text(&names_statuses, container.status));
    if (container_stop(&container, err) < 0)
        return -1;
    return container_destroy(arena, &container, err);
}

/* Every group below a state root; see all.h. */
#include "runtime/group/all.h"

#include "runtime/group/pod.h"

static void tell(const struct group_request *request, const struct error *failed)
{
    if (failed->kind != ERROR_NOT_FOUND) /* deleted while we read */
        log_warning(request->log, "%s", failed->text);
}

static int visit_groups(struct arena *arena, const struct group_request *request,
                        group_visitor *visit, void *context, struct error *err)
{
    owned_store home = {0};
    struct text_list ids = {0};

    if (group_home_open(arena, request->root, false, &home, err) < 0 ||
        store_list(arena, &home, &ids, err) < 0)
        return -1;
    for (size_t i = 0; i < ids.count; i++) {
        struct group_request one = *request;
        owned_group group = {0};
        struct error failed;

        one.id = ids.items[i];
        if (group_find_in(arena, &home, &one, &group, &failed) < 0 ||
            visit(arena, &group, context, &failed) < 0)
            tell(request, &failed);
    }
    return 0;
}

int group_visit_all(struct arena *arena, const struct group_request *request, group_visitor *visit,
                    void *context, struct error *err)
{
    struct pod_list pods = {0};

    if (visit_groups(arena, request, visit, context, err) < 0 ||
        pod_read_list(arena, request, &pods, err) < 0)
        return -1;
    SLICE_FOR_EACH(const struct group, pod, pods) {
        struct error failed;

        if (visit(arena, pod, context, &failed) < 0)
            tell(request, &failed);
    }
    return 0;
}

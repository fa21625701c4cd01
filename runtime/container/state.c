/* state and list: what there is, and the documents that tell it. */
#include "oci-spec/state.h"
#include "runtime/container/ahead.h"
#include "runtime/container/lookup.h"

int container_state(struct arena *arena, const struct container_request *request,
                    struct container_info *ret_info, struct error *err)
{
    owned_container container = {0};

    if (container_find(arena, request, false, &container, err) < 0)
        return -1;
    container_describe(arena, &container, ret_info);
    return 0;
}

/* What is told of a container, without the rest of its record. */
static struct container_info copy_info(struct arena *arena, const struct container_info *info)
{
    struct container_info copy = *info;

    copy.oci_version = arena_copy(arena, info->oci_version);
    copy.id = arena_copy(arena, info->id);
    copy.bundle = arena_copy(arena, info->bundle);
    copy.rootfs = arena_copy(arena, info->rootfs);
    copy.created = arena_copy(arena, info->created);
    copy.owner = arena_copy(arena, info->owner);
    copy.cgroup_path = info->cgroup_path ? arena_copy(arena, info->cgroup_path) : NULL;
    copy.annotations = (struct text_map){0};
    SLICE_FOR_EACH(const struct text_pair, pair, info->annotations)
        *SLICE_PUSH(arena, &copy.annotations, struct text_pair) = (struct text_pair){
            .key = arena_copy(arena, pair->key), .value = arena_copy(arena, pair->value)};
    return copy;
}

int container_list(struct arena *arena, const char *root, const struct log *log,
                   struct container_info_list *ret_list, struct error *err)
{
    owned_store store = {0};
    struct container_info_list list = {0};
    struct text_list ids;
    owned_arena scratch = {0}; /* of one container after the other */
    owned_ahead ahead = {0};
    struct boot boot;

    boot_read(&boot);
    if (store_open(arena, root, false, &store, err) < 0 || store_list(arena, &store, &ids, err) < 0)
        return -1;
    ahead_start(&store, &ids, &boot, &ahead);
    for (size_t i = 0; i < ids.count; i++) {
        owned_container container = {.pidfd = -1};
        struct container_info info;
        struct error own;

        arena_reset(&scratch);
        store_peek(&store, ids.items[i], &container.entry);
        if (container_look_at_record(&scratch, &container, &own) < 0 ||
            (!ahead_find(&ahead, i, container.record.pid, &container.status) &&
             container_look_at_status(&scratch, &boot, &container, &own) < 0)) {
            if (own.kind != ERROR_NOT_FOUND) /* deleted while we read */
                log_warning(log, "%s", own.text);
            continue;
        }
        container_describe(&scratch, &container, &info);
        *SLICE_PUSH(arena, &list, struct container_info) = copy_info(arena, &info);
    }
    *ret_list = list;
    return 0;
}

static struct state_document document_of(const struct container_info *info)
{
    return (struct state_document){
        .oci_version = info->oci_version,
        .id = info->id,
        .status = info->status,
        .pid = info->pid,
        .bundle = info->bundle,
        .annotations = info->annotations,
        .rootfs = info->rootfs,
        .created = info->created,
        .owner = info->owner,
    };
}

const char *container_write_state(struct arena *arena, const struct container_info *info)
{
    struct state_document document = document_of(info);

    return state_document_write(arena, &document, JSON_INDENTED);
}

const char *container_write_list(struct arena *arena, const struct container_info_list *list)
{
    const struct json_type type = {JSON_LIST_OF(json_state_document)};
    SLICE_OF(struct state_document) documents = {0};

    SLICE_FOR_EACH(const struct container_info, info, *list)
        *SLICE_PUSH(arena, &documents, struct state_document) = document_of(info);
    return json_write(arena, &type, &documents, JSON_COMPACT);
}

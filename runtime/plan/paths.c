/* Masked and read-only paths, cleaned so that the child can resolve them below the root. */
#include <string.h>

#include "base/text.h"
#include "runtime/plan/parts.h"

static bool list_has(const struct text_list *list, const char *text)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], text) == 0)
            return true;
    return false;
}

static int paths_take(const struct plan_builder *builder, const struct text_list *asked,
                      struct text_list *into, const char *pointer, struct error *err)
{
    for (size_t i = 0; i < asked->count; i++) {
        const char *path = text_path_clean(builder->arena, asked->items[i]);

        if (asked->items[i][0] != '/')
            return error_set(err, ERROR_INVALID, "%s/%zu: must be an absolute path", pointer, i);
        if (path[0] == '\0' && into == &builder->plan->masked_paths)
            return error_set(err, ERROR_INVALID, "%s/%zu: the root itself cannot be masked",
                             pointer, i);
        if (path[0] == '\0')
            builder->plan->root.is_readonly = true;
        else if (!list_has(into, path))
            text_list_push(builder->arena, into, path);
    }
    return 0;
}

int plan_build_paths(const struct plan_builder *builder, struct error *err)
{
    struct plan *plan = builder->plan;

    if (paths_take(builder, &builder->linux_->masked_paths, &plan->masked_paths,
                   "/linux/maskedPaths", err) < 0)
        return -1;
    return paths_take(builder, &builder->linux_->readonly_paths, &plan->readonly_paths,
                      "/linux/readonlyPaths", err);
}

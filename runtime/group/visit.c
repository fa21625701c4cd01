/* The visitor allocates, formats and logs nothing: it has our memory, but the locks of the C library are not for two processes. */
#include "runtime/group/visit.h"

#include <fcntl.h>
#include <sched.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/mount.h"
#include "base/sys/process.h"

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

struct visit {
    int mount_namespace;
    struct visit_list *items;
    size_t at; /* the item that failed, or their count */
    int error;
};

static int open_item(const struct visit_item *item)
{
    owned_fd place = -1;
    owned_fd below = -1;

    if (item->how == VISIT_OPEN)
        return sys_open(item->path, O_RDONLY | O_NONBLOCK);
    if (item->how == VISIT_APPEND)
        return sys_open(item->path, O_RDWR | O_APPEND);
    if (!item->sub_path)
        return sys_clone_tree(AT_FDCWD, item->path, AT_RECURSIVE);
    place = sys_open(item->path, O_PATH);
    below = place < 0 ? place : sys_open_in_root(place, item->sub_path, O_PATH);
    return below < 0 ? below : sys_clone_tree(below, "", AT_RECURSIVE);
}

static void open_items(void *argument)
{
    struct visit *visit = argument;

    visit->error = sys_setns(visit->mount_namespace, CLONE_NEWNS);
    while (visit->error == 0 && visit->at < visit->items->count) {
        struct visit_item *item = &visit->items->items[visit->at];

        item->fd = open_item(item);
        if (item->fd < 0)
            visit->error = item->fd;
        else
            visit->at++;
    }
}

int group_visit(int mount_namespace, struct visit_list *items, struct error *err)
{
    struct visit visit = {.mount_namespace = mount_namespace, .items = items};
    int error = sys_run_apart(open_items, &visit);

    if (error == 0 && visit.error < 0 && visit.at < items->count) {
        const struct visit_item *item = &items->items[visit.at];

        return error_os(err, -visit.error, "open %s%s%s of the group", item->path + 1,
                        item->sub_path ? "/" : "", item->sub_path ? item->sub_path : "");
    }
    if (error == 0)
        error = visit.error;
    return error < 0 ? error_os(err, -error, "visit the group's namespace") : 0;
}

void visit_list_release(struct visit_list *items)
{
    SLICE_FOR_EACH(struct visit_item, item, *items)
        replace_fd(&item->fd, -1);
}

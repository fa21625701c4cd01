/*
 * A visit to a group's mount namespace: a short-lived process enters it, opens what is listed, and passes the fds back.
 *
 * It cannot be done from outside: a mount of another mount namespace cannot be cloned (open_tree: EINVAL), not even by an fd.
 */
#ifndef RUNTIME_GROUP_VISIT_H
#define RUNTIME_GROUP_VISIT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"

enum visit_how {
    VISIT_CLONE,  /* a detached clone of the tree */
    VISIT_OPEN,   /* for reading: a namespace */
    VISIT_APPEND, /* a file, for reading, and writing at its end */
};

struct visit_item {
    const char *path;     /* absolute, in the namespace */
    const char *sub_path; /* below path, which no symlink leads out of; or NULL */
    enum visit_how how;
    int fd; /* result, the caller's; -1 before */
};

SLICE_TYPE(visit_list, struct visit_item);

/* mount_namespace: an nsfs fd. On failure the error names the item, and what was opened stays in the list. */
int group_visit(int mount_namespace, struct visit_list *items, struct error *err);

void visit_list_release(struct visit_list *items);

#endif

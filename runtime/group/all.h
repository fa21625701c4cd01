/* Every group below a state root, one after the other: those that were made as groups, then the pods of engines. */
#ifndef RUNTIME_GROUP_ALL_H
#define RUNTIME_GROUP_ALL_H

#include "runtime/group/lookup.h"

typedef int group_visitor(struct arena *arena, const struct group *group, void *context,
                          struct error *err);

/*
 * Sorted by id. A group that cannot be read, or that the visitor fails for, is told as a warning and does not hide the others; one that was
 * deleted meanwhile is passed over. request->id is not used.
 */
int group_visit_all(struct arena *arena, const struct group_request *request, group_visitor *visit,
                    void *context, struct error *err);

#endif

/* What there is to tell of a group that has been found: for state and list, and for events, which looks again and again. */
#ifndef RUNTIME_GROUP_DESCRIBE_H
#define RUNTIME_GROUP_DESCRIBE_H

#include "runtime/group/group.h"
#include "runtime/group/lookup.h"

/* Derived from what lives and from the supervisor's status. In the arena, but for what the group itself holds. */
int group_describe(struct arena *arena, const struct group *group, struct group_info *ret_info,
                   struct error *err);

bool group_info_has_member(const struct group_info *info, const char *name);

#endif

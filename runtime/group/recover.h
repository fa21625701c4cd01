/* What can still be known of a group whose record cannot be read: enough to end it and to remove it. */
#ifndef RUNTIME_GROUP_RECOVER_H
#define RUNTIME_GROUP_RECOVER_H

#include "runtime/group/lookup.h"

/* group is found and locked. Fills in its cgroup and, of the record, the cgroup's path and the members. */
int group_recover(struct arena *arena, struct group *group, struct error *err);

#endif

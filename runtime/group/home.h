/*
 * Where groups are kept: ROOT/.groups/, laid out as the state root is (container/store.h), with a record called group.json and
 *
 *   ROOT/.groups/ID/mnt   the group's mount namespace: an nsfs file, bound here while the group exists
 *
 * The directory is bound onto itself, once for all groups, and that mount is private and unbindable: so the pins inside are never
 * copied into other mount namespaces, where they would keep a deleted group alive (man 7 mount_namespaces). It goes with the last group.
 */
#ifndef RUNTIME_GROUP_HOME_H
#define RUNTIME_GROUP_HOME_H

#include "runtime/container/store.h"

#define GROUP_PIN "mnt"

/* root NULL: the default. is_made: make and mount it when needed; otherwise a home that does not exist is fd -1, no error. */
int group_home_open(struct arena *arena, const char *root, bool is_made, struct store *ret_home,
                    struct error *err);

/* Unmounts and removes it when no group is left in it. Closes home; failures only leave it as it is. */
void group_home_tidy(struct arena *arena, struct store *home);

#endif

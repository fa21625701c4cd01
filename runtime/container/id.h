/* What may be a container's id: it becomes the name of a directory and of cgroups. */
#ifndef RUNTIME_CONTAINER_ID_H
#define RUNTIME_CONTAINER_ID_H

#include <stdbool.h>

#include "base/error.h"

/*
 * Letters, digits, '_', '+', '-' and, not as the first, '.': what runc and crun both accept. At most 255 bytes, which is all
 * that a file system gives a name.
 */
bool id_is_valid(const char *id);
int id_check(const char *id, struct error *err);

#endif

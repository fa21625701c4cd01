/* Files by which the operator of a machine decides: what they say counts only when nobody but root can have written it. */
#ifndef BASE_TRUSTED_H
#define BASE_TRUSTED_H

#include "base/error.h"

/*
 * Opens a regular file for reading; the caller's. path is absolute. ERROR_NOT_FOUND when it or its directory does not exist; ERROR_INVALID
 * when it is a symlink, or when it or its directory belongs to another user than root or can be written by others than its owner.
 */
int trusted_open(const char *path, struct error *err);

#endif

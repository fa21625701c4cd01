/* Reading directories by fd. Not in base/sys/, since a stream allocates. */
#ifndef BASE_DIRECTORY_H
#define BASE_DIRECTORY_H

#include "base/owned.h"

/* The entries of path below directory ("."; its own), from the first on; the caller's (owned_dir). 0 or -errno. */
int directory_open(int directory, const char *path, DIR **ret_stream);

#endif

/* Where corun's helper programs are. */
#ifndef BASE_HELPER_H
#define BASE_HELPER_H

#include "base/arena.h"

/*
 * The path of a helper: beside our own executable, as in a build tree (who could put one there could replace us), or else where
 * it is installed. Never by $PATH. It need not exist.
 */
const char *helper_find(struct arena *arena, const char *name);

#endif

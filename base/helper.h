/* Corun's helper programs: where they are, and running one. */
#ifndef BASE_HELPER_H
#define BASE_HELPER_H

#include "base/program.h"

/*
 * The path of a helper: beside our own executable, as in a build tree (who could put one there could replace us), or else where
 * it is installed. Never by $PATH. It need not exist.
 */
const char *helper_find(struct arena *arena, const char *name);

/* Runs one that says in a line what is wrong and ends with 1: then that line is the error, of the given kind. */
int helper_run(struct arena *arena, const struct program *program, enum error_kind kind,
               struct error *err);

#endif

/* Plain scalars by the core schema of YAML 1.2 (chapter 10.3): which JSON value a word without quotes is. Pure. */
#ifndef HELPERS_YAML_SCALAR_H
#define HELPERS_YAML_SCALAR_H

#include "base/arena.h"

enum scalar_kind { SCALAR_TEXT, SCALAR_NULL, SCALAR_BOOL, SCALAR_INTEGER, SCALAR_FLOAT };

enum scalar_kind scalar_find_kind(const char *text);

/* What is to be written in JSON, in the arena; NULL when JSON has no such value: .inf, .nan, an octal or hexadecimal number beyond 64 bits. */
const char *scalar_format(struct arena *arena, enum scalar_kind kind, const char *text);

#endif

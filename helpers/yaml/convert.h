/*
 * YAML to JSON, as a stream of libyaml's events: each node is written as it comes, on the line on which it stands in the YAML, so
 * that whoever reads the JSON can name the line of what is wrong with its content.
 *
 * An anchor remembers which bytes of the output its node became, an alias writes them again: so no tree is built, a node that
 * contains itself is found, and the bound on the output is the bound on what aliases of aliases can make.
 */
#ifndef HELPERS_YAML_CONVERT_H
#define HELPERS_YAML_CONVERT_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

#define YAML_MAX_BYTES   ((size_t) 10 * 1024 * 1024) /* of the input, and of the output */
#define YAML_MAX_DEPTH   32
#define YAML_MAX_ANCHORS 256

struct yaml_text {
    const char *bytes;
    size_t size;
};

/* The JSON text is in the arena. Errors are "LINE:COLUMN: what", both from 1. */
int yaml_convert(struct arena *arena, const struct yaml_text *yaml, struct yaml_text *ret_json,
                 struct error *err);

#endif

/* Reading a group file. It may be YAML, which a helper program makes JSON of. */
#ifndef RUNTIME_GROUP_DOCUMENT_H
#define RUNTIME_GROUP_DOCUMENT_H

#include "base/arena.h"
#include "base/error.h"
#include "runtime/group/spec.h"

/*
 * Reads the file, "-": standard input; *ret_name is what errors call it. YAML is what is called .yaml or .yml, and, unless it is called
 * .json, what does not begin with a '{' or '['. Lines of the JSON are those of the YAML. The text may hold secrets: nothing of it is put
 * into an error but its place.
 */
int group_document_read(struct arena *arena, const char *file, struct group_spec **ret_spec,
                        const char **ret_name, struct error *err);

#endif

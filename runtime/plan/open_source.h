/* Sources of bind mounts that the caller of a create has opened already: data that request and plan share. */
#ifndef RUNTIME_PLAN_OPEN_SOURCE_H
#define RUNTIME_PLAN_OPEN_SOURCE_H

#include "base/slice.h"

struct open_source {
    const char *source; /* the spec_mount has this very pointer; the text is for messages */
    int tree;           /* detached (open_tree), borrowed */
};

SLICE_TYPE(open_source_list, struct open_source);

#endif

/*
 * An object or array that the decoder has open, and what can be asked of it without the parser: fields by
 * name, what is missing, which key occurs twice, and the JSON pointer that a stack of them spells.
 */
#ifndef OCI_SPEC_JSON_FRAME_H
#define OCI_SPEC_JSON_FRAME_H

#include <stdbool.h>

#include "oci-spec/json.h"

struct json_frame {
    const struct json_type *type;
    void *target;
    const struct json_field *field; /* of objects: the property being read, NULL: an unknown one */
    const char *key;   /* of objects and maps: the current key; NULL before the first */
    size_t count;      /* of lists: items begun */
    uint64_t seen;     /* of objects: a bit for each field */
    size_t next_field; /* where to look first: documents mostly follow the rows' order */
    size_t start;      /* the offset of the opening bracket */
};

/* RFC 6901: "/mounts/1/destination", cut when it does not fit; empty for the document itself. */
void json_frames_format_pointer(const struct json_frame *frames, size_t depth, char *text,
                                size_t size);

/* The field called key, which is size bytes long, or NULL. */
const struct json_field *json_frame_find_field(struct json_frame *frame, const char *key,
                                               size_t size);

/* Marks the current field as seen; false when it was already. */
bool json_frame_mark_seen(struct json_frame *frame);

/* The first required field that was not seen, or NULL. */
const struct json_field *json_frame_find_missing(const struct json_frame *frame);

/* A key of a map that occurs twice, or NULL. Sorts once, because maps may be large. */
const char *json_frame_find_duplicate(const struct json_frame *frame, struct arena *arena);

#endif

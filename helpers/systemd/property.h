/*
 * Properties of a systemd unit (man 5 systemd.resource-control, man 5 org.freedesktop.systemd1), as values: what cgroup files and
 * annotations become, and what a D-Bus message is made of.
 */
#ifndef HELPERS_SYSTEMD_PROPERTY_H
#define HELPERS_SYSTEMD_PROPERTY_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"

/* D-Bus types, by their letters. */
enum property_type {
    PROPERTY_BOOLEAN = 'b',
    PROPERTY_INT32 = 'i',
    PROPERTY_UINT32 = 'u',
    PROPERTY_INT64 = 'x',
    PROPERTY_UINT64 = 't',
    PROPERTY_STRING = 's',
    PROPERTY_STRINGS = 'S', /* "as" */
    PROPERTY_BYTES = 'B',   /* "ay" */
};

struct property {
    const char *name;
    enum property_type type;
    uint64_t number; /* BOOLEAN and the numbers; of the signed ones the bits */
    const char *string;
    struct text_list strings;
    const uint8_t *bytes;
    size_t byte_count;
};

SLICE_TYPE(property_list, struct property);

/*
 * Adds the properties by which systemd means what this value in this file of cgroup v2 means, so that it writes the same when it writes
 * anew (daemon-reload). None for a file of which systemd knows nothing, and so never writes it. ERROR_INVALID for a value that is none.
 */
int properties_add_write(struct arena *arena, struct property_list *list, const char *file,
                         const char *value, struct error *err);

/*
 * The annotation org.systemd.property.NAME, as crun and runc read it: the value is a GVariant in text form ("uint64 5000000", "'mixed'",
 * "true", "['a', 'b']"); a name that ends in Sec takes a number of seconds and stands for that in USec.
 */
int property_parse_annotation(struct arena *arena, const char *name, const char *value,
                              struct property *ret_property, struct error *err);

/* The property of that name, or NULL. */
const struct property *property_find(const struct property_list *list, const char *name);

#endif

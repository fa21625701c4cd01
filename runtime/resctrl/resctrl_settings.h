/*
 * What a container's place in the resctrl file system is to be (config-linux.md#intelrdt): decided by plan/, carried out by resctrl.c.
 * No functions.
 */
#ifndef RUNTIME_RESCTRL_RESCTRL_SETTINGS_H
#define RUNTIME_RESCTRL_RESCTRL_SETTINGS_H

#include <stdbool.h>

/* One write(2) to "schemata" each, in this order; each line ends with a newline, since the kernel demands it. NULL: none. */
struct resctrl_schemata {
    const char *l3_cache;
    const char *bandwidth;
    const char *lines;
};

struct resctrl_settings {
    const char *class; /* the name of a directory, or "" for the root: the default class */
    bool
        is_own; /* no closID: the class is the container's own, and is removed with it if it was made for it */
    bool must_exist; /* a closID and no schemata: somebody has prepared the class */
    const char *
        monitor; /* the name of its own monitoring group, which is the container's; NULL: none is wanted */
    struct resctrl_schemata schemata;
};

#endif

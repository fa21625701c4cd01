/* The process that puts a group's namespaces together: after clone, so it allocates, formats and logs nothing. */
#ifndef RUNTIME_GROUP_FOUNDER_H
#define RUNTIME_GROUP_FOUNDER_H

#include "runtime/group/found.h"

enum founder_step {
    FOUNDER_WAIT,
    FOUNDER_CGROUP,
    FOUNDER_UNSHARE,
    FOUNDER_PRIVATE,
    FOUNDER_ROOT,
    FOUNDER_NAMES,
    FOUNDER_PINS,
    FOUNDER_TREES,
    FOUNDER_PIVOT,
    FOUNDER_DONE,
};

/* What it says at the end. */
struct founder_answer {
    int32_t step; /* FOUNDER_DONE, or the one that failed with error */
    int32_t error;
    int32_t item;
    uint64_t inodes[GROUP_KIND_COUNT];
};

/* In the new namespaces: host and domain name, the loopback interface. 0 or -errno. */
int founder_set_up(const struct founding *founding);

/* Never returns. It begins when a byte comes over the socket. */
__attribute__((noreturn)) void founder_run(const struct founding *founding, int socket);

#endif

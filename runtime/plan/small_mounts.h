/* What a new mount namespace can be made from instead of from the caller's. */
#ifndef RUNTIME_PLAN_SMALL_MOUNTS_H
#define RUNTIME_PLAN_SMALL_MOUNTS_H

/*
 * A mount namespace with little in it. A new one is always a copy of its maker's, which takes the longer the more the host has mounted; made
 * from this one, it holds nothing of the host's at any time.
 */
struct small_mounts {
    int namespace; /* an nsfs fd */
    const char
        *null; /* the host's /dev/null in it, which is masked with, and may be mounted over */
};

#endif

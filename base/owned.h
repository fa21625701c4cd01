/*
 * Ownership of handles: an owned_fd closes itself when it goes out of scope, take_fd() hands it over.
 *
 * An `int fd` parameter is borrowed. Absent is -1. A function that keeps an fd is named ..._take(int *fd).
 */
#ifndef BASE_OWNED_H
#define BASE_OWNED_H

#include <dirent.h>
#include <unistd.h>

#define owned_fd  __attribute__((cleanup(owned_fd_close))) int
#define owned_dir __attribute__((cleanup(owned_dir_close))) DIR *

static inline void owned_fd_close(const int *fd)
{
    if (*fd >= 0)
        (void) close(*fd); /* the fd is gone whatever close says: man 2 close, NOTES */
}

static inline void owned_dir_close(DIR **dir)
{
    if (*dir)
        (void) closedir(*dir);
}

static inline int take_fd(int *fd)
{
    int taken = *fd;

    *fd = -1;
    return taken;
}

/* Closes *fd, if there is one, and stores fd in its place; takes fd. */
static inline void replace_fd(int *place, int fd)
{
    owned_fd_close(place);
    *place = fd;
}

#endif

/* File descriptors from the caller: counted by environment and option, looked at before anything is made. */
#include "runtime/cmd/inherited.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"

/* LISTEN_PID may be another's: an engine that was activated and did not clear its environment. */
static bool is_activation_ours(void)
{
    const char *text = getenv("LISTEN_PID");
    uint32_t pid;

    return text && text_parse_uint32(text, &pid) && pid == (uint32_t) getpid();
}

int inherited_find_fds(struct create_request *request, struct error *err)
{
    const char *listen = getenv("LISTEN_FDS");
    unsigned int preserved = request->preserve_fds;

    if (listen && is_activation_ours() && !text_parse_uint32(listen, &request->listen_fds))
        return error_set(err, ERROR_INVALID, "LISTEN_FDS: expected a number, got '%s'", listen);
    if (__builtin_add_overflow(preserved, request->listen_fds, &request->preserve_fds) ||
        request->preserve_fds > INT_MAX - 3)
        return error_set(err, ERROR_INVALID, "cannot preserve %u + %u file descriptors", preserved,
                         request->listen_fds);
    for (unsigned int i = 0; i < request->preserve_fds; i++) {
        int flags = fcntl((int) i + 3, F_GETFD);

        /* What we opened ourselves is close-on-exec, what came through our own exec cannot be. */
        if (flags < 0 || flags & FD_CLOEXEC)
            return error_set(err, ERROR_INVALID,
                             "file descriptor %u, one of %u to preserve, is not open", i + 3,
                             request->preserve_fds);
    }
    return 0;
}

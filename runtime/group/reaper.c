/*
 * The first process of a group's pid namespace. It does nothing: with SIGCHLD ignored the kernel reaps for it (man 2 waitpid, "Linux notes"), and a signal
 * from within that it does not handle does not reach it (man 7 pid_namespaces).
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/sys/file.h"
#include "base/sys/process.h"
#include "base/sys/security.h"
#include "runtime/group/keeper.h"

/* man 5 proc, /proc/PID/stat: fields by number. */
enum { STAT_STATE = 3, STAT_ARG_START = 48, STAT_ENV_END = 51 };

/* The caller's arguments and variables: every member could read the former. */
static int wipe_arguments(void)
{
    uintptr_t start = 0;
    char text[1024];
    ssize_t length = sys_read_file_at(AT_FDCWD, "/proc/self/stat", text, sizeof(text));
    char *rest = length < 0 ? NULL : strrchr(text, ')');

    if (!rest || rest[1] != ' ' || rest[2] == '\0')
        return length < 0 ? (int) length : -EPROTO;
    rest += 3; /* behind the state, a letter */
    for (int field = STAT_STATE + 1; field <= STAT_ENV_END; field++) {
        uintptr_t value = strtoull(rest, &rest, 10);

        if (field == STAT_ARG_START)
            start = value;
        if (field == STAT_ENV_END && start != 0 && value > start) {
            memset((void *) start, 0, value - start); // NOLINT(performance-no-int-to-ptr)
            reaper_drop(start, value);
        }
    }
    return 0;
}

static void ignore_children(void)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};

    sys_reset_signals();
    (void) sigaction(SIGCHLD, &ignore, NULL);
    sys_unblock_signals();
}

int reaper_prepare(void)
{
    int error = wipe_arguments();

    (void) setsid();
    (void) prctl(PR_SET_NAME, "corun-reaper");
    ignore_children();
    if (error == 0)
        error = sys_clear_ambient();
    if (error == 0)
        error = sys_capset(0, 0, 0);
    return error == 0 ? sys_no_new_privileges() : error;
}

void reaper_run(void)
{
    if (sys_set_dumpable(false) < 0 || sys_close_range(0, UINT32_MAX) < 0)
        _exit(1);
    reaper_sleep();
}

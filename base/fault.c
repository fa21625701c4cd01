/*
 * Fault injection in test builds. How many points are still to pass is kept in the environment itself, counted down: no
 * mutable data of the program is needed.
 */
#include "base/fault.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

static uint32_t read_number(const char *variable)
{
    const char *text = getenv(variable);
    uint32_t number;

    return text && text_parse_uint32(text, &number) ? number : 0;
}

int fault_point(struct error *err, const char *step)
{
    uint32_t left = read_number("CORUN_FAULT");
    char text[16];

    if (left == 0)
        return 0;
    if (left == 1) {
        (void) unsetenv("CORUN_FAULT"); /* undoing must not fail as well */
        if (read_number("CORUN_FAULT_SIGNAL") > 0)
            (void) raise((int) read_number("CORUN_FAULT_SIGNAL"));
        return error_os(err, EIO, "injected fault after: %s", step);
    }
    (void) snprintf(text, sizeof(text), "%u", left - 1);
    (void) setenv("CORUN_FAULT", text,
                  1); /* out of memory: the fault does not come, and the test says so */
    return 0;
}

int fault_child_step(void)
{
    return (int) read_number("CORUN_FAULT_CHILD");
}

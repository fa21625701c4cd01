/*
 * Running probes. The supervisor is the parent of a check as it is of the container's process, so a check costs no process beside its own, and
 * what is not reaped yet can be killed by its pid.
 */
#include <signal.h>

#include "base/arena.h"
#include "runtime/group/health.h"

static bool begin_check(struct health *health, const struct start_request *request, int64_t now_ms)
{
    owned_arena arena = {0};
    struct error ignored; /* it is a failed check, and told as such */
    pid_t pid = -1;

    health_begin(health, 0, now_ms);
    if (group_start_check(&arena, request, &health->probe->exec.command, &pid, &ignored) < 0 ||
        pid < 0)
        return health_take(health, false, now_ms);
    if (pid == 0)
        health_skip(health, now_ms);
    else
        health->pid = pid;
    return false;
}

bool health_attend(struct health *health, const struct start_request *request, int64_t now_ms)
{
    if (!health->probe || now_ms < health->due_ms)
        return false;
    if (health->pid == 0)
        return begin_check(health, request, now_ms);
    (void) kill(health->pid, SIGKILL);
    health->due_ms = INT64_MAX; /* until it is reaped, which counts as a failure */
    return false;
}

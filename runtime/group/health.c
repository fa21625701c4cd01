/* What a probe's results amount to. Pure. */
#include "runtime/group/health.h"

#define PERIOD_SECONDS    10
#define TIMEOUT_SECONDS   1
#define FAILURE_THRESHOLD 3
#define SUCCESS_THRESHOLD 1

/* Properties are at least 1; 0 is one that is not in the document. */
static int64_t value_or(int64_t value, int64_t otherwise)
{
    return value ? value : otherwise;
}

void health_reset(struct health *health, const struct group_probe *probe, bool is_good,
                  int64_t now_ms)
{
    *health = (struct health){
        .probe = probe,
        .is_good = is_good,
        .due_ms = probe ? now_ms + probe->initial_delay_seconds * 1000 : INT64_MAX,
    };
}

void health_begin(struct health *health, pid_t pid, int64_t now_ms)
{
    health->pid = pid;
    health->begun_ms = now_ms;
    health->due_ms = now_ms + value_or(health->probe->timeout_seconds, TIMEOUT_SECONDS) * 1000;
}

void health_skip(struct health *health, int64_t now_ms)
{
    int64_t next =
        health->begun_ms + value_or(health->probe->period_seconds, PERIOD_SECONDS) * 1000;

    health->pid = 0;
    health->due_ms = next > now_ms ? next : now_ms;
}

bool health_take(struct health *health, bool has_passed, int64_t now_ms)
{
    const struct group_probe *probe = health->probe;
    int64_t enough = has_passed ? value_or(probe->success_threshold, SUCCESS_THRESHOLD)
                                : value_or(probe->failure_threshold, FAILURE_THRESHOLD);

    health_skip(health, now_ms);
    health->streak = has_passed == health->is_good ? 0 : health->streak + 1;
    if (health->streak == 0 || health->streak < enough)
        return false;
    health->is_good = has_passed;
    health->streak = 0;
    return true;
}

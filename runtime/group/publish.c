/* What others may know of the supervisor's containers: their states, and how it ended. */
#include <poll.h>

#include "base/arena.h"
#include "runtime/group/stop.h"
#include "runtime/group/supervisor.h"

int supervisor_find_exit_code(const struct supervisor *supervisor)
{
    if (supervisor->stopped_by)
        return 128 + supervisor->stopped_by;
    SLICE_FOR_EACH(const struct run, run, supervisor->runs)
        if (run->exit_code != 0)
            return (int) run->exit_code;
    return 0;
}

void supervisor_publish(struct supervisor *supervisor)
{
    owned_arena arena = {0};
    struct group_run_status status = {.ended = supervisor->ended};

    if (supervisor->is_published) /* first: the supervisor calls this each time it wakes */
        return;
    status.exit_code = supervisor_find_exit_code(supervisor);
    status.is_stopped = supervisor->stopped_by || group_is_stopping(&supervisor->group.entry);
    SLICE_FOR_EACH(const struct run, run, supervisor->runs) {
        struct run_status *added = SLICE_PUSH(&arena, &status.members, struct run_status);

        *added = (struct run_status){
            .name = run->output.name,
            .restart_count = run->restart_count,
            .exit_code = run->has_ended ? &run->exit_code : NULL,
            .is_ready = run->phase == PHASE_RUNNING && run->health[READINESS].is_good,
            .is_failing = run->kill_ms != 0,
            .current = run->current.started ? &run->current : NULL,
            .previous = run->previous.started ? &run->previous : NULL,
        };
        account_tell(&run->account, added);
    }
    supervisor->is_published = run_status_write(&supervisor->group.entry, &status);
}

void supervisor_publish_now(struct supervisor *supervisor)
{
    supervisor->is_published = false;
    for (int i = 0; i < 500 && !supervisor->is_published; i++) {
        supervisor_publish(supervisor);
        (void) poll(NULL, 0, supervisor->is_published ? 0 : 10);
    }
}

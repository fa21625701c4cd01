/*
 * One container of the supervisor's: started, ended, started again after a pause that doubles from 1 s to 60 s and begins anew after 10 minutes
 * without an end; checked by its probes, and ended when it is not alive.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "base/owned.h"
#include "base/sys/process.h"
#include "base/timestamp.h"
#include "runtime/group/stop.h"
#include "runtime/group/supervisor.h"

#define PAUSE_MIN_MS  1000
#define PAUSE_MAX_MS  60000
#define STEADY_MS     600000
#define GRACE_SECONDS 30
#define START_FAILED \
    125 /* the exit code of a container that could not be started: as docker has it */

struct run_list supervisor_current(const struct supervisor *supervisor)
{
    return (struct run_list){supervisor->runs.items + supervisor->first, supervisor->count};
}

int64_t supervisor_now_ms(void)
{
    struct timespec now = {0};

    (void) clock_gettime(CLOCK_MONOTONIC, &now); /* fails for unknown clocks only */
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool is_stopped(const struct supervisor *supervisor)
{
    return supervisor->stopped_by || group_is_stopping(&supervisor->group.entry);
}

static bool is_to_restart(const struct supervisor *supervisor, const struct run *run)
{
    if (is_stopped(supervisor))
        return false;
    return supervisor->policy == GROUP_RESTART_ALWAYS ||
           (supervisor->policy == GROUP_RESTART_ON_FAILURE &&
            (run->exit_code != 0 || run->kill_ms != 0));
}

/* The kernel counts in the cgroup, which is there until the container is deleted. */
static enum run_reason find_reason(const struct supervisor *supervisor, const struct run *run)
{
    owned_arena arena = {0};

    if (run->pid < 0)
        return RUN_CANNOT_START;
    if (run->kill_ms != 0)
        return RUN_UNHEALTHY;
    if (run->current.signal == SIGKILL && !is_stopped(supervisor) &&
        group_count_oom_kills(&arena, &supervisor->group, run->output.name) > 0)
        return RUN_OOM_KILLED;
    return run->current.exit_code == 0 ? RUN_COMPLETED : RUN_ERROR;
}

/* signal: what ended it, or 0. */
static void end_run(struct supervisor *supervisor, struct run *run, int exit_code, int signal)
{
    int64_t now = supervisor_now_ms();

    account_end(&run->account);
    run->exit_code = exit_code;
    run->current.finished = timestamp_now();
    run->current.exit_code = exit_code;
    run->current.signal = signal;
    run->current.reason = find_reason(supervisor, run);
    run->has_ended = true;
    run->pid = -1;
    supervisor->is_published = false;
    if (!is_to_restart(supervisor, run)) {
        run->phase = PHASE_ENDED;
        return;
    }
    if (run->pause_ms == 0 || now - run->started_ms > STEADY_MS)
        run->pause_ms = PAUSE_MIN_MS;
    run->phase = PHASE_WAITING;
    run->due_ms = now + run->pause_ms;
    run->pause_ms = run->pause_ms * 2 < PAUSE_MAX_MS ? run->pause_ms * 2 : PAUSE_MAX_MS;
}

static void begin_running(struct run *run)
{
    const struct group_container *container = run->start.container;
    int64_t now = supervisor_now_ms();

    run->phase = PHASE_RUNNING;
    account_begin(&run->account);
    health_reset(&run->health[LIVENESS], container->liveness, true, now);
    health_reset(&run->health[READINESS], container->readiness, !container->readiness, now);
}

static int start_run(struct supervisor *supervisor, struct run *run, struct error *err)
{
    owned_arena arena = {0};

    run->started_ms = supervisor_now_ms();
    run->previous = run->current;
    run->current = (struct run_span){.started = timestamp_now()};
    run->restart_count += run->has_ended;
    if (run->has_ended)
        account_keep(&run->account, &supervisor->group, run->start.id);
    run->kill_ms = 0;
    run->oom_kills = 0;
    supervisor->is_published = false;
    if (run->output.fd >= 0) /* something that outlived the last one holds it */
        replace_fd(&run->output.fd, -1);
    if (group_start_member(&arena, &run->start, &run->pid, &run->output.fd, err) < 0)
        return -1;
    (void) fcntl(run->output.fd, F_SETFL, O_NONBLOCK);
    if (run->pid > 0)
        begin_running(run);
    else
        end_run(supervisor, run, START_FAILED, 0);
    return 0;
}

int supervisor_start_due(struct supervisor *supervisor, struct error *err)
{
    SLICE_FOR_EACH(struct run, run, supervisor_current(supervisor)) {
        if (run->phase != PHASE_WAITING)
            continue;
        if (is_stopped(supervisor))
            run->phase = PHASE_ENDED;
        else if (run->due_ms <= supervisor_now_ms() && start_run(supervisor, run, err) < 0)
            return -1;
    }
    return 0;
}

/* --- probes --- */

int64_t supervisor_grace_ms(const struct supervisor *supervisor)
{
    const int64_t grace = supervisor->group.record.spec.grace_seconds;

    return (grace ? grace : GRACE_SECONDS) * 1000;
}

static void take_verdict(struct supervisor *supervisor, struct run *run)
{
    supervisor->is_published = false;
    if (run->health[LIVENESS].is_good || run->kill_ms != 0)
        return;
    log_warning(supervisor->request->group.log, "container \"%s\": its liveness probe fails: %s",
                run->output.name,
                supervisor->policy == GROUP_RESTART_NEVER ? "it is ended" : "it is restarted");
    run->kill_ms = supervisor_now_ms() + supervisor_grace_ms(supervisor);
    (void) kill(run->pid, SIGTERM);
}

static void attend_health(struct supervisor *supervisor, struct run *run)
{
    if (run->phase != PHASE_RUNNING || supervisor->stopped_by)
        return;
    if (run->kill_ms != 0 && supervisor_now_ms() >= run->kill_ms) {
        (void) kill(run->pid, SIGKILL);
        run->kill_ms = INT64_MAX; /* once is enough, even for one that is frozen */
    }
    for (int kind = 0; kind < PROBE_COUNT && run->kill_ms == 0; kind++)
        if (health_attend(&run->health[kind], &run->start, supervisor_now_ms()))
            take_verdict(supervisor, run);
}

void supervisor_attend_all(struct supervisor *supervisor)
{
    SLICE_FOR_EACH(struct run, run, supervisor_current(supervisor))
        attend_health(supervisor, run);
}

void supervisor_attend_oom(struct supervisor *supervisor)
{
    const struct run *hit = NULL;

    if (supervisor->group.record.spec.oom_policy != GROUP_OOM_GROUP)
        return;
    SLICE_FOR_EACH(struct run, run, supervisor_current(supervisor)) {
        owned_arena arena = {0};
        uint64_t kills = group_count_oom_kills(&arena, &supervisor->group, run->output.name);

        if (kills > run->oom_kills)
            hit = run;
        run->oom_kills = kills;
    }
    if (!hit)
        return;
    log_warning(supervisor->request->group.log,
                "container \"%s\": memory ran out: the whole group is ended", hit->output.name);
    supervisor_kill_members(supervisor);
}

int64_t run_find_due(const struct run *run)
{
    int64_t due = run->kill_ms != 0 ? run->kill_ms : INT64_MAX;

    for (int kind = 0; kind < PROBE_COUNT; kind++)
        if (run->health[kind].due_ms < due && run->kill_ms == 0)
            due = run->health[kind].due_ms;
    return due;
}

void supervisor_reap_one(struct supervisor *supervisor, struct run *run, pid_t pid, int status)
{
    if (run->phase != PHASE_RUNNING)
        return;
    for (int kind = 0; kind < PROBE_COUNT; kind++)
        if (run->health[kind].pid == pid &&
            health_take(&run->health[kind], status == 0, supervisor_now_ms()))
            take_verdict(supervisor, run);
    if (run->pid != pid)
        return;
    end_run(supervisor, run, sys_exit_code(status), WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

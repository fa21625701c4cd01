/*
 * The supervisor: one loop over signals, output and time. It is the subreaper of what its starters leave, so it is told of every exit, and needs
 * no process per member.
 *
 * A container that ends is started again by the group's policy, after a pause that doubles from 1 s to 60 s and begins anew after 10 minutes
 * without an end. "stopping" in the group's directory (group stop) ends that; so does a signal. One whose liveness probe fails is ended, and starts again.
 */
#include "runtime/group/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/timestamp.h"
#include "runtime/group/account.h"
#include "runtime/group/health.h"
#include "runtime/group/lookup.h"
#include "runtime/group/output.h"
#include "runtime/group/starter.h"
#include "runtime/group/stop.h"

#define PAUSE_MIN_MS  1000
#define PAUSE_MAX_MS  60000
#define STEADY_MS     600000
#define GRACE_SECONDS 30
#define START_FAILED \
    125 /* the exit code of a container that could not be started: as docker has it */
#define COLOURS      6
#define FIRST_COLOUR 31

enum probe_kind { LIVENESS, READINESS, PROBE_COUNT };

enum phase { PHASE_WAITING, PHASE_RUNNING, PHASE_ENDED };

struct run {
    struct start_request start;
    enum phase phase;
    pid_t pid; /* running */
    int64_t exit_code;
    bool has_ended; /* once, at least: exit_code is of the last time */
    int64_t restart_count;
    struct account account;
    struct health health[PROBE_COUNT];
    int64_t kill_ms; /* of one that is not alive, by its probe: when it is killed; 0: it is well */
    int64_t due_ms;  /* waiting: when to start */
    int64_t started_ms;
    int64_t pause_ms; /* before the next start */
    struct member_output output;
};

SLICE_TYPE(run_list, struct run);

struct supervisor {
    struct arena *arena;
    const struct group_run_request *request;
    struct group group; /* not locked */
    int lock;
    int signals; /* signalfd */
    struct run_list runs;
    size_t first; /* of the runs that are under way, and how many */
    size_t count;
    int64_t policy;    /* enum group_restart, of these */
    int stopped_by;    /* signal; 0: not stopped */
    int64_t kill_ms;   /* when what is left is killed */
    uint64_t ended;    /* all of it, when; 0: not yet */
    bool is_published; /* status.h is as it is here */
};

/* The runs that are under way. */
static struct run_list current(const struct supervisor *supervisor)
{
    return (struct run_list){supervisor->runs.items + supervisor->first, supervisor->count};
}

static int64_t now_ms(void)
{
    struct timespec now = {0};

    (void) clock_gettime(CLOCK_MONOTONIC, &now); /* fails for unknown clocks only */
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- one container --- */

static bool is_to_restart(const struct supervisor *supervisor, const struct run *run)
{
    if (supervisor->stopped_by || group_is_stopping(&supervisor->group.entry))
        return false;
    return supervisor->policy == GROUP_RESTART_ALWAYS ||
           (supervisor->policy == GROUP_RESTART_ON_FAILURE &&
            (run->exit_code != 0 || run->kill_ms != 0));
}

static void end_run(struct supervisor *supervisor, struct run *run, int exit_code)
{
    int64_t now = now_ms();

    account_end(&run->account);
    run->exit_code = exit_code;
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
    int64_t now = now_ms();

    run->phase = PHASE_RUNNING;
    account_begin(&run->account);
    health_reset(&run->health[LIVENESS], container->liveness, true, now);
    health_reset(&run->health[READINESS], container->readiness, !container->readiness, now);
}

static int start_run(struct supervisor *supervisor, struct run *run, struct error *err)
{
    owned_arena arena = {0};

    run->started_ms = now_ms();
    run->restart_count += run->has_ended;
    if (run->has_ended)
        account_keep(&run->account, &supervisor->group, run->start.id);
    run->kill_ms = 0;
    supervisor->is_published = false;
    if (run->output.fd >= 0) /* something that outlived the last one holds it */
        replace_fd(&run->output.fd, -1);
    if (group_start_member(&arena, &run->start, &run->pid, &run->output.fd, err) < 0)
        return -1;
    (void) fcntl(run->output.fd, F_SETFL, O_NONBLOCK);
    if (run->pid > 0)
        begin_running(run);
    else
        end_run(supervisor, run, START_FAILED);
    return 0;
}

static int start_due(struct supervisor *supervisor, struct error *err)
{
    SLICE_FOR_EACH(struct run, run, current(supervisor)) {
        if (run->phase != PHASE_WAITING)
            continue;
        if (supervisor->stopped_by || group_is_stopping(&supervisor->group.entry))
            run->phase = PHASE_ENDED;
        else if (run->due_ms <= now_ms() && start_run(supervisor, run, err) < 0)
            return -1;
    }
    return 0;
}

/* --- probes --- */

static int64_t grace_ms(const struct supervisor *supervisor)
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
    run->kill_ms = now_ms() + grace_ms(supervisor);
    (void) kill(run->pid, SIGTERM);
}

static void attend_health(struct supervisor *supervisor, struct run *run)
{
    if (run->phase != PHASE_RUNNING || supervisor->stopped_by)
        return;
    if (run->kill_ms != 0 && now_ms() >= run->kill_ms) {
        (void) kill(run->pid, SIGKILL);
        run->kill_ms = INT64_MAX; /* once is enough, even for one that is frozen */
    }
    for (int kind = 0; kind < PROBE_COUNT && run->kill_ms == 0; kind++)
        if (health_attend(&run->health[kind], &run->start, now_ms()))
            take_verdict(supervisor, run);
}

static void attend_all(struct supervisor *supervisor)
{
    SLICE_FOR_EACH(struct run, run, current(supervisor))
        attend_health(supervisor, run);
}

/* When something is to be done about it. */
static int64_t find_due(const struct run *run)
{
    int64_t due = run->kill_ms != 0 ? run->kill_ms : INT64_MAX;

    for (int kind = 0; kind < PROBE_COUNT; kind++)
        if (run->health[kind].due_ms < due && run->kill_ms == 0)
            due = run->health[kind].due_ms;
    return due;
}

static int find_exit_code(const struct supervisor *supervisor)
{
    if (supervisor->stopped_by)
        return 128 + supervisor->stopped_by;
    SLICE_FOR_EACH(const struct run, run, supervisor->runs)
        if (run->exit_code != 0)
            return (int) run->exit_code;
    return 0;
}

/* --- what others may know --- */

static void publish(struct supervisor *supervisor)
{
    owned_arena arena = {0};
    struct group_run_status status = {.ended = supervisor->ended,
                                      .exit_code = find_exit_code(supervisor)};

    if (supervisor->is_published)
        return;
    SLICE_FOR_EACH(const struct run, run, supervisor->runs) {
        struct run_status *added = SLICE_PUSH(&arena, &status.members, struct run_status);

        *added = (struct run_status){
            .name = run->output.name,
            .restart_count = run->restart_count,
            .exit_code = run->has_ended ? &run->exit_code : NULL,
            .is_ready = run->phase == PHASE_RUNNING && run->health[READINESS].is_good,
        };
        account_tell(&run->account, added);
    }
    supervisor->is_published = run_status_write(&supervisor->group.entry, &status);
}

/* Another command may be changing the group, but not for long; or one that hangs, and then it is not told. */
static void publish_end(struct supervisor *supervisor)
{
    supervisor->ended = timestamp_now();
    supervisor->is_published = false;
    for (int i = 0; i < 500 && !supervisor->is_published; i++) {
        publish(supervisor);
        (void) poll(NULL, 0, supervisor->is_published ? 0 : 10);
    }
}

/* --- signals --- */

static void reap_one(struct supervisor *supervisor, struct run *run, pid_t pid, int status)
{
    if (run->phase != PHASE_RUNNING)
        return;
    for (int kind = 0; kind < PROBE_COUNT; kind++)
        if (run->health[kind].pid == pid && health_take(&run->health[kind], status == 0, now_ms()))
            take_verdict(supervisor, run);
    if (run->pid == pid)
        end_run(supervisor, run,
                WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

static void reap(struct supervisor *supervisor)
{
    int status;

    for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0; pid = waitpid(-1, &status, WNOHANG))
        SLICE_FOR_EACH(struct run, run, current(supervisor))
            reap_one(supervisor, run, pid, status);
}

/* They are our children, and not reaped: no other can have their numbers. */
static void signal_members(const struct supervisor *supervisor, int signal)
{
    SLICE_FOR_EACH(struct run, run, current(supervisor))
        if (run->phase == PHASE_RUNNING)
            (void) kill(run->pid, signal);
}

static void kill_members(const struct supervisor *supervisor)
{
    struct error ignored;

    (void) cgroup_kill_all(&supervisor->group.cgroup, SIGKILL, &ignored);
}

static bool is_stop(int signal)
{
    return signal == SIGTERM || signal == SIGINT || signal == SIGHUP || signal == SIGQUIT;
}

static void take_signals(struct supervisor *supervisor)
{
    struct signalfd_siginfo info;

    while (read(supervisor->signals, &info, sizeof(info)) == (ssize_t) sizeof(info)) {
        int signal = (int) info.ssi_signo;

        if (signal == SIGCHLD) {
            reap(supervisor);
        } else if (!is_stop(signal)) {
            signal_members(supervisor, signal);
        } else if (supervisor->stopped_by) { /* once more: no patience */
            kill_members(supervisor);
        } else {
            supervisor->stopped_by = signal;
            supervisor->kill_ms = now_ms() + grace_ms(supervisor);
            signal_members(supervisor, SIGTERM);
        }
    }
}

/* --- the loop --- */

static bool has_ended(const struct supervisor *supervisor)
{
    SLICE_FOR_EACH(struct run, run, current(supervisor))
        if (run->phase != PHASE_ENDED)
            return false;
    return true;
}

/* At most a second, so that "stopping" is seen. */
static int find_timeout(const struct supervisor *supervisor)
{
    int64_t now = now_ms();
    int64_t timeout = 1000;

    SLICE_FOR_EACH(const struct run, run, current(supervisor)) {
        int64_t due = run->phase == PHASE_WAITING ? run->due_ms : find_due(run);

        if (run->phase != PHASE_ENDED && due - now < timeout)
            timeout = due - now;
    }
    if (supervisor->stopped_by && supervisor->kill_ms - now < timeout)
        timeout = supervisor->kill_ms - now;
    return timeout > 0 ? (int) timeout : 0;
}

static void wait_for_events(struct supervisor *supervisor)
{
    owned_arena arena = {0};
    struct pollfd *polled = ARENA_ARRAY(&arena, struct pollfd, supervisor->runs.count + 1);
    size_t count = 1;

    polled[0] = (struct pollfd){.fd = supervisor->signals, .events = POLLIN};
    SLICE_FOR_EACH(const struct run, run, supervisor->runs) /* poll passes over -1 */
        polled[count++] = (struct pollfd){.fd = run->output.fd, .events = POLLIN};
    if (poll(polled, count, find_timeout(supervisor)) <= 0)
        return;
    for (size_t i = 1; i < count; i++)
        if (polled[i].revents)
            member_output_copy(&supervisor->runs.items[i - 1].output);
    if (polled[0].revents)
        take_signals(supervisor);
}

/* What a container wrote before it ended is in the pipe still. */
static void drain(struct supervisor *supervisor)
{
    SLICE_FOR_EACH(struct run, run, current(supervisor))
        for (int i = 0; i < 64 && run->output.fd >= 0; i++) {
            struct pollfd polled = {.fd = run->output.fd, .events = POLLIN};

            if (poll(&polled, 1, 0) <= 0)
                break;
            member_output_copy(&run->output);
        }
}

static int carry_on(struct supervisor *supervisor, struct error *err)
{
    while (!has_ended(supervisor)) {
        if (start_due(supervisor, err) < 0)
            return -1;
        attend_all(supervisor);
        publish(supervisor);
        if (has_ended(supervisor))
            break;
        wait_for_events(supervisor);
        if (supervisor->stopped_by && now_ms() >= supervisor->kill_ms)
            kill_members(supervisor);
    }
    publish(supervisor);
    drain(supervisor);
    return 0;
}

/* --- all of it --- */

static int add_runs(struct supervisor *supervisor, const struct group_container_list *list,
                    struct error *err)
{
    struct arena *arena = supervisor->arena;
    const struct group_request *group = &supervisor->request->group;

    SLICE_FOR_EACH(const struct group_container, container, *list) {
        struct run *run = SLICE_PUSH(arena, &supervisor->runs, struct run);

        if (!container->bundle)
            return error_set(err, ERROR_INVALID, "container \"%s\" has no bundle in the group file",
                             container->name);
        run->start = (struct start_request){
            group, container, arena_format(arena, "%s.%s", group->id, container->name)};
        run->output.name = container->name;
        run->output.fd = -1;
        if (supervisor->request->colours)
            run->output.colour =
                FIRST_COLOUR + (unsigned int) ((supervisor->runs.count - 1) % COLOURS);
    }
    return 0;
}

static void align_names(struct supervisor *supervisor)
{
    size_t width = 0;

    SLICE_FOR_EACH(struct run, run, supervisor->runs)
        if (strlen(run->output.name) > width)
            width = strlen(run->output.name);
    SLICE_FOR_EACH(struct run, run, supervisor->runs)
        run->output.width = width;
}

/* Only one supervisor at a time; the lock ends with the process. */
static int take_lock(struct supervisor *supervisor, struct error *err)
{
    const struct entry *entry = &supervisor->group.entry;
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    supervisor->lock =
        sys_create_at(entry->fd, SUPERVISOR_LOCK, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
    if (supervisor->lock < 0)
        return error_os(err, -supervisor->lock, "lock group \"%s\"", entry->id);
    if (fcntl(supervisor->lock, F_SETLK, &lock) < 0)
        return error_set(err, ERROR_STATE, "group \"%s\" has been started already", entry->id);
    group_clear_stopping(entry);
    return 0;
}

static int watch_signals(struct supervisor *supervisor, struct error *err)
{
    static const int watched[] = {SIGCHLD, SIGTERM, SIGINT,  SIGHUP,
                                  SIGQUIT, SIGUSR1, SIGUSR2, SIGCONT};
    sigset_t set;

    (void) sigemptyset(&set);
    for (size_t i = 0; i < sizeof(watched) / sizeof(watched[0]); i++)
        (void) sigaddset(&set, watched[i]);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) < 0)
        return error_os(err, errno, "become the supervisor");
    (void) signal(SIGPIPE, SIG_IGN); /* who reads our output may leave */
    supervisor->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return supervisor->signals < 0 ? error_os(err, errno, "watch signals") : 0;
}

/* One after the other; the first that fails for good ends it all. */
static int run_init_containers(struct supervisor *supervisor, size_t count, struct error *err)
{
    const int64_t policy = supervisor->group.record.spec.restart_policy;

    supervisor->policy =
        policy == GROUP_RESTART_NEVER ? GROUP_RESTART_NEVER : GROUP_RESTART_ON_FAILURE;
    supervisor->count = 1;
    for (supervisor->first = 0; supervisor->first < count; supervisor->first++) {
        if (carry_on(supervisor, err) < 0)
            return -1;
        if (supervisor->runs.items[supervisor->first].exit_code != 0 || supervisor->stopped_by ||
            group_is_stopping(&supervisor->group.entry))
            return 1;
    }
    return 0;
}

/* started: a pipe that is told when all containers have been started, or -1. */
static int run_all(struct supervisor *supervisor, int *started, struct error *err)
{
    const struct group_spec *spec = &supervisor->group.record.spec;
    int is_over = run_init_containers(supervisor, spec->init_containers.count, err);

    if (is_over != 0)
        return is_over < 0 ? -1 : 0;
    supervisor->policy = spec->restart_policy;
    supervisor->first = spec->init_containers.count;
    supervisor->count = spec->containers.count;
    if (start_due(supervisor, err) < 0)
        return -1;
    publish(supervisor);
    if (*started >= 0)
        (void) sys_write_all(*started, "", 1);
    replace_fd(started, -1);
    return carry_on(supervisor, err);
}

static int supervise(struct supervisor *supervisor, int *started, struct error *err)
{
    const struct group_spec *spec = &supervisor->group.record.spec;

    if (take_lock(supervisor, err) < 0 || watch_signals(supervisor, err) < 0 ||
        add_runs(supervisor, &spec->init_containers, err) < 0 ||
        add_runs(supervisor, &spec->containers, err) < 0)
        return -1;
    align_names(supervisor);
    if (run_all(supervisor, started, err) < 0)
        return -1;
    publish_end(supervisor);
    return 0;
}

static void supervisor_release(struct supervisor *supervisor)
{
    SLICE_FOR_EACH(struct run, run, supervisor->runs)
        replace_fd(&run->output.fd, -1);
    replace_fd(&supervisor->signals, -1);
    replace_fd(&supervisor->lock, -1);
    /* Who deleted the group while we were there could not unmount what we had open. */
    entry_release(&supervisor->group.entry);
    group_home_tidy(supervisor->arena, &supervisor->group.home);
    group_release(&supervisor->group);
}

int group_supervise_here(struct arena *arena, const struct group_run_request *request, int *started,
                         int *ret_exit_code, struct error *err)
{
    struct supervisor supervisor = {.arena = arena, .request = request, .lock = -1, .signals = -1};
    int result = group_find(arena, &request->group, false, &supervisor.group, err);

    if (result == 0)
        result = group_check_complete(&supervisor.group, err);
    if (result == 0)
        result = supervise(&supervisor, started, err);
    if (result == 0)
        *ret_exit_code = find_exit_code(&supervisor);
    supervisor_release(&supervisor);
    return result;
}

/*
 * The supervisor: one loop over signals, output and time. It is the subreaper of what its starters leave, so it is told of every exit, and needs
 * no process per member.
 *
 * "stopping" in the group's directory (group stop) ends the restarts; so does a signal.
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
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/timestamp.h"
#include "runtime/group/stop.h"
#include "runtime/group/supervisor.h"

#define COLOURS      6
#define FIRST_COLOUR 31

/* --- signals --- */

static void reap(struct supervisor *supervisor)
{
    int status;

    for (pid_t pid = waitpid(-1, &status, WNOHANG); pid > 0; pid = waitpid(-1, &status, WNOHANG))
        SLICE_FOR_EACH(struct run, run, supervisor_current(supervisor))
            supervisor_reap_one(supervisor, run, pid, status);
}

/* They are our children, and not reaped: no other can have their numbers. */
static void signal_members(const struct supervisor *supervisor, int signal)
{
    SLICE_FOR_EACH(struct run, run, supervisor_current(supervisor))
        if (run->phase == PHASE_RUNNING)
            (void) kill(run->pid, signal);
}

void supervisor_kill_members(const struct supervisor *supervisor)
{
    const bool shares_processes = supervisor->group.record.spec.shares_processes;
    struct error ignored;

    if (!shares_processes) /* else the first of them must stay */
        (void) cgroup_kill_all(&supervisor->group.cgroup, SIGKILL, &ignored);
    SLICE_FOR_EACH(const struct run, run, supervisor_current(supervisor)) {
        owned_arena arena = {0};
        struct cgroup cgroup = {0};

        group_find_member_cgroup(&arena, &supervisor->group, run->output.name, &cgroup);
        if (shares_processes)
            (void) cgroup_kill_all(&cgroup, SIGKILL, &ignored);
        (void) cgroup_thaw(&cgroup, &ignored); /* v1: what is frozen dies when it goes on */
    }
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
            supervisor_kill_members(supervisor);
        } else {
            supervisor->stopped_by = signal;
            supervisor->kill_ms = supervisor_now_ms() + supervisor_grace_ms(supervisor);
            signal_members(supervisor, SIGTERM);
        }
    }
}

/* --- the loop --- */

static bool has_ended(const struct supervisor *supervisor)
{
    SLICE_FOR_EACH(struct run, run, supervisor_current(supervisor))
        if (run->phase != PHASE_ENDED)
            return false;
    return true;
}

/* At most a second, so that "stopping" is seen; less, where memory that runs out is. */
static int find_timeout(const struct supervisor *supervisor)
{
    int64_t now = supervisor_now_ms();
    int64_t timeout = supervisor->group.record.spec.oom_policy == GROUP_OOM_GROUP ? 100 : 1000;

    SLICE_FOR_EACH(const struct run, run, supervisor_current(supervisor)) {
        int64_t due = run->phase == PHASE_WAITING ? run->due_ms : run_find_due(run);

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
    SLICE_FOR_EACH(struct run, run, supervisor_current(supervisor))
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
        if (supervisor_start_due(supervisor, err) < 0)
            return -1;
        supervisor_attend_oom(supervisor);
        supervisor_attend_all(supervisor);
        supervisor_publish(supervisor);
        if (has_ended(supervisor))
            break;
        wait_for_events(supervisor);
        if (supervisor->stopped_by && supervisor_now_ms() >= supervisor->kill_ms)
            supervisor_kill_members(supervisor);
    }
    supervisor_publish(supervisor);
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
    if (supervisor_start_due(supervisor, err) < 0)
        return -1;
    supervisor_publish(supervisor);
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
    supervisor_publish_now(supervisor); /* whose containers these are, before there is one */
    if (run_all(supervisor, started, err) < 0)
        return -1;
    supervisor->ended = timestamp_now();
    supervisor_publish_now(supervisor);
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
        *ret_exit_code = supervisor_find_exit_code(&supervisor);
    supervisor_release(&supervisor);
    return result;
}

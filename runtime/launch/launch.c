/*
 * The parent's half of a launch: clone, answer the child's messages until CREATED, undo on failure.
 *
 * The messages and their order are the table in sync.h. Each comes at most once and only when the plan has a use for it;
 * anything else ends the launch: a child that is not what it should be is killed, not argued with.
 */
#include "runtime/launch/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/process.h"
#include "runtime/child/child.h"
#include "runtime/launch/idmap.h"
#include "runtime/launch/net_devices.h"
#include "runtime/launch/open.h"
#include "runtime/launch/report.h"
#include "runtime/launch/self_image.h"
#include "runtime/launch/session.h"
#include "runtime/sync/sync.h"
#include "runtime/terminal/terminal.h"

#define DEATH_TIMEOUT_MS 2000

/* What a message brought; the handler takes what it keeps. */
struct arrival {
    const struct sync_message *message;
    int fd;       /* or -1 */
    pid_t sender; /* in our pid namespace */
};

static int answer_go(const struct session *session, struct error *err)
{
    const struct sync_message go = {.type = SYNC_GO};
    int error = sync_send(session->sync_fd, &go, -1);

    return error < 0 ? error_os(err, -error, "tell the container's process to go on") : 0;
}

/* Lowering it takes CAP_SYS_RESOURCE over the initial user namespace, which the child has left. */
static int set_oom_score(const struct session *session, struct error *err)
{
    const char *score = session->plan->process.oom_score_adj;
    const char *file = arena_format(session->arena, "%d/oom_score_adj", (int) session->pid);
    int error = score ? sys_write_file_at(session->proc, file, score) : 0;

    return error < 0 ? error_os(err, -error, "set the OOM score %s", score) : 0;
}

static int on_want_maps(struct session *session, struct arrival *arrival, struct error *err)
{
    (void) arrival;
    if ((session->plan->namespaces.clone_flags & CLONE_NEWUSER) && set_oom_score(session, err) < 0)
        return -1;
    if (idmap_write(session->arena, &session->plan->namespaces, session->proc, session->pid, err) <
        0)
        return -1;
    return answer_go(session, err);
}

static int on_root_ready(struct session *session, struct arrival *arrival, struct error *err)
{
    (void) arrival;
    if (net_devices_move(session->plan, session->proc, session->pid, err) < 0)
        return -1;
    if (session_run_create_hooks(session, err) < 0)
        return -1;
    return answer_go(session, err);
}

static int on_terminal(struct session *session, struct arrival *arrival, struct error *err)
{
    const char *path = session->options->console_socket;

    if (arrival->fd < 0)
        return error_os(err, EPROTO, "receive the terminal");
    if (path)
        return terminal_send_master(path, arrival->fd, err);
    session->terminal_fd = take_fd(&arrival->fd);
    return 0;
}

/*
 * The process that will be the container announces itself; the one that made it is ending. The new one is our child too
 * (CLONE_PARENT), so its pid cannot be taken by another before we reap it: a pidfd opened now is its own.
 */
static int on_forked(struct session *session, struct arrival *arrival, struct error *err)
{
    const pid_t ending = session->pid;
    owned_fd pidfd = -1;
    siginfo_t info = {0};
    int status;
    int answered;

    if (arrival->sender <= 0 || arrival->sender == session->pid)
        return error_os(err, EPROTO, "learn the container's process id");
    pidfd = sys_pidfd_open(arrival->sender);
    if (pidfd < 0)
        return error_os(err, -pidfd, "open the container's process");
    if (waitid(P_PIDFD, (id_t) pidfd, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0)
        return error_os(err, errno, "see that the container's process is our child");
    session->pid = arrival->sender;
    replace_fd(&session->pidfd, take_fd(&pidfd));
    answered = answer_go(session, err);
    (void) sys_wait(ending, &status); /* it said all it had to say; the new one goes on meanwhile */
    return answered;
}

static int on_listener(struct session *session, struct arrival *arrival, struct error *err)
{
    return session_send_listener(session, arrival->message->value, err);
}

static int on_created(struct session *session, struct arrival *arrival, struct error *err)
{
    const struct cgroup *cgroup = session->cgroup;

    (void) arrival;
    return cgroup ? cgroup_check_member(session->arena, cgroup, session->pid, err) : 0;
}

static int on_failed(struct session *session, struct arrival *arrival, struct error *err)
{
    return report_failure(session->arena, session->plan, arrival->message, err);
}

static int (*const handlers[])(struct session *, struct arrival *, struct error *) = {
    [SYNC_WANT_MAPS] = on_want_maps, [SYNC_ROOT_READY] = on_root_ready,
    [SYNC_TERMINAL] = on_terminal,   [SYNC_FORKED] = on_forked,
    [SYNC_LISTENER] = on_listener,   [SYNC_CREATED] = on_created,
    [SYNC_FAILED] = on_failed,
};

/* Bits 1 << type of what this plan can make the child say. */
static unsigned int expected_messages(const struct session *session)
{
    const struct plan *plan = session->plan;
    unsigned int expected = 1U << SYNC_CREATED | 1U << SYNC_FAILED;

    if (plan->namespaces.of[NAMESPACE_USER].how == PLAN_NAMESPACE_NEW)
        expected |= 1U << SYNC_WANT_MAPS;
    if (plan->has_create_hooks || plan->net_devices.count > 0)
        expected |= 1U << SYNC_ROOT_READY;
    if (plan->terminal.is_wanted)
        expected |= 1U << SYNC_TERMINAL;
    if (plan->namespaces.has_late_fork || session->options->exec_joins >= 0)
        expected |= 1U << SYNC_FORKED;
    if (plan->seccomp && plan->seccomp->has_listener)
        expected |= 1U << SYNC_LISTENER;
    return expected;
}

/* Kills and reaps; the wait status of the process, -1 when there is none. */
static int end_process(struct session *session)
{
    int status = -1;

    if (session->pid <= 0)
        return -1;
    (void) sys_pidfd_send_signal(session->pidfd, SIGKILL); /* it may have ended by itself */
    if (sys_wait(session->pid, &status) < 0)
        status = -1;
    session->pid = -1;
    return status;
}

static bool has_memory_limit(const struct session *session)
{
    SLICE_FOR_EACH(const struct cgroup_write, write, session->plan->cgroup.writes)
        if (strcmp(write->file, "memory.max") == 0 ||
            strcmp(write->file, "memory.limit_in_bytes") == 0)
            return true;
    return false;
}

/* The other end is closed: the process has ended, or is about to. */
static int report_silence(struct session *session, struct error *err)
{
    int status;

    (void) sys_pidfd_wait(session->pidfd,
                          DEATH_TIMEOUT_MS); /* its own status is worth more than our SIGKILL's */
    status = end_process(session);
    return status < 0 ? error_os(err, EPROTO, "hear from the container's process")
                      : report_death(status, has_memory_limit(session), err);
}

static int handle(struct session *session, struct arrival *arrival, unsigned int expected,
                  struct error *err)
{
    uint32_t type = arrival->message->type;
    unsigned int bit = 1U << type;

    if (!(expected & bit) || (session->seen & bit))
        return error_os(err, EPROTO, "follow the container's process (message %u out of turn)",
                        type);
    session->seen |= bit;
    return handlers[type](session, arrival, err);
}

/* Answers messages until CREATED. */
static int attend_child(struct session *session, struct error *err)
{
    unsigned int expected = expected_messages(session);

    while (!(session->seen & 1U << SYNC_CREATED)) {
        struct sync_message message;
        struct arrival arrival = {.message = &message, .fd = -1, .sender = -1};
        int received = sync_receive(session->sync_fd, &message, &arrival.fd, &arrival.sender);
        int error;

        if (received == 0)
            return report_silence(session, err);
        if (received < 0)
            return error_os(err, -received, "hear from the container's process");
        error = handle(session, &arrival, expected, err);
        replace_fd(&arrival.fd, -1);
        if (error < 0)
            return -1;
    }
    return 0;
}

int open_proc(struct error *err)
{
    owned_fd proc = sys_open("/proc", O_PATH | O_DIRECTORY);

    if (proc < 0)
        return error_os(err, -proc, "open /proc");
    if (sys_filesystem_type(proc) != PROC_SUPER_MAGIC)
        return error_set(err, ERROR_UNSUPPORTED, "the host's /proc is not a procfs");
    return take_fd(&proc);
}

static const int *list_cgroup_entries(struct arena *arena, const struct cgroup *cgroup,
                                      size_t *ret_count)
{
    int *entries;
    size_t count = 0;

    if (!cgroup) {
        *ret_count = 0;
        return NULL;
    }
    entries = ARENA_ARRAY(arena, int, cgroup->leaves.count);
    SLICE_FOR_EACH(struct cgroup_leaf, leaf, cgroup->leaves)
        if (leaf->tasks_fd >= 0)
            entries[count++] = leaf->tasks_fd;
    *ret_count = count;
    return entries;
}

/*
 * Hard limits above ours are raised here, where we may, and inherited; the child sets the final values. In a user namespace it
 * could only lower them. What is refused here, the child reports.
 */
static void raise_hard_limits(const struct plan *plan)
{
    SLICE_FOR_EACH(const struct plan_rlimit, wanted, plan->process.rlimits) {
        __rlimit_resource_t resource = (__rlimit_resource_t) wanted->resource;
        struct rlimit limit;

        if (getrlimit(resource, &limit) < 0 || limit.rlim_max >= wanted->hard)
            continue;
        limit.rlim_max = wanted->hard;
        (void) setrlimit(resource, &limit);
    }
}

static int clone_child(struct session *session, struct error *err)
{
    const struct launch_options *options = session->options;
    const struct cgroup *cgroup = session->cgroup;
    uint64_t flags = session->plan->namespaces.clone_flags;
    owned_fd child_sync = -1;
    struct child_files files = {
        .start_socket = options->start_socket,
        .proc = session->proc,
        .standard_streams = {-1, -1, -1},
        .exec_joins = options->exec_joins,
        .image_mount = session->image_mount,
    };
    int error;

    error = sync_open(&session->sync_fd, &child_sync);
    if (error < 0)
        return error_os(err, -error, "make a socket pair");
    files.sync = child_sync;
    files.cgroup_entries = list_cgroup_entries(session->arena, cgroup, &files.cgroup_entry_count);
    session->pid = sys_clone(flags, cgroup ? cgroup->v2_fd : -1, &session->pidfd);
    /* man 7 cgroups, "delegation containment": from another session of the user's no process may be moved into the container's. */
    if (session->pid == -EACCES && options->exec_joins >= 0 && session->plan->cgroup.is_optional) {
        log_warning(options->log, "the process is not in the container's cgroup: %s",
                    strerror(EACCES));
        session->cgroup = NULL;
        session->pid = sys_clone(flags, -1, &session->pidfd);
    }
    if (session->pid == 0)
        child_run(session->plan, &files, fault_child_step() - 1);
    if (session->pid < 0)
        return error_os(err, -session->pid, "clone the container's process");
    return 0;
}

static void session_release(struct session *session)
{
    replace_fd(&session->proc, -1);
    replace_fd(&session->sync_fd, -1);
    replace_fd(&session->pidfd, -1);
    replace_fd(&session->terminal_fd, -1);
    replace_fd(&session->image_mount, -1);
}

int launch(struct arena *arena, struct plan *plan, const struct launch_options *options,
           struct launched *ret_launched, struct error *err)
{
    __attribute__((cleanup(session_release))) struct session session = {
        .arena = arena,
        .plan = plan,
        .options = options,
        .cgroup = options->cgroup,
        .proc = -1,
        .sync_fd = -1,
        .pid = -1,
        .pidfd = -1,
        .terminal_fd = -1,
        .image_mount = -1,
    };

    if (plan->seals_binary && self_image_seal(NULL, &session.image_mount, err) < 0)
        return -1;
    session.proc = open_proc(err);
    if (plan->namespaces.of[NAMESPACE_USER].how != PLAN_NAMESPACE_INHERIT)
        raise_hard_limits(plan);
    if (session.proc < 0 || clone_child(&session, err) < 0)
        return -1;
    if (attend_child(&session, err) < 0) {
        (void) end_process(&session);
        return -1;
    }
    ret_launched->pid = session.pid;
    ret_launched->pidfd = take_fd(&session.pidfd);
    ret_launched->sync_fd = take_fd(&session.sync_fd);
    ret_launched->terminal_fd = take_fd(&session.terminal_fd);
    return 0;
}

int launch_start(struct arena *arena, int socket, const struct plan *plan, struct error *err)
{
    const struct sync_message start = {.type = SYNC_START};
    struct sync_message answer;
    int received = sync_send(socket, &start, -1);

    if (received < 0)
        return error_os(err, -received, "tell the container's process to start");
    received = sync_receive(socket, &answer, NULL, NULL);
    if (received == 0)
        return 0; /* closed by execve, or the process was killed: either way it is not waiting any more */
    if (received < 0)
        return error_os(err, -received, "hear from the container's process");
    if (answer.type != SYNC_FAILED)
        return error_os(err, EPROTO, "follow the container's process (message %u out of turn)",
                        answer.type);
    return report_failure(arena, plan, &answer, err);
}

void launch_abort(struct launched *launched)
{
    int status;

    if (launched->pid <= 0)
        return;
    (void) sys_pidfd_send_signal(launched->pidfd, SIGKILL);
    (void) sys_wait(launched->pid, &status); /* fails when the caller has reaped it: fine */
    launched->pid = -1;
}

void launched_release(struct launched *launched)
{
    replace_fd(&launched->pidfd, -1);
    replace_fd(&launched->sync_fd, -1);
    replace_fd(&launched->terminal_fd, -1);
}

/*
 * THE MAIN PATH: from a bundle to a container that waits for its start.
 *
 * creation_steps[] below is the order, and each step's comment says why it stands there. Whatever fails, undo() walks back. The
 * record is on disk before the first thing that outlives a killed create (the cgroup), so that delete finds it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/socket.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "runtime/container/creation.h"
#include "runtime/container/listen_fds.h"
#include "runtime/container/rdt.h"

enum { UNDO_TIMEOUT_MS = 5000 };

/* What a person, a terminal or an init system ends a command with. */
static const int ending_signals[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
enum { ENDING_SIGNAL_COUNT = sizeof(ending_signals) / sizeof(ending_signals[0]) };

static void block_signals(struct creation *creation)
{
    sigset_t ending;

    (void) sigemptyset(&ending);
    for (size_t i = 0; i < ENDING_SIGNAL_COUNT; i++)
        (void) sigaddset(&ending, ending_signals[i]);
    creation->has_blocked = sigprocmask(SIG_BLOCK, &ending, &creation->old_signals) == 0;
}

static int reserve_id(struct creation *creation, struct error *err)
{
    const struct container_request *request = &creation->request->container;
    struct container *container = &creation->container;

    block_signals(creation); /* from here on there is something to undo */
    if (store_open(creation->arena, request->root, true, &container->store, err) < 0)
        return -1;
    return store_reserve(&container->store, request->id, &container->entry, err);
}

static int check_terminal(const struct creation *creation, struct error *err)
{
    if (creation->plan->terminal.is_wanted && !creation->request->console_socket &&
        !creation->is_foreground)
        return error_set(err, ERROR_INVALID,
                         "/process/terminal: a terminal needs --console-socket, unless the "
                         "container runs in the foreground");
    if (!creation->plan->terminal.is_wanted && creation->request->console_socket)
        return error_set(err, ERROR_INVALID,
                         "--console-socket: the container has no terminal (/process/terminal)");
    return 0;
}

/* Everything up to the plan, without touching anything. */
static int build_plan(struct creation *creation, struct error *err)
{
    const struct create_request *request = creation->request;
    struct plan_request asked = {
        .id = request->container.id,
        .no_pivot = request->no_pivot,
        .no_new_keyring = request->no_new_keyring,
        .preserve_fds = request->preserve_fds,
        .has_console_socket = request->console_socket != NULL,
        .is_systemd_cgroup = request->is_systemd_cgroup,
        .open_sources = request->changes ? &request->changes->trees : NULL,
        .small_mounts = request->changes ? request->changes->small_mounts : NULL,
    };

    if (bundle_read(creation->arena, request->bundle, request->config, &creation->bundle, err) < 0)
        return -1;
    if (creation->bundle.spec->process)
        listen_fds_announce(creation->arena, &creation->bundle.spec->process->env,
                            request->listen_fds);
    if (request->changes && request->changes->edit(creation->arena, creation->bundle.spec,
                                                   request->changes->context, err) < 0)
        return -1;
    if (host_probe(creation->arena, &creation->host, err) < 0)
        return -1;
    asked.bundle = creation->bundle.path;
    if (plan_build(creation->arena, creation->bundle.spec, &creation->host, &asked, &creation->plan,
                   err) < 0)
        return error_within(err, "%s", request->config ? request->config : "config.json");
    return check_terminal(creation, err);
}

static int make_plan(struct creation *creation, struct error *err)
{
    if (build_plan(creation, err) < 0)
        return -1;
    for (size_t i = 0; i < creation->plan->warnings.count; i++)
        log_warning(creation->container.log, "%s", creation->plan->warnings.items[i]);
    return 0;
}

static int open_plan(struct creation *creation, struct error *err)
{
    const char *cache =
        arena_format(creation->arena, "%s/.seccomp", creation->container.store.path);

    if (creation->source)
        return creation->source->check(creation, err);
    return launch_open(creation->arena, creation->plan, &creation->host, cache, err);
}

static struct record describe(const struct creation *creation)
{
    const struct spec *spec = creation->bundle.spec;
    struct record record = {
        .oci_version = spec->oci_version,
        .id = creation->request->container.id,
        .bundle = creation->bundle.path,
        .rootfs = creation->plan->root.path,
        .created = timestamp_now(),
        .owner_uid = creation->host.euid,
        .uses_systemd = creation->request->is_systemd_cgroup,
        .has_process = creation->plan->has_process,
        .has_terminal = creation->plan->terminal.is_wanted,
        .annotations = spec->annotations,
    };

    if (spec->hooks) {
        record.has_start_container_hooks = spec->hooks->start_container.count > 0;
        record.has_poststart_hooks = spec->hooks->poststart.count > 0;
        record.has_poststop_hooks = spec->hooks->poststop.count > 0;
    }
    return record;
}

/* The intention: what delete needs when this create is killed in the middle. */
static int write_intention(struct creation *creation, struct error *err)
{
    struct container *container = &creation->container;
    const struct plan *plan = creation->plan;

    container->record = describe(creation);
    container->record.resctrl = creation->resctrl;
    if (plan->has_cgroup) {
        cgroup_find(creation->arena, creation->host.cgroup_mode, &creation->host.hierarchies,
                    plan->cgroup.path, &container->cgroup);
        if (!plan->cgroup.is_unit) /* the slices above a scope are systemd's */
            cgroup_measure_missing(creation->arena, &container->cgroup);
        record_set_cgroup(creation->arena, &container->record, &container->cgroup);
    }
    if (entry_write(&container->entry, STORE_CONFIG, &creation->bundle.config, err) < 0)
        return -1;
    return record_write(creation->arena, &container->entry, &container->record, err);
}

static int start_unit(struct creation *creation, struct error *err)
{
    if (!creation->plan->has_cgroup || !creation->plan->cgroup.is_unit)
        return 0;
    if (unit_start(creation->arena, &creation->container.cgroup, &creation->plan->cgroup,
                   &creation->holder, err) < 0)
        return -1; /* a unit that comes late all the same goes with its holder */
    creation->has_unit = true;
    return 0;
}

static int find_resctrl(struct creation *creation, struct error *err)
{
    if (!creation->plan->resctrl)
        return 0;
    return rdt_find(creation->arena, creation->plan->resctrl, &creation->resctrl, err);
}

static int make_resctrl(struct creation *creation, struct error *err)
{
    struct resctrl_group *group = &creation->container.record.resctrl;

    if (!creation->plan->resctrl)
        return 0;
    if (resctrl_make(creation->arena, creation->plan->resctrl, group, err) < 0)
        return error_within(err, "/linux/intelRdt");
    creation->has_resctrl = true;
    return 0;
}

static int join_resctrl(struct creation *creation, struct error *err)
{
    int joined = creation->has_resctrl
                     ? resctrl_join(creation->arena, &creation->container.record.resctrl,
                                    creation->launched.pid, err)
                     : 0;

    if (joined > 0)
        (void) error_set(err, ERROR_STATE, "there are no tasks in this class of service");
    return joined == 0 ? 0 : error_within(err, "/linux/intelRdt");
}

static int make_cgroup(struct creation *creation, struct error *err)
{
    struct cgroup *cgroup = &creation->container.cgroup;

    if (!creation->plan->has_cgroup)
        return 0;
    if (cgroup_create(creation->arena, cgroup, &creation->plan->cgroup, err) < 0)
        return -1;
    creation->has_cgroup = true;
    if (cgroup->skipped && creation->plan->cgroup.writes.count > 0) /* else nobody misses them */
        log_warning(creation->container.log, "without some cgroups: %s", cgroup->skipped);
    record_set_cgroup(creation->arena, &creation->container.record,
                      cgroup); /* what there really is */
    return creation->has_unit ? unit_lift_pids_limit(cgroup, &creation->plan->cgroup, err) : 0;
}

static int open_cgroup_mounts(struct creation *creation, struct error *err)
{
    if (creation->source)
        return 0;
    return launch_open_cgroup_mounts(creation->plan, &creation->host, err);
}

static int listen_for_start(struct creation *creation, struct error *err)
{
    int listening;

    if (!creation->awaits_start)
        return 0;
    listening = sys_socket_listen_at(creation->container.entry.fd, STORE_SOCKET, SOCK_SEQPACKET);
    if (listening < 0)
        return error_os(err, -listening, "listen on %s", STORE_SOCKET);
    creation->start_socket = listening;
    return 0;
}

static int launch_process(struct creation *creation, struct error *err)
{
    struct launch_options options = {
        .log = creation->container.log,
        .cgroup = creation->has_cgroup ? &creation->container.cgroup : NULL,
        .console_socket = creation->request->console_socket,
        .start_socket = creation->start_socket,
        .exec_joins = -1,
        .ret_ran_hooks = &creation->ran_hooks,
    };

    if (creation->source)
        return creation->source->make(creation, err);
    if (launch(creation->arena, creation->plan, &options, &creation->launched, err) < 0)
        return -1;
    creation->has_launched = true;
    return 0;
}

static int let_holder_go(struct creation *creation, struct error *err)
{
    if (!creation->has_unit)
        return 0;
    unit_let_go(&creation->holder);
    return unit_set_pids_limit(&creation->container.cgroup, &creation->plan->cgroup, err);
}

static int write_record(struct creation *creation, struct error *err)
{
    struct container *container = &creation->container;

    if (record_identify_process(creation->arena, &container->record, creation->launched.pid,
                                creation->launched.pidfd, err) < 0)
        return -1;
    return record_write(creation->arena, &container->entry, &container->record, err);
}

static int write_pid_file(struct creation *creation, struct error *err)
{
    const char *path = creation->request->pid_file;
    int error = path ? content_write_pid_file(path, creation->launched.pid) : 0;

    if (error < 0)
        return error_os(err, -error, "write the pid file %s", path);
    creation->wrote_pid_file = path != NULL;
    return 0;
}

struct creation_step {
    const char *name;
    int (*run)(struct creation *creation, struct error *err);
};

static const struct creation_step creation_steps[] = {
    {"plan",                   make_plan         }, /* every error of the configuration ends here */
    {"reserve the id",         reserve_id        }, /* two creates of one id must not both go on */
    {"open what is needed",    open_plan         }, /* every "no such file" ends here */
    {"find the RDT class",     find_resctrl      }, /* so that the intention can name it */
    {"write the intention",    write_intention   }, /* from here on there is something to clean up */
    {"start the unit",         start_unit        }, /* systemd's driver: the cgroup comes from it */
    {"make the cgroup",        make_cgroup       }, /* with its limits, while it is empty */
    {"make the RDT class",     make_resctrl      },
    {"open the cgroup mounts", open_cgroup_mounts}, /* they need the cgroup */
    {"listen for the start",   listen_for_start  }, /* the process inherits the socket */
    {"launch",                 launch_process    }, /* clone, and the hooks of create */
    {"let the holder go",      let_holder_go     }, /* the process is in its place now */
    {"enter the RDT class",    join_resctrl      }, /* it needs the pid; all that it starts inherits it */
    {"write the record",       write_record      }, /* it needs the pid */
    {"write the pid file",     write_pid_file    }, /* last: whoever waits for it finds a container */
};

static int check_signals(const struct creation *creation, struct error *err)
{
    sigset_t pending;

    if (!creation->has_blocked || sigpending(&pending) < 0)
        return 0;
    for (size_t i = 0; i < ENDING_SIGNAL_COUNT; i++)
        if (sigismember(&pending, ending_signals[i]) > 0 &&
            sigismember(&creation->old_signals, ending_signals[i]) == 0)
            return error_set(err, ERROR_STATE, "interrupted by signal %d", ending_signals[i]);
    return 0;
}

static void warn(const struct creation *creation, const struct error *failed)
{
    log_warning(creation->container.log, "undo the create of container \"%s\": %s",
                creation->container.entry.id, failed->text);
}

void creation_remove_pid_file(const struct creation *creation)
{
    if (creation->wrote_pid_file)
        (void) unlink(creation->request->pid_file);
}

/* Ends the process and removes everything, when not all steps were done. Warns of what cannot be undone. */
static void undo(struct creation *creation)
{
    struct container *container = &creation->container;
    struct error failed;

    if (!container->entry.id) /* not even the id is ours */
        return;
    creation_remove_pid_file(creation);
    if (creation->has_launched)
        launch_abort(&creation->launched);
    container->record.pid = 0;
    unit_let_go(&creation->holder);
    if (creation->has_cgroup && cgroup_destroy(&container->cgroup, UNDO_TIMEOUT_MS, &failed) < 0)
        warn(creation, &failed);
    if (creation->has_unit && unit_stop(creation->arena, &container->cgroup, &failed) < 0)
        warn(creation, &failed);
    if (creation->has_resctrl &&
        resctrl_remove(creation->arena, &container->record.resctrl, &failed) < 0)
        warn(creation, &failed);
    /* runtime.md#lifecycle: a failed create hook leads to step 12, and 13 are the poststop hooks. */
    if (creation->ran_hooks && container->record.has_poststop_hooks &&
        container_run_hooks(creation->arena, container, "poststop", CONTAINER_STOPPED, &failed) < 0)
        warn(creation, &failed);
    if (entry_remove(&container->entry, &failed) < 0)
        warn(creation, &failed);
    entry_unlock(&container->entry);
}

int creation_carry_out(struct creation *creation, struct error *err)
{
    creation->start_socket = -1;
    creation->container.pidfd = -1;
    creation->container.log = creation->request->container.log;
    for (size_t i = 0; i < sizeof(creation_steps) / sizeof(creation_steps[0]); i++) {
        const struct creation_step *step = &creation_steps[i];

        if (step->run(creation, err) < 0 || fault_point(err, step->name) < 0 ||
            check_signals(creation, err) < 0) {
            undo(creation);
            return error_within(err, "%s container \"%s\"", creation->source ? "restore" : "create",
                                creation->request->container.id ? creation->request->container.id
                                                                : "");
        }
    }
    if (creation->request->changes && creation->request->changes->created)
        creation->request->changes->created(creation->request->changes->context,
                                            creation->has_launched ? creation->launched.pid : 0);
    return 0;
}

void creation_release(struct creation *creation)
{
    if (creation->plan)
        launch_release_plan(creation->plan);
    if (creation->start_socket > 0)
        replace_fd(&creation->start_socket, -1);
    if (creation->has_launched)
        launched_release(&creation->launched);
    container_release(&creation->container);
    if (creation->has_blocked) /* one that came ends us here, when all is undone */
        (void) sigprocmask(SIG_SETMASK, &creation->old_signals, NULL);
}

int container_create(struct arena *arena, const struct create_request *request, struct error *err)
{
    owned_creation creation = {.arena = arena, .request = request, .awaits_start = true};

    return creation_carry_out(&creation, err);
}

int container_plan(struct arena *arena, const struct create_request *request, const char **ret_text,
                   struct error *err)
{
    struct create_request named = *request;
    struct creation creation = {.arena = arena, .request = &named, .is_foreground = true};

    if (!named.container.id)
        named.container.id = "ID";
    if (build_plan(&creation, err) < 0)
        return -1;
    *ret_text = plan_print(arena, creation.plan);
    return 0;
}

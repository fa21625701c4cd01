/* The hooks of create, between the child's ROOT_READY and its pivot_root, and the state that they are told. */
#include "base/sys/process.h"
#include "hooks/hooks.h"
#include "oci-spec/names.h"
#include "oci-spec/state.h"
#include "runtime/launch/session.h"

/* The state document as hooks get it. pid: as its reader sees it. */
static const char *write_state(const struct session *session, pid_t pid)
{
    const struct plan *plan = session->plan;
    struct state_document state = {
        .oci_version = plan->spec->oci_version,
        .id = plan->id,
        .status = CONTAINER_CREATING,
        .pid = pid,
        .bundle = plan->bundle,
        .annotations = plan->spec->annotations,
    };

    return state_document_write(session->arena, &state, JSON_COMPACT);
}

/* The pid as the container sees it (runtime.md#state). A fork into a joined pid namespace is yet to come when hooks run. */
static pid_t inner_pid(const struct session *session)
{
    pid_t pid = sys_process_inner_pid(session->proc, session->pid);

    return pid < 0 ? session->pid : pid;
}

int session_run_create_hooks(const struct session *session, struct error *err)
{
    const struct plan *plan = session->plan;
    const struct spec_hooks *hooks = plan->spec->hooks;
    struct hook_run runtime = {.place = HOOK_PLACE_RUNTIME, .container_pidfd = session->pidfd};
    struct hook_run container = {
        .kind = "createContainer",
        .place = HOOK_PLACE_CREATE_CONTAINER,
        .container_pidfd = session->pidfd,
        .bundle = plan->bundle,
    };

    if (!plan->has_create_hooks || !hooks)
        return 0;
    if (session->options->ret_ran_hooks)
        *session->options->ret_ran_hooks = true;
    runtime.bundle = plan->bundle;
    runtime.state_json = write_state(session, session->pid);
    runtime.kind = "prestart";
    runtime.hooks = &hooks->prestart;
    if (hooks_run(session->arena, &runtime, err) < 0)
        return -1;
    runtime.kind = "createRuntime";
    runtime.hooks = &hooks->create_runtime;
    if (hooks_run(session->arena, &runtime, err) < 0)
        return -1;
    container.hooks = &hooks->create_container;
    container.state_json = write_state(session, inner_pid(session));
    return hooks_run(session->arena, &container, err);
}

/*
 * Stop of an engine's pod: what the engine would do, but asked of the runtime. Each container gets the signal that its image wants, the sandbox last, since
 * the others may need its processes; what does not end within its grace is killed. The engine sees its containers end.
 */
#include <signal.h>
#include <string.h>

#include "base/text.h"
#include "oci-spec/signal.h"
#include "runtime/container/control.h"
#include "runtime/group/pod.h"
#include "runtime/group/stop.h"

/* image-spec, conversion.md; podman and CRI-O have it, of containerd nobody knows it. */
static int find_signal(const struct container_info *member)
{
    const char *text = text_map_find(&member->annotations, "org.opencontainers.image.stopSignal");
    struct error ignored;
    int signal = text ? signal_parse(text, &ignored) : 0;

    return signal > 0 ? signal : SIGTERM;
}

/* SIGTERM: as the image wants it; SIGKILL: for all of its processes. */
static void tell(struct arena *arena, const struct group_request *pod,
                 const struct container_info *member, int signal)
{
    const struct kill_request kill = {
        .container = {.root = pod->root, .log = pod->log, .id = member->id},
        .signal = signal == SIGTERM ? find_signal(member) : signal,
        .is_all = signal == SIGKILL,
    };
    struct error ignored; /* it may have ended just now */

    (void) container_kill(arena, &kill, &ignored);
    if (member->status == CONTAINER_PAUSED)
        (void) container_resume(arena, &kill.container, &ignored); /* it could not hear it */
}

/* How many are alive; each of those gets the signal, if it is not 0. */
static int look_at_members(const struct group_request *request, int signal, struct error *err)
{
    owned_arena arena = {0};
    struct group pod = {0};
    int count = 0;

    if (pod_find_too(&arena, request, false, &pod, err) < 0)
        return err->kind == ERROR_NOT_FOUND ? 0 : -1;
    if (!pod.pod)
        return 0;
    SLICE_FOR_EACH(const struct container_info, member, pod.pod->members) {
        if (member->pid <= 0 || strcmp(member->id, request->id) == 0)
            continue;
        count++;
        if (signal)
            tell(&arena, request, member, signal);
    }
    return count;
}

/* By its id: podman's has no annotations, so without the members there is no pod any more. */
static int look_at_sandbox(const struct group_request *request, int signal, struct error *err)
{
    owned_arena arena = {0};
    struct container_info sandbox = {0};
    const struct container_request wanted = {
        .root = request->root, .log = request->log, .id = request->id};

    if (container_state(&arena, &wanted, &sandbox, err) < 0)
        return err->kind == ERROR_NOT_FOUND ? 0 : -1;
    if (sandbox.pid <= 0)
        return 0;
    if (signal)
        tell(&arena, request, &sandbox, signal);
    return 1;
}

/* The sandbox, or the others. */
struct target {
    const struct group_request *pod;
    int (*look)(const struct group_request *pod, int signal, struct error *err);
};

static int count_target(const void *context, struct error *err)
{
    const struct target *target = context;

    return target->look(target->pod, 0, err);
}

/* The signal, and how many are alive after at most these seconds. */
static int end_by(const struct target *target, int signal, int64_t seconds, struct error *err)
{
    int alive = target->look(target->pod, signal, err);

    return group_await_end(count_target, target, alive, seconds, err);
}

static int end(const struct target *target, int64_t grace_seconds, struct error *err)
{
    int alive = end_by(target, SIGTERM, grace_seconds, err);

    if (alive > 0)
        alive = end_by(target, SIGKILL, STOP_DYING_SECONDS, err);
    if (alive > 0)
        return error_set(err, ERROR_STATE, "stop group \"%s\": a container outlives SIGKILL",
                         target->pod->id);
    return alive;
}

int pod_stop(const struct group_request *request, int64_t grace_seconds, struct error *err)
{
    const struct target members = {request, look_at_members};
    const struct target sandbox = {request, look_at_sandbox};

    if (end(&members, grace_seconds, err) < 0)
        return -1;
    return end(&sandbox, grace_seconds, err) < 0 ? -1 : 0;
}

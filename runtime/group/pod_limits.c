/* Limits only become lower: what the engine has set was set by whoever may decide about the host. */
#include "runtime/group/pod_limits.h"

#include <string.h>

#include "base/text.h"
#include "oci-spec/events.h"
#include "runtime/container/limits.h"
#include "runtime/group/pod.h"

static const char slice[] = ".slice";

/* systemd's names have underscores. */
static char *with_underscores(char *text)
{
    for (char *dash = strchr(text, '-'); dash; dash = strchr(dash, '-'))
        *dash = '_';
    return text;
}

/* "podUID", or what systemd makes of it: "kubepods-podUID.slice". */
static bool is_called(struct arena *arena, const char *path, const char *uid)
{
    char *name = with_underscores(arena_copy(arena, path));
    const char *wanted = with_underscores(arena_format(arena, "pod%s", uid));

    if (text_has_suffix(name, slice))
        name[strlen(name) - strlen(slice)] = '\0';
    return text_has_suffix(name, wanted);
}

static bool is_above(const int64_t *asked, const int64_t *present)
{
    return asked && present && *present >= 0 && *asked > *present;
}

static int refuse(const char *key, struct error *err)
{
    return error_set(err, ERROR_INVALID,
                     "/annotations/" GROUP_ANNOTATIONS "%s: is above the limit of the pod's cgroup",
                     key);
}

static int check_lower(struct arena *arena, const struct cgroup *cgroup,
                       const struct spec_resources *asked, struct error *err)
{
    struct event_stats stats = {0};
    struct cgroup_live live;
    int64_t pids;
    int64_t quota; /* of the period that is asked for */

    cgroup_read_live(arena, cgroup, &live);
    cgroup_read_stats(arena, cgroup, &stats);
    pids = stats.pids.limit > 0 ? (int64_t) stats.pids.limit : -1;
    if (asked->memory && is_above(asked->memory->limit, live.memory_limit))
        return refuse("memory", err);
    if (asked->pids && is_above(asked->pids->limit, &pids))
        return refuse("pids", err);
    if (!asked->cpu || !live.cpu_quota || !live.cpu_period || *live.cpu_period <= 0)
        return 0;
    quota = (int64_t) ((double) *live.cpu_quota / (double) *live.cpu_period *
                       (double) *asked->cpu->period);
    return is_above(asked->cpu->quota, &quota) ? refuse("cpu", err) : 0;
}

int pod_apply_limits(struct arena *arena, const struct group_request *request,
                     const struct spec_resources *resources, const char *uid, struct error *err)
{
    struct group pod = {0};
    struct limits_change change = {
        .cgroup = &pod.cgroup, .resources = resources, .log = request->log};

    if (pod_find_too(arena, request, false, &pod, err) < 0)
        return -1;
    if (!pod.pod || !pod.pod->has_cgroup || !uid || !is_called(arena, pod.record.cgroup_path, uid))
        return error_set(err, ERROR_UNSUPPORTED,
                         "/annotations: limits of a pod need a cgroup that is called after it, "
                         "\"podUID\", and that nothing else is in");
    if (check_lower(arena, &pod.cgroup, resources, err) < 0)
        return -1;
    return limits_update(arena, &change, err);
}

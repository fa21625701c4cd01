/* The account of one container; see account.h. */
#include "runtime/group/account.h"

#include "base/timestamp.h"
#include "runtime/cgroup/watch.h"

void account_begin(struct account *account)
{
    account->since = timestamp_now();
}

void account_end(struct account *account)
{
    uint64_t now = timestamp_now();

    if (account->since && now > account->since) /* the clock may have been set back */
        account->earlier += (int64_t) ((now - account->since) / 1000);
    account->since = 0;
}

void group_read_member_meter(struct arena *arena, const struct group *group,
                             const char *cgroup_path, struct cgroup_meter *ret_meter)
{
    struct cgroup cgroup = {0};

    group_find_cgroup(arena, group, cgroup_path, &cgroup);
    cgroup_read_meter(arena, &cgroup, ret_meter);
}

uint64_t group_count_oom_kills(struct arena *arena, const struct group *group, const char *member)
{
    struct cgroup cgroup = {0};

    group_find_member_cgroup(arena, group, member, &cgroup);
    return cgroup_read_oom(&cgroup).kills;
}

void account_add_used(struct cgroup_meter *sum, const struct cgroup_meter *gone)
{
    sum->cpu_ns += gone->cpu_ns;
    sum->read += gone->read;
    sum->written += gone->written;
    sum->oom_kills += gone->oom_kills;
    if (gone->memory_peak > sum->memory_peak)
        sum->memory_peak = gone->memory_peak;
}

void account_keep(struct account *account, const struct group *group, const char *id)
{
    owned_arena arena = {0};
    const struct group_member member = {.id = id};
    struct container_info info = {0};
    struct cgroup_meter meter;
    struct error ignored;

    if (group_examine_member(&arena, group, &member, &info, &ignored) <= 0 || !info.cgroup_path)
        return;
    group_read_member_meter(&arena, group, info.cgroup_path, &meter);
    account_add_used(&account->kept, &meter);
}

void account_tell(const struct account *account, struct run_status *status)
{
    status->since = account->since;
    status->earlier = account->earlier;
    status->kept = account->kept;
}

/* The account of one container; see account.h. */
#include "runtime/group/account.h"

#include "base/timestamp.h"

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
    struct group_record record = group->record;
    struct cgroup cgroup = {0};

    record.cgroup_path = cgroup_path;
    group_record_find_cgroup(arena, &record, &cgroup);
    cgroup_read_meter(arena, &cgroup, ret_meter);
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
    account->kept.cpu_ns += meter.cpu_ns;
    account->kept.read += meter.read;
    account->kept.written += meter.written;
    account->kept.oom_kills += meter.oom_kills;
    if (meter.memory_peak > account->kept.memory_peak)
        account->kept.memory_peak = meter.memory_peak;
}

void account_tell(const struct account *account, struct run_status *status)
{
    status->since = account->since;
    status->earlier = account->earlier;
    status->kept = account->kept;
}

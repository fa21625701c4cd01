/* corun group update: other limits for a group or one of its members. */
#include "base/text.h"
#include "runtime/cmd/commands.h"
#include "runtime/cmd/group.h"
#include "runtime/cmd/quantity.h"

struct words {
    struct group_update_request update;
    const char *cpus;
    const char *memory;
    const char *pids;
    int64_t cpu_millionths;
    int64_t memory_millionths;
    int64_t pids_number;
};

static const struct option rows[] = {
    TEXT_OPTION(0, "cpus", "N", struct words, cpus, "how many CPUs at most, such as 1.5"),
    TEXT_OPTION('f', "file", "FILE", struct words, update.file,
                "a group file with limits, and containers with their resources"),
    TEXT_OPTION(0, "member", "NAME", struct words, update.member,
                "the other options are the limits of this container of the group file"),
    TEXT_OPTION(0, "memory", "SIZE", struct words, memory, "bytes, or 512k, 64m, 2g"),
    TEXT_OPTION(0, "pids-limit", "N", struct words, pids, "how many processes and threads"),
};
static const struct operand operands[] = {
    REQUIRED_OPERAND("ID", struct words, update.group.id),
};

static int refuse(const char *name, const char *expected, const char *word, struct error *err)
{
    return error_set(err, ERROR_INVALID,
                     "group update: --%s: expected %s, got '%s' (see '" PROGRAM_NAME
                     " group update --help')",
                     name, expected, word);
}

static int read_amounts(struct words *words, struct error *err)
{
    struct group_amounts *limits = &words->update.limits;
    int64_t bytes;

    if (words->cpus) {
        if (!quantity_parse_cpus(words->cpus, &words->cpu_millionths))
            return refuse("cpus", "a number such as 1.5", words->cpus, err);
        limits->cpu = &words->cpu_millionths;
    }
    if (words->memory) {
        if (!quantity_parse_size(words->memory, &bytes) || bytes <= 0 ||
            bytes > INT64_MAX / 1000000)
            return refuse("memory", "a size such as 512m", words->memory, err);
        words->memory_millionths = bytes * 1000000 / (INT64_C(1024) * 1024 * 1024);
        limits->memory_in_gb = &words->memory_millionths;
    }
    if (words->pids) {
        if (!text_parse_int64(words->pids, &words->pids_number) || words->pids_number <= 0)
            return refuse("pids-limit", "a number", words->pids, err);
        limits->pids = &words->pids_number;
    }
    return 0;
}

static int run(const struct invocation *invocation, void *request, struct error *err)
{
    struct words *words = request;

    if (read_amounts(words, err) < 0)
        return -1;
    if (!words->update.file && !words->cpus && !words->memory && !words->pids)
        return error_set(err, ERROR_INVALID,
                         "group update: nothing to update (see '" PROGRAM_NAME
                         " group update --help')");
    invocation_name_group(invocation, &words->update.group);
    return group_update(invocation->arena, &words->update, err);
}

const struct command command_group_update = {
    .name = "update",
    .parent = "group",
    .summary = "Change the limits of a group and its members",
    .description = "What is not given stays as it is. A member never gets more than the group.\n",
    OPTIONS(rows),
    OPERANDS(operands),
    .request_size = sizeof(struct words),
    .run = run,
};

/* corun group stop: asks the members to end, and ends what does not. */
#include "base/text.h"
#include "runtime/cmd/commands.h"
#include "runtime/cmd/group.h"

struct words {
    struct group_stop_request stop;
    const char *time;
};

static const struct option rows[] = {
    TEXT_OPTION('t', "time", "SECONDS", struct words, time,
                "how long to wait before they are killed (default: as the group file says, or 30)"),
};

static const struct operand operands[] = {
    REQUIRED_OPERAND("ID", struct words, stop.group.id),
};

static int run(const struct invocation *invocation, void *request, struct error *err)
{
    struct words *words = request;
    uint32_t seconds;

    words->stop.grace_seconds = -1;
    if (words->time && !text_parse_uint32(words->time, &seconds))
        return error_set(err, ERROR_INVALID, "group stop: --time: expected a number, got '%s'",
                         words->time);
    if (words->time)
        words->stop.grace_seconds = seconds;
    invocation_name_group(invocation, &words->stop.group);
    return group_stop(invocation->arena, &words->stop, err);
}

const struct command command_group_stop = {
    .name = "stop",
    .parent = "group",
    .summary = "Stop the containers of a group",
    .description =
        "SIGTERM for each, SIGKILL for what is left after a while. Nothing is restarted.\n",
    OPTIONS(rows),
    OPERANDS(operands),
    .request_size = sizeof(struct words),
    .run = run,
};

/* corun group events: what happens to a group and its members, a line of JSON each. */
#include "runtime/cmd/commands.h"
#include "runtime/cmd/group.h"
#include "runtime/cmd/output.h"

#define DEFAULT_INTERVAL_NS (200 * UINT64_C(1000000))

static const struct option rows[] = {
    TIME_OPTION('i', "interval", "TIME", struct group_events_request, interval_ns,
                "how often to look: 200ms (default), 1s"),
};

static const struct operand operands[] = {
    REQUIRED_OPERAND("ID", struct group_events_request, group.id),
};

static int run(const struct invocation *invocation, void *request, struct error *err)
{
    struct group_events_request *events = request;

    if (events->interval_ns == 0)
        events->interval_ns = DEFAULT_INTERVAL_NS;
    events->tell = output_line;
    invocation_name_group(invocation, &events->group);
    return group_events(invocation->arena, events, err);
}

const struct command command_group_events = {
    .name = "events",
    .parent = "group",
    .summary = "Print what happens to a group and its members as JSON",
    .description =
        "Starts, ends, probes and memory running out, a line each, until the group has ended.\n",
    OPTIONS(rows),
    OPERANDS(operands),
    .request_size = sizeof(struct group_events_request),
    .run = run,
};

/* corun group events: what happens to a group and its members, a line of JSON each. */
#include <errno.h>
#include <stdio.h>

#include "runtime/cmd/commands.h"
#include "runtime/cmd/group.h"
#include "runtime/cmd/quantity.h"

struct words {
    struct group_events_request events;
    const char *interval;
};

static const struct option rows[] = {
    TEXT_OPTION('i', "interval", "TIME", struct words, interval,
                "how often to look: 200ms (default), 1s"),
};

static const struct operand operands[] = {
    REQUIRED_OPERAND("ID", struct words, events.group.id),
};

/* At once: the reader waits for it. */
static int tell(const char *line, struct error *err)
{
    if (puts(line) == EOF || fflush(stdout) != 0)
        return error_os(err, errno, "write to standard output");
    return 0;
}

static int run(const struct invocation *invocation, void *request, struct error *err)
{
    struct words *words = request;
    const char *interval = words->interval ? words->interval : "200ms";

    if (!quantity_parse_duration(interval, &words->events.interval_ns) ||
        words->events.interval_ns == 0)
        return error_set(err, ERROR_INVALID,
                         "group events: --interval: expected a time such as 1s or 500ms, got '%s' "
                         "(see '" PROGRAM_NAME " group events --help')",
                         interval);
    words->events.tell = tell;
    invocation_name_group(invocation, &words->events.group);
    return group_events(invocation->arena, &words->events, err);
}

const struct command command_group_events = {
    .name = "events",
    .parent = "group",
    .summary = "Print what happens to a group and its members as JSON",
    .description =
        "Starts, ends, probes and memory running out, a line each, until the group has ended.\n",
    OPTIONS(rows),
    OPERANDS(operands),
    .request_size = sizeof(struct words),
    .run = run,
};

/* corun events: a container's statistics and its memory running out, a line of JSON each. */
#include "runtime/container/control.h"

#include <errno.h>
#include <stdio.h>

#include "runtime/cmd/commands.h"
#include "runtime/cmd/create.h"
#include "runtime/cmd/quantity.h"

struct events_words {
    struct events_request events;
    const char *interval;
};

static const struct option events_rows[] = {
    TEXT_OPTION(0, "interval", "TIME", struct events_words, interval,
                "between two statistics: 5s (default), 500ms, 1m30s"),
    FLAG_OPTION(0, "stats", struct events_words, events.is_once,
                "print the statistics once and end"),
};

static const struct operand events_operands[] = {
    REQUIRED_OPERAND("ID", struct events_words, events.container.id),
};

/* At once, since the reader waits for it, and so that a reader that is gone is noticed. */
static int events_tell(const char *line, struct error *err)
{
    if (puts(line) == EOF || fflush(stdout) != 0)
        return error_os(err, errno, "write to standard output");
    return 0;
}

static int events_run(const struct invocation *invocation, void *request, struct error *err)
{
    struct events_words *words = request;
    const char *interval = words->interval ? words->interval : "5s";

    if (!quantity_parse_duration(interval, &words->events.interval_ns) ||
        words->events.interval_ns == 0)
        return error_set(err, ERROR_INVALID,
                         "events: --interval: expected a time such as 5s or 500ms, got '%s' "
                         "(see '" PROGRAM_NAME " events --help')",
                         interval);
    words->events.tell = events_tell;
    invocation_name_container(invocation, &words->events.container);
    return container_events(invocation->arena, &words->events, err);
}

const struct command command_events = {
    .name = "events",
    .summary = "Print statistics and out-of-memory events as JSON",
    .description = "A line each, until the container's process ends.\n",
    OPTIONS(events_rows),
    OPERANDS(events_operands),
    .request_size = sizeof(struct events_words),
    .run = events_run,
};

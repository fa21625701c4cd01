/* corun events: a container's statistics and its memory running out, a line of JSON each. */
#include "runtime/container/control.h"

#include "runtime/cmd/commands.h"
#include "runtime/cmd/create.h"
#include "runtime/cmd/output.h"

#define DEFAULT_INTERVAL_NS (5 * UINT64_C(1000000000))

static const struct option events_rows[] = {
    TIME_OPTION(0, "interval", "TIME", struct events_request, interval_ns,
                "between two statistics: 5s (default), 500ms, 1m30s"),
    FLAG_OPTION(0, "stats", struct events_request, is_once, "print the statistics once and end"),
};

static const struct operand events_operands[] = {
    REQUIRED_OPERAND("ID", struct events_request, container.id),
};

static int events_run(const struct invocation *invocation, void *request, struct error *err)
{
    struct events_request *events = request;

    if (events->interval_ns == 0)
        events->interval_ns = DEFAULT_INTERVAL_NS;
    events->tell = output_line;
    invocation_name_container(invocation, &events->container);
    return container_events(invocation->arena, events, err);
}

const struct command command_events = {
    .name = "events",
    .summary = "Print statistics and out-of-memory events as JSON",
    .description = "A line each, until the container's process ends.\n",
    OPTIONS(events_rows),
    OPERANDS(events_operands),
    .request_size = sizeof(struct events_request),
    .run = events_run,
};

/* corun group kill: a signal for every process of every member. */
#include "oci-spec/signal.h"
#include "runtime/cmd/commands.h"
#include "runtime/cmd/group.h"

struct words {
    struct group_kill_request kill;
    const char *signal;
};

static const struct operand operands[] = {
    REQUIRED_OPERAND("ID", struct words, kill.group.id),
    OPTIONAL_OPERAND("SIGNAL", struct words, signal),
};

static int run(const struct invocation *invocation, void *request, struct error *err)
{
    struct words *words = request;

    words->kill.signal = signal_parse(words->signal ? words->signal : "KILL", err);
    if (words->kill.signal < 0)
        return -1;
    invocation_name_group(invocation, &words->kill.group);
    return group_kill(invocation->arena, &words->kill, err);
}

const struct command command_group_kill = {
    .name = "kill",
    .parent = "group",
    .summary = "Send a signal to every process of a group",
    .description =
        "SIGNAL is a number or a name, with or without SIG, in any case (default: KILL).\n",
    OPERANDS(operands),
    .request_size = sizeof(struct words),
    .run = run,
};

/* corun kill: a signal for the container's first process, or for all of them. */
#include "runtime/cmd/create.h"

#include "oci-spec/signal.h"
#include "runtime/cmd/commands.h"

struct kill_words {
    struct kill_request kill;
    const char *signal;
};

static const struct option kill_rows[] = {
    FLAG_OPTION('a', "all", struct kill_words, kill.is_all,
                "signal every process of the container"),
};

static const struct operand kill_operands[] = {
    REQUIRED_OPERAND("ID", struct kill_words, kill.container.id),
    OPTIONAL_OPERAND("SIGNAL", struct kill_words, signal),
};

static int kill_run(const struct invocation *invocation, void *request, struct error *err)
{
    struct kill_words *words = request;

    words->kill.signal = signal_parse(words->signal ? words->signal : "TERM", err);
    if (words->kill.signal < 0)
        return -1;
    invocation_name_container(invocation, &words->kill.container);
    return container_kill(invocation->arena, &words->kill, err);
}

const struct command command_kill = {
    .name = "kill",
    .summary = "Send a signal to a container",
    .description =
        "SIGNAL is a number or a name, with or without SIG, in any case (default: TERM).\n",
    OPTIONS(kill_rows),
    OPERANDS(kill_operands),
    .request_size = sizeof(struct kill_words),
    .run = kill_run,
};

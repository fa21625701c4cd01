/* corun run: create and start in one; in the foreground unless detached. */
#include "runtime/cmd/create.h"

#include "runtime/cmd/commands.h"

static const struct option run_rows[] = {
    FLAG_OPTION('d', "detach", struct run_request, is_detached,
                "return as soon as the program runs"),
    FLAG_OPTION(0, "keep", struct run_request, keeps_container,
                "do not delete the container when the program has ended"),
};

static const struct operand run_operands[] = {
    REQUIRED_OPERAND("ID", struct run_request, create.container.id),
};

/* The rows of create write to the start of our request. */
_Static_assert(offsetof(struct run_request, create) == 0, "a run_request begins with its create");

static int run_run(const struct invocation *invocation, void *request, struct error *err)
{
    struct run_request *run = request;
    int exit_code = 0;

    if (invocation_complete_create(invocation, &run->create, err) < 0)
        return -1;
    if (container_run(invocation->arena, run, &exit_code, err) < 0)
        return -1;
    return exit_code;
}

const struct command command_run = {
    .name = "run",
    .summary = "Create and start a container",
    .description = "Unless detached, waits for the program, deletes the container, and ends with\n"
                   "the program's exit code, or 128 + n when signal n killed it.\n",
    OPTIONS(run_rows),
    OPERANDS(run_operands),
    .extended = &command_create,
    .request_size = sizeof(struct run_request),
    .run = run_run,
};

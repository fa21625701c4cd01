/* corun run: create and start in one; in the foreground unless detached. */
#include "runtime/cmd/create.h"

#include "runtime/cmd/commands.h"

struct run_words {
    struct create_words words;
    bool is_detached;
    bool keeps_container;
};

static const struct option run_rows[] = {
    FLAG_OPTION('d', "detach", struct run_words, is_detached, "return as soon as the program runs"),
    FLAG_OPTION(0, "keep", struct run_words, keeps_container,
                "do not delete the container when the program has ended"),
};

static const struct operand run_operands[] = {
    REQUIRED_OPERAND("ID", struct run_words, words.create.container.id),
};

/* The rows of create write to the start of our request. */
_Static_assert(offsetof(struct run_words, words) == 0, "run_words begin with create_words");

static int run_run(const struct invocation *invocation, void *request, struct error *err)
{
    const struct run_words *words = request;
    const struct member_request *member = &words->words.member;
    struct run_request run = {.is_detached = words->is_detached,
                              .keeps_container = words->keeps_container};
    int exit_code = 0;
    int result;

    run.create = words->words.create;
    if (create_words_check(&words->words, err) < 0 ||
        invocation_complete_create(invocation, &run.create, err) < 0)
        return -1;
    if (member->group)
        result = group_run_member(invocation->arena, member, &run, &exit_code, err);
    else
        result = group_run_any(invocation->arena, &run, &exit_code, err);
    return result < 0 ? -1 : exit_code;
}

const struct command command_run = {
    .name = "run",
    .summary = "Create and start a container",
    .description = "Unless detached, waits for the program, deletes the container, and ends with\n"
                   "the program's exit code, or 128 + n when signal n killed it.\n",
    OPTIONS(run_rows),
    OPERANDS(run_operands),
    .extended = &command_create,
    .request_size = sizeof(struct run_words),
    .run = run_run,
};

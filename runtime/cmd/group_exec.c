/* corun group exec: one more process in a member, which is named as the group names it. */
#include "runtime/cmd/commands.h"
#include "runtime/cmd/group.h"

struct words {
    struct exec_request exec;
    const char *group;
    const char *member;
};

static const struct operand operands[] = {
    REQUIRED_OPERAND("ID", struct words, group),
    REQUIRED_OPERAND("MEMBER", struct words, member),
    REST_OPERAND("COMMAND", struct words, exec.args),
};

/* The rows of exec write to the start of our request. */
_Static_assert(offsetof(struct words, exec) == 0, "the words begin with an exec_request");

static int run(const struct invocation *invocation, void *request, struct error *err)
{
    struct words *words = request;
    struct group_request group = {.id = words->group};

    invocation_name_group(invocation, &group);
    if (group_find_member(invocation->arena, &group, words->member, &words->exec.container.id,
                          err) < 0)
        return -1;
    return command_exec.run(invocation, request, err);
}

const struct command command_group_exec = {
    .name = "exec",
    .parent = "group",
    .summary = "Run one more program in a member of a group",
    .description = "Takes the options of 'corun exec'.\n",
    OPERANDS(operands),
    .extended = &command_exec,
    .request_size = sizeof(struct words),
    .run = run,
};

/* corun group delete: a group, its members, and all that they share. */
#include "runtime/cmd/commands.h"
#include "runtime/cmd/group.h"

static const struct option rows[] = {
    FLAG_OPTION('f', "force", struct group_delete_request, is_forced,
                "end the members first; no error if there is no such group"),
};

static const struct operand operands[] = {
    REQUIRED_OPERAND("ID", struct group_delete_request, group.id),
};

static int run(const struct invocation *invocation, void *request, struct error *err)
{
    struct group_delete_request *delete = request;

    invocation_name_group(invocation, &delete->group);
    return group_delete(invocation->arena, delete, err);
}

const struct command command_group_delete = {
    .name = "delete",
    .parent = "group",
    .summary = "Delete a group and its members",
    .description = "Unless forced, all members must be stopped.\n",
    OPTIONS(rows),
    OPERANDS(operands),
    .request_size = sizeof(struct group_delete_request),
    .run = run,
};

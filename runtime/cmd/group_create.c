/* corun group create: namespaces, volumes and limits, and no members yet. */
#include "runtime/cmd/commands.h"
#include "runtime/cmd/group.h"

static const struct option rows[] = {
    TEXT_OPTION('f', "file", "FILE", struct group_create_request, file,
                "what the group is to have, as JSON or YAML (default: no volumes, no limits)"),
};

static const struct operand operands[] = {
    REQUIRED_OPERAND("ID", struct group_create_request, group.id),
};

static int run(const struct invocation *invocation, void *request, struct error *err)
{
    struct group_create_request *create = request;

    invocation_name_group(invocation, &create->group);
    return group_create(invocation->arena, create, err);
}

const struct command command_group_create = {
    .name = "create",
    .parent = "group",
    .summary = "Create a group",
    OPTIONS(rows),
    OPERANDS(operands),
    .request_size = sizeof(struct group_create_request),
    .run = run,
};

/* corun delete: removes a container and all it left. */
#include "runtime/cmd/create.h"

#include "runtime/cmd/commands.h"

static const struct option delete_rows[] = {
    FLAG_OPTION('f', "force", struct delete_request, is_forced,
                "kill it first if it runs; no error if it does not exist"),
};

static const struct operand delete_operands[] = {
    REQUIRED_OPERAND("ID", struct delete_request, container.id),
};

static int delete_run(const struct invocation *invocation, void *request, struct error *err)
{
    struct delete_request *delete = request;

    invocation_name_container(invocation, &delete->container);
    return container_delete(invocation->arena, delete, err);
}

const struct command command_delete = {
    .name = "delete",
    .summary = "Delete a stopped container",
    OPTIONS(delete_rows),
    OPERANDS(delete_operands),
    .request_size = sizeof(struct delete_request),
    .run = delete_run,
};

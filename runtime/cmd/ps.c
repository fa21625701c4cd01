/* corun ps: the processes of a container, as ps(1) shows them or as their ids. */
#include "runtime/cmd/create.h"

#include <stdio.h>

#include "runtime/cmd/commands.h"
#include "runtime/cmd/output.h"

struct ps_request {
    struct container_request container;
    int64_t format; /* enum output_format */
    struct text_list arguments;
};

static const struct option ps_rows[] = {
    NAME_OPTION('f', "format", "FORMAT", struct ps_request, format, output_formats,
                "table (default) or json: the process ids only"),
};

static const struct operand ps_operands[] = {
    REQUIRED_OPERAND("ID", struct ps_request, container.id),
    REST_OPERAND("PS_OPTION", struct ps_request, arguments),
};

static void ps_print_json(const struct process_id_list *pids)
{
    const char *separator = "";

    (void) putchar('[');
    SLICE_FOR_EACH(const pid_t, pid, *pids) {
        (void) printf("%s%d", separator, (int) *pid);
        separator = ",";
    }
    (void) puts("]");
}

/* Without ps on the host there is still what we know ourselves, as crun prints it. */
static void ps_print_ids(const struct process_id_list *pids)
{
    (void) puts("PID");
    SLICE_FOR_EACH(const pid_t, pid, *pids)
        (void) printf("%d\n", (int) *pid);
}

static int ps_run(const struct invocation *invocation, void *request, struct error *err)
{
    struct ps_request *wanted = request;
    struct process_id_list pids = {0};
    const char *table = "";

    invocation_name_container(invocation, &wanted->container);
    if (container_list_processes(invocation->arena, &wanted->container, &pids, err) < 0)
        return -1;
    if (wanted->format == OUTPUT_JSON) {
        ps_print_json(&pids);
        return 0;
    }
    if (container_describe_processes(invocation->arena, &pids, &wanted->arguments, &table, err) ==
        0)
        (void) fputs(table, stdout);
    else if (err->kind == ERROR_UNSUPPORTED && wanted->arguments.count == 0)
        ps_print_ids(&pids);
    else
        return -1;
    return 0;
}

const struct command command_ps = {
    .name = "ps",
    .summary = "List the processes of a container",
    .description =
        "As ps(1) of the host lists them; its options may follow the id (default: -ef).\n",
    OPTIONS(ps_rows),
    OPERANDS(ps_operands),
    .request_size = sizeof(struct ps_request),
    .run = ps_run,
};

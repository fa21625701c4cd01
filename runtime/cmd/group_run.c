/* corun group run and start: the containers of the group file, supervised in the foreground or in the background. */
#include <unistd.h>

#include "runtime/cmd/commands.h"
#include "runtime/cmd/group.h"

struct words {
    struct group_create_request create;
    bool is_detached;
    bool keeps_group;
};

static const struct option run_rows[] = {
    FLAG_OPTION('d', "detach", struct words, is_detached,
                "go on in the background; return when all containers have been started"),
    TEXT_OPTION('f', "file", "FILE", struct words, create.file, "the group file, as JSON or YAML"),
    FLAG_OPTION(0, "keep", struct words, keeps_group,
                "do not delete the group when all containers have ended"),
};

static const struct operand run_operands[] = {
    REQUIRED_OPERAND("ID", struct words, create.group.id),
};

static const struct operand start_operands[] = {
    REQUIRED_OPERAND("ID", struct group_run_request, group.id),
};

static int delete_group(const struct invocation *invocation, const struct words *words,
                        struct error *err)
{
    const struct group_delete_request delete = {.group = words->create.group, .is_forced = true};

    return group_delete(invocation->arena, &delete, err);
}

static int run_run(const struct invocation *invocation, void *request, struct error *err)
{
    struct words *words = request;
    struct group_run_request run = {.is_detached = words->is_detached};
    struct error failed;
    int exit_code = 0;
    int result;

    invocation_name_group(invocation, &words->create.group);
    run.group = words->create.group;
    run.colours = isatty(STDOUT_FILENO);
    if (group_create(invocation->arena, &words->create, err) < 0)
        return -1;
    result = group_supervise(invocation->arena, &run, &exit_code, err);
    if ((result < 0 || !(words->is_detached || words->keeps_group)) &&
        delete_group(invocation, words, &failed) < 0)
        log_warning(invocation->log, "%s", failed.text);
    return result < 0 ? -1 : exit_code;
}

static int start_run(const struct invocation *invocation, void *request, struct error *err)
{
    struct group_run_request *run = request;
    int ignored;

    invocation_name_group(invocation, &run->group);
    run->is_detached = true;
    return group_supervise(invocation->arena, run, &ignored, err);
}

const struct command command_group_run = {
    .name = "run",
    .parent = "group",
    .summary = "Create a group and run its containers",
    .description =
        "In the foreground: each line of their output comes after the container's name; a signal\n"
        "stops them all; when all have ended the group is deleted. The exit code is that of the\n"
        "first container that failed, or 128 + n after signal n.\n",
    OPTIONS(run_rows),
    OPERANDS(run_operands),
    .request_size = sizeof(struct words),
    .run = run_run,
};

const struct command command_group_start = {
    .name = "start",
    .parent = "group",
    .summary = "Start the containers of a group file in the background",
    OPERANDS(start_operands),
    .request_size = sizeof(struct group_run_request),
    .run = start_run,
};

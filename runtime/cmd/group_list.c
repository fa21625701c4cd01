/* corun group list: the groups below the state root, as a table, as JSON, or their ids. */
#include <stdio.h>

#include "runtime/cmd/commands.h"
#include "runtime/cmd/group.h"
#include "runtime/cmd/output.h"

struct words {
    struct group_request group; /* the id is not used */
    int64_t format;             /* enum output_format */
    bool is_quiet;
};

static const struct option rows[] = {
    NAME_OPTION('f', "format", "FORMAT", struct words, format, output_formats,
                "table (default) or json"),
    FLAG_OPTION('q', "quiet", struct words, is_quiet, "print only the ids"),
};

static void print_table(const struct group_info_list *list)
{
    (void) printf("%-24s %-9s %7s %7s  %s\n", "ID", "STATUS", "MEMBERS", "VOLUMES", "CREATED");
    SLICE_FOR_EACH(const struct group_info, info, *list)
        (void) printf("%-24s %-9s %7zu %7zu  %s\n", info->id,
                      names_text(&names_group_statuses, info->status), info->members.count,
                      info->volumes.count, info->created);
}

static int run(const struct invocation *invocation, void *request, struct error *err)
{
    struct words *words = request;
    struct group_info_list list = {0};

    invocation_name_group(invocation, &words->group);
    if (group_list(invocation->arena, &words->group, &list, err) < 0)
        return -1;
    if (words->is_quiet) {
        SLICE_FOR_EACH(const struct group_info, info, list)
            (void) puts(info->id);
        return 0;
    }
    if (words->format == OUTPUT_JSON)
        (void) puts(group_write_list(invocation->arena, &list));
    else
        print_table(&list);
    return 0;
}

const struct command command_group_list = {
    .name = "list",
    .parent = "group",
    .summary = "List the groups",
    OPTIONS(rows),
    .request_size = sizeof(struct words),
    .run = run,
};

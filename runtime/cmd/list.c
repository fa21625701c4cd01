/* corun list: the containers below the state root, as a table, as JSON, or their ids. */
#include "runtime/cmd/create.h"

#include <stdio.h>
#include <string.h>

#include "runtime/cmd/commands.h"
#include "runtime/cmd/output.h"

struct list_request {
    int64_t format; /* enum output_format */
    bool is_quiet;
};

static const struct option list_rows[] = {
    NAME_OPTION('f', "format", "FORMAT", struct list_request, format, output_formats,
                "table (default) or json"),
    FLAG_OPTION('q', "quiet", struct list_request, is_quiet, "print only the ids"),
};

#define LIST_COLUMNS 6
#define LIST_WIDTH   12 /* the least; runc's layout, which scripts cut by columns */
#define LIST_GAP     3

static const char *const list_titles[LIST_COLUMNS] = {
    "ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER",
};

static void list_fill_row(struct arena *arena, const struct container_info *info,
                          const char *row[LIST_COLUMNS])
{
    const char *cells[LIST_COLUMNS] = {
        info->id,
        arena_format(arena, "%d", (int) info->pid),
        names_text(&names_statuses, info->status),
        info->bundle,
        info->created,
        info->owner,
    };

    for (size_t i = 0; i < LIST_COLUMNS; i++)
        row[i] = cells[i] ? cells[i] : "";
}

static void list_print_row(const char *const row[LIST_COLUMNS], const size_t widths[LIST_COLUMNS])
{
    for (size_t i = 0; i + 1 < LIST_COLUMNS; i++)
        (void) printf("%-*s", (int) widths[i], row[i]);
    (void) puts(row[LIST_COLUMNS - 1]);
}

static void list_print_table(struct arena *arena, const struct container_info_list *list)
{
    size_t widths[LIST_COLUMNS];
    const char *row[LIST_COLUMNS];

    for (size_t i = 0; i < LIST_COLUMNS; i++)
        widths[i] = LIST_WIDTH;
    SLICE_FOR_EACH(const struct container_info, info, *list) {
        list_fill_row(arena, info, row);
        for (size_t i = 0; i < LIST_COLUMNS; i++)
            if (strlen(row[i]) + LIST_GAP > widths[i])
                widths[i] = strlen(row[i]) + LIST_GAP;
    }
    list_print_row(list_titles, widths);
    SLICE_FOR_EACH(const struct container_info, info, *list) {
        list_fill_row(arena, info, row);
        list_print_row(row, widths);
    }
}

static int list_run(const struct invocation *invocation, void *request, struct error *err)
{
    const struct list_request *wanted = request;
    struct container_info_list list = {0};

    if (container_list(invocation->arena, invocation->program->root, invocation->log, &list, err) <
        0)
        return -1;
    if (wanted->is_quiet) {
        SLICE_FOR_EACH(const struct container_info, info, list)
            (void) puts(info->id);
        return 0;
    }
    if (wanted->format == OUTPUT_JSON) /* none: as runc says it */
        (void) puts(list.count > 0 ? container_write_list(invocation->arena, &list) : "null");
    else
        list_print_table(invocation->arena, &list);
    return 0;
}

const struct command command_list = {
    .name = "list",
    .summary = "List the containers",
    OPTIONS(list_rows),
    .request_size = sizeof(struct list_request),
    .run = list_run,
};

/* A group's last line; see ledger.h. */
#include "runtime/group/ledger.h"

#include <string.h>

#include "base/helper.h"
#include "base/program.h"
#include "runtime/group/operator.h"
#include "runtime/group/usage.h"

#define LEDGER_LINE "ledger.json"

enum { LEDGER_TIMEOUT_MS = 10000 };

/* 1: a delete before this one has kept its line; 0: none has. */
static int find_line(struct arena *arena, const struct group *group, struct ledger *ledger,
                     struct error *err)
{
    struct content content = {0};
    int found = entry_read(arena, &group->entry, LEDGER_LINE, &content, err);

    if (found > 0) {
        ledger->line = content.bytes;
        ledger->is_kept_from_before = true;
    }
    return found;
}

static int make_line(struct arena *arena, const struct group *group, struct ledger *ledger,
                     struct error *err)
{
    struct group_usage usage = {0};

    if (group_read_last_usage(arena, group, &usage, err) < 0)
        return -1;
    ledger->line = group_write_usage(arena, &usage);
    return 0;
}

static void warn(const struct group *group, const char *why, const char *line)
{
    log_warning(group->request->log, "group \"%s\" has no line in the ledger: %s%s%s",
                group->entry.id, why, line ? ": " : "", line ? line : "");
}

struct ledger group_ledger_take(struct arena *arena, const struct group *group)
{
    struct operator_hooks hooks;
    struct ledger ledger = {0};
    struct error err;
    int result = operator_hooks_read(arena, &hooks, &err);

    if (result == 0 && !hooks.ledger)
        return ledger;
    if (result == 0 && group->has_record && !group->record.is_complete)
        return ledger;
    if (result == 0)
        result = find_line(arena, group, &ledger, &err);
    if (result == 0 && !group->has_record)
        result = error_set(&err, ERROR_INVALID, "its record cannot be read");
    if (result == 0)
        result = make_line(arena, group, &ledger, &err);
    if (result < 0)
        warn(group, err.text, NULL);
    else
        ledger.file = hooks.ledger->file;
    return ledger;
}

void group_ledger_keep(const struct group *group, const struct ledger *ledger)
{
    struct error err;

    if (!ledger->file || ledger->is_kept_from_before)
        return;
    if (entry_write(&group->entry, LEDGER_LINE,
                    &(struct content){ledger->line, strlen(ledger->line)}, &err) < 0)
        log_warning(group->request->log, "%s", err.text); /* it is written all the same */
}

void group_ledger_write(struct arena *arena, const struct group *group, const struct ledger *ledger)
{
    const char *path = helper_find(arena, "corun-ledger");
    const char *const argv[] = {path, ledger->file, ledger->is_kept_from_before ? "--once" : NULL,
                                NULL};
    const struct program program = {
        .path = path,
        .argv = argv,
        .input = ledger->line,
        .timeout_ms = LEDGER_TIMEOUT_MS,
    };
    struct program_result result;
    struct error err;

    if (!ledger->file)
        return;
    if (program_run(arena, &program, &result, &err) < 0 || program_check(&result, &err) < 0)
        warn(group, err.text, ledger->line);
}

/* corun group stats: what groups and their members are using, once or again and again. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "runtime/cmd/commands.h"
#include "runtime/cmd/group.h"
#include "runtime/cmd/group_numbers.h"
#include "runtime/cmd/output.h"

struct words {
    struct group_request group;
    int64_t format;       /* enum output_format */
    uint64_t interval_ns; /* 0: once */
};

static const struct option rows[] = {
    NAME_OPTION('f', "format", "FORMAT", struct words, format, output_formats,
                "table (default) or json (a group on each line)"),
    TIME_OPTION('i', "interval", "TIME", struct words, interval_ns,
                "again and again after this time: 1s, 500ms"),
};
static const struct operand operands[] = {
    OPTIONAL_OPERAND("ID", struct words, group.id),
};

static const struct group_usage_part *find_part(const struct group_usage_list *list,
                                                const struct group_usage_part *part)
{
    SLICE_FOR_EACH(const struct group_usage, usage, *list) {
        if (strcmp(usage->whole.id, part->id) == 0)
            return &usage->whole;
        SLICE_FOR_EACH(const struct group_usage_part, member, usage->members)
            if (strcmp(member->id, part->id) == 0)
                return member;
    }
    return NULL;
}

/* Since the reading before; without one, since it began to run. In tenths of a per cent of one CPU. */
static int64_t find_load(const struct group_usage_list *before, const struct group_usage_part *part)
{
    const struct group_usage_part *last = find_part(before, part);
    int64_t used = part->cpu_used - (last ? last->cpu_used : 0);
    int64_t time = part->duration - (last ? last->duration : 0);

    return time > 0 && used > 0 ? used * 1000 / time : 0;
}

static void print_row(const struct group_usage_list *before, const struct group_usage_part *part)
{
    const char *indent = part->name ? "  " : "";
    int64_t load = find_load(before, part);

    (void) printf("%s%-*s %-8s %5lld.%lld%%", indent, part->name ? 22 : 24,
                  part->name ? part->name : part->id, part->status, (long long) (load / 10),
                  (long long) (load % 10));
    print_bytes(part->meter.memory, 10);
    if (part->meter.memory_limit)
        print_bytes(part->meter.memory_limit, 10);
    else
        (void) printf(" %10s", "-");
    (void) printf(" %6llu", (unsigned long long) part->meter.processes);
    print_bytes(part->meter.read, 10);
    print_bytes(part->meter.written, 10);
    (void) putchar('\n');
}

static void print_table(const struct group_usage_list *before, const struct group_usage_list *list)
{
    (void) printf("%-24s %-8s %8s %10s %10s %6s %10s %10s\n", "GROUP", "STATUS", "CPU", "MEMORY",
                  "LIMIT", "PIDS", "READ", "WRITTEN");
    SLICE_FOR_EACH(const struct group_usage, usage, *list) {
        print_row(before, &usage->whole);
        SLICE_FOR_EACH(const struct group_usage_part, member, usage->members)
            print_row(before, member);
    }
}

static void print(struct arena *arena, const struct words *words,
                  const struct group_usage_list *before, const struct group_usage_list *list)
{
    if (words->format == OUTPUT_TABLE) {
        print_table(before, list);
        return;
    }
    SLICE_FOR_EACH(const struct group_usage, usage, *list)
        (void) puts(group_write_usage(arena, usage));
}

static int repeat(const struct invocation *invocation, struct words *words, struct error *err)
{
    const struct timespec pause = {.tv_sec = (time_t) (words->interval_ns / 1000000000U),
                                   .tv_nsec = (long) (words->interval_ns % 1000000000U)};
    owned_arena even = {0}; /* of this reading and of that before, in turn */
    owned_arena odd = {0};
    struct group_usage_list before = {0};

    for (size_t round = 0;; round++) {
        struct invocation one = *invocation;
        struct group_usage_list list = {0};

        one.arena = round % 2 == 0 ? &even : &odd;
        arena_reset(one.arena);
        if (read_usages(&one, &words->group, &list, err) < 0)
            return -1;
        print(one.arena, words, &before, &list);
        if (output_flush(err) < 0)
            return -1;
        before = list;
        (void) nanosleep(&pause, NULL);
    }
}

static int run(const struct invocation *invocation, void *request, struct error *err)
{
    const struct group_usage_list none = {0};
    struct group_usage_list list = {0};
    struct words *words = request;

    if (words->interval_ns)
        return repeat(invocation, words, err);
    if (read_usages(invocation, &words->group, &list, err) < 0)
        return -1;
    print(invocation->arena, words, &none, &list);
    return 0;
}

const struct command command_group_stats = {
    .name = "stats",
    .parent = "group",
    .summary = "Print what groups and their members are using",
    .description =
        "CPU is in per cent of one processor, since the line before or, in the first, since the start.\n",
    OPTIONS(rows),
    OPERANDS(operands),
    .request_size = sizeof(struct words),
    .run = run,
};

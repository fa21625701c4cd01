/* corun group usage: what groups cost, by the second, as a table, as JSON, or as OpenMetrics text. */
#include <stdio.h>

#include "runtime/cmd/commands.h"
#include "runtime/cmd/group.h"
#include "runtime/cmd/group_numbers.h"

enum format { FORMAT_TABLE, FORMAT_JSON, FORMAT_OPENMETRICS };

struct words {
    struct group_request group;
    int64_t format; /* enum format */
};

static const struct name format_rows[] = {
    {"json",        FORMAT_JSON       },
    {"openmetrics", FORMAT_OPENMETRICS},
    {"table",       FORMAT_TABLE      },
};
static const struct names formats = NAMES("format", format_rows);

static const struct option rows[] = {
    NAME_OPTION('f', "format", "FORMAT", struct words, format, formats,
                "table (default), json (a group on each line) or openmetrics"),
};
static const struct operand operands[] = {
    OPTIONAL_OPERAND("ID", struct words, group.id),
};

static void print_row(const struct group_usage_part *part, const char *indent)
{
    (void) printf("%s%-*s ", indent, indent[0] ? 22 : 24, part->name ? part->name : part->id);
    print_thousandths(part->duration, 11);
    print_thousandths(part->cpu_time, 13);
    print_thousandths(part->memory_time, 12);
    print_thousandths(part->cpu_used, 12);
    print_bytes(part->meter.memory_peak, 11);
    print_bytes(part->meter.read, 10);
    print_bytes(part->meter.written, 10);
    (void) putchar('\n');
}

static void print_table(const struct group_usage_list *list)
{
    (void) printf("%-24s %11s %13s %12s %12s %11s %10s %10s\n", "GROUP", "SECONDS", "VCPU-SECONDS",
                  "GB-SECONDS", "CPU-SECONDS", "PEAK", "READ", "WRITTEN");
    SLICE_FOR_EACH(const struct group_usage, usage, *list) {
        print_row(&usage->whole, "");
        SLICE_FOR_EACH(const struct group_usage_part, member, usage->members)
            print_row(member, "  ");
    }
}

/* --- OpenMetrics: one family after the other, each with all groups --- */

struct family {
    const char *name;
    const char *kind;
    const char *unit; /* "" when the name says all */
    const char *help;
    bool is_millionths;
    size_t offset; /* in struct group_usage_part, of an int64_t or uint64_t */
};

#define FAMILY(name, kind, unit, help, is_millionths, member)                                      \
    {                                                                                              \
        (name), (kind), (unit), (help), (is_millionths), offsetof(struct group_usage_part, member) \
    }

static const struct family families[] = {
    FAMILY("duration_seconds", "counter", "seconds", "How long it has been there.", true, duration),
    FAMILY("vcpu_seconds", "counter", "seconds", "Its size in CPUs, for that time.", true,
           cpu_time),
    FAMILY("memory_gib_seconds", "counter", "seconds", "Its size in GiB, for that time.", true,
           memory_time),
    FAMILY("cpu_seconds", "counter", "seconds", "CPU time really used.", true, cpu_used),
    FAMILY("memory_bytes", "gauge", "bytes", "Memory in use.", false, meter.memory),
    FAMILY("memory_peak_bytes", "gauge", "bytes", "The most memory that was in use.", false,
           meter.memory_peak),
    FAMILY("processes", "gauge", "", "Processes and threads.", false, meter.processes),
    FAMILY("read_bytes", "counter", "bytes", "Read from block devices.", false, meter.read),
    FAMILY("written_bytes", "counter", "bytes", "Written to block devices.", false, meter.written),
    FAMILY("oom_kills", "counter", "", "Processes that the kernel killed for want of memory.",
           false, meter.oom_kills),
};

static void print_sample(const struct family *family, const char *group,
                         const struct group_usage_part *part)
{
    const void *place = (const char *) part + family->offset;

    (void) printf("corun_group_%s%s{group=\"%s\"", family->name,
                  family->kind[0] == 'c' ? "_total" : "", group);
    if (part->name)
        (void) printf(",member=\"%s\"", part->name);
    (void) printf("} ");
    if (family->is_millionths)
        print_millionths(*(const int64_t *) place);
    else
        (void) printf("%llu", (unsigned long long) *(const uint64_t *) place);
    (void) putchar('\n');
}

static void print_openmetrics(const struct group_usage_list *list)
{
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        const struct family *family = &families[i];

        (void) printf("# TYPE corun_group_%s %s\n", family->name, family->kind);
        if (family->unit[0])
            (void) printf("# UNIT corun_group_%s %s\n", family->name, family->unit);
        (void) printf("# HELP corun_group_%s %s\n", family->name, family->help);
        SLICE_FOR_EACH(const struct group_usage, usage, *list) {
            print_sample(family, usage->whole.id, &usage->whole);
            SLICE_FOR_EACH(const struct group_usage_part, member, usage->members)
                print_sample(family, usage->whole.id, member);
        }
    }
    (void) puts("# EOF");
}

static int run(const struct invocation *invocation, void *request, struct error *err)
{
    struct words *words = request;
    struct group_usage_list list = {0};

    if (read_usages(invocation, &words->group, &list, err) < 0)
        return -1;
    if (words->format == FORMAT_OPENMETRICS) {
        print_openmetrics(&list);
    } else if (words->format == FORMAT_JSON) {
        SLICE_FOR_EACH(const struct group_usage, usage, list)
            (void) puts(group_write_usage(invocation->arena, usage));
    } else {
        print_table(&list);
    }
    return 0;
}

const struct command command_group_usage = {
    .name = "usage",
    .parent = "group",
    .summary = "Print what groups cost: their size for their time, and what they used of it",
    OPTIONS(rows),
    OPERANDS(operands),
    .request_size = sizeof(struct words),
    .run = run,
};

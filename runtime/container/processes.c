/*
 * ps: which processes a container has, by its cgroup, and what ps(1) of the host says of them.
 *
 * ps is run with an environment of its own: it reads /proc of the host, and nothing that the container or the caller chose.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/program.h"
#include "base/sys/file.h"
#include "base/text.h"
#include "runtime/container/lookup.h"

enum { PS_TIMEOUT_MS = 10000, PS_MAX_BYTES = 64 * 1024 * 1024 };

int container_list_processes(struct arena *arena, const struct container_request *request,
                             struct process_id_list *ret_pids, struct error *err)
{
    owned_container container = {0};
    struct process_id_list pids = {0};

    if (container_find(arena, request, false, &container, err) < 0)
        return -1;
    if (container.cgroup.leaves.count > 0) {
        if (cgroup_list_processes(arena, &container.cgroup, &pids.items, &pids.count, err) < 0)
            return -1;
    } else if (container.pidfd >= 0) { /* without a cgroup we know of one only */
        *SLICE_PUSH(arena, &pids, pid_t) = (pid_t) container.record.pid;
    }
    *ret_pids = pids;
    return 0;
}

static const char *find_ps(void)
{
    static const char *const places[] = {"/usr/bin/ps", "/bin/ps"};

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        if (access(places[i], X_OK) == 0)
            return places[i];
    return NULL;
}

/* program_run() keeps the last of the output, this is all of it. */
static int send_output_to_file(const void *context, const char **ret_what)
{
    *ret_what = "give it a file for its output";
    return dup2(*(const int *) context, STDOUT_FILENO) < 0 ? -errno : 0;
}

static int run_ps(struct arena *arena, const struct text_list *arguments,
                  struct content *ret_output, struct error *err)
{
    static const char *const environment[] = {"PATH=/usr/bin:/bin", "LC_ALL=C", NULL};
    struct text_list argv = {0};
    owned_fd file = sys_memfd("ps");
    struct program program = {
        .path = find_ps(),
        .envp = environment,
        .timeout_ms = PS_TIMEOUT_MS,
        .prepare = send_output_to_file,
        .context = &file,
    };
    struct program_result result;
    int error;

    if (!program.path)
        return error_set(err, ERROR_UNSUPPORTED, "there is no ps on this host");
    if (file < 0)
        return error_os(err, -file, "make a file in memory");
    text_list_push(arena, &argv, "ps");
    for (size_t i = 0; i < arguments->count; i++)
        text_list_push(arena, &argv, arguments->items[i]);
    if (arguments->count == 0)
        text_list_push(arena, &argv, "-ef");
    program.argv = argv.items;
    if (program_run(arena, &program, &result, err) < 0 || program_check(&result, err) < 0)
        return error_within(err, "ps");
    error =
        lseek(file, 0, SEEK_SET) < 0 ? -errno : content_read(arena, file, PS_MAX_BYTES, ret_output);
    return error < 0 ? error_os(err, -error, "read what ps says") : 0;
}

/* Which word of the title line is PID; -1: none. */
static int find_pid_column(const char *line)
{
    for (int column = 0; *line && *line != '\n'; column++) {
        line += strspn(line, " ");
        if (strcspn(line, " \n") == strlen("PID") && text_has_prefix(line, "PID"))
            return column;
        line += strcspn(line, " \n");
    }
    return -1;
}

static pid_t read_column(const char *line, int column)
{
    line += strspn(line, " ");
    for (; column > 0; column--) {
        line += strcspn(line, " \n");
        line += strspn(line, " ");
    }
    return (pid_t) strtol(line, NULL, 10); /* no number is no process: 0 */
}

static int compare_ids(const void *left, const void *right)
{
    pid_t a = *(const pid_t *) left;
    pid_t b = *(const pid_t *) right;

    return (a > b) - (a < b);
}

int container_describe_processes(struct arena *arena, const struct process_id_list *pids,
                                 const struct text_list *ps_arguments, const char **ret_text,
                                 struct error *err)
{
    struct content output = {"", 0};
    char *text;
    int column;

    if (run_ps(arena, ps_arguments, &output, err) < 0)
        return -1;
    column = find_pid_column(output.bytes);
    if (column < 0)
        return error_set(err, ERROR_INVALID, "ps: its output has no column PID");
    *ret_text = text = arena_alloc(arena, output.size + 1);
    for (const char *line = output.bytes; *line;) {
        size_t length = strcspn(line, "\n");
        pid_t pid = read_column(line, column);

        length += line[length] == '\n';
        if (line == output.bytes ||
            (pids->count > 0 && bsearch(&pid, pids->items, pids->count, sizeof(pid), compare_ids)))
            text = mempcpy(text, line, length);
        line += length;
    }
    *text = '\0';
    return 0;
}

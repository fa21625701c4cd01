/*
 * Changing the settings of a living cgroup, as far as possible all or nothing: before each write, what undoes it is noted; after a failure
 * the notes are written, the last first, so that pairs of values pass through the same states backwards.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/fault.h"
#include "base/text.h"
#include "runtime/cgroup/leaf.h"
#include "runtime/cgroup/unit.h"

enum { TEXT_SIZE = 16 * 1024 };

struct updating {
    struct arena *arena;
    struct cgroup *cgroup;
    struct cgroup_write_list undo; /* written from the last to the first */
};

static const struct cgroup_leaf *find_leaf(const struct cgroup *cgroup, const char *controller)
{
    const struct cgroup_leaf *leaf = cgroup_find_v1_leaf(cgroup, controller);

    return leaf ? leaf : cgroup_find_v2_leaf(cgroup);
}

/* The content of a file, in the arena; NULL when there is none. */
static char *read_text(struct arena *arena, const struct cgroup *cgroup, const char *controller,
                       const char *file)
{
    const struct cgroup_leaf *leaf = find_leaf(cgroup, controller);
    char text[TEXT_SIZE];

    if (!leaf || cgroup_read_file(leaf->directory, file, text, sizeof(text)) < 0)
        return NULL;
    return arena_copy(arena, text);
}

/* --- what is there --- */

/* v1 says "unlimited" as the largest multiple of the page size. */
static bool parse_limit(const char *text, int64_t *ret_value)
{
    if (strcmp(text, "max") == 0) {
        *ret_value = -1;
        return true;
    }
    if (!text_parse_int64(text, ret_value))
        return false;
    if (*ret_value >= INT64_MAX - 0xffff)
        *ret_value = -1;
    return true;
}

static const int64_t *parse_new(struct arena *arena, const char *text)
{
    int64_t *value = ARENA_NEW(arena, int64_t);

    return text && parse_limit(text, value) ? value : NULL;
}

static const int64_t *read_limit(struct arena *arena, const struct cgroup *cgroup,
                                 const char *controller, const char *file)
{
    return parse_new(arena, read_text(arena, cgroup, controller, file));
}

static void read_live_v2(struct arena *arena, const struct cgroup *cgroup, struct cgroup_live *live)
{
    char *bandwidth = read_text(arena, cgroup, "cpu", "cpu.max"); /* "max 100000" */
    char *space = bandwidth ? strchr(bandwidth, ' ') : NULL;

    live->memory_limit = read_limit(arena, cgroup, "memory", "memory.max");
    live->memory_usage = read_limit(arena, cgroup, "memory", "memory.current");
    live->cpu_burst = read_limit(arena, cgroup, "cpu", "cpu.max.burst");
    if (space) {
        *space = '\0';
        live->cpu_quota = parse_new(arena, bandwidth);
        live->cpu_period = parse_new(arena, space + 1);
    }
}

void cgroup_read_live(struct arena *arena, const struct cgroup *cgroup,
                      struct cgroup_live *ret_live)
{
    *ret_live = (struct cgroup_live){0};
    if (cgroup->mode == CGROUP_MODE_V2) {
        read_live_v2(arena, cgroup, ret_live);
        return;
    }
    *ret_live = (struct cgroup_live){
        .memory_limit = read_limit(arena, cgroup, "memory", "memory.limit_in_bytes"),
        .memory_and_swap_limit = read_limit(arena, cgroup, "memory", "memory.memsw.limit_in_bytes"),
        .memory_usage = read_limit(arena, cgroup, "memory", "memory.usage_in_bytes"),
        .cpu_quota = read_limit(arena, cgroup, "cpu", "cpu.cfs_quota_us"),
        .cpu_period = read_limit(arena, cgroup, "cpu", "cpu.cfs_period_us"),
        .cpu_burst = read_limit(arena, cgroup, "cpu", "cpu.cfs_burst_us"),
        .devices = read_text(arena, cgroup, "devices", "devices.list"),
    };
}

/* --- what undoes a write --- */

/* What a file with one line for each device takes for "nothing is set". */
static const char *nothing_set(const char *file)
{
    if (strcmp(file, "io.max") == 0)
        return "rbps=max wbps=max riops=max wiops=max";
    return text_has_prefix(file, "io.") ? "default" : "0";
}

static bool is_keyed(const char *file)
{
    static const char *const files[] = {
        "io.max",   "io.weight",          "io.bfq.weight",           "io.latency",
        "rdma.max", "net_prio.ifpriomap", "blkio.bfq.weight_device",
    };

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        if (strcmp(file, files[i]) == 0)
            return true;
    return text_has_prefix(file, "blkio.throttle.");
}

/* The line of text that begins with the first word of value. */
static const char *find_line(struct arena *arena, char *text, const struct cgroup_write *write)
{
    size_t length = strcspn(write->value, " ");
    char *rest = NULL;

    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        if (strncmp(line, write->value, length) == 0 && line[length] == ' ')
            return line;
    return arena_format(arena, "%.*s %s", (int) length, write->value, nothing_set(write->file));
}

static void note(struct updating *updating, const struct cgroup_write *write, const char *file,
                 const char *value)
{
    struct cgroup_write *undo = SLICE_PUSH(updating->arena, &updating->undo, struct cgroup_write);

    *undo = *write;
    undo->file = file;
    undo->value = value;
}

/*
 * One line of v1's list is undone by its opposite: only what differs is written. The write about everything is undone by making the
 * list anew; in reverse, as all notes.
 */
static void note_devices(struct updating *updating, const struct cgroup_write *write)
{
    bool allows = strcmp(write->file, "devices.allow") == 0;
    char *text = read_text(updating->arena, updating->cgroup, "devices", "devices.list");
    char *rest = NULL;

    if (write->value[0] != 'a') {
        note(updating, write, allows ? "devices.deny" : "devices.allow", write->value);
        return;
    }
    if (!text)
        return;
    if (text[0] == 'a') {
        note(updating, write, "devices.allow", "a");
        return;
    }
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        note(updating, write, "devices.allow", line);
    note(updating, write, "devices.deny", "a");
}

static void note_undo(struct updating *updating, const struct cgroup_write *write)
{
    char *text;

    if (text_has_prefix(write->file, "devices.")) {
        note_devices(updating, write);
        return;
    }
    text = read_text(updating->arena, updating->cgroup, write->controller, write->file);
    if (!text)
        return; /* no such file: either it stays so, or its controller comes with the default */
    if (is_keyed(write->file)) {
        note(updating, write, write->file, find_line(updating->arena, text, write));
    } else if (strcmp(write->file, "memory.oom_control") == 0) {
        note(updating, write, write->file, strstr(text, "oom_kill_disable 1") ? "1" : "0");
    } else {
        /* v2: an empty cpuset is "the parent's", and nothing at all would not be a write */
        note(updating, write, write->file, text[0] ? text : "\n");
    }
}

/* --- doing and undoing --- */

static int apply_one(const struct updating *updating, struct cgroup_write *write, struct error *err)
{
    const struct cgroup_write_list one = {write, 1};

    return cgroup_apply(updating->cgroup, &one, false, err);
}

/* The kernel says only that the device or resource is busy. */
static int explain(const struct updating *updating, const struct cgroup_write *write,
                   struct error *err)
{
    struct cgroup_live live;

    if (strcmp(write->file, "memory.limit_in_bytes") != 0 &&
        strcmp(write->file, "memory.memsw.limit_in_bytes") != 0)
        return -1;
    cgroup_read_live(updating->arena, updating->cgroup, &live);
    if (!live.memory_usage)
        return -1;
    return error_within(err, "%lld bytes of memory are in use", (long long) *live.memory_usage);
}

static const char *undo_all(struct updating *updating)
{
    const char *undone = "";
    const char *stayed = "";
    const char *last = "";

    for (size_t i = updating->undo.count; i-- > 0;) {
        struct cgroup_write *write = &updating->undo.items[i];
        struct error failure;
        const char **list = apply_one(updating, write, &failure) < 0 ? &stayed : &undone;

        if (strcmp(last, write->file) == 0)
            continue;
        last = write->file;
        *list = arena_format(updating->arena, "%s%s%s", *list, **list ? ", " : "", write->file);
    }
    return arena_format(updating->arena, "%s%s%s%s", *undone ? "; undone: " : "", undone,
                        *stayed ? "; not undone: " : "", stayed);
}

static int apply_settings(struct updating *updating, const struct cgroup_settings *settings,
                          struct error *err)
{
    SLICE_FOR_EACH(struct cgroup_write, write, settings->writes) {
        size_t noted = updating->undo.count;

        note_undo(updating, write);
        if (apply_one(updating, write, err) < 0) {
            updating->undo.count = noted; /* it did not happen */
            return explain(updating, write, err);
        }
        if (fault_point(err, write->file) < 0)
            return -1;
    }
    /* systemd rounds what it writes, so ours is written once more. */
    if (settings->is_unit &&
        (unit_set(updating->arena, updating->cgroup, &settings->writes, err) < 0 ||
         cgroup_apply(updating->cgroup, &settings->writes, false, err) < 0))
        return -1;
    if (!settings->device_program)
        return 0;
    if (cgroup_open(updating->arena, updating->cgroup, err) < 0)
        return -1;
    return cgroup_set_device_program(updating->cgroup, settings->device_program,
                                     settings->device_program_length, err);
}

int cgroup_update(struct arena *arena, struct cgroup *cgroup,
                  const struct cgroup_settings *settings, struct error *err)
{
    struct updating updating = {.arena = arena, .cgroup = cgroup};
    int result = apply_settings(&updating, settings, err);

    if (result < 0) {
        const char *text = arena_copy(arena, err->text);

        (void) error_set(err, err->kind, "%s%s", text, undo_all(&updating));
    }
    return result;
}

/*
 * The container process: argv, environment, the files to try in execve, working directory, ids, limits, terminal.
 *
 * Values of the environment are copied, never interpreted, but for PATH, which is searched as execvp does.
 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "oci-spec/names.h"
#include "runtime/plan/parts.h"

static const char default_path[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/* --- environment --- */

static size_t name_length(const char *entry)
{
    return strcspn(entry, "=");
}

static uint64_t name_hash(const char *entry, size_t length)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char) entry[i]) * 1099511628211u;
    return hash;
}

/* A set of names, open addressing; size is a power of two and larger than the number of entries. */
static bool names_add(const char **set, size_t size, const char *entry)
{
    size_t length = name_length(entry);
    size_t at = name_hash(entry, length) & (size - 1);

    for (; set[at]; at = (at + 1) & (size - 1))
        if (strncmp(set[at], entry, length) == 0 && set[at][length] == '=')
            return false;
    set[at] = entry;
    return true;
}

/*
 * Of a variable that is set twice the last value counts, as engines' users expect; a program's getenv() would take the first.
 * Fills plan->envp from its end, so that the last is met first.
 */
static void environment_build(const struct plan_builder *builder, const struct text_list *asked)
{
    struct plan_process *process = &builder->plan->process;
    char **slots = ARENA_ARRAY(builder->arena, char *, asked->count + 2);
    size_t size = 16;
    const char **set;
    size_t first = asked->count;

    while (size < asked->count * 2)
        size *= 2;
    set = ARENA_ARRAY(builder->arena, const char *, size);
    for (size_t i = asked->count; i-- > 0;) {
        const char *entry = asked->items[i];

        if (!strchr(entry, '=') || names_add(set, size, entry))
            slots[--first] = (char *) entry;
    }
    process->envp = slots + first;
    process->home_slot = SIZE_MAX;
    if (names_add(set, size, "HOME="))
        process->home_slot = asked->count - first;
}

static const char *environment_find_path(const struct plan_process *process)
{
    for (char **entry = process->envp; *entry; entry++)
        if (text_has_prefix(*entry, "PATH="))
            return *entry + strlen("PATH=");
    return default_path;
}

/* --- what to execute --- */

static void candidates_build(const struct plan_builder *builder)
{
    struct arena *arena = builder->arena;
    struct plan_process *process = &builder->plan->process;
    const char *name = process->argv[0];
    struct text_list candidates = {0};

    if (strchr(name, '/')) {
        text_list_push(arena, &candidates, text_path_join(arena, process->cwd, name));
        process->candidates = candidates.items;
        return;
    }
    for (const char *path = environment_find_path(process);; path++) {
        size_t length = strcspn(path, ":");
        const char *directory = arena_copy_bytes(arena, path, length);

        /* An empty entry is the working directory: POSIX, Environment Variables, PATH. */
        directory = length == 0 ? process->cwd : text_path_join(arena, process->cwd, directory);
        text_list_push(arena, &candidates, text_path_join(arena, directory, name));
        path += length;
        if (*path == '\0')
            break;
    }
    process->candidates = candidates.items;
}

static int process_take_args(const struct plan_builder *builder, const struct text_list *args,
                             struct error *err)
{
    char **argv;

    if (args->count == 0)
        return error_set(err, ERROR_INVALID, "/process/args: at least one is needed");
    if (args->items[0][0] == '\0')
        return error_set(err, ERROR_INVALID, "/process/args/0: must not be empty");
    argv = ARENA_ARRAY(builder->arena, char *, args->count + 1);
    for (size_t i = 0; i < args->count; i++)
        argv[i] = (char *) args->items[i];
    builder->plan->process.argv = argv;
    return 0;
}

/* CVE-2024-21626: a working directory through a magic link may be outside of the root. The child checks again, by getcwd. */
static bool leads_out_of_root(const char *clean)
{
    static const char *const links[] = {"cwd", "exe", "fd", "map_files", "ns", "root", "task"};
    const char *rest;

    if (strcmp(clean, "dev/fd") == 0 || text_has_prefix(clean, "dev/fd/"))
        return true;
    if (!text_has_prefix(clean, "proc/"))
        return false;
    rest = strchr(clean + strlen("proc/"), '/');
    if (!rest)
        return false;
    rest++;
    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
        if (strcspn(rest, "/") == strlen(links[i]) && text_has_prefix(rest, links[i]))
            return true;
    return false;
}

static int process_take_cwd(const struct plan_builder *builder, const char *cwd, struct error *err)
{
    if (!cwd)
        return error_set(err, ERROR_INVALID, "/process/cwd: required");
    if (cwd[0] != '/')
        return error_set(err, ERROR_INVALID, "/process/cwd: must be an absolute path");
    if (leads_out_of_root(text_path_clean(builder->arena, cwd)))
        return error_set(err, ERROR_INVALID, "/process/cwd: %s may lead out of the container", cwd);
    builder->plan->process.cwd = cwd;
    return 0;
}

/* --- ids --- */

static int check_id(const struct plan_builder *builder, const struct spec_id_mapping_list *mappings,
                    uint32_t id, const char *pointer, struct error *err)
{
    if (id == UINT32_MAX) /* means "do not change" to the kernel */
        return error_set(err, ERROR_INVALID, "%s: %u is not an id", pointer, id);
    if (plan_has_own(builder, NAMESPACE_USER) && mappings->count > 0 &&
        !plan_idmap_find_host(mappings, id, NULL))
        return error_set(err, ERROR_INVALID, "%s: %u is not mapped in the user namespace", pointer,
                         id);
    return 0;
}

static int process_take_groups(const struct plan_builder *builder, const struct spec_user *user,
                               struct error *err)
{
    struct plan_process *process = &builder->plan->process;

    process->sets_groups =
        !builder->plan->namespaces.denies_setgroups && !builder->host->denies_setgroups;
    if (!process->sets_groups) {
        if (user->additional_gids.count > 0)
            PLAN_WARN(builder, "/process/user/additionalGids: left out, without privileges a user "
                               "namespace cannot have them");
        return 0;
    }
    for (size_t i = 0; i < user->additional_gids.count; i++)
        if (check_id(builder, &builder->linux_->gid_mappings, user->additional_gids.items[i],
                     "/process/user/additionalGids", err) < 0)
            return -1;
    process->groups.items = user->additional_gids.items;
    process->groups.count = user->additional_gids.count;
    return 0;
}

static int process_take_user(const struct plan_builder *builder, const struct spec_user *user,
                             struct error *err)
{
    static const struct spec_user root = {0};
    struct plan_process *process = &builder->plan->process;

    if (!user)
        user = &root;
    if (check_id(builder, &builder->linux_->uid_mappings, user->uid, "/process/user/uid", err) <
            0 ||
        check_id(builder, &builder->linux_->gid_mappings, user->gid, "/process/user/gid", err) < 0)
        return -1;
    process->uid = user->uid;
    process->gid = user->gid;
    if (user->umask && *user->umask > 0777)
        return error_set(err, ERROR_INVALID, "/process/user/umask: must be from 0 to 511 (0777)");
    process->umask = user->umask ? *user->umask : 022;
    return process_take_groups(builder, user, err);
}

/* --- limits --- */

static int process_take_rlimits(const struct plan_builder *builder,
                                const struct spec_process *asked, struct error *err)
{
    struct plan_process *process = &builder->plan->process;

    for (size_t i = 0; i < asked->rlimits.count; i++) {
        const struct spec_rlimit *limit = &asked->rlimits.items[i];

        if (limit->soft > limit->hard)
            return error_set(err, ERROR_INVALID,
                             "/process/rlimits/%zu/soft: is greater than the hard limit", i);
        SLICE_FOR_EACH(const struct plan_rlimit, other, process->rlimits)
            if (other->resource == limit->type)
                return error_set(err, ERROR_INVALID,
                                 "/process/rlimits/%zu/type: %s is there already", i,
                                 names_text(&names_rlimits, limit->type));
        *SLICE_PUSH(builder->arena, &process->rlimits, struct plan_rlimit) =
            (struct plan_rlimit){(int) limit->type, limit->soft, limit->hard};
    }
    return 0;
}

static int process_take_oom_score(const struct plan_builder *builder, const int32_t *score,
                                  struct error *err)
{
    if (!score)
        return 0;
    if (*score < -1000 || *score > 1000)
        return error_set(err, ERROR_INVALID, "/process/oomScoreAdj: must be from -1000 to 1000");
    builder->plan->process.oom_score_adj = arena_format(builder->arena, "%d", *score);
    return 0;
}

static int terminal_build(const struct plan_builder *builder, const struct spec_process *asked,
                          struct error *err)
{
    struct plan_terminal *terminal = &builder->plan->terminal;
    const struct spec_console_size *size = asked->console_size;

    terminal->is_wanted = asked->terminal;
    if (!asked->terminal)
        return 0;
    terminal->binds_console = plan_has_own(builder, NAMESPACE_MOUNT);
    terminal->goes_to_socket = builder->request->has_console_socket;
    if (!size)
        return 0;
    if (size->height > UINT16_MAX || size->width > UINT16_MAX)
        return error_set(err, ERROR_INVALID, "/process/consoleSize: must not be above 65535");
    terminal->rows = (uint16_t) size->height;
    terminal->columns = (uint16_t) size->width;
    return 0;
}

int plan_build_process(const struct plan_builder *builder, struct error *err)
{
    const struct spec_process *asked = builder->spec->process;
    struct plan_process *process = &builder->plan->process;

    process->home_slot = SIZE_MAX;
    process->umask = 022;
    process->cwd = "/";
    process->keyring = builder->request->no_new_keyring ? NULL : builder->request->id;
    if (!asked)
        return 0;
    builder->plan->has_process = true;
    if (process_take_args(builder, &asked->args, err) < 0 ||
        process_take_cwd(builder, asked->cwd, err) < 0 ||
        process_take_user(builder, asked->user, err) < 0 ||
        process_take_rlimits(builder, asked, err) < 0 ||
        process_take_oom_score(builder, asked->oom_score_adj, err) < 0 ||
        terminal_build(builder, asked, err) < 0)
        return -1;
    environment_build(builder, &asked->env);
    candidates_build(builder);
    return 0;
}

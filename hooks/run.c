/* One list of hooks, in order; see hooks.h. How a program is run is base/program.c, how one gets into a container enter.c. */
#include "hooks/hooks.h"

#include <limits.h>

#include "base/program.h"
#include "hooks/enter.h"

/* A timeout beyond what the kernel counts in is none. */
static int timeout_ms(const struct spec_hook *hook)
{
    if (!hook->timeout || *hook->timeout > INT_MAX / 1000)
        return 0;
    return (int) *hook->timeout * 1000;
}

static int run_program(struct arena *arena, const struct program *program, struct error *err)
{
    struct program_result result;

    if (program_run(arena, program, &result, err) < 0)
        return -1;
    return program_check(&result, err);
}

static int run_hook(struct arena *arena, const struct hook_run *run, const struct spec_hook *hook,
                    struct error *err)
{
    const char *alone[] = {hook->path, NULL};
    struct hook_entry entry = {.root = -1, .executable = -1};
    struct program program = {
        .path = hook->path,
        .argv = hook->args.count > 0 ? hook->args.items : alone,
        .envp = hook->env.items,
        .directory = run->place == HOOK_PLACE_START_CONTAINER ? "/" : run->bundle,
        .input = run->state_json,
        .timeout_ms = timeout_ms(hook),
    };
    int error;

    if (hook->path[0] != '/')
        return error_set(err, ERROR_INVALID, "the path must be absolute");
    if (run->place == HOOK_PLACE_RUNTIME)
        return run_program(arena, &program, err);
    if (hook_entry_open(run, hook->path, &entry, err) < 0)
        return -1;
    program.prepare = hook_enter;
    program.execute = hook_execute;
    program.context = &entry;
    program.forks_again = true;
    error = run_program(arena, &program, err);
    hook_entry_release(&entry);
    return error;
}

int hooks_run(struct arena *arena, const struct hook_run *run, struct error *err)
{
    for (size_t i = 0; i < run->hooks->count; i++) {
        const struct spec_hook *hook = &run->hooks->items[i];

        if (run_hook(arena, run, hook, err) < 0)
            return error_within(err, "%s hook %zu (%s)", run->kind, i, hook->path);
    }
    return 0;
}

void hooks_run_all(struct arena *arena, const struct hook_run *run, const struct log *log)
{
    for (size_t i = 0; i < run->hooks->count; i++) {
        const struct spec_hook *hook = &run->hooks->items[i];
        struct error failure = {0};

        if (run_hook(arena, run, hook, &failure) < 0)
            log_warning(log, "%s hook %zu (%s): %s", run->kind, i, hook->path, failure.text);
    }
}

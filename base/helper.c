/* Looked for anew each time: it happens once per command. */
#include "base/helper.h"

#include <limits.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef HAVE_CONFIG_H
#include "config.h"
#else
#define CORUN_LIBEXECDIR "/usr/libexec/corun" /* compiled by hand, without configure */
#endif

const char *helper_find(struct arena *arena, const char *name)
{
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
    char *slash;
    const char *beside;

    self[length < 0 ? 0 : length] = '\0';
    slash = strrchr(self, '/');
    if (slash) {
        beside = arena_format(arena, "%.*s/%s", (int) (slash - self), self, name);
        if (access(beside, X_OK) == 0)
            return beside;
    }
    return arena_format(arena, "%s/%s", CORUN_LIBEXECDIR, name);
}

int helper_run(struct arena *arena, const struct program *program, enum error_kind kind,
               struct error *err)
{
    struct program_result result;

    if (program_run(arena, program, &result, err) < 0)
        return error_within(err, "%s", program->path);
    if (WIFEXITED(result.status) && WEXITSTATUS(result.status) == 1 && !result.has_timed_out)
        return error_set(err, kind, "%s", result.output);
    return program_check(&result, err) < 0 ? error_within(err, "%s", program->path) : 0;
}

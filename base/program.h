/*
 * Running another program to its end: hooks and set-user-id helpers. Clean by construction: exactly the given argv and
 * environment, standard input from memory, output kept, every other fd closed, default signals, a session of its own, and
 * killed as a group when its time is over.
 */
#ifndef BASE_PROGRAM_H
#define BASE_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

/*
 * prepare and execute run in the new process: no allocation, no formatting. They return 0 or -errno, and then *ret_what
 * (a constant string) says what failed.
 */
struct program {
    const char *path;        /* absolute */
    const char *const *argv; /* NULL-terminated; NULL: {path} */
    const char *const *envp; /* NULL-terminated; NULL: empty */
    const char *directory;   /* cwd; NULL: "/" */
    const char *input;       /* standard input: a file with this text */
    int timeout_ms;          /* <= 0: none */
    /* May be NULL. After the standard streams are set, before directory is entered. */
    int (*prepare)(const void *context, const char **ret_what);
    /* Instead of execve(path); may be NULL. Returns only on failure. */
    int (*execute)(const struct program *program, const char **ret_what);
    const void *context; /* for both */
    /* Called by us whenever there is something to read on talk_fd while the program runs; negative: no more. May be NULL. */
    int (*talk)(void *talker);
    void *talker;
    int talk_fd;
    bool
        forks_again; /* between prepare and exec: prepare joined a pid namespace, which holds for children only */
};

struct program_result {
    int status;         /* man 2 wait */
    bool has_timed_out; /* and was killed */
    const char
        *output; /* standard output and error together, the last of it, one line, in the arena */
};

/* Fails when the program cannot be started, with the reason in err; whatever it returns itself is in the result. */
int program_run(struct arena *arena, const struct program *program,
                struct program_result *ret_result, struct error *err);

/* 0 when it ended with status 0; else -1 with "exited with status 3: <output>", "killed by signal 9", "timed out". */
int program_check(const struct program_result *result, struct error *err);

#endif

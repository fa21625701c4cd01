/* Running criu(8): what checkpoint and restore share. */
#ifndef RUNTIME_CONTAINER_CRIU_H
#define RUNTIME_CONTAINER_CRIU_H

#include "base/program.h"
#include "runtime/container/checkpoint.h"
#include "runtime/host/host.h"
#include "runtime/plan/plan.h"

#define CRIU_DESCRIPTORS "descriptors.json" /* in the images: what the standard streams were */
#define CRIU_NETWORK     "extRootNetNS"     /* the key of a network namespace that is joined */

enum { CRIU_PASSED_MAX = 8 };

/* One call of criu, in preparation. */
struct criu {
    const char *action; /* "dump", "pre-dump", "restore" */
    const char *images; /* absolute */
    const char *work;
    struct text_list argv;       /* without the action */
    int passed[CRIU_PASSED_MAX]; /* fds that it inherits */
    size_t passed_count;
    pid_t pid;       /* to be dumped, or 0 */
    bool is_service; /* criu_service.h */
};

/* Refuses callers who cannot do it. */
int criu_check_caller(struct error *err);

/* Refuses what cannot be checkpointed. */
int criu_check(const struct plan *plan, const struct host *host, struct error *err);

/* Finds criu, translates the options. is_made: the directories are made. ERROR_UNSUPPORTED without criu or for an option. */
int criu_prepare(struct arena *arena, const char *action, const struct criu_options *options,
                 struct criu *ret_criu, struct error *err);

/* An option, and its value unless that is NULL. */
void criu_add(struct arena *arena, struct criu *criu, const char *name, const char *value);

/* criu is to inherit fd, unless it is -1; borrowed until criu has run. */
void criu_pass_fd(struct criu *criu, int fd);

/* In criu's process, before it is executed: program.prepare, with the struct criu. */
int criu_pass_fds(const void *context, const char **ret_what);

/*
 * Names the mounts that are not the container's own, found in the directory root: for a dump by what they are called there, for a restore
 * with the plan's sources.
 */
void criu_add_mounts(struct arena *arena, struct criu *criu, const struct plan *plan, int root);

/* To its end; when it fails, with the error of its log. program may have more: prepare, context. */
int criu_run(struct arena *arena, struct criu *criu, struct program *program, struct error *err);

#endif

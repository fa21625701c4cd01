/*
 * Runs OCI hooks (config.md#posix-platform-hooks): one kind's list, in order, each with the container's state as JSON on
 * standard input, exactly its own args and env (empty when absent: nothing is inherited, rule 13 of the advisories), cwd = the
 * bundle, its output kept (bounded) for the error, and a timeout in seconds after which it is killed.
 */
#ifndef HOOKS_HOOKS_H
#define HOOKS_HOOKS_H

#include "base/arena.h"
#include "base/error.h"
#include "base/log.h"
#include "oci-spec/spec.h"

enum hook_place {
    HOOK_PLACE_RUNTIME, /* prestart, createRuntime, poststart, poststop */
    HOOK_PLACE_CREATE_CONTAINER, /* createContainer: path resolved here, run in the container's namespaces before pivot_root */
    HOOK_PLACE_START_CONTAINER, /* startContainer: path resolved and run in the container */
};

struct hook_run {
    const char *kind; /* "createRuntime": for messages */
    const struct spec_hook_list *hooks;
    enum hook_place place;
    int container_pidfd; /* for the container places: whose namespaces (and, for START, root) are entered */
    const char *state_json; /* with the pid as the hook sees it: runtime.md#state */
    const char *bundle;
    /*
     * Container places: run in the hook's process right before exec, to take away more than is taken anyway (startContainer: what
     * the container's bounding set lacks, and new privileges where its process has given them up). May be NULL. System calls only; 0 or -errno.
     */
    int (*confine)(const void *context);
    const void *confine_context;
};

/* Stops at the first that fails: "createRuntime hook 1 (/usr/bin/x): exited with status 3: <its last output>". */
int hooks_run(struct arena *arena, const struct hook_run *run, struct error *err);

/* poststop and the rule "log a warning and go on": runs all of them; failures go to the log. */
void hooks_run_all(struct arena *arena, const struct hook_run *run, const struct log *log);

#endif

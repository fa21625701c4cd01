/*
 * The two documents that describe a container to others: its state (runtime.md#state), given to hooks and
 * printed by `state`, and the container process state (config-linux.md#the-container-process-state), sent to
 * seccomp agents together with the listener's file descriptor.
 */
#ifndef OCI_SPEC_STATE_H
#define OCI_SPEC_STATE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"
#include "oci-spec/json.h"

struct state_document {
    const char *oci_version;
    const char *id;
    int64_t status; /* enum container_status of names.h */
    int32_t pid;    /* 0: there is no process (any more) */
    const char *bundle;
    struct text_map annotations;
    /* Additional properties, as runc prints them; the spec allows any. */
    const char *rootfs;
    const char *created; /* RFC 3339 */
    const char *owner;   /* user name */
};

/* All paths must be UTF-8 (base/utf8.h): a document that is not could not be read back. */
const char *state_document_write(struct arena *arena, const struct state_document *state,
                                 enum json_style style);
int state_document_read(struct arena *arena, const char *bytes, size_t size,
                        struct state_document *ret_state, struct error *err);

struct container_process_state {
    const char *oci_version;
    struct text_list fds; /* names, in the order of the descriptors sent: "seccompFd" */
    int32_t pid;          /* as the runtime sees it */
    const char *metadata; /* linux.seccomp.listenerMetadata */
    struct state_document state;
};

const char *container_process_state_write(struct arena *arena,
                                          const struct container_process_state *state);
int container_process_state_read(struct arena *arena, const char *bytes, size_t size,
                                 struct container_process_state *ret_state, struct error *err);

/* The rows, for documents that contain a state, and for tests. */
extern const struct json_type json_state_document;
extern const struct json_type json_container_process_state;

#endif

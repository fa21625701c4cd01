/*
 * The group's mount namespace: how it comes to be, and how it stays without a process.
 *
 * Its root is a small tmpfs, and nothing of the host is mounted in it but what volumes name:
 *
 *   /volumes/NAME                        each volume, a peer group of its own: mounts below it reach all members and not the host
 *   /shm                                 the members' /dev/shm
 *   /etc/hosts, resolv.conf, hostname    the members' files of these names
 *   /group.json                          the group file: what is secret in it is kept nowhere else
 *   /null                                the host's /dev/null: members' mount namespaces are copies of this one, and mask files with it
 *   /ns/network, ipc, uts, pid, user     the namespaces that the members join, held by bind mounts of their nsfs files
 *
 * A pid namespace needs a process, its first (keeper.h).
 *
 * A short-lived process is cloned into a new mount namespace, which is pinned at once (home.h). Only then it unshares the others and
 * puts together what the caller has made detached. Pinning has a rule of the kernel against it: from another than the initial mount
 * namespace only a newer one can be pinned, and since 6.18 the numbers that decide what is newer are given out per CPU; where
 * that fails (ELOOP), the namespace is made again on another CPU.
 */
#ifndef RUNTIME_GROUP_FOUND_H
#define RUNTIME_GROUP_FOUND_H

#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/slice.h"
#include "runtime/cgroup/cgroup.h"
#include "runtime/container/store.h"

enum group_kind { GROUP_NETWORK, GROUP_IPC, GROUP_UTS, GROUP_PID, GROUP_USER, GROUP_KIND_COUNT };

struct group_kind_row {
    const char *name; /* as in config.json and below /ns */
    const char *proc; /* below /proc/self/ns */
    int flag;         /* CLONE_NEW... */
};

extern const struct group_kind_row group_kinds[GROUP_KIND_COUNT];

/* A detached tree to be attached in the namespace. */
struct group_tree {
    const char *target; /* below its root */
    int fd;
    bool is_shared; /* becomes a peer group */
};

struct founding {
    int root;                          /* the detached tmpfs, all directories made */
    SLICE_OF(struct group_tree) trees; /* owned */
    bool shares[GROUP_KIND_COUNT];     /* which namespaces to make */
    const char *hostname;              /* of a new uts namespace */
    const char *domain_name;           /* may be NULL */
    const char *uid_map;               /* of a new user namespace: /proc/PID/uid_map and gid_map */
    const char *gid_map;
    const struct cgroup *cgroup; /* of the process that a pid namespace needs, opened; or NULL */
    const struct arena *arena;   /* has no use for a process that stays */
    const char *place; /* a directory of the host to attach the root at for a moment: its path */
    uint64_t ret_inodes[GROUP_KIND_COUNT]; /* of what was made */
};

/* Makes and pins it at GROUP_PIN in entry. On failure there is no pin. */
int group_found(const struct entry *entry, struct founding *founding, struct error *err);

/* The pin of a group that was founded, as a namespace fd; ERROR_STATE when it is not there (any more). */
int group_open_namespace(const struct entry *entry, struct error *err);

/* Lets go of the namespace. No pin is no error. */
int group_unpin(const struct entry *entry, struct error *err);

void founding_release(struct founding *founding);

#endif

/*
 * The digest of a directory tree: SHA-256 over "corun-tree-1" and a record for each file in it, each of them ended by a NUL byte. Records
 * are in the order of a walk that takes the names of a directory in the order of their bytes, a directory before what is in it:
 *
 *   TYPE MODE UID:GID WHAT PATH
 *
 *   TYPE   d directory, f regular file, l symbolic link, c, b devices, p fifo, s socket
 *   MODE   the permissions and set-id bits, octal
 *   WHAT   of f: the SHA-256 of its content; of l: of its target; of c and b: MAJOR:MINOR; of others: -
 *   PATH   from the tree's root, which itself is "."
 *
 * and for each of the attributes security.capability, system.posix_acl_access and system.posix_acl_default that a file has
 *
 *   x NAME SHA-256 PATH
 *
 * Times, hard links and other attributes do not count.
 */
#ifndef HOOKS_PROGRAMS_TREE_H
#define HOOKS_PROGRAMS_TREE_H

#include "base/arena.h"
#include "base/error.h"
#include "hooks/programs/sha.h"

/* Symbolic links are not followed; what is mounted in the tree counts. */
int tree_digest(struct arena *arena, int root, char ret_text[SHA_TEXT_SIZE], struct error *err);

#endif

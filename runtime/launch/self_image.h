/*
 * Keeping the container away from our executable file (CVE-2019-5736): after sealing, /proc/PID/exe of this process, and
 * of what it clones, is a sealed memfd, and nothing maps the file through a mount that can be written.
 */
#ifndef RUNTIME_LAUNCH_SELF_IMAGE_H
#define RUNTIME_LAUNCH_SELF_IMAGE_H

#include "base/error.h"

/*
 * Seals this process, in place. Where the kernel cannot do that (no CONFIG_CHECKPOINT_RESTORE, no CAP_CHECKPOINT_RESTORE), executes a
 * sealed copy with argv and does not return; so a command calls this before it has done anything else.
 * argv NULL: an error then. 0 at once when sealed already.
 *
 * ret_mount (may be NULL): the detached mount that the image is mapped from now, or -1; the caller's to close. A detached mount's last
 * close waits for an RCU grace period, so give it to a child that will detach it together with its old root.
 */
int self_image_seal(char **argv, int *ret_mount, struct error *err);

#endif

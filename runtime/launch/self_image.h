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
 */
int self_image_seal(char **argv, struct error *err);

#endif

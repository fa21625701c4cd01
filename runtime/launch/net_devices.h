/* Moving network devices into the container (config-linux.md#network-devices). */
#ifndef RUNTIME_LAUNCH_NET_DEVICES_H
#define RUNTIME_LAUNCH_NET_DEVICES_H

#include <sys/types.h>

#include "base/error.h"
#include "runtime/plan/plan.h"

/* Each planned device goes to the network namespace of pid under its new name, with its addresses, and up. */
int net_devices_move(const struct plan *plan, int proc, pid_t pid, struct error *err);

#endif

#include "runtime/launch/net_devices.h"
int net_devices_move(const struct plan *plan, int proc, pid_t pid, struct error *err)
{
    (void) proc;
    (void) pid;
    if (plan->net_devices.count > 0)
        return error_set(err, ERROR_UNSUPPORTED, "moving network devices is not supported");
    return 0;
}

/* AppArmor: no library is needed, the kernel's own parameter tells. */
#include <fcntl.h>
#include <sys/types.h>

#include "base/sys/file.h"
#include "runtime/host/lsm.h"

bool lsm_has_apparmor(void)
{
    char value[8];

    return sys_read_file_at(AT_FDCWD, "/sys/module/apparmor/parameters/enabled", value,
                            sizeof(value)) > 0 &&
           value[0] == 'Y';
}

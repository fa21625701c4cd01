/* Reading directories; see directory.h. */
#include "base/directory.h"

#include <errno.h>
#include <fcntl.h>

#include "base/sys/file.h"

int directory_open(int directory, const char *path, DIR **ret_stream)
{
    owned_fd fd = sys_open_at(directory, path, O_RDONLY | O_DIRECTORY);
    DIR *stream = fd < 0 ? NULL : fdopendir(fd);

    if (!stream)
        return fd < 0 ? fd : -errno;
    (void) take_fd(&fd); /* the stream's now */
    *ret_stream = stream;
    return 0;
}

/* Standard output of commands that go on; see output.h. */
#include "runtime/cmd/output.h"

#include <errno.h>
#include <stdio.h>

int output_flush(struct error *err)
{
    return fflush(stdout) != 0 ? error_os(err, errno, "write to standard output") : 0;
}

int output_line(const char *line, struct error *err)
{
    if (puts(line) == EOF)
        return error_os(err, errno, "write to standard output");
    return output_flush(err);
}

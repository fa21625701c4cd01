/* Standard output; see output.h. */
#include "runtime/cmd/output.h"

#include <errno.h>
#include <stdio.h>

static const struct name format_rows[] = {
    {"json",  OUTPUT_JSON },
    {"table", OUTPUT_TABLE},
};
const struct names output_formats = NAMES("format", format_rows);

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

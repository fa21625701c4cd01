/* Lines with names before them. A line longer than the buffer is cut into several. */
#include "runtime/group/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"

static void write_line(struct member_output *output, size_t length)
{
    char prefix[128];
    int size = output->colour ? snprintf(prefix, sizeof(prefix), "\x1b[%um%-*.64s |\x1b[0m ",
                                         output->colour, (int) output->width, output->name)
                              : snprintf(prefix, sizeof(prefix), "%-*.64s | ", (int) output->width,
                                         output->name);

    if (size >= (int) sizeof(prefix))
        size = (int) sizeof(prefix) - 1;
    /* Whoever reads us may be gone; the members go on. */
    (void) sys_write_all(STDOUT_FILENO, prefix, (size_t) size);
    (void) sys_write_all(STDOUT_FILENO, output->line, length);
    if (output->line[length - 1] != '\n')
        (void) sys_write_all(STDOUT_FILENO, "\n", 1);
}

static void write_lines(struct member_output *output)
{
    char *end = memchr(output->line, '\n', output->length);

    while (end) {
        size_t length = (size_t) (end - output->line) + 1;

        write_line(output, length);
        output->length -= length;
        memmove(output->line, end + 1, output->length);
        end = memchr(output->line, '\n', output->length);
    }
}

void member_output_copy(struct member_output *output)
{
    ssize_t length =
        read(output->fd, output->line + output->length, sizeof(output->line) - output->length);

    if (length < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (length > 0)
        output->length += (size_t) length;
    write_lines(output);
    if ((length <= 0 || output->length == sizeof(output->line)) && output->length > 0) {
        write_line(output, output->length);
        output->length = 0;
    }
    if (length <= 0)
        replace_fd(&output->fd, -1);
}

/* Output of several members on one stream, each line whole and after the name of who wrote it. */
#ifndef RUNTIME_GROUP_OUTPUT_H
#define RUNTIME_GROUP_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

struct member_output {
    const char *name;
    unsigned int colour; /* 0: none; else an SGR colour (console_codes(4)), 31 .. 36 */
    size_t width;        /* of the column of names */
    int fd;              /* what is read; -1: at its end */
    size_t length;       /* of the line that has no end yet */
    char line[4096];
};

/* Reads what there is, and writes the lines that are complete to standard output. At the end of file closes fd. */
void member_output_copy(struct member_output *output);

#endif

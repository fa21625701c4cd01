/* Standard output of commands that go on: what is printed is written at once, and a reader that is gone is noticed. */
#ifndef RUNTIME_CMD_OUTPUT_H
#define RUNTIME_CMD_OUTPUT_H

#include "base/error.h"

/* The line and a newline. */
int output_line(const char *line, struct error *err);

/* What was printed so far. */
int output_flush(struct error *err);

#endif

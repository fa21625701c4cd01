/* What commands share that print: the choice of a format, and lines that are written at once, so that a reader that is gone is noticed. */
#ifndef RUNTIME_CMD_OUTPUT_H
#define RUNTIME_CMD_OUTPUT_H

#include "base/error.h"
#include "base/names.h"

enum output_format { OUTPUT_TABLE, OUTPUT_JSON };
extern const struct names output_formats; /* of --format */

/* The line and a newline. */
int output_line(const char *line, struct error *err);

/* What was printed so far. */
int output_flush(struct error *err);

#endif

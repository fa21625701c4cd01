/* Growing text for the planner's printer: what the files print.c and print_parts.c share. */
#ifndef RUNTIME_PLAN_PRINT_H
#define RUNTIME_PLAN_PRINT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"
#include "runtime/plan/plan.h"

/* Lines in the order in which they are done; control characters in operands become '?', so each stays one line. */
struct plan_printer {
    struct arena *arena;
    const struct plan *plan;
    struct text_list lines;
};

#define PLAN_LINE(printer, ...) \
    plan_printer_add((printer), arena_format((printer)->arena, __VA_ARGS__))

void plan_printer_add(struct plan_printer *printer, char *line);

/* "a,b" plus item; separator is left out at the beginning. */
const char *plan_text_add(struct arena *arena, const char *list, const char *separator,
                          const char *item);

/* --- print_mounts.c --- */
const char *plan_propagation_text(uint64_t propagation, bool is_recursive);

/* --- print_process.c --- */
void plan_print_process(struct plan_printer *printer);
void plan_print_seccomp(struct plan_printer *printer);

#endif

/* What group stats and group usage share: finding the groups, and printing numbers without floating point. */
#ifndef RUNTIME_CMD_GROUP_NUMBERS_H
#define RUNTIME_CMD_GROUP_NUMBERS_H

#include "runtime/cmd/command.h"
#include "runtime/group/usage.h"

/* Of the one group with request->id, or of all when it is NULL. */
int read_usages(const struct invocation *invocation, struct group_request *request,
                struct group_usage_list *ret_list, struct error *err);

/* Right-aligned in width columns, with a blank before. */
void print_thousandths(int64_t millionths, int width); /* "12.345" */
void print_bytes(uint64_t bytes, int width);           /* "12.3M": in KiB, MiB or GiB */

void print_millionths(int64_t millionths); /* "12.345678" */

#endif

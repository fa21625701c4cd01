/* Numbers of groups; see group_numbers.h. */
#include "runtime/cmd/group_numbers.h"

#include <stdio.h>

#include "runtime/cmd/group.h"

#define MILLION 1000000

int read_usages(const struct invocation *invocation, struct group_request *request,
                struct group_usage_list *ret_list, struct error *err)
{
    struct arena *arena = invocation->arena;

    invocation_name_group(invocation, request);
    if (!request->id)
        return group_read_usages(arena, request, ret_list, err);
    *ret_list = (struct group_usage_list){0};
    return group_read_usage(arena, request, SLICE_PUSH(arena, ret_list, struct group_usage), err);
}

void print_thousandths(int64_t millionths, int width)
{
    (void) printf(" %*lld.%03lld", width - 4, (long long) (millionths / MILLION),
                  (long long) (millionths % MILLION / 1000));
}

void print_bytes(uint64_t bytes, int width)
{
    static const char units[] = "KMGTP";
    uint64_t tenths = bytes * 10 / 1024; /* wraps above an exabyte */
    size_t unit = 0;

    for (; tenths >= 10240 && unit + 2 < sizeof(units); unit++)
        tenths /= 1024;
    (void) printf(" %*llu.%llu%c", width - 3, (unsigned long long) (tenths / 10),
                  (unsigned long long) (tenths % 10), units[unit]);
}

void print_millionths(int64_t millionths)
{
    (void) printf("%lld.%06lld", (long long) (millionths / MILLION),
                  (long long) (millionths % MILLION));
}

/* Systemd's socket activation; see listen_fds.h. */
#include "runtime/container/listen_fds.h"

void listen_fds_announce(struct arena *arena, struct text_list *env, unsigned int count)
{
    if (count == 0)
        return;
    text_list_push(arena, env, arena_format(arena, "LISTEN_FDS=%u", count));
    text_list_push(arena, env, "LISTEN_PID=1");
}

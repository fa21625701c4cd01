/* The version of corun, and the newest runtime-spec it implements. */
#ifndef RUNTIME_CMD_VERSION_H
#define RUNTIME_CMD_VERSION_H

#include "base/arena.h"

/* The lines that --version prints; engines take what follows "corun version". In the arena. */
const char *version_text(struct arena *arena);

#endif

/* What --version says, in the form that engines know from runc and crun. */
#include "runtime/cmd/version.h"

#ifdef HAVE_CONFIG_H
#include "config.h"
#else
#define PACKAGE_VERSION "unknown" /* compiled by hand, without configure */
#endif

#include "runtime/cmd/command.h"

#define SPEC_VERSION "1.3.0"

const char *version_text(struct arena *arena)
{
    return arena_format(arena, PROGRAM_NAME " version %s\nspec: %s\n", PACKAGE_VERSION,
                        SPEC_VERSION);
}

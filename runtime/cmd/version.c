/* What --version says, in the form that engines know from runc and crun. */
#include "runtime/cmd/version.h"

#include "runtime/cmd/command.h"

#ifndef PACKAGE_VERSION /* from configure.ac; only a build by hand goes without */
#define PACKAGE_VERSION "0.1.0"
#endif

#define SPEC_VERSION "1.3.0"

const char *version_text(struct arena *arena)
{
    return arena_format(arena, PROGRAM_NAME " version %s\nspec: %s\n", PACKAGE_VERSION,
                        SPEC_VERSION);
}

/* corun features: the document of features.md, by which engines learn what they may ask for. */
#include "runtime/host/features.h"

#include <stdio.h>

#include "runtime/cmd/commands.h"

static int features_run(const struct invocation *invocation, void *request, struct error *err)
{
    struct features_facts facts = {0};

    (void) request; /* there is nothing to ask for */
    if (host_features(invocation->arena, &facts, err) < 0)
        return -1;
    (void) puts(features_write(invocation->arena, &facts));
    return 0;
}

const struct command command_features = {
    .name = "features",
    .summary = "Print what this build can do as JSON",
    .request_size = 1,
    .run = features_run,
};

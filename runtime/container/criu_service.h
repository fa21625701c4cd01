/*
 * criu as a service ("criu swrk"), which is how it hands over the master of a terminal that it has
 * restored, and how it is told at a dump that the master is elsewhere. Its other options still come from argv: the one message that it is sent asks
 * for the action, and each message that it sends is answered with consent.
 */
#ifndef RUNTIME_CONTAINER_CRIU_SERVICE_H
#define RUNTIME_CONTAINER_CRIU_SERVICE_H

#include "base/program.h"
#include "runtime/container/criu.h"

struct criu_service {
    int socket;   /* ours */
    int its_end;  /* which criu must inherit */
    int images;   /* criu opens it by our pid */
    int terminal; /* the master that came, or -1 */
};

#define owned_criu_service __attribute__((cleanup(criu_service_release))) struct criu_service
#define CRIU_SERVICE_NONE                                          \
    {                                                              \
        .socket = -1, .its_end = -1, .images = -1, .terminal = -1, \
    }

void criu_service_release(struct criu_service *service);

/*
 * Asks for the action, and makes criu a call of the service, which must be the last that is added to its argv.
 * program takes and answers its messages while it runs.
 */
int criu_service_open(struct arena *arena, struct criu *criu, struct program *program,
                      struct criu_service *service, struct error *err);

#endif

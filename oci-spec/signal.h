/* Signals as people and engines write them: "9", "KILL", "SIGKILL", "sigkill", "RTMIN+1". */
#ifndef OCI_SPEC_SIGNAL_H
#define OCI_SPEC_SIGNAL_H

#include "base/error.h"

/* The number, 0 (which only asks whether the process is there) to 64; -1 with ERROR_INVALID. */
int signal_parse(const char *text, struct error *err);

#endif

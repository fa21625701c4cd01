/*
 * What corun asks of this program, as lines on standard input: a word, a blank, and the rest.
 *
 *   start PATH      make the unit that PATH's last component names; PATH is the cgroup it has to get (runtime/plan/unit_path.c)
 *   set PATH        change properties of that unit
 *   stop PATH       end it; one that is not there is no error
 *   adopt PATH      nothing but what "caller" asks
 *   holder PID      start: the process that is in a scope at first, since systemd makes no empty one
 *   caller PID      move this process, too: into a scope of its own, beside which it may start processes (rootless)
 *   description TEXT
 *   write FILE=VALUE     what will be written to a file of the cgroup
 *   property NAME=VALUE  an annotation org.systemd.property.NAME
 */
#ifndef HELPERS_SYSTEMD_REQUEST_H
#define HELPERS_SYSTEMD_REQUEST_H

#include <stdbool.h>
#include <sys/types.h>

#include "helpers/systemd/property.h"

enum request_verb { REQUEST_NONE, REQUEST_START, REQUEST_SET, REQUEST_STOP, REQUEST_ADOPT };

struct request {
    enum request_verb verb;
    const char *path;
    const char *unit;  /* "corun-web.scope" or a slice */
    const char *slice; /* the unit's: "system.slice" */
    bool is_slice;
    bool is_user; /* of the user's own systemd, whose name is in the path */
    pid_t holder; /* 0: none */
    pid_t caller; /* 0: none */
    const char *description;
    struct property_list properties; /* from writes; annotations override them */
};

/* text is changed, and pointed into. */
int request_parse(struct arena *arena, char *text, struct request *ret_request, struct error *err);

#endif

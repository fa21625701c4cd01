/*
 * The health of one container: what its probes have said (health.c, pure), and running them (probe.c).
 *
 * A probe is a program in the container, run every so often. Its verdict changes when it has passed successThreshold times in a row, or failed failureThreshold times.
 */
#ifndef RUNTIME_GROUP_HEALTH_H
#define RUNTIME_GROUP_HEALTH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "runtime/group/spec.h"
#include "runtime/group/starter.h"

struct health {
    const struct group_probe *probe; /* NULL: there is none, and the verdict stays what it is */
    bool is_good;                    /* the verdict */
    int64_t streak;                  /* of results that speak against the verdict */
    pid_t pid;                       /* of the check under way; 0: none */
    int64_t begun_ms;                /* when the last check began */
    int64_t
        due_ms; /* when the next one begins, or when the one under way is out of time; INT64_MAX: never */
};

/* A container has started: the first check comes after the probe's initial delay. */
void health_reset(struct health *health, const struct group_probe *probe, bool is_good,
                  int64_t now_ms);
/* A check has begun. */
void health_begin(struct health *health, pid_t pid, int64_t now_ms);
/* It has ended. True when the verdict has changed. */
bool health_take(struct health *health, bool has_passed, int64_t now_ms);
/* It could not say anything: the container is paused. */
void health_skip(struct health *health, int64_t now_ms);

/* Starts the check that is due, or kills the one that is out of time. True when the verdict has changed (it could not be started). */
bool health_attend(struct health *health, const struct start_request *request, int64_t now_ms);

#endif

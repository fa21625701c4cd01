/*
 * Talking to systemd (man 5 org.freedesktop.systemd1): the system's, over the system bus, or the user's own, over the session bus. Every
 * call and every wait has an end. Errors say what was asked and what systemd answered.
 */
#ifndef HELPERS_SYSTEMD_MANAGER_H
#define HELPERS_SYSTEMD_MANAGER_H

#include <systemd/sd-bus.h>

#include "base/error.h"
#include "helpers/systemd/request.h"

struct manager {
    sd_bus *bus;
};

int manager_open(bool is_user, struct manager *ret_manager, struct error *err);
/* Accepts a zeroed one. */
void manager_release(struct manager *manager);

#define owned_manager __attribute__((cleanup(manager_release))) struct manager

/* Returns when the unit is there, in the cgroup that was asked for. On failure it is stopped again. */
int manager_start(struct manager *manager, const struct request *request, struct error *err);

/* Moves the calling process into a scope of its own. */
int manager_adopt(struct manager *manager, pid_t pid, struct error *err);

/* Returns when systemd has written the new values. */
int manager_set(struct manager *manager, const struct request *request, struct error *err);

/* Returns when the unit is gone. One that was not there is no error. */
int manager_stop(struct manager *manager, const char *unit, struct error *err);

/* Appends all as "(sv)" each. 0 or -errno, as sd-bus has it. */
int properties_append(sd_bus_message *message, const struct property_list *properties);
int property_append(sd_bus_message *message, const struct property *property);

#endif

/*
 * Units by way of sd-bus. A job's end is a signal, so it is listened for before the job is asked for.
 *
 * A scope is transient: it goes when its last process has gone. CollectMode=inactive-or-failed lets systemd forget one that failed, too
 * (it was killed for lack of memory), or its name would stay taken.
 */
#include "helpers/systemd/manager.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define USEC_PER_MSEC 1000U

enum { CALL_TIMEOUT_MS = 10000, JOB_TIMEOUT_MS = 30000, TAKEN_TIMEOUT_MS = 3000, PAUSE_MS = 50 };

static const char destination[] = "org.freedesktop.systemd1";
static const char path[] = "/org/freedesktop/systemd1";
static const char interface[] = "org.freedesktop.systemd1.Manager";

struct job {
    const char *object; /* of which the end is waited for; NULL: not known yet */
    char result[32];    /* "done", "failed", ...; "" as long as it runs */
    struct property_list
        ended; /* those that ended before object was known: name is the object, string the result */
    struct arena *arena;
};

static int fail(int error, const char *what, const char *unit, struct error *err)
{
    return error_os(err, -error, "%s %s", what, unit);
}

/* systemd's own words are better than an errno. */
static int fail_call(int error, const sd_bus_error *answer, const char *what, const char *unit,
                     struct error *err)
{
    if (sd_bus_error_is_set(answer) && answer->message)
        return error_set(err, ERROR_STATE, "%s %s: %s", what, unit, answer->message);
    return fail(error, what, unit, err);
}

static int64_t now_ms(void)
{
    struct timespec now = {0};

    (void) clock_gettime(CLOCK_MONOTONIC, &now); /* fails for unknown clocks only */
    return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The first call would wait for it, too, but 90 seconds. */
static int wait_until_ready(sd_bus *bus, const char *name, struct error *err)
{
    int64_t deadline = now_ms() + CALL_TIMEOUT_MS;
    int result = sd_bus_is_ready(bus);

    while (result == 0) {
        int64_t left = deadline - now_ms();

        if (left <= 0)
            return error_set(err, ERROR_STATE, "connect to %s: no answer within %d ms", name,
                             CALL_TIMEOUT_MS);
        result = sd_bus_process(bus, NULL);
        if (result == 0)
            result = sd_bus_wait(bus, (uint64_t) left * USEC_PER_MSEC);
        if (result >= 0 || result == -EINTR)
            result = sd_bus_is_ready(bus);
    }
    return result < 0 ? fail(result, "connect to", name, err) : 0;
}

int manager_open(bool is_user, struct manager *ret_manager, struct error *err)
{
    const char *name = is_user ? "the user's session bus" : "the system bus";
    sd_bus *bus = NULL;
    int result = is_user ? sd_bus_open_user(&bus) : sd_bus_open_system(&bus);

    if (result == -ENOMEDIUM)
        return error_set(err, ERROR_UNSUPPORTED,
                         "connect to %s: neither XDG_RUNTIME_DIR nor DBUS_SESSION_BUS_ADDRESS says "
                         "where it is",
                         name);
    if (result < 0)
        return fail(result, "connect to", name, err);
    ret_manager->bus = bus;
    (void) sd_bus_set_method_call_timeout(bus, (uint64_t) CALL_TIMEOUT_MS * USEC_PER_MSEC);
    return wait_until_ready(bus, name, err);
}

void manager_release(struct manager *manager)
{
    manager->bus = sd_bus_close_unref(manager->bus);
}

/* --- jobs --- */

static void note_end(struct job *job, const char *object, const char *result)
{
    struct property *ended;

    if (job->object && strcmp(job->object, object) == 0) {
        (void) strncat(job->result, result, sizeof(job->result) - 1 - strlen(job->result));
        return;
    }
    ended = SLICE_PUSH(job->arena, &job->ended, struct property);
    ended->name = arena_copy(job->arena, object);
    ended->string = arena_copy(job->arena, result);
}

static int on_removed(sd_bus_message *message, void *context, sd_bus_error *answer)
{
    const char *object;
    const char *unit;
    const char *result;
    uint32_t id;

    (void) answer;
    if (sd_bus_message_read(message, "uoss", &id, &object, &unit, &result) >= 0)
        note_end(context, object, result);
    return 0;
}

static int listen_for_jobs(struct manager *manager, struct job *job, sd_bus_slot **slot,
                           struct error *err)
{
    sd_bus_error answer = SD_BUS_ERROR_NULL;
    int result = sd_bus_match_signal(manager->bus, slot, destination, path, interface, "JobRemoved",
                                     on_removed, job);

    if (result >= 0)
        result = sd_bus_call_method(manager->bus, destination, path, interface, "Subscribe",
                                    &answer, NULL, NULL);
    if (result < 0 && !sd_bus_error_has_name(&answer, "org.freedesktop.systemd1.AlreadySubscribed"))
        result = fail_call(result, &answer, "listen to", "systemd", err);
    else
        result = 0;
    sd_bus_error_free(&answer);
    return result;
}

static void pause_a_little(void)
{
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};

    (void) nanosleep(&pause, NULL);
}

/* The answer names the job; its end may have come before. */
static int wait_for_job(struct manager *manager, struct job *job, const char *unit,
                        struct error *err)
{
    int64_t deadline = now_ms() + JOB_TIMEOUT_MS;

    SLICE_FOR_EACH(const struct property, ended, job->ended)
        if (strcmp(ended->name, job->object) == 0)
            note_end(job, ended->name, ended->string);
    while (job->result[0] == '\0') {
        int64_t left = deadline - now_ms();
        int result = sd_bus_process(manager->bus, NULL);

        if (result == 0 && left <= 0)
            return error_set(err, ERROR_STATE, "wait for %s: systemd did not do it within %d ms",
                             unit, JOB_TIMEOUT_MS);
        if (result == 0)
            result = sd_bus_wait(manager->bus, (uint64_t) left * USEC_PER_MSEC);
        if (result < 0 && result != -EINTR)
            return fail(result, "wait for", unit, err);
    }
    if (strcmp(job->result, "done") != 0)
        return error_set(err, ERROR_STATE, "wait for %s: the job ended with \"%s\"", unit,
                         job->result);
    return 0;
}

/* Sends a call that makes a job, and waits for the end of that. 0; -errno with *answer set, or err. */
static int do_job(struct manager *manager, sd_bus_message *call, const char *unit,
                  sd_bus_error *answer, struct error *err)
{
    owned_arena arena = {0};
    struct job job = {.arena = &arena};
    sd_bus_slot *slot = NULL;
    sd_bus_message *reply = NULL;
    int result = listen_for_jobs(manager, &job, &slot, err);

    if (result == 0) {
        result = sd_bus_call(manager->bus, call, 0, answer, &reply);
        if (result >= 0)
            result = sd_bus_message_read(reply, "o", &job.object);
        if (result < 0)
            (void) fail_call(result, answer, "ask systemd for", unit, err);
        else
            result = wait_for_job(manager, &job, unit, err);
    }
    sd_bus_message_unref(reply);
    sd_bus_slot_unref(slot);
    return result;
}

/* --- start --- */

static int append_fixed(sd_bus_message *call, const struct request *request)
{
    bool is_scope = !request->is_slice;
    int result = sd_bus_message_append(call, "(sv)(sv)(sv)(sv)(sv)(sv)", "Description", "s",
                                       request->description ? request->description : request->unit,
                                       "DefaultDependencies", "b", 0, "MemoryAccounting", "b", 1,
                                       "CPUAccounting", "b", 1, "IOAccounting", "b", 1,
                                       "TasksAccounting", "b", 1);

    /* A slice's place is in its name. */
    if (result >= 0 && is_scope)
        result = sd_bus_message_append(call, "(sv)(sv)(sv)(sv)", "Slice", "s", request->slice,
                                       "Delegate", "b", 1, "CollectMode", "s", "inactive-or-failed",
                                       "PIDs", "au", 1, (uint32_t) request->holder);
    /* Without one, systemd would set its DefaultTasksMax; in config.json no limit is no limit. */
    if (result >= 0 && !property_find(&request->properties, "TasksMax"))
        result = sd_bus_message_append(call, "(sv)", "TasksMax", "t", UINT64_MAX);
    return result;
}

static int make_start(struct manager *manager, const struct request *request,
                      sd_bus_message **ret_call)
{
    int result = sd_bus_message_new_method_call(manager->bus, ret_call, destination, path,
                                                interface, "StartTransientUnit");

    if (result >= 0)
        result = sd_bus_message_append(*ret_call, "ss", request->unit, "fail");
    if (result >= 0)
        result = sd_bus_message_open_container(*ret_call, 'a', "(sv)");
    if (result >= 0)
        result = append_fixed(*ret_call, request);
    if (result >= 0) /* after ours: of two, the later counts */
        result = properties_append(*ret_call, &request->properties);
    if (result >= 0)
        result = sd_bus_message_close_container(*ret_call);
    if (result >= 0)
        result = sd_bus_message_append(*ret_call, "a(sa(sv))", 0);
    return result;
}

static void reset_failed(struct manager *manager, const char *unit)
{
    /* Usually there is no such unit, and nothing depends on it. */
    (void) sd_bus_call_method(manager->bus, destination, path, interface, "ResetFailedUnit", NULL,
                              NULL, "s", unit);
}

/* 1: the name is taken; 0; negative: it failed. */
static int try_start(struct manager *manager, const struct request *request, struct error *err)
{
    sd_bus_error answer = SD_BUS_ERROR_NULL;
    sd_bus_message *call = NULL;
    int result = make_start(manager, request, &call);

    result = result < 0 ? fail(result, "describe", request->unit, err)
                        : do_job(manager, call, request->unit, &answer, err);
    if (result < 0 && sd_bus_error_has_name(&answer, "org.freedesktop.systemd1.UnitExists"))
        result = 1;
    sd_bus_message_unref(call);
    sd_bus_error_free(&answer);
    return result;
}

static int check_place(struct manager *manager, const struct request *request, struct error *err)
{
    const char *type =
        request->is_slice ? "org.freedesktop.systemd1.Slice" : "org.freedesktop.systemd1.Scope";
    sd_bus_error answer = SD_BUS_ERROR_NULL;
    char *object = NULL;
    char *found = NULL;
    int result = sd_bus_path_encode("/org/freedesktop/systemd1/unit", request->unit, &object);

    if (result >= 0)
        result = sd_bus_get_property_string(manager->bus, destination, object, type, "ControlGroup",
                                            &answer, &found);
    if (result < 0)
        result = fail_call(result, &answer, "ask for the cgroup of", request->unit, err);
    else if (strcmp(found, request->path) != 0)
        result = error_set(err, ERROR_STATE, "systemd has put %s at %s, not at %s", request->unit,
                           found[0] ? found : "no cgroup", request->path);
    sd_bus_error_free(&answer);
    free(object);
    free(found);
    return result < 0 ? -1 : 0;
}

int manager_start(struct manager *manager, const struct request *request, struct error *err)
{
    int64_t deadline = now_ms() + TAKEN_TIMEOUT_MS;
    int result = try_start(manager, request, err);

    /* One of the same name that ended a moment ago: systemd needs that moment. */
    while (result > 0 && now_ms() < deadline) {
        reset_failed(manager, request->unit);
        pause_a_little();
        result = try_start(manager, request, err);
    }
    if (result != 0)
        return -1;
    if (check_place(manager, request, err) < 0) {
        struct error ignored; /* what is wrong has been said */

        (void) manager_stop(manager, request->unit, &ignored);
        return -1;
    }
    return 0;
}

int manager_adopt(struct manager *manager, pid_t pid, struct error *err)
{
    owned_arena arena = {0};
    const struct request request = {
        .unit = arena_format(&arena, "corun-caller-%d.scope", (int) pid),
        .slice = "user.slice",
        .holder = pid,
    };

    return try_start(manager, &request, err) == 0 ? 0 : -1;
}

/* --- set --- */

static int make_set(struct manager *manager, const struct request *request,
                    sd_bus_message **ret_call)
{
    int result = sd_bus_message_new_method_call(manager->bus, ret_call, destination, path,
                                                interface, "SetUnitProperties");

    if (result >= 0)
        result = sd_bus_message_append(*ret_call, "sb", request->unit, 1); /* until the next boot */
    if (result >= 0)
        result = sd_bus_message_open_container(*ret_call, 'a', "(sv)");
    if (result >= 0)
        result = properties_append(*ret_call, &request->properties);
    return result < 0 ? result : sd_bus_message_close_container(*ret_call);
}

int manager_set(struct manager *manager, const struct request *request, struct error *err)
{
    sd_bus_error answer = SD_BUS_ERROR_NULL;
    sd_bus_message *call = NULL;
    int result;

    if (request->properties.count == 0)
        return 0;
    result = make_set(manager, request, &call);
    if (result >= 0)
        result = sd_bus_call(manager->bus, call, 0, &answer, NULL);
    /* systemd writes before it reads its next message: when this one is answered, the values are in the files. */
    if (result >= 0)
        result = sd_bus_call_method(manager->bus, destination, path, "org.freedesktop.DBus.Peer",
                                    "Ping", &answer, NULL, NULL);
    if (result < 0)
        (void) fail_call(result, &answer, "set properties of", request->unit, err);
    sd_bus_message_unref(call);
    sd_bus_error_free(&answer);
    return result < 0 ? -1 : 0;
}

/* --- stop --- */

int manager_stop(struct manager *manager, const char *unit, struct error *err)
{
    sd_bus_error answer = SD_BUS_ERROR_NULL;
    sd_bus_message *call = NULL;
    int result = sd_bus_message_new_method_call(manager->bus, &call, destination, path, interface,
                                                "StopUnit");

    if (result >= 0)
        result = sd_bus_message_append(call, "ss", unit, "replace");
    result = result < 0 ? fail(result, "describe", unit, err)
                        : do_job(manager, call, unit, &answer, err);
    if (result < 0 && sd_bus_error_has_name(&answer, "org.freedesktop.systemd1.NoSuchUnit"))
        result = 0;
    if (result == 0)
        reset_failed(manager, unit);
    sd_bus_message_unref(call);
    sd_bus_error_free(&answer);
    return result < 0 ? -1 : 0;
}

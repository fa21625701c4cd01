/*
 * corun-systemd: the part of corun that speaks D-Bus, as a program of its own, so that the main one needs no library for it.
 *
 * corun runs it for one request at a time (request.h), with nothing of its own environment but where the user's bus is. It says nothing
 * when the request was carried out; otherwise it prints one line to standard error and ends with 1.
 */
#include <stdio.h>
#include <unistd.h>

#include "base/sys/file.h"
#include "helpers/systemd/manager.h"

enum { REQUEST_SIZE = 1024 * 1024 };

static int carry_out(struct manager *manager, const struct request *request, struct error *err)
{
    if (request->caller > 0 && manager_adopt(manager, request->caller, err) < 0)
        return -1;
    switch (request->verb) {
    case REQUEST_START:
        return manager_start(manager, request, err);
    case REQUEST_SET:
        return manager_set(manager, request, err);
    case REQUEST_STOP:
        return manager_stop(manager, request->unit, err);
    case REQUEST_ADOPT:
    case REQUEST_NONE:
        break;
    }
    return 0;
}

static int run(struct arena *arena, struct error *err)
{
    owned_manager manager = {0};
    struct request request = {0};
    char *text = arena_alloc(arena, REQUEST_SIZE + 1);
    ssize_t size = sys_read_all(STDIN_FILENO, text, REQUEST_SIZE);

    if (size < 0)
        return error_os(err, (int) -size, "read the request");
    if (size == REQUEST_SIZE)
        return error_set(err, ERROR_INVALID, "the request is longer than %d bytes", REQUEST_SIZE);
    if (request_parse(arena, text, &request, err) < 0 ||
        manager_open(request.is_user, &manager, err) < 0)
        return -1;
    return carry_out(&manager, &request, err);
}

int main(void)
{
    owned_arena arena = {0};
    struct error err = {0};

    if (run(&arena, &err) == 0)
        return 0;
    (void) fprintf(stderr, "%s\n", err.text);
    return 1;
}

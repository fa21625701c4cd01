/* The request's lines, by a table of their first words. */
#include "helpers/systemd/request.h"

#include <string.h>

#include "base/text.h"

struct request_line {
    const char *word;
    enum request_verb verb; /* of those that are one */
    int (*take)(struct arena *arena, struct request *request, const char *rest, struct error *err);
};

/* The last component is the unit, the one before it the slice it is in; above them, in the user's case, is the service of the user's systemd. */
static int take_path(struct arena *arena, struct request *request, const char *rest,
                     struct error *err)
{
    const char *unit = strrchr(rest, '/');
    char *parent = arena_copy_bytes(arena, rest, unit ? (size_t) (unit - rest) : 0);
    char *slash = strrchr(parent, '/');

    request->path = rest;
    request->is_user = strstr(rest, ".service/") != NULL;
    if (!unit || unit[1] == '\0')
        return error_set(err, ERROR_INVALID, "%s has no last component", rest);
    request->unit = unit + 1;
    request->is_slice = text_has_suffix(unit, ".slice");
    request->slice = slash && text_has_suffix(slash, ".slice") ? slash + 1 : "-.slice";
    return 0;
}

static int take_pid(const char *text, pid_t *ret_pid, struct error *err)
{
    uint32_t number;

    if (!text_parse_uint32(text, &number) || number == 0 || number > INT32_MAX)
        return error_set(err, ERROR_INVALID, "\"%s\" is not a process", text);
    *ret_pid = (pid_t) number;
    return 0;
}

static int take_holder(struct arena *arena, struct request *request, const char *rest,
                       struct error *err)
{
    (void) arena;
    return take_pid(rest, &request->holder, err);
}

static int take_caller(struct arena *arena, struct request *request, const char *rest,
                       struct error *err)
{
    (void) arena;
    return take_pid(rest, &request->caller, err);
}

static int take_description(struct arena *arena, struct request *request, const char *rest,
                            struct error *err)
{
    (void) arena;
    (void) err;
    request->description = rest;
    return 0;
}

/* "NAME=VALUE" in two; false when there is no "=". */
static bool split(struct arena *arena, const char *text, struct text_pair *ret_pair)
{
    const char *equals = strchr(text, '=');

    if (!equals)
        return false;
    ret_pair->key = arena_copy_bytes(arena, text, (size_t) (equals - text));
    ret_pair->value = equals + 1;
    return true;
}

/* The last of several with one name counts. */
static void put_property(struct arena *arena, struct property_list *list,
                         const struct property *property)
{
    SLICE_FOR_EACH(struct property, there, *list)
        if (strcmp(there->name, property->name) == 0) {
            *there = *property;
            return;
        }
    *SLICE_PUSH(arena, list, struct property) = *property;
}

static int take_write(struct arena *arena, struct request *request, const char *rest,
                      struct error *err)
{
    struct property_list made = {0};
    struct text_pair given;

    if (!split(arena, rest, &given))
        return error_set(err, ERROR_INVALID, "a write without a value: %s", rest);
    if (properties_add_write(arena, &made, given.key, given.value, err) < 0)
        return -1;
    SLICE_FOR_EACH(const struct property, property, made)
        put_property(arena, &request->properties, property);
    return 0;
}

static int take_property(struct arena *arena, struct request *request, const char *rest,
                         struct error *err)
{
    struct property property;
    struct text_pair given;

    if (!split(arena, rest, &given))
        return error_set(err, ERROR_INVALID, "a property without a value: %s", rest);
    if (property_parse_annotation(arena, given.key, given.value, &property, err) < 0)
        return -1;
    put_property(arena, &request->properties, &property);
    return 0;
}

static const struct request_line lines[] = {
    {"adopt ",       REQUEST_ADOPT, take_path       },
    {"caller ",      REQUEST_NONE,  take_caller     },
    {"description ", REQUEST_NONE,  take_description},
    {"holder ",      REQUEST_NONE,  take_holder     },
    {"property ",    REQUEST_NONE,  take_property   },
    {"set ",         REQUEST_SET,   take_path       },
    {"start ",       REQUEST_START, take_path       },
    {"stop ",        REQUEST_STOP,  take_path       },
    {"write ",       REQUEST_NONE,  take_write      },
};

static int take_line(struct arena *arena, struct request *request, char *line, struct error *err)
{
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        if (!text_has_prefix(line, lines[i].word))
            continue;
        if (lines[i].verb != REQUEST_NONE)
            request->verb = lines[i].verb;
        return lines[i].take(arena, request, line + strlen(lines[i].word), err);
    }
    return error_set(err, ERROR_INVALID, "this is not a request: %s", line);
}

int request_parse(struct arena *arena, char *text, struct request *ret_request, struct error *err)
{
    struct request request = {0};
    char *rest = NULL;

    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        if (take_line(arena, &request, line, err) < 0)
            return -1;
    if (request.verb == REQUEST_NONE)
        return error_set(err, ERROR_INVALID,
                         "this program is run by corun, with a request on its standard input");
    if (request.verb == REQUEST_START && !request.is_slice && request.holder == 0)
        return error_set(err, ERROR_INVALID, "a scope needs a process");
    *ret_request = request;
    return 0;
}

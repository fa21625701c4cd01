/* The error value. Formatting only; no allocation, no output. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* One line always: operands come from files and command lines, and engines read errors line by line. */
static void error_flatten(char *text)
{
    for (; *text; text++)
        if ((unsigned char) *text < 0x20 || *text == 0x7f)
            *text = '?';
}

int error_set(struct error *err, enum error_kind kind, const char *format, ...)
{
    va_list args;

    err->kind = kind;
    err->os_error = 0;
    va_start(args, format);
    (void) vsnprintf(err->text, sizeof(err->text), format, args); /* a cut text is still a text */
    va_end(args);
    error_flatten(err->text);
    return -1;
}

int error_os(struct error *err, int os_error, const char *format, ...)
{
    va_list args;
    size_t length;

    err->kind = ERROR_OS;
    err->os_error = os_error;
    va_start(args, format);
    (void) vsnprintf(err->text, sizeof(err->text) - 64, format, args); /* room for the reason */
    va_end(args);
    length = strlen(err->text);
    (void) snprintf(err->text + length, sizeof(err->text) - length, ": %s", strerror(os_error));
    error_flatten(err->text);
    return -1;
}

int error_within(struct error *err, const char *format, ...)
{
    char inner[sizeof(err->text)];
    va_list args;
    size_t length;

    memcpy(inner, err->text, sizeof(inner));
    va_start(args, format);
    (void) vsnprintf(err->text, sizeof(err->text), format, args);
    va_end(args);
    length = strlen(err->text);
    (void) snprintf(err->text + length, sizeof(err->text) - length, ": %s", inner);
    error_flatten(err->text);
    return -1;
}

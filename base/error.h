/*
 * The error value: what was attempted, on what, and why it failed, as one line of text.
 *
 * It lives in the caller's frame and is passed down as the last parameter. The text is made once, where
 * the failure is known ("open the root filesystem /x: No such file or directory"); callers on the way up
 * prefix the place they know about with error_within(). Only main.c prints it. Code may branch on kind,
 * never on text or os_error.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

enum error_kind {
    ERROR_NONE,
    ERROR_OS,          /* the kernel refused; os_error says why */
    ERROR_INVALID,     /* what we were given is wrong: arguments, config.json, a file's content */
    ERROR_NOT_FOUND,   /* no such container */
    ERROR_EXISTS,      /* the id is taken */
    ERROR_STATE,       /* the container is not in a state in which this can be done */
    ERROR_UNSUPPORTED, /* well formed, but this host or this build cannot do it */
};

struct error {
    enum error_kind kind;
    int os_error; /* positive errno for ERROR_OS, else 0 */
    char text[2048];
};

/* Sets kind and text; control characters in operands are shown as '?', so the text stays one line. Always returns -1. */
int error_set(struct error *err, enum error_kind kind, const char *format, ...)
    __attribute__((format(printf, 3, 4), cold));

/* ERROR_OS with ": strerror" appended. os_error is a positive errno. Always returns -1. */
int error_os(struct error *err, int os_error, const char *format, ...)
    __attribute__((format(printf, 3, 4), cold));

/* Puts "prefix: " before the text that is there. Always returns -1. */
int error_within(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3), cold));

#endif

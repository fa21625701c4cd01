/*
 * The log: where warnings and debug lines go, in the line formats that engines parse from runc.
 *
 * text:  time="2026-11-24T06:00:00Z" level=warning msg="..."
 * json:  {"level":"warning","msg":"...","time":"2026-11-24T06:00:00Z"}
 * A functions returns its error and does not log it; main.c logs the final one.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };
enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JSON };

struct log {
    int fd; /* -1: standard error; borrowed */
    enum log_level level;
    enum log_format format;
};

/* One line, one write(2) (O_APPEND: lines of parallel processes do not mix). log may be NULL: no output. */
void log_write(const struct log *log, enum log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define log_warning(log, ...) log_write((log), LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_debug(log, ...)   log_write((log), LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif

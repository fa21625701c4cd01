/* The log: formats a line in a buffer of its own and writes it at once. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/timestamp.h"

static const char *const level_names[] = {
    [LOG_LEVEL_ERROR] = "error",
    [LOG_LEVEL_WARNING] = "warning",
    [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_DEBUG] = "debug",
};

/* Quotes for both formats: a JSON string is also a valid Go-quoted string, which logrus' text format uses. */
static size_t log_quote(char *line, size_t size, const char *text)
{
    size_t used = 0;

    line[used++] = '"';
    for (; *text && used + 8 < size; text++) {
        unsigned char byte = (unsigned char) *text;

        if (byte == '"' || byte == '\\') {
            line[used++] = '\\';
            line[used++] = (char) byte;
        } else if (byte < 0x20) {
            used += (size_t) snprintf(line + used, size - used, "\\u%04x", byte);
        } else {
            line[used++] = (char) byte;
        }
    }
    line[used++] = '"';
    return used;
}

void log_write(const struct log *log, enum log_level level, const char *format, ...)
{
    char message[3072];
    char quoted[4096];
    char line[4608];
    char stamp[TIMESTAMP_SIZE];
    va_list args;
    int length;

    if (!log || level > log->level)
        return;
    va_start(args, format);
    (void) vsnprintf(message, sizeof(message), format, args); /* a cut message is still a message */
    va_end(args);
    quoted[log_quote(quoted, sizeof(quoted) - 1, message)] = '\0';
    timestamp_format((uint64_t) time(NULL), stamp);
    if (log->format == LOG_FORMAT_JSON)
        length = snprintf(line, sizeof(line), "{\"level\":\"%s\",\"msg\":%s,\"time\":\"%sZ\"}\n",
                          level_names[level], quoted, stamp);
    else
        length = snprintf(line, sizeof(line), "time=\"%sZ\" level=%s msg=%s\n", stamp,
                          level_names[level], quoted);
    if (length > 0) /* a log that cannot be written must not stop a container */
        (void) !write(log->fd >= 0 ? log->fd : STDERR_FILENO, line, (size_t) length);
}

/*
 * The program: its own options, then one command; prints the error, if there is one, and ends with the exit code.
 *
 * An error is one line on standard error for people, and, with --log, one line in the log file for engines, which show their
 * users the last line of level error. Nothing else in corun prints an error or ends the process (but out of memory).
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/owned.h"
#include "runtime/cmd/commands.h"
#include "runtime/cmd/options.h"
#include "runtime/cmd/version.h"

/*
 * A caller may have closed standard streams; the next files we open would then take their numbers, and the container
 * would be given them.
 */
static int main_fill_standard_streams(struct error *err)
{
    int fd;

    do {
        fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (fd < 0)
            return error_os(err, errno, "open /dev/null");
        if (fd <= STDERR_FILENO && fcntl(fd, F_SETFD, 0) < 0)
            return error_os(err, errno, "keep /dev/null open");
    } while (fd <= STDERR_FILENO);
    (void) close(fd);
    return 0;
}

static int main_open_log(const struct program_options *options, struct log *log, struct error *err)
{
    log->format = (enum log_format) options->log_format;
    log->level = options->is_debug ? LOG_LEVEL_DEBUG : (enum log_level) options->log_level;
    if (!options->log)
        return 0;
    log->fd = open(options->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    if (log->fd < 0)
        return error_os(err, errno, "open the log %s", options->log);
    return 0;
}

static int main_run_command(const struct invocation *invocation, struct error *err)
{
    const struct program_options *options = invocation->program;
    const struct command *command = commands_find(options->command, err);

    return command ? commands_run(invocation, command, &options->arguments, err) : -1;
}

static int main_run(struct arena *arena, const char *const *words, struct log *log,
                    struct error *err)
{
    struct program_options options = {.log_level = LOG_LEVEL_INFO};
    const struct invocation invocation = {.arena = arena, .program = &options, .log = log};
    int result = options_parse(arena, &command_program, words, &options, err);

    if (result < 0) { /* an engine wants to read of this, too, if it has named its log already */
        struct error ignored = {0};

        (void) main_open_log(&options, log, &ignored);
        return -1;
    }
    if (result == OPTIONS_HELP_WANTED || (!options.command && !options.wants_version)) {
        FILE *stream = result == OPTIONS_HELP_WANTED ? stdout : stderr;

        (void) fputs(options_help(arena, &command_program), stream);
        return stream == stdout ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    if (options.wants_version) {
        (void) fputs(version_text(arena), stdout);
        return 0;
    }
    if (main_open_log(&options, log, err) < 0)
        return -1;
    return main_run_command(&invocation, err);
}

int main(int argc, char **argv)
{
    owned_arena arena = {0};
    struct error err = {0};
    struct log log = {.fd = -1};
    int exit_code = main_fill_standard_streams(&err);

    (void) signal(
        SIGCHLD, SIG_DFL); /* a caller that ignores it would let the kernel reap what we wait for */
    if (exit_code == 0)
        exit_code =
            main_run(&arena, (const char *const *) (argc > 0 ? argv + 1 : argv), &log, &err);
    if ((fflush(stdout) != 0 || ferror(stdout)) && exit_code == 0)
        exit_code = error_os(&err, errno, "write to standard output");
    if (exit_code < 0) {
        (void) fprintf(stderr, PROGRAM_NAME ": %s\n", err.text);
        if (log.fd >= 0)
            log_write(&log, LOG_LEVEL_ERROR, "%s", err.text);
        exit_code = EXIT_FAILURE;
    }
    owned_fd_close(&log.fd);
    exit(
        exit_code); /* no return: to give the arena back block by block costs more than to end with it */
}

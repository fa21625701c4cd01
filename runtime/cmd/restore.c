/* corun restore: a container that goes on where 'corun checkpoint' stopped it. */
#include "runtime/cmd/checkpoint.h"
#include "runtime/cmd/commands.h"
#include "runtime/cmd/create.h"
#include "runtime/group/group.h"

struct restore_words {
    struct criu_words words;
    struct create_request create;
    bool is_detached;
};

static const struct option restore_rows[] = {
    TEXT_OPTION('b', "bundle", "DIR", struct restore_words, create.bundle,
                "the bundle (default: the current directory)"),
    TEXT_OPTION(0, "console-socket", "PATH", struct restore_words, create.console_socket,
                "where to send the terminal, when there is one"),
    FLAG_OPTION('d', "detach", struct restore_words, is_detached,
                "return as soon as the program runs"),
    TEXT_OPTION(0, "lsm-mount-context", "CONTEXT", struct restore_words,
                words.options.lsm_mount_context, "the SELinux context of mounts"),
    TEXT_OPTION(0, "lsm-profile", "TYPE:NAME", struct restore_words, words.options.lsm_profile,
                "another profile of the security module: apparmor:NAME or selinux:LABEL"),
    FLAG_OPTION(0, "no-pivot", struct restore_words, create.no_pivot, "not supported"),
    IGNORED_OPTION(0, "no-subreaper", "accepted, has no effect: there never is a subreaper"),
    TEXT_OPTION(0, "pid-file", "FILE", struct restore_words, create.pid_file,
                "write the pid of the container's process to FILE"),
};

static const struct operand restore_operands[] = {
    REQUIRED_OPERAND("ID", struct restore_words, create.container.id),
};

static int restore_run(const struct invocation *invocation, void *request, struct error *err)
{
    const struct restore_words *words = request;
    struct restore_request restore = {words->words.options, words->create, words->is_detached};
    int exit_code = 0;

    if (words->create.no_pivot)
        return error_set(err, ERROR_UNSUPPORTED, "--no-pivot is not supported");
    if (invocation_complete_create(invocation, &restore.create, err) < 0)
        return -1;
    return group_restore_any(invocation->arena, &restore, &exit_code, err) < 0 ? -1 : exit_code;
}

const struct command command_restore = {
    .name = "restore",
    .summary = "Make a container from a checkpoint, with criu",
    .description =
        "Its bundle must be as it was; limits, mount sources and namespaces to join are taken from there.\n"
        "Unless detached, waits for the program, as 'corun run' does.\n",
    OPTIONS(restore_rows),
    OPERANDS(restore_operands),
    .extended = &criu_options_command,
    .request_size = sizeof(struct restore_words),
    .run = restore_run,
};

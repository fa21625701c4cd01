/* corun exec: one more process in a container; in the foreground unless detached. */
#include "runtime/cmd/create.h"

#include <string.h>

#include "runtime/cmd/commands.h"
#include "runtime/cmd/inherited.h"

static const struct option exec_rows[] = {
    TEXTS_OPTION('g', "additional-gids", "GID", struct exec_request, additional_gids,
                 "one more group of the process; may be repeated"),
    TEXT_OPTION(0, "apparmor", "PROFILE", struct exec_request, apparmor_profile,
                "the AppArmor profile of the process"),
    TEXTS_OPTION('c', "cap", "CAPABILITY", struct exec_request, capabilities,
                 "add a capability; may be repeated"),
    TEXTS_OPTION(0, "cgroup", "PATH", struct exec_request, cgroups,
                 "a cgroup below the container's; CONTROLLER:PATH with cgroup v1"),
    TEXT_OPTION(0, "console-socket", "PATH", struct exec_request, console_socket,
                "send the terminal's master to the unix socket PATH"),
    TEXT_OPTION(0, "cwd", "DIR", struct exec_request, cwd, "the working directory"),
    FLAG_OPTION('d', "detach", struct exec_request, is_detached,
                "return as soon as the program runs"),
    TEXTS_OPTION('e', "env", "NAME=VALUE", struct exec_request, env,
                 "one more environment variable; may be repeated"),
    FLAG_OPTION(0, "ignore-paused", struct exec_request, ignores_paused,
                "in a paused container, wait until it is resumed"),
    FLAG_OPTION(0, "no-new-privs", struct exec_request, no_new_privileges,
                "no program it executes gives it more privileges"),
    IGNORED_OPTION(0, "no-subreaper", "accepted, has no effect: there never is a subreaper"),
    TEXT_OPTION(0, "pid-file", "FILE", struct exec_request, pid_file,
                "write the pid of the process to FILE"),
    UINT32_OPTION(0, "preserve-fds", "N", struct exec_request, preserve_fds,
                  "pass N open file descriptors to the program, from 3 on"),
    TEXT_OPTION('p', "process", "FILE", struct exec_request, process_file,
                "a \"process\" document, instead of a command"),
    TEXT_OPTION(0, "process-label", "LABEL", struct exec_request, selinux_label,
                "the SELinux context of the process"),
    FLAG_OPTION('t', "tty", struct exec_request, has_terminal, "give the process a terminal"),
    TEXT_OPTION('u', "user", "UID[:GID]", struct exec_request, user,
                "numbers; without GID, the group of the container's process"),
};

static const struct operand exec_operands[] = {
    REQUIRED_OPERAND("ID", struct exec_request, container.id),
    REST_OPERAND("COMMAND", struct exec_request, args),
};

static int exec_run(const struct invocation *invocation, void *request, struct error *err)
{
    struct exec_request *exec = request;
    struct create_request inherited = {.preserve_fds = exec->preserve_fds};
    int exit_code = 0;

    invocation_name_container(invocation, &exec->container);
    if (exec->args.count > 0 && strcmp(exec->args.items[0], "--") == 0) {
        exec->args
            .items++; /* "exec ID -- COMMAND": people write it, and no program has that name */
        exec->args.count--;
    }
    if (inherited_find_fds(&inherited, err) < 0)
        return -1;
    exec->preserve_fds = inherited.preserve_fds;
    exec->listen_fds = inherited.listen_fds;
    if (container_exec(invocation->arena, exec, &exit_code, err) < 0)
        return -1;
    return exit_code;
}

const struct command command_exec = {
    .name = "exec",
    .summary = "Execute a program in a container",
    .description =
        "The process is as the container's own: user, environment, capabilities, limits,\n"
        "unless options or FILE say otherwise. Unless detached, waits for it and ends with\n"
        "its exit code, or 128 + n when signal n killed it.\n",
    OPTIONS(exec_rows),
    OPERANDS(exec_operands),
    .request_size = sizeof(struct exec_request),
    .run = exec_run,
};

/* corun create: all of a container but its program. */
#include "runtime/cmd/create.h"

#include "runtime/cmd/commands.h"
#include "runtime/cmd/inherited.h"

static const struct option create_rows[] = {
    TEXT_OPTION('b', "bundle", "DIR", struct create_words, create.bundle,
                "the bundle (default: the current directory)"),
    TEXT_OPTION('f', "config", "FILE", struct create_words, create.config,
                "read FILE instead of the bundle's config.json"),
    TEXT_OPTION(0, "console-socket", "PATH", struct create_words, create.console_socket,
                "send the terminal's master to the unix socket PATH"),
    TEXT_OPTION(0, "group", "ID", struct create_words, member.group,
                "make it a member of a group (see 'corun group --help')"),
    FLAG_OPTION(0, "no-new-keyring", struct create_words, create.no_new_keyring,
                "keep the caller's session keyring"),
    FLAG_OPTION(0, "no-pivot", struct create_words, create.no_pivot,
                "move the root mount instead of pivot_root: for a root on a ramdisk"),
    IGNORED_OPTION(0, "no-subreaper", "accepted, has no effect: there never is a subreaper"),
    TEXT_OPTION(0, "pid-file", "FILE", struct create_words, create.pid_file,
                "write the pid of the container's process to FILE"),
    UINT32_OPTION(0, "preserve-fds", "N", struct create_words, create.preserve_fds,
                  "pass N open file descriptors to the program, from 3 on"),
    TEXTS_OPTION(0, "volume", "NAME:DIR[:ro|rw][:SUBPATH]", struct create_words, member.volumes,
                 "mount a volume of the group at DIR; may be repeated"),
};

static const struct operand create_operands[] = {
    REQUIRED_OPERAND("ID", struct create_words, create.container.id),
};

void invocation_name_container(const struct invocation *invocation,
                               struct container_request *container)
{
    container->root = invocation->program->root;
    container->log = invocation->log;
}

int invocation_complete_create(const struct invocation *invocation, struct create_request *request,
                               struct error *err)
{
    const struct program_options *program = invocation->program;

    invocation_name_container(invocation, &request->container);
    request->is_systemd_cgroup =
        program->is_systemd_cgroup || program->cgroup_manager == CGROUP_MANAGER_SYSTEMD;
    if (program->cgroup_manager == CGROUP_MANAGER_DISABLED)
        log_warning(invocation->log, "--cgroup-manager=disabled has no effect: "
                                     "the container gets the cgroup that its config.json names");
    return inherited_find_fds(request, err);
}

/* The options of what extends create write to the start of its request. */
_Static_assert(offsetof(struct create_words, create) == 0, "create_words begin with the create");

int create_words_check(const struct create_words *words, struct error *err)
{
    if (words->member.volumes.count > 0 && !words->member.group)
        return error_set(err, ERROR_INVALID, "--volume needs --group: it names a group's volume");
    return 0;
}

static int create_run(const struct invocation *invocation, void *request, struct error *err)
{
    struct create_words *words = request;

    if (create_words_check(words, err) < 0 ||
        invocation_complete_create(invocation, &words->create, err) < 0)
        return -1;
    if (words->member.group)
        return group_create_member(invocation->arena, &words->member, &words->create, err);
    return group_create_any(invocation->arena, &words->create, err);
}

const struct command command_create = {
    .name = "create",
    .summary = "Create a container",
    .description = "The container is all set up, its program waits for 'corun start'.\n",
    OPTIONS(create_rows),
    OPERANDS(create_operands),
    .request_size = sizeof(struct create_words),
    .run = create_run,
};

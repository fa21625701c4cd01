/* corun checkpoint: the processes of a container to a directory; and the options that restore has, too. */
#include "runtime/cmd/checkpoint.h"

#include "runtime/cmd/commands.h"
#include "runtime/cmd/create.h"

/* The cgroup and its limits are made by corun, from config.json. The modes in which criu would do it are not taken. */
static const struct name cgroups_modes[] = {
    {"ignore", 0},
    {"soft",   1},
};
static const struct names cgroups_mode_names = NAMES("cgroups mode", cgroups_modes);

static const struct option common_rows[] = {
    FLAG_OPTION(0, "auto-dedup", struct criu_words, options.auto_dedup,
                "drop memory from parent images when newer ones have it"),
    TEXT_OPTION(0, "empty-ns", "NAME", struct criu_words, options.empty_ns,
                "network: leave the content of the network namespace out"),
    FLAG_OPTION(0, "ext-unix-sk", struct criu_words, options.ext_unix_sk,
                "allow unix sockets that are connected to the outside"),
    FLAG_OPTION(0, "file-locks", struct criu_words, options.file_locks, "allow file locks"),
    TEXT_OPTION(0, "image-path", "DIR", struct criu_words, options.image_path,
                "the directory of the images (default: checkpoint)"),
    FLAG_OPTION(0, "lazy-pages", struct criu_words, options.lazy_pages,
                "leave the memory where it is until it is asked for"),
    FLAG_OPTION(0, "link-remap", struct criu_words, options.link_remap,
                "allow open files that were removed and have other links"),
    NAME_OPTION(0, "manage-cgroups-mode", "MODE", struct criu_words, cgroups_mode,
                cgroups_mode_names, "soft or ignore; the cgroup is made from config.json"),
    FLAG_OPTION(0, "shell-job", struct criu_words, options.shell_job,
                "allow a session that began outside of the container"),
    FLAG_OPTION(0, "tcp-established", struct criu_words, options.tcp_established,
                "allow open tcp connections"),
    TEXT_OPTION(0, "work-path", "DIR", struct criu_words, options.work_path,
                "the directory for criu's log (default: that of the images)"),
};

const struct command criu_options_command = {
    .name = "criu",
    OPTIONS(common_rows),
    .request_size = sizeof(struct criu_words),
};

struct checkpoint_words {
    struct criu_words words;
    struct container_request container;
};

static const struct option checkpoint_rows[] = {
    FLAG_OPTION(0, "leave-running", struct checkpoint_words, words.options.leave_running,
                "let the container go on, do not delete it"),
    TEXT_OPTION(0, "page-server", "ADDRESS:PORT", struct checkpoint_words,
                words.options.page_server,
                "send the memory to 'criu page-server' there; with --lazy-pages, serve it there"),
    TEXT_OPTION(
        0, "parent-path", "DIR", struct checkpoint_words, words.options.parent_path,
        "the images of a --pre-dump, relative to the new ones: write only what has changed"),
    FLAG_OPTION(0, "pre-dump", struct checkpoint_words, words.options.pre_dump,
                "write the memory only, and let the container go on"),
    TEXT_OPTION(0, "status-fd", "FD", struct checkpoint_words, words.options.status_fd,
                "criu writes a null byte there when lazy pages can be fetched"),
};

static const struct operand checkpoint_operands[] = {
    REQUIRED_OPERAND("ID", struct checkpoint_words, container.id),
};

static int checkpoint_run(const struct invocation *invocation, void *request, struct error *err)
{
    const struct checkpoint_words *words = request;
    struct checkpoint_request checkpoint = {words->words.options, words->container};

    invocation_name_container(invocation, &checkpoint.container);
    return container_checkpoint(invocation->arena, &checkpoint, err);
}

const struct command command_checkpoint = {
    .name = "checkpoint",
    .summary = "Write a running container to a directory, with criu",
    .description =
        "The container is deleted afterwards unless it is to go on; 'corun restore' makes it again.\n",
    OPTIONS(checkpoint_rows),
    OPERANDS(checkpoint_operands),
    .extended = &criu_options_command,
    .request_size = sizeof(struct checkpoint_words),
    .run = checkpoint_run,
};

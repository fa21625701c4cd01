/*
 * The order of everything that happens in the container's process, in one table, and the loop that walks it.
 *
 * A step with nothing planned returns at once. After a failure the process reports (step, item, errno, detail) and ends:
 * the parent undoes. Why the order is as it is:
 *
 *   hide                     before the first setns, or a process inside could ptrace us with the host's files open
 *   OOM score                while our ids are those of the caller
 *   cgroup                   before a cgroup namespace is made: its root is where we are then
 *   join, then make new      new namespaces belong to the user namespace that was just joined
 *   new pid namespace        before the mounts: a procfs shows the namespace of its maker
 *   mounts private           before the first mount: nothing may propagate to the host
 *   terminal                 after the mounts: it is a pty of the container's devpts
 *   finish the mounts        a read-only /dev, now that it is filled
 *   create hooks             before pivot_root (config.md#createcontainer-hooks), before paths close: hooks may write
 *   bounding set, groups     while we have the capabilities for it
 *   enter joined pid n.s.    as late as possible: its processes see us from here on, without rights and files
 *   take the terminal        the fork into the pid namespace began a new session
 *   find the program         as its user: a create that could not run must fail, not its start
 *   listener                 before "created": its fd leaves while the parent is there
 *   filter, capabilities     last of all: the filter need not allow our own calls
 */
#include "runtime/child/child.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/sys/process.h"
#include "runtime/child/step.h"

struct child_step {
    const char *name; /* follows "could not"-less: "mount", "set the user id" */
    enum child_item item;
    int (*run)(struct child *child);
};

static const struct child_step child_steps[] = {
    {"hide from other processes",      CHILD_ITEM_NONE,          child_hide                          },
    {"set the OOM score",              CHILD_ITEM_NONE,          child_set_oom_score                 },
    {"enter the cgroup",               CHILD_ITEM_CGROUP,        child_enter_cgroup                  },
    {"join the namespace",             CHILD_ITEM_NAMESPACE,     child_join_namespaces               },
    {"make the new namespaces",        CHILD_ITEM_NAMESPACE,     child_unshare_namespaces            },
    {"enter the new pid namespace",    CHILD_ITEM_NONE,          child_fork_into_new_pid_namespace   },
    {"join a session keyring",         CHILD_ITEM_NONE,          child_join_keyring                  },
    {"set the host name",              CHILD_ITEM_NONE,          child_set_names                     },
    {"bring the loopback up",          CHILD_ITEM_NONE,          child_raise_loopback                },
    {"make the mounts private",        CHILD_ITEM_NONE,          child_make_mounts_private           },
    {"attach the root filesystem",     CHILD_ITEM_NONE,          child_attach_root                   },
    {"mount",                          CHILD_ITEM_MOUNT,         child_mount                         },
    {"make the device",                CHILD_ITEM_DEVICE,        child_make_devices                  },
    {"make the link",                  CHILD_ITEM_SYMLINK,       child_make_symlinks                 },
    {"open the terminal",              CHILD_ITEM_NONE,          child_open_terminal                 },
    {"finish the mount",               CHILD_ITEM_MOUNT,         child_finish_mounts                 },
    {"set the kernel parameter",       CHILD_ITEM_SYSCTL,        child_write_sysctls                 },
    {"run the create hooks",           CHILD_ITEM_NONE,          child_report_root_ready             },
    {"make the path read-only",        CHILD_ITEM_READONLY_PATH, child_protect_paths                 },
    {"mask the path",                  CHILD_ITEM_MASKED_PATH,   child_mask_paths                    },
    {"enter the root filesystem",      CHILD_ITEM_NONE,          child_pivot                         },
    {"finish the root filesystem",     CHILD_ITEM_NONE,          child_finish_root                   },
    {"join the pid namespace",         CHILD_ITEM_NONE,          child_join_pid_namespace            },
    {"connect the standard streams",   CHILD_ITEM_NONE,          child_connect_streams               },
    {"set the resource limit",         CHILD_ITEM_RLIMIT,        child_set_rlimits                   },
    {"set the scheduling",             CHILD_ITEM_NONE,          child_set_scheduling                },
    {"enter the working directory",    CHILD_ITEM_NONE,          child_enter_directory               },
    {"give the standard streams away", CHILD_ITEM_NONE,          child_give_streams                  },
    {"close the runtime's files",      CHILD_ITEM_NONE,          child_close_files                   },
    {"drop the bounding capabilities", CHILD_ITEM_NONE,          child_drop_bounding                 },
    {"set the groups",                 CHILD_ITEM_NONE,          child_set_groups                    },
    {"set the user and group ids",     CHILD_ITEM_NONE,          child_set_ids                       },
    {"set the capabilities",           CHILD_ITEM_NONE,          child_set_capabilities              },
    {"forbid new privileges",          CHILD_ITEM_NONE,          child_forbid_new_privileges         },
    {"enter the joined pid namespace", CHILD_ITEM_NONE,          child_fork_into_joined_pid_namespace},
    {"take the terminal",              CHILD_ITEM_NONE,          child_take_terminal                 },
    {"find the program",               CHILD_ITEM_NONE,          child_find_program                  },
    {"load the seccomp listener",      CHILD_ITEM_NONE,          child_load_listener_filter          },
    {"wait for the start",             CHILD_ITEM_NONE,          child_await_start                   },
    {"set the security label",         CHILD_ITEM_NONE,          child_set_exec_label                },
    {"load the seccomp filter",        CHILD_ITEM_NONE,          child_load_filter                   },
    {"set the final capabilities",     CHILD_ITEM_NONE,          child_finish_capabilities           },
    {"execute",                        CHILD_ITEM_NONE,          child_exec                          },
};

static const size_t step_count = sizeof(child_steps) / sizeof(child_steps[0]);

size_t child_step_count(void)
{
    return step_count;
}

const char *child_step_name(int step)
{
    return step >= 0 && (size_t) step < step_count ? child_steps[step].name : "run an unknown step";
}

enum child_item child_step_item(int step)
{
    return step >= 0 && (size_t) step < step_count ? child_steps[step].item : CHILD_ITEM_NONE;
}

static void report_failure(const struct child *child, size_t step, int error)
{
    struct sync_message message = {
        .type = SYNC_FAILED,
        .step = (int32_t) step,
        .item = child->item,
        .os_error = -error,
    };

    if (child->detail)
        memcpy(message.detail, child->text, sizeof(message.detail));
    /* If the parent is gone there is nobody to tell; whoever deletes the container cleans up. */
    (void) sync_send(child->channel, &message, -1);
}

void child_run(const struct plan *plan, const struct child_files *files, int fault_step)
{
    struct child child = {
        .plan = plan,
        .files = files,
        .channel = files->sync,
        .root = -1,
        .tty = -1,
        .mask = -1,
    };

    sys_unblock_signals(); /* who creates us holds some back, for its own end; they end us at any time */
    for (size_t i = 0; i < step_count; i++) {
        int error;

        child.item = -1;
        error = (size_t) fault_step == i ? -EIO : child_steps[i].run(&child);
        if (error < 0) {
            report_failure(&child, i, error);
            break;
        }
    }
    _exit(1); /* execve does not return here */
}

int child_ask(const struct child *child, enum sync_type type)
{
    struct sync_message message = {.type = type};
    int received = sync_send(child->files->sync, &message, -1);

    if (received == 0)
        received = sync_receive(child->files->sync, &message, NULL, NULL);
    if (received < 0)
        return received;
    return received == 1 && message.type == SYNC_GO ? 0 : -EPROTO;
}

int child_fail_at(struct child *child, const char *path, int error)
{
    size_t length = strnlen(path, sizeof(child->text) - 1);

    memcpy(child->text, path, length);
    child->text[length] = '\0';
    child->detail = child->text;
    return error;
}

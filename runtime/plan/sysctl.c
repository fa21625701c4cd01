/*
 * Kernel parameters: an allow list of those that belong to a namespace of the container. Everything else would
 * change the host, so it is refused (CVE-2022-0811, CVE-2022-0532 are what happens otherwise).
 */
#include <string.h>

#include "base/text.h"
#include "oci-spec/names.h"
#include "runtime/plan/parts.h"

/* Paths below /proc/sys; one that ends in "/" stands for all below it. */
static const struct {
    const char *path;
    enum namespace_kind owner;
} namespaced_sysctls[] = {
    {"net/",                   NAMESPACE_NETWORK},
    {"fs/mqueue/",             NAMESPACE_IPC    },
    {"kernel/msgmax",          NAMESPACE_IPC    },
    {"kernel/msgmnb",          NAMESPACE_IPC    },
    {"kernel/msgmni",          NAMESPACE_IPC    },
    {"kernel/sem",             NAMESPACE_IPC    },
    {"kernel/shm_rmid_forced", NAMESPACE_IPC    },
    {"kernel/shmall",          NAMESPACE_IPC    },
    {"kernel/shmmax",          NAMESPACE_IPC    },
    {"kernel/shmmni",          NAMESPACE_IPC    },
    {"kernel/domainname",      NAMESPACE_UTS    },
    {"user/",                  NAMESPACE_USER   },
};

/*
 * As sysctl(8): the first separator decides. "net.ipv4.conf.eth0/1.forwarding" has dots as separators and slashes for
 * dots; "net/ipv4/conf/eth0.1/forwarding" is a path already.
 */
static char *sysctl_path(struct arena *arena, const char *key)
{
    char *path = arena_copy(arena, key);
    const char *first = strpbrk(key, "./");

    if (!first || *first == '/')
        return path;
    for (char *at = path; *at; at++) {
        if (*at == '.')
            *at = '/';
        else if (*at == '/')
            *at = '.';
    }
    return path;
}

static bool is_clean(const char *path)
{
    for (;;) {
        size_t length = strcspn(path, "/");

        if (length == 0 || (length == 1 && path[0] == '.') ||
            (length == 2 && path[0] == '.' && path[1] == '.'))
            return false;
        if (path[length] == '\0')
            return true;
        path += length + 1;
    }
}

static int sysctl_find_owner(const char *path)
{
    for (size_t i = 0; i < sizeof(namespaced_sysctls) / sizeof(namespaced_sysctls[0]); i++) {
        const char *known = namespaced_sysctls[i].path;
        bool is_below = known[strlen(known) - 1] == '/';

        if (is_below ? text_has_prefix(path, known) : strcmp(path, known) == 0)
            return (int) namespaced_sysctls[i].owner;
    }
    return -1;
}

static int sysctl_add(const struct plan_builder *builder, const struct text_pair *asked,
                      struct error *err)
{
    const char *pointer = plan_pointer_key(builder->arena, asked->key);
    const char *path = sysctl_path(builder->arena, asked->key);
    int owner = sysctl_find_owner(path);

    if (!is_clean(path))
        return error_set(err, ERROR_INVALID, "/linux/sysctl/%s: not a parameter's name", pointer);
    if (strcmp(path, "kernel/hostname") == 0)
        return error_set(err, ERROR_INVALID, "/linux/sysctl/%s: use /hostname for this", pointer);
    if (owner < 0)
        return error_set(err, ERROR_INVALID,
                         "/linux/sysctl/%s: belongs to the host, no namespace has its own",
                         pointer);
    if (!plan_has_own(builder, (enum namespace_kind) owner))
        return error_set(err, ERROR_INVALID,
                         "/linux/sysctl/%s: needs a \"%s\" namespace in /linux/namespaces", pointer,
                         names_text(&names_namespaces, owner));
    *SLICE_PUSH(builder->arena, &builder->plan->sysctls, struct plan_sysctl) =
        (struct plan_sysctl){asked->key, path, asked->value};
    return 0;
}

int plan_build_sysctls(const struct plan_builder *builder, struct error *err)
{
    SLICE_FOR_EACH(const struct text_pair, asked, builder->linux_->sysctl)
        if (sysctl_add(builder, asked, err) < 0)
            return -1;
    return 0;
}

/*
 * The mount options of config.md#configLinuxMountOptions as rows, their parser, and their names.
 *
 * An option acts on one group of struct mount_options. mount(8) gives the meaning of all but the
 * recursive ones; those are attributes applied with AT_RECURSIVE (man 2 mount_setattr).
 */
#include "oci-spec/mount_options.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>

enum option_group {
    OPTION_ATTR_SET,
    OPTION_ATTR_CLEAR,
    OPTION_RECURSIVE_SET,
    OPTION_RECURSIVE_CLEAR,
    OPTION_PROPAGATION,
    OPTION_RECURSIVE_PROPAGATION,
    OPTION_FEATURE,    /* value is an enum option_feature */
    OPTION_SUPERBLOCK, /* value is an enum superblock_flag; the name is a flag of fsconfig(2) */
    OPTION_IGNORED,    /* the kernel's default, or nothing that the new mount API could be told */
};

enum option_feature {
    FEATURE_BIND,
    FEATURE_RECURSIVE_BIND,
    FEATURE_REMOUNT,
    FEATURE_IDMAP,
    FEATURE_RECURSIVE_IDMAP,
    FEATURE_COPY_UP,
};

/* Flags that exclude each other share a number. */
enum superblock_flag {
    SUPERBLOCK_DIRSYNC,
    SUPERBLOCK_LAZYTIME,
    SUPERBLOCK_MAND,
    SUPERBLOCK_SYNC,
    SUPERBLOCK_COUNT,
};

struct option_row {
    const char *name;
    enum option_group group;
    uint64_t value;
};

/*
 * iversion and silent exist in mount(2) only: file systems that count versions do so always, and
 * fsconfig(2) would refuse the words. auto, nofail and the like are words for mount(8) itself.
 */
static const struct option_row option_rows[] = {
    {"_netdev",        OPTION_IGNORED,               0                      },
    {"async",          OPTION_SUPERBLOCK,            SUPERBLOCK_SYNC        },
    {"atime",          OPTION_ATTR_CLEAR,            MOUNT_ATTR_NOATIME     },
    {"auto",           OPTION_IGNORED,               0                      },
    {"bind",           OPTION_FEATURE,               FEATURE_BIND           },
    {"defaults",       OPTION_IGNORED,               0                      },
    {"dev",            OPTION_ATTR_CLEAR,            MOUNT_ATTR_NODEV       },
    {"diratime",       OPTION_ATTR_CLEAR,            MOUNT_ATTR_NODIRATIME  },
    {"dirsync",        OPTION_SUPERBLOCK,            SUPERBLOCK_DIRSYNC     },
    {"exec",           OPTION_ATTR_CLEAR,            MOUNT_ATTR_NOEXEC      },
    {"idmap",          OPTION_FEATURE,               FEATURE_IDMAP          },
    {"iversion",       OPTION_IGNORED,               0                      },
    {"lazytime",       OPTION_SUPERBLOCK,            SUPERBLOCK_LAZYTIME    },
    {"loud",           OPTION_IGNORED,               0                      },
    {"mand",           OPTION_SUPERBLOCK,            SUPERBLOCK_MAND        },
    {"noatime",        OPTION_ATTR_SET,              MOUNT_ATTR_NOATIME     },
    {"noauto",         OPTION_IGNORED,               0                      },
    {"nodev",          OPTION_ATTR_SET,              MOUNT_ATTR_NODEV       },
    {"nodiratime",     OPTION_ATTR_SET,              MOUNT_ATTR_NODIRATIME  },
    {"noexec",         OPTION_ATTR_SET,              MOUNT_ATTR_NOEXEC      },
    {"nofail",         OPTION_IGNORED,               0                      },
    {"noiversion",     OPTION_IGNORED,               0                      },
    {"nolazytime",     OPTION_SUPERBLOCK,            SUPERBLOCK_LAZYTIME    },
    {"nomand",         OPTION_SUPERBLOCK,            SUPERBLOCK_MAND        },
    {"norelatime",     OPTION_ATTR_CLEAR,            MOUNT_ATTR_RELATIME    },
    {"nostrictatime",  OPTION_ATTR_CLEAR,            MOUNT_ATTR_STRICTATIME },
    {"nosuid",         OPTION_ATTR_SET,              MOUNT_ATTR_NOSUID      },
    {"nosymfollow",    OPTION_ATTR_SET,              MOUNT_ATTR_NOSYMFOLLOW },
    {"nouser",         OPTION_IGNORED,               0                      },
    {"private",        OPTION_PROPAGATION,           MS_PRIVATE             },
    {"ratime",         OPTION_RECURSIVE_CLEAR,       MOUNT_ATTR_NOATIME     },
    {"rbind",          OPTION_FEATURE,               FEATURE_RECURSIVE_BIND },
    {"rdev",           OPTION_RECURSIVE_CLEAR,       MOUNT_ATTR_NODEV       },
    {"rdiratime",      OPTION_RECURSIVE_CLEAR,       MOUNT_ATTR_NODIRATIME  },
    {"relatime",       OPTION_ATTR_SET,              MOUNT_ATTR_RELATIME    },
    {"remount",        OPTION_FEATURE,               FEATURE_REMOUNT        },
    {"rexec",          OPTION_RECURSIVE_CLEAR,       MOUNT_ATTR_NOEXEC      },
    {"ridmap",         OPTION_FEATURE,               FEATURE_RECURSIVE_IDMAP},
    {"rnoatime",       OPTION_RECURSIVE_SET,         MOUNT_ATTR_NOATIME     },
    {"rnodev",         OPTION_RECURSIVE_SET,         MOUNT_ATTR_NODEV       },
    {"rnodiratime",    OPTION_RECURSIVE_SET,         MOUNT_ATTR_NODIRATIME  },
    {"rnoexec",        OPTION_RECURSIVE_SET,         MOUNT_ATTR_NOEXEC      },
    {"rnorelatime",    OPTION_RECURSIVE_CLEAR,       MOUNT_ATTR_RELATIME    },
    {"rnostrictatime", OPTION_RECURSIVE_CLEAR,       MOUNT_ATTR_STRICTATIME },
    {"rnosuid",        OPTION_RECURSIVE_SET,         MOUNT_ATTR_NOSUID      },
    {"rnosymfollow",   OPTION_RECURSIVE_SET,         MOUNT_ATTR_NOSYMFOLLOW },
    {"ro",             OPTION_ATTR_SET,              MOUNT_ATTR_RDONLY      },
    {"rprivate",       OPTION_RECURSIVE_PROPAGATION, MS_PRIVATE             },
    {"rrelatime",      OPTION_RECURSIVE_SET,         MOUNT_ATTR_RELATIME    },
    {"rro",            OPTION_RECURSIVE_SET,         MOUNT_ATTR_RDONLY      },
    {"rrw",            OPTION_RECURSIVE_CLEAR,       MOUNT_ATTR_RDONLY      },
    {"rshared",        OPTION_RECURSIVE_PROPAGATION, MS_SHARED              },
    {"rslave",         OPTION_RECURSIVE_PROPAGATION, MS_SLAVE               },
    {"rstrictatime",   OPTION_RECURSIVE_SET,         MOUNT_ATTR_STRICTATIME },
    {"rsuid",          OPTION_RECURSIVE_CLEAR,       MOUNT_ATTR_NOSUID      },
    {"rsymfollow",     OPTION_RECURSIVE_CLEAR,       MOUNT_ATTR_NOSYMFOLLOW },
    {"runbindable",    OPTION_RECURSIVE_PROPAGATION, MS_UNBINDABLE          },
    {"rw",             OPTION_ATTR_CLEAR,            MOUNT_ATTR_RDONLY      },
    {"shared",         OPTION_PROPAGATION,           MS_SHARED              },
    {"silent",         OPTION_IGNORED,               0                      },
    {"slave",          OPTION_PROPAGATION,           MS_SLAVE               },
    {"strictatime",    OPTION_ATTR_SET,              MOUNT_ATTR_STRICTATIME },
    {"suid",           OPTION_ATTR_CLEAR,            MOUNT_ATTR_NOSUID      },
    {"symfollow",      OPTION_ATTR_CLEAR,            MOUNT_ATTR_NOSYMFOLLOW },
    {"sync",           OPTION_SUPERBLOCK,            SUPERBLOCK_SYNC        },
    {"tmpcopyup",      OPTION_FEATURE,               FEATURE_COPY_UP        },
    {"unbindable",     OPTION_PROPAGATION,           MS_UNBINDABLE          },
};

static const size_t option_count = sizeof(option_rows) / sizeof(option_rows[0]);

static int compare(const void *name, const void *row)
{
    return strcmp(name, ((const struct option_row *) row)->name);
}

static const struct option_row *option_find(const char *name)
{
    return bsearch(name, option_rows, option_count, sizeof(struct option_row), compare);
}

/* Access times are one field of several bits, not bits: RELATIME is 0 and must be written by clearing. */
static bool is_access_time(uint64_t value)
{
    return value == MOUNT_ATTR_RELATIME || (value & MOUNT_ATTR__ATIME) != 0;
}

static void attributes_set(uint64_t *set, uint64_t *clear, uint64_t value)
{
    if (is_access_time(value)) {
        *set = (*set & ~(uint64_t) MOUNT_ATTR__ATIME) | value;
        *clear |= MOUNT_ATTR__ATIME;
        return;
    }
    *set |= value;
    *clear &= ~value;
}

static void attributes_clear(uint64_t *set, uint64_t *clear, uint64_t value)
{
    if (is_access_time(value)) {
        /* "nostrictatime" takes back strictatime, not noatime. */
        if ((*set & MOUNT_ATTR__ATIME) == value)
            *set &= ~(uint64_t) MOUNT_ATTR__ATIME;
        *clear |= MOUNT_ATTR__ATIME;
        return;
    }
    *clear |= value;
    *set &= ~value;
}

static void feature_set(struct mount_options *options, enum option_feature feature)
{
    switch (feature) {
    case FEATURE_BIND:
        options->is_bind = true;
        break;
    case FEATURE_RECURSIVE_BIND:
        options->is_bind = true;
        options->is_recursive_bind = true;
        break;
    case FEATURE_REMOUNT:
        options->is_remount = true;
        break;
    case FEATURE_IDMAP:
        options->is_idmapped = true;
        options->is_recursive_idmap = false;
        break;
    case FEATURE_RECURSIVE_IDMAP:
        options->is_idmapped = true;
        options->is_recursive_idmap = true;
        break;
    case FEATURE_COPY_UP:
        options->copies_up = true;
        break;
    }
}

static void option_apply(const struct option_row *row, struct mount_options *options,
                         const char **superblock)
{
    switch (row->group) {
    case OPTION_ATTR_SET:
        attributes_set(&options->attr_set, &options->attr_clear, row->value);
        break;
    case OPTION_ATTR_CLEAR:
        attributes_clear(&options->attr_set, &options->attr_clear, row->value);
        break;
    case OPTION_RECURSIVE_SET:
        attributes_set(&options->recursive_set, &options->recursive_clear, row->value);
        break;
    case OPTION_RECURSIVE_CLEAR:
        attributes_clear(&options->recursive_set, &options->recursive_clear, row->value);
        break;
    case OPTION_PROPAGATION:
    case OPTION_RECURSIVE_PROPAGATION:
        options->propagation = row->value;
        options->propagation_is_recursive = row->group == OPTION_RECURSIVE_PROPAGATION;
        break;
    case OPTION_FEATURE:
        feature_set(options, (enum option_feature) row->value);
        break;
    case OPTION_SUPERBLOCK:
        superblock[row->value] = row->name;
        break;
    case OPTION_IGNORED:
        break;
    }
}

static void data_add(struct arena *arena, struct text_map *data, const char *option)
{
    struct text_pair *pair = SLICE_PUSH(arena, data, struct text_pair);
    const char *equals = strchr(option, '=');

    if (equals) {
        pair->key = arena_copy_bytes(arena, option, (size_t) (equals - option));
        pair->value = equals + 1;
    } else {
        pair->key = option;
    }
}

static void data_add_unknown(struct arena *arena, struct text_map *data,
                             const struct text_list *options)
{
    for (size_t i = 0; i < options->count; i++)
        if (options->items[i][0] != '\0' && !option_find(options->items[i]))
            data_add(arena, data, options->items[i]);
}

void mount_options_parse(struct arena *arena, const struct text_list *options,
                         struct mount_options *ret_options)
{
    const char *superblock[SUPERBLOCK_COUNT] = {NULL};
    struct mount_options result = {0};

    for (size_t i = 0; i < options->count; i++) {
        const struct option_row *row = option_find(options->items[i]);

        if (row)
            option_apply(row, &result, superblock);
    }
    result.is_readonly = (result.attr_set & MOUNT_ATTR_RDONLY) != 0;
    for (size_t i = 0; i < SUPERBLOCK_COUNT; i++)
        if (superblock[i])
            data_add(arena, &result.data, superblock[i]);
    data_add_unknown(arena, &result.data, options);
    *ret_options = result;
}

struct text_list mount_options_names(struct arena *arena)
{
    struct text_list names = {0};

    for (size_t i = 0; i < option_count; i++)
        text_list_push(arena, &names, option_rows[i].name);
    return names;
}

/*
 * File systems of other machines. The kernel's clients want numeric addresses, so names are looked up here; they use the network
 * of whoever mounts, which is the host's and not the group's. A password goes from its file to the kernel and nowhere else.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <string.h>
#include <sys/stat.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/text.h"
#include "helpers/mount/context.h"
#include "helpers/mount/mounts.h"
#include "runtime/container/content.h"

#define CREDENTIALS_MAX ((size_t) 4096)

static const char *find_address(struct arena *arena, const char *server, struct error *err)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    char text[NI_MAXHOST] = "";
    int error = getaddrinfo(server, NULL, &hints, &found);

    if (error == 0)
        error = getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof(text), NULL, 0,
                            NI_NUMERICHOST);
    if (found)
        freeaddrinfo(found);
    if (error != 0) {
        (void) error_set(err, ERROR_OS, "find the address of %s: %s", server, gai_strerror(error));
        return NULL;
    }
    return arena_copy(arena, text);
}

struct credentials {
    const char *user;
    const char *password;
    const char *domain;
};

/* The lines of man 8 mount.cifs: "username=", "password=", "domain=". Others are ignored, as there. */
static void parse_credentials(char *text, struct credentials *credentials)
{
    const struct {
        const char *key;
        const char **value;
    } rows[] = {
        {"username=", &credentials->user    },
        {"user=",     &credentials->user    },
        {"password=", &credentials->password},
        {"pass=",     &credentials->password},
        {"domain=",   &credentials->domain  },
        {"dom=",      &credentials->domain  },
    };

    for (char *line = strsep(&text, "\r\n"); line; line = strsep(&text, "\r\n"))
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
            if (text_has_prefix(line, rows[i].key))
                *rows[i].value = line + strlen(rows[i].key);
}

static int read_credentials(struct arena *arena, const char *path, struct credentials *credentials,
                            struct error *err)
{
    owned_fd fd = sys_open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK);
    struct content content = {0};
    struct stat info;
    int error = fd < 0 ? fd : content_read(arena, fd, CREDENTIALS_MAX, &content);

    if (error < 0)
        return error_os(err, -error, "read the credentials in %s", path);
    if (fstat(fd, &info) < 0)
        return error_os(err, errno, "examine %s", path);
    if (info.st_mode & (S_IRWXG | S_IRWXO))
        return error_set(err, ERROR_INVALID,
                         "the credentials in %s can be read by others: mode %03o, must be 600",
                         path, (unsigned int) (info.st_mode & 0777));
    parse_credentials(arena_copy(arena, content.bytes), credentials);
    if (!credentials->user || !credentials->password)
        return error_set(err, ERROR_INVALID,
                         "%s must have the lines username= and password=", path);
    return 0;
}

static void set_options(struct context *context, struct arena *arena,
                        const struct text_list *options)
{
    for (size_t i = 0; i < options->count; i++)
        context_set_option(context, arena, options->items[i]);
}

static int mount_share(struct arena *arena, const struct group_cifs_volume *cifs,
                       const struct credentials *credentials, bool is_readonly, struct error *err)
{
    const char *address = find_address(arena, cifs->server, err);
    struct context context;

    if (!address)
        return -1;
    context_open(&context, "cifs");
    context_set(&context, "source", arena_format(arena, "//%s/%s", cifs->server, cifs->share));
    context_set(&context, "ip", address);
    context_set(&context, "user", credentials->user);
    context_set(&context, "pass", credentials->password);
    context_set(&context, "domain", credentials->domain);
    if (!credentials->user)
        context_set_flag(&context, "guest");
    set_options(&context, arena, &cifs->options);
    if (is_readonly)
        context_set_flag(&context, "ro");
    return context_mount(&context, err);
}

int mount_cifs(struct arena *arena, const struct group_volume *volume, struct error *err)
{
    const struct group_cifs_volume *cifs = volume->cifs;
    struct credentials credentials = {0};

    if (cifs->credentials_file &&
        read_credentials(arena, cifs->credentials_file, &credentials, err) < 0)
        return -1;
    return mount_share(arena, cifs, &credentials, volume->is_readonly, err);
}

/* learn.microsoft.com, "Mount SMB Azure file shares on Linux": the account is the user, its key the password. */
int mount_azure_file(struct arena *arena, const struct group_volume *volume, struct error *err)
{
    const struct group_azure_volume *azure = volume->azure_file;
    const struct credentials credentials = {.user = azure->account, .password = azure->key};
    const struct group_cifs_volume cifs = {
        .server = arena_format(arena, "%s.file.core.windows.net", azure->account),
        .share = azure->share,
    };

    return mount_share(arena, &cifs, &credentials, volume->is_readonly, err);
}

int mount_nfs(struct arena *arena, const struct group_volume *volume, struct error *err)
{
    const struct group_nfs_volume *nfs = volume->nfs;
    const char *address = find_address(arena, nfs->server, err);
    struct context context;

    if (!address)
        return -1;
    context_open(&context, "nfs4"); /* versions 4.x only: those need no other daemon */
    context_set(&context, "source",
                arena_format(arena, strchr(nfs->server, ':') ? "[%s]:%s" : "%s:%s", nfs->server,
                             nfs->path));
    context_set(&context, "addr", address);
    context_set(&context, "clientaddr", strchr(address, ':') ? "::" : "0.0.0.0");
    set_options(&context, arena, &nfs->options);
    if (volume->is_readonly)
        context_set_flag(&context, "ro");
    return context_mount(&context, err);
}

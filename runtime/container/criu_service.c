/*
 * Talking with criu's service. Its messages are protocol buffers (criu_req, criu_resp and criu_opts in criu's rpc.proto), of which so little is needed
 * that they are written here as bytes: a key is (field number << 3), or with a type 2 added for bytes of a length.
 */
#include "runtime/container/criu_service.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/socket.h"

enum {
    FIELD_TYPE = 1, /* of a request, of a response */
    FIELD_OPTIONS = 2,
    FIELD_NOTIFY_SUCCESS = 3,
    OPTION_IMAGES_DIR_FD = 1,
    OPTION_PID = 2,
    OPTION_NOTIFY_SCRIPTS = 12,
    OPTION_ORPHAN_PTS_MASTER = 50,
    TYPE_DUMP = 1,
    TYPE_RESTORE = 2,
    TYPE_NOTIFY = 6,
    KEY_SHIFT = 3,
    KEY_HAS_LENGTH = 2,
    VARINT_BITS = 7,
    VARINT_MORE = 1 << VARINT_BITS,
    MESSAGE_MAX = 4096,
};

void criu_service_release(struct criu_service *service)
{
    replace_fd(&service->socket, -1);
    replace_fd(&service->its_end, -1);
    replace_fd(&service->images, -1);
    replace_fd(&service->terminal, -1);
}

/* Several terminals may have lost their master; the container's own was the first, so it has the lowest number. */
static void keep_terminal(struct criu_service *service, int *fd)
{
    unsigned int number = 0;
    unsigned int kept = 0;

    if (*fd < 0 || ioctl(*fd, TIOCGPTN, &number) < 0)
        return;
    if (service->terminal < 0 || ioctl(service->terminal, TIOCGPTN, &kept) < 0 || number < kept)
        replace_fd(&service->terminal, take_fd(fd));
}

static int talk(void *talker)
{
    static const uint8_t consent[] = {FIELD_TYPE << KEY_SHIFT, TYPE_NOTIFY,
                                      FIELD_NOTIFY_SUCCESS << KEY_SHIFT, true};
    struct criu_service *service = talker;
    uint8_t message[MESSAGE_MAX];
    owned_fd fd = -1;
    ssize_t length = sys_socket_receive(service->socket, message, sizeof(message), &fd, NULL);

    if (length < 2 || message[0] != FIELD_TYPE << KEY_SHIFT || message[1] != TYPE_NOTIFY) {
        replace_fd(&service->socket, -1); /* it was the last: criu's exit status says it, too */
        return -1;
    }
    keep_terminal(service, &fd);
    return sys_socket_send(service->socket, consent, sizeof(consent), -1);
}

struct message {
    uint8_t bytes[64];
    size_t length;
};

static void add_varint(struct message *message, unsigned int number)
{
    for (; number >= VARINT_MORE; number >>= VARINT_BITS)
        message->bytes[message->length++] = (uint8_t) (number | VARINT_MORE);
    message->bytes[message->length++] = (uint8_t) number;
}

static void add_number(struct message *message, unsigned int field, unsigned int number)
{
    add_varint(message, field << KEY_SHIFT);
    add_varint(message, number);
}

static int ask(const struct criu_service *service, unsigned int type, pid_t pid)
{
    struct message options = {0};
    struct message request = {0};

    add_number(&options, OPTION_IMAGES_DIR_FD, (unsigned int) service->images);
    if (pid > 0)
        add_number(&options, OPTION_PID, (unsigned int) pid);
    add_number(&options, OPTION_NOTIFY_SCRIPTS, true);
    add_number(&options, OPTION_ORPHAN_PTS_MASTER, true);
    add_number(&request, FIELD_TYPE, type);
    add_varint(&request, FIELD_OPTIONS << KEY_SHIFT | KEY_HAS_LENGTH);
    add_varint(&request, (unsigned int) options.length);
    memcpy(request.bytes + request.length, options.bytes, options.length);
    return sys_socket_send(service->socket, request.bytes, request.length + options.length, -1);
}

int criu_service_open(struct arena *arena, struct criu *criu, struct program *program,
                      struct criu_service *service, struct error *err)
{
    int error = sys_socket_pair(SOCK_SEQPACKET, &service->socket, &service->its_end);

    if (error == 0)
        service->images = error = sys_open(criu->images, O_PATH | O_DIRECTORY);
    if (error >= 0)
        error = ask(service, criu->pid > 0 ? TYPE_DUMP : TYPE_RESTORE, criu->pid);
    if (error < 0)
        return error_os(err, -error, "ask criu for %s", criu->images);
    criu_add(arena, criu, "--shell-job", NULL); /* the terminal's master is not in the container */
    criu_add(arena, criu, "swrk", arena_format(arena, "%d", service->its_end));
    criu_pass_fd(criu, service->its_end);
    criu->is_service = true;
    program->talk = talk;
    program->talker = service;
    program->talk_fd = service->socket;
    return 0;
}

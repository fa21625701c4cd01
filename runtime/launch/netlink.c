/* rtnetlink, by hand and small; see netlink.h. The kernel is the only peer, but lengths are checked all the same. */
#include "runtime/launch/netlink.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_BYTES 16384 /* the kernel fits its datagrams to what one has asked to receive */

/* Walks the messages of one datagram; clang-tidy's idea of NLMSG_NEXT apart, the macros are the interface. */
struct answer {
    char bytes[ANSWER_BYTES] __attribute__((aligned(NLMSG_ALIGNTO)));
    size_t size;
};

void netlink_begin(struct netlink_request *request, uint16_t type, const void *fixed, size_t size)
{
    memset(request, 0, sizeof(*request));
    request->header.nlmsg_type = type;
    request->header.nlmsg_flags = NLM_F_REQUEST;
    request->header.nlmsg_seq = 1;
    memcpy(request->body, fixed, size);
    request->header.nlmsg_len = (uint32_t) (NLMSG_HDRLEN + NLMSG_ALIGN(size));
}

void netlink_add(struct netlink_request *request, uint16_t type, const void *value, size_t size)
{
    struct nlattr attribute = {.nla_len = (uint16_t) (NLA_HDRLEN + size), .nla_type = type};
    size_t used = request->header.nlmsg_len - NLMSG_HDRLEN;

    request->header.nlmsg_len += (uint32_t) (NLA_HDRLEN + NLA_ALIGN(size));
    if (request->header.nlmsg_len - NLMSG_HDRLEN > sizeof(request->body))
        return; /* netlink_ask() sees it by the length */
    memcpy(request->body + used, &attribute, sizeof(attribute));
    memcpy(request->body + used + NLA_HDRLEN, value, size);
}

int netlink_open(void)
{
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

    return fd < 0 ? -errno : fd;
}

static int send_request(int fd, const struct netlink_request *request)
{
    const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    ssize_t sent;

    if (request->header.nlmsg_len - NLMSG_HDRLEN > sizeof(request->body))
        return -EMSGSIZE;
    do {
        sent = sendto(fd, request, request->header.nlmsg_len, 0, (const struct sockaddr *) &kernel,
                      sizeof(kernel));
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : 0;
}

static int receive(int fd, struct answer *answer)
{
    ssize_t length;

    do {
        length = recv(fd, answer->bytes, sizeof(answer->bytes), MSG_TRUNC);
    } while (length < 0 && errno == EINTR);
    if (length < 0)
        return -errno;
    if ((size_t) length > sizeof(answer->bytes))
        return -EMSGSIZE;
    answer->size = (size_t) length;
    return 0;
}

/* The errno (0: acknowledged) in an NLMSG_ERROR message. */
static int error_of(const struct nlmsghdr *message)
{
    struct nlmsgerr answer;

    if (message->nlmsg_len < NLMSG_LENGTH(sizeof(answer)))
        return -EPROTO;
    memcpy(&answer, NLMSG_DATA(message), sizeof(answer));
    return answer.error;
}

/* 1: the answer is complete. */
static int visit_all(struct answer *answer,
                     int (*visit)(const struct nlmsghdr *message, void *context), void *context)
{
    struct nlmsghdr *message = (struct nlmsghdr *) (void *) answer->bytes;
    size_t left = answer->size;

    for (; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
        int error;

        if (message->nlmsg_type == NLMSG_DONE)
            return 1;
        if (message->nlmsg_type == NLMSG_ERROR) {
            error = error_of(message);
            return error < 0 ? error : 1;
        }
        error = visit ? visit(message, context) : 0;
        if (error < 0)
            return error;
    }
    return 0;
}

static int talk(int fd, const struct netlink_request *request,
                int (*visit)(const struct nlmsghdr *message, void *context), void *context)
{
    struct answer answer;
    int state = send_request(fd, request);

    while (state == 0) {
        state = receive(fd, &answer);
        if (state == 0)
            state = visit_all(&answer, visit, context);
    }
    return state < 0 ? state : 0;
}

int netlink_ask(int fd, struct netlink_request *request)
{
    request->header.nlmsg_flags |= NLM_F_ACK;
    return talk(fd, request, NULL, NULL);
}

int netlink_dump(int fd, struct netlink_request *request,
                 int (*visit)(const struct nlmsghdr *message, void *context), void *context)
{
    request->header.nlmsg_flags |= NLM_F_DUMP;
    return talk(fd, request, visit, context);
}

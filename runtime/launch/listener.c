/*
 * The seccomp listener (config-linux.md#the-container-process-state): out of the child, and to the agent.
 *
 * The child tells the number its listener will have and loads the filter; from then on the filter may stop any call that
 * could send the fd, so we take it. Until it is there the number is free, or in use for something else.
 */
#include <errno.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/owned.h"
#include "base/sys/process.h"
#include "base/sys/socket.h"
#include "base/unix_socket.h"
#include "oci-spec/names.h"
#include "oci-spec/state.h"
#include "runtime/launch/session.h"

#define POLL_INTERVAL_MS 1

/* Only a listener knows this request; there is no notification 0, so it says ENOENT. */
static bool is_listener(int fd)
{
    uint64_t id = 0;

    return ioctl(fd, SECCOMP_IOCTL_NOTIF_ID_VALID, &id) == 0 || errno == ENOENT;
}

/* The listener; -EAGAIN when it is not there yet. */
static int try_take(const struct session *session, int number)
{
    owned_fd fd = sys_pidfd_getfd(session->pidfd, number);

    if (fd == -EBADF)
        return -EAGAIN;
    if (fd < 0)
        return fd;
    return is_listener(fd) ? take_fd(&fd) : -EAGAIN;
}

/* Waits for it as long as the child lives and says nothing: loading the filter either works, or FAILED comes. */
static int take_listener(const struct session *session, int number)
{
    struct pollfd poller = {.fd = session->sync_fd, .events = POLLIN};

    for (;;) {
        int news = poll(&poller, 1, POLL_INTERVAL_MS);
        int fd = try_take(session, number);

        if (fd != -EAGAIN || news > 0)
            return fd;
    }
}

static int send_to_agent(const struct session *session, int listener, struct error *err)
{
    const struct spec_seccomp *profile = session->plan->seccomp->profile;
    struct container_process_state document = {
        .oci_version = session->plan->spec->oci_version,
        .pid = session->pid,
        .metadata = profile->listener_metadata,
        .state =
            {
                    .oci_version = session->plan->spec->oci_version,
                    .id = session->plan->id,
                    .status = CONTAINER_CREATING,
                    .pid = session->pid,
                    .bundle = session->plan->bundle,
                    .annotations = session->plan->spec->annotations,
                    },
    };
    owned_fd agent = unix_socket_connect(profile->listener_path, SOCK_STREAM, err);
    const char *text;
    int error;

    if (agent < 0)
        return -1;
    text_list_push(session->arena, &document.fds, "seccompFd");
    text = container_process_state_write(session->arena, &document);
    error = sys_socket_send(agent, text, strlen(text), listener);
    return error < 0 ? error_os(err, -error, "send to %s", profile->listener_path) : 0;
}

int session_send_listener(const struct session *session, int number, struct error *err)
{
    owned_fd listener = take_listener(session, number);

    if (listener == -EAGAIN)
        return 0; /* the child has a failure to tell */
    if (listener < 0)
        return error_os(err, -listener, "take the seccomp listener from the container's process");
    return send_to_agent(session, listener, err) < 0
               ? error_within(err, "/linux/seccomp/listenerPath")
               : 0;
}

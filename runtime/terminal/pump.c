/*
 * Standing between the caller's streams and a foreground container.
 *
 * Without a terminal the container has our streams itself, and there is only waiting and passing signals on. With one,
 * bytes are copied both ways through two bounded buffers: a side that does not take its bytes stops the reading of the
 * other, and nothing is lost. Signals come through a signalfd, so there are no handlers and no state outside the frame;
 * a fatal one is passed on and the container's end is ours, which is how our terminal is put back in every case.
 */
#include "runtime/terminal/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/process.h"

#define BUFFER_BYTES 4096 /* PIPE_BUF: after POLLOUT, a write of so much to a pipe does not block */
#define END_OF_FILE  4    /* ^D, the default of termios' VEOF */

/* What is left of the container's output is copied for at most so long after its end: others may hold the slave open. */
#define DRAIN_TIMEOUT_MS 100

enum { POLL_SIGNALS, POLL_PROCESS, POLL_INPUT, POLL_OUTPUT, POLL_MASTER, POLL_COUNT };

/* One direction. */
struct stream {
    int from; /* -1: nothing more comes */
    int to;   /* -1: nobody reads: what comes is dropped */
    char bytes[BUFFER_BYTES];
    size_t start;
    size_t end;
    bool is_within_line; /* the last byte that came was no newline */
};

struct pump {
    int pidfd;
    int master; /* -1: no terminal */
    int signals;
    sigset_t old_mask;
    bool is_raw;
    struct termios old_mode; /* of our terminal, when is_raw */
    int old_master_flags;
    struct stream input;  /* our standard input to the master */
    struct stream output; /* the master to our standard output */
};

/* --- our own terminal and signals --- */

static void copy_window_size(const struct pump *pump)
{
    struct winsize size;

    /* Whichever of our streams is a terminal knows; if none is, or it has no size, that of config.json stays. */
    if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) < 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
        return;
    if (size.ws_row > 0 && size.ws_col > 0)
        (void) ioctl(pump->master, TIOCSWINSZ, &size);
}

static int set_raw(struct pump *pump, struct error *err)
{
    struct termios mode;

    if (!isatty(STDIN_FILENO))
        return 0;
    if (tcgetattr(STDIN_FILENO, &pump->old_mode) < 0)
        return error_os(err, errno, "read the terminal's mode");
    mode = pump->old_mode;
    cfmakeraw(&mode);
    if (tcsetattr(STDIN_FILENO, TCSANOW, &mode) < 0)
        return error_os(err, errno, "set the terminal to raw mode");
    pump->is_raw = true;
    return 0;
}

/* Every signal comes by fd from here on, but for those that report faults of our own. */
static int take_signals(struct pump *pump, struct error *err)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
    sigset_t mask;

    (void) sigfillset(&mask);
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
        (void) sigdelset(&mask, faults[i]);
    if (sigprocmask(SIG_BLOCK, &mask, &pump->old_mask) < 0)
        return error_os(err, errno, "block signals");
    pump->signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    return pump->signals < 0 ? error_os(err, errno, "receive signals by descriptor") : 0;
}

static void pump_release(struct pump *pump)
{
    if (pump->is_raw) /* flushing would lose what was typed ahead for the next program */
        (void) tcsetattr(STDIN_FILENO, TCSANOW, &pump->old_mode);
    if (pump->master >= 0)
        (void) fcntl(pump->master, F_SETFL, pump->old_master_flags);
    if (pump->signals >= 0)
        (void) sigprocmask(SIG_SETMASK, &pump->old_mask, NULL);
    replace_fd(&pump->signals, -1);
}

/* SIGPIPE and SIGTTOU concern our own writing; SIGCHLD tells what the pidfd tells. */
static bool is_ours(int number)
{
    return number == SIGCHLD || number == SIGPIPE || number == SIGTTIN || number == SIGTTOU;
}

static void pass_signals(const struct pump *pump)
{
    struct signalfd_siginfo info;

    while (read(pump->signals, &info, sizeof(info)) == (ssize_t) sizeof(info)) {
        int number = (int) info.ssi_signo;

        if (is_ours(number))
            continue;
        if (number == SIGWINCH && pump->master >= 0)
            copy_window_size(pump);
        else
            (void) sys_pidfd_send_signal(pump->pidfd, number); /* it may have ended just now */
    }
}

/* --- copying --- */

static bool has_bytes(const struct stream *stream)
{
    return stream->end > stream->start;
}

/* One read when the buffer is empty. False at the end: end of file, and EIO of a master whose slave nobody has open. */
static bool fill(struct stream *stream)
{
    ssize_t count = read(stream->from, stream->bytes, sizeof(stream->bytes));

    stream->start = 0;
    stream->end = count > 0 ? (size_t) count : 0;
    if (count > 0)
        stream->is_within_line = stream->bytes[count - 1] != '\n';
    return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
}

/* One write. False when nobody will read any more. */
static bool empty(struct stream *stream)
{
    ssize_t count = write(stream->to, stream->bytes + stream->start, stream->end - stream->start);

    if (count > 0)
        stream->start += (size_t) count;
    return count >= 0 || errno == EAGAIN || errno == EINTR;
}

/* Our input has ended: so does the container's, as if ^D had been typed; within a line it takes two (man 3 termios, VEOF). */
static void end_input(struct stream *input)
{
    input->from = -1;
    memset(input->bytes, END_OF_FILE, 2);
    input->start = 0;
    input->end = input->is_within_line ? 2 : 1;
}

static void move_input(struct stream *input, bool is_readable, bool is_writable)
{
    if (is_readable && !has_bytes(input) && !fill(input))
        end_input(input);
    if (is_writable && has_bytes(input) && !empty(input)) {
        input->from = -1;
        input->end = input->start;
    }
}

static void move_output(struct stream *output, bool is_readable, bool is_writable)
{
    if (is_readable && !has_bytes(output) && !fill(output))
        output->from = -1;
    if (output->to < 0 || (is_writable && has_bytes(output) && !empty(output))) {
        output->to = -1; /* our output is gone; the container must not block on it */
        output->end = output->start;
    }
}

static short wanted_of_master(const struct pump *pump)
{
    unsigned int events = 0;

    if (pump->master < 0)
        return 0;
    if (pump->output.from >= 0 && !has_bytes(&pump->output))
        events |= POLLIN;
    if (has_bytes(&pump->input))
        events |= POLLOUT;
    return (short) events;
}

static int poll_all(const struct pump *pump, struct pollfd *pollers, int timeout_ms)
{
    const struct stream *input = &pump->input;
    const struct stream *output = &pump->output;
    short of_master = wanted_of_master(pump);
    int count;

    pollers[POLL_SIGNALS] = (struct pollfd){.fd = pump->signals, .events = POLLIN};
    pollers[POLL_PROCESS] = (struct pollfd){.fd = pump->pidfd, .events = POLLIN};
    pollers[POLL_INPUT] =
        (struct pollfd){.fd = has_bytes(input) ? -1 : input->from, .events = POLLIN};
    pollers[POLL_OUTPUT] =
        (struct pollfd){.fd = has_bytes(output) ? output->to : -1, .events = POLLOUT};
    pollers[POLL_MASTER] =
        (struct pollfd){.fd = of_master ? pump->master : -1, .events = of_master};
    do {
        count = poll(pollers, POLL_COUNT, timeout_ms);
    } while (count < 0 && errno == EINTR);
    return count < 0 ? -errno : count;
}

static void move_bytes(struct pump *pump, const struct pollfd *pollers)
{
    short master = pollers[POLL_MASTER].revents;

    move_input(&pump->input, pollers[POLL_INPUT].revents != 0, (master & POLLOUT) != 0);
    move_output(&pump->output, (master & (POLLIN | POLLHUP | POLLERR)) != 0,
                pollers[POLL_OUTPUT].revents != 0);
}

static int copy_until_exit(struct pump *pump)
{
    struct pollfd pollers[POLL_COUNT];

    do {
        int count = poll_all(pump, pollers, -1);

        if (count < 0)
            return count;
        if (pollers[POLL_SIGNALS].revents)
            pass_signals(pump);
        move_bytes(pump, pollers);
    } while (!pollers[POLL_PROCESS].revents);
    return 0;
}

/* The process is gone; what it wrote last may still be in the pty. */
static void copy_rest(struct pump *pump)
{
    struct pollfd pollers[POLL_COUNT];

    pump->pidfd = -1;
    pump->input.from = -1;
    pump->input.end = pump->input.start;
    while (pump->output.from >= 0 || has_bytes(&pump->output)) {
        /* A slow reader of ours is waited for, as it was before. */
        if (poll_all(pump, pollers, has_bytes(&pump->output) ? -1 : DRAIN_TIMEOUT_MS) <= 0)
            return;
        if (pollers[POLL_SIGNALS].revents)
            return; /* whoever signals now does not want to wait for output */
        move_bytes(pump, pollers);
    }
}

static int set_up(struct pump *pump, struct error *err)
{
    if (take_signals(pump, err) < 0)
        return -1;
    if (pump->master < 0)
        return 0;
    pump->old_master_flags = fcntl(pump->master, F_GETFL);
    if (pump->old_master_flags < 0 ||
        fcntl(pump->master, F_SETFL, pump->old_master_flags | O_NONBLOCK) < 0)
        return error_os(err, errno, "set up the container's terminal");
    copy_window_size(pump);
    pump->input = (struct stream){.from = STDIN_FILENO, .to = pump->master};
    pump->output = (struct stream){.from = pump->master, .to = STDOUT_FILENO};
    return set_raw(pump, err);
}

int terminal_run_foreground(int pidfd, int pid, int master, int *ret_status, struct error *err)
{
    __attribute__((cleanup(pump_release))) struct pump pump = {
        .pidfd = pidfd,
        .master = master,
        .signals = -1,
        .input = {.from = -1, .to = -1},
        .output = {.from = -1, .to = -1},
    };
    int error;

    if (set_up(&pump, err) < 0)
        return -1;
    error = copy_until_exit(&pump);
    if (error < 0)
        return error_os(err, -error, "wait for the container");
    copy_rest(&pump);
    error = sys_wait(pid, ret_status);
    return error < 0 ? error_os(err, -error, "wait for the container's process") : 0;
}

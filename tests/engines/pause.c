/*
 * The program of a pod's first container: waits, reaps, and ends on SIGTERM or SIGINT.
 *
 * As the first process of its PID namespace it gets only signals that it handles (man 7 pid_namespaces), hence the handler.
 */
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

static void end(int signal_number)
{
    (void) signal_number;
    _exit(0);
}

static void reap(int signal_number)
{
    (void) signal_number;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        continue;
}

int main(void)
{
    if (signal(SIGTERM, end) == SIG_ERR || signal(SIGINT, end) == SIG_ERR ||
        signal(SIGCHLD, reap) == SIG_ERR)
        return 1;
    for (;;)
        pause();
}

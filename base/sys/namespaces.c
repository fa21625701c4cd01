/* What differs between us and a process that is to be joined; see namespaces.h. */
#include "base/sys/namespaces.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/process.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

struct namespace_file {
    const char *name; /* below /proc/PID/ns */
    int kind;
};

static const struct namespace_file namespace_files[] = {
    {"cgroup", CLONE_NEWCGROUP},
    {"ipc",    CLONE_NEWIPC   },
    {"mnt",    CLONE_NEWNS    },
    {"net",    CLONE_NEWNET   },
    {"pid",    CLONE_NEWPID   },
    {"time",   CLONE_NEWTIME  },
    {"user",   CLONE_NEWUSER  },
    {"uts",    CLONE_NEWUTS   },
};

/* The pid behind a pidfd, in our pid namespace: where the kernel cannot be asked, fdinfo says it. -1 when it is gone. */
static pid_t pid_of(int pidfd)
{
    pid_t pid = sys_pidfd_pid(pidfd);
    char path[SYS_FD_PATH_SIZE];
    char text[512];
    const char *line;

    if (pid > 0)
        return pid;
    (void) sys_number_path("/proc/self/fdinfo/", pidfd, path);
    if (sys_read_file_at(AT_FDCWD, path, text, sizeof(text)) < 0)
        return -1;
    line = strstr(text, "Pid:\t");
    return line ? (pid_t) strtol(line + strlen("Pid:\t"), NULL, 10) : -1;
}

int sys_process_open(int pidfd)
{
    pid_t pid = pid_of(pidfd);
    owned_fd directory = -1;
    char path[SYS_FD_PATH_SIZE];
    int error;

    if (pid <= 0)
        return -ESRCH;
    (void) sys_number_path("/proc/", pid, path);
    directory = sys_open(path, O_PATH | O_DIRECTORY);
    if (directory < 0)
        return directory;
    error = sys_pidfd_send_signal(pidfd, 0);
    return error < 0 ? error : take_fd(&directory);
}

int sys_namespaces_find_others(int process, int known, int *ret_kinds, const char **ret_what)
{
    /* Directories, because what is behind /proc/self and /proc/PID is made anew at each look-up. */
    owned_fd our_directory = sys_open("/proc/self/ns", O_PATH | O_DIRECTORY);
    owned_fd their_directory = sys_open_at(process, "ns", O_PATH | O_DIRECTORY);
    int kinds = known;

    *ret_what = namespace_files[0].name;
    if (our_directory < 0 || their_directory < 0)
        return our_directory < 0 ? our_directory : their_directory;
    for (size_t i = 0; i < sizeof(namespace_files) / sizeof(namespace_files[0]); i++) {
        struct stat ours;
        struct stat theirs;

        if (known & namespace_files[i].kind)
            continue;
        *ret_what = namespace_files[i].name;
        if (fstatat(our_directory, namespace_files[i].name, &ours, 0) < 0 && errno == ENOENT)
            continue; /* a kernel without this kind */
        if (fstatat(their_directory, namespace_files[i].name, &theirs, 0) < 0)
            return -errno;
        if (ours.st_ino != theirs.st_ino || ours.st_dev != theirs.st_dev)
            kinds |= namespace_files[i].kind;
    }
    *ret_kinds = kinds;
    return 0;
}

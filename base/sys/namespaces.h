/*
 * Finding out what joining a process means. Functions return the value or -errno, and allocate nothing.
 */
#ifndef BASE_SYS_NAMESPACES_H
#define BASE_SYS_NAMESPACES_H

/*
 * The process behind a pidfd as a directory of /proc (O_PATH), whatever happens to its number: the pidfd is asked again afterwards. -ESRCH when
 * it is gone. The caller's.
 */
int sys_process_open(int pidfd);

/*
 * The namespaces of that process (sys_process_open()) that are not the caller's, as CLONE_NEW... flags for setns(2), which refuses the
 * user namespace that one is in. known: kinds that need no look (it costs two inodes each), among the result as they are.
 * *ret_what: on failure, the kind in question ("net"); a constant.
 */
int sys_namespaces_find_others(int process, int known, int *ret_kinds, const char **ret_what);

#endif

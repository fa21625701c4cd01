/*
 * Sealing our own image; see self_image.h for why.
 *
 * In place: every segment of the executable is mapped again from something else than the file as the container could
 * reach it: read-only segments from a read-only clone of its mount, writable ones from private memory. Nothing maps the
 * file any more, and prctl(PR_SET_MM_MAP) may exchange /proc/self/exe (man 2 prctl, PR_SET_MM_EXE_FILE) for an empty sealed memfd:
 * executing it fails, writing it fails, and it holds nothing.
 *
 * This costs a fifth of copying the file and executing the copy, which is the way out where the kernel refuses.
 * The segments are copied over themselves while we run in them: no function here may write static data meanwhile.
 */
#include "runtime/launch/self_image.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <linux/mount.h>
#include <linux/prctl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/owned.h"
#include "base/sys/file.h"
#include "base/sys/mount.h"

#define ALL_SEALS (F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)

/* The linker's name for the ELF header, where the image begins in memory. */
extern const ElfW(Ehdr) image_header __asm__("__ehdr_start") __attribute__((visibility("hidden")));

static char *image_address(uintptr_t offset)
{
    return (char *) &image_header + offset;
}

static const ElfW(Phdr) * image_segments(void)
{
    return (const ElfW(Phdr) *) (const void *) image_address(image_header.e_phoff);
}

/* The beginning of the page that address is in. */
static char *page_start(char *address)
{
    return address - ((uintptr_t) address & ((uintptr_t) getpagesize() - 1));
}

static char *page_end(char *address)
{
    return page_start(address + getpagesize() - 1);
}

/* True for the memfd of an earlier seal, ours or that of the copy we run from. */
static bool is_sealed(void)
{
    owned_fd executable = sys_open("/proc/self/exe", O_RDONLY);
    int seals = executable < 0 ? -1 : fcntl(executable, F_GET_SEALS);

    return seals >= 0 && (seals & F_SEAL_WRITE);
}

/* --- in place --- */

struct page_range {
    char *start;
    size_t size;
    off_t offset; /* in the file */
    int protection;
};

/* The pages of a segment that the file backs; what follows is anonymous already. */
static struct page_range segment_pages(const ElfW(Phdr) * segment)
{
    char *address = image_address(segment->p_vaddr);
    char *start = page_start(address);
    struct page_range range = {
        .start = start,
        .size = (size_t) (page_end(address + segment->p_filesz) - start),
        .offset = (off_t) segment->p_offset - (address - start),
        .protection = (segment->p_flags & PF_R ? PROT_READ : 0) |
                      (segment->p_flags & PF_W ? PROT_WRITE : 0) |
                      (segment->p_flags & PF_X ? PROT_EXEC : 0),
    };

    return range;
}

/* The executable on a mount of its own, which cannot be written through. */
static int clone_readonly_self(void)
{
    owned_fd tree = sys_clone_tree(AT_FDCWD, "/proc/self/exe", 0);
    int error;

    if (tree < 0)
        return tree;
    error = sys_mount_setattr(tree, false, MOUNT_ATTR_RDONLY, 0, 0, -1);
    return error < 0 ? error : take_fd(&tree);
}

/* Word by word: memcpy may be an interposed one that keeps state, or watches what is read (sanitizers). */
__attribute__((no_sanitize("address", "undefined"))) static void copy_words(
    volatile uint64_t *to, const volatile uint64_t *from, size_t size)
{
    for (size_t i = 0; i < size / sizeof(uint64_t); i++)
        to[i] = from[i];
}

static int replace_by_copy(const struct page_range *range)
{
    void *copy = mmap(NULL, range->size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

    if (copy == MAP_FAILED)
        return -errno;
    copy_words(copy, (const volatile uint64_t *) (const void *) range->start, range->size);
    return mremap(copy, range->size, range->size, MREMAP_MAYMOVE | MREMAP_FIXED, range->start) ==
                   MAP_FAILED
               ? -errno
               : 0;
}

static int replace_by_file(const struct page_range *range, int file)
{
    return mmap(range->start, range->size, range->protection, MAP_PRIVATE | MAP_FIXED, file,
                range->offset) == MAP_FAILED
               ? -errno
               : 0;
}

/* The copies are writable throughout; the part that was made read-only after relocation is so again. */
static int protect_relocated(const ElfW(Phdr) * segment)
{
    char *start = page_start(image_address(segment->p_vaddr));
    char *end = page_start(image_address(segment->p_vaddr + segment->p_memsz));

    return end > start && mprotect(start, (size_t) (end - start), PROT_READ) < 0 ? -errno : 0;
}

static int replace_segments(int file)
{
    const ElfW(Phdr) *segments = image_segments();
    int error = 0;

    for (int i = 0; error == 0 && i < image_header.e_phnum; i++) {
        struct page_range range = segment_pages(&segments[i]);

        if (segments[i].p_type != PT_LOAD || range.size == 0)
            continue;
        error =
            segments[i].p_flags & PF_W ? replace_by_copy(&range) : replace_by_file(&range, file);
    }
    for (int i = 0; error == 0 && i < image_header.e_phnum; i++)
        if (segments[i].p_type == PT_GNU_RELRO)
            error = protect_relocated(&segments[i]);
    return error;
}

/* man 5 proc, /proc/PID/stat: fields by number. */
enum {
    STAT_STATE = 3,
    STAT_START_CODE = 26,
    STAT_END_CODE = 27,
    STAT_START_STACK = 28,
    STAT_START_DATA = 45,
    STAT_END_DATA = 46,
    STAT_START_BRK = 47,
    STAT_ARG_START = 48,
    STAT_ARG_END = 49,
    STAT_ENV_START = 50,
    STAT_ENV_END = 51,
    STAT_FIELDS = 53,
};

/* What the kernel holds about our memory: PR_SET_MM_MAP wants all of it back. */
static int read_own_map(struct prctl_mm_map *ret_map)
{
    uint64_t fields[STAT_FIELDS] = {0};
    char text[1024];
    ssize_t length = sys_read_file_at(AT_FDCWD, "/proc/self/stat", text, sizeof(text));
    char *rest;

    if (length < 0)
        return (int) length;
    rest = strrchr(text, ')');
    if (!rest || rest[1] != ' ' || rest[2] == '\0')
        return -EPROTO;
    rest += 3; /* behind the state, a letter */
    for (int i = STAT_STATE + 1; i < STAT_FIELDS; i++)
        fields[i] = strtoull(rest, &rest, 10);
    *ret_map = (struct prctl_mm_map){
        .start_code = fields[STAT_START_CODE],
        .end_code = fields[STAT_END_CODE],
        .start_data = fields[STAT_START_DATA],
        .end_data = fields[STAT_END_DATA],
        .start_brk = fields[STAT_START_BRK],
        .brk = (uint64_t) (uintptr_t) sbrk(0),
        .start_stack = fields[STAT_START_STACK],
        .arg_start = fields[STAT_ARG_START],
        .arg_end = fields[STAT_ARG_END],
        .env_start = fields[STAT_ENV_START],
        .env_end = fields[STAT_ENV_END],
    };
    return 0;
}

/* Opened read-only: a writer would make it busy. */
static int open_empty_executable(void)
{
    owned_fd memfd = sys_memfd_executable("corun");
    char path[SYS_FD_PATH_SIZE];

    if (memfd < 0)
        return memfd;
    if (fchmod(memfd, 0555) < 0 || fcntl(memfd, F_ADD_SEALS, ALL_SEALS) < 0)
        return -errno;
    return sys_open(sys_fd_path(memfd, path), O_RDONLY);
}

static int exchange_executable(void)
{
    struct prctl_mm_map map;
    owned_fd empty = open_empty_executable();
    int error = empty < 0 ? empty : read_own_map(&map);

    if (error < 0)
        return error;
    map.exe_fd = (uint32_t) empty;
    return prctl(PR_SET_MM, PR_SET_MM_MAP, &map, sizeof(map), 0) < 0 ? -errno : 0;
}

static int seal_in_place(int *ret_mount)
{
    unsigned int size = 0;
    char path[SYS_FD_PATH_SIZE];
    owned_fd tree = -1;
    owned_fd file = -1;
    int error;

    /* Asked first, before anything is exchanged: a kernel without it says EINVAL (man 2 prctl). */
    if (prctl(PR_SET_MM, PR_SET_MM_MAP_SIZE, &size, 0, 0) < 0)
        return -errno;
    tree = clone_readonly_self();
    file = tree < 0 ? tree : sys_open(sys_fd_path(tree, path), O_RDONLY);
    if (file < 0)
        return file;
    error = replace_segments(file);
    if (error == 0)
        error = exchange_executable();
    if (error == 0 && ret_mount)
        *ret_mount = take_fd(&tree);
    return error;
}

/* --- by executing a copy --- */

static int copy_self(int to)
{
    owned_fd from = sys_open("/proc/self/exe", O_RDONLY);
    struct stat info;

    if (from < 0)
        return from;
    if (fstat(from, &info) < 0)
        return -errno;
    for (off_t left = info.st_size; left > 0;) {
        ssize_t count = sendfile(to, from, NULL, (size_t) left);

        if (count <= 0)
            return count < 0 ? -errno : -EIO;
        left -= count;
    }
    return 0;
}

/* Returns only on failure. */
static int execute_copy(char **argv)
{
    owned_fd memfd = sys_memfd_executable("corun");
    int error = memfd < 0 ? memfd : copy_self(memfd);

    if (error < 0)
        return error;
    if (fchmod(memfd, 0555) < 0 || fcntl(memfd, F_ADD_SEALS, ALL_SEALS) < 0)
        return -errno;
    (void) fexecve(memfd, argv, environ);
    return -errno;
}

int self_image_seal(char **argv, int *ret_mount, struct error *err)
{
    int error;

    if (ret_mount)
        *ret_mount = -1;
    if (is_sealed())
        return 0;
    error = seal_in_place(ret_mount);
    if (error < 0 && argv)
        error = execute_copy(argv);
    return error < 0 ? error_os(err, -error, "seal the runtime's executable") : 0;
}

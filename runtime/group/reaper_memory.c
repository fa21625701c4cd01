/*
 * Giving back the memory of a process that needs none: it came by a clone of the whole runtime. What the last loop needs stays: its stack, the thread's
 * own data (the loop may set errno), and a page of code. Only in a static program, where calls need no table of addresses.
 */
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <poll.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "runtime/group/keeper.h"

/* The linker's name for the ELF header, where the image begins in memory. */
extern const ElfW(Ehdr) image_header __asm__("__ehdr_start") __attribute__((visibility("hidden")));

enum { THREAD_BYTES = 8192, HEAP_MOST = 1 << 30, STACK_KEPT = 4096, STACK_MOST = 1 << 18 };

static uintptr_t round_up(uintptr_t address)
{
    const uintptr_t page = (uintptr_t) getpagesize();

    return (address + page - 1) & ~(page - 1);
}

void reaper_drop(uintptr_t start, uintptr_t end)
{
    const uintptr_t page = (uintptr_t) getpagesize();

    start = round_up(start);
    end &= ~(page - 1);
    if (end >
        start) /* by the function that the last loop calls, so that no other page of code comes back */
        (void) syscall(SYS_madvise, start, end - start, MADV_DONTNEED);
}

/* libc puts the first thread's data at the begin of the heap. */
static void drop_heap(void)
{
    const uintptr_t thread = (uintptr_t) &errno;
    const uintptr_t end = (uintptr_t) sbrk(0);

    if (end > thread && end - thread < HEAP_MOST)
        reaper_drop(thread + THREAD_BYTES, end);
}

/* What deeper calls have left, and what we shall not return to. Past the end of the stack the kernel refuses. */
static void drop_stack(void)
{
    const uintptr_t here = (uintptr_t) __builtin_frame_address(0);

    reaper_drop(here - STACK_MOST, here - STACK_KEPT);
    reaper_drop(here + STACK_KEPT, here + STACK_MOST);
}

static void drop_segments(uint32_t type)
{
    const uintptr_t base = (uintptr_t) &image_header;
    const ElfW(Phdr) *segments = (const ElfW(Phdr) *) (base + image_header.e_phoff); // NOLINT

    for (int i = 0; i < image_header.e_phnum; i++)
        if (segments[i].p_type == type && (type != PT_LOAD || !(segments[i].p_flags & PF_W)))
            reaper_drop(base + segments[i].p_vaddr,
                        base + segments[i].p_vaddr + segments[i].p_memsz);
}

void reaper_sleep(void)
{
    if (getauxval(AT_BASE) == 0) { /* no dynamic loader */
        drop_heap();
        drop_stack();
        drop_segments(PT_LOAD);
        drop_segments(PT_GNU_RELRO); /* last: libc keeps its constants there */
    }
    for (;;)
        (void) syscall(SYS_ppoll, NULL, 0, NULL, NULL, 0);
}

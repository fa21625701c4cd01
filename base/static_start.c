/*
 * How the static program starts: glibc's own way, but without its look at the processor. That executes CPUID some fifty times, each of which leaves a
 * virtual machine (4.5 us on ours): a fifth of a short command, spent on choosing among variants of memcpy that never earn it back. The
 * resolvers of those functions now take what every x86-64 has. Left out, too: GLIBC_TUNABLES, so the caller's environment tunes nothing.
 *
 * What is called and in which order, and which variables live beside it, is glibc 2.36's; configure uses this file with that version only.
 */
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming): the names are glibc's */

/* Hidden: reached relative to the code, since the GOT is not relocated at first. */
#define OWN __attribute__((visibility("hidden")))

typedef void initializer(int, char **, char **);
typedef int program(int, char **, char **);

extern OWN void *__libc_stack_end;
extern OWN uintptr_t *_dl_random; /* two words from the kernel */
extern OWN int __libc_enable_secure;
extern OWN initializer *const __preinit_array_start[];
extern OWN initializer *const __preinit_array_end[];
extern OWN initializer *const __init_array_start[];
extern OWN initializer *const __init_array_end[];
OWN void _dl_aux_init(ElfW(auxv_t) * values);
OWN void _dl_relocate_static_pie(void);
OWN void __libc_setup_tls(void);
OWN void __libc_early_init(_Bool is_initial);
OWN void __libc_init_first(int argc, char **argv, char **environment);
OWN void __libc_check_standard_fds(void);
OWN void _init(void);
int __libc_start_main(program *main, int argc, char **argv);

/* Sizes of caches, and those from which on copies go other ways: what glibc takes where it cannot know. */
OWN long __x86_data_cache_size_half = 16L * 1024;
OWN long __x86_data_cache_size = 32L * 1024;
OWN long __x86_shared_cache_size_half = 512L * 1024;
OWN long __x86_shared_cache_size = 1024L * 1024;
OWN long __x86_shared_non_temporal_threshold = 768L * 1024;
OWN long __x86_rep_movsb_threshold = 2048;
OWN long __x86_rep_stosb_threshold = 2048;
OWN long __x86_rep_movsb_stop_threshold = 768L * 1024;
OWN int __x86_string_control;

static void run_initializers(int argc, char **argv)
{
    for (initializer *const *at = __preinit_array_start; at < __preinit_array_end; at++)
        (*at)(argc, argv, environ);
    _init();
    for (initializer *const *at = __init_array_start; at < __init_array_end; at++)
        (*at)(argc, argv, environ);
}

/* tcbhead_t: the stack protector's word, whose lowest byte is 0 so that it ends strings, and what setjmp(3) mangles pointers with. */
static inline void set_guards(void)
{
    __asm__ volatile("mov %0, %%fs:0x28" : : "r"(_dl_random[0] & ~(uintptr_t) 0xff));
    __asm__ volatile("mov %0, %%fs:0x30" : : "r"(_dl_random[1]));
}

/*
 * Called by crt1.o, which passes more: what dynamic programs of old needed, and the stack, whose end is known from argv.
 * Nothing that is guarded or has variants may be called before both are set up.
 */
__attribute__((noreturn, no_stack_protector)) int __libc_start_main(program *main, int argc,
                                                                    char **argv)
{
    char **end = &argv[argc + 1];

    environ = end;
    __libc_stack_end = argv - 1; /* the kernel puts argc before them */
    while (*end)
        end++;
    _dl_aux_init((ElfW(auxv_t) *) (void *) (end + 1));
    _dl_relocate_static_pie();
    __libc_setup_tls();
    set_guards();
    __libc_early_init(1);
    __libc_init_first(argc, argv, environ);
    if (__libc_enable_secure) /* set-user-ID */
        __libc_check_standard_fds();
    run_initializers(argc, argv);
    exit(main(argc, argv, environ));
}
/* NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming) */

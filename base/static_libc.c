/*
 * Parts of the C library which the static program replaces, because the archive's own bring in what it never uses: gettext, locale
 * files, wide characters, iconv and dlopen for messages that are not translated, the unwinder of C++ exceptions and thread cancellation, and
 * numbers with a fraction, of which there are none in our texts (tools/check-binary). Together they are a third of the program. configure
 * tries whether this C library can be linked so, and prints; without it all works as well.
 *
 * The names and prototypes are glibc's and libgcc's own. They call nothing but write(2) and abort(3).
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming): the point of this file */
__attribute__((noreturn)) void __assert_fail(const char *assertion, const char *file,
                                             unsigned int line, const char *function);
char *__dcgettext(const char *domain, const char *message, int category);
__attribute__((noreturn)) void _Unwind_Resume(void *exception);
int __gcc_personality_v0(void);
struct locale_data;
void __wcsmbs_load_conv(struct locale_data *locale);
void __wcsmbs_clone_conv(void *copy);
int __wcsmbs_named_conv(void *copy, const char *name);
const void *__wcsmbs_getfct(const char *to, const char *from, const size_t *steps);
void _nl_cleanup_ctype(struct locale_data *locale);
void __gconv_release_step(void *step);
void _dl_init_paths(const char *path, const char *source, const char *prepend, const char *mask);
const char *_dl_get_origin(void);
extern const void *const __wcsmbs_gconv_fcts_c[8];
extern int __gconv_lock;
int __printf_fp(void);
int __printf_fp_l(void);
int __printf_fphex(void);

void __assert_fail(const char *assertion, const char *file, unsigned int line, const char *function)
{
    (void) line; /* formatting it would need stdio, which may be what failed */
    (void) function;
    (void) !write(STDERR_FILENO, file, strlen(file));
    (void) !write(STDERR_FILENO, ": assertion failed: ", sizeof(": assertion failed: ") - 1);
    (void) !write(STDERR_FILENO, assertion, strlen(assertion));
    (void) !write(STDERR_FILENO, "\n", 1);
    abort();
}

/* The program never calls setlocale(3): every message is what the C locale says. */
char *__dcgettext(const char *domain, const char *message, int category)
{
    (void) domain;
    (void) category;
    return (char *) message;
}

/* Cleanups during unwinding: nobody throws, and no thread is ever cancelled. */
void _Unwind_Resume(void *exception)
{
    (void) exception;
    abort();
}

int __gcc_personality_v0(void)
{
    abort();
}

/* Conversion to and from wide characters, of which there are none. */
void __wcsmbs_load_conv(struct locale_data *locale)
{
    (void) locale;
    abort();
}

void __wcsmbs_clone_conv(void *copy)
{
    (void) copy;
    abort();
}

int __wcsmbs_named_conv(void *copy, const char *name)
{
    (void) copy;
    (void) name;
    abort();
}

const void *__wcsmbs_getfct(const char *to, const char *from, const size_t *steps)
{
    (void) to;
    (void) from;
    (void) steps;
    abort();
}

void _nl_cleanup_ctype(struct locale_data *locale)
{
    (void) locale;
}

/* fclose(3) of a stream with a conversion. */
void __gconv_release_step(void *step)
{
    (void) step;
    abort();
}

const void *const __wcsmbs_gconv_fcts_c[8];
int __gconv_lock;

/* Where dlopen(3) would look; at each start that is memory, and a look at /proc/self/exe. */
void _dl_init_paths(const char *path, const char *source, const char *prepend, const char *mask)
{
    (void) path;
    (void) source;
    (void) prepend;
    (void) mask;
}

const char *_dl_get_origin(void)
{
    return (const char *) -1; /* NOLINT(performance-no-int-to-ptr): "not known" */
}

/* What printf(3) calls for %f, %e, %g and %a. */
int __printf_fp(void)
{
    abort();
}

int __printf_fp_l(void)
{
    abort();
}

int __printf_fphex(void)
{
    abort();
}

/* yajl's, for readers that ask for doubles; ours asks for the text of numbers. */
double strtod(const char *text, char **end)
{
    (void) text;
    (void) end;
    abort();
}
/* NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming) */

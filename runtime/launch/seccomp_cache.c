/*
 * Compiled seccomp filters, kept by content: compiling the default profile of an engine takes longer than all else that
 * happens before the clone.
 *
 * An entry is found by the hash of what the program depends on, but trusted only when all of that is in it, byte for byte, its
 * checksum is right, and directory and file are the caller's alone: a collision, a cut or damaged file, or one that somebody else
 * could have written, means compiling again, never another filter. Entries appear whole, by rename.
 *
 * The hash is xxHash (header only, Debian's libxxhash-dev): it replaces a hand-written one.
 */
#include "runtime/launch/seccomp.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/directory.h"
#include "base/owned.h"
#include "base/sys/file.h"
#include "base/text.h"

#define CACHE_FORMAT          2
#define CACHE_MAX_ENTRIES     256
#define CACHE_NAME_BYTES      (2 * sizeof(XXH128_canonical_t) + 1)
#define CACHE_MAX_ENTRY_BYTES (4UL * 1024 * 1024)
#define CACHE_MAGIC           "corun seccomp 1\n"

/* Followed by the key and the program; checksum: of these two. */
struct cache_header {
    char magic[sizeof(CACHE_MAGIC) - 1];
    uint64_t key_size;
    uint64_t program_size;
    uint64_t checksum;
};

/* --- the key --- */

/* Grows by doubling in the arena. */
struct key_writer {
    struct arena *arena;
    char *bytes;
    size_t size;
    size_t capacity;
};

static void put_bytes(struct key_writer *writer, const void *bytes, size_t size)
{
    if (writer->capacity - writer->size < size) {
        size_t capacity = 2 * (writer->size + size) + 4096;
        char *grown = arena_alloc(writer->arena, capacity);

        if (writer->size > 0)
            memcpy(grown, writer->bytes, writer->size);
        writer->bytes = grown;
        writer->capacity = capacity;
    }
    memcpy(writer->bytes + writer->size, bytes, size);
    writer->size += size;
}

static void put_number(struct key_writer *writer, uint64_t value)
{
    put_bytes(writer, &value, sizeof(value));
}

/* Absent and 0 are different things. */
static void put_optional(struct key_writer *writer, bool is_given, uint64_t value)
{
    put_number(writer, is_given);
    put_number(writer, is_given ? value : 0);
}

static void put_text(struct key_writer *writer, const char *text)
{
    size_t length = strlen(text);

    put_number(writer, length);
    put_bytes(writer, text, length);
}

static void put_rule(struct key_writer *writer, const struct spec_seccomp_syscall *rule)
{
    put_number(writer, (uint64_t) rule->action);
    put_optional(writer, rule->errno_ret != NULL, rule->errno_ret ? *rule->errno_ret : 0);
    put_number(writer, rule->names.count);
    for (size_t i = 0; i < rule->names.count; i++)
        put_text(writer, rule->names.items[i]);
    put_number(writer, rule->args.count);
    SLICE_FOR_EACH(struct spec_seccomp_arg, argument, rule->args) {
        put_number(writer, argument->index);
        put_number(writer, argument->value);
        put_optional(writer, argument->value_two != NULL,
                     argument->value_two ? *argument->value_two : 0);
        put_number(writer, (uint64_t) argument->op);
    }
}

/* Every part has its size before it, so that no two profiles have the same bytes. */
struct text_key seccomp_cache_key(struct arena *arena, const struct spec_seccomp *profile)
{
    struct key_writer writer = {.arena = arena};
    const struct scmp_version *version = seccomp_version();

    put_number(&writer, CACHE_FORMAT);
    put_number(&writer, seccomp_arch_native());
    put_number(&writer, version->major);
    put_number(&writer, version->minor);
    put_number(&writer, version->micro);
    put_number(&writer, (uint64_t) profile->default_action);
    put_optional(&writer, profile->default_errno_ret != NULL,
                 profile->default_errno_ret ? *profile->default_errno_ret : 0);
    put_number(&writer, profile->architectures.count);
    SLICE_FOR_EACH(const int64_t, architecture, profile->architectures)
        put_number(&writer, (uint64_t) *architecture);
    put_number(&writer, profile->syscalls.count);
    SLICE_FOR_EACH(struct spec_seccomp_syscall, rule, profile->syscalls)
        put_rule(&writer, rule);
    return (struct text_key){writer.bytes, writer.size};
}

/* --- the directory --- */

static bool is_ours_alone(int fd, mode_t type)
{
    struct stat info;

    return fstat(fd, &info) == 0 && (info.st_mode & S_IFMT) == type && info.st_uid == geteuid() &&
           (info.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

int seccomp_cache_open(const char *directory)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
    owned_fd fd = sys_open(directory, flags);

    if (fd == -ENOENT) {
        (void) mkdir(directory, 0700); /* if it could not be made, opening tells */
        fd = sys_open(directory, flags);
    }
    return fd >= 0 && is_ours_alone(fd, S_IFDIR) ? take_fd(&fd) : -1;
}

static void entry_name(const struct text_key *key, char name[CACHE_NAME_BYTES])
{
    XXH128_canonical_t hash;

    XXH128_canonicalFromHash(&hash, XXH3_128bits(key->bytes, key->size));
    for (size_t i = 0; i < sizeof(hash.digest); i++)
        (void) snprintf(name + 2 * i, 3, "%02x", hash.digest[i]);
}

static uint64_t checksum(const struct text_key *key, const struct seccomp_program *program)
{
    return XXH3_64bits_withSeed(program->bytes, program->size, XXH3_64bits(key->bytes, key->size));
}

/* --- entries --- */

/* The whole file in the arena, or NULL unless it has size bytes. */
static const char *read_entry(struct arena *arena, int fd, size_t size)
{
    char *bytes = arena_alloc(arena, size);

    return sys_read_all(fd, bytes, size) == (ssize_t) size ? bytes : NULL;
}

static bool check_entry(const char *bytes, size_t size, const struct text_key *key,
                        struct seccomp_program *ret_program)
{
    struct cache_header header;
    struct seccomp_program program;

    memcpy(&header, bytes, sizeof(header));
    if (memcmp(header.magic, CACHE_MAGIC, sizeof(header.magic)) != 0 ||
        header.key_size != key->size || header.program_size == 0 ||
        header.program_size % sizeof(struct sock_filter) != 0 ||
        header.program_size > BPF_MAXINSNS * sizeof(struct sock_filter) ||
        size != sizeof(header) + header.key_size + header.program_size)
        return false;
    if (memcmp(bytes + sizeof(header), key->bytes, key->size) != 0)
        return false;
    program.bytes = bytes + sizeof(header) + key->size;
    program.size = header.program_size;
    if (checksum(key, &program) != header.checksum)
        return false;
    *ret_program = program;
    return true;
}

bool seccomp_cache_find(struct arena *arena, int directory, const struct text_key *key,
                        struct seccomp_program *ret_program)
{
    char name[CACHE_NAME_BYTES];
    struct seccomp_program program;
    owned_fd fd = -1;
    struct stat info;
    const char *bytes;

    entry_name(key, name);
    fd = sys_open_beneath(directory, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    if (fd < 0 || !is_ours_alone(fd, S_IFREG) || fstat(fd, &info) < 0 ||
        (size_t) info.st_size < sizeof(struct cache_header) ||
        (size_t) info.st_size > CACHE_MAX_ENTRY_BYTES)
        return false;
    bytes = read_entry(arena, fd, (size_t) info.st_size);
    if (!bytes || !check_entry(bytes, (size_t) info.st_size, key, &program))
        return false;
    /* The key's size is any number: the program is copied to where instructions are aligned. */
    ret_program->bytes = arena_copy_bytes(arena, program.bytes, program.size);
    ret_program->size = program.size;
    return true;
}

/* A cache that has grown past its bound is emptied: profiles are few, so it has been filled with ones that do not come back. */
static void prune(int directory)
{
    owned_dir entries = NULL;
    size_t count = 0;
    struct dirent *entry;

    if (directory_open(directory, ".", &entries) < 0)
        return;
    while (readdir(entries))
        count++;
    if (count <= CACHE_MAX_ENTRIES + 2) /* "." and ".." */
        return;
    rewinddir(entries);
    while ((entry = readdir(entries)))
        if (entry->d_name[0] != '.')
            (void) unlinkat(directory, entry->d_name, 0); /* another may have pruned it just now */
}

static int write_entry(int fd, const struct text_key *key, const struct seccomp_program *program)
{
    struct cache_header header = {
        .magic = CACHE_MAGIC,
        .key_size = key->size,
        .program_size = program->size,
        .checksum = checksum(key, program),
    };
    int error = sys_write_all(fd, &header, sizeof(header));

    if (error == 0)
        error = sys_write_all(fd, key->bytes, key->size);
    return error == 0 ? sys_write_all(fd, program->bytes, program->size) : error;
}

void seccomp_cache_store(int directory, const struct text_key *key,
                         const struct seccomp_program *program)
{
    char name[CACHE_NAME_BYTES];
    char temporary[CACHE_NAME_BYTES + 24];
    owned_fd fd = -1;

    if (sizeof(struct cache_header) + key->size + program->size > CACHE_MAX_ENTRY_BYTES)
        return;
    prune(directory);
    entry_name(key, name);
    (void) snprintf(temporary, sizeof(temporary), "%s.%d", name, (int) getpid());
    fd = sys_create_at(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    if (fd == -EEXIST) { /* left by one with our pid that was killed */
        (void) unlinkat(directory, temporary, 0);
        return;
    }
    if (fd < 0)
        return;
    if (write_entry(fd, key, program) < 0 || renameat(directory, temporary, directory, name) < 0)
        (void) unlinkat(directory, temporary, 0);
}

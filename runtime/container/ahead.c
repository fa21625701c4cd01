/* Statuses found ahead; see ahead.h. One slot per container in shared memory: written once, by the second process. */
#include "runtime/container/ahead.h"

#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/sys/process.h"
#include "runtime/container/lookup.h"

enum { WORTH_IT = 100 /* containers: 2 ms of work, a fork is a tenth of it */ };

struct ahead_slots {
    atomic_size_t front;          /* the caller is here */
    atomic_int_least64_t slots[]; /* 0: not known; else pid << 8 | status + 1 */
};

static int64_t pack(int64_t pid, enum container_status status)
{
    return pid << 8 | ((int64_t) status + 1);
}

static void work(struct ahead_slots *slots, const struct store *store, const struct text_list *ids,
                 const struct boot *boot)
{
    owned_arena scratch = {0};

    for (size_t i = ids->count; i-- > atomic_load_explicit(&slots->front, memory_order_relaxed);) {
        owned_container container = {.pidfd = -1};
        struct error ignored; /* the caller finds it again, and tells it */

        arena_reset(&scratch);
        store_peek(store, ids->items[i], &container.entry);
        if (container_look_at_record(&scratch, &container, &ignored) == 0 &&
            container_look_at_status(&scratch, boot, &container, &ignored) == 0)
            atomic_store_explicit(&slots->slots[i], pack(container.record.pid, container.status),
                                  memory_order_relaxed);
    }
}

static bool has_two_processors(void)
{
    cpu_set_t processors;

    return sched_getaffinity(0, sizeof(processors), &processors) == 0 && CPU_COUNT(&processors) > 1;
}

void ahead_start(const struct store *store, const struct text_list *ids, const struct boot *boot,
                 struct ahead *ret_ahead)
{
    size_t size = sizeof(struct ahead_slots) + ids->count * sizeof(int64_t);
    pid_t caller = getpid();
    void *memory;

    *ret_ahead = (struct ahead){0};
    if (ids->count < WORTH_IT || !has_two_processors())
        return;
    memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return;
    *ret_ahead = (struct ahead){memory, size, fork()};
    if (ret_ahead->pid != 0)
        return;
    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == caller)
        work(memory, store, ids, boot);
    _exit(0);
}

bool ahead_find(struct ahead *ahead, size_t number, int64_t pid, enum container_status *ret_status)
{
    int64_t packed;

    if (!ahead->slots)
        return false;
    atomic_store_explicit(&ahead->slots->front, number + 1, memory_order_relaxed);
    packed = atomic_load_explicit(&ahead->slots->slots[number], memory_order_relaxed);
    if (packed == 0 || packed >> 8 != pid)
        return false;
    *ret_status = (enum container_status)((packed & 0xff) - 1);
    return true;
}

void ahead_stop(struct ahead *ahead)
{
    int status;

    if (ahead->slots && ahead->pid > 0) {
        (void) kill(ahead->pid, SIGKILL); /* our child, not reaped: the number is its own */
        (void) sys_wait(ahead->pid, &status);
    }
    if (ahead->slots)
        (void) munmap(ahead->slots, ahead->size);
    *ahead = (struct ahead){0};
}

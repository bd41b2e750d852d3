/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* pthread calls fail only when we use them wrongly (or when the system has no thread left, and then we cannot run
 * either): `must` ends the process and names the call. Mutexes check their owner, so that a lock taken twice by one
 * thread dies loudly instead of hanging. */
#include "base/thread.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include "base/mem.h"

#define NAME_BYTES 16 /* the kernel's limit, NUL included */

struct start {
    void (*run)(void *);
    void *arg;
    char name[NAME_BYTES];
};

static void must(int error, const char *call)
{
    if (error == 0)
        return;
    (void)fprintf(stderr, "thread_bug: %s failed with error %d\n", call, error);
    abort();
}

static void *run_started(void *arg)
{
    struct start start = *(struct start *)arg;
    mem_free(arg);
    (void)prctl(PR_SET_NAME, start.name); /* a name is for debuggers; without it all works */
    start.run(start.arg);
    return NULL;
}

void thread_start(struct thread *thread, const char *name, void (*run)(void *), void *arg)
{
    struct start *start = mem_new(1, sizeof(*start));
    start->run = run;
    start->arg = arg;
    (void)snprintf(start->name, sizeof(start->name), "%s", name);
    must(pthread_create(&thread->id, NULL, run_started, start), "pthread_create");
}

void thread_join(struct thread *thread) { must(pthread_join(thread->id, NULL), "pthread_join"); }

static void mutex_init(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t kind;
    must(pthread_mutexattr_init(&kind), "pthread_mutexattr_init");
    must(pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ERRORCHECK), "pthread_mutexattr_settype");
    must(pthread_mutex_init(mutex, &kind), "pthread_mutex_init");
    must(pthread_mutexattr_destroy(&kind), "pthread_mutexattr_destroy");
}

void lock_init(struct lock *lock) { mutex_init(&lock->mutex); }
void lock_clear(struct lock *lock) { must(pthread_mutex_destroy(&lock->mutex), "pthread_mutex_destroy"); }
void lock_take(struct lock *lock) { must(pthread_mutex_lock(&lock->mutex), "pthread_mutex_lock"); }
void lock_drop(struct lock *lock) { must(pthread_mutex_unlock(&lock->mutex), "pthread_mutex_unlock"); }

void signal_count_init(struct signal_count *signal)
{
    mutex_init(&signal->mutex);
    pthread_condattr_t kind;
    must(pthread_condattr_init(&kind), "pthread_condattr_init");
    must(pthread_condattr_setclock(&kind, CLOCK_MONOTONIC), "pthread_condattr_setclock");
    must(pthread_cond_init(&signal->cond, &kind), "pthread_cond_init");
    must(pthread_condattr_destroy(&kind), "pthread_condattr_destroy");
    signal->count = 0;
}

void signal_count_clear(struct signal_count *signal)
{
    must(pthread_cond_destroy(&signal->cond), "pthread_cond_destroy");
    must(pthread_mutex_destroy(&signal->mutex), "pthread_mutex_destroy");
}

uint64_t signal_count_get(struct signal_count *signal)
{
    must(pthread_mutex_lock(&signal->mutex), "pthread_mutex_lock");
    uint64_t count = signal->count;
    must(pthread_mutex_unlock(&signal->mutex), "pthread_mutex_unlock");
    return count;
}

void signal_count_bump(struct signal_count *signal)
{
    must(pthread_mutex_lock(&signal->mutex), "pthread_mutex_lock");
    signal->count++;
    must(pthread_cond_broadcast(&signal->cond), "pthread_cond_broadcast");
    must(pthread_mutex_unlock(&signal->mutex), "pthread_mutex_unlock");
}

/* The monotonic moment `after_ms` from now. */
static struct timespec moment_after(int64_t after_ms)
{
    struct timespec moment;
    must(clock_gettime(CLOCK_MONOTONIC, &moment) == 0 ? 0 : errno, "clock_gettime");
    /* A wait of over a century is cut to one, which keeps the sums far from overflow. */
    const int64_t century_ms = 100LL * 366 * 24 * 3600 * 1000;
    if (after_ms > century_ms)
        after_ms = century_ms;
    moment.tv_sec += after_ms / 1000;
    moment.tv_nsec += after_ms % 1000 * 1000000;
    if (moment.tv_nsec >= 1000000000) {
        moment.tv_nsec -= 1000000000;
        moment.tv_sec++;
    }
    return moment;
}

uint64_t signal_count_wait(struct signal_count *signal, uint64_t seen, int64_t timeout_ms)
{
    struct timespec until = moment_after(timeout_ms < 0 ? 0 : timeout_ms);
    must(pthread_mutex_lock(&signal->mutex), "pthread_mutex_lock");
    int error = 0;
    while (signal->count <= seen && error != ETIMEDOUT) {
        error = timeout_ms < 0 ? pthread_cond_wait(&signal->cond, &signal->mutex)
                               : pthread_cond_timedwait(&signal->cond, &signal->mutex, &until);
        must(error == ETIMEDOUT ? 0 : error, "pthread_cond_wait");
    }
    uint64_t count = signal->count;
    must(pthread_mutex_unlock(&signal->mutex), "pthread_mutex_unlock");
    return count;
}

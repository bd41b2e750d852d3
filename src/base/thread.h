/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Threads, locks and a signal that cannot be missed. A thin face over pthreads; failures of pthread calls are our bugs
 * and abort. */
#ifndef REKINDLE_BASE_THREAD_H
#define REKINDLE_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct thread {
    pthread_t id;
};
void thread_start(struct thread *thread, const char *name, void (*run)(void *), void *arg); /* name up to 15 bytes */
void thread_join(struct thread *thread);

struct lock {
    pthread_mutex_t mutex;
};
void lock_init(struct lock *lock);
void lock_clear(struct lock *lock);
void lock_take(struct lock *lock);
void lock_drop(struct lock *lock);

/* A count that only grows. Waiting "for more than what I have seen" cannot lose a wake-up. Self-locking, any thread. */
struct signal_count {
    pthread_mutex_t mutex;
    pthread_cond_t cond; /* CLOCK_MONOTONIC */
    uint64_t count;
};
void signal_count_init(struct signal_count *signal);
void signal_count_clear(struct signal_count *signal);
uint64_t signal_count_get(struct signal_count *signal);
void signal_count_bump(struct signal_count *signal); /* +1 and wakes all */
/* Waits until count > seen or timeout_ms real ms have passed (negative: no timeout); returns the count now. */
uint64_t signal_count_wait(struct signal_count *signal, uint64_t seen, int64_t timeout_ms);

#endif

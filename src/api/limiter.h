/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Counts events by key in windows of real time, in a table of fixed size: enough against guessing, bounded against
 * flooding. The key is only kept as a 64-bit hash. Locks itself, any thread. */
#ifndef REKINDLE_API_LIMITER_H
#define REKINDLE_API_LIMITER_H

#include "base/str.h"
#include "base/thread.h"

#define LIMITER_SLOTS 4096

struct limiter_slot {
    uint64_t key; /* 0 = free */
    int64_t since_ms;
    int64_t count;
};
struct limiter {
    struct lock lock;
    int64_t max, window_ms;
    uint64_t seed; /* random, so that nobody can aim at a slot */
    struct limiter_slot *slots;
};

/* At most `max` events a window for each key. */
void limiter_init(struct limiter *limiter, int64_t max, int64_t window_ms);
void limiter_clear(struct limiter *limiter);
/* Milliseconds until the key may try again; 0 = now. Counts nothing. `now_ms` is monotonic. */
int64_t limiter_wait_ms(struct limiter *limiter, struct str key, int64_t now_ms);
void limiter_count(struct limiter *limiter, struct str key, int64_t now_ms);
void limiter_forget(struct limiter *limiter, struct str key); /* it turned out well */

#endif

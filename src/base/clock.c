/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The manual clock is one atomic number, so reading it costs no lock; it only ever grows, whoever sets it. */
#include "base/clock.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"

struct clock {
    bool manual;             /* fixed at birth */
    _Atomic int64_t time_ms; /* manual only */
};

static int64_t read_ms(clockid_t which)
{
    struct timespec time;
    if (clock_gettime(which, &time) != 0)
        abort(); /* both clocks exist on every Linux */
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

struct clock *clock_new_real(void) { return mem_new(1, sizeof(struct clock)); }

struct clock *clock_new_manual(int64_t start_ms)
{
    struct clock *clock = mem_new(1, sizeof(*clock));
    clock->manual = true;
    atomic_init(&clock->time_ms, start_ms);
    return clock;
}

void clock_free(struct clock *clock) { mem_free(clock); }

int64_t clock_now(struct clock *clock) { return clock->manual ? atomic_load(&clock->time_ms) : clock_wall(); }

bool clock_is_manual(const struct clock *clock) { return clock->manual; }

enum rc clock_set(struct clock *clock, int64_t to_ms)
{
    if (!clock->manual)
        return RC_DENIED;
    int64_t now = atomic_load(&clock->time_ms);
    do {
        if (to_ms < now)
            return RC_INVALID;
    } while (!atomic_compare_exchange_weak(&clock->time_ms, &now, to_ms));
    return RC_OK;
}

int64_t clock_mono(void) { return read_ms(CLOCK_MONOTONIC); }

int64_t clock_wall(void) { return read_ms(CLOCK_REALTIME); }

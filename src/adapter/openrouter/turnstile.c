/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Only the first in line asks the pace; the others wait until the line moves. Every change bumps one count, which cannot
 * be missed; with at most 64 threads waking all of them costs nothing that matters. */
#include "adapter/openrouter/turnstile.h"

#include "base/clock.h"
#include "base/rand.h"

#define COME_AGAIN_MS 5000 /* when nobody can say: a call under way ends when it ends */

struct turnstile_waiter {
    struct turnstile_waiter *next;
};

void turnstile_init(struct turnstile *turnstile, const struct pace_limits *limits)
{
    *turnstile = (struct turnstile){0};
    lock_init(&turnstile->lock);
    signal_count_init(&turnstile->changed);
    pace_init(&turnstile->pace, limits, clock_mono());
}

void turnstile_clear(struct turnstile *turnstile)
{
    pace_clear(&turnstile->pace);
    signal_count_clear(&turnstile->changed);
    lock_clear(&turnstile->lock);
}

/* --- the line; the lock is held ------------------------------------------------------------------------------------ */

static void line_up(struct turnstile *turnstile, struct turnstile_waiter *self)
{
    if (turnstile->last != NULL)
        turnstile->last->next = self;
    else
        turnstile->first = self;
    turnstile->last = self;
    turnstile->waiting++;
}

static void step_out(struct turnstile *turnstile, struct turnstile_waiter *self)
{
    struct turnstile_waiter *before = NULL;
    struct turnstile_waiter **at = &turnstile->first;
    for (; *at != self; at = &(*at)->next)
        before = *at;
    *at = self->next;
    if (turnstile->last == self)
        turnstile->last = before;
    turnstile->waiting--;
    signal_count_bump(&turnstile->changed);
}

/* RC_OK, RC_BUSY, RC_LIMITED as turnstile_enter; RC_NOT_FOUND: wait *wait_ms at most, or until something changes. */
static enum rc try_once(struct turnstile *turnstile, const struct turnstile_waiter *self, int64_t tokens, int64_t until,
                        int64_t *wait_ms)
{
    int64_t now = clock_mono();
    if (turnstile->stopping)
        return RC_BUSY;
    int64_t wait = turnstile->first == self ? pace_ask(&turnstile->pace, tokens, now) : PACE_UNTIL_CHANGE;
    if (wait == 0)
        return RC_OK;
    bool unknown = wait == PACE_UNTIL_CHANGE;
    int64_t least = unknown ? pace_not_before_ms(&turnstile->pace, now) : wait; /* the first of these holds for all */
    /* there is no point in standing here until the end when the wait is known to be longer */
    if (now >= until || now + least > until) {
        *wait_ms = unknown && least < COME_AGAIN_MS ? COME_AGAIN_MS : least;
        return RC_LIMITED;
    }
    *wait_ms = unknown || now + wait > until ? until - now : wait;
    return RC_NOT_FOUND;
}

enum rc turnstile_enter(struct turnstile *turnstile, int64_t tokens, int64_t patience_ms, int64_t *wait_ms)
{
    struct turnstile_waiter self = {0};
    int64_t until = clock_mono() + patience_ms;
    lock_take(&turnstile->lock);
    line_up(turnstile, &self);
    enum rc rc;
    while ((rc = try_once(turnstile, &self, tokens, until, wait_ms)) == RC_NOT_FOUND) {
        uint64_t seen = signal_count_get(&turnstile->changed);
        lock_drop(&turnstile->lock);
        signal_count_wait(&turnstile->changed, seen, *wait_ms);
        lock_take(&turnstile->lock);
    }
    step_out(turnstile, &self);
    lock_drop(&turnstile->lock);
    return rc;
}

/* --- after it ------------------------------------------------------------------------------------------------------ */

void turnstile_leave(struct turnstile *turnstile, int64_t tokens)
{
    lock_take(&turnstile->lock);
    pace_leave(&turnstile->pace, tokens, clock_mono());
    signal_count_bump(&turnstile->changed);
    lock_drop(&turnstile->lock);
}

int64_t turnstile_start(struct turnstile *turnstile, int64_t tokens)
{
    lock_take(&turnstile->lock);
    int64_t wait = pace_start(&turnstile->pace, tokens, clock_mono());
    if (wait > 0)
        signal_count_bump(&turnstile->changed);
    lock_drop(&turnstile->lock);
    return wait;
}

/* [0, 1) */
static double any_share(void)
{
    uint64_t bits;
    rand_bytes(&bits, sizeof bits);
    return (double)(bits >> 11) / 9007199254740992.0;
}

void turnstile_done(struct turnstile *turnstile, enum pace_result result, int64_t retry_after_ms)
{
    lock_take(&turnstile->lock);
    pace_done(&turnstile->pace, result, retry_after_ms, any_share(), clock_mono());
    signal_count_bump(&turnstile->changed);
    lock_drop(&turnstile->lock);
}

void turnstile_stop(struct turnstile *turnstile)
{
    lock_take(&turnstile->lock);
    turnstile->stopping = true;
    signal_count_bump(&turnstile->changed);
    lock_drop(&turnstile->lock);
}

void turnstile_state(struct turnstile *turnstile, struct turnstile_state *out)
{
    lock_take(&turnstile->lock);
    int64_t now = clock_mono();
    const struct pace *pace = &turnstile->pace;
    *out = (struct turnstile_state){.waiting = turnstile->waiting,
                                    .under_way = pace->under_way,
                                    .concurrency = pace_concurrency(pace),
                                    .concurrency_max = pace->limits.concurrency,
                                    .requests_per_minute = pace->limits.requests_per_minute,
                                    .last_minute = pace_last_minute(pace, now),
                                    .not_before_ms = pace_not_before_ms(pace, now),
                                    .breaker = pace->breaker};
    lock_drop(&turnstile->lock);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* When the next call may leave, and how many at a time: a machine without a clock of its own (times are monotonic ms that
 * the caller gives) and without a lock. The way of a call: pace_ask takes a place, pace_leave gives it back unused, or
 * pace_start uses it and pace_done says what came of it.
 *
 * Requests and tokens a minute are token buckets filled at 97 % of the rate with room for one and a quarter, or for one and
 * 0.2 % of the rate: within any minute, and within any 6 s of it, as some services count, they let out at most
 * the rate, and at 60 a minute a request may be late by over a second without that being broken. What has really left
 * within the last minute is counted besides.
 *
 * Concurrency is additive increase, multiplicative decrease: it begins at 2, grows by 1/limit with each answer, is halved
 * by each sign of overload (at most once in 5 s). When it was cut three times in a row at 1, or nobody answered five times
 * in a row, the breaker opens for 60 s and then lets exactly one call try. A service's own "not before" holds for all. */
#ifndef REKINDLE_ADAPTER_OPENROUTER_PACE_H
#define REKINDLE_ADAPTER_OPENROUTER_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/call.h"

#define PACE_WINDOW_MS 60000
#define PACE_START_CONCURRENCY 2
#define PACE_CUT_EVERY_MS 5000
#define PACE_CUTS_AT_ONE 3
#define PACE_MISSES 5
#define PACE_OPEN_MS 60000
#define PACE_UNTIL_CHANGE INT64_MAX

struct pace_limits {
    int64_t requests_per_minute, tokens_per_minute; /* tokens: 0 for no limit */
    int64_t concurrency;                            /* at most */
};
enum pace_result {
    PACE_ANSWERED,   /* a whole answer */
    PACE_OVERLOADED, /* 429, 503, 529, credits held by what is under way */
    PACE_MISSED,     /* nobody answered: no connection, timed out, 5xx */
    PACE_TOLD        /* an answer all the same: a refusal, a reply that is no use */
};
struct pace_bucket {
    int64_t level, most, a_ms; /* in shares: see pace.c */
};
struct pace {
    struct pace_limits limits;
    struct pace_bucket requests, tokens;
    int64_t filled_at;
    int64_t *left; /* ring of the moments of the last requests_per_minute requests that left; heap */
    int64_t left_count;
    double allowed;            /* calls at a time */
    int64_t places, under_way; /* taken and not used yet; used */
    int64_t cut_at;
    int cuts_at_one, misses;
    enum writer_breaker breaker;
    int64_t open_until, not_before;
};
void pace_init(struct pace *pace, const struct pace_limits *limits, int64_t now);
void pace_clear(struct pace *pace);
/* 0: a place is taken. Else ms until it is worth asking again; PACE_UNTIL_CHANGE: not before another call ends. */
int64_t pace_ask(struct pace *pace, int64_t tokens, int64_t now);
void pace_leave(struct pace *pace, int64_t tokens, int64_t now);
/* 0: the request leaves now. Else the service asked to wait, or the breaker opened, since the place was taken: it is given
 * back, and that is how many ms it is to wait. */
int64_t pace_start(struct pace *pace, int64_t tokens, int64_t now);
/* `retry_after_ms` as the service said it, 0 when it did not; `spread` in [0, 1) puts up to a quarter on top. */
void pace_done(struct pace *pace, enum pace_result result, int64_t retry_after_ms, double spread, int64_t now);

int64_t pace_concurrency(const struct pace *pace);
int64_t pace_last_minute(const struct pace *pace, int64_t now); /* requests that left */
int64_t pace_not_before_ms(const struct pace *pace,
                           int64_t now); /* ms until any may leave: service or breaker; 0 now */

#endif

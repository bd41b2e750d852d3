/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The pace for threads: whoever comes waits in line, first come first through, and is let go when everything stops. Any
 * thread. */
#ifndef REKINDLE_ADAPTER_OPENROUTER_TURNSTILE_H
#define REKINDLE_ADAPTER_OPENROUTER_TURNSTILE_H

#include "adapter/openrouter/pace.h"
#include "base/rc.h"
#include "base/thread.h"

struct turnstile_waiter;
struct turnstile {
    struct lock lock;
    struct signal_count changed;
    struct pace pace;
    struct turnstile_waiter *first, *last; /* the line; on the stacks of those in it */
    int64_t waiting;
    bool stopping;
};
struct turnstile_state {
    int64_t waiting, under_way, concurrency, concurrency_max;
    int64_t requests_per_minute, last_minute, not_before_ms;
    enum writer_breaker breaker;
};
void turnstile_init(struct turnstile *turnstile, const struct pace_limits *limits);
void turnstile_clear(struct turnstile *turnstile); /* nobody may be in it */
/* Waits at most `patience_ms`. RC_OK: a place is held. RC_LIMITED: not by then, and *wait_ms says when it is worth coming
 * again. RC_BUSY: stopping. */
enum rc turnstile_enter(struct turnstile *turnstile, int64_t tokens, int64_t patience_ms, int64_t *wait_ms);
void turnstile_leave(struct turnstile *turnstile, int64_t tokens);
/* 0: the held place is used now. Else as pace_start. */
int64_t turnstile_start(struct turnstile *turnstile, int64_t tokens);
void turnstile_done(struct turnstile *turnstile, enum pace_result result, int64_t retry_after_ms);
void turnstile_stop(struct turnstile *turnstile); /* all who wait, and who come, get RC_BUSY */
void turnstile_state(struct turnstile *turnstile, struct turnstile_state *out);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Whether and when a failed job runs again: one table from rc and kind. */
#ifndef REKINDLE_CORE_RETRY_H
#define REKINDLE_CORE_RETRY_H

#include "base/rc.h"
#include "base/time_text.h"
#include "core/job.h"

enum retry_action { RETRY_LATER, RETRY_NOW, RETRY_BURY };
struct retry {
    enum retry_action action;
    int64_t delay_ms; /* RETRY_LATER */
};
/* `attempts` failed tries before this one; `spread` in [0,1) makes the jitter. RC_CONFLICT: at once. RC_BUSY, RC_IO,
 * RC_TIMEOUT, RC_LIMITED: exponential from 5 s, doubling to 1 h (send: 5 min, doubling to 4 h), and up to a quarter more;
 * given up when the waits add up to 12 h (draft 6 h, send 48 h, notify never, with at most an hour between tries). RC_INVALID, RC_DENIED, RC_CORRUPT, RC_BUG, RC_UNCERTAIN,
 * RC_NOT_FOUND: buried. */
struct retry retry_decide(enum job_kind kind, enum rc rc, int64_t attempts, double spread);
/* The spread of one try of one job: the same each time it is asked, different between jobs that failed together. */
double retry_spread(struct str key, int64_t attempts);
/* What retry_decide said, when the other side has said how long to wait (`asked_ms`; 0: it did not): never earlier than that
 * and up to a quarter more, and never earlier than our own patience says, so that what is asked often is given up no sooner.
 * What is asked beyond RETRY_ASKED_MAX_MS is a slip of theirs. */
#define RETRY_ASKED_MAX_MS TIME_DAY_MS
struct retry retry_after(struct retry retry, int64_t asked_ms, double spread);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The threads that turn changes into jobs and jobs into commits: one relay, groups of workers by job kind so that a loaded
 * history's score jobs never keep a send waiting, and one thread for what takes seconds (fit, tune). Started and joined by
 * main. */
#ifndef REKINDLE_STEP_WORKER_H
#define REKINDLE_STEP_WORKER_H

#include "step/env.h"

struct worker_options {
    int score_threads;             /* JOB_SCORE */
    int step_threads;              /* due, admit, outcome, scale and the other quick ones: 1 */
    int draft_threads;             /* JOB_DRAFT */
    struct mailer *const *mailers; /* one send thread each */
    size_t mailer_count;
};
struct workers;
/* Copies env. On return all threads run. */
struct workers *workers_start(const struct step_env *env, const struct worker_options *options);
/* Asks all to stop, waits for the step in hand of each, joins. */
void workers_stop(struct workers *workers);

/* Blocks until the relay has caught up and no job with run_at <= now waits or runs, as seen twice in a row. RC_TIMEOUT after
 * timeout_ms of real time. */
enum rc workers_settle(struct workers *workers, int64_t timeout_ms);
/* Manual clock: moves forward to `to_ms`, stopping at each due instant in order, settling at each, persisting its
 * position; answers when every job due by then has settled or waits for a person. One caller at a time (RC_BUSY).
 * RC_INVALID backwards, RC_DENIED on a real clock. */
enum rc workers_advance(struct workers *workers, int64_t to_ms, int64_t timeout_ms);

struct workers_state {
    int64_t relay_cursor, feed_head;
    int64_t relay_lag_ms; /* age of the oldest change not relayed, 0 when none */
    bool running;
};
void workers_state(struct workers *workers, struct workers_state *out);

#endif

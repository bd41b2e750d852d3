/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Quiet: the relay has caught up with the store and no job of some kinds waits for now or runs. Waiting for it is how late
 * orders are taken in before a timer fires, and how a manual clock knows that an instant has settled. */
#ifndef REKINDLE_STEP_QUIET_H
#define REKINDLE_STEP_QUIET_H

#include "step/env.h"

struct quiet {
    const struct step_env *env;
    unsigned mask;            /* job kinds that must be still */
    bool (*stopping)(void *); /* ends the wait early; NULL: never */
    void *ctx;
    bool others_run; /* jobs of other kinds may run meanwhile (the caller's own does) */
};
/* Waits until it is quiet, seen twice in a row, at most timeout_ms of real time. RC_TIMEOUT, RC_LIMITED when stopped. */
enum rc quiet_await(const struct quiet *quiet, int64_t timeout_ms);

/* The relay's cursor, the feed's newest change and the age of the oldest change not relayed (0 when none). */
void quiet_lag(const struct step_env *env, int64_t *cursor, int64_t *head, int64_t *lag_ms);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Two tables: what a result code allows, and how patient each kind of job is. */
#include "core/retry.h"

#include "base/hash.h"

enum answer { BURY, NOW, LATER };

/* What is not listed is buried: the input is wrong, we may not, we have a bug, or it may have happened already. */
static const enum answer BY_RC[RC_COUNT] = {
    [RC_CONFLICT] = NOW, [RC_LIMITED] = LATER, [RC_BUSY] = LATER, [RC_IO] = LATER, [RC_TIMEOUT] = LATER,
};

#define SECONDS(n) ((n)*TIME_SECOND_MS)
#define HOURS(n) ((n)*TIME_HOUR_MS)

#define TRIES_COUNTED 1000 /* where patience has an end, it ends before */

struct patience {
    int64_t first_ms, most_ms; /* the wait doubles from one to the other */
    int64_t total_ms;          /* no try begins after waits of so long altogether */
};
static const struct patience USUAL = {SECONDS(5), HOURS(1), HOURS(12)};
static const struct patience DRAFT = {SECONDS(5), HOURS(1), HOURS(6)};
/* Another tool must hear of it, so it is never given up; with its quarter no wait is over an hour. */
static const struct patience NOTIFY = {SECONDS(5), SECONDS(48 * 60), INT64_MAX};
static const struct patience SEND = {SECONDS(300), HOURS(4), HOURS(48)};

static const struct patience *patience_of(enum job_kind kind)
{
    switch (kind) {
    case JOB_SEND: return &SEND;
    case JOB_DRAFT: return &DRAFT;
    case JOB_NOTIFY: return &NOTIFY;
    default: return &USUAL;
    }
}

struct retry retry_decide(enum job_kind kind, enum rc rc, int64_t attempts, double spread)
{
    enum answer answer = (unsigned)rc < RC_COUNT ? BY_RC[rc] : BURY;
    if (answer == NOW)
        return (struct retry){RETRY_NOW, 0};
    const struct patience *patience = patience_of(kind);
    int64_t wait = patience->first_ms, waited = 0;
    for (int64_t i = 0; i < attempts && waited <= patience->total_ms && i < TRIES_COUNTED; i++) {
        waited += wait;
        wait = wait * 2 < patience->most_ms ? wait * 2 : patience->most_ms;
    }
    if (answer == BURY || waited > patience->total_ms - wait)
        return (struct retry){RETRY_BURY, 0};
    /* up to a quarter more, so that what failed together does not come back together */
    return (struct retry){RETRY_LATER, wait + (int64_t)((double)wait * 0.25 * spread)};
}

double retry_spread(struct str key, int64_t attempts)
{
    return (double)(hash_mix(key, (uint64_t)attempts) >> 11) * 0x1.0p-53; /* 53 bits fill a double's [0,1) */
}

struct retry retry_after(struct retry retry, int64_t asked_ms, double spread)
{
    if (retry.action == RETRY_BURY || asked_ms <= 0)
        return retry;
    if (asked_ms > RETRY_ASKED_MAX_MS)
        asked_ms = RETRY_ASKED_MAX_MS;
    int64_t asked = asked_ms + (int64_t)((double)asked_ms * 0.25 * spread);
    return (struct retry){RETRY_LATER, asked > retry.delay_ms ? asked : retry.delay_ms};
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Counting for the policy preview (core/preview.h) over the store's engagements: from a fixed sample at once, or from all,
 * which takes seconds in a large shop, so one such walk runs at a time, the answer of a large shop is kept for the day, and a
 * walk ends when the server stops. Any thread. */
#ifndef REKINDLE_API_PREVIEW_WALK_H
#define REKINDLE_API_PREVIEW_WALK_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/thread.h"
#include "core/preview.h"
#include "port/store.h"

/* All that an answer depends on but the engagements themselves; eight-byte members only, so it is compared as bytes. */
struct preview_key {
    int64_t policy_version, scale_version, day;
    int64_t past_days, next_days, kind, daily_episodes, cap_days;
    double threshold, base_days, rhythm_power, fade_gaps, chance, holdout_share;
};

struct preview_result {
    bool exact;
    int64_t looked_at, clients; /* with an order; of a sample an estimate */
    int64_t as_of;
    struct preview_answer answers[2];
};

#define PREVIEW_KEPT 16

struct preview_desk {
    struct lock lock; /* guards the rest */
    bool walking, stopping;
    size_t next; /* of kept, to be overwritten */
    struct {
        struct preview_key key;
        struct preview_result result; /* as_of 0: empty */
    } kept[PREVIEW_KEPT];
};
void preview_desk_init(struct preview_desk *desk);
void preview_desk_clear(struct preview_desk *desk);
/* A walk that runs ends with RC_BUSY at its next page, and no other begins. */
void preview_desk_stop(struct preview_desk *desk);

/* From the first PREVIEW_SAMPLE clients by their draw; exact when there are no more. */
enum rc preview_sample(struct store *store, const struct preview_question *question, struct preview_result *out);
/* From all. RC_LIMITED while another such walk runs, RC_BUSY when the server stops. */
enum rc preview_exact(struct preview_desk *desk, struct store *store, const struct preview_question *question,
                      struct preview_result *out);

#endif

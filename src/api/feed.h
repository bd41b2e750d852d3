/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The feed watch as people see it: on its own page, on Today, in the pipeline and in /readyz. */
#ifndef REKINDLE_API_FEED_H
#define REKINDLE_API_FEED_H

#include "base/json.h"
#include "core/feed_watch.h"
#include "step/env.h"

struct feed_view {
    struct feed_verdict verdict;
    int64_t last_report_at, last_order_at; /* TIME_NONE = never */
    int64_t max_age_hours;
};

/* Reads the verdict, the newest report of all sources and the newest order. */
enum rc feed_look(const struct step_env *env, struct arena *arena, struct feed_view *out);
/* Why it is not flowing, in one plain sentence; absent when it is. */
struct str feed_sentence(const struct feed_view *feed, struct arena *arena);
/* {state,since,reason,last_report_at,last_order_at,max_age_hours} */
void feed_write(const struct feed_view *feed, struct arena *arena, struct json_out *out);

#endif

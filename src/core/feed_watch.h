/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The feed watch: a dead order feed must never be read as everyone going silent. Pure. */
#ifndef REKINDLE_CORE_FEED_WATCH_H
#define REKINDLE_CORE_FEED_WATCH_H

#include "base/json.h"
#include "base/rc.h"
#include "core/records_small.h"

#define FEED_HOURS 168
#define FEED_SETTLE_MS (60LL * 60 * 1000) /* after a stale feed comes back, timers wait so long for late orders */

/* Usual orders per hour of the week (0 = Monday 00:00 in the shop's zone). */
struct feed_rates {
    double per_hour[FEED_HOURS];
    bool known; /* false until two weeks of orders were seen */
};
void feed_rates_from_counts(const int64_t counts[FEED_HOURS], double weeks, struct feed_rates *out);
void feed_rates_to_json(const struct feed_rates *rates, struct json_out *out);
enum rc feed_rates_from_json(const struct json *json, struct feed_rates *out);

enum feed_state { FEED_OK, FEED_NEVER, FEED_STALE, FEED_SETTLING };
extern const char *const FEED_STATE_WORDS[];
struct feed_verdict {
    enum feed_state state;
    int64_t since;   /* TIME_NONE when ok */
    const char *why; /* "", "no_source_ever", "no_report", "no_orders", "settling" */
};
/* sources: all known; last_order_at: ordered_at of the newest order, TIME_NONE if none. NEVER (no source has ever reported)
 * holds timers too. no_report: newest report older than max_age_hours. no_orders: expected orders since last_order_at over
 * whole elapsed hours > -ln(1/10000), i.e. silence has chance under 1 in 10,000 (Poisson). settling: within
 * FEED_SETTLE_MS of resumed_at. */
struct feed_verdict feed_watch(const struct feed_source *sources, size_t count, int64_t last_order_at,
                               const struct feed_rates *rates, int64_t max_age_hours, struct str zone, int64_t now_ms);

#endif

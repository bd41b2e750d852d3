/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The engagement score, 0 to 100: 50 points for how fresh the last order is against the client's own rhythm, 30 for how
 * often they order, 20 for what they spend; all three fade while the client is silent. With x = n - 1 repeat gaps,
 * tx = last - first and s = silence in days, T = tx + s, shop scale G and mu:
 *   g = (2 G + tx) / (2 + x)        h = base (g / G)^power        d = 2^(-s / (fade g))
 *   RHYTHM = 50 * 2^(-s / h)        FREQUENCY = 30 (1 - exp(-n F / max(T, F))) d        VALUE = 20 V d
 *   V = sv' / (sv' + 2 mu), sv' = sv + (n - nv) mu, or 0.5 without mu
 * DETECTOR_RFM: power 0 and d = 1, so its limit is the value part. Strictly decreasing and continuous in s. Never rounded before comparing. */
#ifndef REKINDLE_CORE_SCORE_H
#define REKINDLE_CORE_SCORE_H

#include "core/chance.h"
#include "core/engagement.h"
#include "core/order.h"
#include "core/policy.h"
#include "core/scale.h"

struct score {
    double total, rhythm, frequency, value; /* total is exactly rhythm + frequency + value */
    double silence_days;                    /* s */
    double usual_gap_days;                  /* g */
};

/* A visit: the counting orders of one day in the shop's zone, at the instant of the latest of them. */
struct score_visit {
    int64_t at;
    int64_t value_minor; /* sum of the known values; I64_NONE when none is known */
};
/* The visits of all orders of a client (any order of rows; counting ones only), oldest first. `out` has room for `count`. */
size_t score_visits(const struct order *orders, size_t count, struct str zone, struct score_visit *out);
/* Sums of one client from all its orders: fills visits, first_at, last_at, last_order_id, value_minor, valued, order_count
 * of *out and touches nothing else. last_order_id is the latest (ties: greater id). */
void score_sums(const struct order *orders, size_t count, struct str zone, struct engagement *out);
/* The same sums after one more visit, later than all before (from visits 0 on): visits, first_at, last_at, value_minor,
 * valued; the ids and order_count are not touched. For replays; the program's own sums always come from the rows. */
void score_sums_add(struct engagement *sums, int64_t at, int64_t value_minor);
/* The score at an instant; an instant before the last visit counts as s = 0. All zero without visits. */
void score_at(const struct engagement *sums, const struct scale *scale, const struct detector *detector, int64_t at_ms,
              struct score *out);
/* First instant (ms) at which the score is below `level` : bisection on s in [0, 36500] days, the crossing rounded up to
 * the next millisecond at which score < level. TIME_NONE without visits; last_at when it is below from the start. */
int64_t score_crossing(const struct engagement *sums, const struct scale *scale, const struct detector *detector,
                       double level);
/* The due moment of the silence that `sums` end in: the crossing of the threshold, or for DETECTOR_CHANCE the instant (ms)
 * at which the chance of an order within 30 days falls under detector->chance, not before half the shop's mean gap and at
 * the latest at scale->return_days. TIME_NONE without visits. */
int64_t score_due(const struct engagement *sums, const struct scale *scale, const struct detector *detector,
                  double threshold);
/* The client's history in the chance model's terms at an instant (core/chance.h). */
struct chance_client score_chance_client(const struct engagement *sums, int64_t at_ms);
/* The horizon of the chance that is shown and noted on episodes. */
#define CHANCE_SHOWN_DAYS 30.0
/* The horizon of the chance of return that staff see of a client. */
#define CHANCE_RETURN_DAYS 90.0
/* The chance of an order within `horizon_days` of an instant, by the shop's own model; NaN while the shop is too small to
 * say (scale_shows_chance) or without visits. */
double score_chance(const struct engagement *sums, const struct scale *scale, double horizon_days, int64_t at_ms);

/* Fills engaged_until, due_at, lost_at. */
void score_crossings(const struct scale *scale, const struct detector *detector, double threshold,
                     struct engagement *out);

enum score_band { BAND_NONE, BAND_ENGAGED, BAND_STEADY, BAND_DRIFTING, BAND_LOST };
extern const char *const SCORE_BAND_WORDS[];
enum score_band score_band(const struct engagement *engagement, int64_t at_ms);
/* The sentence for staff: silence, usual gap, score now and just after the last order, the chance of return where it is
 * known, in the program's own numbers; with a chance detector also what makes this client due. */
struct str score_sentence(const struct engagement *sums, const struct scale *scale, const struct detector *detector,
                          int64_t at_ms, struct arena *arena);

#endif

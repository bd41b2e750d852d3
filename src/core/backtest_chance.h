/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How well the chance of return and the score tell, on days of the past, who ordered within the next 90 days. On each cut
 * day the scale and the chance model (with its prior, as in production) are those of the past; every client with a visit by
 * then is asked about; what is reported is the mean over the cut days. The first is the day at whose end 26 weeks are known
 * (or the day before the reported part, if later), then every 90 days as long as 90 more days are known: their windows do not
 * overlap. Of more than 12 every second, third ... is taken, so that the work is bounded. Pure. */
#ifndef REKINDLE_CORE_BACKTEST_CHANCE_H
#define REKINDLE_CORE_BACKTEST_CHANCE_H

#include "core/backtest_walk.h"
#include "core/fit.h"

#define CHANCE_TEST_DAYS 90
#define CHANCE_CUT_EVERY_DAYS 90
#define CHANCE_CUT_FIRST_DAYS 181
#define CHANCE_CUTS_MAX 12
#define CHANCE_DECILES 10

struct chance_decile {
    double clients, expected, ordered; /* how many; their mean chance; the share that ordered */
};
/* NaN where it cannot be said (no cut day, or on none both those who ordered and those who did not). */
struct chance_test {
    size_t cuts;
    double auc;                                   /* of the chance */
    double auc_score;                             /* of the score with the detector's constants */
    double brier;                                 /* mean squared error of the chance */
    struct chance_decile deciles[CHANCE_DECILES]; /* by rank of the chance on each cut day, lowest first */
};
void chance_test_run(const struct replay_history *history, const struct detector *detector, double usual_gap_days,
                     const struct walk_range *range, struct chance_test *out);

/* The clients' histories in the chance model's terms as of the end of a day, of the first `most` clients at most (0: all),
 * into rows[client_count]; returns how many. */
size_t chance_rows(const struct replay_history *history, int32_t day, size_t most, struct chance_client *rows);

/* The share of pairs, one who did and one who did not, in which the one who did has the greater value; half for equal ones
 * (Mann and Whitney 1947). NaN unless there are both. `order` is room for count numbers. */
double chance_auc(const double *values, const bool *did, size_t count, uint32_t *order);

#endif

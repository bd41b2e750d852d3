/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Choosing the detector on the shop's own history: a small family, each member set to the number of alarms of one anchor, is
 * measured on the first part of the history; the choice is reported on the later part, which it never saw. The default stays
 * unless another is better beyond the standard error of their difference. Pure; bounded by the sample; one thread. */
#ifndef REKINDLE_CORE_TUNE_H
#define REKINDLE_CORE_TUNE_H

#include "base/json.h"
#include "core/backtest.h"

#define TUNE_ROWS_MAX 80
#define TUNE_DIAL_MAX 15
/* What a job should take as options.sample_clients: a few seconds on one core. */
#define TUNE_SAMPLE_CLIENTS 20000

struct tune_options {
    int32_t train_until;   /* last day of the first part; REPLAY_DAY_NONE: half of the history */
    double same_rate_days; /* the anchor: this fixed delay, or when NaN the default detector at threshold 50 */
    double usual_gap_days; /* as the shop stated it (policy.usual_gap_days), NaN when it did not */
    size_t sample_clients; /* at most so many clients (the first of the history); 0 = all */
    size_t
        all_clients;  /* of the shop, when the history itself is a sample of them: figures a day are scaled up to these;
                           0 = those of the history */
    bool has_current; /* a policy is in force: its detector is shown in the proposal as "current" */
    struct detector current;
    double current_threshold;
};

struct tune_row {
    struct detector detector;
    double threshold; /* score and rfm: that gives the anchor's number of alarms; chance: see detector.chance */
    struct backtest_measure first; /* on the first part */
    bool chosen, is_default;
};

/* What another threshold of the chosen detector would do, over the whole history: the console's one question. */
struct tune_dial {
    double threshold, chance; /* of which one moves; chance NaN unless the detector is DETECTOR_CHANCE */
    double wasted, wasted_se, median_silence_days;
    double episodes_per_day; /* over the last year, of all clients (a sample is scaled up) */
};

struct tune_result {
    bool enough;            /* false: too little history to choose, the default stays; rows may be empty */
    size_t clients, orders; /* of the history given */
    size_t sample_clients;  /* that were replayed; equals clients when all were */
    int32_t trained_from, trained_to, reported_from, reported_to;
    struct detector current;
    double current_threshold; /* NaN without one */
    struct tune_row *rows;    /* best first, in the arena */
    size_t row_count;
    struct detector detector; /* the choice */
    double threshold;         /* to put into the policy with it; for DETECTOR_CHANCE the one that stays there */
    struct detector default_detector;
    double default_threshold;
    struct backtest_measure later, later_default, later_fixed; /* on the later part: choice, default, fixed delay */
    double later_fixed_days;                                   /* the delay with as many alarms as the choice */
    struct tune_dial dial[TUNE_DIAL_MAX];
    size_t dial_count;
    struct str sentence; /* for staff */
};

/* The detector a shop begins with: base 90, own-rhythm power 0.25, fade 6; the base follows the shop's own time scale when
 * that lies far from what 90 was found on. `gap_days` is the shop's mean gap or the stated usual gap, NaN = unknown (90). */
void tune_default_detector(double gap_days, struct detector *out);

/* Runs on any history, also an empty one. Memory of the result in the arena. */
void tune_run(const struct replay_history *history, const struct tune_options *options, struct arena *arena,
              struct tune_result *out);
/* The proposal as one JSON object: {detector, threshold, current: {detector, threshold} | null, enough, sentence, table:
 * [{detector, threshold, alarms, wasted, wasted_se, median_silence_days, final_silences_alarmed, chosen, default}], dial:
 * [{threshold, chance, wasted, wasted_se, median_silence_days, episodes_per_day}], later: {chosen, default, fixed}, trained:
 * {from, to}, reported: {from, to}, clients, orders, sample}. `detector` has the members of the policy's; what cannot be said
 * is null; days are YYYY-MM-DD. `detector` and `threshold` can go into the policy as they are. */
void tune_to_json(const struct tune_result *result, struct json_out *out);

#endif

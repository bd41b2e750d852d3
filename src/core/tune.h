/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Choosing the detector on the shop's own history. The family (core/backtest_family.h), each member set to the number of
 * alarms of one anchor, is measured on the first part of the history as if that were all; core/backtest_choice.h says which
 * is taken; it is reported on the later part, which it never saw. Pure; bounded by the sample; one thread. */
#ifndef REKINDLE_CORE_TUNE_H
#define REKINDLE_CORE_TUNE_H

#include "base/json.h"
#include "core/backtest_choice.h"
#include "core/backtest_family.h"

#define TUNE_DIAL 15
/* What a job should take as options.sample_clients: some seconds on one core. */
#define TUNE_SAMPLE_CLIENTS 20000
/* Under so many clients, gaps between their visits or alarms in the first part there is no choosing. */
#define TUNE_CLIENTS_MIN 50
#define TUNE_GAPS_MIN 30
#define TUNE_ALARMS_MIN 30

struct tune_options {
    int32_t train_until;   /* last day of the first part; REPLAY_DAY_NONE: half of the history */
    double same_rate_days; /* the anchor: this fixed delay, or when NaN the default detector at threshold 50 */
    double usual_gap_days; /* as the shop stated it (policy.usual_gap_days), NaN when it did not */
    size_t sample_clients; /* at most so many clients (the first of the history); 0 = all */
    size_t all_clients;    /* of the shop, when the history is itself a sample of them; 0 = those of the history */
    bool has_current;      /* a policy is in force: its detector is shown in the proposal as "current" */
    struct detector current;
    double current_threshold;
};

/* What another cut of the chosen detector would do, over the whole history: the console's one question. */
struct tune_dial {
    double threshold, chance; /* the one of them that moves; the other as it stays */
    double wasted, wasted_se, median_silence_days;
    double episodes_per_day; /* over the last year, of all clients (a sample is scaled up) */
};

struct tune_result {
    bool is_enough;         /* false: too little history, the default stays and nothing below `current` is filled */
    size_t clients, orders; /* of the history given */
    size_t sample_clients;  /* that were replayed; equals clients when all were */
    int32_t trained_from, trained_to, reported_from, reported_to;
    struct walk_detector detector; /* the choice: into the policy as it is */
    struct walk_detector normal;   /* the default */
    bool has_current;
    struct walk_detector current;
    struct choice_row *rows;              /* the family on the first part, best first; in the arena */
    size_t row_count, chosen, is_default; /* numbers of rows */
    double first_fixed_days;
    struct backtest_measure first_fixed; /* the fixed delay with as many alarms, on the first part */
    struct backtest_measure later,
        later_normal;        /* the choice and the default, as set on the first part, on the later */
    double later_fixed_days; /* the fixed delay with as many alarms as the choice there */
    struct backtest_measure later_fixed;
    struct tune_dial dial[TUNE_DIAL];
    struct str choice;   /* what is taken, as a sentence; in the arena */
    struct str sentence; /* the same, and how it did on the later part: for staff */
};

/* Runs on any history, also an empty one. */
void tune_run(const struct replay_history *history, const struct tune_options *options, struct arena *arena,
              struct tune_result *out);
/* The proposal as one JSON object: {detector, threshold, current: {detector, threshold} | null, enough, sentence, table:
 * [{detector, threshold, alarms, wasted, wasted_se, median_silence_days, final_silences_alarmed, keeps_promise, chosen,
 * default}], fixed: {days, ...} | null, dial: [{threshold, chance, wasted, wasted_se, median_silence_days, episodes_per_day}],
 * later: {chosen, default, fixed} | null, trained: {from, to}, reported: {from, to}, clients, orders, sample}. `detector` has
 * the members of the policy's, and it and `threshold` can go into the policy as they are; what cannot be said is null; days
 * are YYYY-MM-DD. */
void tune_to_json(const struct tune_result *result, struct json_out *out);

#endif

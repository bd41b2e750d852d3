/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What an evaluation counts. Two questions, on labelled replies: does the gate catch what was planted (a hard finding in a
 * planted one), and does it cry wolf (a hard finding in a clean one). And the writer's own figures, over all replies that are
 * not planted. docs/eval.md says what each means. One thread. */
#ifndef REKINDLE_MAIN_EVAL_SCORE_H
#define REKINDLE_MAIN_EVAL_SCORE_H

#include "core/check.h"
#include "core/draft.h"
#include "main/eval_read.h"
#include "main/eval_reading.h"
#include "main/eval_same.h"

#define EVAL_NOTED_MAX 200     /* slipped ones and false alarms that are told one by one */
#define EVAL_FALSE_ALARMS 0.02 /* the most that --require lets pass */

struct eval_class {
    struct str name; /* in the score's arena */
    int64_t planted, caught;
};
/* One reply to look at. */
struct eval_note {
    int64_t line;
    struct str brief_id;
    struct str what;   /* slipped: the class; false alarm: the first hard rule's code */
    struct str detail; /* false alarm: what the rule says */
};
struct eval_notes {
    struct eval_note items[EVAL_NOTED_MAX];
    size_t count; /* of items */
    int64_t all;
};
struct eval_numbers { /* one value a call, for quantiles */
    int64_t *items;
    size_t count, cap;
};
struct eval_rule_count {
    int64_t clean, planted; /* replies with a finding of the rule */
};
struct eval_score {
    struct arena arena;
    int64_t replies, unlabelled, clean, planted;
    int64_t caught;
    struct eval_class *classes;
    size_t class_count, class_cap;
    struct eval_notes slipped, false_alarms;
    struct eval_rule_count *rules; /* CHECK_RULE_COUNT of them */
    /* of replies that are not planted */
    int64_t drafts, schema_kept, abstained;
    int64_t claims, ungrounded; /* paragraphs and reasons; findings that something in them has no fact */
    int64_t with_number, with_bad_id, other_language;
    int64_t categories, categories_cited;
    double ease_sum;
    int64_t ease_count;
    int64_t words, sentences;
    struct same_counts same;
    /* of live calls */
    int64_t unanswered;
    struct eval_numbers cost_microusd, latency_ms;
};
void eval_score_init(struct eval_score *score);
void eval_score_clear(struct eval_score *score);

/* Runs one reply through the gate and counts it; *findings as core/check filled it, details in the arena. */
void eval_score_reply(struct eval_score *score, const struct eval_reply *reply, struct arena *arena,
                      struct check_findings *findings);
void eval_numbers_add(struct eval_numbers *numbers, int64_t value);
/* The smallest value that at least `share` of them do not exceed; I64_NONE without one. Sorts them. */
int64_t eval_numbers_quantile(struct eval_numbers *numbers, double share);

/* Codes of the rules that the writer's figures are made of, NULL-terminated: each must be in CHECK_RULES. */
const char *const *eval_figure_codes(void);

double eval_recall(const struct eval_score *score);           /* NaN without planted ones */
double eval_false_alarm_rate(const struct eval_score *score); /* NaN without clean ones */
/* Every planted one was caught, and false alarms are at most EVAL_FALSE_ALARMS. */
bool eval_is_good(const struct eval_score *score);

#endif

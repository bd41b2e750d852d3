/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a policy would have caused lately and would cause soon, counted from engagements alone (one each; the visits of the
 * last months stand in core/recent.h), for the policy in force and for another in one walk. The same functions decide as in
 * the real thing: score_due for the moment, due_decide for the timer. Pure; one thread a tally.
 *
 * A day is 24 hours counted from `now`. Of clients with a visit who allow profiling:
 *   past     silences whose due moment fell within the last `past_days` and came before the order that ended them
 *   next     present silences with a timer of their own (core/due.h) whose due moment falls within the next `next_days`, each
 *            with the chance that no order comes before (the shop's chance model; 1 where it has none). Silences that have
 *            yet to begin are not in it.
 *   backlog  present silences already past their due moment that would wait for staff to release them
 * Emails and holdout are expected numbers: eligible are silences of mailable clients who had no eligible one less than
 * `cap_days` before; of them as many are admitted as the daily limit allows (those left over wait for the next day; none waits
 * at the beginning), and the share of the holdout gets no email. Two clients of one person count as two, the
 * review queue as never full, and of a cap over 30 days only those days are known that core/recent.h reaches back. */
#ifndef REKINDLE_CORE_PREVIEW_H
#define REKINDLE_CORE_PREVIEW_H

#include "core/engagement.h"
#include "core/policy.h"
#include "core/scale.h"

#define PREVIEW_PAST_DAYS 90 /* at most; core/recent.h reaches a little further */
#define PREVIEW_NEXT_DAYS 30 /* at most */
#define PREVIEW_SAMPLE 4000  /* clients that are looked at for an answer at once */

struct preview_question {
    struct policy policies[2]; /* in force, and asked for */
    struct scale scale;
    int64_t now_ms;
    int64_t past_days, next_days; /* 1 up to the most above */
};

/* A number summed over clients, with what the error of a sample needs. */
struct preview_sum {
    double sum, squares;
};
struct preview_span {
    struct preview_sum episodes, eligible;
    double by_day[PREVIEW_PAST_DAYS]; /* eligible ones */
};
struct preview_effect {
    struct preview_span past, next;
    struct preview_sum backlog;
};
/* What was counted so far; empty is {0}. */
struct preview_tally {
    int64_t clients; /* with a visit */
    struct preview_effect effects[2];
};

/* Adds one engagement. */
void preview_add(const struct preview_question *question, const struct engagement *engagement,
                 struct preview_tally *tally);
/* Adds what another tally holds. */
void preview_merge(const struct preview_tally *from, struct preview_tally *into);

struct preview_figure {
    double value, error; /* half of the 95 % interval; 0 when everyone was counted */
};
struct preview_answer_span {
    struct preview_figure episodes, emails, holdout;
};
struct preview_answer {
    struct preview_answer_span past, next;
    struct preview_figure backlog;
};
/* What the tally says of effect `which` (0 or 1). `share`: of all clients those that were looked at, 1 when all were. A
 * sample's share is itself an estimate (how far the first so many reach along engagement.draw), so a total has the error of
 * inverse sampling: with weights y of the clients looked at,
 *   error = 1.96 / share * sqrt((1 - share) (sum y^2 + 2))
 * where the 2 keeps it honest when few or none were seen (at 0 of n it says 2.8 N / n). Errors of emails and holdout are
 * those of the eligible silences carried through the daily limit. */
void preview_finish(const struct preview_question *question, const struct preview_tally *tally, int which, double share,
                    struct preview_answer *out);

#endif

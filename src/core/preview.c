/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One walk over engagements for two policies (definitions: core/preview.h), made to be cheap: a million clients are counted
 * while somebody waits. */
#include "core/preview.h"

#include <math.h>

#include "core/due.h"
#include "core/recent.h"
#include "core/score.h"

#define Z_975 1.959963984540054
#define FEW 2.0 /* see preview_finish */

/* --- one client ---------------------------------------------------------------------------------------------------- */
/* A client under one policy. */
struct look {
    const struct preview_question *question;
    const struct policy *policy;
    const struct engagement *silences; /* newest first */
    size_t count;
    bool mailable;
    int64_t from, to;           /* past begins, next ends */
    int64_t eligible_at;        /* due moment of the last eligible silence, TIME_NONE */
    double past, past_eligible; /* this client's own sums */
    double next, next_eligible;
    bool backlog;
    struct preview_effect *effect;
};

static bool is_due(const struct look *look, const struct engagement *sums, int64_t at)
{
    struct score score;
    if (at < sums->last_at)
        return false;
    score_at(sums, &look->question->scale, &look->policy->detector, at, &score);
    return score.total < look->policy->threshold;
}

/* The due moment of a silence as far as it matters: as it is from `from` on and before `end`, from - 1 when it is earlier,
 * `end` when it is later. For a score two looks at it mostly save the bisection. */
static int64_t due_within(const struct look *look, const struct engagement *sums, int64_t from, int64_t end)
{
    const struct policy *policy = look->policy;
    if (policy->detector.kind != DETECTOR_CHANCE && !is_due(look, sums, end - 1))
        return end;
    if (policy->detector.kind != DETECTOR_CHANCE && is_due(look, sums, from - 1))
        return from - 1;
    int64_t due = score_due(sums, &look->question->scale, &policy->detector, policy->threshold);
    due = due < from ? from - 1 : due;
    return due > end ? end : due;
}

/* Whether a silence due at `due` is eligible; if so it caps later ones. Silences come oldest first. */
static bool is_eligible(struct look *look, int64_t due)
{
    bool capped = look->eligible_at != TIME_NONE && due - look->eligible_at < look->policy->cap_days * TIME_DAY_MS;
    if (!look->mailable || capped)
        return false;
    look->eligible_at = due;
    return true;
}

/* What was due before that caps nothing in the window. */
static int64_t reach_of(const struct look *look) { return look->from - look->policy->cap_days * TIME_DAY_MS; }

static void note_past(struct look *look, int64_t due)
{
    bool eligible = is_eligible(look, due);
    if (due < look->from)
        return;
    look->past++;
    if (!eligible)
        return;
    look->past_eligible++;
    look->effect->past.by_day[(due - look->from) / TIME_DAY_MS]++;
}

/* `present` is the due moment of the silence that lasts. */
static void look_back(struct look *look, int64_t present)
{
    int64_t reach = reach_of(look), now = look->question->now_ms;
    for (size_t i = look->count; i-- > 1;) {
        int64_t end = look->silences[i - 1].last_at < now ? look->silences[i - 1].last_at : now;
        int64_t due = end > reach ? due_within(look, &look->silences[i], reach, end) : end;
        if (due >= reach && due < end)
            note_past(look, due);
    }
    if (present >= reach && present < now)
        note_past(look, present);
}

/* The chance that the present silence lasts until `due`. */
static double lasts(const struct look *look, int64_t due)
{
    const struct preview_question *question = look->question;
    double days = (double)(due - question->now_ms) / (double)TIME_DAY_MS;
    double chance = score_chance(&look->silences[0], &question->scale, days, question->now_ms);
    return isnan(chance) ? 1 : 1 - chance;
}

static void look_ahead(struct look *look, const struct engagement *stored, int64_t present)
{
    struct engagement now = *stored;
    int64_t now_ms = look->question->now_ms;
    if (present >= look->to)
        return;
    now.due_at = present;
    enum due_action action = due_decide(stored, &now, now_ms, true, BACKLOG_POLICY);
    look->backlog = action == DUE_BACKLOG;
    if (action != DUE_ARM || present <= now_ms)
        return;
    look->next = lasts(look, present);
    if (!is_eligible(look, present))
        return;
    look->next_eligible = look->next;
    look->effect->next.by_day[(present - now_ms) / TIME_DAY_MS] += look->next;
}

static void add(struct preview_sum *sum, double weight)
{
    sum->sum += weight;
    sum->squares += weight * weight;
}

static void finish_client(const struct look *look)
{
    struct preview_effect *effect = look->effect;
    add(&effect->past.episodes, look->past);
    add(&effect->past.eligible, look->past_eligible);
    add(&effect->next.episodes, look->next);
    add(&effect->next.eligible, look->next_eligible);
    add(&effect->backlog, look->backlog);
}

void preview_add(const struct preview_question *question, const struct engagement *engagement,
                 struct preview_tally *tally)
{
    struct engagement silences[RECENT_MAX];
    if (engagement->visits <= 0)
        return;
    tally->clients++;
    if (!engagement->profiled)
        return;
    size_t count = recent_silences(engagement, silences, RECENT_MAX);
    for (int which = 0; which < 2; which++) {
        struct look look = {.question = question,
                            .policy = &question->policies[which],
                            .silences = silences,
                            .count = count,
                            .mailable = engagement->mailable,
                            .from = question->now_ms - question->past_days * TIME_DAY_MS,
                            .to = question->now_ms + question->next_days * TIME_DAY_MS,
                            .eligible_at = TIME_NONE,
                            .effect = &tally->effects[which]};
        int64_t present = due_within(&look, &silences[0], reach_of(&look), look.to);
        look_back(&look, present);
        look_ahead(&look, engagement, present);
        finish_client(&look);
    }
}

/* --- tallies ------------------------------------------------------------------------------------------------------- */
static void merge_sum(const struct preview_sum *from, struct preview_sum *into)
{
    into->sum += from->sum;
    into->squares += from->squares;
}

static void merge_span(const struct preview_span *from, struct preview_span *into)
{
    merge_sum(&from->episodes, &into->episodes);
    merge_sum(&from->eligible, &into->eligible);
    for (size_t day = 0; day < PREVIEW_PAST_DAYS; day++)
        into->by_day[day] += from->by_day[day];
}

void preview_merge(const struct preview_tally *from, struct preview_tally *into)
{
    into->clients += from->clients;
    for (int which = 0; which < 2; which++) {
        merge_span(&from->effects[which].past, &into->effects[which].past);
        merge_span(&from->effects[which].next, &into->effects[which].next);
        merge_sum(&from->effects[which].backlog, &into->effects[which].backlog);
    }
}

/* --- answers ------------------------------------------------------------------------------------------------------- */
static struct preview_figure figure_of(const struct preview_sum *sum, double share)
{
    double error = share < 1 ? Z_975 / share * sqrt((1 - share) * (sum->squares + FEW)) : 0;
    return (struct preview_figure){sum->sum / share, error};
}

/* How many are admitted, day by day: who is left over waits for the next one. `times` blows a sample up to all clients. */
static double admitted(const struct preview_span *span, int64_t days, const struct policy *policy, double times)
{
    double waiting = 0, sum = 0;
    for (int64_t day = 0; day < days; day++) {
        waiting += span->by_day[day] * times;
        double in = fmin(waiting, (double)policy->daily_episodes);
        waiting -= in;
        sum += in;
    }
    return sum;
}

static struct preview_figure admitted_of(const struct preview_span *span, int64_t days, const struct policy *policy,
                                         double share)
{
    struct preview_figure eligible = figure_of(&span->eligible, share);
    struct preview_figure out = {.value = admitted(span, days, policy, 1 / share)};
    if (share >= 1)
        return out;
    if (eligible.value > 0) {
        double off = eligible.error / eligible.value;
        double low = admitted(span, days, policy, fmax(1 - off, 0) / share);
        double high = admitted(span, days, policy, (1 + off) / share);
        out.error = fmax(high - out.value, out.value - low);
    } else { /* none was seen: there may be so many, as far as the limit goes */
        out.error = fmin(eligible.error, (double)(policy->daily_episodes * days));
    }
    return out;
}

static void finish_span(const struct preview_span *span, int64_t days, const struct policy *policy, double share,
                        struct preview_answer_span *out)
{
    struct preview_figure in = admitted_of(span, days, policy, share);
    double holdout = policy->holdout_share;
    out->episodes = figure_of(&span->episodes, share);
    out->emails = (struct preview_figure){in.value * (1 - holdout), in.error * (1 - holdout)};
    out->holdout = (struct preview_figure){in.value * holdout, in.error * holdout};
}

void preview_finish(const struct preview_question *question, const struct preview_tally *tally, int which, double share,
                    struct preview_answer *out)
{
    const struct preview_effect *effect = &tally->effects[which];
    const struct policy *policy = &question->policies[which];
    finish_span(&effect->past, question->past_days, policy, share, &out->past);
    finish_span(&effect->next, question->next_days, policy, share, &out->next);
    out->backlog = figure_of(&effect->backlog, share);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/backtest_chance.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/time_text.h"
#include "core/score.h"

size_t chance_rows(const struct replay_history *history, int32_t day, size_t most, struct chance_client *rows)
{
    size_t count = 0, clients = most > 0 && most < history->client_count ? most : history->client_count;
    for (size_t c = 0; c < clients; c++) {
        size_t first = history->first[c], next = first;
        while (next < history->first[c + 1] && history->day[next] <= day)
            next++;
        if (next == first)
            continue;
        int32_t last = history->day[next - 1];
        rows[count++] = (struct chance_client){(double)(next - first - 1), (double)(last - history->day[first]),
                                               (double)(day - last)};
    }
    return count;
}

/* --- ranks --------------------------------------------------------------------------------------------------------- */
struct ranked {
    double value;
    uint32_t number;
};

static int by_value(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

/* `order` becomes the numbers by ascending value. */
static void rank(const double *values, size_t count, uint32_t *order)
{
    struct ranked *rows = mem_new(count, sizeof *rows);
    for (size_t i = 0; i < count; i++)
        rows[i] = (struct ranked){values[i], (uint32_t)i};
    qsort(rows, count, sizeof *rows, by_value);
    for (size_t i = 0; i < count; i++)
        order[i] = rows[i].number;
    mem_free(rows);
}

double chance_auc(const double *values, const bool *did, size_t count, uint32_t *order)
{
    double ranks = 0, yes = 0;
    rank(values, count, order);
    for (size_t i = 0, end; i < count; i = end) {
        double tied = 0;
        for (end = i; end < count && values[order[end]] <= values[order[i]]; end++)
            tied += did[order[end]];
        ranks += tied * (double)(i + 1 + end) / 2; /* equal values share the middle of their ranks, from 1 */
        yes += tied;
    }
    return (ranks - yes * (yes + 1) / 2) / (yes * ((double)count - yes)); /* 0 / 0 without both */
}

/* --- one cut day --------------------------------------------------------------------------------------------------- */
struct cut {
    const struct replay_history *history;
    const struct detector *detector;
    int32_t day;
    struct scale scale;
    struct chance_client *rows;
    double *chances, *scores;
    bool *ordered;
    uint32_t *order;
    size_t count;
};

static void add_sums(const struct engagement *sums, struct scale_sums *out)
{
    out->gap_ms += sums->last_at - sums->first_at;
    out->gaps += sums->visits - 1;
    out->value_minor += sums->value_minor;
    out->valued += sums->valued;
}

/* The client's sums at the end of the cut day; returns the number of the next visit. */
static size_t sums_at(const struct cut *cut, size_t client, struct engagement *sums)
{
    const struct replay_history *history = cut->history;
    size_t v = history->first[client];
    *sums = (struct engagement){.first_at = history->day[v] * TIME_DAY_MS};
    for (; v < history->first[client + 1] && history->day[v] <= cut->day; v++) {
        sums->visits++;
        sums->last_at = history->day[v] * TIME_DAY_MS;
        if (history->value_minor[v] == I64_NONE)
            continue;
        sums->value_minor += history->value_minor[v];
        sums->valued++;
    }
    return v;
}

static void learn(struct cut *cut, double usual_gap_days, struct chance_model *start)
{
    struct scale_sums sums = {0, 0, 0, 0};
    struct fit_options options = {.model = FIT_MBG, .prior = true, .start = start};
    struct fit_result fit;
    struct engagement client;
    for (size_t c = 0; c < cut->history->client_count; c++)
        if (sums_at(cut, c, &client) > cut->history->first[c])
            add_sums(&client, &sums);
    scale_compute(&sums, usual_gap_days, &cut->scale);
    size_t rows = chance_rows(cut->history, cut->day, WALK_FIT_CLIENTS, cut->rows);
    if (fit_chance(cut->rows, rows, &options, &fit) != RC_INVALID)
        *start = fit.model;
}

static void ask(struct cut *cut, const struct chance_model *model)
{
    const struct replay_history *history = cut->history;
    int64_t at_ms = cut->day * TIME_DAY_MS;
    cut->count = 0;
    for (size_t c = 0; c < history->client_count; c++) {
        struct engagement sums;
        struct score score;
        size_t next = sums_at(cut, c, &sums);
        if (next == history->first[c])
            continue;
        struct chance_client client = score_chance_client(&sums, at_ms);
        score_at(&sums, &cut->scale, cut->detector, at_ms, &score);
        cut->scores[cut->count] = score.total;
        cut->chances[cut->count] = chance_order_within(model, &client, CHANCE_TEST_DAYS);
        cut->ordered[cut->count++] = next < history->first[c + 1] && history->day[next] <= cut->day + CHANCE_TEST_DAYS;
    }
}

/* cut->order is by chance. */
static void add_deciles(const struct cut *cut, struct chance_test *out)
{
    for (size_t i = 0; i < cut->count; i++) {
        struct chance_decile *decile = &out->deciles[i * CHANCE_DECILES / cut->count];
        decile->clients++;
        decile->expected += cut->chances[cut->order[i]];
        decile->ordered += cut->ordered[cut->order[i]];
    }
}

static void add_cut(struct cut *cut, struct chance_test *out)
{
    double error = 0;
    double auc_score = chance_auc(cut->scores, cut->ordered, cut->count, cut->order);
    double auc = chance_auc(cut->chances, cut->ordered, cut->count, cut->order);
    if (isnan(auc))
        return;
    for (size_t i = 0; i < cut->count; i++) {
        double miss = cut->chances[i] - cut->ordered[i];
        error += miss * miss;
    }
    out->cuts++;
    out->auc += auc;
    out->auc_score += auc_score;
    out->brier += error / (double)cut->count;
    add_deciles(cut, out);
}

static void finish(struct chance_test *out)
{
    double cuts = (double)out->cuts; /* 0 / 0 is NaN */
    out->auc /= cuts;
    out->auc_score /= cuts;
    out->brier /= cuts;
    for (size_t i = 0; i < CHANCE_DECILES; i++) {
        out->deciles[i].expected /= out->deciles[i].clients;
        out->deciles[i].ordered /= out->deciles[i].clients;
    }
}

void chance_test_run(const struct replay_history *history, const struct detector *detector, double usual_gap_days,
                     const struct walk_range *range, struct chance_test *out)
{
    struct cut cut = {.history = history, .detector = detector};
    struct chance_model model = CHANCE_PRIOR_DAYS;
    size_t clients = history->client_count;
    *out = (struct chance_test){.cuts = 0};
    if (clients == 0) {
        finish(out);
        return;
    }
    int32_t first = history->from_day + CHANCE_CUT_FIRST_DAYS, last = range->to - CHANCE_TEST_DAYS;
    if (first < range->from - 1)
        first = range->from - 1;
    int32_t step = CHANCE_CUT_EVERY_DAYS;
    while (last >= first && (last - first) / step + 1 > CHANCE_CUTS_MAX)
        step += CHANCE_CUT_EVERY_DAYS;
    cut.rows = mem_new(clients, sizeof *cut.rows);
    cut.chances = mem_new(clients, sizeof *cut.chances);
    cut.scores = mem_new(clients, sizeof *cut.scores);
    cut.ordered = mem_new(clients, sizeof *cut.ordered);
    cut.order = mem_new(clients, sizeof *cut.order);
    for (cut.day = first; cut.day <= last; cut.day += step) {
        learn(&cut, usual_gap_days, &model);
        ask(&cut, &model);
        add_cut(&cut, out);
    }
    finish(out);
    mem_free(cut.order);
    mem_free(cut.ordered);
    mem_free(cut.scores);
    mem_free(cut.chances);
    mem_free(cut.rows);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One walk over the admissions in order of time. What is tallied is a row for each (stratum, month, band) that occurs; months
 * and bands are then sums of rows, stratum by stratum, since only differences within a stratum are compared. Windows are
 * equally long, so admissions in order of time close in order of time: a week's point is what has been tallied so far. */
#include "step/results.h"

#include <string.h>

#include "core/episode.h"
#include "core/holdout.h"
#include "step/reads.h"

#define BAND_EDGE 25.0 /* the score at opening parts drifting from lost */
enum { BANDS = 2 };
static const char *const BAND_NAMES[BANDS] = {"drifting", "lost"};

struct stratum {
    struct str period;
    int kind; /* enum episode_stratum */
    int64_t from;
    struct results_cell cell;
    struct results_cell halves; /* of the treated: with the offer in place of treated, without in place of holdout */
};
struct month {
    char name[8]; /* "2026-10" */
};
struct row {
    size_t stratum, month, band;
    int64_t from;
    struct results_cell cell;
};

/* An array in the arena that doubles; the old ones die with it. */
struct list {
    void *items;
    size_t count, cap, size;
};

static void *list_add(struct list *list, struct arena *arena)
{
    if (list->count == list->cap) {
        list->cap = list->cap ? list->cap * 2 : 16;
        void *grown = arena_new(arena, list->cap, list->size);
        if (list->count > 0)
            memcpy(grown, list->items, list->count * list->size);
        list->items = grown;
    }
    return (char *)list->items + list->count++ * list->size;
}

struct walk {
    const struct step_env *env;
    struct arena *arena;
    struct results *out;
    int64_t window_ms;
    struct list strata, months, rows;
    int64_t day_from, day_to;       /* of the month last asked for: no calendar between them */
    int64_t week_end;               /* of the running week; TIME_NONE before the first window closed */
    int64_t first_admitted, recent; /* of those that count: the first, and how many of late */
};

/* --- finding the row --------------------------------------------------------------------------------------------- */
static size_t stratum_of(struct walk *walk, const struct episode *episode)
{
    struct stratum *strata = walk->strata.items;
    for (size_t i = walk->strata.count; i > 0; i--) /* the latest first: periods follow each other */
        if (strata[i - 1].kind == episode->stratum && str_equal(strata[i - 1].period, episode->period))
            return i - 1;
    struct stratum *stratum = list_add(&walk->strata, walk->arena);
    stratum->period = arena_str(walk->arena, episode->period);
    stratum->kind = episode->stratum;
    stratum->from = episode->admitted_at;
    return walk->strata.count - 1;
}

static size_t month_of(struct walk *walk, int64_t at)
{
    struct str zone = walk->env->shop.time_zone;
    if (walk->months.count > 0 && at >= walk->day_from && at < walk->day_to)
        return walk->months.count - 1;
    struct arena text = {0};
    int64_t day = time_day(at, zone);
    struct str name = time_day_to_text(day, &text);
    walk->day_from = time_day_start(day, zone);
    walk->day_to = time_day_start(day + 1, zone);
    struct month *months = walk->months.items, *last = walk->months.count > 0 ? &months[walk->months.count - 1] : NULL;
    if (last == NULL || memcmp(last->name, name.ptr, 7) != 0) {
        last = list_add(&walk->months, walk->arena);
        memcpy(last->name, name.ptr, 7);
    }
    arena_clear(&text);
    return walk->months.count - 1;
}

static struct row *row_of(struct walk *walk, size_t stratum, const struct episode *episode)
{
    size_t month = month_of(walk, episode->admitted_at), band = episode->score < BAND_EDGE ? 1 : 0;
    struct row *rows = walk->rows.items;
    for (size_t i = walk->rows.count; i > 0; i--)
        if (rows[i - 1].stratum == stratum && rows[i - 1].month == month && rows[i - 1].band == band)
            return &rows[i - 1];
    struct row *row = list_add(&walk->rows, walk->arena);
    row->stratum = stratum;
    row->month = month;
    row->band = band;
    row->from = episode->admitted_at;
    return row;
}

/* --- tallying ---------------------------------------------------------------------------------------------------- */
static int64_t revenue_of(const struct walk *walk, const struct episode *episode)
{
    int64_t revenue = walk->out->window_days == 30   ? episode->revenue_30_minor
                      : walk->out->window_days == 60 ? episode->revenue_60_minor
                                                     : episode->revenue_90_minor;
    return revenue == I64_NONE ? 0 : revenue;
}

static void tally(const struct walk *walk, const struct episode *episode, struct results_cell *cell)
{
    struct results_arm *arm = episode->arm == ARM_HOLDOUT ? &cell->holdout : &cell->treated;
    int64_t after = episode->reordered_at == TIME_NONE ? -1 : episode->reordered_at - episode->admitted_at;
    arm->people++;
    arm->reordered += after >= 0 && after <= walk->window_ms;
    arm->emailed += episode->emailed_at != TIME_NONE;
    arm->revenue_minor += revenue_of(walk, episode);
}

static void add_arm(struct results_arm *sum, const struct results_arm *arm)
{
    sum->people += arm->people;
    sum->reordered += arm->reordered;
    sum->emailed += arm->emailed;
    sum->revenue_minor += arm->revenue_minor;
}

/* The draw is one of each stratum's own, so halves too are compared within it only. */
static void tally_offer(const struct walk *walk, const struct episode *episode, struct results_cell *halves)
{
    if (episode->arm != ARM_TREATED || episode->offer == OFFER_NONE)
        return;
    struct results_cell cell = {.treated = {.people = 0}};
    tally(walk, episode, &cell);
    bool with = episode->offer == OFFER_WITH;
    add_arm(with ? &halves->treated : &halves->holdout, &cell.treated);
    if (with && cell.treated.emailed > 0)
        walk->out->offer.taken += cell.treated.reordered;
}

static void add_cell(struct results_cell *sum, const struct results_cell *cell)
{
    add_arm(&sum->treated, &cell->treated);
    add_arm(&sum->holdout, &cell->holdout);
}

static void add_lift(struct lift_stratum *sum, const struct results_cell *cell)
{
    sum->treated.people += cell->treated.people;
    sum->treated.reordered += cell->treated.reordered;
    sum->holdout.people += cell->holdout.people;
    sum->holdout.reordered += cell->holdout.reordered;
}

/* `effect` may be NULL. */
static bool lift_so_far(const struct walk *walk, struct results_cell *total, struct lift_interval *out,
                        struct lift_treated *effect)
{
    struct arena scratch = {0};
    const struct stratum *strata = walk->strata.items;
    struct lift_stratum *lifts = arena_new(&scratch, walk->strata.count + 1, sizeof *lifts);
    *total = (struct results_cell){.treated = {.people = 0}};
    for (size_t i = 0; i < walk->strata.count; i++) {
        add_lift(&lifts[i], &strata[i].cell);
        add_cell(total, &strata[i].cell);
    }
    bool known = lift_interval(lifts, walk->strata.count, out);
    if (effect)
        lift_of_treated(lifts, walk->strata.count, effect);
    arena_clear(&scratch);
    return known;
}

/* --- weeks ------------------------------------------------------------------------------------------------------- */
/* The Monday 00:00 after an instant. */
static int64_t week_end_after(int64_t at, struct str zone)
{
    int64_t day = time_day(at, zone), monday = 4; /* 1970-01-05 */
    int64_t since = ((day - monday) % 7 + 7) % 7;
    return time_day_start(day - since + 7, zone);
}

static void add_point(struct walk *walk, int64_t at)
{
    struct results *out = walk->out;
    if (out->week_count == RESULTS_WEEKS_MAX) {
        memmove(out->series, out->series + 1, (RESULTS_WEEKS_MAX - 1) * sizeof *out->series);
        out->week_count--;
    }
    struct results_point *point = &out->series[out->week_count++];
    struct results_cell total;
    *point = (struct results_point){.at = at};
    point->known = lift_so_far(walk, &total, &point->lift, NULL);
    point->people = total.treated.people + total.holdout.people;
}

/* Before a window that closes at `at` is tallied: the weeks that ended by then. */
static void end_weeks(struct walk *walk, int64_t at)
{
    struct str zone = walk->env->shop.time_zone;
    if (walk->week_end == TIME_NONE)
        walk->week_end = week_end_after(at, zone);
    while (walk->week_end <= at) {
        add_point(walk, walk->week_end);
        walk->week_end = week_end_after(walk->week_end, zone);
    }
}

/* --- the walk ---------------------------------------------------------------------------------------------------- */
/* Why an admission does not count. */
static void leave_out(struct results *out, const struct episode *episode)
{
    if (episode->arm == ARM_FORCED)
        out->outside.forced++;
    else if (str_equal(episode->period, PERIOD_REHEARSAL))
        out->outside.rehearsed++;
    else if (str_equal(episode->period, PERIOD_UNDRAWN))
        out->outside.undrawn++;
    else
        out->outside.repeated++;
}

static void look_at(struct walk *walk, const struct episode *episode)
{
    struct results *out = walk->out;
    int64_t closes = episode->admitted_at + walk->window_ms;
    if (!episode->counts) {
        leave_out(out, episode);
        return;
    }
    if (walk->first_admitted == TIME_NONE)
        walk->first_admitted = episode->admitted_at;
    walk->recent += out->as_of - episode->admitted_at <= RESULTS_PACE_DAYS * TIME_DAY_MS;
    if (closes > out->as_of) {
        out->outside.open++;
        return;
    }
    end_weeks(walk, closes);
    size_t stratum = stratum_of(walk, episode);
    struct stratum *of = &((struct stratum *)walk->strata.items)[stratum];
    tally(walk, episode, &of->cell);
    tally_offer(walk, episode, &of->halves);
    tally(walk, episode, &row_of(walk, stratum, episode)->cell);
}

static enum rc walk_admissions(struct walk *walk)
{
    struct store_query query = STORE_QUERY(EPISODE_BY_ADMITTED);
    struct arena page_arena = {0};
    struct buf cursor = {0};
    enum rc rc;
    do {
        struct store_page page;
        if ((rc = store_list(walk->env->store, &query, &page_arena, &page)) != RC_OK)
            break;
        const struct episode *episodes = page.items;
        for (size_t i = 0; i < page.count; i++)
            look_at(walk, &episodes[i]);
        bool last = str_is_none(page.cursor);
        buf_reset(&cursor);
        buf_add(&cursor, page.cursor);
        query.cursor = last ? STR_NONE : buf_str(&cursor);
        arena_clear(&page_arena);
    } while (!str_is_none(query.cursor));
    arena_clear(&page_arena);
    buf_clear(&cursor);
    return rc;
}

/* --- the answer -------------------------------------------------------------------------------------------------- */
static void fill_slice(const struct walk *walk, struct results_slice *slice,
                       bool (*belongs)(const struct row *, size_t), size_t which)
{
    struct arena scratch = {0};
    struct lift_stratum *lifts = arena_new(&scratch, walk->strata.count + 1, sizeof *lifts);
    const struct row *rows = walk->rows.items;
    slice->from = TIME_NONE;
    for (size_t i = 0; i < walk->rows.count; i++) {
        if (!belongs(&rows[i], which))
            continue;
        if (slice->from == TIME_NONE || rows[i].from < slice->from)
            slice->from = rows[i].from;
        add_cell(&slice->cell, &rows[i].cell);
        add_lift(&lifts[rows[i].stratum], &rows[i].cell);
    }
    slice->known = lift_interval(lifts, walk->strata.count, &slice->lift);
    arena_clear(&scratch);
}

static bool of_stratum(const struct row *row, size_t which) { return row->stratum == which; }
static bool of_month(const struct row *row, size_t which) { return row->month == which; }
static bool of_band(const struct row *row, size_t which) { return row->band == which; }

static void fill_slices(struct walk *walk)
{
    struct results *out = walk->out;
    const struct stratum *strata = walk->strata.items;
    const struct month *months = walk->months.items;
    out->stratum_count = walk->strata.count;
    out->month_count = walk->months.count;
    out->band_count = BANDS;
    out->strata = arena_new(walk->arena, out->stratum_count + 1, sizeof *out->strata);
    out->months = arena_new(walk->arena, out->month_count + 1, sizeof *out->months);
    out->bands = arena_new(walk->arena, BANDS, sizeof *out->bands);
    for (size_t i = 0; i < out->stratum_count; i++) {
        fill_slice(walk, &out->strata[i], of_stratum, i);
        out->strata[i].name =
            arena_printf(walk->arena, "%.*s %s", STR_ARG(strata[i].period), EPISODE_STRATUM_WORDS[strata[i].kind]);
    }
    for (size_t i = 0; i < out->month_count; i++) {
        fill_slice(walk, &out->months[i], of_month, i);
        out->months[i].name = str_of(months[i].name);
    }
    for (size_t i = 0; i < BANDS; i++) {
        fill_slice(walk, &out->bands[i], of_band, i);
        out->bands[i].name = str_of(BAND_NAMES[i]);
    }
}

static void fill_offer(const struct walk *walk, struct results_offer *offer)
{
    struct arena scratch = {0};
    const struct stratum *strata = walk->strata.items;
    struct lift_stratum *lifts = arena_new(&scratch, walk->strata.count + 1, sizeof *lifts);
    for (size_t i = 0; i < walk->strata.count; i++) {
        add_lift(&lifts[i], &strata[i].halves);
        add_arm(&offer->with, &strata[i].halves.treated);
        add_arm(&offer->without, &strata[i].halves.holdout);
    }
    offer->known = lift_interval(lifts, walk->strata.count, &offer->lift);
    arena_clear(&scratch);
}

static double pace_of(const struct walk *walk)
{
    if (walk->first_admitted == TIME_NONE)
        return 0;
    double days = (double)(walk->out->as_of - walk->first_admitted) / (double)TIME_DAY_MS;
    days = days > RESULTS_PACE_DAYS ? RESULTS_PACE_DAYS : days < 1 ? 1 : days;
    return (double)walk->recent / days;
}

static enum rc read_costs(const struct step_env *env, struct arena *arena, struct results *out)
{
    enum rc rc = read_counter(env, STR("sent:total"), arena, &out->sent);
    if (rc == RC_OK)
        rc = read_counter(env, STR("review_ms:total"), arena, &out->review_ms);
    if (rc == RC_OK)
        rc = read_counter(env, STR("model_microusd:total"), arena, &out->model_microusd);
    return rc;
}

enum rc results_read(const struct step_env *env, int window_days, struct arena *arena, struct results *out)
{
    if (window_days != 30 && window_days != 60 && window_days != 90)
        return RC_INVALID;
    *out = (struct results){.as_of = clock_now(env->clock), .window_days = window_days};
    out->series = arena_new(arena, RESULTS_WEEKS_MAX, sizeof *out->series);
    struct walk walk = {.env = env,
                        .arena = arena,
                        .out = out,
                        .window_ms = window_days * TIME_DAY_MS,
                        .strata = {.size = sizeof(struct stratum)},
                        .months = {.size = sizeof(struct month)},
                        .rows = {.size = sizeof(struct row)},
                        .week_end = TIME_NONE,
                        .first_admitted = TIME_NONE};
    enum rc rc = read_costs(env, arena, out);
    if (rc == RC_OK)
        rc = walk_admissions(&walk);
    if (rc != RC_OK)
        return rc;
    if (walk.strata.count > 0) {
        end_weeks(&walk, out->as_of);
        add_point(&walk, out->as_of);
    }
    out->known = lift_so_far(&walk, &out->total, &out->lift, &out->effect);
    out->admissions_per_day = pace_of(&walk);
    fill_slices(&walk);
    fill_offer(&walk, &out->offer);
    return RC_OK;
}

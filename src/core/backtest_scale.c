/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The shop's scale as it stood at the end of each 28th day. Sums are kept by the block of days in which a visit falls, and
 * summed up over the blocks; the chance model is fitted to the clients as they stood. */
#include "core/backtest_walk.h"

#include <math.h>

#include "base/mem.h"
#include "base/time_text.h"
#include "core/fit.h"
#include "core/score.h"

#define RETURN_SHARE 0.95 /* of gaps, for the cap of DETECTOR_CHANCE */

/* The block whose scale is the first to know of a day: 0 up to from_day, then one more for each 28 days begun. */
static size_t block_knowing(const struct walk *walk, int32_t day)
{
    if (day <= walk->from_day)
        return 0;
    return (size_t)(day - walk->from_day + WALK_REFIT_DAYS - 1) / WALK_REFIT_DAYS;
}

static void add_visit(const struct walk *walk, size_t visit, bool is_first, struct scale_sums *sums)
{
    const struct replay_history *history = walk->history;
    size_t block = block_knowing(walk, history->day[visit]);
    if (block >= walk->block_count)
        return; /* after the last refit */
    if (!is_first) {
        sums[block].gap_ms += (history->day[visit] - history->day[visit - 1]) * TIME_DAY_MS;
        sums[block].gaps++;
    }
    if (history->value_minor[visit] != I64_NONE) {
        sums[block].value_minor += history->value_minor[visit];
        sums[block].valued++;
    }
}

static void set_scales(struct walk *walk, double usual_gap_days)
{
    const struct replay_history *history = walk->history;
    struct scale_sums *sums = mem_new(walk->block_count, sizeof *sums), so_far = {0, 0, 0, 0};
    for (size_t c = 0; c < history->client_count; c++)
        for (size_t v = history->first[c]; v < history->first[c + 1]; v++)
            add_visit(walk, v, v == history->first[c], sums);
    for (size_t block = 0; block < walk->block_count; block++) {
        so_far.gap_ms += sums[block].gap_ms;
        so_far.gaps += sums[block].gaps;
        so_far.value_minor += sums[block].value_minor;
        so_far.valued += sums[block].valued;
        walk->scales[block] = (struct scale){.chance_r = NAN, .return_days = NAN};
        scale_compute(&so_far, usual_gap_days, &walk->scales[block]);
    }
    mem_free(sums);
}

/* --- silences of those who came back ------------------------------------------------------------------------------- */
struct gaps {
    uint32_t *count; /* of each length, so far */
    size_t lengths;
    uint64_t all;
};

static double return_days(const struct gaps *gaps)
{
    uint64_t seen = 0;
    if (gaps->all == 0)
        return (double)NAN;
    for (size_t length = 0; length < gaps->lengths; length++) {
        seen += gaps->count[length];
        if ((double)seen >= RETURN_SHARE * (double)gaps->all)
            return (double)length;
    }
    return (double)gaps->lengths;
}

/* --- the chance model ---------------------------------------------------------------------------------------------- */
/* Clients on their way through the blocks: how many visits of each are known. */
struct fitter {
    const struct walk *walk;
    size_t count; /* clients that are fitted to */
    uint32_t *known;
    struct chance_client *rows;
    struct gaps gaps;
};

/* Takes in the visits up to the block's first day; returns how many clients have any. */
static size_t step_to(struct fitter *fitter, int32_t day)
{
    const struct replay_history *history = fitter->walk->history;
    size_t rows = 0;
    for (size_t c = 0; c < fitter->count; c++) {
        size_t first = history->first[c], end = history->first[c + 1], next = first + fitter->known[c];
        for (; next < end && history->day[next] <= day; next++)
            if (next > first) {
                fitter->gaps.count[history->day[next] - history->day[next - 1]]++;
                fitter->gaps.all++;
            }
        fitter->known[c] = (uint32_t)(next - first);
        if (next == first)
            continue;
        int32_t last = history->day[next - 1];
        fitter->rows[rows++] = (struct chance_client){(double)(next - first - 1), (double)(last - history->day[first]),
                                                      (double)(day - last)};
    }
    return rows;
}

/* A shop too small to say keeps the prior's mode, as in production. */
static void fit_block(struct fitter *fitter, size_t rows, const struct scale *before, struct scale *scale)
{
    struct chance_model start = before ? scale_chance_model(before) : CHANCE_PRIOR_DAYS;
    struct fit_options options = {.model = FIT_MBG, .prior = true, .start = &start};
    struct fit_result result;
    if (fit_chance(fitter->rows, rows, &options, &result) == RC_INVALID)
        return;
    scale->chance_r = result.model.r;
    scale->chance_alpha_days = result.model.alpha;
    scale->chance_a = result.model.a;
    scale->chance_b = result.model.b;
    scale->chance_ll = result.log_likelihood;
    scale->fit_clients = (int64_t)rows;
    scale->fit_gaps = (int64_t)result.gaps;
    scale->return_days = return_days(&fitter->gaps);
}

static void fit_blocks(struct walk *walk)
{
    const struct replay_history *history = walk->history;
    struct fitter fitter = {.walk = walk, .count = history->client_count};
    if (fitter.count > WALK_FIT_CLIENTS)
        fitter.count = WALK_FIT_CLIENTS;
    fitter.known = mem_new(fitter.count, sizeof *fitter.known);
    fitter.rows = mem_new(fitter.count, sizeof *fitter.rows);
    fitter.gaps.lengths = (size_t)(history->to_day - history->from_day) + 1;
    fitter.gaps.count = mem_new(fitter.gaps.lengths, sizeof *fitter.gaps.count);
    for (size_t block = 0; block < walk->block_count; block++) {
        size_t rows = step_to(&fitter, walk->from_day + (int32_t)block * WALK_REFIT_DAYS);
        fit_block(&fitter, rows, block ? &walk->scales[block - 1] : NULL, &walk->scales[block]);
    }
    mem_free(fitter.gaps.count);
    mem_free(fitter.rows);
    mem_free(fitter.known);
}

void walk_init(struct walk *walk, const struct replay_history *history, const struct walk_options *options,
               struct arena *arena)
{
    *walk = (struct walk){.history = history};
    if (history->visit_count == 0)
        return;
    int32_t span = history->to_day - history->from_day;
    walk->from_day = history->from_day + (span / 4 < WALK_LEARN_DAYS ? span / 4 : WALK_LEARN_DAYS);
    walk->block_count = (size_t)(history->to_day - walk->from_day) / WALK_REFIT_DAYS + 1;
    walk->scales = arena_new(arena, walk->block_count, sizeof *walk->scales);
    set_scales(walk, options->usual_gap_days);
    if (options->chance)
        fit_blocks(walk);
}

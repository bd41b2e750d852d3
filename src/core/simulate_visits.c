/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Seasons stretch time. A Poisson stream is thinned (Lewis and Shedler 1979). Regular gaps cannot be thinned without making
 * them irregular, so they are drawn in weighted time, which passes as fast as the shop sells, and mapped back to the
 * calendar. */
#include "core/simulate_visits.h"

#include <math.h>

#include "base/time_text.h"

const struct simulate_model SIMULATE_MODEL = {
    .gap_days = 26,
    .rate_shape = 1.6,
    .gap_shape = 1,
    .leave_alpha = 0.9,
    .leave_beta = 4.5,
    .seasonal = true,
    .unknown_value = 0,
};

static const double SEASON[12] = {0.64, 0.67, 0.70, 0.70, 0.68, 0.64, 0.60, 0.59, 0.70, 0.76, 0.90, 1.00};

double simulate_season_mean(void)
{
    double sum = 0;
    for (int i = 0; i < 12; i++)
        sum += SEASON[i];
    return sum / 12;
}

double simulate_season(const struct simulate_plan *plan, int64_t at_ms)
{
    return plan->model->seasonal ? SEASON[time_month(at_ms, plan->zone) - 1] : 1;
}

static bool is_poisson(const struct simulate_model *model) { return model->gap_shape == 1; }

void simulate_plan_init(struct simulate_plan *plan, const struct simulate_model *model, int64_t from_ms, int64_t to_ms,
                        struct str zone, struct arena *arena)
{
    *plan = (struct simulate_plan){.model = model, .from_ms = from_ms, .to_ms = to_ms, .zone = zone};
    if (is_poisson(model) || !model->seasonal || to_ms <= from_ms)
        return;
    plan->days = (size_t)((to_ms - from_ms - 1) / TIME_DAY_MS + 1);
    double *sums = arena_new(arena, plan->days, sizeof(*sums)), sum = 0;
    for (size_t i = 0; i < plan->days; i++)
        sums[i] = sum += simulate_season(plan, from_ms + (int64_t)i * TIME_DAY_MS) * (double)TIME_DAY_MS;
    plan->season_ms = sums;
}

void simulate_habit_draw(struct simulate_habit *habit, const struct simulate_model *model, uint64_t seed,
                         int64_t number)
{
    rand_seed(&habit->random, seed ^ ((uint64_t)(number + 1) * UINT64_C(0x9e3779b97f4a7c15)));
    double rate_days = rand_gamma(&habit->random, model->rate_shape, model->rate_shape * model->gap_days);
    habit->rate_ms = rate_days / (double)TIME_DAY_MS;
    habit->leaves = 0;
    if (model->leave_alpha <= 0)
        return;
    double a = rand_gamma(&habit->random, model->leave_alpha, 1), b = rand_gamma(&habit->random, model->leave_beta, 1);
    habit->leaves = a / (a + b);
}

int64_t simulate_first(const struct simulate_plan *plan, struct rand_stream *random)
{
    int64_t event;
    do {
        event = plan->from_ms + (int64_t)(pow(rand_unit(random), 0.8) * (double)(plan->to_ms - plan->from_ms));
    } while (rand_unit(random) >= simulate_season(plan, event));
    return event;
}

static int64_t next_poisson(const struct simulate_plan *plan, struct simulate_habit *habit, int64_t event_ms)
{
    do {
        event_ms += 1 + (int64_t)fmin(rand_exponential(&habit->random, habit->rate_ms), 0x1p60);
    } while (event_ms < plan->to_ms && rand_unit(&habit->random) >= simulate_season(plan, event_ms));
    return event_ms;
}

/* Weighted time passed at the start of day i of the plan. */
static double season_before(const struct simulate_plan *plan, size_t i) { return i ? plan->season_ms[i - 1] : 0; }

static int64_t after_weighted(const struct simulate_plan *plan, int64_t event_ms, double gap_ms)
{
    if (!plan->season_ms)
        return event_ms + 1 + (int64_t)fmin(gap_ms, 0x1p60);
    size_t day = (size_t)((event_ms - plan->from_ms) / TIME_DAY_MS);
    double within = (double)((event_ms - plan->from_ms) % TIME_DAY_MS) / (double)TIME_DAY_MS;
    double start = season_before(plan, day);
    double goal = start + within * (plan->season_ms[day] - start) + gap_ms;
    if (goal >= plan->season_ms[plan->days - 1])
        return plan->to_ms;
    size_t low = day, high = plan->days - 1; /* the first day by whose end the goal is passed */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (plan->season_ms[middle] > goal)
            high = middle;
        else
            low = middle + 1;
    }
    start = season_before(plan, low);
    double share = (goal - start) / (plan->season_ms[low] - start);
    return plan->from_ms + (int64_t)low * TIME_DAY_MS + 1 + (int64_t)(share * (double)TIME_DAY_MS);
}

int64_t simulate_next(const struct simulate_plan *plan, struct simulate_habit *habit, int64_t event_ms)
{
    if (rand_unit(&habit->random) < habit->leaves)
        return plan->to_ms;
    if (is_poisson(plan->model))
        return next_poisson(plan, habit, event_ms);
    double shape = plan->model->gap_shape;
    return after_weighted(plan, event_ms, rand_gamma(&habit->random, shape, shape * habit->rate_ms));
}

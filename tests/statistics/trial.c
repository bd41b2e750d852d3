/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "trial.h"

#include "base/mem.h"

void trial_init(struct trial *trial, size_t days, size_t strata)
{
    *trial = (struct trial){.days = days, .strata = strata};
    trial->daily = mem_new(days * strata, sizeof(*trial->daily));
}

void trial_clear(struct trial *trial)
{
    mem_free(trial->daily);
    *trial = (struct trial){0};
}

void trial_enter(struct trial *trial, size_t day, size_t stratum, enum episode_arm arm, bool reordered, double c)
{
    if (day + TRIAL_WINDOW_DAYS >= trial->days)
        return;
    struct trial_stratum *cell = &trial->daily[(day + TRIAL_WINDOW_DAYS) * trial->strata + stratum];
    struct trial_arm *counts = arm == ARM_HOLDOUT ? &cell->holdout : &cell->treated;
    counts->people++;
    counts->reordered += reordered;
    counts->c += c;
    counts->cc += c * c;
    counts->cy += reordered ? c : 0;
}

static void add(struct trial_arm *sum, const struct trial_arm *day)
{
    sum->people += day->people;
    sum->reordered += day->reordered;
    sum->c += day->c;
    sum->cc += day->cc;
    sum->cy += day->cy;
}

static void look(trial_method *method, const struct trial_stratum *sums, size_t strata, int day, double truth,
                 struct trial_verdict *verdict)
{
    struct lift_interval interval;
    if (!method(sums, strata, &interval))
        return;
    if (verdict->first_day < 0 && (interval.low > 0 || interval.high < 0))
        verdict->first_day = day;
    verdict->missed = verdict->missed || interval.low > truth || interval.high < truth;
    verdict->width = interval.high - interval.low;
    verdict->estimate = interval.estimate;
}

void trial_watch(const struct trial *trial, double truth, trial_method *const *methods, size_t count,
                 struct trial_verdict *out)
{
    struct trial_stratum sums[TRIAL_STRATA] = {{.share = 0}};
    for (size_t k = 0; k < trial->strata; k++)
        sums[k].share = trial->shares[k];
    for (size_t m = 0; m < count; m++)
        out[m] = (struct trial_verdict){.first_day = -1};
    for (size_t day = TRIAL_WINDOW_DAYS; day < trial->days; day++) {
        for (size_t k = 0; k < trial->strata; k++) {
            add(&sums[k].treated, &trial->daily[day * trial->strata + k].treated);
            add(&sums[k].holdout, &trial->daily[day * trial->strata + k].holdout);
        }
        for (size_t m = 0; m < count; m++)
            look(methods[m], sums, trial->strata, (int)day, truth, &out[m]);
    }
}

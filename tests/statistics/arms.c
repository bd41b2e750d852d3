/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "arms.h"

#include "base/rand.h"

static size_t periods_of(const struct arms_setup *setup)
{
    size_t count = 0;
    while (count < TRIAL_STRATA && setup->periods[count].share > 0)
        count++;
    return count;
}

void arms_run(const struct arms_setup *setup, uint64_t seed, struct trial *out)
{
    struct rand_stream random;
    size_t count = periods_of(setup), period = 0;
    rand_seed(&random, seed);
    trial_init(out, setup->days, setup->pooled ? 1 : count);
    for (size_t k = 0; k < out->strata; k++)
        out->shares[k] = setup->periods[k].share;
    for (size_t day = 0; day < setup->days; day++) {
        while (period + 1 < count && day >= setup->periods[period + 1].from_day)
            period++;
        const struct arms_period *now = &setup->periods[period];
        for (int i = 0; i < setup->people; i++) {
            enum episode_arm arm = rand_unit(&random) < now->share ? ARM_HOLDOUT : ARM_TREATED;
            double c = setup->spread > 0 && rand_unit(&random) < 0.5 ? -1 : 1;
            double rate = now->rate * (1 + c * setup->spread) + (arm == ARM_TREATED ? setup->lift : 0);
            trial_enter(out, day, setup->pooled ? 0 : period, arm, rand_unit(&random) < rate, c);
        }
    }
}

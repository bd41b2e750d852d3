/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "run.h"

#include <stdlib.h>

#include "base/mem.h"

static double people_of(const struct trial *trial)
{
    double people = 0;
    for (size_t i = 0; i < trial->days * trial->strata; i++)
        people += (double)(trial->daily[i].treated.people + trial->daily[i].holdout.people);
    return people;
}

static void note(struct run_tally *tally, const struct trial_verdict *verdict, double people)
{
    tally->people += people;
    tally->width += verdict->width;
    tally->estimate += verdict->estimate;
    tally->missed += verdict->missed;
    if (verdict->first_day >= 0)
        tally->first_days[tally->excluded++] = verdict->first_day;
}

static int by_number(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

void run_shops(const struct run_setup *setup, int shops, trial_method *const *methods, size_t method_count,
               struct run_tally *out)
{
    double truth = setup->arms.days > 0 ? setup->arms.lift : setup->shop.effect;
    for (size_t m = 0; m < method_count; m++)
        out[m] = (struct run_tally){.shops = shops, .first_days = mem_new((size_t)shops, sizeof(int))};
    for (int i = 0; i < shops; i++) {
        struct trial trial;
        struct trial_verdict verdicts[RUN_METHODS];
        if (setup->arms.days > 0)
            arms_run(&setup->arms, setup->seed + (uint64_t)i, &trial);
        else
            shop_run(&setup->shop, setup->seed + (uint64_t)i, &trial);
        trial_watch(&trial, truth, methods, method_count, verdicts);
        for (size_t m = 0; m < method_count; m++)
            note(&out[m], &verdicts[m], people_of(&trial));
        trial_clear(&trial);
    }
    for (size_t m = 0; m < method_count; m++) {
        out[m].people /= shops;
        out[m].width /= shops;
        out[m].estimate /= shops;
        qsort(out[m].first_days, (size_t)out[m].excluded, sizeof(int), by_number);
    }
}

void run_clear(struct run_tally *tallies, size_t method_count)
{
    for (size_t m = 0; m < method_count; m++)
        mem_free(tallies[m].first_days);
}

double run_median_day(const struct run_tally *tally)
{
    int half = (tally->shops + 1) / 2;
    return tally->excluded < half ? -1 : tally->first_days[half - 1];
}

int run_found_by(const struct run_tally *tally, double day)
{
    int found = 0;
    while (found < tally->excluded && tally->first_days[found] <= day)
        found++;
    return found;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* All silences of all clients are found first (the email of this experiment never changes a history, its effect is laid over
 * the outcome), then the days are walked: who is due waits, who came back drops out, the most valuable are admitted. */
#include "shop.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "core/eligible.h"
#include "core/holdout.h"
#include "core/score.h"

#define BEGIN_MS (20000 * TIME_DAY_MS)
#define BACKLOG_FROM_DAY 30
#define VISITS_MOST 4096
#define NEVER INT64_MAX

enum part { PART_FIRST, PART_CHANGED, PART_BACKLOG, PARTS };

/* One silence of one client: from its crossing until it comes back. */
struct silence {
    int64_t client, due_ms, back_ms;
    double value, chance;
};
struct entry {
    int day;
    enum part part;
    enum episode_arm arm;
    bool reordered;
    double chance;
};
struct shop {
    const struct shop_setup *setup;
    uint64_t seed;
    struct policy policy;
    struct scale scale;
    struct simulate_plan plan;
    struct silence *silences; /* those that end after the beginning, by due_ms */
    size_t count, capacity;
    bool *entered; /* [clients] */
    struct entry *entries;
    size_t entry_count;
};

static bool is_same_day(int64_t a, int64_t b) { return a / TIME_DAY_MS == b / TIME_DAY_MS; }

/* The client's visits, one a day, oldest first. */
static size_t visits_of(const struct shop *shop, int64_t client, int64_t visits[VISITS_MOST])
{
    struct simulate_habit habit;
    size_t count = 0;
    simulate_habit_draw(&habit, shop->plan.model, shop->seed, client);
    for (int64_t at = simulate_first(&shop->plan, &habit.random); at < shop->plan.to_ms;
         at = simulate_next(&shop->plan, &habit, at)) {
        if (count > 0 && is_same_day(visits[count - 1], at))
            visits[count - 1] = at;
        else if (count < VISITS_MOST)
            visits[count++] = at;
    }
    return count;
}

/* What a client spends at each visit, the same all life long. */
static int64_t value_of(const struct shop *shop, int64_t client)
{
    struct rand_stream random;
    rand_seed(&random, (shop->seed + 77) ^ (uint64_t)client * UINT64_C(0x9e3779b97f4a7c15));
    return (int64_t)(3200 * exp(0.5 * rand_normal(&random)));
}

/* G and mu as they are known when the experiment begins. */
static void find_scale(struct shop *shop)
{
    struct scale_sums sums = {0};
    int64_t visits[VISITS_MOST];
    for (int64_t c = 0; c < shop->setup->clients; c++) {
        size_t count = visits_of(shop, c, visits);
        while (count > 0 && visits[count - 1] >= BEGIN_MS)
            count--;
        if (count == 0)
            continue;
        sums.gap_ms += visits[count - 1] - visits[0];
        sums.gaps += (int64_t)count - 1;
        sums.value_minor += (int64_t)count * value_of(shop, c);
        sums.valued += (int64_t)count;
    }
    shop->scale = (struct scale){.chance_r = NAN};
    scale_compute(&sums, NAN, &shop->scale);
}

static void add_silence(struct shop *shop, struct silence silence)
{
    if (shop->count == shop->capacity) {
        shop->capacity = shop->capacity ? 2 * shop->capacity : 1024;
        shop->silences = mem_resize(shop->silences, shop->capacity, sizeof(*shop->silences));
    }
    shop->silences[shop->count++] = silence;
}

/* The silence after visit i, if it lasts until the crossing and beyond the beginning. */
static void look_at_silence(struct shop *shop, int64_t client, const int64_t *visits, size_t count, size_t i)
{
    struct engagement sums = {.visits = (int64_t)i + 1, .first_at = visits[0], .last_at = visits[i]};
    int64_t back_ms = i + 1 < count ? visits[i + 1] : NEVER;
    struct score score;
    if (back_ms < BEGIN_MS)
        return;
    sums.valued = sums.visits;
    sums.value_minor = sums.visits * value_of(shop, client);
    score_at(&sums, &shop->scale, &shop->policy.detector, back_ms == NEVER ? shop->plan.to_ms : back_ms, &score);
    if (score.total >= shop->policy.threshold)
        return;
    int64_t due_ms = score_crossing(&sums, &shop->scale, &shop->policy.detector, shop->policy.threshold);
    if (due_ms >= back_ms)
        return;
    struct chance_client history = {.gaps = (double)i,
                                    .span = (double)(visits[i] - visits[0]) / (double)TIME_DAY_MS,
                                    .silence = (double)(due_ms - visits[i]) / (double)TIME_DAY_MS};
    double chance = chance_order_within(&CHANCE_PRIOR_DAYS, &history, TRIAL_WINDOW_DAYS);
    add_silence(shop, (struct silence){client, due_ms, back_ms, (double)sums.value_minor, chance});
}

static int by_due(const void *a, const void *b)
{
    const struct silence *x = a, *y = b;
    if (x->due_ms != y->due_ms)
        return x->due_ms < y->due_ms ? -1 : 1;
    return (x->client > y->client) - (x->client < y->client);
}

static int by_value(const void *a, const void *b)
{
    const struct silence *x = a, *y = b;
    if (x->value != y->value)
        return x->value > y->value ? -1 : 1;
    return by_due(a, b);
}

static void find_silences(struct shop *shop)
{
    int64_t visits[VISITS_MOST];
    for (int64_t c = 0; c < shop->setup->clients; c++) {
        size_t count = visits_of(shop, c, visits);
        for (size_t i = 0; i < count; i++)
            look_at_silence(shop, c, visits, count, i);
    }
    if (shop->count > 0)
        qsort(shop->silences, shop->count, sizeof(*shop->silences), by_due);
}

/* By the rules of the due moment. Consent goes with the habit of buying: even clients have it more often. */
static bool may_mail(const struct shop *shop, int64_t number, int64_t now_ms)
{
    struct rand_stream random;
    struct client client;
    client_init_bare(&client, STR("c-1"), now_ms);
    client.email = STR("someone@example.com");
    rand_seed(&random, (shop->seed + 99) ^ (uint64_t)number * UINT64_C(0x9e3779b97f4a7c15));
    double chance = shop->setup->ineligible * (number % 2 ? 1.2 : 0.8);
    client.consent_status = rand_unit(&random) < chance ? CONSENT_UNKNOWN : CONSENT_SUBSCRIBED;
    client.consent_basis = CONSENT_BASIS_EXPLICIT;
    struct eligible_input input = {
        .client = &client, .policy = &shop->policy, .drafted_at = TIME_NONE, .now_ms = now_ms};
    return eligible_at_due(&input).verdict == ELIGIBLE_YES;
}

static void admit(struct shop *shop, const struct silence *silence, int day, enum part part)
{
    const struct shop_setup *setup = shop->setup;
    int64_t now_ms = BEGIN_MS + (day + 1) * TIME_DAY_MS;
    bool changed = setup->change_day > 0 && day >= setup->change_day;
    char person[24];
    if (part == PART_FIRST && changed)
        part = PART_CHANGED;
    snprintf(person, sizeof person, "c-%lld", (long long)silence->client);
    shop->entered[silence->client] = true;
    shop->entries[shop->entry_count++] = (struct entry){
        .day = day,
        .part = part,
        .arm = holdout_arm(shop->policy.holdout_salt, str_of(person), changed ? setup->later_share : setup->share),
        .reordered = silence->back_ms <= now_ms + TRIAL_WINDOW_DAYS * TIME_DAY_MS,
        .chance = silence->chance,
    };
}

/* Keeps of `waiting` who is still silent, lets in the first `limit` by value, and returns how many stay. */
static size_t admit_some(struct shop *shop, struct silence *waiting, size_t count, int64_t limit, int day,
                         enum part part)
{
    int64_t now_ms = BEGIN_MS + (day + 1) * TIME_DAY_MS;
    size_t silent = 0;
    for (size_t i = 0; i < count; i++)
        if (waiting[i].back_ms > now_ms && !shop->entered[waiting[i].client])
            waiting[silent++] = waiting[i];
    if (silent > 1)
        qsort(waiting, silent, sizeof(*waiting), by_value);
    size_t in = (size_t)limit < silent ? (size_t)limit : silent;
    for (size_t i = 0; i < in; i++)
        admit(shop, &waiting[i], day, part);
    for (size_t i = in; i < silent; i++)
        waiting[i - in] = waiting[i];
    return silent - in;
}

static void walk_days(struct shop *shop)
{
    struct silence *waiting = mem_new(shop->count + 1, sizeof(*waiting));
    struct silence *backlog = mem_new(shop->count + 1, sizeof(*backlog));
    size_t at = 0, waits = 0, held = 0;
    for (int day = 0; day < shop->setup->days; day++) {
        int64_t end_ms = BEGIN_MS + (day + 1) * TIME_DAY_MS;
        for (; at < shop->count && shop->silences[at].due_ms < end_ms; at++) {
            const struct silence *silence = &shop->silences[at];
            if (!may_mail(shop, silence->client, end_ms))
                continue;
            if (silence->due_ms < BEGIN_MS)
                backlog[held++] = *silence;
            else
                waiting[waits++] = *silence;
        }
        if (shop->setup->backlog_a_day > 0 && day >= BACKLOG_FROM_DAY)
            held = admit_some(shop, backlog, held, shop->setup->backlog_a_day, day, PART_BACKLOG);
        waits = admit_some(shop, waiting, waits, shop->setup->daily_limit, day, PART_FIRST);
    }
    mem_free(waiting);
    mem_free(backlog);
}

/* Some of the treated who stay away come back after all, so many that the arms differ by the effect. */
static void lay_effect(struct shop *shop)
{
    struct rand_stream random;
    double alone = 0;
    rand_seed(&random, shop->seed + 55);
    for (size_t i = 0; i < shop->entry_count; i++)
        alone += shop->entries[i].reordered;
    double probability = shop->setup->effect / (1 - alone / ((double)shop->entry_count + 1));
    for (size_t i = 0; i < shop->entry_count; i++)
        if (shop->entries[i].arm == ARM_TREATED && rand_unit(&random) < probability)
            shop->entries[i].reordered = true;
}

void shop_run(const struct shop_setup *setup, uint64_t seed, struct trial *out)
{
    struct arena arena = {0};
    struct shop shop = {.setup = setup, .seed = seed};
    char salt[17];
    snprintf(salt, sizeof salt, "%016llx", (unsigned long long)seed);
    policy_default(&shop.policy, str_of(salt));
    simulate_plan_init(&shop.plan, setup->model, BEGIN_MS - setup->days_before * TIME_DAY_MS,
                       BEGIN_MS + setup->days * TIME_DAY_MS, STR("UTC"), &arena);
    shop.entered = mem_new((size_t)setup->clients, sizeof(*shop.entered));
    shop.entries = mem_new((size_t)setup->clients, sizeof(*shop.entries));
    find_scale(&shop);
    find_silences(&shop);
    walk_days(&shop);
    if (setup->effect > 0)
        lay_effect(&shop);
    trial_init(out, (size_t)setup->days, PARTS);
    out->shares[PART_FIRST] = out->shares[PART_BACKLOG] = setup->share;
    out->shares[PART_CHANGED] = setup->later_share;
    for (size_t i = 0; i < shop.entry_count; i++)
        trial_enter(out, (size_t)shop.entries[i].day, shop.entries[i].part, shop.entries[i].arm,
                    shop.entries[i].reordered, shop.entries[i].chance);
    mem_free(shop.silences);
    mem_free(shop.entered);
    mem_free(shop.entries);
    arena_clear(&arena);
}

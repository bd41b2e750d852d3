/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Two passes: who is due and who would come back alone; then, knowing the share p that does, each treated one who would not is
 * brought back with probability effect / (1 - p), which makes the difference of the arms' rates the effect. */
#include "core/simulate_trial.h"

#include <math.h>

#include "base/rand.h"
#include "core/holdout.h"
#include "core/policy.h"
#include "core/score.h"

#define WINDOW_MS (SIMULATE_WINDOW_DAYS * TIME_DAY_MS)
/* Days from the email to the order it makes: exponential, within the window. */
#define DELAY_MEAN_DAYS 7.0
#define STREAM_OF_ITS_OWN UINT64_C(0x6a09e667f3bcc909)

static bool is_under(const struct engagement *sums, const struct scale *scale, const struct policy *policy,
                     int64_t at_ms)
{
    struct score score;
    score_at(sums, scale, &policy->detector, at_ms, &score);
    return score.total < policy->threshold;
}

int64_t simulate_first_due(const struct order *orders, size_t count, struct str zone, const struct scale *scale,
                           int64_t until_ms, int64_t *back_at)
{
    struct policy policy;
    policy_default(&policy, STR(""));
    *back_at = TIME_NONE;
    for (size_t i = 0; i < count; i++) {
        size_t next = i + 1;
        while (next < count && !order_is_visit(&orders[next]))
            next++;
        if (!order_is_visit(&orders[i]))
            continue;
        struct engagement sums = {0};
        int64_t silent_until = next < count ? orders[next].ordered_at : until_ms;
        score_sums(orders, i + 1, zone, &sums);
        if (!is_under(&sums, scale, &policy, silent_until))
            continue;
        int64_t due_at = score_crossing(&sums, scale, &policy.detector, policy.threshold);
        if (due_at >= silent_until)
            continue;
        *back_at = next < count ? silent_until : TIME_NONE;
        return due_at;
    }
    return TIME_NONE;
}

static void find_scale(const struct simulate_trial_input *input, struct scale *scale)
{
    struct scale_sums sums = {0};
    for (size_t c = 0; c < input->client_count; c++) {
        struct engagement client = {0};
        score_sums(&input->orders[input->first[c]], input->first[c + 1] - input->first[c], input->zone, &client);
        if (client.visits == 0)
            continue;
        sums.gap_ms += client.last_at - client.first_at;
        sums.gaps += client.visits - 1;
        sums.value_minor += client.value_minor;
        sums.valued += client.valued;
    }
    *scale = (struct scale){.chance_r = NAN, .chance_alpha_days = NAN, .chance_a = NAN, .chance_b = NAN};
    scale_compute(&sums, NAN, scale);
}

static double share_alone(const struct simulate_outcome *outcome, int64_t to_ms)
{
    double closed = 0, alone = 0;
    for (size_t i = 0; i < outcome->episode_count; i++) {
        if (outcome->episodes[i].due_at + WINDOW_MS >= to_ms)
            continue;
        closed++;
        alone += outcome->episodes[i].alone;
    }
    return closed > 0 ? alone / closed : 0;
}

/* Each client has a random stream of its own here too, apart from the one its orders were drawn from. */
static int64_t draw_return(uint64_t seed, const struct simulate_episode *episode, double probability)
{
    struct rand_stream random;
    double delay;
    rand_seed(&random, (seed ^ STREAM_OF_ITS_OWN) + (uint64_t)(episode->client + 1) * UINT64_C(0x9e3779b97f4a7c15));
    if (rand_unit(&random) >= probability)
        return TIME_NONE;
    do {
        delay = rand_exponential(&random, 1 / DELAY_MEAN_DAYS);
    } while (delay >= SIMULATE_WINDOW_DAYS);
    return episode->due_at + 1 + (int64_t)(delay * (double)TIME_DAY_MS);
}

void simulate_trial_draw(const struct simulate_trial *trial, const struct simulate_trial_input *input,
                         struct arena *arena, struct simulate_outcome *out)
{
    *out = (struct simulate_outcome){.episodes = arena_new(arena, input->client_count, sizeof(*out->episodes))};
    find_scale(input, &out->scale);
    for (size_t c = 0; c < input->client_count; c++) {
        const struct order *orders = &input->orders[input->first[c]];
        size_t count = input->first[c + 1] - input->first[c];
        int64_t back_at, due_at = simulate_first_due(orders, count, input->zone, &out->scale, input->to_ms, &back_at);
        if (due_at == TIME_NONE)
            continue;
        out->episodes[out->episode_count++] = (struct simulate_episode){
            .client = c,
            .due_at = due_at,
            .arm = (int)holdout_arm(trial->salt, input->ids[c], trial->holdout_share),
            .alone = back_at != TIME_NONE && back_at <= due_at + WINDOW_MS,
            .email_made_at = TIME_NONE,
        };
    }
    double probability = trial->effect / (1 - fmin(share_alone(out, input->to_ms), 0.999));
    for (size_t i = 0; i < out->episode_count; i++) {
        struct simulate_episode *episode = &out->episodes[i];
        if (episode->arm != ARM_TREATED || episode->alone)
            continue;
        int64_t at = draw_return(input->seed, episode, probability);
        episode->email_made_at = at < input->to_ms ? at : TIME_NONE;
    }
}

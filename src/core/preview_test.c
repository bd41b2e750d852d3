/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/preview.c: what it counts from engagements is what a recount from all orders finds, and the error of a
 * sample covers the exact figure. */
#include "core/preview.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/hash.h"
#include "base/mem.h"
#include "core/due.h"
#include "core/recent.h"
#include "core/record.h"
#include "core/score.h"
#include "core/simulate.h"

#define NOW (1700000000LL * 1000)

/* --- a shop -------------------------------------------------------------------------------------------------------- */
struct visitor {
    struct order *orders; /* that count, by time */
    size_t order_count;
    struct engagement engagement;
};
struct shop {
    struct arena arena;
    struct visitor *people;
    size_t count;
    struct scale scale;
    struct policy policy; /* under which the engagements were scored */
};

static int by_client(const void *a, const void *b)
{
    const struct order *x = a, *y = b;
    int order = str_compare(x->client_id, y->client_id);
    return order != 0 ? order : (x->ordered_at > y->ordered_at) - (x->ordered_at < y->ordered_at);
}

static size_t keep_visits(struct order *orders, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        orders[i].ordered_at -= orders[i].ordered_at % 1000; /* as core/recent.h keeps them */
        if (order_is_visit(&orders[i]))
            orders[kept++] = orders[i];
    }
    return kept;
}

/* What the score step would have stored. One in nine objected, one in four may not be mailed, one in ten of those whose due
 * moment is past had its episode, the others are in the backlog or were just armed. */
static void score_visitor(struct shop *shop, struct visitor *visitor)
{
    struct engagement *e = &visitor->engagement;
    record_init(RECORD_ENGAGEMENT, e);
    e->client_id = visitor->orders[0].client_id;
    score_sums(visitor->orders, visitor->order_count, STR("UTC"), e);
    score_crossings(&shop->scale, &shop->policy.detector, shop->policy.threshold, e);
    e->recent = recent_write(visitor->orders, visitor->order_count, STR("UTC"), NOW, &shop->arena);
    uint64_t mix = hash_mix(e->client_id, 1);
    e->draw = (int64_t)(hash_mix(e->client_id, 0) >> 1);
    e->profiled = mix % 9 != 0;
    e->mailable = mix / 9 % 4 != 0;
    if (e->due_at <= NOW && mix / 36 % 10 == 0)
        e->last_episode_id = arena_printf(&shop->arena, "%.*s~%.*s", STR_ARG(e->client_id), STR_ARG(e->last_order_id));
    else if (e->due_at <= NOW)
        e->backlog = BACKLOG_HISTORY;
}

static void fit_scale(struct shop *shop, const struct order *orders, size_t count)
{
    struct scale_sums sums = {0};
    for (size_t i = 0; i < count; i++) {
        bool repeat = i > 0 && str_equal(orders[i].client_id, orders[i - 1].client_id);
        sums.gaps += repeat;
        sums.gap_ms += repeat ? orders[i].ordered_at - orders[i - 1].ordered_at : 0;
        sums.valued++;
        sums.value_minor += orders[i].total_minor;
    }
    record_init(RECORD_SCALE, &shop->scale);
    scale_compute(&sums, (double)NAN, &shop->scale);
}

static void shop_make(struct shop *shop, int64_t clients, uint64_t seed, double gap_days)
{
    struct simulate_model model = SIMULATE_MODEL;
    struct simulate made;
    model.gap_days = gap_days;
    *shop = (struct shop){.count = 0};
    policy_default(&shop->policy, STR("00"));
    simulate_shop(&(struct simulate_options){.clients = clients,
                                             .seed = seed,
                                             .from_ms = NOW - 700 * TIME_DAY_MS,
                                             .to_ms = NOW,
                                             .zone = STR("UTC"),
                                             .currency = STR("EUR"),
                                             .model = &model},
                  &shop->arena, &made);
    size_t count = keep_visits(made.orders, made.order_count);
    qsort(made.orders, count, sizeof *made.orders, by_client);
    fit_scale(shop, made.orders, count);
    shop->people = arena_new(&shop->arena, made.client_count, sizeof *shop->people);
    for (size_t i = 0, end = 0; i < count; i = end) {
        struct visitor *visitor = &shop->people[shop->count++];
        while (end < count && str_equal(made.orders[end].client_id, made.orders[i].client_id))
            end++;
        *visitor = (struct visitor){.orders = made.orders + i, .order_count = end - i};
        score_visitor(shop, visitor);
    }
}

static struct preview_question ask(const struct shop *shop)
{
    return (struct preview_question){.policies = {shop->policy, shop->policy},
                                     .scale = shop->scale,
                                     .now_ms = NOW,
                                     .past_days = 90,
                                     .next_days = 30};
}

static void count_all(const struct shop *shop, const struct preview_question *question, struct preview_tally *tally)
{
    *tally = (struct preview_tally){0};
    for (size_t i = 0; i < shop->count; i++)
        preview_add(question, &shop->people[i].engagement, tally);
}

/* --- the recount, from orders -------------------------------------------------------------------------------------- */
struct recount {
    double past, past_days[PREVIEW_PAST_DAYS], next, next_days[PREVIEW_NEXT_DAYS], backlog;
};

static void recount_silence(const struct preview_question *q, const struct policy *policy,
                            const struct visitor *visitor, size_t visits, int64_t *eligible_at, struct recount *out)
{
    struct engagement sums = visitor->engagement;
    score_sums(visitor->orders, visits, STR("UTC"), &sums);
    int64_t due = score_due(&sums, &q->scale, &policy->detector, policy->threshold),
            from = NOW - q->past_days * TIME_DAY_MS;
    int64_t end = visits == visitor->order_count ? NOW : visitor->orders[visits].ordered_at;
    bool lasts = visits == visitor->order_count, had = !str_is_none(visitor->engagement.last_episode_id);
    bool backlog = visitor->engagement.backlog != BACKLOG_NONE || visitor->engagement.due_at > NOW;
    out->backlog += lasts && due <= NOW && !had && backlog;
    if (due >= end && !lasts)
        return;
    bool past = due < NOW;
    if (!past && (due == NOW || due >= NOW + q->next_days * TIME_DAY_MS || had))
        return;
    struct chance_model model = scale_chance_model(&q->scale);
    struct chance_client client = score_chance_client(&sums, NOW);
    double weight = past || !scale_shows_chance(&q->scale)
                        ? 1
                        : 1 - chance_order_within(&model, &client, (double)(due - NOW) / (double)TIME_DAY_MS);
    bool capped = *eligible_at != TIME_NONE && due - *eligible_at < policy->cap_days * TIME_DAY_MS;
    bool eligible = visitor->engagement.mailable && !capped;
    if (eligible)
        *eligible_at = due;
    if (past && due >= from) {
        out->past++;
        out->past_days[(due - from) / TIME_DAY_MS] += eligible;
    } else if (!past) {
        out->next += weight;
        out->next_days[(due - NOW) / TIME_DAY_MS] += eligible ? weight : 0;
    }
}

static void recount(const struct shop *shop, const struct preview_question *q, const struct policy *policy,
                    struct recount *out)
{
    *out = (struct recount){0};
    for (size_t i = 0; i < shop->count; i++) {
        const struct visitor *visitor = &shop->people[i];
        int64_t eligible_at = TIME_NONE;
        if (!visitor->engagement.profiled)
            continue;
        for (size_t visits = 1; visits <= visitor->order_count; visits++) {
            bool same_day = visits < visitor->order_count && visitor->orders[visits].ordered_at / TIME_DAY_MS ==
                                                                 visitor->orders[visits - 1].ordered_at / TIME_DAY_MS;
            if (!same_day)
                recount_silence(q, policy, visitor, visits, &eligible_at, out);
        }
    }
}

static double let_in(const double *days, int64_t count, int64_t limit)
{
    double waiting = 0, in = 0;
    for (int64_t day = 0; day < count; day++) {
        waiting += days[day];
        double now = waiting < (double)limit ? waiting : (double)limit;
        waiting -= now;
        in += now;
    }
    return in;
}

static void agree(double got, double want, int line)
{
    if (fabs(got - want) > 1e-6 * fmax(1, fabs(want)))
        fail_msg("line %d: %.9g instead of %.9g", line, got, want);
}
#define same(got, want) agree(got, want, __LINE__)

static void check(const struct shop *shop, const struct preview_question *question)
{
    struct preview_tally tally;
    count_all(shop, question, &tally);
    assert_int_equal(tally.clients, shop->count);
    for (int which = 0; which < 2; which++) {
        const struct policy *policy = &question->policies[which];
        struct preview_answer answer;
        struct recount want;
        recount(shop, question, policy, &want);
        preview_finish(question, &tally, which, 1, &answer);
        double past = let_in(want.past_days, question->past_days, policy->daily_episodes);
        double next = let_in(want.next_days, question->next_days, policy->daily_episodes);
        same(answer.past.episodes.value, want.past);
        same(answer.past.emails.value, past * (1 - policy->holdout_share));
        same(answer.past.holdout.value, past * policy->holdout_share);
        same(answer.next.episodes.value, want.next);
        same(answer.next.emails.value, next * (1 - policy->holdout_share));
        same(answer.next.holdout.value, next * policy->holdout_share);
        same(answer.backlog.value, want.backlog);
        same(answer.past.episodes.error + answer.next.emails.error + answer.backlog.error, 0);
    }
}

static const struct {
    double gap_days, threshold, chance;
    int kind;
    int64_t daily, cap, past, next;
    double share;
    bool has_chance;
} ASKED[] = {
    {30, 50, 0.05, DETECTOR_SCORE, 100000, 30, 90, 30, 0.2, false},
    {30, 40, 0.05, DETECTOR_SCORE, 2, 30, 90, 30, 0.2, true},
    {30, 65, 0.05, DETECTOR_SCORE, 100000, 0, 60, 14, 0.1, true},
    {30, 60, 0.05, DETECTOR_RFM, 1, 30, 90, 30, 0, true},
    {30, 50, 0.2, DETECTOR_CHANCE, 100000, 30, 90, 30, 0.5, true},
    {7, 70, 0.05, DETECTOR_SCORE, 3, 30, 90, 30, 0.2, true},
    {7, 50, 0.3, DETECTOR_CHANCE, 100000, 60, 1, 1, 0.2, true},
    {180, 50, 0.05, DETECTOR_SCORE, 100000, 30, 90, 30, 0.2, false},
    {180, 20, 0.05, DETECTOR_RFM, 0, 30, 30, 10, 0.2, false},
};

static void set_chance(struct scale *scale)
{
    scale->chance_r = 0.6;
    scale->chance_alpha_days = 25;
    scale->chance_a = 0.7;
    scale->chance_b = 3;
    scale->fit_clients = 500;
    scale->fit_gaps = 2000;
    scale->return_days = 95;
}

static void the_exact_figures_equal_a_recount_from_all_orders(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ASKED / sizeof ASKED[0]; i++) {
        struct shop shop;
        shop_make(&shop, 600, 40 + i, ASKED[i].gap_days);
        if (ASKED[i].has_chance)
            set_chance(&shop.scale);
        struct preview_question question = ask(&shop);
        struct policy *asked = &question.policies[1];
        asked->threshold = ASKED[i].threshold;
        asked->detector.kind = ASKED[i].kind;
        asked->detector.chance = ASKED[i].chance;
        asked->daily_episodes = ASKED[i].daily;
        asked->cap_days = ASKED[i].cap;
        asked->holdout_share = ASKED[i].share;
        question.past_days = ASKED[i].past;
        question.next_days = ASKED[i].next;
        check(&shop, &question);
        arena_clear(&shop.arena);
    }
}

static void the_recount_sees_something(void **state)
{
    (void)state;
    struct shop shop;
    struct recount found;
    shop_make(&shop, 600, 41, 30);
    struct preview_question question = ask(&shop);
    recount(&shop, &question, &question.policies[0], &found);
    assert_true(found.past > 50 && found.next > 10 && found.backlog > 50);
    arena_clear(&shop.arena);
}

static void an_unchanged_policy_changes_nothing(void **state)
{
    (void)state;
    struct shop shop;
    struct preview_tally tally;
    struct preview_answer answers[2];
    shop_make(&shop, 300, 7, 30);
    struct preview_question question = ask(&shop);
    count_all(&shop, &question, &tally);
    for (int which = 0; which < 2; which++)
        preview_finish(&question, &tally, which, 0.1, &answers[which]);
    assert_memory_equal(&answers[0], &answers[1], sizeof answers[0]);
    arena_clear(&shop.arena);
}

/* --- one client ---------------------------------------------------------------------------------------------------- */
static struct engagement silent_for(const struct shop *shop, double days)
{
    struct engagement e;
    record_init(RECORD_ENGAGEMENT, &e);
    e.client_id = STR("c");
    e.last_order_id = STR("o");
    e.visits = 1;
    e.first_at = e.last_at = NOW - (int64_t)(days * (double)TIME_DAY_MS);
    e.value_minor = 1000;
    e.valued = 1;
    e.profiled = e.mailable = true;
    score_crossings(&shop->scale, &shop->policy.detector, shop->policy.threshold, &e);
    return e;
}

static struct preview_answer answer_of(const struct preview_question *question, const struct engagement *e, int which)
{
    struct preview_tally tally = {0};
    struct preview_answer answer;
    preview_add(question, e, &tally);
    preview_finish(question, &tally, which, 1, &answer);
    return answer;
}

static void a_raised_threshold_sends_the_newly_late_to_the_backlog_and_fires_nothing(void **state)
{
    (void)state;
    struct shop shop;
    shop_make(&shop, 50, 3, 30);
    struct preview_question question = ask(&shop);
    struct engagement e = silent_for(&shop, 30);
    question.policies[1].threshold = 70;
    assert_true(e.due_at > NOW);
    struct preview_answer now = answer_of(&question, &e, 0), then = answer_of(&question, &e, 1);
    same(now.backlog.value, 0);
    same(now.next.episodes.value, 1);
    same(then.backlog.value, 1);
    same(then.next.episodes.value, 0);
    same(then.past.episodes.value, 1);
    arena_clear(&shop.arena);
}

static void a_silence_that_had_its_episode_has_no_other(void **state)
{
    (void)state;
    struct shop shop;
    shop_make(&shop, 50, 3, 30);
    struct preview_question question = ask(&shop);
    question.policies[1].threshold = 25;
    struct engagement e = silent_for(&shop, 100);
    assert_true(e.due_at < NOW);
    e.last_episode_id = STR("c~o");
    struct preview_answer then = answer_of(&question, &e, 1);
    same(then.next.episodes.value, 0);
    same(then.backlog.value, 0);
    e.last_episode_id = STR("c~older");
    same(answer_of(&question, &e, 1).next.episodes.value, 1);
    arena_clear(&shop.arena);
}

static void who_objected_or_never_bought_is_in_no_figure(void **state)
{
    (void)state;
    struct shop shop;
    shop_make(&shop, 50, 3, 30);
    struct preview_question question = ask(&shop);
    struct engagement e = silent_for(&shop, 80);
    struct preview_tally tally = {0};
    e.profiled = false;
    preview_add(&question, &e, &tally);
    assert_int_equal(tally.clients, 1);
    e.profiled = true;
    e.visits = 0;
    preview_add(&question, &e, &tally);
    assert_int_equal(tally.clients, 1);
    same(tally.effects[0].past.episodes.sum + tally.effects[0].next.episodes.sum + tally.effects[0].backlog.sum, 0);
    arena_clear(&shop.arena);
}

static void the_daily_limit_lets_the_rest_wait(void **state)
{
    (void)state;
    struct preview_question question = {.past_days = 4, .next_days = 2};
    struct preview_tally tally = {0};
    struct preview_answer answer;
    question.policies[0].daily_episodes = 10;
    question.policies[0].holdout_share = 0.25;
    struct preview_span *past = &tally.effects[0].past;
    past->by_day[0] = 25; /* 10, 10, 5 and then 4 of its own day */
    past->by_day[3] = 4;
    past->by_day[4] = 100; /* outside */
    preview_finish(&question, &tally, 0, 1, &answer);
    same(answer.past.emails.value, 29 * 0.75);
    same(answer.past.holdout.value, 29 * 0.25);
    past->by_day[3] = 40;
    preview_finish(&question, &tally, 0, 1, &answer);
    same(answer.past.emails.value, 35 * 0.75);
}

/* --- samples ------------------------------------------------------------------------------------------------------- */
static const struct preview_figure *figure(const struct preview_answer *answer, int i)
{
    const struct preview_figure *figures[] = {&answer->past.episodes, &answer->past.emails,  &answer->next.episodes,
                                              &answer->next.emails,   &answer->past.holdout, &answer->backlog};
    return figures[i];
}

/* The first so many by another draw, and how far they reach along it. */
struct drawn {
    double at;
    size_t visitor;
};

static int by_draw(const void *a, const void *b)
{
    double x = ((const struct drawn *)a)->at, y = ((const struct drawn *)b)->at;
    return (x > y) - (x < y);
}

static void answer_sample(const struct shop *shop, const struct preview_question *question, uint64_t seed,
                          struct preview_answer *out)
{
    enum { LOOKED_AT = 400 };
    struct rand_stream random;
    struct drawn *drawn = mem_new(shop->count, sizeof *drawn);
    struct preview_tally tally = {0};
    rand_seed(&random, seed);
    for (size_t i = 0; i < shop->count; i++)
        drawn[i] = (struct drawn){rand_unit(&random), i};
    qsort(drawn, shop->count, sizeof *drawn, by_draw);
    for (size_t i = 0; i < LOOKED_AT; i++)
        preview_add(question, &shop->people[drawn[i].visitor].engagement, &tally);
    preview_finish(question, &tally, 1, drawn[LOOKED_AT].at, out);
    mem_free(drawn);
}

/* 95 % of 600 samples, three standard errors of that share to either side. */
static void the_error_of_a_sample_covers_the_exact_figure_in_19_of_20(void **state)
{
    (void)state;
    enum { SAMPLES = 600, FIGURES = 6 };
    struct shop shop;
    struct preview_tally tally;
    struct preview_answer exact;
    int covered[FIGURES] = {0};
    shop_make(&shop, 4000, 11, 30);
    set_chance(&shop.scale);
    struct preview_question question = ask(&shop);
    question.policies[1].threshold = 45;
    question.policies[1].daily_episodes = 12; /* holds back on some days and not on others */
    count_all(&shop, &question, &tally);
    preview_finish(&question, &tally, 1, 1, &exact);
    for (uint64_t seed = 1; seed <= SAMPLES; seed++) {
        struct preview_answer sample;
        answer_sample(&shop, &question, seed, &sample);
        for (int i = 0; i < FIGURES; i++)
            covered[i] += fabs(figure(&sample, i)->value - figure(&exact, i)->value) <= figure(&sample, i)->error;
    }
    for (int i = 0; i < FIGURES; i++) {
        double share = (double)covered[i] / SAMPLES;
        print_message("figure %d: %.1f, covered in %.3f\n", i, figure(&exact, i)->value, share);
        assert_true(share > 0.923 && share < 0.999);
    }
    arena_clear(&shop.arena);
}

static void a_sample_that_saw_nothing_does_not_claim_nothing(void **state)
{
    (void)state;
    struct preview_question question = {.past_days = 90, .next_days = 30};
    struct preview_tally tally = {.clients = 4000};
    struct preview_answer answer;
    question.policies[0].daily_episodes = 5;
    preview_finish(&question, &tally, 0, 0.01, &answer); /* 4,000 of 400,000: up to 3 / 4,000 of them with 95 % */
    assert_true(answer.past.episodes.error > 250 && answer.past.episodes.error < 300);
    assert_true(answer.next.emails.error > 149 && answer.next.emails.error < 151); /* 30 days of 5 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_exact_figures_equal_a_recount_from_all_orders),
        cmocka_unit_test(the_recount_sees_something),
        cmocka_unit_test(an_unchanged_policy_changes_nothing),
        cmocka_unit_test(a_raised_threshold_sends_the_newly_late_to_the_backlog_and_fires_nothing),
        cmocka_unit_test(a_silence_that_had_its_episode_has_no_other),
        cmocka_unit_test(who_objected_or_never_bought_is_in_no_figure),
        cmocka_unit_test(the_daily_limit_lets_the_rest_wait),
        cmocka_unit_test(the_error_of_a_sample_covers_the_exact_figure_in_19_of_20),
        cmocka_unit_test(a_sample_that_saw_nothing_does_not_claim_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/proof.c. */
#include "core/proof.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "core/field.h"

static struct proof_facts facts_of(struct lift_arm treated, struct lift_arm holdout)
{
    struct proof_facts facts = {.window_days = 30,
                                .treated = treated,
                                .holdout = holdout,
                                .emailed = treated.people,
                                .holdout_share = 0.2,
                                .open = 100,
                                .admissions_per_day = 10};
    struct lift_stratum stratum = {treated, holdout};
    facts.known = lift_interval(&stratum, 1, &facts.lift);
    lift_of_treated(&stratum, 1, &facts.effect);
    return facts;
}

static const struct {
    struct lift_arm treated, holdout;
    double share;
    bool rehearsal;
    const char *verdict, *sentence;
} SENTENCES[] = {
    {{0, 0}, {0, 0}, 0.2, true, "not_enough_data", "Rehearsal: no mail leaves, so nothing counts yet."},
    {{0, 0},
     {0, 0},
     0.2,
     false,
     "not_enough_data",
     "Not yet: nobody has been watched for 30 days since the due moment."},
    {{0, 0},
     {0, 0},
     0,
     false,
     "not_enough_data",
     "Not yet: nobody has been watched for 30 days since the due moment. Nobody is kept in the holdout now, so it "
     "cannot "
     "become clearer."},
    {{100, 10},
     {10, 1},
     0.2,
     false,
     "not_enough_data",
     "Not yet: 110 people have been watched for 30 days, 10 of them in the holdout. To see a lift of 3 points takes "
     "about "
     "7,600 more episodes, at your pace about 780 days."},
    {{1000, 130},
     {250, 25},
     0.2,
     false,
     "not_shown",
     "Not yet: of 1,000 people chosen for an email 13.0 % ordered again within 30 days, against 10.0 % of the 250 in "
     "the "
     "holdout. The difference lies between -3.9 and 9.9 points, so it may be chance. To see a lift of 3 points takes "
     "about "
     "6,500 more episodes, at your pace about 670 days."},
    {{8000, 800},
     {2000, 200},
     0.2,
     false,
     "not_shown",
     "Not yet: of 8,000 people chosen for an email 10.0 % ordered again within 30 days, against 10.0 % of the 2,000 in "
     "the "
     "holdout. The difference lies between -2.3 and 2.3 points, so it may be chance. To see a lift of 2 points takes "
     "about "
     "7,100 more episodes, at your pace about 730 days."},
    {{4000, 800},
     {1000, 100},
     0.2,
     true,
     "helps",
     "Of 4,000 people chosen for an email, between 261 and 539 came back who would not have: 20.0 % ordered again "
     "within "
     "30 days, against 10.0 % of the 1,000 in the holdout."},
    {{4000, 400},
     {1000, 200},
     0.2,
     false,
     "harms",
     "The emails do harm: of 4,000 people chosen for an email, between 235 and 565 stayed away who would have come "
     "back: "
     "10.0 % "
     "ordered again within 30 days, against 20.0 % of the 1,000 in the holdout."},
};

static void the_sentence_claims_no_more_than_the_interval(void **state)
{
    (void)state;
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof SENTENCES / sizeof SENTENCES[0]; i++) {
        struct proof_facts facts = facts_of(SENTENCES[i].treated, SENTENCES[i].holdout);
        facts.holdout_share = SENTENCES[i].share;
        facts.rehearsal = SENTENCES[i].rehearsal;
        assert_string_equal(PROOF_VERDICT_WORDS[proof_verdict(&facts)], SENTENCES[i].verdict);
        struct str sentence = proof_sentence(&facts, &arena);
        assert_string_equal(arena_str(&arena, sentence).ptr, SENTENCES[i].sentence);
    }
    arena_clear(&arena);
}

static void who_was_chosen_and_got_no_email_is_said(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct proof_facts facts = facts_of((struct lift_arm){4000, 800}, (struct lift_arm){1000, 100});
    facts.emailed = 3120;
    assert_non_null(
        strstr(proof_sentence(&facts, &arena).ptr, "Of 4,000 people chosen for an email (3,120 got it), between"));
    arena_clear(&arena);
}

static void zero_at_the_edge_of_the_interval_is_not_shown(void **state)
{
    (void)state;
    struct proof_facts facts = facts_of((struct lift_arm){1000, 130}, (struct lift_arm){250, 25});
    facts.lift = (struct lift_interval){0.03, 0, 0.06};
    assert_int_equal(proof_verdict(&facts), PROOF_NOT_SHOWN);
    facts.lift = (struct lift_interval){-0.03, -0.06, 0};
    assert_int_equal(proof_verdict(&facts), PROOF_NOT_SHOWN);
}

static void what_is_needed_counts_those_on_their_way(void **state)
{
    (void)state;
    struct proof_facts facts = facts_of((struct lift_arm){1000, 100}, (struct lift_arm){250, 25});
    int64_t all =
        (int64_t)ceil(lift_needed(0.1, 0.03, 0.2)); /* 5,157 for one look, half more for any number of looks */
    assert_int_equal(all, 7737);
    struct proof_needed needed = proof_needed(&facts);
    assert_true(needed.lift >= 0.03 && needed.lift <= 0.03);
    assert_int_equal(needed.episodes, all - 1250);
    assert_int_equal(needed.days, 30 + (all - 1250 - 100 + 9) / 10);
    facts.open = all; /* they only have to be watched to the end */
    assert_int_equal(proof_needed(&facts).days, 30);
    facts.admissions_per_day = 0;
    facts.open = 0;
    assert_int_equal(proof_needed(&facts).episodes, all - 1250);
    assert_int_equal(proof_needed(&facts).days, I64_NONE);
    facts.holdout_share = 0;
    assert_int_equal(proof_needed(&facts).episodes, I64_NONE);
}

static void an_effect_that_was_seen_needs_no_more(void **state)
{
    (void)state;
    struct proof_facts facts = facts_of((struct lift_arm){8000, 1600}, (struct lift_arm){2000, 200});
    struct proof_needed needed = proof_needed(&facts);
    assert_true(needed.lift >= 0.03 && needed.lift <= 0.03);
    assert_int_equal(needed.episodes, 0);
    assert_int_equal(needed.days, 0);
}

static const struct proof_prices PRICES = {.gross_margin = 0.4,
                                           .review_hour_minor = 3000,
                                           .email_minor = 0.5,
                                           .model_minor = 120,
                                           .treated_revenue_minor = 800 * 2500,
                                           .emails = 3900,
                                           .review_ms = 5400000};

static void near(double got, double want) { assert_true(fabs(got - want) <= 1e-6 * fmax(1, fabs(want))); }

static void margin_and_net_follow_the_recovered(void **state)
{
    (void)state;
    struct proof_facts facts = facts_of((struct lift_arm){4000, 800}, (struct lift_arm){1000, 100});
    struct lift_interval recovered = proof_recovered(&facts);
    struct proof_money money;
    proof_money(&facts, &PRICES, &money);
    near(recovered.estimate, 400);
    assert_true(money.known);
    near(money.margin_minor.estimate, 400 * 2500 * 0.4);
    near(money.margin_minor.low, recovered.low * 1000);
    near(money.email_minor, 1950);
    near(money.review_minor, 4500);
    near(money.discount_minor, 0);
    near(money.net_minor.estimate, money.margin_minor.estimate - 1950 - 4500 - 120);
    near(money.net_minor.high, money.margin_minor.high - 1950 - 4500 - 120);
}

static void what_has_no_price_is_unknown_and_takes_nothing_off(void **state)
{
    (void)state;
    struct proof_facts facts = facts_of((struct lift_arm){4000, 800}, (struct lift_arm){1000, 100});
    struct proof_prices prices = PRICES;
    struct proof_money money;
    prices.review_hour_minor = prices.model_minor = (double)NAN;
    proof_money(&facts, &prices, &money);
    assert_true(isnan(money.review_minor) && isnan(money.model_minor));
    near(money.net_minor.low, money.margin_minor.low - 1950);
    prices.gross_margin = (double)NAN;
    proof_money(&facts, &prices, &money);
    assert_false(money.known);
    near(money.email_minor, 1950);
    facts.known = false;
    prices.gross_margin = 0.4;
    proof_money(&facts, &prices, &money);
    assert_false(money.known);
}

/* Pooled, the holdout's rate would be 13.3 %: above the treated's, beside a sentence that says it helped. */
static void over_several_periods_the_sentence_does_not_contradict_itself(void **state)
{
    (void)state;
    struct arena arena = {0};
    const struct lift_stratum strata[] = {{{4000, 1000}, {4000, 700}}, {{36000, 1800}, {2000, 100}}};
    struct proof_facts facts = facts_of((struct lift_arm){40000, 2800}, (struct lift_arm){6000, 800});
    facts.emailed = 40000;
    facts.known = lift_interval(strata, 2, &facts.lift) && lift_of_treated(strata, 2, &facts.effect);
    struct str sentence = proof_sentence(&facts, &arena);
    assert_int_equal(proof_verdict(&facts), PROOF_HELPS);
    assert_true(str_contains(sentence, STR("7.0 % ordered again within 30 days, against 6.")));
    assert_true(str_contains(sentence, STR("by the holdouts of their own periods (6,000 people)")));
    assert_false(str_contains(sentence, STR("13.3")));
    assert_true(fabs(proof_recovered(&facts).estimate - 300) < 1e-6);
    arena_clear(&arena);
}

static void what_an_offer_took_is_a_cost(void **state)
{
    (void)state;
    struct proof_facts facts = facts_of((struct lift_arm){4000, 800}, (struct lift_arm){1000, 100});
    struct proof_prices prices = PRICES;
    struct proof_money money;
    prices.offer_minor = 250;
    prices.offers_taken = 40;
    proof_money(&facts, &prices, &money);
    near(money.discount_minor, 10000);
    near(money.net_minor.low, money.margin_minor.low - 1950 - 4500 - 120 - 10000);
    prices.offer_minor = (double)NAN;
    proof_money(&facts, &prices, &money);
    assert_true(isnan(money.discount_minor)); /* unknown, and takes nothing off */
    near(money.net_minor.low, money.margin_minor.low - 1950 - 4500 - 120);
    prices.offers_taken = 0;
    proof_money(&facts, &prices, &money);
    near(money.discount_minor, 0);
}

static void what_the_offer_added_is_said_as_far_as_it_is_known(void **state)
{
    static const struct {
        struct lift_arm with, without;
        const char *says;
    } rows[] = {
        {{0, 0}, {0, 0}, NULL},
        {{12, 3},
         {9, 1},
         "Not enough data yet about the offer: 12 people with it and 9 without have been watched for 30 days."},
        {{1020, 204},
         {1004, 100},
         "The offer brought back 10.0 more in 100 than the email alone, between 5.3 and 14.8: 20.0 % of 1,020 with it "
         "ordered again within 30 days, against 10.0 % of 1,004 without."},
        {{1004, 100},
         {1020, 204},
         "The offer brought back 10.0 fewer in 100 than the email alone, between 5.3 and 14.8"},
        {{300, 36},
         {310, 31},
         "Not yet: 12.0 % of 300 with it ordered again within 30 days, against 10.0 % of 310 "
         "without. What the offer adds to the email lies between -"},
    };
    (void)state;
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct lift_stratum stratum = {rows[i].with, rows[i].without};
        struct proof_offer offer = {.window_days = 30, .with = rows[i].with, .without = rows[i].without};
        offer.known = lift_interval(&stratum, 1, &offer.lift);
        struct str sentence = proof_offer_sentence(&offer, &arena);
        if (rows[i].says == NULL)
            assert_true(str_is_none(sentence));
        else if (!str_starts_with(sentence, str_of(rows[i].says)))
            assert_string_equal(sentence.ptr, rows[i].says);
    }
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(over_several_periods_the_sentence_does_not_contradict_itself),
        cmocka_unit_test(the_sentence_claims_no_more_than_the_interval),
        cmocka_unit_test(who_was_chosen_and_got_no_email_is_said),
        cmocka_unit_test(zero_at_the_edge_of_the_interval_is_not_shown),
        cmocka_unit_test(what_is_needed_counts_those_on_their_way),
        cmocka_unit_test(an_effect_that_was_seen_needs_no_more),
        cmocka_unit_test(margin_and_net_follow_the_recovered),
        cmocka_unit_test(what_an_offer_took_is_a_cost),
        cmocka_unit_test(what_the_offer_added_is_said_as_far_as_it_is_known),
        cmocka_unit_test(what_has_no_price_is_unknown_and_takes_nothing_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

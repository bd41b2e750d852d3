/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/offer.c. */
#include "core/offer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct policy policy_with_offer(void)
{
    struct policy policy;
    policy_default(&policy, STR("0123456789abcdef"));
    policy.offer_on = true;
    policy.offer_texts = STR("{\"de\":\"Zehn Prozent\",\"en\":\"Ten \\\"percent\\\"\"}");
    policy.offer_ends_at = 1796083200000; /* 2026-12-01 */
    return policy;
}

static void an_offer_is_made_while_it_is_on_not_over_and_has_words(void **state)
{
    static const struct {
        bool on;
        int64_t ends_in; /* TIME_NONE: open */
        const char *texts, *language;
        bool made;
    } rows[] = {
        {true, 1, "{\"en\":\"Ten off\"}", "en", true},
        {true, TIME_NONE, "{\"en\":\"Ten off\"}", "en", true},
        {false, TIME_NONE, "{\"en\":\"Ten off\"}", "en", false},
        {true, 0, "{\"en\":\"Ten off\"}", "en", false},
        {true, -1, "{\"en\":\"Ten off\"}", "en", false},
        {true, 1, "{\"en\":\"Ten off\"}", "de", false},
        {true, 1, "{}", "en", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct policy policy;
        policy_default(&policy, STR("0123456789abcdef"));
        policy.offer_on = rows[i].on;
        policy.offer_texts = str_of(rows[i].texts);
        policy.offer_ends_at = rows[i].ends_in == TIME_NONE ? TIME_NONE : 1000 + rows[i].ends_in;
        assert_int_equal(offer_is_made(&policy, str_of(rows[i].language), 1000), rows[i].made);
    }
}

/* Of 4,000 episodes about half; within five standard errors of a fair coin (158). */
static void a_random_half_gets_it_and_keeps_it(void **state)
{
    (void)state;
    struct arena arena = {0};
    int with = 0, moved = 0;
    for (int i = 0; i < 4000; i++) {
        struct str id = arena_printf(&arena, "client-%d~order-%d", i % 977, i);
        enum episode_offer first = offer_draw(STR("0123456789abcdef"), id);
        assert_true(first == OFFER_WITH || first == OFFER_WITHOUT);
        assert_int_equal(offer_draw(STR("0123456789abcdef"), id), first);
        with += first == OFFER_WITH;
        moved += offer_draw(STR("fedcba9876543210"), id) != first;
    }
    assert_in_range(with, 2000 - 158, 2000 + 158);
    assert_in_range(moved, 2000 - 158, 2000 + 158);
    arena_clear(&arena);
}

static void what_an_email_keeps_reads_back(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct policy policy = policy_with_offer();
    struct offer offer;
    struct str kept = offer_to_json(&policy, STR("en"), STR("BACK-10"), &arena);
    assert_string_equal(kept.ptr,
                        "{\"text\":\"Ten \\\"percent\\\"\",\"code\":\"BACK-10\",\"ends_at\":\"2026-12-01T00:00:00Z\"}");
    assert_int_equal(offer_from_json(kept, &arena, &offer), RC_OK);
    assert_string_equal(offer.text.ptr, "Ten \"percent\"");
    assert_string_equal(offer.code.ptr, "BACK-10");
    assert_true(offer.ends_at == 1796083200000);
    policy.offer_ends_at = TIME_NONE;
    kept = offer_to_json(&policy, STR("de"), STR_NONE, &arena);
    assert_int_equal(offer_from_json(kept, &arena, &offer), RC_OK);
    assert_string_equal(offer.text.ptr, "Zehn Prozent");
    assert_true(str_is_none(offer.code));
    assert_true(offer.ends_at == TIME_NONE);
    arena_clear(&arena);
}

static void what_is_no_offer_is_told_apart_from_none(void **state)
{
    static const struct {
        const char *json;
        enum rc rc;
    } rows[] = {{"", RC_NOT_FOUND},
                {"{}", RC_CORRUPT},
                {"[]", RC_CORRUPT},
                {"{\"text\":3}", RC_CORRUPT},
                {"{\"text\":\"a\",\"ends_at\":\"soon\"}", RC_CORRUPT},
                {"{\"text\":\"a\"", RC_CORRUPT},
                {"{\"text\":\"a\"}", RC_OK}};
    (void)state;
    struct arena arena = {0};
    struct offer offer;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(offer_from_json(str_of(rows[i].json), &arena, &offer), rows[i].rc);
    assert_int_equal(offer_from_json(STR_NONE, &arena, &offer), RC_NOT_FOUND);
    arena_clear(&arena);
}

static void what_was_printed_holds_until_its_end_or_the_policys(void **state)
{
    static const struct {
        int64_t printed, policy; /* ends */
        bool on, holds;
    } rows[] = {{TIME_NONE, TIME_NONE, true, true}, {1001, 1001, true, true},       {1000, 2000, true, false},
                {2000, 1000, true, false},          {TIME_NONE, 1000, true, false}, {2000, 2000, false, false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct policy policy = policy_with_offer();
        struct offer printed = {.text = STR("Ten off"), .ends_at = rows[i].printed};
        policy.offer_on = rows[i].on;
        policy.offer_ends_at = rows[i].policy;
        assert_int_equal(offer_holds(&printed, &policy, 1000), rows[i].holds);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_offer_is_made_while_it_is_on_not_over_and_has_words),
        cmocka_unit_test(a_random_half_gets_it_and_keeps_it),
        cmocka_unit_test(what_an_email_keeps_reads_back),
        cmocka_unit_test(what_was_printed_holds_until_its_end_or_the_policys),
        cmocka_unit_test(what_is_no_offer_is_told_apart_from_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/policy.c and core/policy_json.c. */
#include "core/policy.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct str wrong(struct str text, struct policy *policy, struct arena *arena)
{
    struct json *document = NULL;
    struct json_error error;
    struct problems problems = {.count = 0};
    struct str said = STR("");
    assert_int_equal(json_parse(text, &document, &error), RC_OK);
    enum rc rc = policy_from_json(document, arena, policy, &problems);
    assert_int_equal(rc, problems.count ? RC_INVALID : RC_OK);
    for (size_t i = 0; i < problems.count; i++)
        said = arena_printf(arena, "%.*s%s%s %s", STR_ARG(said), i ? "; " : "", problems.items[i].pointer.ptr,
                            problems.items[i].rule.ptr);
    json_free(document);
    return said;
}

static struct str text_of(const struct policy *policy, struct arena *arena)
{
    struct buf buf = {0};
    struct json_out out;
    json_out_init(&out, &buf);
    policy_to_json(policy, &out);
    struct str text = arena_str(arena, buf_str(&buf));
    buf_clear(&buf);
    return text;
}

static void the_defaults_are_those_of_a_new_shop(void **state)
{
    (void)state;
    struct policy policy;
    policy_default(&policy, STR("00ff"));
    assert_false(policy.drafting);
    assert_true(policy.threshold >= 50 && policy.threshold <= 50);
    assert_true(policy.holdout_share >= 0.2 && policy.holdout_share <= 0.2);
    assert_int_equal(policy.daily_episodes, 50);
    assert_int_equal(policy.max_in_review, 200);
    assert_int_equal(policy.review_days, 7);
    assert_int_equal(policy.cap_days, 30);
    assert_int_equal(policy.quiet_from, 1260);
    assert_int_equal(policy.quiet_to, 480);
    assert_int_equal(policy.feed_max_age_hours, 24);
    assert_int_equal(policy.backlog_max_silence_days, 548);
    assert_true(isnan(policy.gross_margin));
    assert_int_equal(policy.client_drafts, 5);
    assert_int_equal(policy.brand_language.len, 0);
    assert_false(policy.offer_on);
    assert_int_equal(policy.version, 0);
}

static const struct {
    const char *text, *wrong;
} ROWS[] = {
    {"{}", ""},
    {"[]", " type"},
    {"{\"drafting\":\"on\",\"version\":9}", ""},
    {"{\"drafting\":true}", "/drafting enum"},
    {"{\"threshold\":9.9}", "/threshold range"},
    {"{\"threshold\":90}", ""},
    {"{\"threshold\":\"50\"}", "/threshold type"},
    {"{\"detector\":{\"half_life_days\":29}}", "/detector/half_life_days range"},
    {"{\"detector\":{\"base_days\":90}}", "/detector/base_days unknown"},
    {"{\"detector\":{\"rhythm_power\":0.51,\"fade_gaps\":3}}",
     "/detector/rhythm_power range; /detector/fade_gaps range"},
    {"{\"detector\":5}", "/detector type"},
    {"{\"detector\":{\"kind\":\"chance\",\"chance\":0.001}}", ""},
    {"{\"detector\":{\"kind\":\"luck\",\"chance\":0.91}}", "/detector/kind enum; /detector/chance range"},
    {"{\"detector\":{\"kind\":1,\"frequency_days\":30}}", "/detector/kind enum; /detector/frequency_days unknown"},
    {"{\"usual_gap_days\":null,\"costs\":{\"review_hour_minor\":null,\"email_minor\":0.25}}", ""},
    {"{\"usual_gap_days\":0.5,\"costs\":{\"review_hour_minor\":-1,\"email_minor\":\"1\",\"rent\":1}}",
     "/usual_gap_days range; /costs/review_hour_minor range; /costs/email_minor type; /costs/rent unknown"},
    {"{\"costs\":null}", "/costs type"},
    {"{\"detector.fade_gaps\":5}", "/detector.fade_gaps unknown"},
    {"{\"daily_episodes\":1.5}", "/daily_episodes type"},
    {"{\"daily_episodes\":-1}", "/daily_episodes range"},
    {"{\"holdout_share\":0.6}", "/holdout_share range"},
    {"{\"holdout_salt\":\"short\"}", "/holdout_salt length"},
    {"{\"approval\":{\"mode\":\"auto\"}}", "/approval/mode enum"},
    {"{\"approval\":{\"four_eyes\":1,\"a/b\":2}}", "/approval/four_eyes type; /approval/a~1b unknown"},
    {"{\"quiet_hours\":{\"from\":\"24:00\",\"to\":\"8:00\"}}", "/quiet_hours/from pattern; /quiet_hours/to pattern"},
    {"{\"quiet_hours\":{\"from\":\"-1:30\",\"to\":\"08:-1\"}}", "/quiet_hours/from pattern; /quiet_hours/to pattern"},
    {"{\"quiet_hours\":{\"from\":\"00:00\",\"to\":\"23:59\"}}", ""},
    {"{\"quiet_hours\":{\"from\":1260}}", "/quiet_hours/from pattern"},
    {"{\"brand\":{\"tone\":\"a\\nb\"}}", "/brand/tone control"},
    {"{\"brand\":{\"example\":\"a\\nb\"}}", ""},
    {"{\"brand\":{\"example\":\"a\\tb\"}}", "/brand/example control"},
    {"{\"brand\":{\"sign_offs\":[]}}", "/brand/sign_offs length"},
    {"{\"brand\":{\"banned_phrases\":[\"a\",\"\",3]}}", "/brand/banned_phrases/1 length; /brand/banned_phrases/2 type"},
    {"{\"brand\":{\"competitors\":\"x\"}}", "/brand/competitors type"},
    {"{\"offer\":{}}", ""},
    {"{\"offer\":{\"percent\":10}}", "/offer/percent unknown"},
    {"{\"offer\":null}", "/offer type"},
    {"{\"offer\":{\"on\":true,\"texts\":{\"en\":\"10 % off your next order\"}}}", ""},
    {"{\"offer\":{\"on\":false,\"texts\":{},\"codes\":\"none\",\"code\":\"\",\"ends_at\":null,\"cost_minor\":null}}",
     ""},
    {"{\"offer\":{\"on\":true}}", "/offer/texts required"},
    {"{\"offer\":{\"on\":\"on\"}}", "/offer/on type"},
    {"{\"offer\":{\"texts\":[]}}", "/offer/texts type"},
    {"{\"offer\":{\"texts\":{\"xx\":\"Ten off\",\"en\":3}}}", "/offer/texts/xx language; /offer/texts/en type"},
    {"{\"offer\":{\"texts\":{\"en\":\"\"}}}", "/offer/texts/en length"},
    {"{\"offer\":{\"texts\":{\"en\":\"a\\nb\"}}}", "/offer/texts/en control"},
    {"{\"offer\":{\"texts\":{\"en\":\"a\u202eb\"}}}", "/offer/texts/en control"},
    {"{\"offer\":{\"texts\":{\"en\":\"See https://evil.example now\"}}}", "/offer/texts/en link"},
    {"{\"offer\":{\"texts\":{\"en\":\"Write to a@b.example\"}}}", "/offer/texts/en link"},
    {"{\"offer\":{\"texts\":{\"en\":\"<b>10 %</b> off\"}}}", "/offer/texts/en markup"},
    {"{\"offer\":{\"texts\":{\"en\":\"Ten off, {{name}}\"}}}", "/offer/texts/en markup"},
    {"{\"offer\":{\"codes\":\"fixed\",\"code\":\"COME-BACK_10\"}}", ""},
    {"{\"offer\":{\"codes\":\"fixed\"}}", "/offer/code required"},
    {"{\"offer\":{\"codes\":\"one_time\",\"code\":\"BACK10\"}}", "/offer/code unused"},
    {"{\"offer\":{\"code\":\"BACK10\"}}", "/offer/code unused"},
    {"{\"offer\":{\"codes\":\"many\",\"code\":\"a b\"}}", "/offer/codes enum; /offer/code code"},
    {"{\"offer\":{\"codes\":\"fixed\",\"code\":\"ab\"}}", "/offer/code code"},
    {"{\"offer\":{\"codes\":\"fixed\",\"code\":3}}", "/offer/code type"},
    {"{\"offer\":{\"ends_at\":\"2026-12-01\"}}", "/offer/ends_at instant"},
    {"{\"offer\":{\"ends_at\":5}}", "/offer/ends_at instant"},
    {"{\"offer\":{\"cost_minor\":-1}}", "/offer/cost_minor range"},
    {"{\"offer\":{\"cost_minor\":\"5\"}}", "/offer/cost_minor type"},
    {"{\"brand\":{\"language\":\"en\"},\"client_drafts\":1}", ""},
    {"{\"brand\":{\"language\":\"\"},\"client_drafts\":51}", "/client_drafts range"},
    {"{\"brand\":{\"language\":\"xx\"},\"client_drafts\":0}", "/brand/language language; /client_drafts range"},
    {"{\"brand\":{\"language\":null}}", "/brand/language type"},
    {"{\"gross_margin\":null}", ""},
    {"{\"gross_margin\":1.1}", "/gross_margin range"},
    {"{\"retention\":{\"changes_days\":0}}", "/retention/changes_days range"},
    {"{\"colour\":1,\"brand\":{\"logo\":1}}", "/colour unknown; /brand/logo unknown"},
};

static void every_fault_is_named(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct policy policy;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        struct str said = wrong(str_of(ROWS[i].text), &policy, &arena);
        if (strcmp(said.ptr, ROWS[i].wrong) != 0)
            print_error("%s\n", ROWS[i].text);
        assert_string_equal(said.ptr, ROWS[i].wrong);
    }
    arena_clear(&arena);
}

static void what_is_written_reads_back_the_same(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct policy policy, back;
    policy_default(&policy, STR("0123456789abcdef"));
    policy.drafting = true;
    policy.threshold = 42.5;
    policy.quiet_from = 65;
    policy.gross_margin = 0.4;
    policy.four_eyes = true;
    policy.brand_banned = STR("[\"last chance\",\"\xe2\x82\xac\"]");
    policy.brand_example = STR("Hello\n\nA line \"quoted\"");
    policy.detector.base_days = 60;
    policy.detector.frequency_days = 20;
    policy.detector.kind = DETECTOR_CHANCE;
    policy.detector.chance = 0.125;
    policy.usual_gap_days = 400;
    policy.email_minor = 0.1;
    policy.brand_language = STR("en");
    policy.client_drafts = 7;
    policy.offer_on = true;
    policy.offer_texts = STR("{\"en\":\"10 % off, \\\"for you\\\"\"}");
    policy.offer_code = STR("BACK-10");
    policy.offer_ends_at = 1796083200000;
    policy.offer_cost_minor = 250;
    struct str text = text_of(&policy, &arena);
    assert_string_equal(wrong(text, &back, &arena).ptr, "");
    assert_string_equal(text_of(&back, &arena).ptr, text.ptr);
    assert_true(back.detector.frequency_days >= 20 && back.detector.frequency_days <= 20);
    assert_non_null(strstr(text.ptr, "\"quiet_hours\":{\"from\":\"01:05\",\"to\":\"08:00\"}"));
    assert_non_null(strstr(text.ptr, "\"drafting\":\"on\""));
    assert_non_null(strstr(text.ptr, "\"offer\":{\"on\":true,\"texts\":{\"en\":\"10 % off, \\\"for you\\\"\"},"
                                     "\"codes\":\"fixed\",\"code\":\"BACK-10\",\"ends_at\":\"2026-12-01T00:00:00Z\","
                                     "\"cost_minor\":250"));
    arena_clear(&arena);
}

static void a_policy_to_save_must_be_whole(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct policy policy;
    struct json *document = NULL;
    struct json_error error;
    struct problems problems = {.count = 0};
    policy_default(&policy, STR("0123456789abcdef"));
    assert_int_equal(json_parse(text_of(&policy, &arena), &document, &error), RC_OK);
    assert_int_equal(policy_check_complete(document, &arena, &problems), RC_OK);
    json_free(document);
    /* as it was before the detector had kinds */
    const struct str OLD = STR("\"kind\":\"score\",");
    struct str whole = text_of(&policy, &arena);
    const char *kind = strstr(whole.ptr, OLD.ptr);
    assert_non_null(kind);
    struct str old = arena_printf(&arena, "%.*s%s", (int)(kind - whole.ptr), whole.ptr, kind + OLD.len);
    assert_int_equal(json_parse(old, &document, &error), RC_OK);
    assert_int_equal(policy_check_complete(document, &arena, &problems), RC_OK);
    json_free(document);
    /* an offer is whole or not named */
    struct str cut = STR("\"codes\":\"none\",");
    const char *codes = strstr(whole.ptr, cut.ptr);
    assert_non_null(codes);
    old = arena_printf(&arena, "%.*s%s", (int)(codes - whole.ptr), whole.ptr, codes + cut.len);
    assert_int_equal(json_parse(old, &document, &error), RC_OK);
    assert_int_equal(policy_check_complete(document, &arena, &problems), RC_INVALID);
    assert_string_equal(problems.items[0].pointer.ptr, "/offer/codes");
    assert_int_equal(problems.count, 1);
    json_free(document);
    problems.count = 0;
    assert_int_equal(json_parse(STR("{\"detector\":{\"half_life_days\":90}}"), &document, &error), RC_OK);
    assert_int_equal(policy_check_complete(document, &arena, &problems), RC_INVALID);
    assert_string_equal(problems.items[0].pointer.ptr, "/drafting");
    assert_string_equal(problems.items[2].pointer.ptr, "/detector/rhythm_power");
    json_free(document);
    arena_clear(&arena);
}

static void what_a_caller_does_not_know_of_stays_in_force(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct policy in_force, policy;
    struct json *document = NULL;
    struct json_error error;
    policy_default(&in_force, STR("0123456789abcdef"));
    in_force.threshold = 40;
    in_force.detector.kind = DETECTOR_RFM;
    in_force.detector.chance = 0.2;
    in_force.usual_gap_days = 7;
    in_force.review_hour_minor = 3200;
    in_force.email_minor = 0.5;
    policy_default(&policy, STR("0123456789abcdef"));
    assert_int_equal(
        json_parse(STR("{\"detector\":{\"half_life_days\":90},\"costs\":{\"email_minor\":null}}"), &document, &error),
        RC_OK);
    in_force.brand_language = STR("en");
    in_force.client_drafts = 9;
    policy_keep(document, &in_force, &arena, &policy);
    json_free(document);
    assert_string_equal(policy.brand_language.ptr, "en");
    assert_int_equal(policy.client_drafts, 9);
    assert_int_equal(policy.detector.kind, DETECTOR_RFM);
    assert_true(policy.detector.chance >= 0.2 && policy.detector.chance <= 0.2);
    assert_true(policy.usual_gap_days >= 7 && policy.usual_gap_days <= 7);
    assert_true(policy.review_hour_minor >= 3200 && policy.review_hour_minor <= 3200);
    assert_true(isnan(policy.email_minor)); /* named, so it is as it was read */
    assert_true(policy.threshold >= 50);    /* no member that may be left out */
    arena_clear(&arena);
}

/* Whose program knows of no offer says {} or nothing; whose form has one says all of it. */
static void an_offer_stays_in_force_until_it_is_named(void **state)
{
    static const struct {
        const char *body;
        bool kept;
    } rows[] = {{"{}", true}, {"{\"offer\":{}}", true}, {"{\"offer\":{\"on\":false}}", false}};
    (void)state;
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct policy in_force, policy;
        struct json *document = NULL;
        struct json_error error;
        struct problems problems = {.count = 0};
        policy_default(&in_force, STR("0123456789abcdef"));
        in_force.offer_on = in_force.offer_one_time = true;
        in_force.offer_texts = STR("{\"en\":\"Ten off\"}");
        in_force.offer_ends_at = 5;
        in_force.offer_cost_minor = 300;
        assert_int_equal(json_parse(str_of(rows[i].body), &document, &error), RC_OK);
        assert_int_equal(policy_from_json(document, &arena, &policy, &problems), RC_OK);
        policy_keep(document, &in_force, &arena, &policy);
        json_free(document);
        assert_int_equal(policy.offer_on, rows[i].kept);
        assert_int_equal(policy.offer_one_time, rows[i].kept);
        assert_string_equal(policy.offer_texts.ptr, rows[i].kept ? "{\"en\":\"Ten off\"}" : "{}");
        assert_true(policy.offer_ends_at == (rows[i].kept ? 5 : TIME_NONE));
        assert_int_equal(isnan(policy.offer_cost_minor), !rows[i].kept);
    }
    arena_clear(&arena);
}

static void a_member_is_read_over_what_is_there(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct policy policy;
    struct json *value = NULL;
    struct json_error error;
    struct problems problems = {.count = 0};
    policy_default(&policy, STR("0123456789abcdef"));
    policy.detector.fade_gaps = 8;
    assert_int_equal(json_parse(STR("{\"half_life_days\":60}"), &value, &error), RC_OK);
    assert_int_equal(policy_member_from_json(STR("detector"), value, &arena, &policy, &problems), RC_OK);
    json_free(value);
    assert_true(policy.detector.base_days >= 60 && policy.detector.base_days <= 60);
    assert_true(policy.detector.frequency_days >= 20 && policy.detector.frequency_days <= 20);
    assert_true(policy.detector.fade_gaps >= 8 && policy.detector.fade_gaps <= 8);
    assert_int_equal(json_parse(STR("91"), &value, &error), RC_OK);
    assert_int_equal(policy_member_from_json(STR("threshold"), value, &arena, &policy, &problems), RC_INVALID);
    assert_string_equal(problems.items[0].pointer.ptr, "/threshold");
    json_free(value);
    arena_clear(&arena);
}

static void a_period_is_what_defines_the_experiment(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct policy a, b;
    policy_default(&a, STR("0123456789abcdef"));
    b = a;
    b.daily_episodes = 3;
    b.brand_tone = STR("other");
    assert_true(str_equal(policy_period(&a, &arena), policy_period(&b, &arena)));
    b.threshold = 50.000001;
    assert_false(str_equal(policy_period(&a, &arena), policy_period(&b, &arena)));
    b = a;
    b.holdout_share = 0.1;
    assert_false(str_equal(policy_period(&a, &arena), policy_period(&b, &arena)));
    b = a;
    b.detector.fade_gaps = 7;
    assert_false(str_equal(policy_period(&a, &arena), policy_period(&b, &arena)));
    b = a;
    b.detector.kind = DETECTOR_RFM;
    assert_false(str_equal(policy_period(&a, &arena), policy_period(&b, &arena)));
    b = a;
    b.detector.chance = 0.06;
    assert_false(str_equal(policy_period(&a, &arena), policy_period(&b, &arena)));
    b = a;
    b.offer_texts = STR("{\"en\":\"Ten off\"}");
    assert_true(str_equal(policy_period(&a, &arena), policy_period(&b, &arena))); /* it is not on */
    b.offer_on = true;
    assert_false(str_equal(policy_period(&a, &arena), policy_period(&b, &arena)));
    struct policy c = b;
    c.offer_ends_at = 5;
    c.offer_cost_minor = 100;
    assert_true(str_equal(policy_period(&c, &arena), policy_period(&b, &arena)));
    c.offer_texts = STR("{\"en\":\"Twenty off\"}");
    assert_false(str_equal(policy_period(&c, &arena), policy_period(&b, &arena)));
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_defaults_are_those_of_a_new_shop),
        cmocka_unit_test(every_fault_is_named),
        cmocka_unit_test(what_is_written_reads_back_the_same),
        cmocka_unit_test(a_policy_to_save_must_be_whole),
        cmocka_unit_test(what_a_caller_does_not_know_of_stays_in_force),
        cmocka_unit_test(an_offer_stays_in_force_until_it_is_named),
        cmocka_unit_test(a_member_is_read_over_what_is_there),
        cmocka_unit_test(a_period_is_what_defines_the_experiment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/eligible.c: every rule stops a mail by its own name, at the right moment, and quiet hours end in time. */
#include "core/eligible.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "core/record.h"

#define NOON 1795521600000 /* 2026-11-24T12:00:00Z */

/* A client who may be mailed, and all around it. */
struct world {
    struct client client;
    struct person person;
    struct policy policy;
    struct eligible_input input;
};

static void fill(struct world *world)
{
    client_init_bare(&world->client, STR("c1"), 0);
    world->client.email = STR("maya@example.com");
    world->client.consent_status = CONSENT_SUBSCRIBED;
    record_init(RECORD_PERSON, &world->person);
    policy_default(&world->policy, STR("00"));
    world->input = (struct eligible_input){.client = &world->client,
                                           .person = &world->person,
                                           .policy = &world->policy,
                                           .drafted_at = TIME_NONE,
                                           .now_ms = NOON};
}

static void no_email(struct world *w) { w->client.email = STR_NONE; }
static void bad_email(struct world *w) { w->client.email = STR("maya@localhost"); }
static void unknown(struct world *w) { w->client.consent_status = CONSENT_UNKNOWN; }
static void unsubscribed(struct world *w) { w->client.consent_status = CONSENT_UNSUBSCRIBED; }
static void paused(struct world *w) { w->client.consent_status = CONSENT_PAUSED; }
static void paused_on(struct world *w) { paused(w), w->client.consent_until = NOON + 1; }
static void paused_over(struct world *w) { paused(w), w->client.consent_until = NOON; }
static void expired(struct world *w) { w->client.consent_until = NOON; }
static void not_expired(struct world *w) { w->client.consent_until = NOON + 1; }
static void objected(struct world *w) { w->client.profiling = PROFILING_OBJECTED; }
static void suppressed(struct world *w) { w->input.suppressed = true; }
static void erased(struct world *w) { w->input.erased = true; }
static void mailed(struct world *w) { w->person.last_email_at = NOON - 30 * TIME_DAY_MS + 1; }
static void admitted(struct world *w) { w->person.contact_at = NOON - 30 * TIME_DAY_MS + 1; }
static void admitted_long_ago(struct world *w) { w->person.contact_at = NOON - 30 * TIME_DAY_MS; }
static void admitted_forced(struct world *w) { admitted(w), w->input.forced = true; }
static void admitted_rehearsal(struct world *w) { admitted(w), w->input.rehearsal = true; }
static void mailed_long_ago(struct world *w) { w->person.last_email_at = NOON - 30 * TIME_DAY_MS; }
static void mailed_forced(struct world *w) { mailed(w), w->input.forced = true; }
static void mailed_rehearsal(struct world *w) { mailed(w), w->input.rehearsal = true; }
static void nobody(struct world *w) { w->input.person = NULL; }
static void polish(struct world *w) { w->client.locale = STR("pl-PL"); }
static void polish_with_stand_in(struct world *w) { polish(w), w->policy.brand_language = STR("en"); }
static void polish_with_unspoken_stand_in(struct world *w) { polish(w), w->policy.brand_language = STR("cs"); }
static void english(struct world *w) { w->client.locale = STR("EN_gb"); }
static void enets(struct world *w) { w->client.locale = STR("enf"); }
static void ordered(struct world *w) { w->input.ordered_since = true; }
static void old_draft(struct world *w) { w->input.drafted_at = NOON - 7 * TIME_DAY_MS - 1; }
static void week_old_draft(struct world *w) { w->input.drafted_at = NOON - 7 * TIME_DAY_MS; }
static void killed(struct world *w) { w->input.kill_switch = true; }
static void stale(struct world *w) { w->input.feed_stale = true; }
static void forced_unknown(struct world *w) { unknown(w), w->input.forced = true; }
static void forced_suppressed(struct world *w) { suppressed(w), w->input.forced = true; }
static void braked(struct world *w) { w->input.brake = true; }
static void soft(struct world *w) { w->client.consent_basis = CONSENT_BASIS_SOFT_OPT_IN; }
static void soft_of(struct world *w, const char *country, int64_t days)
{
    soft(w);
    w->client.country = str_of(country);
    w->input.last_order_at = NOON - days * TIME_DAY_MS;
}
static void soft_german(struct world *w) { soft_of(w, "DE", 2000); }
static void soft_canadian(struct world *w) { soft_of(w, "CA", 729); }
static void soft_canadian_late(struct world *w) { soft_of(w, "CA", 730); }
static void soft_canadian_forced(struct world *w) { soft_canadian_late(w), w->input.forced = true; }
static void soft_brazilian(struct world *w) { soft_of(w, "BR", 10); }
static void soft_german_shop(struct world *w) { soft(w), w->policy.shop_country = STR("DE"); }
static void soft_brazilian_german_shop(struct world *w) { soft_brazilian(w), w->policy.shop_country = STR("DE"); }
static void soft_canadian_shop(struct world *w) { soft_canadian_late(w), w->policy.shop_country = STR("DE"); }
static void explicit_brazilian(struct world *w) { soft_brazilian(w), w->client.consent_basis = CONSENT_BASIS_EXPLICIT; }
static void explicit_canadian(struct world *w)
{
    soft_canadian_late(w);
    w->client.consent_basis = CONSENT_BASIS_EXPLICIT;
}
/* The end of a pause is no end of the consent, and the other way round. */
static void canadian_on_pause(struct world *w) { soft_canadian(w), paused_on(w); }
static void canadian_after_pause(struct world *w) { soft_canadian(w), paused_over(w); }
static void late_canadian_after_pause(struct world *w) { soft_canadian_late(w), paused_over(w); }
static void brazilian_after_pause(struct world *w) { soft_brazilian(w), paused_over(w); }
static void nothing(struct world *w) { (void)w; }

enum { DUE = 1, WAIT = 2, SEND = 4, ALL = 7 };

static const struct {
    void (*change)(struct world *world);
    const char *rule;
    unsigned when; /* at which of the three moments it stops */
    enum eligible_verdict verdict;
} ROWS[] = {
    {nothing, "", 0, ELIGIBLE_YES},
    {no_email, "no_address", ALL, ELIGIBLE_NO},
    {bad_email, "no_address", ALL, ELIGIBLE_NO},
    {unknown, "consent_unknown", ALL, ELIGIBLE_NO},
    {unsubscribed, "consent_unsubscribed", ALL, ELIGIBLE_NO},
    {paused, "consent_paused", ALL, ELIGIBLE_NO},
    {paused_on, "consent_paused", ALL, ELIGIBLE_NO},
    {paused_over, "", 0, ELIGIBLE_YES},
    {canadian_on_pause, "consent_paused", ALL, ELIGIBLE_NO},
    {canadian_after_pause, "", 0, ELIGIBLE_YES},
    {late_canadian_after_pause, "consent_expired", ALL, ELIGIBLE_NO},
    {brazilian_after_pause, "consent_country", ALL, ELIGIBLE_NO},
    {expired, "consent_expired", ALL, ELIGIBLE_NO},
    {not_expired, "", 0, ELIGIBLE_YES},
    {objected, "objected", ALL, ELIGIBLE_NO},
    {suppressed, "suppressed", ALL, ELIGIBLE_NO},
    {erased, "erased", ALL, ELIGIBLE_NO},
    {mailed, "capped", WAIT | SEND, ELIGIBLE_NO}, /* only the treated are: the due moment must not see it */
    {admitted, "capped", DUE, ELIGIBLE_NO},       /* both arms are */
    {admitted_long_ago, "", 0, ELIGIBLE_YES},
    {admitted_forced, "", 0, ELIGIBLE_YES},
    {admitted_rehearsal, "", 0, ELIGIBLE_YES},
    {mailed_long_ago, "", 0, ELIGIBLE_YES},
    {mailed_forced, "", 0, ELIGIBLE_YES},
    {mailed_rehearsal, "", 0, ELIGIBLE_YES},
    {nobody, "", 0, ELIGIBLE_YES},
    {polish, "locale", ALL, ELIGIBLE_NO},
    {polish_with_stand_in, "", 0, ELIGIBLE_YES},
    {polish_with_unspoken_stand_in, "locale", ALL, ELIGIBLE_NO},
    {english, "", 0, ELIGIBLE_YES},
    {enets, "locale", ALL, ELIGIBLE_NO},
    {ordered, "ordered_since", SEND, ELIGIBLE_NO},
    {old_draft, "draft_too_old", SEND, ELIGIBLE_NO},
    {week_old_draft, "", 0, ELIGIBLE_YES},
    {killed, "kill_switch", SEND, ELIGIBLE_HOLD},
    {stale, "feed_stale", SEND, ELIGIBLE_HOLD},
    {braked, "brake", SEND, ELIGIBLE_HOLD},
    {soft, "consent_country", ALL, ELIGIBLE_NO},
    {soft_german, "", 0, ELIGIBLE_YES},
    {soft_canadian, "", 0, ELIGIBLE_YES},
    {soft_canadian_late, "consent_expired", ALL, ELIGIBLE_NO},
    {soft_canadian_forced, "consent_expired", ALL, ELIGIBLE_NO},
    {soft_brazilian, "consent_country", ALL, ELIGIBLE_NO},
    {soft_german_shop, "", 0, ELIGIBLE_YES},
    {soft_brazilian_german_shop, "consent_country", ALL, ELIGIBLE_NO},
    {soft_canadian_shop, "consent_expired", ALL, ELIGIBLE_NO},
    {explicit_brazilian, "", 0, ELIGIBLE_YES},
    {explicit_canadian, "", 0, ELIGIBLE_YES},
    {forced_unknown, "consent_unknown", ALL, ELIGIBLE_NO},
    {forced_suppressed, "suppressed", ALL, ELIGIBLE_NO},
};

static void every_rule_stops_by_its_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        struct world world;
        fill(&world);
        ROWS[i].change(&world);
        const struct eligible_answer answers[] = {eligible_at_due(&world.input), eligible_to_wait(&world.input),
                                                  eligible_to_send(&world.input, STR("UTC"))};
        for (unsigned moment = 0; moment < 3; moment++) {
            bool stops = ROWS[i].when & 1u << moment;
            assert_string_equal(answers[moment].rule, stops ? ROWS[i].rule : "");
            assert_int_equal(answers[moment].verdict, stops ? ROWS[i].verdict : ELIGIBLE_YES);
        }
    }
}

/* Whatever became of an admission, both arms are asked the same next time. */
static void what_only_the_treated_have_does_not_matter_at_the_due_moment(void **state)
{
    (void)state;
    for (int days = 0; days < 60; days++) {
        struct world treated, holdout;
        fill(&treated);
        fill(&holdout);
        treated.person.contact_at = holdout.person.contact_at = NOON - days * TIME_DAY_MS;
        treated.person.last_email_at = NOON - days * TIME_DAY_MS / 2; /* approved and sent later */
        assert_string_equal(eligible_at_due(&treated.input).rule, eligible_at_due(&holdout.input).rule);
    }
}

static void mailable_is_what_the_client_alone_says(void **state)
{
    (void)state;
    const char *const of_client[] = {"no_address",     "consent_unknown", "consent_unsubscribed",
                                     "consent_paused", "consent_country", "consent_expired",
                                     "locale"};
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        struct world world;
        bool expected = true;
        fill(&world);
        ROWS[i].change(&world);
        for (size_t k = 0; k < sizeof(of_client) / sizeof(of_client[0]); k++)
            expected = expected && strcmp(of_client[k], ROWS[i].rule) != 0;
        assert_int_equal(eligible_mailable(&world.client, &world.policy, world.input.last_order_at, NOON), expected);
    }
}

static void a_stop_for_good_comes_before_a_hold(void **state)
{
    (void)state;
    struct world world;
    fill(&world);
    killed(&world);
    stale(&world);
    ordered(&world);
    assert_string_equal(eligible_to_send(&world.input, STR("UTC")).rule, "ordered_since");
}

static void expect_quiet(const char *zone, const char *now, const char *until)
{
    struct world world;
    int64_t at = TIME_NONE;
    fill(&world);
    world.client.time_zone = str_of(zone);
    assert_int_equal(time_from_text(str_of(now), &world.input.now_ms), RC_OK);
    struct eligible_answer answer = eligible_to_send(&world.input, STR("Europe/Stockholm"));
    if (!until) {
        assert_int_equal(answer.verdict, ELIGIBLE_YES);
        return;
    }
    assert_int_equal(time_from_text(str_of(until), &at), RC_OK);
    assert_string_equal(answer.rule, "quiet_hours");
    assert_int_equal(answer.verdict, ELIGIBLE_LATER);
    assert_int_equal(answer.until, at);
}

static void quiet_hours_are_the_clients_own(void **state)
{
    (void)state;
    /* 21:00 to 08:00 */
    expect_quiet(NULL, "2026-11-24T19:59:59Z", NULL); /* the shop's zone: 20:59 */
    expect_quiet(NULL, "2026-11-24T20:00:00Z", "2026-11-25T07:00:00Z");
    expect_quiet(NULL, "2026-11-25T06:59:59Z", "2026-11-25T07:00:00Z");
    expect_quiet(NULL, "2026-11-25T07:00:00Z", NULL);
    expect_quiet("America/New_York", "2026-11-25T07:00:00Z", "2026-11-25T13:00:00Z");
    expect_quiet("Asia/Kolkata", "2026-11-24T18:00:00Z", "2026-11-25T02:30:00Z");
    /* over a change of clocks: 2026-03-29 and 2026-10-25 in Europe */
    expect_quiet("Europe/Berlin", "2026-03-28T21:00:00Z", "2026-03-29T06:00:00Z");
    expect_quiet("Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T06:00:00Z");
    expect_quiet("Europe/Berlin", "2026-10-24T21:00:00Z", "2026-10-25T07:00:00Z");
    expect_quiet("Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-25T07:00:00Z");
}

static void quiet_hours_always_end_and_never_in_quiet(void **state)
{
    (void)state;
    static const char *const zones[] = {"Europe/Berlin",     "America/New_York", "Australia/Lord_Howe",
                                        "America/Sao_Paulo", "Asia/Kathmandu",   "Pacific/Apia"};
    static const int64_t hours[][2] = {{1260, 480}, {0, 360}, {60, 200}, {1439, 1}, {720, 719}};
    for (size_t z = 0; z < sizeof(zones) / sizeof(zones[0]); z++)
        for (size_t h = 0; h < sizeof(hours) / sizeof(hours[0]); h++)
            for (int step = 0; step < 400; step++) {
                struct world world;
                fill(&world);
                world.client.time_zone = str_of(zones[z]);
                world.policy.quiet_from = hours[h][0];
                world.policy.quiet_to = hours[h][1];
                world.input.now_ms = NOON + step * (22 * TIME_HOUR_MS + 17 * TIME_MINUTE_MS);
                for (int tries = 0;; tries++) {
                    struct eligible_answer answer = eligible_to_send(&world.input, STR("UTC"));
                    if (answer.verdict == ELIGIBLE_YES)
                        break;
                    assert_true(tries < 2); /* a second look only where the minute did not exist */
                    assert_true(answer.until > world.input.now_ms);
                    assert_true(answer.until <= world.input.now_ms + 25 * TIME_HOUR_MS);
                    world.input.now_ms = answer.until;
                }
            }
}

static void equal_hours_are_never_quiet(void **state)
{
    (void)state;
    struct world world;
    fill(&world);
    world.policy.quiet_from = world.policy.quiet_to = 720;
    assert_int_equal(eligible_to_send(&world.input, STR("UTC")).verdict, ELIGIBLE_YES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_stops_by_its_name),
        cmocka_unit_test(what_only_the_treated_have_does_not_matter_at_the_due_moment),
        cmocka_unit_test(mailable_is_what_the_client_alone_says),
        cmocka_unit_test(a_stop_for_good_comes_before_a_hold),
        cmocka_unit_test(quiet_hours_are_the_clients_own),
        cmocka_unit_test(quiet_hours_always_end_and_never_in_quiet),
        cmocka_unit_test(equal_hours_are_never_quiet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

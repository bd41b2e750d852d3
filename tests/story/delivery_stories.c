/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What holds, delays and stops mail that people have approved, and that each says why. */
#include "story.h"

#include <stdio.h>

#include "step/brake.h"
#include "step/ingest.h"
#include "step/mail_pace.h"
#include "step/record_notice.h"
#include "step/relay_stop.h"
#include "step/send_turn.h"

#define MINUTES(n) ((double)(n) / 1440)

static void relay_says(struct story *story, enum rc rc, enum reply_class class)
{
    story->relay.next[story->relay.next_count] = rc;
    story->relay.next_class[story->relay.next_count++] = class;
}

static const char *name_of(struct story *story, int i) { return arena_printf(&story->arena, "c%03d", i).ptr; }

/* `count` clients with the same history and an email in review each; gives the day. */
static double in_review(struct story *story, int count)
{
    story_catalogue(story);
    for (int i = 0; i < count; i++)
        story_client(story, name_of(story, i), arena_printf(&story->arena, "c%03d@example.com", i).ptr);
    for (int day = 0; day <= 60; day += 20) {
        if (day > 0)
            story_to_day(story, day);
        for (int i = 0; i < count; i++)
            story_order(story, name_of(story, i), day, 4000);
    }
    double day = story_due_day(story, name_of(story, 0)) + 1;
    story_to_day(story, day);
    return day;
}

static void approve_all(struct story *story, int count)
{
    for (int i = 0; i < count; i++)
        story_approve(story, name_of(story, i));
}

/* As a restart does: with a pace, as a live server has one. */
static void with_pace(struct story *story, int64_t per_minute, int64_t domain_per_minute)
{
    story_stop(story);
    story->env.pace = mail_pace_new(per_minute, domain_per_minute);
    story_start(story);
}

static void drop_pace(struct story *story)
{
    story_stop(story);
    mail_pace_free(story->env.pace);
    story->env.pace = NULL;
}

static void no_recipient_twice(const struct story *story)
{
    for (size_t i = 0; i < story->relay.count; i++)
        for (size_t k = i + 1; k < story->relay.count; k++)
            assert_string_not_equal(story->relay.mails[i].email_id, story->relay.mails[k].email_id);
}

/* What a sender does after its commit (waking others, looking at the brake) is over when its thread has ended. */
static void await_senders(struct story *story)
{
    story_stop(story);
    story_start(story);
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
}

static bool stopped(struct story *story)
{
    struct relay_stop stop;
    assert_int_equal(relay_stop_read(&story->env, &story->arena, &stop), RC_OK);
    return stop.on;
}

static void no_one_is_suppressed(struct story *story)
{
    struct store_query query = STORE_QUERY(SUPPRESSION_BY_ID);
    struct store_page page;
    assert_int_equal(store_list(story->env.store, &query, &story->arena, &page), RC_OK);
    assert_int_equal(page.count, 0);
}

static void our_fault_stops_all_and_resume_sends_each_once(void **state)
{
    struct story *story = *state;
    double day = in_review(story, 5);
    relay_says(story, RC_IO, REPLY_OUR_FAULT);
    approve_all(story, 5);
    story_to_day(story, day + MINUTES(1));
    assert_true(stopped(story));
    assert_int_equal(story->relay.count, 0);
    assert_int_equal(story_emails_in(story, EMAIL_APPROVED), 5);
    for (int i = 0; i < 5; i++)
        assert_true(str_equal(story_email(story, name_of(story, i)).reason, STR("relay_stopped")));
    no_one_is_suppressed(story);
    assert_int_equal(relay_resume(&story->env, STR("staff:s1"), &story->arena), RC_OK);
    story_to_day(story, day + MINUTES(3));
    assert_false(stopped(story));
    assert_int_equal(story->relay.count, 5);
    assert_int_equal(story_emails_in(story, EMAIL_SENT), 5);
    no_recipient_twice(story);
}

static void a_stopped_relay_is_tried_with_one_message_each_quarter_of_an_hour(void **state)
{
    struct story *story = *state;
    double day = in_review(story, 4);
    relay_says(story, RC_IO, REPLY_OUR_FAULT);
    relay_says(story, RC_IO, REPLY_OUR_FAULT); /* the first trial */
    approve_all(story, 4);
    story_to_day(story, day + MINUTES(14));
    assert_int_equal(story->relay.next_at, 1);
    story_to_day(story, day + MINUTES(20));
    assert_int_equal(story->relay.next_at, 2);
    assert_true(stopped(story));
    assert_int_equal(story->relay.count, 0);
    story_to_day(story, day + MINUTES(35)); /* the second succeeds: all follow at once */
    await_senders(story);
    assert_false(stopped(story));
    assert_int_equal(story->relay.count, 4);
    no_recipient_twice(story);
}

static void a_relay_stop_outlives_a_restart(void **state)
{
    struct story *story = *state;
    double day = in_review(story, 2);
    relay_says(story, RC_IO, REPLY_OUR_FAULT);
    approve_all(story, 2);
    story_to_day(story, day + MINUTES(1));
    story_reopen(story);
    story_to_day(story, day + MINUTES(10));
    assert_true(stopped(story));
    assert_int_equal(story->relay.count, 0);
}

static void a_relay_that_wants_less_gets_nothing_for_a_minute(void **state)
{
    struct story *story = *state;
    double day = in_review(story, 3);
    with_pace(story, 0, 0);
    relay_says(story, RC_BUSY, REPLY_SLOW_RELAY);
    approve_all(story, 3);
    story_to_day(story, day + MINUTES(0.9));
    assert_int_equal(story->relay.count, 0);
    assert_int_equal(story->relay.next_at, 1); /* the others did not even try */
    assert_true(mail_pace_slowed_ms(story->env.pace, clock_now(story->env.clock)) > 0);
    story_to_day(story, day + MINUTES(2));
    assert_int_equal(story->relay.count, 2);
    story_to_day(story, day + MINUTES(20)); /* the one that was refused comes by its own patience */
    assert_int_equal(story->relay.count, 3);
    no_recipient_twice(story);
    drop_pace(story);
}

static void one_domain_gets_no_more_than_its_rate(void **state)
{
    struct story *story = *state;
    double day = in_review(story, 6);
    with_pace(story, 600, 1);
    approve_all(story, 6);
    story_to_day(story, day + MINUTES(2.5)); /* at 10 s, 1:10 and 2:10: the clock is manual, and nothing hangs */
    assert_in_range(story->relay.count, 2, 3);
    story_to_day(story, day + MINUTES(10));
    assert_int_equal(story->relay.count, 6);
    no_recipient_twice(story);
    drop_pace(story);
}

/* Somebody marked the mail sent as number `i` as spam, as a provider reports it. */
static void complain(struct story *story, int i)
{
    struct str id = str_of(story->relay.mails[i].email_id);
    struct notice_in in = {.id = id, .email_id = id, .kind = NOTICE_COMPLAINT, .source = STR("hook:test")};
    bool repeated;
    assert_int_equal(notice_record(&story->env, &in, &story->arena, &repeated), RC_OK);
    assert_false(repeated);
}

static bool braked(struct story *story)
{
    struct brake brake;
    assert_int_equal(brake_read(&story->env, &story->arena, &brake), RC_OK);
    return brake.on;
}

static void the_brake_holds_all_and_only_a_person_lifts_it(void **state)
{
    struct story *story = *state;
    double day = in_review(story, 5);
    for (int i = 0; i < 3; i++)
        story_approve(story, name_of(story, i));
    story_to_day(story, day + MINUTES(1));
    assert_int_equal(story->relay.count, 3);
    complain(story, 0);
    assert_false(braked(story)); /* one may be a slip */
    complain(story, 1);
    assert_true(braked(story));
    story_approve(story, name_of(story, 3));
    story_approve(story, name_of(story, 4));
    story_to_day(story, day + 2); /* no time lifts it */
    assert_true(braked(story));
    assert_int_equal(story->relay.count, 3);
    assert_int_equal(story_email(story, name_of(story, 3)).status, EMAIL_HELD);
    assert_true(str_equal(story_email(story, name_of(story, 3)).reason, STR("brake")));
    assert_int_equal(brake_lift(&story->env, STR("staff:s1"), &story->arena), RC_OK);
    story_to_day(story, day + 2 + MINUTES(1));
    assert_int_equal(story->relay.count, 5);
    assert_int_equal(brake_look(&story->env, &story->arena), RC_OK);
    assert_false(braked(story)); /* what was before it was lifted counts no more */
}

static void the_fifth_hard_bounce_at_the_relay_puts_the_brake_on(void **state)
{
    struct story *story = *state;
    double day = in_review(story, 6);
    for (int i = 0; i < 5; i++)
        relay_says(story, RC_DENIED, REPLY_BAD_ADDRESS);
    for (int i = 0; i < 4; i++)
        story_approve(story, name_of(story, i));
    story_to_day(story, day + MINUTES(1));
    await_senders(story);
    assert_false(braked(story));
    story_approve(story, name_of(story, 4));
    story_to_day(story, day + MINUTES(2));
    await_senders(story);
    assert_true(braked(story));
    story_approve(story, name_of(story, 5));
    story_to_day(story, day + MINUTES(3));
    assert_int_equal(story_email(story, name_of(story, 5)).status, EMAIL_HELD);
    assert_int_equal(story->relay.count, 0);
}

static void two_soft_bounces(struct policy *policy) { policy->soft_bounces = 2; }

static void a_full_mailbox_at_the_relay_is_a_soft_bounce_that_counts(void **state)
{
    struct story *story = *state;
    struct suppression suppression;
    struct notice_in in = {.id = STR("m1"), .kind = NOTICE_SOFT_BOUNCE, .source = STR("mailbox")};
    bool repeated;
    double day = in_review(story, 1);
    story_policy(story, two_soft_bounces);
    relay_says(story, RC_DENIED, REPLY_MAILBOX_FULL);
    approve_all(story, 1);
    story_to_day(story, day + MINUTES(1));
    struct email email = story_email(story, name_of(story, 0));
    assert_int_equal(email.status, EMAIL_FAILED);
    assert_int_equal(email.delivery, DELIVERY_SOFT_BOUNCE);
    assert_true(email.delivery_at > email.approved_at);
    struct store_query query = STORE_QUERY(NOTICE_BY_EMAIL);
    struct store_page page;
    query.equal = email.id;
    assert_int_equal(store_list(story->env.store, &query, &story->arena, &page), RC_OK);
    assert_int_equal(page.count, 1);
    assert_true(str_equal(((const struct notice *)page.items)->source, NOTICE_BY_RELAY));
    no_one_is_suppressed(story);
    in.email_id = email.id; /* the next one, told by returned mail, is one too many */
    assert_int_equal(notice_record(&story->env, &in, &story->arena, &repeated), RC_OK);
    assert_int_equal(store_get(story->env.store, RECORD_SUPPRESSION, email.person, &story->arena, &suppression), RC_OK);
    assert_int_equal(suppression.reason, SUPPRESSED_HARD_BOUNCE);
}

static void small_ramp(struct policy *policy)
{
    policy->warm_up_first_day = 2;
    policy->warm_up_growth = 1.5;
}

static void the_ramp_lets_out_more_each_day_and_the_rest_waits(void **state)
{
    struct story *story = *state;
    double day = in_review(story, 10);
    struct ramp_state ramp;
    story_policy(story, small_ramp);
    day = (double)(int64_t)day + 1;
    story_to_day(story, day);
    approve_all(story, 10);
    static const size_t SENT[] = {2, 5, 9, 10}; /* 2, 3, 4 and what is left */
    for (int i = 0; i < 4; i++) {
        story_to_day(story, day + i + 0.9);
        assert_int_equal(story->relay.count, SENT[i]);
        if (i == 1) {
            assert_int_equal(ramp_read(&story->env, &story->arena, &ramp), RC_OK);
            assert_int_equal(ramp.limit, 3);
            assert_int_equal(ramp.sent_today, 3);
            assert_int_equal(story_emails_in(story, EMAIL_APPROVED), 5);
        }
    }
    no_recipient_twice(story);
}

static void who_waits_for_the_ramp_says_so_and_until_when(void **state)
{
    struct story *story = *state;
    double day = in_review(story, 3);
    story_policy(story, small_ramp);
    day = (double)(int64_t)day + 1;
    story_to_day(story, day);
    approve_all(story, 3);
    story_to_day(story, day + 0.5);
    int waiting = 0;
    for (int i = 0; i < 3; i++) {
        struct email email = story_email(story, name_of(story, i));
        if (email.status != EMAIL_APPROVED)
            continue;
        waiting++;
        assert_true(str_equal(email.reason, STR("warm_up")));
        assert_int_equal(email.send_after, DAY((int64_t)day + 1));
    }
    assert_int_equal(waiting, 1);
}

/* A client whose only consent is the purchase, in a country. */
static void soft_client(struct story *story, const char *id, const char *country)
{
    struct client client;
    enum ingest_status status;
    record_init(RECORD_CLIENT, &client);
    client.id = str_of(id);
    client.email = arena_printf(&story->arena, "%s@example.com", id);
    client.locale = STR("en-CA");
    client.country = str_of(country);
    client.consent_status = CONSENT_SUBSCRIBED;
    client.consent_basis = CONSENT_BASIS_SOFT_OPT_IN;
    client.consent_source = STR("api");
    client.consent_at = clock_now(story->env.clock);
    assert_int_equal(ingest_client(&story->env, &client, INGEST_UPSERT, STR("api"), NULL, &story->arena, &status),
                     RC_OK);
}

static void long_review(struct policy *policy) { policy->review_days = 30; }

static void a_canadian_two_years_after_the_last_purchase_is_not_written_to(void **state)
{
    struct story *story = *state;
    story_policy(story, long_review);
    double day = in_review(story, 2);
    soft_client(story, name_of(story, 0), "CA");
    soft_client(story, name_of(story, 1), "CA");
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK); /* scored, before the row is made older */
    /* The last purchase of one lies two years back, as the guard finds it when it is about to send. */
    struct engagement engagement = story_engagement(story, name_of(story, 0));
    engagement.last_at = clock_now(story->env.clock) - 730 * TIME_DAY_MS;
    story_stop(story);
    struct store_write write = {
        .op = STORE_PUT, .kind = RECORD_ENGAGEMENT, .record = &engagement, .expect = engagement.version};
    struct store_batch batch = {.writes = &write, .write_count = 1, .now = clock_now(story->env.clock)};
    assert_int_equal(store_commit(story->env.store, &batch), RC_OK);
    story_start(story);
    approve_all(story, 2);
    story_to_day(story, day + MINUTES(1));
    assert_int_equal(story_email(story, name_of(story, 0)).status, EMAIL_CANCELLED);
    assert_true(str_equal(story_email(story, name_of(story, 0)).reason, STR("consent_expired")));
    assert_int_equal(story_email(story, name_of(story, 1)).status, EMAIL_SENT);
}

static void a_purchase_in_a_country_without_a_rule_makes_no_episode_for_mail(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    soft_client(story, "c1", "BR");
    story_to_day(story, story_due_day(story, "c1") + 1);
    struct episode episode = story_episode(story, "c1");
    assert_int_equal(episode.state, EPISODE_INELIGIBLE);
    assert_true(str_equal(episode.reason, STR("consent_country")));
}

static void quiet_at_night(struct policy *policy)
{
    policy->quiet_from = 21 * 60;
    policy->quiet_to = 8 * 60;
}

static void quiet_hours_delay_and_say_until_when(void **state)
{
    struct story *story = *state;
    double day = in_review(story, 1);
    story_policy(story, quiet_at_night);
    day = (double)(int64_t)day + 22.0 / 24;
    if (clock_now(story->env.clock) > DAY(0) + (int64_t)(day * 86400000.0))
        day += 1;
    story_to_day(story, day);
    approve_all(story, 1);
    story_to_day(story, day + MINUTES(30));
    struct email email = story_email(story, name_of(story, 0));
    assert_int_equal(email.status, EMAIL_APPROVED);
    assert_true(str_equal(email.reason, STR("quiet_hours")));
    assert_int_equal(email.send_after, DAY((int64_t)day + 1) + 8 * TIME_HOUR_MS);
    story_to_day(story, day + 0.5);
    assert_int_equal(story_email(story, name_of(story, 0)).status, EMAIL_SENT);
    assert_true(str_is_none(story_email(story, name_of(story, 0)).reason));
}

static void each_mail_that_left_has_its_row_and_rehearsal_none(void **state)
{
    struct story *story = *state;
    double day = in_review(story, 2);
    story_approve(story, name_of(story, 0));
    story_to_day(story, day + MINUTES(1));
    struct sent_mail row;
    assert_int_equal(
        store_get(story->env.store, RECORD_SENT_MAIL, story_email(story, name_of(story, 0)).id, &story->arena, &row),
        RC_OK);
    assert_int_equal(row.verdict, DELIVERY_UNKNOWN);
    story_stop(story);
    story->env.rehearsal = true;
    story_start(story);
    story_approve(story, name_of(story, 1));
    story_to_day(story, day + MINUTES(3));
    struct email email = story_email(story, name_of(story, 1));
    assert_int_equal(email.status, EMAIL_REHEARSED);
    assert_int_equal(store_get(story->env.store, RECORD_SENT_MAIL, email.id, &story->arena, &row), RC_NOT_FOUND);
    assert_int_equal(story->relay.count, 2);
    struct ramp_state ramp;
    assert_int_equal(ramp_read(&story->env, &story->arena, &ramp), RC_OK);
    assert_int_equal(ramp.sent_today, 1);
}

int delivery_stories(void)
{
    const struct CMUnitTest tests[] = {
        STORY(our_fault_stops_all_and_resume_sends_each_once),
        STORY(a_stopped_relay_is_tried_with_one_message_each_quarter_of_an_hour),
        STORY(a_relay_stop_outlives_a_restart),
        STORY(a_relay_that_wants_less_gets_nothing_for_a_minute),
        STORY(one_domain_gets_no_more_than_its_rate),
        STORY(the_brake_holds_all_and_only_a_person_lifts_it),
        STORY(the_fifth_hard_bounce_at_the_relay_puts_the_brake_on),
        STORY(a_full_mailbox_at_the_relay_is_a_soft_bounce_that_counts),
        STORY(the_ramp_lets_out_more_each_day_and_the_rest_waits),
        STORY(who_waits_for_the_ramp_says_so_and_until_when),
        STORY(a_canadian_two_years_after_the_last_purchase_is_not_written_to),
        STORY(a_purchase_in_a_country_without_a_rule_makes_no_episode_for_mail),
        STORY(quiet_hours_delay_and_say_until_when),
        STORY(each_mail_that_left_has_its_row_and_rehearsal_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Review and sending: what leaves, once, and what stops it. */
#include "story.h"

#include "core/draft.h"
#include "step/admin_acts.h"
#include "step/client_acts.h"
#include "step/ingest.h"

static void an_order_one_second_before_the_send_cancels_it_with_the_rule_named(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    double due = story_due_day(story, "c1");
    story_to_day(story, due + 1);
    struct email email = story_approve(story, "c1");
    story_to_day(story, (double)(email.send_after - 1000 - STORY_DAY_0) / 86400000.0);
    story_order(story, "c1", (double)(email.send_after - 1000 - STORY_DAY_0) / 86400000.0, 4000);
    story_to_day(story, due + 2);
    email = story_email(story, "c1");
    assert_int_equal(email.status, EMAIL_CANCELLED);
    assert_true(str_equal(email.reason, STR("ordered_since")));
    assert_int_equal(story->relay.count, 0);
    assert_int_equal(story_episode(story, "c1").state, EPISODE_CLOSED);
}

static void an_order_that_no_step_has_seen_yet_still_stops_the_send(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    double due = story_due_day(story, "c1");
    story_to_day(story, due + 1);
    struct email email = story_approve(story, "c1");
    /* The order and the send's moment come together: the guard reads the orders themselves. */
    story_stop(story);
    assert_int_equal(clock_set(story->env.clock, email.send_after), RC_OK);
    story_order(story, "c1", (double)(email.send_after - 500 - STORY_DAY_0) / 86400000.0, 4000);
    story_start(story);
    story_to_day(story, due + 2);
    assert_int_equal(story_email(story, "c1").status, EMAIL_CANCELLED);
    assert_int_equal(story->relay.count, 0);
}

static void an_unsubscribe_before_the_send_cancels_it_and_lasts(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    double due = story_due_day(story, "c1");
    story_to_day(story, due + 1);
    struct email email = story_approve(story, "c1");
    assert_int_equal(client_unsubscribe(&story->env, email.id, STR("unsubscribe_link"), &story->arena), RC_OK);
    assert_int_equal(client_unsubscribe(&story->env, email.id, STR("unsubscribe_link"), &story->arena), RC_OK);
    story_to_day(story, due + 2);
    email = story_email(story, "c1");
    assert_int_equal(email.status, EMAIL_CANCELLED);
    assert_false(str_is_empty(email.reason));
    assert_int_equal(story->relay.count, 0);
    story_client(story, "c1", "c1@example.com"); /* the shop's export still says subscribed */
    struct client client;
    assert_int_equal(store_get(story->env.store, RECORD_CLIENT, STR("c1"), &story->arena, &client), RC_OK);
    assert_int_equal(client.consent_status, CONSENT_UNSUBSCRIBED);
}

static void an_upsert_that_unsubscribes_cancels_an_approved_email(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    double due = story_due_day(story, "c1");
    story_to_day(story, due + 1);
    story_approve(story, "c1");
    struct client client;
    enum ingest_status status;
    assert_int_equal(store_get(story->env.store, RECORD_CLIENT, STR("c1"), &story->arena, &client), RC_OK);
    client.consent_status = CONSENT_UNSUBSCRIBED;
    client.consent_at = clock_now(story->env.clock);
    assert_int_equal(ingest_client(&story->env, &client, INGEST_UPSERT, STR("api"), NULL, &story->arena, &status),
                     RC_OK);
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
    assert_int_equal(story_email(story, "c1").status, EMAIL_CANCELLED); /* at once, not only at send time */
    assert_true(str_equal(story_email(story, "c1").reason, STR("consent_unsubscribed")));
}

static void an_email_found_in_sending_is_uncertain_and_never_sent_again(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    double due = story_due_day(story, "c1");
    story_to_day(story, due + 1);
    story_approve(story, "c1");
    /* The process dies between intent and result: what is left is an email in sending and its job. */
    struct email email = story_email(story, "c1");
    story_stop(story);
    email.status = EMAIL_SENDING;
    struct store_write write = {.op = STORE_PUT, .kind = RECORD_EMAIL, .record = &email, .expect = email.version};
    struct store_batch batch = {
        .writes = &write, .write_count = 1, .now = clock_now(story->env.clock), .durable = true};
    assert_int_equal(store_commit(story->env.store, &batch), RC_OK);
    story_reopen(story);
    story_to_day(story, due + 3);
    assert_int_equal(story_email(story, "c1").status, EMAIL_UNCERTAIN);
    assert_int_equal(story->relay.count, 0);
    email = story_email(story, "c1");
    struct review review = {.actor = STR("staff:s1"), .email_id = email.id, .expect = email.version, .out = &email};
    assert_int_equal(review_resolve(&story->env, &review, true, &story->arena), RC_OK);
    assert_int_equal(story_email(story, "c1").status, EMAIL_SENT);
    assert_int_equal(story_episode(story, "c1").state, EPISODE_EMAILED);
}

/* The relay's answers in turn for the next sends. */
static void relay_says(struct story *story, enum rc rc, enum reply_class class)
{
    story->relay.next[story->relay.next_count] = rc;
    story->relay.next_class[story->relay.next_count++] = class;
}

static void a_deferred_send_is_tried_again_later(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    double due = story_due_day(story, "c1");
    relay_says(story, RC_BUSY, REPLY_LATER);
    relay_says(story, RC_BUSY, REPLY_LATER);
    story_to_day(story, due + 1);
    story_approve(story, "c1");
    story_to_day(story, due + 1.001);
    assert_int_equal(story_email(story, "c1").status, EMAIL_APPROVED);
    assert_int_equal(story->relay.count, 0);
    story_to_day(story, due + 2);
    assert_int_equal(story_email(story, "c1").status, EMAIL_SENT);
    assert_int_equal(story->relay.count, 1);
    assert_int_equal(story_email(story, "c1").attempt_count, 3);
}

static void a_hard_bounce_fails_the_email_and_suppresses_the_address(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    double due = story_due_day(story, "c1");
    relay_says(story, RC_DENIED, REPLY_BAD_ADDRESS);
    story_to_day(story, due + 1);
    struct email email = story_approve(story, "c1");
    story_to_day(story, due + 2);
    assert_int_equal(story_email(story, "c1").status, EMAIL_FAILED);
    struct suppression suppression;
    assert_int_equal(store_get(story->env.store, RECORD_SUPPRESSION, email.person, &story->arena, &suppression), RC_OK);
    assert_int_equal(suppression.reason, SUPPRESSED_HARD_BOUNCE);
}

static void a_fault_of_our_own_suppresses_nobody_and_waits(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    double due = story_due_day(story, "c1");
    relay_says(story, RC_IO, REPLY_OUR_FAULT);
    story_to_day(story, due + 1);
    struct email email = story_approve(story, "c1");
    story_to_day(story, due + 1.001);
    assert_int_equal(story_email(story, "c1").status, EMAIL_APPROVED);
    struct suppression suppression;
    assert_int_equal(store_get(story->env.store, RECORD_SUPPRESSION, email.person, &story->arena, &suppression),
                     RC_NOT_FOUND);
    story_to_day(story, due + 1.1);
    assert_int_equal(story_email(story, "c1").status, EMAIL_SENT);
}

static void a_break_after_the_dot_is_uncertain_and_not_repeated(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    double due = story_due_day(story, "c1");
    relay_says(story, RC_UNCERTAIN, REPLY_UNKNOWN);
    story_to_day(story, due + 1);
    story_approve(story, "c1");
    story_to_day(story, due + 9);
    assert_int_equal(story_email(story, "c1").status, EMAIL_UNCERTAIN);
    assert_int_equal(story->relay.count, 1);
}

static void the_kill_switch_holds_an_approved_email_until_it_is_lifted(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    double due = story_due_day(story, "c1");
    story_to_day(story, due + 1);
    story_approve(story, "c1");
    assert_int_equal(kill_switch_set(&story->env, true, STR("test"), STR("staff:s1"), &story->arena), RC_OK);
    story_to_day(story, due + 1.5);
    struct email email = story_email(story, "c1");
    assert_int_equal(email.status, EMAIL_HELD);
    assert_true(str_equal(email.reason, STR("kill_switch")));
    assert_int_equal(kill_switch_set(&story->env, false, STR("over"), STR("staff:s1"), &story->arena), RC_OK);
    story_to_day(story, due + 1.6);
    assert_int_equal(story_email(story, "c1").status, EMAIL_SENT);
}

static void a_repriced_pick_sends_an_approved_email_back_to_review(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    double due = story_due_day(story, "c1");
    story_to_day(story, due + 1);
    struct email email = story_approve(story, "c1");
    struct json *picks;
    struct json_error error;
    assert_int_equal(json_parse(email.picks, &picks, &error), RC_OK);
    assert_true(json_size(picks) > 0);
    struct ingest_row row = {.kind = RECORD_PRODUCT, .status = INGEST_UNCHANGED};
    struct str id = arena_str(&story->arena, json_get_str(json_at(picks, 0), "product_id"));
    json_free(picks);
    assert_int_equal(store_get(story->env.store, RECORD_PRODUCT, id, &story->arena, &row.as.product), RC_OK);
    row.as.product.price_minor += 100;
    assert_int_equal(ingest_rows(&story->env, &row, 1, STR("api"), false, &story->arena), RC_OK);
    story_to_day(story, due + 2);
    email = story_email(story, "c1");
    assert_int_equal(email.status, EMAIL_IN_REVIEW);
    assert_true(str_starts_with(email.reason, STR("pick_repriced:")));
    assert_int_equal(story->relay.count, 0);
}

static void an_edit_with_a_false_price_is_blocked_and_a_clean_one_is_not(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    story_to_day(story, story_due_day(story, "c1") + 1);
    struct email before = story_email(story, "c1"), after;
    struct draft draft = {.subject = STR("A small note about our mugs"),
                          .preheader = STR("A few words about what is new on the shelf for you"),
                          .paragraph_count = 2};
    draft.paragraphs[0].text = STR("The new mugs are only $9.99 today, which is a fine price for a fine mug indeed.");
    draft.paragraphs[1].text =
        STR("Come and have a look whenever it suits you, we would be glad to see you in the shop.");
    struct review review = {.actor = STR("staff:s1"), .email_id = before.id, .expect = before.version, .out = &after};
    assert_int_equal(review_edit(&story->env, &review, &draft, &story->arena), RC_OK);
    assert_int_equal(after.status, EMAIL_BLOCKED);
    assert_false(str_equal(after.content_hash, before.content_hash));
    review.expect = after.version;
    assert_int_equal(review_approve(&story->env, &review, after.content_hash, &story->arena), RC_INVALID);
    assert_string_equal(review.why, "wrong_state");
}

static void an_approval_of_another_text_than_was_seen_is_refused(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    story_to_day(story, story_due_day(story, "c1") + 1);
    struct email email = story_email(story, "c1"), after;
    struct review review = {.actor = STR("staff:s1"), .email_id = email.id, .expect = email.version, .out = &after};
    assert_int_equal(review_approve(&story->env, &review, STR("0000"), &story->arena), RC_INVALID);
    assert_string_equal(review.why, "hash_differs");
    review.expect = email.version - 1;
    assert_int_equal(review_approve(&story->env, &review, email.content_hash, &story->arena), RC_CONFLICT);
}

static void undo_within_the_window_takes_the_approval_back(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    double due = story_due_day(story, "c1");
    story_to_day(story, due + 1);
    struct email email = story_approve(story, "c1"), after;
    struct review review = {.actor = STR("staff:s1"), .email_id = email.id, .expect = email.version, .out = &after};
    assert_int_equal(review_undo(&story->env, &review, &story->arena), RC_OK);
    story_to_day(story, due + 2);
    assert_int_equal(story_email(story, "c1").status, EMAIL_IN_REVIEW);
    assert_int_equal(story->relay.count, 0);
}

int mail_stories(void)
{
    const struct CMUnitTest tests[] = {
        STORY(an_order_one_second_before_the_send_cancels_it_with_the_rule_named),
        STORY(an_order_that_no_step_has_seen_yet_still_stops_the_send),
        STORY(an_unsubscribe_before_the_send_cancels_it_and_lasts),
        STORY(an_upsert_that_unsubscribes_cancels_an_approved_email),
        STORY(an_email_found_in_sending_is_uncertain_and_never_sent_again),
        STORY(a_deferred_send_is_tried_again_later),
        STORY(a_hard_bounce_fails_the_email_and_suppresses_the_address),
        STORY(a_fault_of_our_own_suppresses_nobody_and_waits),
        STORY(a_break_after_the_dot_is_uncertain_and_not_repeated),
        STORY(the_kill_switch_holds_an_approved_email_until_it_is_lifted),
        STORY(a_repriced_pick_sends_an_approved_email_back_to_review),
        STORY(an_edit_with_a_false_price_is_blocked_and_a_clean_one_is_not),
        STORY(an_approval_of_another_text_than_was_seen_is_refused),
        STORY(undo_within_the_window_takes_the_approval_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

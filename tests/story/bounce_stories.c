/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is heard of a mail after it left, and what follows from it. */
#include "story.h"

#include "core/records_small.h"
#include "step/ingest.h"
#include "step/record_notice.h"

/* A mail that left for `client`; its id. */
static struct str mailed(struct story *story, const char *client)
{
    story_catalogue(story);
    story_regular(story, client);
    story_to_day(story, story_due_day(story, client) + 1);
    story_approve(story, client);
    story_to_day(story, (double)(clock_now(story->env.clock) - STORY_DAY_0) / 86400000.0 + 0.01);
    struct email email = story_email(story, client);
    assert_true(email.status == EMAIL_SENT || email.status == EMAIL_UNCERTAIN);
    return email.id;
}

static enum rc hear_from(struct story *story, struct str source, struct str email_id, enum notice_kind kind,
                         const char *id, bool *repeated)
{
    struct notice_in in = {.id = str_of(id),
                           .email_id = email_id,
                           .kind = kind,
                           .source = source,
                           .status = kind == NOTICE_HARD_BOUNCE ? STR("5.1.1") : STR("nonsense"),
                           .detail = STR("550 <c1@example.com> unknown")};
    return notice_record(&story->env, &in, &story->arena, repeated);
}

static enum rc hear(struct story *story, struct str email_id, enum notice_kind kind, const char *id, bool *repeated)
{
    return hear_from(story, STR("mailbox"), email_id, kind, id, repeated);
}

static void heard(struct story *story, struct str email_id, enum notice_kind kind, const char *id)
{
    bool repeated;
    assert_int_equal(hear(story, email_id, kind, id, &repeated), RC_OK);
    assert_false(repeated);
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
}

/* The reason, or -1. */
static int suppressed_for(struct story *story, struct str person)
{
    struct suppression suppression;
    enum rc rc = store_get(story->env.store, RECORD_SUPPRESSION, person, &story->arena, &suppression);
    assert_true(rc == RC_OK || rc == RC_NOT_FOUND);
    return rc == RC_OK ? suppression.reason : -1;
}

static struct client client_of(struct story *story, const char *id)
{
    struct client client;
    assert_int_equal(store_get(story->env.store, RECORD_CLIENT, str_of(id), &story->arena, &client), RC_OK);
    return client;
}

static size_t notices_of(struct story *story, struct str email_id, struct notice **notices)
{
    struct store_query query = STORE_QUERY(NOTICE_BY_EMAIL);
    struct store_page page;
    query.equal = email_id;
    assert_int_equal(store_list(story->env.store, &query, &story->arena, &page), RC_OK);
    *notices = page.items;
    return page.count;
}

static void a_hard_bounce_suppresses_the_address_and_is_kept_without_it(void **state)
{
    struct story *story = *state;
    struct str id = mailed(story, "c1");
    heard(story, id, NOTICE_HARD_BOUNCE, "m1");
    struct email email = story_email(story, "c1");
    assert_int_equal(email.status, EMAIL_SENT);
    assert_int_equal(email.delivery, DELIVERY_HARD_BOUNCE);
    assert_int_equal(email.delivery_at, clock_now(story->env.clock));
    assert_int_equal(suppressed_for(story, email.person), SUPPRESSED_HARD_BOUNCE);
    assert_int_equal(client_of(story, "c1").consent_status, CONSENT_SUBSCRIBED); /* a fact of the address, no wish */
    struct notice *notices;
    assert_int_equal(notices_of(story, id, &notices), 1);
    assert_true(str_equal(notices[0].status, STR("5.1.1")));
    assert_true(str_equal(notices[0].detail, STR("550 <[address]> unknown")));
    assert_true(str_equal(notices[0].client_id, STR("c1")));
    assert_int_equal(notices[0].id.len, 64);
}

static void the_same_statement_twice_is_one(void **state)
{
    struct story *story = *state;
    struct str id = mailed(story, "c1");
    bool repeated;
    heard(story, id, NOTICE_SOFT_BOUNCE, "m1");
    struct email before = story_email(story, "c1");
    for (int i = 0; i < 5; i++) {
        assert_int_equal(hear(story, id, NOTICE_SOFT_BOUNCE, "m1", &repeated), RC_OK);
        assert_true(repeated);
    }
    assert_int_equal(story_email(story, "c1").version, before.version);
    assert_int_equal(suppressed_for(story, before.person), -1); /* one soft bounce, not six */
    struct notice *notices;
    assert_int_equal(notices_of(story, id, &notices), 1);
}

static void the_worst_that_is_known_stays(void **state)
{
    struct story *story = *state;
    struct str id = mailed(story, "c1");
    heard(story, id, NOTICE_DELIVERED, "m1");
    assert_int_equal(story_email(story, "c1").delivery, DELIVERY_DELIVERED);
    heard(story, id, NOTICE_COMPLAINT, "m2");
    struct email email = story_email(story, "c1");
    heard(story, id, NOTICE_HARD_BOUNCE, "m3");
    heard(story, id, NOTICE_DELIVERED, "m4");
    assert_int_equal(story_email(story, "c1").delivery, DELIVERY_COMPLAINT);
    assert_int_equal(story_email(story, "c1").delivery_at, email.delivery_at);
    assert_int_equal(suppressed_for(story, email.person), SUPPRESSED_COMPLAINT);
    struct sent_mail row;
    enum rc rc = store_get(story->env.store, RECORD_SENT_MAIL, id, &story->arena, &row);
    assert_true(rc == RC_NOT_FOUND || row.verdict == DELIVERY_COMPLAINT);
}

static void soft_bounces_suppress_when_there_are_enough_of_them_in_the_policys_days(void **state)
{
    struct story *story = *state;
    struct str id = mailed(story, "c1");
    struct str person = story_email(story, "c1").person;
    double day = (double)(clock_now(story->env.clock) - STORY_DAY_0) / 86400000.0;
    heard(story, id, NOTICE_SOFT_BOUNCE, "m1");
    heard(story, id, NOTICE_SOFT_BOUNCE, "m2");
    assert_int_equal(suppressed_for(story, person), -1);
    story_to_day(story, day + 14.5); /* the first two are too old by now */
    heard(story, id, NOTICE_SOFT_BOUNCE, "m3");
    heard(story, id, NOTICE_SOFT_BOUNCE, "m4");
    assert_int_equal(suppressed_for(story, person), -1);
    heard(story, id, NOTICE_SOFT_BOUNCE, "m5");
    assert_int_equal(suppressed_for(story, person), SUPPRESSED_HARD_BOUNCE);
    assert_int_equal(story_email(story, "c1").delivery, DELIVERY_SOFT_BOUNCE);
}

static void what_two_tell_of_the_same_bounces_counts_once(void **state)
{
    struct story *story = *state;
    struct str id = mailed(story, "c1");
    struct str person = story_email(story, "c1").person;
    bool repeated;
    heard(story, id, NOTICE_SOFT_BOUNCE, "m1");
    heard(story, id, NOTICE_SOFT_BOUNCE, "m2");
    for (int i = 1; i <= 2; i++) {
        const char *event = arena_printf(&story->arena, "e%d", i).ptr;
        assert_int_equal(hear_from(story, STR("hook:postmark"), id, NOTICE_SOFT_BOUNCE, event, &repeated), RC_OK);
    }
    assert_int_equal(suppressed_for(story, person), -1);
    heard(story, id, NOTICE_SOFT_BOUNCE, "m3");
    assert_int_equal(suppressed_for(story, person), SUPPRESSED_HARD_BOUNCE);
}

/* The hook knows of one mail, returned mail of another: neither has told of both. */
static void what_two_tell_of_different_mails_adds_up(void **state)
{
    struct story *story = *state;
    struct str id = mailed(story, "c1");
    struct email email = story_email(story, "c1");
    bool repeated;
    email.id = STR("another");
    struct store_write write = {.op = STORE_PUT, .kind = RECORD_EMAIL, .record = &email, .expect = STORE_ABSENT};
    struct store_batch batch = {.writes = &write, .write_count = 1, .now = clock_now(story->env.clock)};
    assert_int_equal(store_commit(story->env.store, &batch), RC_OK);
    heard(story, id, NOTICE_SOFT_BOUNCE, "m1");
    heard(story, id, NOTICE_SOFT_BOUNCE, "m2");
    assert_int_equal(hear_from(story, STR("hook:postmark"), id, NOTICE_SOFT_BOUNCE, "e1", &repeated), RC_OK);
    assert_int_equal(suppressed_for(story, email.person), -1);
    assert_int_equal(hear_from(story, STR("hook:postmark"), email.id, NOTICE_SOFT_BOUNCE, "e2", &repeated), RC_OK);
    assert_int_equal(suppressed_for(story, email.person), SUPPRESSED_HARD_BOUNCE);
}

static void a_complaint_unsubscribes_all_clients_of_the_person_for_good(void **state)
{
    struct story *story = *state;
    struct str id = mailed(story, "c1");
    story_client(story, "c2", "C1@example.com"); /* the same address under another number */
    heard(story, id, NOTICE_COMPLAINT, "m1");
    const char *const BOTH[] = {"c1", "c2"};
    for (int i = 0; i < 2; i++) {
        struct client client = client_of(story, BOTH[i]);
        assert_int_equal(client.consent_status, CONSENT_UNSUBSCRIBED);
        assert_true(str_equal(client.consent_source, STR("complaint")));
        story_to_day(story, (double)(clock_now(story->env.clock) - STORY_DAY_0) / 86400000.0 + 1);
        client.consent_status = CONSENT_SUBSCRIBED; /* a later opt-in by a named act lifts any other opt-out */
        client.consent_source = STR("checkout");
        client.consent_at = clock_now(story->env.clock);
        enum ingest_status status;
        assert_int_equal(ingest_client(&story->env, &client, INGEST_UPSERT, STR("api"), NULL, &story->arena, &status),
                         RC_OK);
        assert_int_equal(client_of(story, BOTH[i]).consent_status, CONSENT_UNSUBSCRIBED);
    }
    assert_int_equal(suppressed_for(story, client_of(story, "c1").person), SUPPRESSED_COMPLAINT);
}

static void a_complaint_reaches_a_client_whose_address_changed_since(void **state)
{
    struct story *story = *state;
    struct str id = mailed(story, "c1");
    struct str old = story_email(story, "c1").person;
    story_client(story, "c1", "new@example.com");
    heard(story, id, NOTICE_COMPLAINT, "m1");
    assert_int_equal(client_of(story, "c1").consent_status, CONSENT_UNSUBSCRIBED);
    assert_int_equal(suppressed_for(story, old), SUPPRESSED_COMPLAINT);
}

static void a_bounce_cancels_what_waits_for_the_person(void **state)
{
    struct story *story = *state;
    struct str id = mailed(story, "c1");
    double day = (double)(clock_now(story->env.clock) - STORY_DAY_0) / 86400000.0;
    for (int i = 0; i < 3; i++) /* she comes back, and drifts away again */
        story_order(story, "c1", day + 1 + i * 20, 4000), story_to_day(story, day + 1 + i * 20);
    story_to_day(story, story_due_day(story, "c1") + 1);
    assert_int_equal(story_email(story, "c1").status, EMAIL_IN_REVIEW);
    heard(story, id, NOTICE_HARD_BOUNCE, "m1"); /* of the first mail, late */
    assert_int_equal(story_email(story, "c1").status, EMAIL_CANCELLED);
    assert_true(str_equal(story_email(story, "c1").reason, STR("suppressed")));
}

static void an_unsubscribe_by_mail_is_an_unsubscribe(void **state)
{
    struct story *story = *state;
    struct str id = mailed(story, "c1");
    heard(story, id, NOTICE_UNSUBSCRIBED, "m1");
    struct client client = client_of(story, "c1");
    assert_int_equal(client.consent_status, CONSENT_UNSUBSCRIBED);
    assert_true(str_equal(client.consent_source, STR("unsubscribe_mail")));
    assert_int_equal(suppressed_for(story, client.person), SUPPRESSED_UNSUBSCRIBE);
    assert_int_equal(story_email(story, "c1").delivery, DELIVERY_DELIVERED);
}

/* The relay broke off after the dot: uncertain, until somebody outside says what became of it. */
static void what_is_heard_settles_an_uncertain_email(void **state)
{
    static const struct {
        enum notice_kind kind;
        enum email_status status;
        enum delivery_verdict verdict;
    } ROWS[] = {{NOTICE_DELIVERED, EMAIL_SENT, DELIVERY_DELIVERED},
                {NOTICE_SOFT_BOUNCE, EMAIL_SENT, DELIVERY_SOFT_BOUNCE},
                {NOTICE_HARD_BOUNCE, EMAIL_FAILED, DELIVERY_HARD_BOUNCE},
                {NOTICE_COMPLAINT, EMAIL_SENT, DELIVERY_COMPLAINT},
                {NOTICE_UNSUBSCRIBED, EMAIL_SENT, DELIVERY_DELIVERED}};
    struct story *story = *state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        if (i > 0) {
            story_teardown(state);
            story_setup(state);
            story = *state;
        }
        story->relay.next[0] = RC_UNCERTAIN;
        story->relay.next_class[0] = REPLY_UNKNOWN;
        story->relay.next_count = 1;
        struct str id = mailed(story, "c1");
        assert_int_equal(story_email(story, "c1").status, EMAIL_UNCERTAIN);
        heard(story, id, ROWS[i].kind, "m1");
        struct email email = story_email(story, "c1");
        assert_int_equal(email.status, ROWS[i].status);
        assert_int_equal(email.delivery, ROWS[i].verdict);
        assert_int_equal(story_counter(story, "email:uncertain"), 0);
        assert_int_equal(story_counter(story, "sent:total"), ROWS[i].status == EMAIL_SENT ? 1 : 0);
        struct sent_mail row;
        assert_int_equal(store_get(story->env.store, RECORD_SENT_MAIL, id, &story->arena, &row), RC_OK);
        assert_int_equal(row.verdict, ROWS[i].verdict);
        assert_int_equal(story->relay.count, 1); /* and it was not sent again */
    }
}

static void nothing_is_recorded_of_what_never_left(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    story_to_day(story, story_due_day(story, "c1") + 1);
    struct email email = story_email(story, "c1");
    bool repeated;
    assert_int_equal(email.status, EMAIL_IN_REVIEW);
    assert_int_equal(hear(story, email.id, NOTICE_HARD_BOUNCE, "m1", &repeated), RC_NOT_FOUND);
    assert_int_equal(hear(story, STR("no-such-email"), NOTICE_COMPLAINT, "m1", &repeated), RC_NOT_FOUND);
    assert_int_equal(hear(story, email.id, NOTICE_HARD_BOUNCE, "", &repeated), RC_INVALID);
    assert_int_equal(suppressed_for(story, email.person), -1);
    assert_int_equal(story_email(story, "c1").version, email.version);
}

static void an_email_in_the_senders_hands_is_left_to_it(void **state)
{
    struct story *story = *state;
    struct str id = mailed(story, "c1");
    bool repeated;
    struct email email = story_email(story, "c1");
    email.status = EMAIL_SENDING;
    struct store_write write = {.op = STORE_PUT, .kind = RECORD_EMAIL, .record = &email, .expect = email.version};
    struct store_batch batch = {.writes = &write, .write_count = 1, .now = clock_now(story->env.clock)};
    assert_int_equal(store_commit(story->env.store, &batch), RC_OK);
    assert_int_equal(hear(story, id, NOTICE_HARD_BOUNCE, "m1", &repeated), RC_BUSY);
    assert_int_equal(suppressed_for(story, email.person), -1);
    assert_int_equal(story_email(story, "c1").version, email.version + 1);
}

int bounce_stories(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_hard_bounce_suppresses_the_address_and_is_kept_without_it),
        STORY(the_same_statement_twice_is_one),
        STORY(the_worst_that_is_known_stays),
        STORY(soft_bounces_suppress_when_there_are_enough_of_them_in_the_policys_days),
        STORY(what_two_tell_of_the_same_bounces_counts_once),
        STORY(what_two_tell_of_different_mails_adds_up),
        STORY(a_complaint_unsubscribes_all_clients_of_the_person_for_good),
        STORY(a_complaint_reaches_a_client_whose_address_changed_since),
        STORY(a_bounce_cancels_what_waits_for_the_person),
        STORY(an_unsubscribe_by_mail_is_an_unsubscribe),
        STORY(what_is_heard_settles_an_uncertain_email),
        STORY(nothing_is_recorded_of_what_never_left),
        STORY(an_email_in_the_senders_hands_is_left_to_it),
    };
    return cmocka_run_group_tests_name("bounce stories", tests, NULL, NULL);
}

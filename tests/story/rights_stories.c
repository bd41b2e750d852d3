/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Stories of a person's own acts: a pause, an objection to profiling, a copy of the data, and what erasure leaves. */
#include <stdio.h>
#include <string.h>

#include "core/delivery.h"
#include "core/offer.h"
#include "core/outbound.h"
#include "core/records_small.h"
#include "step/client_acts.h"
#include "step/export_client.h"
#include "step/mail_pace.h"
#include "step/own_acts.h"
#include "step/relay_stop.h"
#include "step/shop_jobs.h"
#include "step/steps.h"
#include "story.h"

/* Her email waits for the reviewer. */
static double until_in_review(struct story *story)
{
    story_catalogue(story);
    story_regular(story, "c1");
    double due = story_due_day(story, "c1");
    story_to_day(story, due + 1);
    assert_int_equal(story_email(story, "c1").status, EMAIL_IN_REVIEW);
    return due;
}

static struct client client_now(struct story *story, const char *id)
{
    struct client client;
    assert_int_equal(store_get(story->env.store, RECORD_CLIENT, str_of(id), &story->arena, &client), RC_OK);
    return client;
}

static void settle(struct story *story) { assert_int_equal(workers_settle(story->workers, 60000), RC_OK); }

static void put(struct story *story, enum record_kind kind, const void *record, int64_t expect)
{
    struct store_write write = {.op = STORE_PUT, .kind = kind, .record = record, .expect = expect};
    struct store_batch batch = {.writes = &write, .write_count = 1, .now = clock_now(story->env.clock)};
    assert_int_equal(store_commit(story->env.store, &batch), RC_OK);
}

static void a_pause_cancels_what_waits_and_is_over_after_ninety_days(void **state)
{
    struct story *story = *state;
    until_in_review(story);
    struct email email = story_email(story, "c1");
    int64_t now = clock_now(story->env.clock);
    assert_int_equal(own_pause(&story->env, email.id, &story->arena), RC_OK);
    settle(story);
    assert_int_equal(story_email(story, "c1").status, EMAIL_CANCELLED);
    assert_true(str_equal(story_email(story, "c1").reason, STR("consent_paused")));
    struct client client = client_now(story, "c1");
    assert_int_equal(client.consent_status, CONSENT_PAUSED);
    assert_true(client.consent_until == now + 90 * TIME_DAY_MS);
    assert_int_equal(own_pause(&story->env, email.id, &story->arena), RC_OK); /* again: nothing more */
    assert_true(client_now(story, "c1").version == client.version);
}

/* A pause gives nobody a consent, takes back no opt-out and forgets no end. */
static void a_pause_never_makes_anybody_more_mailable(void **state)
{
    struct story *story = *state;
    until_in_review(story);
    struct str id = story_email(story, "c1").id;
    int64_t now = clock_now(story->env.clock), soon = now + 10 * TIME_DAY_MS, late = now + 400 * TIME_DAY_MS;
    const struct {
        int status;
        int64_t until;
        int wanted;
        int64_t wanted_until;
    } ROWS[] = {
        {CONSENT_UNKNOWN, TIME_NONE, CONSENT_UNKNOWN, TIME_NONE},
        {CONSENT_UNSUBSCRIBED, TIME_NONE, CONSENT_UNSUBSCRIBED, TIME_NONE},
        {CONSENT_PAUSED, TIME_NONE, CONSENT_PAUSED, TIME_NONE},
        {CONSENT_PAUSED, late, CONSENT_PAUSED, late},
        {CONSENT_PAUSED, soon, CONSENT_PAUSED, now + 90 * TIME_DAY_MS},
        {CONSENT_SUBSCRIBED, soon, CONSENT_PAUSED, TIME_NONE},
        {CONSENT_SUBSCRIBED, late, CONSENT_PAUSED, TIME_NONE},
        {CONSENT_SUBSCRIBED, TIME_NONE, CONSENT_PAUSED, now + 90 * TIME_DAY_MS},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct client client = client_now(story, "c1");
        client.consent_status = ROWS[i].status;
        client.consent_until = ROWS[i].until;
        put(story, RECORD_CLIENT, &client, client.version);
        assert_int_equal(own_pause(&story->env, id, &story->arena), RC_OK);
        client = client_now(story, "c1");
        if (client.consent_status != ROWS[i].wanted || client.consent_until != ROWS[i].wanted_until)
            fail_msg("row %zu: %s", i, CONSENT_STATUS_WORDS[client.consent_status]);
    }
}

static void who_objects_has_no_score_no_timer_and_no_mail(void **state)
{
    struct story *story = *state;
    double due = until_in_review(story);
    story_approve(story, "c1");
    int64_t gaps = story_counter(story, "scale:gaps");
    assert_int_equal(own_object(&story->env, story_email(story, "c1").id, &story->arena), RC_OK);
    settle(story);
    struct engagement cleared = story_engagement(story, "c1");
    assert_int_equal(cleared.visits, 0);
    assert_true(cleared.due_at == TIME_NONE && cleared.last_at == TIME_NONE && cleared.value_minor == 0);
    assert_true(str_is_none(cleared.recent) && !cleared.profiled && cleared.backlog == BACKLOG_NONE);
    assert_int_equal(story_counter(story, "scale:gaps"), gaps - 3); /* and the shop's sums are without her */
    assert_true(str_equal(story_email(story, "c1").reason, STR("objected")));
    story_order(story, "c1", due + 2, 4000); /* a new order begins no new silence to be watched */
    story_to_day(story, due + 200);
    assert_int_equal(story->relay.count, 0);
    size_t count;
    story_episodes(story, "c1", &count);
    assert_int_equal(count, 1);
    assert_int_equal(story_engagement(story, "c1").visits, 0);
    assert_true(story_episode(story, "c1").reordered_at != TIME_NONE); /* what came of the mail stays counted */
}

/* Between the objection and the work that follows from it, nothing may slip through: each step asks by itself. */
static void an_objection_stops_an_admitted_episode_before_its_draft(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    double due = story_due_day(story, "c1");
    story_to_day(story, due - 1);
    struct client client = client_now(story, "c1");
    client.profiling = PROFILING_OBJECTED;
    put(story, RECORD_CLIENT, &client, client.version);
    story_to_day(story, due + 5);
    size_t count;
    story_episodes(story, "c1", &count);
    assert_int_equal(count, 0);
    struct episode forced;
    const char *rule;
    assert_int_equal(
        client_force_draft(&story->env, STR("c1"), STR("staff:s1"), STR("r"), &story->arena, &forced, &rule),
        RC_INVALID);
}

/* Of an address that somebody else's client record had then, and hers has no more: her own record acts for her. */
static void an_act_reaches_the_client_under_a_new_address_too(void **state)
{
    struct story *story = *state;
    until_in_review(story);
    struct str id = story_email(story, "c1").id;
    struct client client = client_now(story, "c1");
    client.email = STR("new@example.com");
    client.person = env_person(&story->env, client.email, client.id, &story->arena);
    put(story, RECORD_CLIENT, &client, client.version);
    assert_int_equal(own_object(&story->env, id, &story->arena), RC_OK);
    assert_int_equal(client_now(story, "c1").profiling, PROFILING_OBJECTED);
}

static size_t copies(const struct story *story)
{
    size_t count = 0;
    for (size_t i = 0; i < story->relay.count; i++)
        count += strncmp(story->relay.mails[i].email_id, "copy-", 5) == 0;
    return count;
}

static void ask_for_copy(struct story *story)
{
    assert_int_equal(own_copy(&story->env, story_email(story, "c1").id, &story->arena), RC_OK);
    settle(story);
}

static void a_copy_goes_to_the_address_on_file_once_a_day(void **state)
{
    struct story *story = *state;
    double due = until_in_review(story);
    ask_for_copy(story);
    ask_for_copy(story);
    assert_int_equal(copies(story), 1);
    assert_string_equal(story->relay.mails[0].recipient, "c1@example.com");
    story_to_day(story, due + 1.9);
    ask_for_copy(story);
    assert_int_equal(copies(story), 1);
    story_to_day(story, due + 2.1);
    ask_for_copy(story);
    assert_int_equal(copies(story), 2);
}

/* Suppression says nothing about a letter that was asked for, but a dead address gets none. */
static void a_copy_is_not_sent_to_an_address_that_bounced(void **state)
{
    struct story *story = *state;
    double due = until_in_review(story);
    struct suppression suppression;
    assert_int_equal(
        client_unsubscribe(&story->env, story_email(story, "c1").id, STR("unsubscribe_link"), &story->arena), RC_OK);
    ask_for_copy(story);
    assert_int_equal(copies(story), 1);
    assert_int_equal(
        store_get(story->env.store, RECORD_SUPPRESSION, client_now(story, "c1").person, &story->arena, &suppression),
        RC_OK);
    suppression.reason = SUPPRESSED_HARD_BOUNCE;
    put(story, RECORD_SUPPRESSION, &suppression, suppression.version);
    story_to_day(story, due + 3);
    ask_for_copy(story);
    assert_int_equal(copies(story), 1);
}

/* Refused for now: the day is not used up. Uncertain: it is, as the copy may be there. */
static void a_copy_is_tried_again_only_when_it_surely_did_not_arrive(void **state)
{
    struct story *story = *state;
    double due = until_in_review(story);
    story->relay.next[0] = RC_BUSY;
    story->relay.next_class[0] = REPLY_LATER;
    story->relay.next[1] = RC_UNCERTAIN;
    story->relay.next_class[1] = REPLY_UNKNOWN;
    story->relay.next_count = 2;
    ask_for_copy(story);
    assert_int_equal(story->relay.next_at, 1);
    story_to_day(story, due + 1.5);
    assert_int_equal(story->relay.next_at, 2); /* came again by itself */
    ask_for_copy(story);
    story_to_day(story, due + 1.9);
    assert_int_equal(copies(story), 1);
    assert_int_equal(story->relay.next_at, 2);
}

/* A relay that refuses us is not pressed with letters either; nothing is lost meanwhile. */
static void a_copy_waits_while_the_relay_is_stopped(void **state)
{
    struct story *story = *state;
    struct relay_stop stop;
    struct batch batch;
    struct reply reply = {.class = REPLY_OUR_FAULT, .phase = REPLY_AUTH, .code = 535, .text = STR("535 5.7.8 no")};
    double due = until_in_review(story);
    assert_int_equal(relay_stop_read(&story->env, &story->arena, &stop), RC_OK);
    batch_init(&batch);
    relay_stop_add(&story->env, &batch, &stop, &reply, &story->arena);
    assert_int_equal(batch_commit(&story->env, &batch), RC_OK);
    ask_for_copy(story);
    story_to_day(story, due + 1.1);
    assert_int_equal(story->relay.next_at, 0);
    assert_int_equal(copies(story), 0);
    assert_int_equal(relay_resume(&story->env, STR("staff:s1"), &story->arena), RC_OK);
    story_to_day(story, due + 1.15);
    assert_int_equal(copies(story), 1);
}

static void copies_keep_to_the_pace(void **state)
{
    struct story *story = *state;
    double due = until_in_review(story);
    story_stop(story);
    story->env.pace = mail_pace_new(1, 1);
    story_start(story);
    assert_int_equal(mail_pace_ask(story->env.pace, STR("example.com"), mail_pace_now(story->env.clock), NULL), 0);
    ask_for_copy(story);
    assert_int_equal(copies(story), 0);
    story_to_day(story, due + 1.1);
    assert_int_equal(copies(story), 1);
    story_stop(story);
    mail_pace_free(story->env.pace);
    story->env.pace = NULL;
    story_start(story);
}

static void a_month_of_changes(struct policy *policy) { policy->retention_changes_days = 30; }
static void a_week_of_changes(struct policy *policy) { policy->retention_changes_days = 7; }

static int64_t oldest_change(struct story *story)
{
    struct change *changes;
    size_t count;
    assert_int_equal(story->env.feed->vtable->read(story->env.feed, 0, 1, &story->arena, &changes, &count), RC_OK);
    assert_int_equal(count, 1);
    return changes[0].at;
}

static void changes_are_forgotten_after_the_policys_days(void **state)
{
    struct story *story = *state;
    story_policy(story, a_month_of_changes);
    assert_int_equal(shop_jobs_ensure(&story->env, &story->arena), RC_OK);
    story_regular(story, "c1"); /* orders on days 0, 20, 40 and 60 */
    story_to_day(story, 62);
    assert_in_range(oldest_change(story), DAY(32), DAY(41));
    story_policy(story, a_week_of_changes);
    story_to_day(story, 63);
    assert_in_range(oldest_change(story), DAY(56), DAY(61));
}

/* The steps have not seen it yet: no number of days makes it old. */
static void a_change_that_was_not_read_is_kept_however_old_it_is(void **state)
{
    struct story *story = *state;
    struct job job;
    story_policy(story, a_week_of_changes);
    assert_int_equal(shop_jobs_ensure(&story->env, &story->arena), RC_OK);
    story_regular(story, "c1");
    story_to_day(story, 61);
    story_stop(story); /* with it the reader of the changes */
    int64_t unread_at = clock_now(story->env.clock);
    story_order(story, "c1", 60.5, 4000);
    assert_int_equal(clock_set(story->env.clock, DAY(100)), RC_OK);
    assert_int_equal(story->env.queue->vtable->claim(story->env.queue, 1u << JOB_TIDY, clock_now(story->env.clock),
                                                     &story->arena, &job),
                     RC_OK);
    assert_int_equal(tidy_shop(&story->env, &job, &story->arena), RC_OK);
    assert_int_equal(oldest_change(story), unread_at); /* all that was read is forgotten */
    story_start(story);
}

static void the_export_has_what_is_kept_and_no_names_of_staff(void **state)
{
    struct story *story = *state;
    until_in_review(story);
    story_approve(story, "c1");
    assert_int_equal(own_object(&story->env, story_email(story, "c1").id, &story->arena), RC_OK);
    settle(story);
    struct buf text = {0};
    struct json *document = NULL;
    assert_int_equal(export_client(&story->env, STR("c1"), &story->arena, &text), RC_OK);
    assert_false(str_contains(buf_str(&text), STR("staff:")));
    assert_false(str_contains(buf_str(&text), STR("\"by\"")));
    assert_int_equal(json_parse(buf_str(&text), &document, NULL), RC_OK);
    assert_true(str_equal(json_get_str(document, "format"), EXPORT_FORMAT));
    assert_int_equal(json_get_i64(document, "version", 0), 1);
    const struct json *one = json_at(json_get(document, "clients"), 0), *email = json_at(json_get(one, "emails"), 0);
    assert_true(str_equal(json_get_str(json_get(one, "client"), "email"), STR("c1@example.com")));
    assert_int_equal(json_size(json_get(one, "orders")), 4);
    assert_int_equal(json_size(json_get(one, "episodes")), 1);
    assert_int_equal(json_size(json_get(email, "approvals")), 1);
    assert_true(json_get_str(email, "text").len > 0);
    const struct json *history = json_get(document, "consent_history");
    const struct json *last = json_at(history, json_size(history) - 1);
    assert_true(str_equal(json_get_str(last, "profiling"), STR("objected")));
    assert_int_equal(export_client(&story->env, STR("nobody"), &story->arena, &text), RC_NOT_FOUND);
    json_free(document);
    buf_clear(&text);
}

/* What gathers around a mail that left, and where else a client's data lie. */
static void surround(struct story *story, const struct email *email)
{
    int64_t now = clock_now(story->env.clock);
    struct notice notice = {.id = STR("n1"),
                            .email_id = email->id,
                            .client_id = email->client_id,
                            .person = email->person,
                            .source = STR("pipe"),
                            .at = now,
                            .updated_at = now};
    struct notice other = notice; /* of one whose client was not known */
    other.id = STR("n2");
    other.client_id = STR_NONE;
    struct outbound outbound;
    struct offer_code code;
    record_init(RECORD_OUTBOUND, &outbound);
    record_init(RECORD_OFFER_CODE, &code);
    outbound.id = STR("w1");
    outbound.client_id = email->client_id;
    outbound.payload = STR("{\"email\":\"c1@example.com\"}");
    outbound.attempts = 0;
    code.id = STR("CODE-1");
    code.state = OFFER_CODE_USED;
    code.email_id = email->id;
    outbound.created_at = outbound.updated_at = code.created_at = code.updated_at = now;
    struct answer answer = {.id = STR("a1"),
                            .body_hash = STR("h"),
                            .status = 201,
                            .body = STR("{\"id\":\"c1\",\"email\":\"c1@example.com\"}"),
                            .created_at = now,
                            .updated_at = now};
    struct answer others = answer;
    others.id = STR("a2");
    others.body = STR("{\"id\":\"c11\"}");
    struct sent_mail sent = {
        .id = email->id, .person = email->person, .sent_at = now, .verdict_at = TIME_NONE, .updated_at = now};
    put(story, RECORD_SENT_MAIL, &sent, STORE_ANY);
    put(story, RECORD_NOTICE, &notice, STORE_ABSENT);
    put(story, RECORD_NOTICE, &other, STORE_ABSENT);
    put(story, RECORD_OUTBOUND, &outbound, STORE_ABSENT);
    put(story, RECORD_OFFER_CODE, &code, STORE_ABSENT);
    put(story, RECORD_ANSWER, &answer, STORE_ABSENT);
    put(story, RECORD_ANSWER, &others, STORE_ABSENT);
}

static void erasure_takes_what_gathers_around_a_sent_mail(void **state)
{
    struct story *story = *state;
    double due = until_in_review(story);
    story_approve(story, "c1");
    story_to_day(story, due + 2);
    struct email email = story_email(story, "c1");
    assert_int_equal(email.status, EMAIL_SENT);
    surround(story, &email);
    struct str receipt;
    assert_int_equal(erase_client(&story->env, STR("c1"), STR("staff:s1"), &story->arena, &receipt), RC_OK);
    settle(story);
    static const struct {
        enum record_kind kind;
        const char *key;
        enum rc wanted;
    } ROWS[] = {{RECORD_NOTICE, "n1", RC_NOT_FOUND},   {RECORD_NOTICE, "n2", RC_NOT_FOUND},
                {RECORD_OUTBOUND, "w1", RC_NOT_FOUND}, {RECORD_ANSWER, "a1", RC_NOT_FOUND},
                {RECORD_ANSWER, "a2", RC_OK},          {RECORD_OFFER_CODE, "CODE-1", RC_OK}};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        void *record = arena_new(&story->arena, 1, RECORD_TYPES[ROWS[i].kind].size);
        if (store_get(story->env.store, ROWS[i].kind, str_of(ROWS[i].key), &story->arena, record) != ROWS[i].wanted)
            fail_msg("%s", ROWS[i].key);
    }
    struct offer_code code;
    struct sent_mail sent;
    assert_int_equal(store_get(story->env.store, RECORD_OFFER_CODE, STR("CODE-1"), &story->arena, &code), RC_OK);
    assert_true(str_is_none(code.email_id) && code.state == OFFER_CODE_USED);
    assert_int_equal(store_get(story->env.store, RECORD_SENT_MAIL, email.id, &story->arena, &sent), RC_OK);
    assert_true(str_is_none(sent.person)); /* the brake still counts it */
    assert_int_equal(store_get(story->env.store, RECORD_EMAIL, email.id, &story->arena, &email), RC_NOT_FOUND);
}

/* The erase job ends in a run that finds nothing: the image that the last deletion leaves is cleared too. */
static void no_image_outlives_an_erasure_of_many_commits(void **state)
{
    struct story *story = *state;
    story_client(story, "c1", "c1@example.com");
    for (int i = 0; i < 150; i++)
        story_order(story, "c1", i * 0.001, 4000 + i);
    settle(story);
    struct str receipt;
    assert_int_equal(erase_client(&story->env, STR("c1"), STR("staff:s1"), &story->arena, &receipt), RC_OK);
    settle(story);
    int64_t after = 0;
    size_t count;
    do {
        struct change *changes;
        assert_int_equal(story->env.feed->vtable->read(story->env.feed, after, 500, &story->arena, &changes, &count),
                         RC_OK);
        for (size_t i = 0; i < count; i++) {
            after = changes[i].seq;
            assert_false(str_contains(changes[i].old_image, STR("c1@example.com")));
            assert_false(str_contains(changes[i].new_image, STR("c1@example.com")));
            assert_false(str_contains(changes[i].old_image, STR("\"c1\"")));
        }
    } while (count == 500);
}

int rights_stories(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_pause_cancels_what_waits_and_is_over_after_ninety_days),
        STORY(a_pause_never_makes_anybody_more_mailable),
        STORY(who_objects_has_no_score_no_timer_and_no_mail),
        STORY(an_objection_stops_an_admitted_episode_before_its_draft),
        STORY(an_act_reaches_the_client_under_a_new_address_too),
        STORY(a_copy_goes_to_the_address_on_file_once_a_day),
        STORY(a_copy_is_not_sent_to_an_address_that_bounced),
        STORY(a_copy_is_tried_again_only_when_it_surely_did_not_arrive),
        STORY(a_copy_waits_while_the_relay_is_stopped),
        STORY(copies_keep_to_the_pace),
        STORY(changes_are_forgotten_after_the_policys_days),
        STORY(a_change_that_was_not_read_is_kept_however_old_it_is),
        STORY(the_export_has_what_is_kept_and_no_names_of_staff),
        STORY(erasure_takes_what_gathers_around_a_sent_mail),
        STORY(no_image_outlives_an_erasure_of_many_commits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

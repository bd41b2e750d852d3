/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Beside the shop's other tools: what they are told, what they tell us, and whom they are to leave alone. */
#include "story.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "core/outbound.h"
#include "core/records_small.h"
#include "step/client_acts.h"
#include "step/contacts.h"
#include "step/outbound.h"
#include "step/record_notice.h"
#include "step/suppress_list.h"
#include "step/tags.h"

/* A receiver that answers as told: `next` in turn, then RC_OK for ever. */
struct receiver {
    struct notifier port;
    struct lock lock;
    enum rc next[32];
    size_t next_count, next_at, count;
    char ids[64][64], bodies[64][400];
};

static enum rc take(struct notifier *notifier, struct str id, struct str body, struct arena *arena, struct str *error)
{
    struct receiver *receiver = (struct receiver *)notifier;
    (void)arena;
    lock_take(&receiver->lock);
    enum rc rc = receiver->next_at < receiver->next_count ? receiver->next[receiver->next_at++] : RC_OK;
    assert_true(receiver->count < 64);
    snprintf(receiver->ids[receiver->count], 64, "%.*s", STR_ARG(id));
    snprintf(receiver->bodies[receiver->count++], 400, "%.*s", STR_ARG(body));
    lock_drop(&receiver->lock);
    *error = rc == RC_OK ? STR_NONE : rc == RC_TIMEOUT ? STR("timeout") : STR("500");
    return rc;
}
static void nothing(struct notifier *notifier) { (void)notifier; }
static const struct notifier_vtable RECEIVER = {.send = take, .stop = nothing, .close = nothing};

/* From now on the shop has a webhook. */
static struct receiver *listen_in(struct story *story)
{
    struct receiver *receiver = arena_new(&story->arena, 1, sizeof *receiver);
    receiver->port.vtable = &RECEIVER;
    lock_init(&receiver->lock);
    story_stop(story);
    story->env.shop.has_webhook = true;
    story->env.notifier = &receiver->port;
    story_start(story);
    return receiver;
}

/* One client with an email that has left. */
static struct email mailed(struct story *story, double *day)
{
    story_catalogue(story);
    story_regular(story, "c1");
    *day = story_due_day(story, "c1") + 0.01;
    story_to_day(story, *day);
    story_approve(story, "c1");
    story_to_day(story, *day += 0.01);
    struct email email = story_email(story, "c1");
    assert_int_equal(email.status, EMAIL_SENT);
    return email;
}

static struct outbound the_event(struct story *story, enum outbound_state in)
{
    struct store_query query = STORE_QUERY(OUTBOUND_BY_STATE);
    struct store_page page;
    query.equal = str_of(OUTBOUND_STATE_WORDS[in]);
    assert_int_equal(store_list(story->env.store, &query, &story->arena, &page), RC_OK);
    assert_int_equal(page.count, 1);
    return *(struct outbound *)page.items;
}

static void unsubscribe(struct story *story, struct str email_id)
{
    assert_int_equal(client_unsubscribe(&story->env, email_id, STR("unsubscribe_link"), &story->arena), RC_OK);
}

static void an_unsubscribe_is_told_once_and_forgotten_when_accepted(void **state)
{
    struct story *story = *state;
    struct receiver *receiver = listen_in(story);
    double day;
    struct email email = mailed(story, &day);
    unsubscribe(story, email.id);
    unsubscribe(story, email.id); /* nothing new */
    story_to_day(story, day + 0.01);
    assert_int_equal(receiver->count, 1);
    struct outbound event = the_event(story, OUTBOUND_ACCEPTED);
    assert_string_equal(receiver->ids[0], arena_str(&story->arena, event.id).ptr);
    assert_non_null(strstr(receiver->bodies[0], "{\"type\":\"client.unsubscribed\",\"timestamp\":\"2026-"));
    assert_non_null(strstr(receiver->bodies[0], "\"data\":{\"client_ids\":[\"c1\"],\"email\":\"c1@example.com\","
                                                "\"reason\":\"unsubscribe\"}}"));
    assert_true(str_is_none(event.payload)); /* the address is the receiver's now */
    assert_int_equal(event.attempts, 1);
    story_to_day(story, day + 29);
    the_event(story, OUTBOUND_ACCEPTED);
    story_to_day(story, day + 32);
    struct outbound gone;
    assert_int_equal(store_get(story->env.store, RECORD_OUTBOUND, event.id, &story->arena, &gone), RC_NOT_FOUND);
}

/* Over two days of refusals, through a restart: the same id at each try, at most an hour between two, never given up. */
static void a_receiver_that_fails_is_told_until_it_accepts(void **state)
{
    struct story *story = *state;
    struct receiver *receiver = listen_in(story);
    double day;
    struct email email = mailed(story, &day);
    struct outbound_lag lag;
    for (size_t i = 0; i < 32; i++)
        receiver->next[i] = i % 2 ? RC_TIMEOUT : RC_BUSY;
    receiver->next_count = 32;
    unsubscribe(story, email.id);
    story_to_day(story, day + 0.5);
    size_t before = receiver->count;
    assert_in_range(before, 16, 31); /* 5 s doubling to about an hour: 10 tries in the first, then one an hour */
    assert_int_equal(outbound_lag_read(&story->env, &story->arena, &lag), RC_OK);
    assert_int_equal(lag.waiting, 1);
    assert_int_equal(lag.oldest_at, the_event(story, OUTBOUND_WAITING).created_at);
    assert_true(str_equal(lag.last_error, STR("500")) || str_equal(lag.last_error, STR("timeout")));
    story_reopen(story);
    story->env.shop.has_webhook = true; /* a new process reads the same configuration */
    story->env.notifier = &receiver->port;
    story_stop(story);
    story_start(story);
    story_to_day(story, day + 2);
    assert_int_equal(receiver->count, 33);
    for (size_t i = 1; i < receiver->count; i++) {
        assert_string_equal(receiver->ids[i], receiver->ids[0]);
        assert_string_equal(receiver->bodies[i], receiver->bodies[0]);
    }
    struct outbound event = the_event(story, OUTBOUND_ACCEPTED);
    assert_int_equal(event.attempts, 33);
    assert_true(str_is_none(event.error));
    assert_int_equal(outbound_lag_read(&story->env, &story->arena, &lag), RC_OK);
    assert_int_equal(lag.waiting, 0);
    struct queue_stats stats = {0};
    assert_int_equal(story->env.queue->vtable->stats(story->env.queue, &stats), RC_OK);
    assert_int_equal(stats.dead[JOB_NOTIFY], 0);
}

static void an_address_that_the_relay_refuses_is_told(void **state)
{
    struct story *story = *state;
    struct receiver *receiver = listen_in(story);
    story_catalogue(story);
    story_regular(story, "c1");
    double day = story_due_day(story, "c1") + 0.01;
    story_to_day(story, day);
    story->relay.next[0] = RC_DENIED;
    story->relay.next_class[0] = REPLY_BAD_ADDRESS;
    story->relay.next_count = 1;
    story_approve(story, "c1");
    story_to_day(story, day + 0.01);
    assert_int_equal(story_email(story, "c1").status, EMAIL_FAILED);
    assert_int_equal(receiver->count, 1);
    assert_non_null(strstr(receiver->bodies[0], "\"type\":\"client.hard_bounced\""));
    assert_non_null(strstr(receiver->bodies[0], "\"reason\":\"hard_bounce\""));
}

static void a_notice_is_told_once_and_a_complaint_after_a_bounce_again(void **state)
{
    static const struct {
        const char *id;
        enum notice_kind kind;
        size_t told; /* altogether */
    } rows[] = {
        {"n0", NOTICE_DELIVERED, 0},   {"n1", NOTICE_HARD_BOUNCE, 1}, {"n1", NOTICE_HARD_BOUNCE, 1},
        {"n2", NOTICE_HARD_BOUNCE, 1}, {"n3", NOTICE_COMPLAINT, 2},   {"n4", NOTICE_COMPLAINT, 2},
    };
    struct story *story = *state;
    struct receiver *receiver = listen_in(story);
    double day;
    bool repeated;
    struct email email = mailed(story, &day);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct notice_in in = {.id = str_of(rows[i].id),
                               .email_id = email.id,
                               .kind = rows[i].kind,
                               .source = STR("mailbox"),
                               .status = STR("5.1.1")};
        assert_int_equal(notice_record(&story->env, &in, &story->arena, &repeated), RC_OK);
        story_to_day(story, day += 0.01);
        assert_int_equal(receiver->count, rows[i].told);
    }
    assert_non_null(strstr(receiver->bodies[0], "\"type\":\"client.hard_bounced\""));
    assert_non_null(strstr(receiver->bodies[1], "\"type\":\"client.complained\""));
}

static void without_a_webhook_nothing_is_kept_to_tell(void **state)
{
    struct story *story = *state;
    double day;
    struct email email = mailed(story, &day);
    unsubscribe(story, email.id);
    struct store_query query = STORE_QUERY(OUTBOUND_BY_STATE);
    struct store_page page;
    query.equal = STR("waiting");
    assert_int_equal(store_list(story->env.store, &query, &story->arena, &page), RC_OK);
    assert_int_equal(page.count, 0);
}

/* --- what they tell us --- */

static enum contact_status contact(struct story *story, const char *client, const char *email, int64_t at)
{
    struct contact made = {.client_id = str_of(client), .email = str_of(email), .at = at};
    assert_int_equal(contact_made(&story->env, &made, &story->arena), RC_OK);
    return (enum contact_status)made.status;
}

static void a_contact_of_another_tool_keeps_the_admission_away(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    double due = story_due_day(story, "c1");
    story_to_day(story, due - 1);
    assert_int_equal(contact(story, "c1", NULL, clock_now(story->env.clock) - 2 * TIME_DAY_MS), CONTACT_COUNTED);
    story_to_day(story, due + 0.01);
    struct episode episode = story_episode(story, "c1");
    assert_int_equal(episode.state, EPISODE_INELIGIBLE);
    assert_true(str_equal(episode.reason, STR("capped")));
    assert_int_equal(episode.arm, ARM_NONE); /* before any arm is drawn: both are capped alike */
}

static void a_contact_of_another_tool_keeps_the_approved_email_from_being_sent(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    double due = story_due_day(story, "c1");
    story_to_day(story, due + 0.01);
    assert_int_equal(story_email(story, "c1").status, EMAIL_IN_REVIEW);
    assert_int_equal(contact(story, NULL, "C1@Example.com", clock_now(story->env.clock) - 3 * TIME_DAY_MS),
                     CONTACT_COUNTED);
    story_approve(story, "c1");
    story_to_day(story, due + 0.1);
    struct email email = story_email(story, "c1");
    assert_int_equal(email.status, EMAIL_CANCELLED);
    assert_true(str_equal(email.reason, STR("capped")));
    assert_int_equal(story->relay.count, 0);
}

static void contacts_only_move_forward_and_name_whom_we_know(void **state)
{
    struct story *story = *state;
    story_client(story, "c1", "c1@example.com");
    story_to_day(story, 10);
    int64_t now = clock_now(story->env.clock);
    assert_int_equal(contact(story, "c1", NULL, now - TIME_DAY_MS), CONTACT_COUNTED);
    assert_int_equal(contact(story, "c1", NULL, now - TIME_DAY_MS), CONTACT_UNCHANGED);
    assert_int_equal(contact(story, "c1", NULL, now - 5 * TIME_DAY_MS), CONTACT_UNCHANGED);
    assert_int_equal(contact(story, "c1", NULL, now), CONTACT_COUNTED);
    assert_int_equal(contact(story, "c1", NULL, now + 1), CONTACT_FUTURE);
    assert_int_equal(contact(story, "nobody", NULL, now), CONTACT_UNKNOWN);
    assert_int_equal(contact(story, NULL, "nobody@example.com", now), CONTACT_UNKNOWN);
    struct client client;
    struct person person;
    assert_int_equal(store_get(story->env.store, RECORD_CLIENT, STR("c1"), &story->arena, &client), RC_OK);
    assert_int_equal(store_get(story->env.store, RECORD_PERSON, client.person, &story->arena, &person), RC_OK);
    assert_int_equal(person.last_email_at, now);
    assert_int_equal(person.contact_at, now);
}

static void a_list_of_suppressions_is_only_ever_added(void **state)
{
    struct story *story = *state;
    struct receiver *receiver = listen_in(story);
    story_client(story, "c1", "c1@example.com");
    story_to_day(story, 1);
    struct suppress_item items[200];
    for (size_t i = 0; i < 200; i++)
        items[i] = (struct suppress_item){.email = arena_printf(&story->arena, "n%zu@example.com", i % 150),
                                          .reason = SUPPRESSED_IMPORT};
    items[7].email = STR("C1@example.com");
    items[8].email = STR("no address");
    assert_int_equal(suppress_list(&story->env, items, 200, STR("key:k1"), &story->arena), RC_OK);
    size_t counts[3] = {0};
    for (size_t i = 0; i < 200; i++)
        counts[items[i].status]++;
    assert_int_equal(counts[SUPPRESS_REJECTED], 1);
    assert_int_equal(counts[SUPPRESS_KNOWN], 48); /* 150 to 199 say n0 to n49 again, of which n7 and n8 are new */
    assert_int_equal(counts[SUPPRESS_ADDED], 151);
    story_to_day(story, 1.1);
    struct client client;
    assert_int_equal(store_get(story->env.store, RECORD_CLIENT, STR("c1"), &story->arena, &client), RC_OK);
    assert_int_equal(client.consent_status, CONSENT_UNSUBSCRIBED);
    assert_int_equal(receiver->count, 0); /* the shop said it: its tools know */
    assert_int_equal(suppress_list(&story->env, items, 200, STR("key:k1"), &story->arena), RC_OK);
    for (size_t i = 0; i < 200; i++)
        assert_int_equal(items[i].status, i == 8 ? SUPPRESS_REJECTED : SUPPRESS_KNOWN);
}

/* --- whom they are to leave alone --- */

static void half_held_out(struct policy *policy) { policy->holdout_share = 0.5; }

static void both_arms_are_tagged_until_the_proof_has_seen_enough(void **state)
{
    struct story *story = *state;
    struct client_tag *tags;
    struct store_page page;
    struct store_query query = STORE_QUERY(CLIENT_BY_ID);
    story_catalogue(story);
    story_policy(story, half_held_out);
    const char *ids[12];
    for (int i = 0; i < 12; i++) {
        ids[i] = arena_printf(&story->arena, "c%02d", i).ptr;
        story_client(story, ids[i], arena_printf(&story->arena, "c%02d@example.com", i).ptr);
    }
    for (int day = 0; day <= 60; day += 20) {
        if (day > 0)
            story_to_day(story, day);
        for (int i = 0; i < 12; i++)
            story_order(story, ids[i], day, 4000);
    }
    double due = story_due_day(story, "c11");
    story_to_day(story, due + 1);
    size_t counts[3] = {0};
    assert_int_equal(store_list(story->env.store, &query, &story->arena, &page), RC_OK);
    assert_int_equal(tags_read(&story->env, &page, &story->arena, &tags), RC_OK);
    for (size_t i = 0; i < page.count; i++) {
        counts[tags[i].tag]++;
        struct episode episode = story_episode(story, arena_str(&story->arena, tags[i].client_id).ptr);
        assert_int_equal(tags[i].tag, episode.arm == ARM_HOLDOUT ? TAG_HOLDOUT : TAG_TREATED);
        assert_int_equal(tags[i].since, episode.admitted_at);
    }
    assert_true(counts[TAG_HOLDOUT] > 0 && counts[TAG_TREATED] > 0);
    story_to_day(story, due + 93);
    assert_int_equal(tags_read(&story->env, &page, &story->arena, &tags), RC_OK);
    for (size_t i = 0; i < page.count; i++)
        assert_int_equal(tags[i].tag, TAG_NONE);
}

int tools_stories(void)
{
    const struct CMUnitTest tests[] = {
        STORY(an_unsubscribe_is_told_once_and_forgotten_when_accepted),
        STORY(a_receiver_that_fails_is_told_until_it_accepts),
        STORY(an_address_that_the_relay_refuses_is_told),
        STORY(a_notice_is_told_once_and_a_complaint_after_a_bounce_again),
        STORY(without_a_webhook_nothing_is_kept_to_tell),
        STORY(a_contact_of_another_tool_keeps_the_admission_away),
        STORY(a_contact_of_another_tool_keeps_the_approved_email_from_being_sent),
        STORY(contacts_only_move_forward_and_name_whom_we_know),
        STORY(a_list_of_suppressions_is_only_ever_added),
        STORY(both_arms_are_tagged_until_the_proof_has_seen_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

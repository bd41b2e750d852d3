/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the audit log tells of people's acts and of an email's life, and what it keeps to itself. */
#include "story.h"

#include <string.h>

#include "step/admin_acts.h"
#include "step/audit.h"
#include "step/audit_chain.h"

#define SETTLE_MS 60000

static void settle(struct story *story) { assert_int_equal(workers_settle(story->workers, SETTLE_MS), RC_OK); }

/* --- what people do -------------------------------------------------------------------------------------------------- */
static const struct audit *last_noted(struct story *story, const char *action)
{
    struct store_query query = STORE_QUERY(AUDIT_BY_TIME);
    struct store_page page;
    query.descending = true;
    assert_int_equal(store_list(story->env.store, &query, &story->arena, &page), RC_OK);
    const struct audit *entries = page.items;
    for (size_t i = 0; i < page.count; i++)
        if (str_equal(entries[i].action, str_of(action)))
            return &entries[i];
    fail_msg("nothing was noted of %s", action);
    return NULL;
}

static void acts_on_people_keys_and_the_kill_switch_are_noted_without_secrets(void **state)
{
    struct story *story = *state;
    struct staff staff;
    struct api_key key;
    struct str token;
    struct staff_change person = {
        .actor = STR("s1"), .email = STR("otto@shop.example"), .password = STR("a long password"), .role = ROLE_VIEWER};
    struct key_change system = {.actor = STR("s1"), .name = STR("Otto's till"), .scope = KEY_INGEST};
    assert_int_equal(staff_add(&story->env, &person, &story->arena, &staff), RC_OK);
    person.id = staff.id;
    person.role = ROLE_ADMIN;
    assert_int_equal(staff_update(&story->env, &person, &story->arena, &staff), RC_OK);
    assert_int_equal(key_create(&story->env, &system, &story->arena, &key, &token), RC_OK);
    assert_int_equal(key_revoke(&story->env, key.id, STR("s1"), &story->arena), RC_OK);
    assert_int_equal(kill_switch_set(&story->env, true, STR("test"), STR("staff:s1"), &story->arena), RC_OK);
    const struct {
        const char *action;
        struct str subject;
        const char *detail;
    } rows[] = {{"staff.added", staff.id, "{\"role\":\"viewer\",\"disabled\":false}"},
                {"staff.updated", staff.id, "{\"role\":{\"before\":\"viewer\",\"after\":\"admin\"}}"},
                {"key.created", key.id, "{\"scope\":\"ingest\"}"},
                {"key.revoked", key.id, "{\"scope\":\"ingest\"}"},
                {"kill_switch.on", STR("kill_switch"), "\"reason\":\"test\""}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct audit *entry = last_noted(story, rows[i].action);
        assert_string_equal(entry->actor.ptr, "s1");
        assert_true(str_equal(entry->subject, rows[i].subject));
        assert_non_null(strstr(entry->detail.ptr, rows[i].detail));
        assert_null(strstr(entry->detail.ptr, "tto"));
    }
}

/* --- what becomes of an email ---------------------------------------------------------------------------------------- */
/* The actions noted of an email, oldest first, in one text; no detail tells words, names or addresses. */
static struct str life_of(struct story *story, const struct email *email)
{
    struct store_query query = STORE_QUERY(AUDIT_BY_SUBJECT);
    struct store_page page;
    struct str life = STR("");
    query.equal = email->id;
    assert_int_equal(store_list(story->env.store, &query, &story->arena, &page), RC_OK);
    const struct audit *entries = page.items;
    for (size_t i = 0; i < page.count; i++) {
        const struct str secrets[] = {STR("Maya"), email->recipient, email->subject, email->preheader, STR("mug")};
        struct str action = {entries[i].action.ptr + strlen("email."), entries[i].action.len - strlen("email.")};
        life = arena_printf(&story->arena, "%.*s%s%.*s by %.*s", STR_ARG(life), i > 0 ? ", " : "", STR_ARG(action),
                            STR_ARG(entries[i].actor));
        for (size_t s = 0; s < sizeof secrets / sizeof secrets[0]; s++)
            assert_false(str_contains(entries[i].detail, secrets[s]));
    }
    return life;
}

static void in_review(struct story *story)
{
    story_catalogue(story);
    story_regular(story, "c1");
    story_to_day(story, story_due_day(story, "c1") + 1);
}

/* A moment later, so that what is noted next stands behind. */
static void a_moment(struct story *story)
{
    story_to_day_silently(story, (double)(clock_now(story->env.clock) + 1000 - STORY_DAY_0) / 86400000.0);
}

static struct review review_now(struct story *story, struct email *after)
{
    struct email email = story_email(story, "c1");
    a_moment(story);
    return (struct review){.actor = STR("staff:s1"), .email_id = email.id, .expect = email.version, .out = after};
}

static void edit(struct story *story)
{
    struct email before = story_email(story, "c1"), after;
    struct draft *draft = arena_new(&story->arena, 1, sizeof *draft);
    struct problems problems = {.count = 0};
    struct json *paragraphs = NULL;
    struct json_error error;
    assert_int_equal(json_parse(before.paragraphs, &paragraphs, &error), RC_OK);
    assert_int_equal(draft_paragraphs_from_json(paragraphs, &story->arena, draft, &problems), RC_OK);
    json_free(paragraphs);
    draft->subject = STR("A small note about blue mugs");
    draft->preheader = before.preheader;
    struct review review = review_now(story, &after);
    assert_int_equal(review_edit(&story->env, &review, draft, &story->arena), RC_OK);
}

static void the_whole_life_of_an_email_is_noted_with_hashes_and_without_words(void **state)
{
    struct story *story = *state;
    struct email after;
    in_review(story);
    edit(story);
    a_moment(story);
    story_approve(story, "c1");
    struct review review = review_now(story, &after);
    assert_int_equal(review_undo(&story->env, &review, &story->arena), RC_OK);
    a_moment(story);
    story_approve(story, "c1");
    story_to_day(story, story_due_day(story, "c1") + 2);
    struct email email = story_email(story, "c1");
    assert_int_equal(email.status, EMAIL_SENT);
    assert_string_equal(
        life_of(story, &email).ptr,
        "drafted by rekindle, edited by s1, approved by s1, undone by s1, approved by s1, sent by rekindle");
    const struct {
        const char *action;
        struct str says[5];
    } rows[] = {
        {"email.drafted",
         {STR("\"status\":\"in_review\""), STR("\"writer\":\"template\""), STR("\"template_version\":\""),
          STR("\"cost_microusd\":0"), STR("\"reply_hash\":\"")}},
        {"email.edited", {STR("\"fields\":[\"subject\"]"), STR("\"diff_hash\":\"")}},
        {"email.approved",
         {arena_printf(&story->arena, "\"content_hash\":\"%.*s\"", STR_ARG(email.content_hash)),
          STR("\"status\":\"approved\"")}},
        {"email.sent",
         {STR("\"code\":250"), STR("\"phase\":\"dot\""), STR("\"message_hash\":\""),
          arena_printf(&story->arena, "\"content_hash\":\"%.*s\"", STR_ARG(email.content_hash))}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (size_t s = 0; s < 5 && !str_is_none(rows[i].says[s]); s++)
            assert_non_null(strstr(last_noted(story, rows[i].action)->detail.ptr, rows[i].says[s].ptr));
    static const struct audit_head NOTHING_KNOWN = {.place = {NULL, 0}};
    struct audit_report report;
    assert_int_equal(audit_verify(&story->env, &NOTHING_KNOWN, &story->arena, &report), RC_OK);
}

static void what_people_refuse_ask_again_or_settle_is_noted(void **state)
{
    struct story *story = *state;
    struct email after;
    in_review(story);
    struct review review = review_now(story, &after);
    story_stop(story); /* the next draft is made a moment after it was asked for */
    assert_int_equal(review_regenerate(&story->env, &review, &story->arena), RC_OK);
    assert_int_equal(clock_set(story->env.clock, clock_now(story->env.clock) + 1000), RC_OK);
    story_start(story);
    settle(story);
    a_moment(story);
    story_approve(story, "c1");
    story->relay.next[0] = RC_UNCERTAIN;
    story->relay.next_class[0] = REPLY_UNKNOWN;
    story->relay.next_count = 1;
    story_to_day(story, story_due_day(story, "c1") + 2);
    assert_int_equal(story_email(story, "c1").status, EMAIL_UNCERTAIN);
    review = review_now(story, &after);
    assert_int_equal(review_resolve(&story->env, &review, true, &story->arena), RC_OK);
    struct email email = story_email(story, "c1");
    assert_string_equal(life_of(story, &email).ptr, "drafted by rekindle, regenerated by s1, drafted by rekindle, "
                                                    "approved by s1, uncertain by rekindle, resolved by s1");
}

static void a_rule_that_cancels_is_noted(void **state)
{
    struct story *story = *state;
    in_review(story);
    a_moment(story);
    story_order(story, "c1", (double)(clock_now(story->env.clock) - STORY_DAY_0) / 86400000.0, 4000);
    settle(story);
    struct email email = story_email(story, "c1");
    assert_int_equal(email.status, EMAIL_CANCELLED);
    assert_string_equal(life_of(story, &email).ptr, "drafted by rekindle, cancelled by rekindle");
    assert_non_null(strstr(last_noted(story, "email.cancelled")->detail.ptr, "\"rule\":\"ordered_since\""));
}

static void a_reviewers_own_words_are_not_noted(void **state)
{
    struct story *story = *state;
    struct email after;
    in_review(story);
    struct review review = review_now(story, &after);
    assert_int_equal(review_reject(&story->env, &review, STR("Maya told me no"), &story->arena), RC_OK);
    assert_string_equal(life_of(story, &after).ptr, "drafted by rekindle, rejected by s1");
    assert_null(strstr(last_noted(story, "email.rejected")->detail.ptr, "told"));
}

int noted_stories(void)
{
    const struct CMUnitTest tests[] = {
        STORY(the_whole_life_of_an_email_is_noted_with_hashes_and_without_words),
        STORY(what_people_refuse_ask_again_or_settle_is_noted),
        STORY(a_rule_that_cancels_is_noted),
        STORY(a_reviewers_own_words_are_not_noted),
        STORY(acts_on_people_keys_and_the_kill_switch_are_noted_without_secrets),
    };
    return cmocka_run_group_tests_name("noted", tests, NULL, NULL);
}

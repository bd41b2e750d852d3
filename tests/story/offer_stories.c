/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the shop gives with an email: to a random half of the treated, printed by the template, unknown to the writer. */
#include "story.h"

#include <string.h>

#include "core/prompt.h"
#include "step/offer_codes.h"
#include "step/read_brief.h"
#include "step/reads.h"
#include "step/results.h"

#define SETTLE_MS 60000
#define GIFT "Have a coffee on us"
#define MANY 24

static void offer_on(struct policy *policy)
{
    policy->offer_on = true;
    policy->offer_texts = STR("{\"en\":\"" GIFT "\"}");
}
static void offer_fixed(struct policy *policy)
{
    offer_on(policy);
    policy->offer_code = STR("BACK-10");
}
static void offer_one_time(struct policy *policy)
{
    offer_on(policy);
    policy->offer_one_time = true;
}
static int64_t ends_at;
static void offer_with_an_end(struct policy *policy)
{
    offer_fixed(policy);
    policy->offer_ends_at = ends_at;
}
static void offer_off(struct policy *policy) { policy->offer_on = false; }

static const char *name(struct story *story, int i) { return arena_printf(&story->arena, "c%d", i).ptr; }

/* So many clients of one rhythm; the day on which all of them are due. */
static double fall_silent(struct story *story, int count)
{
    story_catalogue(story);
    for (int day = 0; day <= 60; day += 20) {
        if (clock_now(story->env.clock) < DAY(day))
            story_to_day(story, day);
        for (int i = 0; i < count; i++) {
            if (day == 0)
                story_client(story, name(story, i), arena_printf(&story->arena, "%s@example.com", name(story, i)).ptr);
            story_order(story, name(story, i), day, 4000);
        }
    }
    return story_due_day(story, "c0");
}
static void drift(struct story *story, int count) { story_to_day(story, fall_silent(story, count) + 1); }

static void add_codes(struct story *story, int count)
{
    struct str *codes = arena_new(&story->arena, (size_t)count, sizeof *codes);
    int64_t added;
    for (int i = 0; i < count; i++)
        codes[i] = arena_printf(&story->arena, "GIFT-%d", i);
    struct offer_codes some = {.codes = codes, .count = (size_t)count, .actor = STR("staff:s1")};
    assert_int_equal(offer_codes_add(&story->env, &some, &story->arena, &added), RC_OK);
}

/* The code that an email prints; absent without one. */
static struct str printed_code(struct story *story, const struct email *email)
{
    struct offer offer;
    enum rc rc = offer_from_json(email->offer, &story->arena, &offer);
    assert_true(rc == RC_OK || rc == RC_NOT_FOUND);
    return rc == RC_OK ? offer.code : STR_NONE;
}

static bool prints(const struct email *email, const char *text)
{
    bool in_text = str_contains(email->text, str_of(text)), in_html = str_contains(email->html, str_of(text));
    assert_int_equal(in_text, in_html);
    return in_text;
}

static struct review review_of(const struct email *email, struct email *after)
{
    return (struct review){.actor = STR("staff:s1"), .email_id = email->id, .expect = email->version, .out = after};
}

/* The first of the clients whose episode is in this half. */
static const char *of_half(struct story *story, int count, enum episode_offer half)
{
    for (int i = 0; i < count; i++)
        if (story_episode(story, name(story, i)).offer == (int)half)
            return name(story, i);
    fail_msg("nobody is in this half");
    return NULL;
}

/* --- who gets it ----------------------------------------------------------------------------------------------------- */
static void a_random_half_of_the_treated_get_the_offer(void **state)
{
    struct story *story = *state;
    story_policy(story, offer_fixed);
    drift(story, MANY);
    int with = 0;
    struct policy policy;
    assert_int_equal(env_policy(&story->env, &story->arena, &policy), RC_OK);
    for (int i = 0; i < MANY; i++) {
        struct episode episode = story_episode(story, name(story, i));
        struct email email = story_email(story, name(story, i));
        assert_int_equal(email.status, EMAIL_IN_REVIEW);
        assert_int_equal(episode.offer, offer_draw(policy.holdout_salt, episode.id));
        bool gets = episode.offer == OFFER_WITH;
        assert_int_equal(prints(&email, GIFT), gets);
        assert_int_equal(prints(&email, "BACK-10"), gets);
        assert_int_equal(str_is_none(email.offer), !gets);
        with += gets;
    }
    assert_in_range(with, 1, MANY - 1); /* all or none: once in 8 million */
}

static void half_all(struct policy *policy)
{
    offer_fixed(policy);
    policy->holdout_share = 0.5;
}

static void those_held_out_are_in_neither_half(void **state)
{
    struct story *story = *state;
    story_policy(story, half_all);
    drift(story, MANY);
    int held = 0;
    for (int i = 0; i < MANY; i++) {
        struct episode episode = story_episode(story, name(story, i));
        held += episode.arm == ARM_HOLDOUT;
        assert_int_equal(episode.offer == OFFER_NONE, episode.arm == ARM_HOLDOUT);
    }
    assert_in_range(held, 1, MANY - 1);
}

static void nobody_is_drawn_without_an_offer_and_a_draft_that_was_seen_stays_as_it_is(void **state)
{
    struct story *story = *state;
    drift(story, 6);
    for (int i = 0; i < 6; i++)
        assert_int_equal(story_episode(story, name(story, i)).offer, OFFER_NONE);
    story_policy(story, offer_fixed);
    for (int i = 0; i < 6; i++) {
        struct email email = story_email(story, name(story, i)), after;
        struct review review = review_of(&email, &after);
        assert_int_equal(review_regenerate(&story->env, &review, &story->arena), RC_OK);
    }
    assert_int_equal(workers_settle(story->workers, SETTLE_MS), RC_OK);
    for (int i = 0; i < 6; i++) {
        struct email email = story_email(story, name(story, i));
        assert_int_equal(email.status, EMAIL_IN_REVIEW);
        assert_int_equal(story_episode(story, name(story, i)).offer, OFFER_NONE);
        assert_false(prints(&email, GIFT));
    }
}

/* --- the writer ------------------------------------------------------------------------------------------------------ */
static void the_model_never_sees_it(void **state)
{
    struct story *story = *state;
    struct brief_records *records = arena_new(&story->arena, 1, sizeof *records);
    struct prompt with, without;
    story_catalogue(story);
    story_regular(story, "c1");
    story_policy(story, offer_fixed);
    assert_int_equal(brief_read(&story->env, STR("c1"), 0, &story->arena, records), RC_OK);
    struct prompt_input input = {.brief = &records->brief, .policy = &records->policy};
    assert_int_equal(prompt_make(&input, &story->arena, &with), RC_OK);
    struct policy silent = records->policy;
    offer_off(&silent);
    silent.offer_texts = STR("{}");
    silent.offer_code = STR("");
    input.policy = &silent;
    assert_int_equal(prompt_make(&input, &story->arena, &without), RC_OK);
    assert_true(str_equal(with.system, without.system));
    assert_true(str_equal(with.user, without.user));
    assert_true(str_equal(with.schema, without.schema));
    const struct str parts[] = {with.system, with.user, with.schema};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        assert_false(str_contains(parts[i], STR(GIFT)));
        assert_false(str_contains(parts[i], STR("BACK-10")));
    }
}

/* --- one-time codes -------------------------------------------------------------------------------------------------- */
static void each_email_gets_a_code_of_its_own_and_keeps_it(void **state)
{
    struct story *story = *state;
    add_codes(story, 40);
    story_policy(story, offer_one_time);
    drift(story, MANY);
    struct str seen[MANY];
    int with = 0;
    for (int i = 0; i < MANY; i++) {
        struct email email = story_email(story, name(story, i));
        struct str code = printed_code(story, &email);
        assert_int_equal(str_is_none(code), story_episode(story, name(story, i)).offer != OFFER_WITH);
        if (str_is_none(code))
            continue;
        assert_true(prints(&email, code.ptr));
        for (int j = 0; j < with; j++)
            assert_false(str_equal(seen[j], code));
        seen[with++] = code;
        struct offer_code record;
        assert_int_equal(store_get(story->env.store, RECORD_OFFER_CODE, code, &story->arena, &record), RC_OK);
        assert_int_equal(record.state, OFFER_CODE_USED);
        assert_true(str_equal(record.email_id, email.id));
    }
    assert_int_equal(story_counter(story, "offer_codes:used"), with);
    assert_int_equal(story_counter(story, "offer_codes:free"), 40 - with);
    const char *lucky = of_half(story, MANY, OFFER_WITH);
    struct email before = story_email(story, lucky), after;
    struct review review = review_of(&before, &after);
    assert_int_equal(review_regenerate(&story->env, &review, &story->arena), RC_OK);
    assert_int_equal(workers_settle(story->workers, SETTLE_MS), RC_OK);
    after = story_email(story, lucky);
    assert_int_equal(after.draft_count, before.draft_count + 1);
    assert_true(str_equal(printed_code(story, &after), printed_code(story, &before)));
    assert_int_equal(story_counter(story, "offer_codes:used"), with);
}

static void without_a_code_left_the_draft_fails_visibly_until_people_add_some(void **state)
{
    struct story *story = *state;
    add_codes(story, 2);
    story_policy(story, offer_one_time);
    drift(story, MANY);
    int with = 0, failed = 0;
    for (int i = 0; i < MANY; i++) {
        struct email email = story_email(story, name(story, i));
        bool lacks = email.status == EMAIL_DRAFT_FAILED;
        with += !str_is_none(email.offer);
        failed += lacks;
        if (lacks)
            assert_string_equal(email.reason.ptr, "offer_codes_empty");
        else
            assert_int_equal(email.status, EMAIL_IN_REVIEW);
    }
    assert_int_equal(with, 2);
    assert_in_range(failed, 1, MANY - 3);
    add_codes(story, 40); /* two of them are there and used */
    assert_int_equal(story_counter(story, "offer_codes:free"), 38);
    for (int i = 0; i < MANY; i++) {
        struct email email = story_email(story, name(story, i)), after;
        struct review review = review_of(&email, &after);
        if (email.status == EMAIL_DRAFT_FAILED)
            assert_int_equal(review_retry(&story->env, &review, &story->arena), RC_OK);
    }
    assert_int_equal(workers_settle(story->workers, SETTLE_MS), RC_OK);
    assert_int_equal(story_emails_in(story, EMAIL_IN_REVIEW), MANY);
    assert_int_equal(story_counter(story, "offer_codes:used"), 2 + failed);
    for (int i = 0; i < MANY; i++) {
        struct email email = story_email(story, name(story, i));
        assert_int_equal(story_episode(story, name(story, i)).offer == OFFER_WITH, !str_is_none(email.offer));
    }
}

/* Else only those of the days with codes would be in the half that gets the offer, and nothing could be compared. */
static void whoever_was_drawn_stays_in_the_half_also_when_codes_have_run_out(void **state)
{
    struct story *story = *state;
    struct policy policy;
    add_codes(story, 2);
    story_policy(story, offer_one_time);
    drift(story, MANY);
    assert_int_equal(env_policy(&story->env, &story->arena, &policy), RC_OK);
    int failed = 0;
    for (int i = 0; i < MANY; i++) {
        struct episode episode = story_episode(story, name(story, i));
        bool lacks = story_email(story, name(story, i)).status == EMAIL_DRAFT_FAILED;
        assert_int_equal(episode.offer, offer_draw(policy.holdout_salt, episode.id));
        if (lacks)
            assert_int_equal(episode.offer, OFFER_WITH);
        failed += lacks;
    }
    assert_in_range(failed, 1, MANY - 3);
}

static void what_is_rehearsed_uses_no_code_up(void **state)
{
    struct story *story = *state;
    story_stop(story);
    story->env.rehearsal = true;
    story_start(story);
    add_codes(story, 3);
    story_policy(story, offer_one_time);
    drift(story, MANY);
    assert_int_equal(story_counter(story, "offer_codes:free"), 3);
    assert_int_equal(story_counter(story, "offer_codes:used"), 0);
    struct email email = story_email(story, of_half(story, MANY, OFFER_WITH));
    assert_true(prints(&email, "SAMPLE-CODE"));
}

/* --- until it is sent ------------------------------------------------------------------------------------------------ */
static struct email edited(struct story *story, const char *client)
{
    struct email before = story_email(story, client), after;
    struct draft *draft = arena_new(&story->arena, 1, sizeof *draft);
    struct problems problems = {.count = 0};
    struct json *paragraphs = NULL;
    struct json_error error;
    assert_int_equal(json_parse(before.paragraphs, &paragraphs, &error), RC_OK);
    assert_int_equal(draft_paragraphs_from_json(paragraphs, &story->arena, draft, &problems), RC_OK);
    json_free(paragraphs);
    draft->subject = STR("A small note about blue mugs");
    draft->preheader = before.preheader;
    struct review review = review_of(&before, &after);
    assert_int_equal(review_edit(&story->env, &review, draft, &story->arena), RC_OK);
    after = story_email(story, client);
    assert_string_equal(after.subject.ptr, "A small note about blue mugs");
    return after;
}

static void an_edit_keeps_the_offer_while_it_holds(void **state)
{
    struct story *story = *state;
    story_policy(story, offer_fixed);
    drift(story, MANY);
    const char *lucky = of_half(story, MANY, OFFER_WITH);
    struct email before = story_email(story, lucky), after = edited(story, lucky);
    assert_true(str_equal(after.offer, before.offer));
    assert_true(prints(&after, GIFT));
    assert_true(prints(&after, "BACK-10"));
    story_policy(story, offer_off);
    after = edited(story, lucky);
    assert_true(str_is_none(after.offer));
    assert_false(prints(&after, GIFT));
    assert_false(prints(&after, "BACK-10"));
    assert_int_equal(after.status, EMAIL_IN_REVIEW);
    assert_int_equal(story_episode(story, lucky).offer, OFFER_WITH);
}

static void an_offer_that_is_over_is_taken_out_seen_again_and_sent_without(void **state)
{
    struct story *story = *state;
    double due = fall_silent(story, MANY);
    ends_at = STORY_DAY_0 + (int64_t)((due + 3) * 86400000.0);
    story_policy(story, offer_with_an_end);
    story_to_day(story, due + 1);
    const char *lucky = of_half(story, MANY, OFFER_WITH), *other = of_half(story, MANY, OFFER_WITHOUT);
    assert_true(clock_now(story->env.clock) < ends_at);
    story_stop(story); /* approved in time, and not sent in time */
    const struct email approved = story_approve(story, lucky);
    assert_true(prints(&approved, GIFT));
    story_approve(story, other);
    assert_int_equal(clock_set(story->env.clock, ends_at), RC_OK);
    story_start(story);
    story_to_day(story, due + 3.1);
    assert_int_equal(workers_settle(story->workers, SETTLE_MS), RC_OK);
    struct email email = story_email(story, lucky);
    assert_int_equal(email.status, EMAIL_IN_REVIEW);
    assert_string_equal(email.reason.ptr, "offer_ended");
    assert_int_equal(story_email(story, other).status, EMAIL_SENT);
    assert_int_equal(story->relay.count, 1);
    assert_true(str_is_none(email.offer));
    assert_false(prints(&email, GIFT));
    assert_false(prints(&email, "BACK-10"));
    assert_false(str_equal(email.content_hash, approved.content_hash));
    assert_true(str_equal(email.subject, approved.subject));
    assert_true(str_equal(email.paragraphs, approved.paragraphs));
    assert_true(str_equal(email.checks, approved.checks));
    assert_int_equal(email.draft_count, approved.draft_count);       /* nobody was asked for it */
    assert_int_equal(story_episode(story, lucky).offer, OFFER_WITH); /* its half stays what was drawn */
    story_approve(story, lucky);
    story_to_day(story, due + 3.2);
    email = story_email(story, lucky);
    assert_int_equal(email.status, EMAIL_SENT);
    assert_int_equal(story->relay.count, 2);
    assert_false(prints(&email, GIFT));
    assert_int_equal(story_episode(story, lucky).offer, OFFER_WITH);
}

/* --- what it added --------------------------------------------------------------------------------------------------- */
struct outcome {
    enum episode_arm arm;
    enum episode_offer offer;
    int people, reordered;
    bool counts;
};

/* Episodes of day 1 as their steps leave them. */
static void put_outcomes(struct story *story, const struct outcome *outcome, int first)
{
    for (int i = 0; i < outcome->people; i++) {
        const char *id = name(story, first + i);
        struct batch *batch = arena_new(&story->arena, 1, sizeof *batch);
        struct episode *episode = arena_new(&story->arena, 1, sizeof *episode);
        bool back = i < outcome->reordered;
        story_client(story, id, arena_printf(&story->arena, "%s@example.com", id).ptr);
        record_init(RECORD_EPISODE, episode);
        episode->id = episode_id_of(str_of(id), STR("o1"), &story->arena);
        episode->client_id = episode->person = str_of(id);
        episode->last_order_id = STR("o1");
        episode->due_at = episode->opened_at = episode->admitted_at = episode->updated_at = DAY(1);
        episode->state = EPISODE_CLOSED;
        episode->arm = (int)outcome->arm;
        episode->stratum = STRATUM_DUE;
        episode->period = STR("0123456789ab");
        episode->offer = (int)outcome->offer;
        episode->counts = outcome->counts;
        episode->emailed_at = outcome->arm == ARM_HOLDOUT ? TIME_NONE : DAY(2);
        episode->reordered_at = back ? DAY(3) : TIME_NONE;
        episode->revenue_30_minor = episode->revenue_60_minor = episode->revenue_90_minor = back ? 2000 : 0;
        batch_init(batch);
        batch_put(batch, RECORD_EPISODE, episode, STORE_ABSENT);
        assert_int_equal(batch_commit(&story->env, batch), RC_OK);
    }
}

static void near(double got, double want) { assert_true(got - want < 1e-9 && want - got < 1e-9); }

static void results_tell_what_the_offer_added_beyond_the_email(void **state)
{
    static const struct outcome OUTCOMES[] = {
        {ARM_TREATED, OFFER_WITH, 60, 27, true}, {ARM_TREATED, OFFER_WITHOUT, 50, 5, true},
        {ARM_TREATED, OFFER_NONE, 30, 3, true},  {ARM_HOLDOUT, OFFER_NONE, 40, 4, true},
        {ARM_FORCED, OFFER_NONE, 5, 5, false},   {ARM_TREATED, OFFER_WITH, 7, 7, false},
    };
    struct story *story = *state;
    int first = 0;
    for (size_t i = 0; i < sizeof OUTCOMES / sizeof OUTCOMES[0]; i++) {
        put_outcomes(story, &OUTCOMES[i], first);
        first += OUTCOMES[i].people;
    }
    story_to_day(story, 32);
    struct results *results = arena_new(&story->arena, 1, sizeof *results);
    assert_int_equal(results_read(&story->env, 30, &story->arena, results), RC_OK);
    const struct results_offer *offer = &results->offer;
    assert_int_equal(offer->with.people, 60);
    assert_int_equal(offer->with.reordered, 27);
    assert_int_equal(offer->with.revenue_minor, 27 * 2000);
    assert_int_equal(offer->without.people, 50);
    assert_int_equal(offer->without.reordered, 5);
    assert_int_equal(offer->taken, 27);
    struct lift_stratum halves = {{60, 27}, {50, 5}}, arms = {{140, 35}, {40, 4}};
    struct lift_interval want;
    assert_true(offer->known);
    assert_true(lift_interval(&halves, 1, &want));
    near(offer->lift.estimate, want.estimate);
    near(offer->lift.low, want.low);
    near(offer->lift.high, want.high);
    /* the proof itself compares all of the treated with the holdout, whatever half they are in */
    assert_int_equal(results->total.treated.people, 140);
    assert_int_equal(results->total.holdout.people, 40);
    assert_true(lift_interval(&arms, 1, &want));
    near(results->lift.estimate, want.estimate);
    near(results->lift.low, want.low);
}

int offer_stories(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_random_half_of_the_treated_get_the_offer),
        STORY(those_held_out_are_in_neither_half),
        STORY(nobody_is_drawn_without_an_offer_and_a_draft_that_was_seen_stays_as_it_is),
        STORY(the_model_never_sees_it),
        STORY(each_email_gets_a_code_of_its_own_and_keeps_it),
        STORY(without_a_code_left_the_draft_fails_visibly_until_people_add_some),
        STORY(whoever_was_drawn_stays_in_the_half_also_when_codes_have_run_out),
        STORY(what_is_rehearsed_uses_no_code_up),
        STORY(an_edit_keeps_the_offer_while_it_holds),
        STORY(results_tell_what_the_offer_added_beyond_the_email),
        STORY(an_offer_that_is_over_is_taken_out_seen_again_and_sent_without),
    };
    return cmocka_run_group_tests_name("offer", tests, NULL, NULL);
}

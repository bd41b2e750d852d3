/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The proof: who counts, in which arm, from when, and what is counted. */
#include "story.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/holdout.h"
#include "core/score.h"
#include "step/client_acts.h"
#include "step/ingest.h"
#include "step/reads.h"
#include "step/results.h"

static void half_holdout(struct policy *policy)
{
    policy->holdout_share = 0.5;
    policy->daily_episodes = 1000;
    policy->max_in_review = 10000;
}

static struct results results_of(struct story *story, int window_days)
{
    struct results results;
    assert_int_equal(results_read(&story->env, window_days, &story->arena, &results), RC_OK);
    return results;
}

static const char *numbered(struct story *story, const char *prefix, int number)
{
    return arena_printf(&story->arena, "%s%d", prefix, number).ptr;
}

/* A client with one order, on the day it is now. */
static void one_order(struct story *story, const char *id, const char *email)
{
    story_client(story, id, email);
    story_order(story, id, (double)(clock_now(story->env.clock) - STORY_DAY_0) / 86400000.0, 4000);
}

static void a_shop_of(struct story *story, int clients)
{
    story_catalogue(story);
    story_policy(story, half_holdout);
    for (int i = 0; i < clients; i++) {
        const char *id = numbered(story, "c", i);
        one_order(story, id, arena_printf(&story->arena, "%s@example.com", id).ptr);
    }
}

static struct person person_of(struct story *story, const char *client)
{
    struct client record;
    struct person person;
    assert_int_equal(store_get(story->env.store, RECORD_CLIENT, str_of(client), &story->arena, &record), RC_OK);
    assert_int_equal(store_get(story->env.store, RECORD_PERSON, record.person, &story->arena, &person), RC_OK);
    return person;
}

/* A client id whose person is in this arm under the salt in force. */
static const char *id_in_arm(struct story *story, enum episode_arm arm, const char *prefix)
{
    struct policy policy;
    assert_int_equal(env_policy(&story->env, &story->arena, &policy), RC_OK);
    for (int i = 0;; i++) {
        const char *id = numbered(story, prefix, i);
        struct str email = arena_printf(&story->arena, "%s@example.com", id);
        struct str person = env_person(&story->env, email, str_of(id), &story->arena);
        if (holdout_arm(policy.holdout_salt, person, policy.holdout_share) == arm) {
            one_order(story, id, email.ptr);
            return id;
        }
    }
}

static void an_admission_counts_when_its_window_has_closed_and_not_before(void **state)
{
    struct story *story = *state;
    a_shop_of(story, 30);
    story_to_day(story, 80);
    struct episode first = story_episode(story, "c0");
    struct results now = results_of(story, 30);
    int64_t holdout = story_counter(story, "episode:holdout");
    assert_true(holdout >= 5 && holdout <= 25);
    story_to_day(story, (double)(first.admitted_at - STORY_DAY_0) / 86400000.0 + 29.99);
    now = results_of(story, 30);
    assert_int_equal(now.outside.open, 30);
    assert_int_equal(now.total.treated.people + now.total.holdout.people, 0);
    assert_int_equal(now.week_count, 0);
    story_to_day(story, (double)(first.admitted_at - STORY_DAY_0) / 86400000.0 + 30.01);
    now = results_of(story, 30);
    assert_int_equal(now.outside.open, 0);
    assert_int_equal(now.total.holdout.people, holdout);
    assert_int_equal(now.total.treated.people, 30 - holdout);
    assert_int_equal(results_of(story, 60).outside.open, 30);
    assert_int_equal(results_read(&story->env, 45, &story->arena, &now), RC_INVALID);
}

static void both_arms_are_admitted_at_the_same_instant_and_remembered_alike(void **state)
{
    struct story *story = *state;
    a_shop_of(story, 20);
    story_to_day(story, 100);
    int64_t admitted_at = story_episode(story, "c0").admitted_at;
    int seen[4] = {0};
    for (int i = 0; i < 20; i++) {
        struct episode episode = story_episode(story, numbered(story, "c", i));
        struct person person = person_of(story, numbered(story, "c", i));
        seen[episode.arm]++;
        assert_true(episode.counts);
        assert_int_equal(episode.admitted_at, admitted_at);
        assert_int_equal(person.entered_at, admitted_at);
        assert_int_equal(person.contact_at, admitted_at);
        assert_int_equal(episode.state, episode.arm == ARM_HOLDOUT ? EPISODE_HOLDOUT : EPISODE_DRAFTING);
    }
    assert_true(seen[ARM_TREATED] > 0 && seen[ARM_HOLDOUT] > 0);
}

static void only_a_persons_first_draw_counts(void **state)
{
    struct story *story = *state;
    a_shop_of(story, 4);
    story_to_day(story, 75);
    for (int i = 0; i < 4; i++)
        story_order(story, numbered(story, "c", i), 75, 4000);
    story_to_day(story, 220); /* silent again: a second admission of each */
    for (int i = 0; i < 4; i++) {
        size_t count;
        const struct episode *episodes = story_episodes(story, numbered(story, "c", i), &count);
        assert_int_equal(count, 2);
        assert_true(episodes[1].counts);
        assert_int_equal(episodes[1].state, EPISODE_CLOSED);
        assert_true(episodes[0].admitted_at != TIME_NONE);
        assert_int_equal(episodes[0].arm, episodes[1].arm); /* sticky */
        assert_false(episodes[0].counts);
    }
    struct results results = results_of(story, 30);
    assert_int_equal(results.total.treated.people + results.total.holdout.people, 4);
    assert_int_equal(results.total.treated.reordered + results.total.holdout.reordered, 4);
    assert_int_equal(results.total.treated.revenue_minor + results.total.holdout.revenue_minor, 4 * 4000);
    assert_int_equal(results.outside.repeated, 4);
}

static void those_who_may_not_be_mailed_change_no_arm_and_count_nowhere(void **state)
{
    struct story *story = *state;
    struct policy policy;
    a_shop_of(story, 0);
    for (int i = 0; i < 50; i++) { /* 30 of the 50 left no address */
        const char *id = numbered(story, "c", i);
        one_order(story, id, i % 5 < 2 ? arena_printf(&story->arena, "%s@example.com", id).ptr : NULL);
    }
    story_to_day(story, 110);
    assert_int_equal(env_policy(&story->env, &story->arena, &policy), RC_OK);
    for (int i = 0; i < 50; i++) {
        struct episode episode = story_episode(story, numbered(story, "c", i));
        enum episode_arm alone = holdout_arm(policy.holdout_salt, episode.person, policy.holdout_share);
        assert_int_equal(episode.counts, i % 5 < 2);
        assert_int_equal(episode.arm, i % 5 < 2 ? (int)alone : ARM_NONE);
    }
    struct results results = results_of(story, 30);
    assert_int_equal(results.total.treated.people + results.total.holdout.people, 20);
}

static void quarter_holdout(struct policy *policy) { policy->holdout_share = 0.25; }

static void a_changed_share_opens_a_new_period(void **state)
{
    struct story *story = *state;
    a_shop_of(story, 10);
    story_to_day(story, 70);
    struct str before = story_episode(story, "c0").period;
    story_policy(story, quarter_holdout);
    for (int i = 10; i < 20; i++)
        one_order(story, numbered(story, "c", i), arena_printf(&story->arena, "c%d@example.com", i).ptr);
    story_to_day(story, 175);
    struct episode after = story_episode(story, "c15");
    assert_true(after.admitted_at != TIME_NONE);
    assert_false(str_equal(after.period, before));
    struct results results = results_of(story, 30);
    assert_int_equal(results.stratum_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(results.strata[i].cell.treated.people + results.strata[i].cell.holdout.people, 10);
        assert_true(str_equal(results.strata[i].name,
                              arena_printf(&story->arena, "%.*s due", STR_ARG(i == 0 ? before : after.period))));
    }
    assert_int_equal(results.strata[0].from, story_episode(story, "c0").admitted_at);
}

static void no_holdout(struct policy *policy) { policy->holdout_share = 0; }

static void without_a_holdout_nothing_is_drawn_and_nobodys_first_draw_is_used_up(void **state)
{
    struct story *story = *state;
    a_shop_of(story, 3);
    story_policy(story, no_holdout);
    story_to_day(story, 75);
    struct episode episode = story_episode(story, "c0");
    assert_int_equal(episode.arm, ARM_TREATED);
    assert_false(episode.counts);
    assert_int_equal(person_of(story, "c0").entered_at, TIME_NONE);
    assert_int_equal(results_of(story, 30).outside.undrawn, 3);
    story_policy(story, half_holdout);
    for (int i = 0; i < 3; i++)
        story_order(story, numbered(story, "c", i), 75, 4000);
    story_to_day(story, 200);
    assert_true(story_episode(story, "c0").counts);
}

static struct order order_of(struct story *story, const char *id)
{
    struct order order;
    assert_int_equal(store_get(story->env.store, RECORD_ORDER, str_of(id), &story->arena, &order), RC_OK);
    return order;
}

static void put_order(struct story *story, struct order *order)
{
    enum ingest_status status;
    assert_int_equal(ingest_order(&story->env, order, INGEST_UPSERT, STR("api"), NULL, &story->arena, &status), RC_OK);
}

static void expect_bought(struct story *story, const char *client, int64_t in_30, int64_t in_60, int64_t in_90)
{
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
    size_t count;
    const struct episode *episodes = story_episodes(story, client, &count);
    const struct episode *first = &episodes[count - 1];
    assert_int_equal(first->revenue_30_minor, in_30);
    assert_int_equal(first->revenue_60_minor, in_60);
    assert_int_equal(first->revenue_90_minor, in_90);
}

static void late_cancelled_and_returned_orders_change_what_was_bought(void **state)
{
    struct story *story = *state;
    a_shop_of(story, 1);
    story_to_day(story, 100);
    double admitted = (double)(story_episode(story, "c0").admitted_at - STORY_DAY_0) / 86400000.0;
    double days[] = {floor(admitted) + 40, floor(admitted) + 45, floor(admitted) + 80};
    const char *ids[3];
    expect_bought(story, "c0", 0, 0, 0);
    for (int i = 0; i < 3; i++) {
        story_to_day(story, days[i] + 0.5);
        story_order(story, "c0", days[i], 1000 << i);
        ids[i] = arena_printf(&story->arena, "o-c0-%.3f", days[i]).ptr;
    }
    expect_bought(story, "c0", 0, 3000, 7000);
    assert_int_equal(story_episode(story, "c0").state, EPISODE_CLOSED);
    assert_int_equal(story_episode(story, "c0").reordered_at, order_of(story, ids[0]).ordered_at);
    struct order order;
    assert_int_equal(ingest_order_cancel(&story->env, str_of(ids[0]), STR("api"), &story->arena, &order), RC_OK);
    expect_bought(story, "c0", 0, 2000, 6000);
    assert_int_equal(story_episode(story, "c0").reordered_at, order_of(story, ids[1]).ordered_at);
    order = order_of(story, ids[2]);
    order.status = ORDER_RETURNED;
    put_order(story, &order);
    expect_bought(story, "c0", 0, 2000, 2000);
    story_order(story, "c0", floor(admitted) + 12, 500); /* comes late */
    expect_bought(story, "c0", 500, 2500, 2500);
    assert_int_equal(story_episode(story, "c0").reorder_minor, 500);
    story_order(story, "c0", floor(admitted) - 3, 70); /* before the admission: no effect of it */
    expect_bought(story, "c0", 500, 2500, 2500);
}

static void an_order_of_another_client_of_the_address_ends_the_silence_and_counts(void **state)
{
    struct story *story = *state;
    a_shop_of(story, 0);
    one_order(story, "a", "same@example.com");
    story_client(story, "b", "Same@Example.com");
    story_to_day(story, 100);
    struct episode episode = story_episode(story, "a");
    assert_true(episode.admitted_at != TIME_NONE);
    assert_true(str_equal(story_engagement(story, "a").episode_id, episode.id));
    story_order(story, "b", 100, 2500);
    expect_bought(story, "a", episode.admitted_at + 30 * TIME_DAY_MS >= DAY(100) ? 2500 : 0, 2500, 2500);
    episode = story_episode(story, "a");
    assert_int_equal(episode.state, EPISODE_CLOSED);
    assert_true(str_equal(episode.reason, STR("ordered")));
    assert_int_equal(episode.reordered_at, DAY(100));
    assert_true(str_is_none(story_engagement(story, "a").episode_id));
    assert_true(str_is_none(person_of(story, "a").episode_id));
    assert_int_equal(story_counter(story, "email:in_review"), 0); /* a draft that waited is cancelled */
}

static void a_forced_draft_is_outside_and_leaves_the_holdout_as_it_is(void **state)
{
    struct story *story = *state;
    struct episode episode;
    const char *rule;
    a_shop_of(story, 0);
    const char *held = id_in_arm(story, ARM_HOLDOUT, "h");
    one_order(story, "f", "f@example.com");
    story_to_day(story, 20);
    assert_int_equal(client_force_draft(&story->env, STR("f"), STR("staff:s1"), STR("asked at the counter"),
                                        &story->arena, &episode, &rule),
                     RC_OK);
    story_to_day(story, 100);
    assert_false(story_episode(story, "f").counts);
    assert_int_equal(person_of(story, "f").entered_at, TIME_NONE); /* the first draw is still to come */
    struct episode before = story_episode(story, held);
    assert_int_equal(before.arm, ARM_HOLDOUT);
    assert_int_equal(client_force_draft(&story->env, str_of(held), STR("staff:s1"), STR("a good customer"),
                                        &story->arena, &episode, &rule),
                     RC_INVALID);
    assert_string_equal(rule, "person_has_episode");
    struct episode after = story_episode(story, held);
    assert_true(record_equal(RECORD_EPISODE, &before, &after));
    struct results results = results_of(story, 30);
    assert_int_equal(results.outside.forced, 1);
    assert_int_equal(results.total.holdout.people, 1);
    assert_int_equal(results.total.treated.people, 0);
}

static void a_rehearsal_counts_nowhere_and_is_not_remembered(void **state)
{
    struct story *story = *state;
    a_shop_of(story, 6);
    story_stop(story);
    story->env.rehearsal = true;
    story_start(story);
    story_to_day(story, 75);
    struct results results = results_of(story, 30);
    assert_int_equal(results.outside.rehearsed, 6);
    assert_int_equal(results.outside.open, 0);
    struct person person = person_of(story, "c0");
    assert_int_equal(person.entered_at, TIME_NONE);
    assert_int_equal(person.contact_at, TIME_NONE);
    story_stop(story);
    story->env.rehearsal = false;
    story_start(story);
    for (int i = 0; i < 6; i++)
        story_order(story, numbered(story, "c", i), 75, 4000);
    story_to_day(story, 200);
    assert_true(story_episode(story, "c0").counts); /* going live starts clean */
}

static int64_t wanted_cap_days;
static void cap(struct policy *policy) { policy->cap_days = wanted_cap_days; }

/* The treated got their mail days after the admission; the cap at the due moment must not let that tell the arms apart. */
static void the_cap_at_the_due_moment_is_the_same_for_both_arms(void **state)
{
    struct story *story = *state;
    a_shop_of(story, 0);
    const char *treated = id_in_arm(story, ARM_TREATED, "t"), *held = id_in_arm(story, ARM_HOLDOUT, "h");
    double admitted = story_due_day(story, treated);
    story_to_day(story, admitted + 5);
    admitted = (double)(story_episode(story, treated).admitted_at - STORY_DAY_0) / 86400000.0;
    assert_int_equal(story_episode(story, held).admitted_at, story_episode(story, treated).admitted_at);
    story_approve(story, treated);
    double left = ceil(admitted + 5.5);
    story_to_day(story, left); /* it leaves, days after the admission */
    struct person person = person_of(story, treated);
    assert_true(person.last_email_at > person.contact_at + 3 * TIME_DAY_MS);
    assert_int_equal(person_of(story, held).last_email_at, TIME_NONE);
    story_order(story, treated, left, 4000);
    story_order(story, held, left, 4000);
    double due = story_due_day(story, treated);
    wanted_cap_days = (int64_t)floor(due - admitted) - 1; /* over since the admission, not since the mail */
    story_policy(story, cap);
    story_to_day(story, due + 1);
    assert_int_equal(story_episode(story, treated).arm, ARM_TREATED);
    assert_int_equal(story_episode(story, held).arm, ARM_HOLDOUT);
    assert_true(story_episode(story, treated).admitted_at > DAY((int64_t)left));
    story_order(story, treated, due + 1, 4000);
    story_order(story, held, due + 1, 4000);
    wanted_cap_days = 365;
    story_policy(story, cap);
    story_to_day(story, story_due_day(story, treated) + 10);
    assert_true(str_equal(story_episode(story, treated).reason, STR("capped")));
    assert_true(str_equal(story_episode(story, held).reason, STR("capped")));
}

static void a_forced_mail_is_a_contact_like_any_other(void **state)
{
    struct story *story = *state;
    struct episode episode;
    const char *rule;
    a_shop_of(story, 0);
    one_order(story, "f", "f@example.com");
    story_to_day(story, 5);
    assert_int_equal(client_force_draft(&story->env, STR("f"), STR("staff:s1"), STR("asked at the counter"),
                                        &story->arena, &episode, &rule),
                     RC_OK);
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
    assert_int_equal(person_of(story, "f").contact_at, TIME_NONE);
    story_approve(story, "f");
    story_to_day(story, 5.5);
    assert_true(person_of(story, "f").contact_at >= DAY(5));
    assert_true(story_episode(story, "f").emailed_at >= DAY(5));
    story_order(story, "f", 5.5, 4000);
    wanted_cap_days = 365;
    story_policy(story, cap);
    story_to_day(story, story_due_day(story, "f") + 1);
    assert_true(str_equal(story_episode(story, "f").reason, STR("capped")));
}

static void none_a_day(struct policy *policy) { policy->daily_episodes = 0; }

static void an_episode_stays_its_persons_when_the_address_changes_meanwhile(void **state)
{
    struct story *story = *state;
    a_shop_of(story, 0);
    one_order(story, "c", "old@example.com");
    story_policy(story, none_a_day);
    story_to_day(story, 75);
    struct episode episode = story_episode(story, "c");
    assert_int_equal(episode.state, EPISODE_WAITING);
    story_client(story, "c", "new@example.com");
    story_policy(story, half_holdout);
    story_to_day(story, 76);
    struct episode admitted = story_episode(story, "c");
    struct policy policy;
    struct person person;
    assert_int_equal(env_policy(&story->env, &story->arena, &policy), RC_OK);
    assert_true(admitted.counts && str_equal(admitted.person, episode.person));
    assert_int_equal(admitted.arm, holdout_arm(policy.holdout_salt, episode.person, policy.holdout_share));
    assert_int_equal(store_get(story->env.store, RECORD_PERSON, episode.person, &story->arena, &person), RC_OK);
    assert_int_equal(person.entered_at, admitted.admitted_at);
    assert_true(str_equal(person.episode_id, episode.id));
    story_order(story, "c", 76, 4000);
    story_to_day(story, 77);
    assert_int_equal(store_get(story->env.store, RECORD_PERSON, episode.person, &story->arena, &person), RC_OK);
    assert_true(str_is_none(person.episode_id));
}

static void the_time_a_draft_was_open_is_kept_and_counted(void **state)
{
    struct story *story = *state;
    a_shop_of(story, 0);
    const char *id = id_in_arm(story, ARM_TREATED, "t");
    story_to_day(story, 75);
    struct email email = story_email(story, id), after;
    struct review review = {.actor = STR("staff:s1"),
                            .email_id = email.id,
                            .expect = email.version,
                            .review_ms = REVIEW_MS_MAX + 1,
                            .out = &after};
    assert_int_equal(review_approve(&story->env, &review, email.content_hash, &story->arena), RC_INVALID);
    assert_string_equal(review.why, "review_ms");
    review.review_ms = 42000;
    assert_int_equal(review_reject(&story->env, &review, STR("not now"), &story->arena), RC_OK);
    assert_int_equal(results_of(story, 30).review_ms, 42000);
    assert_true(str_contains(after.approvals, STR("\"review_ms\":42000")));
    story_to_day(story, 110); /* rejected, and counted all the same: it was drawn */
    assert_int_equal(results_of(story, 30).total.treated.people, 1);
    assert_int_equal(results_of(story, 30).total.treated.emailed, 0);
}

/* --- a whole shop without an effect ---------------------------------------------------------------------------------- */
enum { AA_CLIENTS = 240, AA_DAYS = 260 };

/* One draw of the shop's own stream; the story's days do not depend on the store. */
static double draw(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*state >> 11) * 0x1.0p-53;
}

static void live(struct story *story)
{
    uint64_t random = 9;
    double next[AA_CLIENTS], gap[AA_CLIENTS];
    for (int i = 0; i < AA_CLIENTS; i++) {
        const char *id = numbered(story, "c", i);
        gap[i] = 15 + 120 * draw(&random);
        next[i] = floor(200 * draw(&random)); /* some come so late that their windows are open at the end */
        story_client(story, id, i % 5 < 4 ? arena_printf(&story->arena, "%s@example.com", id).ptr : NULL);
    }
    for (int day = 0; day < AA_DAYS; day++) {
        story_to_day(story, day);
        for (int i = 0; i < AA_CLIENTS; i++) {
            if (next[i] > day)
                continue;
            story_order(story, numbered(story, "c", i), day, 1000 + (int64_t)(5000 * draw(&random)));
            next[i] = day + 1 + floor(-gap[i] * log(1 - draw(&random)));
        }
    }
    story_to_day(story, AA_DAYS);
}

/* What the table must say, from the orders and the episodes one by one. */
static void recount(struct story *story, struct results_cell *total, int64_t *open, int64_t *repeated)
{
    int64_t now = clock_now(story->env.clock);
    for (int i = 0; i < AA_CLIENTS; i++) {
        size_t episode_count, order_count;
        struct order *orders;
        const char *id = numbered(story, "c", i);
        const struct episode *episodes = story_episodes(story, id, &episode_count);
        assert_int_equal(read_orders(&story->env, str_of(id), &story->arena, &orders, &order_count), RC_OK);
        int64_t first = INT64_MAX;
        for (size_t e = 0; e < episode_count; e++)
            if (episodes[e].admitted_at != TIME_NONE && episodes[e].admitted_at < first)
                first = episodes[e].admitted_at;
        for (size_t e = 0; e < episode_count; e++) {
            int64_t from = episodes[e].admitted_at;
            *repeated += from != TIME_NONE && from != first;
            if (from != first)
                continue;
            *open += from > now - 30 * TIME_DAY_MS;
            if (from > now - 30 * TIME_DAY_MS)
                continue;
            struct results_arm *arm = episodes[e].arm == ARM_HOLDOUT ? &total->holdout : &total->treated;
            bool reordered = false;
            for (size_t o = 0; o < order_count; o++) {
                if (orders[o].ordered_at < from || orders[o].ordered_at > from + 30 * TIME_DAY_MS)
                    continue;
                arm->revenue_minor += orders[o].total_shop_minor;
                reordered = true;
            }
            arm->people++;
            arm->reordered += reordered;
        }
    }
}

static void expect_sum(const struct results_slice *slices, size_t count, const struct results_cell *total)
{
    struct results_cell sum = {.treated = {.people = 0}};
    for (size_t i = 0; i < count; i++) {
        const struct results_arm *parts[] = {&slices[i].cell.treated, &slices[i].cell.holdout};
        struct results_arm *sums[] = {&sum.treated, &sum.holdout};
        for (int arm = 0; arm < 2; arm++) {
            sums[arm]->people += parts[arm]->people;
            sums[arm]->reordered += parts[arm]->reordered;
            sums[arm]->emailed += parts[arm]->emailed;
            sums[arm]->revenue_minor += parts[arm]->revenue_minor;
        }
    }
    assert_memory_equal(&sum, total, sizeof sum);
}

static void the_results_are_what_a_recount_of_the_rows_gives(void **state)
{
    struct story *story = *state;
    struct results_cell total = {.treated = {.people = 0}};
    int64_t open = 0, repeated = 0;
    a_shop_of(story, 0);
    live(story);
    struct results results = results_of(story, 30);
    recount(story, &total, &open, &repeated);
    total.treated.emailed = results.total.treated.emailed;
    assert_memory_equal(&results.total, &total, sizeof total);
    assert_int_equal(results.outside.open, open);
    assert_int_equal(results.outside.repeated, repeated);
    assert_true(total.treated.people >= 20 && total.holdout.people >= 20 && open > 0 && repeated > 0);
    assert_true(total.treated.reordered > 0 && total.treated.reordered < total.treated.people);
    expect_sum(results.strata, results.stratum_count, &total);
    expect_sum(results.months, results.month_count, &total);
    expect_sum(results.bands, results.band_count, &total);
    /* the interval is that of the strata, and the last week's point is now */
    struct lift_stratum strata[8];
    struct lift_interval lift;
    assert_true(results.stratum_count <= 8);
    for (size_t i = 0; i < results.stratum_count; i++) {
        const struct results_cell *cell = &results.strata[i].cell;
        strata[i] = (struct lift_stratum){.treated = {cell->treated.people, cell->treated.reordered},
                                          .holdout = {cell->holdout.people, cell->holdout.reordered}};
    }
    assert_true(results.known && lift_interval(strata, results.stratum_count, &lift));
    assert_memory_equal(&lift, &results.lift, sizeof lift);
    assert_true(lift.low < 0 && lift.high > 0); /* nobody was mailed: there is no effect to find */
    const struct results_point *last = &results.series[results.week_count - 1];
    assert_int_equal(last->at, results.as_of);
    assert_int_equal(last->people, total.treated.people + total.holdout.people);
    for (size_t i = 1; i < results.week_count; i++)
        assert_true(results.series[i].at > results.series[i - 1].at &&
                    results.series[i].people >= results.series[i - 1].people);
    for (size_t i = 0; i + 1 < results.week_count; i++) /* Mondays, UTC */
        assert_int_equal((results.series[i].at - STORY_DAY_0) % (7 * TIME_DAY_MS), 0);
}

int proof_stories(void)
{
    const struct CMUnitTest tests[] = {
        STORY(an_admission_counts_when_its_window_has_closed_and_not_before),
        STORY(both_arms_are_admitted_at_the_same_instant_and_remembered_alike),
        STORY(only_a_persons_first_draw_counts),
        STORY(those_who_may_not_be_mailed_change_no_arm_and_count_nowhere),
        STORY(a_changed_share_opens_a_new_period),
        STORY(without_a_holdout_nothing_is_drawn_and_nobodys_first_draw_is_used_up),
        STORY(late_cancelled_and_returned_orders_change_what_was_bought),
        STORY(an_order_of_another_client_of_the_address_ends_the_silence_and_counts),
        STORY(a_forced_draft_is_outside_and_leaves_the_holdout_as_it_is),
        STORY(a_rehearsal_counts_nowhere_and_is_not_remembered),
        STORY(the_cap_at_the_due_moment_is_the_same_for_both_arms),
        STORY(a_forced_mail_is_a_contact_like_any_other),
        STORY(an_episode_stays_its_persons_when_the_address_changes_meanwhile),
        STORY(the_time_a_draft_was_open_is_kept_and_counted),
        STORY(the_results_are_what_a_recount_of_the_rows_gives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

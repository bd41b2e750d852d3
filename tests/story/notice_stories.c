/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Noticing: when an episode opens, for whom, and when it must not. */
#include "story.h"

#include <math.h>

#include "step/admin_acts.h"
#include "step/client_acts.h"
#include "step/ingest.h"

static void a_silent_client_is_noticed_drafted_approved_and_mailed_once(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    double due = story_due_day(story, "c1");
    assert_true(due > 100 && due < 160);
    story_to_day(story, due - 0.01);
    size_t count;
    story_episodes(story, "c1", &count);
    assert_int_equal(count, 0); /* not a moment too early */
    story_to_day(story, due + 0.01);
    struct episode episode = story_episode(story, "c1");
    assert_int_equal(episode.state, EPISODE_DRAFTING);
    assert_int_equal(episode.arm, ARM_TREATED);
    assert_int_equal(story_email(story, "c1").status, EMAIL_IN_REVIEW);
    assert_int_equal(story->relay.count, 0); /* nothing leaves without a person */
    story_approve(story, "c1");
    story_to_day(story, due + 0.02);
    assert_int_equal(story->relay.count, 1);
    assert_string_equal(story->relay.mails[0].recipient, "c1@example.com");
    assert_int_equal(story_email(story, "c1").status, EMAIL_SENT);
    assert_int_equal(story_episode(story, "c1").state, EPISODE_EMAILED);
    story_to_day(story, due + 60);
    assert_int_equal(story->relay.count, 1); /* and never again in this silence */
    story_order(story, "c1", due + 60, 5000);
    story_to_day(story, due + 60.1);
    episode = story_episode(story, "c1");
    assert_int_equal(episode.state, EPISODE_CLOSED);
    assert_true(str_equal(episode.reason, STR("ordered")));
    assert_int_equal(story_counter(story, "email:sent"), 1);
    assert_int_equal(story_counter(story, "email:in_review"), 0);
}

static void a_loaded_history_makes_a_backlog_and_never_a_burst(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    struct ingest_row rows[40];
    for (int i = 0; i < 40; i++) {
        rows[i].kind = RECORD_ORDER;
        rows[i].status = INGEST_UNCHANGED;
        record_init(RECORD_ORDER, &rows[i].as.order);
        rows[i].as.order.client_id = arena_printf(&story->arena, "h%d", i / 2);
        rows[i].as.order.ordered_at = DAY(-400 + (i % 2) * 30);
        rows[i].as.order.total_minor = 1000 + 100 * i;
    }
    assert_int_equal(ingest_rows(&story->env, rows, 40, STR("import"), true, &story->arena), RC_OK);
    story_to_day(story, 5);
    assert_int_equal(story_counter(story, "episode:waiting") + story_counter(story, "episode:ineligible"), 0);
    assert_int_equal(story_engagement(story, "h3").backlog, BACKLOG_HISTORY);
    struct store_query query = STORE_QUERY(ENGAGEMENT_BY_BACKLOG);
    struct store_page page;
    assert_int_equal(store_list(story->env.store, &query, &story->arena, &page), RC_OK);
    assert_int_equal(page.count, 20);
    struct backlog_release release = {.count = 3};
    assert_int_equal(backlog_release(&story->env, STR("staff:s1"), &release, &story->arena), RC_OK);
    assert_int_equal(release.count, 3);
    assert_int_equal(release.left, 17);
    assert_int_equal(story_engagement(story, "h19").backlog, BACKLOG_NONE); /* the most valuable first */
    assert_int_equal(story_engagement(story, "h0").backlog, BACKLOG_HISTORY);
}

static void one_a_day(struct policy *policy) { policy->daily_episodes = 1; }

static void the_days_limit_lets_the_most_valuable_in_first_and_the_rest_wait(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_policy(story, one_a_day);
    const char *const ids[] = {"low", "high", "mid"};
    const int64_t totals[] = {1000, 9000, 4000};
    for (int i = 0; i < 3; i++) {
        story_client(story, ids[i], arena_printf(&story->arena, "%s@example.com", ids[i]).ptr);
        story_order(story, ids[i], 0, totals[i]);
    }
    story_to_day(story, 1);
    /* All three timers are long past when the workers come back: they catch up in order, under the limit. */
    story_stop(story);
    assert_int_equal(clock_set(story->env.clock, DAY(100)), RC_OK);
    story_report(story);
    story_start(story);
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
    story_to_day_silently(story, 100.2);
    assert_int_equal(story_counter(story, "episode:waiting"), 2);
    assert_int_equal(story_episode(story, "high").state, EPISODE_DRAFTING);
    story_to_day(story, 101.1);
    assert_int_equal(story_episode(story, "mid").state, EPISODE_DRAFTING);
    assert_int_equal(story_episode(story, "low").state, EPISODE_WAITING);
    story_to_day(story, 102.1);
    assert_int_equal(story_episode(story, "low").state, EPISODE_DRAFTING);
}

static void one_in_review(struct policy *policy) { policy->max_in_review = 1; }

static void a_full_review_queue_keeps_episodes_waiting_until_one_leaves_it(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_policy(story, one_in_review);
    story_regular(story, "c1");
    story_client(story, "c2", "c2@example.com");
    story_order(story, "c2", 60, 2000);
    story_to_day(story, 175);
    assert_int_equal(story_emails_in(story, EMAIL_IN_REVIEW), 1);
    assert_int_equal(story_counter(story, "episode:waiting"), 1);
    const char *first = story_episode(story, "c1").state == EPISODE_DRAFTING ? "c1" : "c2";
    story_approve(story, first);
    story_to_day(story, 175.1);
    assert_int_equal(story_emails_in(story, EMAIL_IN_REVIEW), 1);
    assert_int_equal(story_counter(story, "episode:waiting"), 0);
}

static void a_silent_feed_opens_nothing_and_late_orders_come_first(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    story_client(story, "c2", "c2@example.com");
    story_order(story, "c2", 60, 4000);
    story_to_day(story, 62); /* the shop's scale has both in it */
    double due = fmin(story_due_day(story, "c1"), story_due_day(story, "c2"));
    story_to_day(story, due - 1.5);
    story_to_day_silently(story, due + 20); /* nobody reports for three weeks */
    size_t count;
    story_episodes(story, "c1", &count);
    assert_int_equal(count, 0);
    story_episodes(story, "c2", &count);
    assert_int_equal(count, 0);
    story_order(story, "c1", due + 1, 4000); /* the feed is back with a late order of c1 */
    story_to_day(story, due + 21);
    struct episode *episodes = story_episodes(story, "c1", &count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(episodes[i].state, EPISODE_CLOSED); /* at most the record of a silence that has ended */
    assert_int_equal(story_episode(story, "c2").state, EPISODE_DRAFTING);
}

static void a_silence_that_ended_before_we_looked_is_recorded_as_closed(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    double due = story_due_day(story, "c1");
    story_to_day(story, due - 1.5);
    story_to_day_silently(story, due + 5);
    story_order(story, "c1", due + 2, 4000);
    story_to_day(story, due + 6);
    struct episode episode = story_episode(story, "c1");
    assert_int_equal(episode.state, EPISODE_CLOSED);
    assert_true(str_equal(episode.reason, STR("ordered_before_notice")));
    assert_int_equal(episode.arm, ARM_NONE);
    assert_int_equal(story->relay.count, 0);
}

static void two_clients_with_one_address_have_one_open_episode(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_client(story, "a", "same@example.com");
    story_client(story, "b", "Same@Example.com");
    story_order(story, "a", 0, 4000);
    story_order(story, "b", 0, 3000);
    story_to_day(story, 100);
    assert_int_equal(story_counter(story, "episode:drafting"), 1);
    assert_int_equal(story_counter(story, "episode:ineligible"), 1);
    assert_int_equal(story_emails_in(story, EMAIL_IN_REVIEW), 1);
}

static void cancelling_the_last_order_goes_to_the_backlog_and_opens_nothing(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_client(story, "c1", "c1@example.com");
    story_order(story, "c1", 0, 4000);
    story_to_day(story, 50);
    story_order(story, "c1", 50, 4000);
    story_to_day(story, 95);
    struct order order;
    assert_int_equal(ingest_order_cancel(&story->env, STR("o-c1-50.000"), STR("api"), &story->arena, &order), RC_OK);
    story_to_day(story, 110);
    size_t count;
    story_episodes(story, "c1", &count);
    assert_int_equal(count, 0);
    assert_int_equal(story_engagement(story, "c1").backlog, BACKLOG_CANCELLATION);
}

static void all_holdout(struct policy *policy) { policy->holdout_share = 0.5; }

static void a_holdout_client_gets_no_email_and_the_split_is_sticky(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_policy(story, all_holdout);
    for (int i = 0; i < 30; i++) {
        const char *id = arena_printf(&story->arena, "c%d", i).ptr;
        story_client(story, id, arena_printf(&story->arena, "%s@example.com", id).ptr);
        story_order(story, id, 0, 4000);
    }
    story_to_day(story, 100);
    int64_t holdout = story_counter(story, "episode:holdout"), drafting = story_counter(story, "episode:drafting");
    assert_int_equal(holdout + drafting, 30);
    assert_true(holdout >= 5 && holdout <= 25);
    assert_int_equal(story_emails_in(story, EMAIL_IN_REVIEW), (size_t)drafting);
}

static void drafting_off(struct policy *policy) { policy->drafting = false; }
static void drafting_on_again(struct policy *policy) { policy->drafting = true; }

static void with_drafting_off_a_due_client_waits_in_the_backlog(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_policy(story, drafting_off);
    story_regular(story, "c1");
    story_to_day(story, story_due_day(story, "c1") + 1);
    size_t count;
    story_episodes(story, "c1", &count);
    assert_int_equal(count, 0);
    assert_int_equal(story_engagement(story, "c1").backlog, BACKLOG_POLICY);
    story_policy(story, drafting_on_again);
    story_to_day(story, story_due_day(story, "c1") + 3);
    story_episodes(story, "c1", &count);
    assert_int_equal(count, 0); /* switching it on is no burst */
}

static void none_a_day(struct policy *policy) { policy->daily_episodes = 0; }

static void a_forced_draft_is_made_at_once_and_named_so(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_policy(story, none_a_day); /* the day's limit is for what we notice, not for what a person asks */
    story_regular(story, "c1");
    struct episode episode;
    const char *rule;
    assert_int_equal(client_force_draft(&story->env, STR("c1"), STR("staff:s1"), STR("asked at the counter"),
                                        &story->arena, &episode, &rule),
                     RC_OK);
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
    assert_int_equal(story_episode(story, "c1").arm, ARM_FORCED);
    assert_int_equal(story_email(story, "c1").status, EMAIL_IN_REVIEW);
    assert_int_equal(
        client_force_draft(&story->env, STR("c1"), STR("staff:s1"), STR("again"), &story->arena, &episode, &rule),
        RC_INVALID);
}

static void an_order_dated_far_ahead_counts_only_from_its_day_on(void **state)
{
    struct story *story = *state;
    story_client(story, "c1", "c1@example.com");
    story_order(story, "c1", 0, 4000);
    story_order(story, "c1", 10, 4000);
    story_to_day(story, 1);
    assert_int_equal(story_engagement(story, "c1").visits, 1);
    story_to_day(story, 11);
    assert_int_equal(story_engagement(story, "c1").visits, 2);
}

static void an_erased_client_is_gone_everywhere_and_does_not_come_back(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    double due = story_due_day(story, "c1");
    story_to_day(story, due + 1);
    struct str receipt;
    assert_int_equal(erase_client(&story->env, STR("c1"), STR("staff:s1"), &story->arena, &receipt), RC_OK);
    story_to_day(story, due + 3);
    struct client client;
    assert_int_equal(store_get(story->env.store, RECORD_CLIENT, STR("c1"), &story->arena, &client), RC_NOT_FOUND);
    assert_int_equal(story_counter(story, "email:in_review"), 0);
    assert_int_equal(story_counter(story, "scale:gaps"), 0);
    story_client(story, "c1", "c1@example.com");
    story_client(story, "c9", "c1@example.com"); /* the same person under a new id */
    assert_int_equal(store_get(story->env.store, RECORD_CLIENT, STR("c1"), &story->arena, &client), RC_NOT_FOUND);
    assert_int_equal(store_get(story->env.store, RECORD_CLIENT, STR("c9"), &story->arena, &client), RC_NOT_FOUND);
    struct change *changes;
    size_t count;
    assert_int_equal(story->env.feed->vtable->read(story->env.feed, 0, 1000, &story->arena, &changes, &count), RC_OK);
    for (size_t i = 0; i < count; i++) {
        assert_false(str_contains(changes[i].old_image, STR("c1@example.com")));
        assert_false(str_contains(changes[i].new_image, STR("c1@example.com")));
    }
}

static void after_a_restart_timers_long_past_fire_in_order(void **state)
{
    struct story *story = *state;
    story_catalogue(story);
    story_regular(story, "c1");
    double due = story_due_day(story, "c1");
    story_to_day(story, due - 2);
    story_stop(story);
    assert_int_equal(clock_set(story->env.clock, DAY((int64_t)due + 3)), RC_OK);
    story_report(story);
    story_reopen(story);
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
    story_to_day(story, due + 4.2);
    assert_int_equal(story_episode(story, "c1").state, EPISODE_DRAFTING);
}

int notice_stories(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_silent_client_is_noticed_drafted_approved_and_mailed_once),
        STORY(a_loaded_history_makes_a_backlog_and_never_a_burst),
        STORY(the_days_limit_lets_the_most_valuable_in_first_and_the_rest_wait),
        STORY(a_full_review_queue_keeps_episodes_waiting_until_one_leaves_it),
        STORY(a_silent_feed_opens_nothing_and_late_orders_come_first),
        STORY(a_silence_that_ended_before_we_looked_is_recorded_as_closed),
        STORY(two_clients_with_one_address_have_one_open_episode),
        STORY(cancelling_the_last_order_goes_to_the_backlog_and_opens_nothing),
        STORY(a_holdout_client_gets_no_email_and_the_split_is_sticky),
        STORY(with_drafting_off_a_due_client_waits_in_the_backlog),
        STORY(a_forced_draft_is_made_at_once_and_named_so),
        STORY(an_order_dated_far_ahead_counts_only_from_its_day_on),
        STORY(an_erased_client_is_gone_everywhere_and_does_not_come_back),
        STORY(after_a_restart_timers_long_past_fire_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

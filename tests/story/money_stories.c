/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a writer may cost: reserved before, settled after, never passed, and counted when nobody knows. */
#include "story_writer.h"

#include <string.h>

#include "core/call.h"
#include "step/batch.h"
#include "step/budget.h"
#include "step/client_acts.h"
#include "step/moves.h"

static struct call *calls_of(struct story *story, struct str email_id, size_t *count)
{
    struct store_query query = STORE_QUERY(CALL_BY_EMAIL);
    struct store_page page;
    query.equal = email_id;
    assert_int_equal(store_list(story->env.store, &query, &story->arena, &page), RC_OK);
    *count = page.count;
    return page.items;
}

static struct call only_call(struct story *story, const char *client)
{
    size_t count;
    const struct call *calls = calls_of(story, story_email(story, client).id, &count);
    assert_int_equal(count, 1);
    return calls[0];
}

static struct budget_state money(struct story *story)
{
    struct budget_state state;
    assert_int_equal(budget_state(&story->env, &story->arena, &state), RC_OK);
    return state;
}

static struct person person_of(struct story *story, const char *client)
{
    struct person person;
    struct str id = story_email(story, client).person;
    assert_int_equal(store_get(story->env.store, RECORD_PERSON, id, &story->arena, &person), RC_OK);
    return person;
}

/* A regular client and her due day; nobody has been asked for a draft yet. */
static double begin(struct story *story)
{
    story_catalogue(story);
    story_regular(story, "c1");
    return story_due_day(story, "c1");
}

static void a_draft_is_paid_for_and_its_receipt_is_kept(void **state)
{
    struct story *story = *state;
    struct story_writer *writer = story_writer_use(story);
    double due = begin(story);
    story_to_day(story, due + 0.1);
    struct email email = story_email(story, "c1");
    assert_int_equal(email.status, EMAIL_IN_REVIEW);
    struct call call = only_call(story, "c1");
    assert_true(str_equal(email.call_id, call.id));
    assert_int_equal(call.state, CALL_SETTLED);
    assert_int_equal(call.reserved_microusd, 5000);
    assert_int_equal(call.cost_microusd, 2000);
    assert_true(str_equal(call.outcome, STR("answered")));
    assert_true(str_equal(call.model, STR("author/model")));
    assert_true(str_equal(call.request_hash, hash_sha256_hex(str_of(writer->bodies[0]), &story->arena)));
    assert_true(str_equal(email.request_hash, call.request_hash));
    assert_true(str_equal(email.prompt_version, PROMPT_VERSION));
    assert_true(str_equal(call.raw_hash, hash_sha256_hex(call.raw, &story->arena)));
    assert_true(email.egress.len > 2); /* what left is told */
    struct budget_state state_now = money(story);
    assert_int_equal(state_now.spent_microusd, 2000);
    assert_int_equal(state_now.reserved_microusd, 0);
    assert_int_equal(state_now.left_microusd, 998000);
    assert_int_equal(state_now.calls, 1);
    assert_int_equal(story_counter(story, "model_microusd:total"), 2000);
    assert_int_equal(calls_recent(person_of(story, "c1").calls, clock_now(story->env.clock)), 1);
    assert_int_equal(writer->places, 0);
}

static void a_writer_that_asks_nobody_costs_nothing_and_leaves_no_call(void **state)
{
    struct story *story = *state;
    story_to_day(story, begin(story) + 0.1); /* the template writer, without a cent to spend */
    struct email email = story_email(story, "c1");
    assert_int_equal(email.status, EMAIL_IN_REVIEW);
    assert_true(str_is_none(email.call_id));
    assert_true(str_is_none(email.egress));
    assert_int_equal(money(story).calls, 0);
    assert_true(str_is_none(person_of(story, "c1").calls));
}

/* --- the day's cap --- */

#define CLIENTS 24

static size_t drafts_in(struct story *story, enum email_status status) { return story_emails_in(story, status); }

static void never_over_the_cap(struct story *story)
{
    struct budget_state state = money(story);
    assert_true(state.spent_microusd + state.reserved_microusd + state.unknown_microusd <= state.cap_microusd);
}

static void many_clients(struct story *story)
{
    story_catalogue(story);
    for (int i = 0; i < CLIENTS; i++) { /* one order each, on the same day: they fall due together */
        const char *id = arena_printf(&story->arena, "c%d", i).ptr;
        story_client(story, id, arena_printf(&story->arena, "%s@example.com", id).ptr);
        story_order(story, id, 0, 4000);
    }
}

/* To the last minute of the day on which drafts are begun. (Not before the feed's watch has forgotten the one busy day.) */
static void to_the_end_of_their_day(struct story *story)
{
    int hours = 24 * 40;
    do
        story_to_day(story, ++hours / 24.0);
    while (drafts_in(story, EMAIL_DRAFTING) + drafts_in(story, EMAIL_IN_REVIEW) == 0);
    story_to_day(story, hours / 24 + 0.999);
}

/* What all calls of all days may have cost, from the calls themselves. */
static int64_t counted_by_calls(struct story *story, struct str day)
{
    struct store_query query = STORE_QUERY(CALL_BY_TIME);
    struct store_page page;
    int64_t counted = 0;
    assert_int_equal(store_list(story->env.store, &query, &story->arena, &page), RC_OK);
    assert_true(str_is_none(page.cursor));
    const struct call *calls = page.items;
    for (size_t i = 0; i < page.count; i++) {
        if (!str_equal(calls[i].day, day))
            continue;
        bool known = calls[i].state == CALL_SETTLED || calls[i].state == CALL_FREE;
        counted += known ? calls[i].cost_microusd : calls[i].reserved_microusd;
    }
    return counted;
}

static void d21_a_days_money_is_never_passed_and_the_rest_waits_for_midnight_utc(void **state)
{
    struct story *story = *state;
    story->draft_threads = 4;
    struct story_writer *writer = story_writer_use(story);
    many_clients(story);
    story_stop(story);
    story->env.llm_daily_microusd = story->daily_microusd = 40000;
    writer->cost_microusd = writer->worst_microusd; /* eight calls a day */
    for (size_t i = 0; i < 30; i++)                 /* and nobody knows whether every third of them was billed */
        story_writer_says(writer,
                          i % 3 != 2 ? writer->usual
                                     : (struct story_answer){.outcome = WRITER_TIMED_OUT, .bill = WRITER_BILL_UNKNOWN});
    story_start(story);
    to_the_end_of_their_day(story);
    struct budget_state day = money(story);
    assert_int_equal(writer->calls, 8);
    assert_int_equal(day.spent_microusd + day.unknown_microusd, 40000);
    assert_int_equal(day.unknown_microusd, 10000);
    assert_int_equal(day.left_microusd, 0);
    assert_int_equal(counted_by_calls(story, day.day), 40000);
    assert_int_equal(drafts_in(story, EMAIL_IN_REVIEW), 6);
    assert_int_equal(day.waiting, CLIENTS - 6);
    assert_int_equal(drafts_in(story, EMAIL_DRAFTING), CLIENTS - 6);
    double midnight = (double)(day.next_day_ms - STORY_DAY_0) / 86400000.0;
    story_to_day(story, midnight + 0.01);
    assert_int_equal(writer->calls, 16); /* they go on by themselves */
    never_over_the_cap(story);
    for (int n = 1; drafts_in(story, EMAIL_IN_REVIEW) < CLIENTS && n < 10; n++) {
        story_to_day(story, midnight + n);
        never_over_the_cap(story);
    }
    assert_int_equal(drafts_in(story, EMAIL_IN_REVIEW), CLIENTS); /* none is lost */
    assert_int_equal(money(story).waiting, 0);
    assert_int_equal(writer->places, 0);
}

static void a_reservation_given_back_lets_others_go_on_the_same_day(void **state)
{
    struct story *story = *state;
    story->draft_threads = 4;
    struct story_writer *writer = story_writer_use(story);
    many_clients(story);
    story_stop(story);
    /* at worst only two fit at a time, but what they cost leaves room for all */
    story->env.llm_daily_microusd = story->daily_microusd = 100000;
    writer->worst_microusd = 50000;
    writer->cost_microusd = 1000;
    story_start(story);
    to_the_end_of_their_day(story);
    assert_int_equal(drafts_in(story, EMAIL_IN_REVIEW), CLIENTS);
    assert_int_equal(money(story).spent_microusd, CLIENTS * 1000);
}

static void without_money_no_call_is_made(void **state)
{
    struct story *story = *state;
    struct story_writer *writer = story_writer_use(story);
    double due = begin(story);
    story_stop(story);
    story->env.llm_daily_microusd = story->daily_microusd = 4999;
    story_start(story);
    story_to_day(story, due + 3);
    assert_int_equal(writer->calls, 0);
    assert_true(str_equal(story_email(story, "c1").reason, STR("budget")));
    assert_int_equal(story_email(story, "c1").status, EMAIL_DRAFTING);
    assert_int_equal(money(story).waiting, 1);
    assert_true(str_is_none(story_email(story, "c1").call_id));
    assert_true(str_is_none(person_of(story, "c1").calls));
}

/* --- what dies in between --- */

static void process_dies(struct story *story) { story_dies_after((struct story_writer *)story->writer, 0); }

static void d13_a_call_cut_off_by_a_crash_stays_counted_and_makes_no_second_draft(void **state)
{
    struct story *story = *state;
    struct story_writer *writer = story_writer_use(story);
    double due = begin(story);
    story_to_day(story, due - 0.01);
    writer->while_thinking = process_dies; /* the answer comes and nobody can write it down */
    assert_true(story_lives_until(writer, due + 0.01));
    story_stop(story);
    struct call call = only_call(story, "c1");
    assert_int_equal(call.state, CALL_RESERVED); /* the intent was on the disk before */
    assert_int_equal(writer->calls, 1);
    assert_int_equal(money(story).reserved_microusd, 5000);
    story_start(story);
    story_comes_back(writer);
    size_t count, episodes;
    struct email email = story_email(story, "c1");
    const struct call *calls = calls_of(story, email.id, &count);
    assert_int_equal(count, 2);
    size_t first = str_equal(calls[0].id, call.id) ? 0 : 1; /* both at one instant of the manual clock */
    assert_int_equal(calls[first].state, CALL_UNKNOWN);
    assert_true(str_equal(calls[first].outcome, STR("cut_off")));
    assert_int_equal(calls[1 - first].state, CALL_SETTLED);
    assert_int_equal(email.status, EMAIL_IN_REVIEW);
    assert_int_equal(email.draft_count, 1);
    struct budget_state state_now = money(story);
    assert_int_equal(state_now.unknown_microusd, 5000);
    assert_int_equal(state_now.spent_microusd, 2000);
    assert_int_equal(state_now.reserved_microusd, 0);
    story_episodes(story, "c1", &episodes);
    assert_int_equal(episodes, 1);
    assert_int_equal(story_emails_in(story, EMAIL_IN_REVIEW) + story_emails_in(story, EMAIL_DRAFTING), 1);
}

/* False when the draft was done before so many commits were made. */
static bool dies_after(struct story *story, int64_t commits)
{
    struct story_writer *writer = story_writer_use(story);
    double due = begin(story);
    size_t count, episodes;
    story_to_day(story, due - 0.01);
    story_writer_says(writer, (struct story_answer){.outcome = WRITER_ANSWERED,
                                                    .reply = SAYS_HARD,
                                                    .bill = WRITER_BILL_KNOWN}); /* two calls, so more can be cut off */
    story_dies_after(writer, commits);
    bool died = story_lives_until(writer, due + 0.01);
    story_comes_back(writer);
    story_to_day(story, due + 0.1);
    struct email email = story_email(story, "c1");
    assert_int_equal(email.status, EMAIL_IN_REVIEW);
    story_episodes(story, "c1", &episodes);
    assert_int_equal(episodes, 1);
    assert_int_equal(story_emails_in(story, EMAIL_DRAFTING), 0);
    const struct call *calls = calls_of(story, email.id, &count);
    assert_true(count >= writer->calls); /* none left without its intent */
    for (size_t i = 0; i < count; i++)
        assert_int_not_equal(calls[i].state, CALL_RESERVED);
    struct budget_state state = money(story);
    assert_int_equal(state.reserved_microusd, 0);
    assert_int_equal(state.spent_microusd + state.unknown_microusd, counted_by_calls(story, state.day));
    assert_int_equal(state.calls, count);
    assert_int_equal(writer->places, 0);
    return died;
}

static void d13_at_whichever_commit_a_process_dies_the_draft_is_made_once_and_the_money_counted(void **state)
{
    enum { COMMITS_MAX = 100 };
    int64_t commits = 0;
    while (dies_after(*state, commits)) { /* a shop of its own for each */
        assert_true(++commits < COMMITS_MAX);
        story_teardown(state);
        story_setup(state);
    }
    assert_true(commits >= 6); /* due, admitted, intent, result, intent, result at least */
}

static void cancels(struct story *story)
{
    struct arena arena = {0};
    struct store_query query = STORE_QUERY(EMAIL_BY_CLIENT);
    struct store_page page;
    query.equal = STR("c1");
    assert_int_equal(store_list(story->env.store, &query, &arena, &page), RC_OK);
    struct batch *batch = arena_new(&arena, 1, sizeof *batch);
    batch_init(batch);
    int64_t now = clock_now(story->env.clock);
    assert_int_equal(email_move(batch, page.items, EMAIL_EV_CANCEL, STR("ordered_since"), now), RC_OK);
    assert_int_equal(batch_commit(&story->env, batch), RC_OK);
    arena_clear(&arena);
}

static void d12_an_email_cancelled_while_the_writer_thinks_stays_so_and_the_money_is_settled(void **state)
{
    struct story *story = *state;
    struct story_writer *writer = story_writer_use(story);
    double due = begin(story);
    writer->while_thinking = cancels;
    story_to_day(story, due + 0.1);
    struct email email = story_email(story, "c1");
    assert_int_equal(email.status, EMAIL_CANCELLED);
    assert_true(str_equal(email.reason, STR("ordered_since")));
    assert_true(str_is_none(email.subject)); /* nobody wrote over it */
    assert_int_equal(only_call(story, "c1").state, CALL_SETTLED);
    assert_int_equal(money(story).spent_microusd, 2000);
    assert_int_equal(money(story).reserved_microusd, 0);
}

static void erases(struct story *story)
{
    struct arena arena = {0};
    struct str receipt;
    assert_int_equal(erase_client(&story->env, STR("c1"), STR("staff:s1"), &arena, &receipt), RC_OK);
    arena_clear(&arena);
}

static size_t all_calls(struct story *story)
{
    struct store_query query = STORE_QUERY(CALL_BY_TIME);
    struct store_page page;
    assert_int_equal(store_list(story->env.store, &query, &story->arena, &page), RC_OK);
    return page.count;
}

static void a_client_erased_while_the_writer_thinks_leaves_nothing_but_the_money(void **state)
{
    struct story *story = *state;
    struct story_writer *writer = story_writer_use(story);
    double due = begin(story);
    writer->while_thinking = erases;
    story_to_day(story, due + 0.1);
    assert_int_equal(writer->calls, 1);
    assert_int_equal(all_calls(story), 0);
    assert_int_equal(money(story).spent_microusd, 2000);
    assert_int_equal(money(story).reserved_microusd, 0);
    struct client client;
    assert_int_equal(store_get(story->env.store, RECORD_CLIENT, STR("c1"), &story->arena, &client), RC_NOT_FOUND);
}

static void an_erased_client_leaves_no_call_behind(void **state)
{
    struct story *story = *state;
    story_writer_use(story);
    story_to_day(story, begin(story) + 0.1);
    assert_int_equal(all_calls(story), 1);
    erases(story);
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
    assert_int_equal(all_calls(story), 0);
}

static void what_an_unknown_call_did_cost_is_asked_for_by_its_generation(void **state)
{
    struct story *story = *state;
    struct story_writer *writer = story_writer_use(story);
    double due = begin(story);
    story_writer_says(writer, (struct story_answer){
                                  .outcome = WRITER_TIMED_OUT, .bill = WRITER_BILL_UNKNOWN, .generation_id = "gen-1"});
    writer->look_up_microusd = 700;
    story_to_day(story, due + 0.1);
    assert_int_equal(story_email(story, "c1").status, EMAIL_IN_REVIEW);
    assert_int_equal(writer->look_ups, 1);
    assert_int_equal(money(story).unknown_microusd, 0);
    assert_int_equal(money(story).spent_microusd, 2700);
    assert_int_equal(story_counter(story, "model_microusd:total"), 2700);
}

static void raw_replies_go_when_the_policy_says_so_and_what_they_cost_stays(void **state)
{
    struct story *story = *state;
    story_writer_use(story);
    double due = begin(story);
    story_to_day(story, due + 0.1);
    assert_true(only_call(story, "c1").raw.len > 0);
    story_to_day(story, due + 89);
    assert_true(only_call(story, "c1").raw.len > 0);
    story_to_day(story, due + 92);
    struct call call = only_call(story, "c1");
    assert_true(str_is_none(call.raw));
    assert_true(call.raw_hash.len > 0);
    assert_int_equal(call.cost_microusd, 2000);
}

int money_stories(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_draft_is_paid_for_and_its_receipt_is_kept),
        STORY(a_writer_that_asks_nobody_costs_nothing_and_leaves_no_call),
        STORY(d21_a_days_money_is_never_passed_and_the_rest_waits_for_midnight_utc),
        STORY(a_reservation_given_back_lets_others_go_on_the_same_day),
        STORY(without_money_no_call_is_made),
        STORY(d13_a_call_cut_off_by_a_crash_stays_counted_and_makes_no_second_draft),
        STORY(d13_at_whichever_commit_a_process_dies_the_draft_is_made_once_and_the_money_counted),
        STORY(d12_an_email_cancelled_while_the_writer_thinks_stays_so_and_the_money_is_settled),
        STORY(a_client_erased_while_the_writer_thinks_leaves_nothing_but_the_money),
        STORY(an_erased_client_leaves_no_call_behind),
        STORY(what_an_unknown_call_did_cost_is_asked_for_by_its_generation),
        STORY(raw_replies_go_when_the_policy_says_so_and_what_they_cost_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

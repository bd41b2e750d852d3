/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a shop decides, and what it learns of itself: policy, scale, fit and the proposal of a detector. */
#include "story.h"

#include <math.h>

#include "core/policy.h"
#include "core/scale.h"
#include "core/score.h"
#include "step/admin_acts.h"
#include "step/client_acts.h"
#include "step/ingest.h"
#include "step/reads.h"
#include "step/shop_jobs.h"
#include "step/tuning_setting.h"

/* --- a shop with a history ------------------------------------------------------------------------------------------- */
static double draw(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*state >> 11) * 0x1.0p-53;
}

enum { ORDERS_EACH = 60 };

/* One client with its orders, from some day of the year before day 0 on; some have stopped. */
static size_t add_history(struct story *story, int number, uint64_t *random, struct ingest_row *rows)
{
    size_t count = 1;
    struct str id = arena_printf(&story->arena, "k%d", number);
    double gap = 8 + 50 * draw(random), day = -360 + 120 * draw(random), end = -200 * draw(random) * draw(random);
    client_init_bare(&rows[0].as.client, id, DAY(-360));
    rows[0].as.client.email = arena_printf(&story->arena, "%.*s@example.com", STR_ARG(id));
    rows[0].as.client.consent_status = CONSENT_SUBSCRIBED;
    rows[0].as.client.consent_source = STR("checkout");
    rows[0].as.client.consent_at = DAY(-360);
    rows[0].kind = RECORD_CLIENT;
    rows[0].status = INGEST_UNCHANGED;
    for (; count <= ORDERS_EACH && day < end; count++, day += 1 - gap * log(1 - draw(random))) {
        struct ingest_row *row = &rows[count];
        row->kind = RECORD_ORDER;
        row->status = INGEST_UNCHANGED;
        record_init(RECORD_ORDER, &row->as.order);
        row->as.order.client_id = id;
        row->as.order.ordered_at = STORY_DAY_0 + (int64_t)(day * 86400000.0);
        row->as.order.total_minor = 1000 + (int64_t)(8000 * draw(random));
    }
    return count;
}

/* A year of clients, in one load, each with a rhythm of their own. */
static void load_history(struct story *story, int clients)
{
    uint64_t random = 4;
    struct ingest_row *rows = arena_new(&story->arena, (size_t)clients * (ORDERS_EACH + 1), sizeof *rows);
    size_t count = 0;
    for (int i = 0; i < clients; i++)
        count += add_history(story, i, &random, rows + count);
    assert_int_equal(ingest_rows(&story->env, rows, count, STR("import"), true, &story->arena), RC_OK);
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
    story_to_day(story, 1.5); /* over the midnight at which the scale is published */
}

static struct scale scale_of(struct story *story)
{
    struct scale scale;
    assert_int_equal(read_scale(&story->env, &story->arena, &scale), RC_OK);
    return scale;
}

static struct policy policy_of(struct story *story)
{
    struct policy policy;
    assert_int_equal(env_policy(&story->env, &story->arena, &policy), RC_OK);
    return policy;
}

/* Entries of the audit log with this action, latest first. */
static size_t audited(struct story *story, const char *action, struct audit *out, size_t room)
{
    struct store_query query = STORE_QUERY(AUDIT_BY_TIME);
    struct store_page page;
    size_t count = 0;
    query.descending = true;
    assert_int_equal(store_list(story->env.store, &query, &story->arena, &page), RC_OK);
    const struct audit *entries = page.items;
    for (size_t i = 0; i < page.count; i++)
        if (str_equal(entries[i].action, str_of(action)) && count++ < room)
            out[count - 1] = entries[i];
    return count;
}

static bool says(struct str text, const char *part) { return str_contains(text, str_of(part)); }

/* --- re-arming ------------------------------------------------------------------------------------------------------- */
static int64_t timer_of(struct story *story, struct str client)
{
    struct queue_list list;
    struct str cursor = STR_NONE;
    do {
        assert_int_equal(
            story->env.queue->vtable->list(story->env.queue, false, JOB_DUE, 200, cursor, &story->arena, &list), RC_OK);
        for (size_t i = 0; i < list.count; i++)
            if (str_equal(list.items[i].key, client))
                return list.items[i].run_at;
        cursor = list.cursor;
    } while (!str_is_none(cursor));
    return TIME_NONE;
}

struct armed {
    struct engagement engagement;
    int64_t timer;
};

static void note_all(struct story *story, int clients, struct armed *out)
{
    for (int i = 0; i < clients; i++) {
        out[i].engagement = story_engagement(story, arena_printf(&story->arena, "k%d", i).ptr);
        out[i].timer = timer_of(story, out[i].engagement.client_id);
    }
}

static void expect_same(const struct armed *a, const struct armed *b, int clients)
{
    for (int i = 0; i < clients; i++) {
        struct engagement x = a[i].engagement, y = b[i].engagement;
        x.updated_at = y.updated_at = 0;
        x.version = y.version = 0;
        assert_true(record_equal(RECORD_ENGAGEMENT, &x, &y));
        assert_int_equal(a[i].timer, b[i].timer);
    }
}

static void score_everyone(struct story *story, int clients)
{
    struct store_job jobs[400];
    for (int i = 0; i < clients; i++)
        jobs[i] = (struct store_job){.op = STORE_JOB_EARLIEST,
                                     .kind = JOB_SCORE,
                                     .key = arena_printf(&story->arena, "k%d", i),
                                     .run_at = clock_now(story->env.clock)};
    struct store_batch batch = {.jobs = jobs, .job_count = (size_t)clients, .now = clock_now(story->env.clock)};
    assert_int_equal(store_commit(story->env.store, &batch), RC_OK);
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
}

static void no_drafting(struct policy *policy) { policy->drafting = false; }
static void threshold_30(struct policy *policy) { policy->threshold = 30; }
static void threshold_70(struct policy *policy) { policy->threshold = 70; }
static void plain_rfm(struct policy *policy) { policy->detector.kind = DETECTOR_RFM; }
static void by_chance(struct policy *policy)
{
    policy->detector.kind = DETECTOR_CHANCE;
    policy->detector.chance = 0.2;
}

static void a_walk_over_stored_sums_ends_as_scoring_everyone_from_their_orders(void **state)
{
    struct story *story = *state;
    enum { CLIENTS = 150 };
    struct armed walked[CLIENTS], scored[CLIENTS];
    void (*const changes[])(struct policy *) = {threshold_30, threshold_70, plain_rfm, by_chance};
    story_policy(story, no_drafting);
    load_history(story, CLIENTS);
    score_everyone(story, CLIENTS); /* what is kept of the last visits ends at this day for all */
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct armed before[CLIENTS];
        int moved = 0, past = 0;
        note_all(story, CLIENTS, before);
        story_policy(story, changes[i]);
        assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
        note_all(story, CLIENTS, walked);
        score_everyone(story, CLIENTS);
        note_all(story, CLIENTS, scored);
        expect_same(walked, scored, CLIENTS);
        for (int c = 0; c < CLIENTS; c++) {
            const struct engagement *e = &walked[c].engagement;
            moved += before[c].engagement.due_at != e->due_at;
            past += e->due_at <= clock_now(story->env.clock);
            assert_int_equal(e->policy_version, policy_of(story).version);
            assert_int_equal(walked[c].timer, e->due_at > clock_now(story->env.clock) ? e->due_at : TIME_NONE);
            assert_int_equal(e->backlog != BACKLOG_NONE, e->due_at <= clock_now(story->env.clock));
        }
        assert_true(moved > CLIENTS / 2 && past > 0 && past < CLIENTS);
    }
}

static void a_client_of_an_older_program_is_scored_and_one_who_objected_gets_no_timer(void **state)
{
    struct story *story = *state;
    story_policy(story, no_drafting);
    load_history(story, 60);
    story_client(story, "old", "old@example.com");
    story_client(story, "no", "no@example.com");
    story_order(story, "old", 1.5, 4000);
    story_order(story, "no", 1.5, 4000);
    story_to_day(story, 2);
    struct client client;
    enum ingest_status status;
    assert_int_equal(store_get(story->env.store, RECORD_CLIENT, STR("no"), &story->arena, &client), RC_OK);
    client.profiling = PROFILING_OBJECTED;
    assert_int_equal(ingest_client(&story->env, &client, INGEST_UPSERT, STR("api"), NULL, &story->arena, &status),
                     RC_OK);
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
    assert_false(story_engagement(story, "no").profiled);
    story_stop(story);
    struct engagement old = story_engagement(story, "old");
    int64_t draw_was = old.draw;
    old.draw = I64_NONE;
    old.recent = STR_NONE;
    old.profiled = old.mailable = false;
    struct store_write write = {.op = STORE_PUT, .kind = RECORD_ENGAGEMENT, .record = &old, .expect = old.version};
    struct store_batch batch = {.writes = &write, .write_count = 1, .now = clock_now(story->env.clock)};
    assert_int_equal(store_commit(story->env.store, &batch), RC_OK);
    story_start(story);
    story_policy(story, threshold_30);
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
    struct engagement after = story_engagement(story, "old");
    assert_int_equal(after.draw, draw_was);
    assert_true(after.profiled && after.mailable && !str_is_none(after.recent));
    assert_int_equal(after.policy_version, policy_of(story).version);
    assert_int_equal(timer_of(story, STR("old")), after.due_at);
    assert_int_equal(timer_of(story, STR("no")), TIME_NONE);
    assert_int_equal(story_engagement(story, "no").backlog, BACKLOG_NONE);
}

/* --- the policy ------------------------------------------------------------------------------------------------------ */
static void margin_and_threshold(struct policy *policy)
{
    policy->gross_margin = 0.4;
    policy->threshold = 45;
    policy->brand_do = STR("[\"Keep it short\"]");
}

static void a_saved_policy_is_in_the_audit_log_member_by_member(void **state)
{
    struct story *story = *state;
    struct audit entries[4];
    size_t before = audited(story, "policy.saved", entries, 4);
    story_to_day(story, 1);
    story_policy(story, margin_and_threshold);
    assert_int_equal(audited(story, "policy.saved", entries, 4), before + 1);
    assert_true(str_equal(entries[0].actor, STR("staff:s1")));
    assert_true(str_equal(entries[0].detail, STR("{\"threshold\":{\"before\":50,\"after\":45},"
                                                 "\"brand.do\":{\"before\":[],\"after\":[\"Keep it short\"]},"
                                                 "\"gross_margin\":{\"before\":null,\"after\":0.4}}")));
    story_policy(story, margin_and_threshold); /* nothing differs: nothing was decided */
    assert_int_equal(audited(story, "policy.saved", entries, 4), before + 1);
}

static void the_salt_changes_on_purpose_only_and_is_in_no_log(void **state)
{
    struct story *story = *state;
    struct policy policy = policy_of(story), saved;
    struct str salt = policy.holdout_salt, period = policy_period(&policy, &story->arena);
    struct policy_act act = {.actor = STR("staff:s1"), .reason = STR("a new year"), .expect = policy.version};
    policy.holdout_salt = STR("00112233445566778899aabbccddeeff");
    assert_int_equal(policy_save(&story->env, &policy, &act, &story->arena, &saved), RC_DENIED);
    act.expect--;
    assert_int_equal(policy_rotate_salt(&story->env, &act, &story->arena, &saved), RC_CONFLICT);
    act.expect++;
    assert_int_equal(policy_rotate_salt(&story->env, &act, &story->arena, &saved), RC_OK);
    assert_int_equal(saved.holdout_salt.len, 32);
    assert_false(str_equal(saved.holdout_salt, salt));
    assert_true(str_equal(policy_of(story).holdout_salt, saved.holdout_salt));
    assert_false(str_equal(policy_period(&saved, &story->arena), period));
    struct audit entry;
    assert_int_equal(audited(story, "salt.rotated", &entry, 1), 1);
    assert_true(str_equal(entry.detail, STR("{\"holdout_salt\":\"changed\",\"reason\":\"a new year\"}")));
}

/* --- the fit --------------------------------------------------------------------------------------------------------- */
static void a_shop_fits_its_chance_model_by_itself_and_says_so(void **state)
{
    struct story *story = *state;
    struct audit entries[8];
    story_policy(story, no_drafting);
    load_history(story, 120);
    struct scale first = scale_of(story);
    assert_true(scale_shows_chance(&first));
    assert_int_equal(first.fit_clients, 120);
    assert_true(first.return_days > 8 && first.return_days < 400);
    assert_true(first.chance_r > 0 && first.chance_alpha_days > 0 && first.chance_a > 0 && first.chance_b > 0);
    size_t count = audited(story, "scale.fitted", entries, 8);
    int firsts = 0;
    assert_true(count >= 1 && count < 8);
    for (size_t i = 0; i < count; i++) {
        assert_true(str_equal(entries[i].actor, STR("rekindle")));
        firsts += says(entries[i].detail, "{\"before\":null,\"after\":{\"r\":");
    }
    assert_int_equal(firsts, 1);
    story_to_day(story, 9); /* a week on: again, with the old numbers beside the new */
    struct scale second = scale_of(story);
    assert_true(second.fitted_at > first.fitted_at);
    assert_int_equal(second.fit_clients, 120);
    assert_true(audited(story, "scale.fitted", entries, 8) > count);
    assert_true(says(entries[0].detail, "{\"before\":{\"r\":"));
}

/* Whether scale and fit leave each other's members alone. */
static void publishing_the_scale_keeps_the_fit(void **state)
{
    struct story *story = *state;
    story_policy(story, no_drafting);
    load_history(story, 60);
    struct scale before = scale_of(story);
    for (int i = 0; i < 60; i++) /* dear orders: the mean value moves */
        story_order(story, arena_printf(&story->arena, "k%d", i).ptr, 1.5, 90000);
    story_to_day(story, 2.5);
    struct scale after = scale_of(story);
    assert_true(after.number > before.number && after.value_minor > before.value_minor * 1.02);
    assert_true(after.fitted_at == before.fitted_at && after.fit_clients == before.fit_clients);
    assert_true(fabs(after.chance_r - before.chance_r) <= 0 && fabs(after.return_days - before.return_days) <= 0);
}

static void a_fit_that_moved_walks_the_timers_only_where_they_go_by_it(void **state)
{
    struct story *story = *state;
    story_policy(story, no_drafting);
    load_history(story, 80);
    story_to_day(story, 3);
    struct scale before = scale_of(story);
    for (int i = 0; i < 80; i++) /* everybody is back at once: the model moves */
        story_order(story, arena_printf(&story->arena, "k%d", i).ptr, 3, 4000);
    story_to_day(story, 9);
    struct scale after = scale_of(story);
    assert_true(after.fitted_at > before.fitted_at);
    int64_t number = after.number;
    story_policy(story, by_chance);
    for (int i = 0; i < 80; i += 2)
        story_order(story, arena_printf(&story->arena, "k%d", i).ptr, 9, 4000);
    story_to_day(story, 18);
    after = scale_of(story);
    assert_true(after.number > number);
    for (int i = 0; i < 80; i++) {
        struct engagement e = story_engagement(story, arena_printf(&story->arena, "k%d", i).ptr);
        assert_int_equal(e.scale_version, after.number);
        struct policy policy = policy_of(story);
        assert_int_equal(e.due_at, score_due(&e, &after, &policy.detector, policy.threshold));
    }
}

/* --- the proposal ---------------------------------------------------------------------------------------------------- */
static struct tuning tuning_of(struct story *story)
{
    struct tuning tuning;
    assert_int_equal(tuning_read(&story->env, &story->arena, &tuning), RC_OK);
    return tuning;
}

/* As JOB_TUNE leaves it. */
static void propose(struct story *story, const char *proposal)
{
    struct tuning tuning = tuning_of(story);
    struct batch *batch = arena_new(&story->arena, 1, sizeof *batch);
    batch_init(batch);
    tuning.status = TUNING_PENDING;
    tuning.asked_at = tuning.made_at = clock_now(story->env.clock);
    tuning.by = STR("rekindle");
    tuning.proposal = str_of(proposal);
    tuning_put(&story->env, &tuning, batch, &story->arena);
    assert_int_equal(batch_commit(&story->env, batch), RC_OK);
}

#define SCORE_60                                                                                                     \
    "{\"detector\":{\"kind\":\"score\",\"half_life_days\":60.0,\"rhythm_power\":0.1,\"fade_gaps\":4.0,\"chance\":0." \
    "05},"                                                                                                           \
    "\"threshold\":62.5}"
#define CHANCE_10                                                                                                      \
    "{\"detector\":{\"kind\":\"chance\",\"half_life_days\":90.0,\"rhythm_power\":0.25,\"fade_gaps\":6.0,\"chance\":0." \
    "1},"                                                                                                              \
    "\"threshold\":50}"

static void a_history_too_short_to_choose_on_is_said_to_be_so(void **state)
{
    struct story *story = *state;
    story_policy(story, no_drafting);
    story_client(story, "c1", "c1@example.com");
    story_order(story, "c1", 0, 4000);
    story_to_day(story, 2);
    struct tuning tuning = tuning_of(story);
    assert_int_equal(tuning.status, TUNING_TOO_LITTLE);
    assert_true(str_equal(tuning.by, STR("rekindle")));
    assert_true(str_is_none(tuning.proposal));
    assert_int_equal(tuning_ask(&story->env, STR("staff:s1"), &story->arena, &tuning), RC_OK);
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
    tuning = tuning_of(story);
    assert_int_equal(tuning.status, TUNING_TOO_LITTLE);
    assert_true(str_equal(tuning.by, STR("staff:s1")));
}

static void a_loaded_history_leads_to_a_proposal_that_can_be_confirmed(void **state)
{
    struct story *story = *state;
    struct json *proposal = NULL;
    struct json_error error;
    struct policy saved;
    story_policy(story, no_drafting);
    load_history(story, 150);
    struct tuning tuning = tuning_of(story);
    assert_int_equal(tuning.status, TUNING_PENDING);
    assert_true(str_equal(tuning.by, STR("rekindle")));
    assert_true(tuning.made_at >= tuning.asked_at);
    assert_int_equal(json_parse(tuning.proposal, &proposal, &error), RC_OK);
    assert_true(json_size(json_get(proposal, "table")) > 10);
    assert_true(json_size(json_get(proposal, "dial")) > 5);
    double threshold = json_get_real(proposal, "threshold", -1);
    json_free(proposal);
    struct policy_act act = {.actor = STR("staff:s1"), .expect = policy_of(story).version};
    assert_int_equal(tuning_confirm(&story->env, &act, (double)NAN, &story->arena, &saved), RC_OK);
    assert_true(fabs(saved.threshold - threshold) <= 0);
    story_to_day(story, 10); /* decided: the weekly look at the history proposes nothing more */
    assert_int_equal(tuning_of(story).status, TUNING_CONFIRMED);
    assert_int_equal(tuning_ask(&story->env, STR("staff:s2"), &story->arena, &tuning), RC_OK);
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
    tuning = tuning_of(story); /* until somebody asks */
    assert_int_equal(tuning.status, TUNING_PENDING);
    assert_true(str_equal(tuning.by, STR("staff:s2")));
    assert_true(says(tuning.proposal, "\"current\":{\"detector\":{"));
}

static void while_one_is_being_made_another_is_not_asked_for(void **state)
{
    struct story *story = *state;
    struct tuning tuning;
    story_stop(story);
    assert_int_equal(tuning_ask(&story->env, STR("staff:s1"), &story->arena, &tuning), RC_OK);
    assert_int_equal(tuning.status, TUNING_RUNNING);
    assert_int_equal(tuning_ask(&story->env, STR("staff:s2"), &story->arena, &tuning), RC_CONFLICT);
    story_start(story);
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
    assert_int_equal(tuning_of(story).status, TUNING_TOO_LITTLE);
}

static void a_confirmed_proposal_is_in_force_audited_and_no_burst(void **state)
{
    struct story *story = *state;
    struct policy policy, saved;
    struct audit entry;
    enum { CLIENTS = 120 };
    struct armed before[CLIENTS], after[CLIENTS];
    story_catalogue(story);
    story_policy(story, no_drafting);
    load_history(story, CLIENTS);
    note_all(story, CLIENTS, before);
    propose(story, SCORE_60);
    policy = policy_of(story);
    struct policy_act act = {.actor = STR("staff:s1"), .expect = policy.version - 1};
    assert_int_equal(tuning_confirm(&story->env, &act, (double)NAN, &story->arena, &saved), RC_CONFLICT);
    act.expect++;
    assert_int_equal(tuning_confirm(&story->env, &act, 95, &story->arena, &saved), RC_INVALID);
    assert_int_equal(tuning_confirm(&story->env, &act, (double)NAN, &story->arena, &saved), RC_OK);
    assert_int_equal(tuning_confirm(&story->env, &act, (double)NAN, &story->arena, &saved), RC_NOT_FOUND);
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
    policy = policy_of(story);
    assert_true(policy.threshold >= 62.5 && policy.threshold <= 62.5 && policy.detector.base_days <= 60);
    assert_int_equal(tuning_of(story).status, TUNING_CONFIRMED);
    assert_int_equal(audited(story, "tuning.confirmed", &entry, 1), 1);
    assert_true(says(entry.detail, "\"threshold\":{\"before\":50,\"after\":62.5}"));
    assert_true(says(entry.detail, "\"detector.half_life_days\":{\"before\":90,\"after\":60}"));
    note_all(story, CLIENTS, after);
    int to_backlog = 0;
    for (int i = 0; i < CLIENTS; i++)
        if (before[i].engagement.backlog == BACKLOG_NONE && after[i].engagement.backlog != BACKLOG_NONE) {
            assert_int_equal(after[i].engagement.backlog, BACKLOG_POLICY);
            to_backlog++;
        }
    assert_true(to_backlog > 5);
    assert_int_equal(story_counter(story, "episode:waiting") + story_counter(story, "episode:drafting") +
                         story_counter(story, "episode:ineligible") + story_counter(story, "episode:closed"),
                     0); /* nobody was noticed by it */
}

static void a_dial_moves_what_the_proposed_detector_goes_by(void **state)
{
    struct story *story = *state;
    struct policy saved;
    propose(story, CHANCE_10);
    struct policy_act act = {.actor = STR("staff:s1"), .expect = policy_of(story).version};
    assert_int_equal(tuning_confirm(&story->env, &act, 0.95, &story->arena, &saved), RC_INVALID);
    assert_int_equal(tuning_confirm(&story->env, &act, 0.07, &story->arena, &saved), RC_OK);
    assert_int_equal(saved.detector.kind, DETECTOR_CHANCE);
    assert_true(saved.detector.chance >= 0.07 && saved.detector.chance <= 0.07);
    assert_true(saved.threshold >= 50 && saved.threshold <= 50);
}

static void drafting(struct policy *policy) { policy->drafting = true; }
static void quieter(struct policy *policy) { policy->review_days = 5; }

static void turning_drafting_on_keeps_the_detector_and_declines_the_proposal(void **state)
{
    struct story *story = *state;
    struct audit entry;
    struct tuning tuning;
    story_policy(story, no_drafting);
    propose(story, SCORE_60);
    story_policy(story, quieter); /* another change decides nothing about it */
    assert_int_equal(tuning_of(story).status, TUNING_PENDING);
    story_policy(story, drafting);
    tuning = tuning_of(story);
    assert_int_equal(tuning.status, TUNING_DECLINED);
    assert_true(str_equal(tuning.by, STR("staff:s1")));
    assert_int_equal(audited(story, "tuning.declined", &entry, 1), 1);
    assert_true(policy_of(story).detector.base_days >= 90);
    assert_int_equal(tuning_decline(&story->env, STR("staff:s1"), &story->arena, &tuning), RC_NOT_FOUND);
    propose(story, SCORE_60);
    assert_int_equal(tuning_decline(&story->env, STR("staff:s1"), &story->arena, &tuning), RC_OK);
    assert_int_equal(tuning.status, TUNING_DECLINED);
}

static void a_week(struct policy *policy) { policy->usual_gap_days = 7; }

static void a_stated_usual_gap_is_the_scale_of_a_shop_without_history(void **state)
{
    struct story *story = *state;
    story_client(story, "c1", "c1@example.com");
    story_order(story, "c1", 0, 4000);
    story_to_day(story, 2);
    double due = story_due_day(story, "c1");
    assert_true(scale_of(story).gap_days >= 60);
    story_policy(story, a_week);
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
    assert_true(scale_of(story).gap_days <= 7);
    assert_true(story_due_day(story, "c1") < due);
}

int policy_stories(void)
{
    const struct CMUnitTest tests[] = {
        STORY(a_walk_over_stored_sums_ends_as_scoring_everyone_from_their_orders),
        STORY(a_client_of_an_older_program_is_scored_and_one_who_objected_gets_no_timer),
        STORY(a_saved_policy_is_in_the_audit_log_member_by_member),
        STORY(the_salt_changes_on_purpose_only_and_is_in_no_log),
        STORY(a_shop_fits_its_chance_model_by_itself_and_says_so),
        STORY(publishing_the_scale_keeps_the_fit),
        STORY(a_fit_that_moved_walks_the_timers_only_where_they_go_by_it),
        STORY(a_history_too_short_to_choose_on_is_said_to_be_so),
        STORY(a_loaded_history_leads_to_a_proposal_that_can_be_confirmed),
        STORY(while_one_is_being_made_another_is_not_asked_for),
        STORY(a_confirmed_proposal_is_in_force_audited_and_no_burst),
        STORY(a_dial_moves_what_the_proposed_detector_goes_by),
        STORY(turning_drafting_on_keeps_the_detector_and_declines_the_proposal),
        STORY(a_stated_usual_gap_is_the_scale_of_a_shop_without_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A shop whose database an older program made (schema 1): the program opens it, brings what it lacks, and goes on where the
 * other stopped. The old database is a running shop's own, poured into the old tables. */
#include "story.h"

#include <sqlite3.h>
#include <stdio.h>

#include "adapter/sqlite/sql.h"
#include "core/scale.h"
#include "step/admin_acts.h"
#include "step/ingest.h"
#include "step/reads.h"
#include "step/results.h"
#include "step/shop_jobs.h"
#include "step/tuning_acts.h"

static void run(sqlite3 *db, const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s: %s", sql, message);
}

/* The names a query gives. */
static size_t names(sqlite3 *db, const char *sql, struct arena *arena, struct str out[64])
{
    size_t count = 0;
    sqlite3_stmt *stmt = NULL;
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
    while (count < 64 && sqlite3_step(stmt) == SQLITE_ROW)
        out[count++] = arena_str(arena, str_of((const char *)sqlite3_column_text(stmt, 0)));
    sqlite3_finalize(stmt);
    return count;
}

/* The old columns of one table, from the new one of the same name. */
static void pour(sqlite3 *db, struct str table, struct arena *arena)
{
    struct str columns[64], list = STR("");
    const char *info = arena_printf(arena, "SELECT name FROM pragma_table_info('%.*s')", STR_ARG(table)).ptr;
    size_t count = names(db, info, arena, columns);
    for (size_t i = 0; i < count; i++)
        list = arena_printf(arena, "%.*s%s\"%.*s\"", STR_ARG(list), i ? "," : "", STR_ARG(columns[i]));
    run(db, arena_printf(arena, "INSERT OR REPLACE INTO main.\"%.*s\" (%.*s) SELECT %.*s FROM new.\"%.*s\"",
                         STR_ARG(table), STR_ARG(list), STR_ARG(list), STR_ARG(table))
                .ptr);
}

static void pour_all(sqlite3 *db, struct arena *arena)
{
    struct str tables[64];
    size_t count = names(db,
                         "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND "
                         "name <> 'state'",
                         arena, tables);
    assert_true(count > 15);
    run(db, "UPDATE main.state SET bulk = 1"); /* no changes by what is poured */
    for (size_t i = 0; i < count; i++)
        pour(db, tables[i], arena);
    run(db, "UPDATE main.state SET bulk = s.bulk FROM new.state AS s");
}

/* What the older program knew nothing of: jobs, members of the policy, settings. */
static void forget_the_new(sqlite3 *db)
{
    run(db, "DELETE FROM main.job WHERE kind IN ('fit', 'tune')");
    run(db, "DELETE FROM main.setting WHERE id = 'tuning'");
    run(db,
        "UPDATE main.policy SET body = json_remove(body, '$.detector.kind', '$.detector.chance', '$.usual_gap_days',"
        " '$.costs')");
}

static void make_old(struct story *story)
{
    const char *now = arena_printf(&story->arena, "%s/rekindle.db", story->folder).ptr;
    const char *old = arena_printf(&story->arena, "%s/old.db", story->folder).ptr;
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(old, &db), SQLITE_OK);
    run(db, SCHEMA_SQL);
    run(db, arena_printf(&story->arena, "ATTACH '%s' AS new", now).ptr);
    run(db, "BEGIN");
    pour_all(db, &story->arena);
    forget_the_new(db);
    run(db, "COMMIT");
    sqlite3_close(db);
    assert_int_equal(rename(old, now), 0);
}

/* As a restart, with the database made old in between. */
static void restart_from_old(struct story *story)
{
    int64_t now = clock_now(story->env.clock);
    struct step_env env = story->env;
    story_stop(story);
    story->backend.store->vtable->close(story->backend.store);
    make_old(story);
    story_backend_open(&story->backend, story->folder);
    story->env = env;
    story->env.store = story->backend.store;
    story->env.feed = story->backend.feed;
    story->env.queue = story->backend.queue;
    assert_int_equal(clock_now(story->env.clock), now);
    assert_int_equal(shop_jobs_ensure(&story->env, &story->arena), RC_OK);
    story_start(story);
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
}

static void half_holdout(struct policy *policy) { policy->holdout_share = 0.5; }

enum { CLIENTS = 40 };

static const char *client(struct story *story, int number) { return arena_printf(&story->arena, "c%d", number).ptr; }

/* Orders keep coming from one client, so that the feed is not taken for dead. */
static void days_pass(struct story *story, int from, int to)
{
    for (int day = from; day < to; day += 5) {
        story_to_day(story, day);
        story_order(story, "r", day, 2000);
    }
    story_to_day(story, to);
}

/* Half of the clients order once, half three times. */
static void live(struct story *story)
{
    story_client(story, "r", "r@example.com");
    for (int i = 0; i < CLIENTS; i++)
        story_client(story, client(story, i), arena_printf(&story->arena, "%s@example.com", client(story, i)).ptr);
    for (int day = 0; day <= 40; day += 20) {
        for (int i = 0; i < CLIENTS; i += day == 0 ? 1 : 2)
            story_order(story, client(story, i), day, 3000 + 10 * i);
        days_pass(story, day, day + 20);
    }
}

static void expect_brought_up(struct story *story)
{
    struct scale scale;
    struct tuning tuning;
    assert_int_equal(read_scale(&story->env, &story->arena, &scale), RC_OK);
    assert_true(scale.fitted_at != TIME_NONE);
    assert_int_equal(scale.fit_clients, CLIENTS + 1); /* it needed everybody's draw */
    assert_int_equal(tuning_read(&story->env, &story->arena, &tuning), RC_OK);
    assert_int_equal(tuning.status, TUNING_TOO_LITTLE);
    for (int i = 0; i < CLIENTS; i++) {
        struct engagement e = story_engagement(story, client(story, i));
        assert_true(e.draw >= 0 && e.profiled && e.mailable && !str_is_none(e.recent));
    }
}

static int64_t admitted(struct story *story)
{
    return story_counter(story, "episode:drafting") + story_counter(story, "episode:holdout");
}

static void an_old_database_is_brought_up_and_the_shop_goes_on(void **state)
{
    struct story *story = *state;
    struct results results;
    story_catalogue(story);
    story_policy(story, half_holdout);
    live(story);
    days_pass(story, 60, 70);
    int64_t before = admitted(story); /* some are due already, some are not */
    assert_true(before > 0 && before < CLIENTS);
    restart_from_old(story);
    expect_brought_up(story);
    assert_int_equal(admitted(story), before);
    days_pass(story, 70, 115); /* the rest come due by the timers of old */
    assert_int_equal(admitted(story), CLIENTS);
    for (int i = 0; i < CLIENTS; i++)
        story_order(story, client(story, i), 115, 5000);
    days_pass(story, 115, 150);
    assert_int_equal(story_counter(story, "episode:closed"), CLIENTS);
    assert_int_equal(results_read(&story->env, 30, &story->arena, &results), RC_OK);
    assert_int_equal(results.total.treated.people + results.total.holdout.people, CLIENTS - before);
    assert_true(results.total.treated.reordered + results.total.holdout.reordered > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {STORY(an_old_database_is_brought_up_and_the_shop_goes_on)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

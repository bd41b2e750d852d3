/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of api/preview_walk.c, on a store that only lists engagements and can do something meanwhile. */
#include "api/preview_walk.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/hash.h"
#include "core/record.h"
#include "core/score.h"

#define NOW (1700000000LL * 1000)

/* `count` clients of one order, their silences spread over 200 days; draws in the order of the rows, evenly apart. */
struct fake {
    struct store store;
    int64_t count;
    int64_t lists; /* pages asked for so far */
    void (*during)(struct fake *fake);
    struct preview_desk *desk;
    const struct preview_question *question;
    enum rc seen; /* by `during` */
};

static void fill(const struct fake *fake, int64_t i, struct arena *arena, struct engagement *out)
{
    record_init(RECORD_ENGAGEMENT, out);
    out->client_id = arena_printf(arena, "c%lld", (long long)i);
    out->last_order_id = STR("o");
    out->visits = 1;
    out->first_at = out->last_at = NOW - (i * 7919 % 200) * TIME_DAY_MS;
    out->value_minor = 1000;
    out->valued = 1;
    out->profiled = out->mailable = true;
    out->draw = (int64_t)((double)i / (double)fake->count * 9.2e18);
    out->due_at = INT64_MAX;
}

static enum rc list(struct store *store, const struct store_query *query, struct arena *arena, struct store_page *out)
{
    struct fake *fake = (struct fake *)store;
    int64_t from = 0;
    fake->lists++;
    if (fake->during != NULL)
        fake->during(fake);
    if (!str_is_none(query->cursor))
        assert_int_equal(str_to_i64(query->cursor, &from), RC_OK);
    int64_t left = fake->count - from, count = left < (int64_t)query->limit ? left : (int64_t)query->limit;
    struct engagement *rows = arena_new(arena, (size_t)count, sizeof *rows);
    for (int64_t i = 0; i < count; i++)
        fill(fake, from + i, arena, &rows[i]);
    *out = (struct store_page){.items = rows, .count = (size_t)count};
    if (from + count < fake->count)
        out->cursor = arena_printf(arena, "%lld", (long long)(from + count));
    return RC_OK;
}
static const struct store_vtable FAKE = {.list = list};

struct stand {
    struct preview_desk desk;
    struct fake fake;
    struct preview_question question;
};

static void stand_init(struct stand *stand, int64_t clients)
{
    memset(stand, 0, sizeof *stand);
    preview_desk_init(&stand->desk);
    policy_default(&stand->question.policies[0], STR("00"));
    stand->question.policies[1] = stand->question.policies[0];
    record_init(RECORD_SCALE, &stand->question.scale);
    scale_compute(&(struct scale_sums){0}, (double)NAN, &stand->question.scale);
    stand->question.now_ms = NOW;
    stand->question.past_days = 90;
    stand->question.next_days = 30;
    stand->fake = (struct fake){
        .store = {&FAKE}, .count = clients, .desk = &stand->desk, .question = &stand->question, .seen = RC_OK};
}

static enum rc exact(struct stand *stand, struct preview_result *out)
{
    return preview_exact(&stand->desk, &stand->fake.store, &stand->question, out);
}

static void a_small_shop_is_counted_whole_at_once(void **state)
{
    (void)state;
    struct stand stand;
    struct preview_result sample, all;
    stand_init(&stand, PREVIEW_SAMPLE);
    assert_int_equal(preview_sample(&stand.fake.store, &stand.question, &sample), RC_OK);
    assert_int_equal(exact(&stand, &all), RC_OK);
    assert_true(sample.exact);
    assert_int_equal(sample.clients, PREVIEW_SAMPLE);
    assert_true(sample.answers[0].past.episodes.value > 1000);
    assert_memory_equal(&sample, &all, sizeof sample);
    preview_desk_clear(&stand.desk);
}

static void a_large_shop_is_blown_up_from_its_first_draws(void **state)
{
    (void)state;
    struct stand stand;
    struct preview_result sample, all;
    stand_init(&stand, 40000);
    assert_int_equal(preview_sample(&stand.fake.store, &stand.question, &sample), RC_OK);
    assert_int_equal(stand.fake.lists, PREVIEW_SAMPLE / 200 + 1);
    assert_int_equal(exact(&stand, &all), RC_OK);
    assert_false(sample.exact);
    assert_int_equal(sample.looked_at, PREVIEW_SAMPLE);
    assert_true(sample.clients > 39900 && sample.clients < 40200); /* 9.2e18 is not quite all draws */
    assert_true(all.exact);
    assert_int_equal(all.looked_at, 40000);
    const struct preview_figure *guess = &sample.answers[0].past.episodes;
    assert_true(guess->error > 0 && fabs(guess->value - all.answers[0].past.episodes.value) < guess->error);
    preview_desk_clear(&stand.desk);
}

static void the_same_question_of_a_large_shop_is_counted_once_a_day(void **state)
{
    (void)state;
    enum { PAGES = 25 };
    struct stand stand;
    struct preview_result first, again;
    stand_init(&stand, PAGES * 200);
    assert_int_equal(exact(&stand, &first), RC_OK);
    assert_int_equal(stand.fake.lists, PAGES);
    stand.question.now_ms = NOW + TIME_HOUR_MS;
    assert_int_equal(exact(&stand, &again), RC_OK);
    assert_int_equal(stand.fake.lists, PAGES);
    assert_memory_equal(&first, &again, sizeof first);
    stand.question.policies[1].threshold = 40;
    assert_int_equal(exact(&stand, &again), RC_OK);
    assert_int_equal(stand.fake.lists, 2 * PAGES);
    stand.question.policies[0].version = 7; /* another policy is in force */
    assert_int_equal(exact(&stand, &again), RC_OK);
    assert_int_equal(stand.fake.lists, 3 * PAGES);
    stand.question.now_ms = NOW + TIME_DAY_MS;
    assert_int_equal(exact(&stand, &again), RC_OK);
    assert_int_equal(stand.fake.lists, 4 * PAGES);
    preview_desk_clear(&stand.desk);
}

static void a_small_shop_is_counted_anew(void **state)
{
    (void)state;
    struct stand stand;
    struct preview_result result;
    stand_init(&stand, 500);
    assert_int_equal(exact(&stand, &result), RC_OK);
    assert_int_equal(exact(&stand, &result), RC_OK);
    assert_int_equal(stand.fake.lists, 6);
    preview_desk_clear(&stand.desk);
}

static void ask_another(struct fake *fake)
{
    struct preview_question other = *fake->question;
    struct preview_result result;
    other.policies[1].threshold = 30;
    fake->during = NULL;
    fake->seen = preview_exact(fake->desk, &fake->store, &other, &result);
}

static void one_walk_runs_at_a_time(void **state)
{
    (void)state;
    struct stand stand;
    struct preview_result result;
    stand_init(&stand, 500);
    stand.fake.during = ask_another;
    assert_int_equal(exact(&stand, &result), RC_OK);
    assert_int_equal(stand.fake.seen, RC_LIMITED);
    stand.question.policies[1].threshold = 30;
    assert_int_equal(exact(&stand, &result), RC_OK); /* the one before has ended */
    preview_desk_clear(&stand.desk);
}

static void stop(struct fake *fake) { preview_desk_stop(fake->desk); }

static void a_walk_ends_when_the_server_stops(void **state)
{
    (void)state;
    struct stand stand;
    struct preview_result result;
    stand_init(&stand, 100000);
    stand.fake.during = stop;
    assert_int_equal(exact(&stand, &result), RC_BUSY);
    assert_int_equal(stand.fake.lists, 1);
    assert_int_equal(exact(&stand, &result), RC_BUSY);
    assert_int_equal(stand.fake.lists, 1);
    preview_desk_clear(&stand.desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_shop_is_counted_whole_at_once),
        cmocka_unit_test(a_large_shop_is_blown_up_from_its_first_draws),
        cmocka_unit_test(the_same_question_of_a_large_shop_is_counted_once_a_day),
        cmocka_unit_test(a_small_shop_is_counted_anew),
        cmocka_unit_test(one_walk_runs_at_a_time),
        cmocka_unit_test(a_walk_ends_when_the_server_stops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

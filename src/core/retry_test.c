/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/retry.c. */
#include "core/retry.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/time_text.h"

static void each_code_means_one_thing(void **state)
{
    (void)state;
    static const struct {
        enum rc rc;
        enum retry_action action;
    } rows[] = {
        {RC_CONFLICT, RETRY_NOW},  {RC_BUSY, RETRY_LATER},     {RC_IO, RETRY_LATER},       {RC_TIMEOUT, RETRY_LATER},
        {RC_LIMITED, RETRY_LATER}, {RC_INVALID, RETRY_BURY},   {RC_DENIED, RETRY_BURY},    {RC_CORRUPT, RETRY_BURY},
        {RC_BUG, RETRY_BURY},      {RC_UNCERTAIN, RETRY_BURY}, {RC_NOT_FOUND, RETRY_BURY}, {RC_OK, RETRY_BURY},
        {RC_COUNT, RETRY_BURY},
    };
    for (int kind = 0; kind < JOB_KINDS; kind++)
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
            assert_int_equal(retry_decide((enum job_kind)kind, rows[i].rc, 0, 0).action, rows[i].action);
}

static void waits_double_up_to_their_most(void **state)
{
    (void)state;
    static const int64_t send_minutes[] = {5, 10, 20, 40, 80, 160, 240, 240};
    for (int i = 0; i < 8; i++)
        assert_int_equal(retry_decide(JOB_SEND, RC_BUSY, i, 0).delay_ms, send_minutes[i] * TIME_MINUTE_MS);
    static const int64_t score_seconds[] = {5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600};
    for (int i = 0; i < 12; i++)
        assert_int_equal(retry_decide(JOB_SCORE, RC_IO, i, 0).delay_ms, score_seconds[i] * TIME_SECOND_MS);
}

static void a_send_is_given_up_within_two_days(void **state)
{
    (void)state;
    int64_t waited = 0, attempts = 0;
    while (retry_decide(JOB_SEND, RC_BUSY, attempts, 0).action == RETRY_LATER)
        waited += retry_decide(JOB_SEND, RC_BUSY, attempts++, 0).delay_ms;
    assert_true(waited <= 48 * TIME_HOUR_MS && waited > 44 * TIME_HOUR_MS);
    assert_int_equal(retry_decide(JOB_SEND, RC_BUSY, INT64_MAX, 0).action, RETRY_BURY);
}

static void everything_is_given_up_some_day(void **state)
{
    (void)state;
    for (int kind = 0; kind < JOB_KINDS; kind++) {
        if (kind == JOB_NOTIFY)
            continue;
        int64_t attempts = 0;
        while (retry_decide((enum job_kind)kind, RC_TIMEOUT, attempts, 0).action == RETRY_LATER)
            attempts++;
        assert_true(attempts >= 10 && attempts <= 30);
    }
}

static void another_tool_is_told_at_least_hourly_without_end(void **state)
{
    (void)state;
    static const int64_t rows[] = {20, 1000, 100000, INT64_MAX};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct retry retry = retry_decide(JOB_NOTIFY, RC_BUSY, rows[i], 0.999);
        assert_int_equal(retry.action, RETRY_LATER);
        assert_in_range(retry.delay_ms, TIME_HOUR_MS / 2, TIME_HOUR_MS);
    }
    assert_int_equal(retry_decide(JOB_NOTIFY, RC_BUSY, 0, 0).delay_ms, 5 * TIME_SECOND_MS);
}

static void jitter_adds_up_to_a_quarter(void **state)
{
    (void)state;
    assert_int_equal(retry_decide(JOB_SEND, RC_BUSY, 0, 0.5).delay_ms, 5 * TIME_MINUTE_MS * 9 / 8);
    int64_t most = retry_decide(JOB_SEND, RC_BUSY, 0, 0.999999).delay_ms;
    assert_true(most < 5 * TIME_MINUTE_MS * 5 / 4);
}

static void d21_what_the_other_side_asks_for_is_waited_for(void **state)
{
    static const struct {
        struct retry ours;
        int64_t asked_ms;
        double spread;
        struct retry then;
    } rows[] = {
        {{RETRY_LATER, 5000}, 0, 0.5, {RETRY_LATER, 5000}}, /* not said */
        {{RETRY_LATER, 5000}, -1, 0.5, {RETRY_LATER, 5000}},
        {{RETRY_LATER, 5000}, 60000, 0, {RETRY_LATER, 60000}},
        {{RETRY_LATER, 5000}, 60000, 0.5, {RETRY_LATER, 67500}}, /* never earlier, up to a quarter later */
        {{RETRY_LATER, 5000}, 1000, 0.5, {RETRY_LATER, 5000}},   /* often and shortly: our own patience lasts as long */
        {{RETRY_NOW, 0}, 2000, 0, {RETRY_LATER, 2000}},
        {{RETRY_BURY, 0}, 2000, 0, {RETRY_BURY, 0}},
        {{RETRY_LATER, 5000}, INT64_MAX, 0, {RETRY_LATER, RETRY_ASKED_MAX_MS}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct retry then = retry_after(rows[i].ours, rows[i].asked_ms, rows[i].spread);
        assert_int_equal(then.action, rows[i].then.action);
        assert_int_equal(then.delay_ms, rows[i].then.delay_ms);
    }
}

static void tries_that_failed_together_do_not_come_back_together(void **state)
{
    enum { JOBS = 1000 };
    struct arena arena = {0};
    int quarters[4] = {0};
    (void)state;
    for (int i = 0; i < JOBS; i++) {
        struct str key = arena_printf(&arena, "email-%d", i);
        double spread = retry_spread(key, 3);
        assert_true(spread >= 0 && spread < 1);
        assert_true(spread == retry_spread(key, 3)); /* asked again it says the same */
        quarters[(int)(spread * 4)]++;
    }
    for (int i = 0; i < 4; i++)
        assert_true(quarters[i] > JOBS / 4 - 60 && quarters[i] < JOBS / 4 + 60);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_code_means_one_thing),
        cmocka_unit_test(waits_double_up_to_their_most),
        cmocka_unit_test(a_send_is_given_up_within_two_days),
        cmocka_unit_test(everything_is_given_up_some_day),
        cmocka_unit_test(another_tool_is_told_at_least_hourly_without_end),
        cmocka_unit_test(jitter_adds_up_to_a_quarter),
        cmocka_unit_test(tries_that_failed_together_do_not_come_back_together),
        cmocka_unit_test(d21_what_the_other_side_asks_for_is_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

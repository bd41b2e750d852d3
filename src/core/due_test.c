/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/due.c: one timer a client, one episode a silence, and no burst whatever is loaded or changed. */
#include "core/due.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "core/record.h"

enum { PAST = 100, NOW = 500, FUTURE = 900 };

static struct engagement silent(int64_t due_at)
{
    struct engagement e;
    record_init(RECORD_ENGAGEMENT, &e);
    e.client_id = STR("c1");
    e.visits = 3;
    e.first_at = 1;
    e.last_at = 50;
    e.last_order_id = STR("o3");
    e.value_minor = 700;
    e.due_at = due_at;
    return e;
}

static void what_lies_ahead_is_armed(void **state)
{
    (void)state;
    struct engagement now = silent(FUTURE);
    assert_int_equal(due_decide(NULL, &now, NOW, true, BACKLOG_HISTORY), DUE_ARM);
    assert_int_equal(now.backlog, BACKLOG_NONE);
    assert_int_equal(now.backlog_rank, I64_NONE);
}

static void what_is_past_when_first_seen_goes_to_the_backlog(void **state)
{
    (void)state;
    struct engagement now = silent(PAST);
    assert_int_equal(due_decide(NULL, &now, NOW, true, BACKLOG_HISTORY), DUE_BACKLOG);
    assert_int_equal(now.backlog, BACKLOG_HISTORY);
    assert_int_equal(now.backlog_rank, 700);
    now = silent(NOW); /* due this very moment: it cannot have been armed before */
    assert_int_equal(due_decide(NULL, &now, NOW, true, BACKLOG_HISTORY), DUE_BACKLOG);
}

static void an_armed_timer_that_falls_due_stays_armed(void **state)
{
    (void)state;
    struct engagement before = silent(PAST), now = silent(PAST);
    assert_int_equal(due_decide(&before, &now, NOW, true, BACKLOG_LATE_ORDER), DUE_ARM);
    assert_int_equal(now.backlog, BACKLOG_NONE);
}

static void a_held_timer_stays_armed_when_the_shop_scale_moves(void **state)
{
    (void)state;
    struct engagement before = silent(PAST), now = silent(PAST + 7);
    assert_int_equal(due_decide(&before, &now, NOW, true, BACKLOG_SCALE), DUE_ARM);
    assert_int_equal(now.backlog, BACKLOG_NONE);
}

static void a_moved_due_moment_in_the_past_goes_to_the_backlog(void **state)
{
    (void)state;
    struct engagement before = silent(FUTURE), now = silent(PAST);
    assert_int_equal(due_decide(&before, &now, NOW, true, BACKLOG_POLICY), DUE_BACKLOG);
    assert_int_equal(now.backlog, BACKLOG_POLICY);
}

static void a_client_in_the_backlog_stays_with_its_first_reason(void **state)
{
    (void)state;
    struct engagement before = silent(PAST), now = silent(PAST + 1);
    before.backlog = BACKLOG_HISTORY;
    assert_int_equal(due_decide(&before, &now, NOW, true, BACKLOG_SCALE), DUE_BACKLOG);
    assert_int_equal(now.backlog, BACKLOG_HISTORY);
    now = silent(PAST);
    assert_int_equal(due_decide(&before, &now, NOW, true, BACKLOG_SCALE), DUE_BACKLOG);
    now = silent(FUTURE); /* a lower threshold */
    assert_int_equal(due_decide(&before, &now, NOW, true, BACKLOG_POLICY), DUE_ARM);
    assert_int_equal(now.backlog, BACKLOG_NONE);
    now = silent(PAST); /* another silence: its own reason */
    now.last_order_id = STR("o4");
    assert_int_equal(due_decide(&before, &now, NOW, true, BACKLOG_LATE_ORDER), DUE_BACKLOG);
    assert_int_equal(now.backlog, BACKLOG_LATE_ORDER);
}

static void the_reason_is_what_happened_since(void **state)
{
    (void)state;
    struct engagement before = silent(FUTURE), now = silent(PAST), none = silent(FUTURE);
    none.visits = 0;
    assert_int_equal(due_why(NULL, &now), BACKLOG_HISTORY);
    assert_int_equal(due_why(&none, &now), BACKLOG_HISTORY);
    assert_int_equal(due_why(&before, &now), BACKLOG_SCALE);
    now.policy_version = 2;
    assert_int_equal(due_why(&before, &now), BACKLOG_POLICY);
    now.last_order_id = STR("o4");
    assert_int_equal(due_why(&before, &now), BACKLOG_LATE_ORDER);
    now.visits--;
    assert_int_equal(due_why(&before, &now), BACKLOG_CANCELLATION);
    now = silent(PAST);
    before.backlog = BACKLOG_LATE_ORDER; /* still the same silence: the first reason stands */
    assert_int_equal(due_why(&before, &now), BACKLOG_LATE_ORDER);
    now.last_order_id = STR("o4");
    before.backlog = BACKLOG_HISTORY;
    assert_int_equal(due_why(&before, &now), BACKLOG_LATE_ORDER);
}

static void a_silence_has_one_episode(void **state)
{
    (void)state;
    struct engagement before = silent(PAST), now = silent(FUTURE);
    now.last_episode_id = STR("c1~o3");
    assert_int_equal(due_decide(&before, &now, NOW, true, BACKLOG_SCALE), DUE_NOTHING);
    now = silent(FUTURE);
    before.last_episode_id = STR("c1~o3");
    assert_int_equal(due_decide(&before, &now, NOW, true, BACKLOG_SCALE), DUE_NOTHING);
    now.last_order_id = STR("o4"); /* the next silence */
    assert_int_equal(due_decide(&before, &now, NOW, true, BACKLOG_SCALE), DUE_ARM);
    now = silent(FUTURE);
    now.last_episode_id = STR("c1~xo3");
    before = silent(PAST);
    assert_int_equal(due_decide(&before, &now, NOW, true, BACKLOG_SCALE), DUE_ARM);
}

static void without_visits_or_against_an_objection_nothing_happens(void **state)
{
    (void)state;
    struct engagement now = silent(FUTURE);
    assert_int_equal(due_decide(NULL, &now, NOW, false, BACKLOG_HISTORY), DUE_NOTHING);
    now = silent(PAST);
    now.backlog = BACKLOG_HISTORY;
    now.backlog_rank = 5;
    now.visits = 0;
    assert_int_equal(due_decide(NULL, &now, NOW, true, BACKLOG_HISTORY), DUE_NOTHING);
    assert_int_equal(now.backlog, BACKLOG_NONE);
    assert_int_equal(now.backlog_rank, I64_NONE);
}

static void a_missed_silence_is_one_that_was_armed_and_ended_late(void **state)
{
    (void)state;
    struct engagement before = silent(PAST);
    assert_true(due_missed(&before, PAST + 1));
    assert_false(due_missed(&before, PAST)); /* the order came in time */
    assert_false(due_missed(NULL, FUTURE));
    before.backlog = BACKLOG_HISTORY;
    assert_false(due_missed(&before, FUTURE));
    before = silent(PAST);
    before.last_episode_id = STR("c1~o3");
    assert_false(due_missed(&before, FUTURE));
    before = silent(TIME_NONE);
    assert_false(due_missed(&before, FUTURE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_lies_ahead_is_armed),
        cmocka_unit_test(what_is_past_when_first_seen_goes_to_the_backlog),
        cmocka_unit_test(an_armed_timer_that_falls_due_stays_armed),
        cmocka_unit_test(a_held_timer_stays_armed_when_the_shop_scale_moves),
        cmocka_unit_test(a_moved_due_moment_in_the_past_goes_to_the_backlog),
        cmocka_unit_test(a_client_in_the_backlog_stays_with_its_first_reason),
        cmocka_unit_test(the_reason_is_what_happened_since),
        cmocka_unit_test(a_silence_has_one_episode),
        cmocka_unit_test(without_visits_or_against_an_objection_nothing_happens),
        cmocka_unit_test(a_missed_silence_is_one_that_was_armed_and_ended_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

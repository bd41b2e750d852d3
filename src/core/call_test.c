/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/call.c. */
#include "core/call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define MIDNIGHT 1795564800000LL /* 2026-11-25T00:00:00Z */

static int64_t counted(const struct budget *budget)
{
    return budget->reserved_microusd + budget->spent_microusd + budget->unknown_microusd;
}

static void a_day_of_money_is_the_utc_day(void **state)
{
    static const struct {
        int64_t at;
        const char *day;
        int64_t next;
    } rows[] = {{MIDNIGHT, "2026-11-25", MIDNIGHT + TIME_DAY_MS},
                {MIDNIGHT + TIME_DAY_MS - 1, "2026-11-25", MIDNIGHT + TIME_DAY_MS},
                {MIDNIGHT - 1, "2026-11-24", MIDNIGHT},
                {0, "1970-01-01", TIME_DAY_MS},
                {-1, "1969-12-31", 0}};
    struct arena arena = {0};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(str_equal(budget_day(rows[i].at, &arena), str_of(rows[i].day)));
        assert_int_equal(budget_next_day(rows[i].at), rows[i].next);
    }
    arena_clear(&arena);
}

static void a_reservation_is_taken_only_when_all_that_is_counted_stays_within_the_cap(void **state)
{
    static const struct {
        struct budget before;
        int64_t microusd, cap;
        bool taken;
    } rows[] = {
        {{.calls = 0}, 100, 100, true}, /* to the last millionth */
        {{.calls = 0}, 101, 100, false},
        {{.reserved_microusd = 60}, 40, 100, true},
        {{.reserved_microusd = 60}, 41, 100, false},
        {{.spent_microusd = 60}, 41, 100, false},
        {{.unknown_microusd = 60}, 41, 100, false},
        {{.reserved_microusd = 30, .spent_microusd = 30, .unknown_microusd = 30}, 10, 100, true},
        {{.reserved_microusd = 30, .spent_microusd = 30, .unknown_microusd = 30}, 11, 100, false},
        {{.spent_microusd = 150}, 0, 100, false}, /* a call cost more than it said it would */
        {{.calls = 7}, 0, 0, true},               /* what costs nothing needs no money */
        {{.calls = 7}, 1, 0, false},
        {{.spent_microusd = 1}, INT64_MAX, INT64_MAX, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct budget after = rows[i].before;
        assert_int_equal(budget_reserve(&after, rows[i].microusd, rows[i].cap), rows[i].taken);
        assert_int_equal(counted(&after), counted(&rows[i].before) + (rows[i].taken ? rows[i].microusd : 0));
        assert_int_equal(after.calls, rows[i].before.calls + rows[i].taken);
    }
}

static void a_result_gives_the_reservation_back_as_what_is_known_of_the_bill(void **state)
{
    static const struct {
        enum call_state state;
        int64_t cost, spent, unknown;
    } rows[] = {{CALL_SETTLED, 12, 12, 0}, {CALL_SETTLED, 0, 0, 0}, {CALL_FREE, 0, 0, 0}, {CALL_UNKNOWN, 0, 0, 50}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct budget budget = {.spent_microusd = 0};
        struct call call = {.state = (int)rows[i].state, .reserved_microusd = 50, .cost_microusd = rows[i].cost};
        assert_true(budget_reserve(&budget, 50, 1000));
        budget_settle(&budget, &call);
        assert_int_equal(budget.reserved_microusd, 0);
        assert_int_equal(budget.spent_microusd, rows[i].spent);
        assert_int_equal(budget.unknown_microusd, rows[i].unknown);
        assert_int_equal(budget.calls, 1); /* it was begun, whatever came of it */
    }
}

static void d30_a_bill_that_nobody_knows_is_counted_at_its_worst_until_it_is_known(void **state)
{
    struct budget budget = {.spent_microusd = 10};
    struct call call = {.state = CALL_UNKNOWN, .reserved_microusd = 50};
    (void)state;
    assert_true(budget_reserve(&budget, 50, 1000));
    budget_settle(&budget, &call);
    assert_int_equal(counted(&budget), 60);
    call.state = CALL_SETTLED;
    call.cost_microusd = 7;
    budget_learn(&budget, &call);
    assert_int_equal(budget.unknown_microusd, 0);
    assert_int_equal(budget.spent_microusd, 17);
}

static void a_call_counts_for_its_person_for_thirty_days(void **state)
{
    struct arena arena = {0};
    struct str calls = STR_NONE;
    (void)state;
    assert_int_equal(calls_recent(calls, MIDNIGHT), 0);
    calls = calls_add(calls, MIDNIGHT, &arena);
    calls = calls_add(calls, MIDNIGHT, &arena); /* two in one instant are two */
    calls = calls_add(calls, MIDNIGHT + TIME_DAY_MS, &arena);
    assert_int_equal(calls_recent(calls, MIDNIGHT + TIME_DAY_MS), 3);
    assert_int_equal(calls_recent(calls, MIDNIGHT + CALLS_WINDOW_MS - 1), 3);
    assert_int_equal(calls_recent(calls, MIDNIGHT + CALLS_WINDOW_MS), 1);
    calls = calls_remove(calls, MIDNIGHT, &arena);
    assert_int_equal(calls_recent(calls, MIDNIGHT + TIME_DAY_MS), 2);
    calls = calls_remove(calls, MIDNIGHT + 5, &arena); /* there was none then */
    assert_int_equal(calls_recent(calls, MIDNIGHT + TIME_DAY_MS), 2);
    calls = calls_add(calls, MIDNIGHT + CALLS_WINDOW_MS, &arena); /* the older ones are dropped from the record too */
    assert_true(str_equal(calls, STR("[1795651200000,1798156800000]")));
    arena_clear(&arena);
}

static void the_list_of_calls_stays_short(void **state)
{
    struct arena arena = {0};
    struct str calls = STR_NONE;
    (void)state;
    for (int64_t i = 0; i < 3 * CALLS_KEPT_MAX; i++)
        calls = calls_add(calls, MIDNIGHT + i, &arena);
    assert_int_equal(calls_recent(calls, MIDNIGHT + 1000), CALLS_KEPT_MAX);
    calls = calls_remove(calls, MIDNIGHT + 3 * CALLS_KEPT_MAX - 1, &arena); /* the newest are the ones that stayed */
    assert_int_equal(calls_recent(calls, MIDNIGHT + 1000), CALLS_KEPT_MAX - 1);
    arena_clear(&arena);
}

static void a_list_of_calls_that_cannot_be_read_spends_no_money(void **state)
{
    static const char *const rows[] = {"{}", "7", "[1,", "[\"1\"]", "[1.5]", "[null]", "nonsense"};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(calls_recent(str_of(rows[i]), MIDNIGHT), CALLS_KEPT_MAX);
}

static void every_outcome_and_state_has_its_word(void **state)
{
    size_t outcomes = 0, states = 0;
    (void)state;
    while (WRITER_OUTCOME_WORDS[outcomes] != NULL)
        outcomes++;
    while (CALL_STATE_WORDS[states] != NULL)
        states++;
    assert_int_equal(outcomes, WRITER_OUTCOMES);
    assert_int_equal(states, CALL_UNKNOWN + 1);
    assert_string_equal(WRITER_OUTCOME_WORDS[WRITER_TIMED_OUT], "timed_out");
    assert_string_equal(CALL_STATE_WORDS[CALL_FREE], "free");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_of_money_is_the_utc_day),
        cmocka_unit_test(a_reservation_is_taken_only_when_all_that_is_counted_stays_within_the_cap),
        cmocka_unit_test(a_result_gives_the_reservation_back_as_what_is_known_of_the_bill),
        cmocka_unit_test(d30_a_bill_that_nobody_knows_is_counted_at_its_worst_until_it_is_known),
        cmocka_unit_test(a_call_counts_for_its_person_for_thirty_days),
        cmocka_unit_test(the_list_of_calls_stays_short),
        cmocka_unit_test(a_list_of_calls_that_cannot_be_read_spends_no_money),
        cmocka_unit_test(every_outcome_and_state_has_its_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

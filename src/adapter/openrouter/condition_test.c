/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/openrouter/condition.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/metrics.h"

static const struct price CEILING = {.prompt_pico = 3000000, .completion_pico = 15000000};

static int set_up(void **state)
{
    struct condition *condition = test_calloc(1, sizeof *condition);
    condition_init(condition, &CEILING, 60000);
    *state = condition;
    return 0;
}

static int tear_down(void **state)
{
    condition_clear(*state);
    test_free(*state);
    return 0;
}

static void look(struct condition *condition, enum vet_result result, const char *why)
{
    struct vet vet = {.result = result, .price = {.prompt_pico = 1}};
    snprintf(vet.why, sizeof vet.why, "%s", why);
    condition_looked(condition, &vet);
}

static struct condition_view view_of(struct condition *condition)
{
    struct condition_view view;
    condition_read(condition, &view);
    return view;
}

static bool is_shown_degraded(void)
{
    struct buf page = {0};
    metrics_write(&page);
    bool shown = str_contains(buf_str(&page), STR("rekindle_writer_degraded 1\n"));
    buf_clear(&page);
    return shown;
}

static void nothing_is_asked_before_the_first_look(void **state)
{
    struct condition *condition = *state;
    int64_t wait = 0;
    assert_int_equal(condition_await(condition, 10, &wait), RC_DENIED);
    assert_true(wait > 0);
    assert_int_equal(view_of(condition).health, WRITER_CHECKING);
    assert_int_equal(view_of(condition).learned.price.prompt_pico, CEILING.prompt_pico);
    assert_true(condition_next_look(condition)); /* at once */
}

static void a_look_makes_it_fit_or_degraded(void **state)
{
    struct condition *condition = *state;
    int64_t wait = 0;
    look(condition, VET_UNFIT, "set X");
    assert_int_equal(condition_await(condition, 10, &wait), RC_DENIED);
    assert_in_range(wait, 50000, 60000);
    assert_string_equal(view_of(condition).why, "set X");
    assert_true(is_shown_degraded());
    look(condition, VET_FIT, "");
    assert_int_equal(condition_await(condition, 10, &wait), RC_OK);
    assert_int_equal(view_of(condition).learned.price.prompt_pico, 1);
    assert_string_equal(view_of(condition).why, "");
    assert_false(is_shown_degraded());
}

/* A service that is out of reach for a moment is the business of each call's own outcome. */
static void a_look_that_comes_to_nothing_changes_only_what_was_never_looked_at(void **state)
{
    struct condition *condition = *state;
    int64_t wait = 0;
    look(condition, VET_UNKNOWN, "out of reach");
    assert_int_equal(view_of(condition).health, WRITER_DEGRADED);
    assert_string_equal(view_of(condition).why, "out of reach");
    look(condition, VET_FIT, "");
    look(condition, VET_UNKNOWN, "out of reach");
    assert_int_equal(condition_await(condition, 10, &wait), RC_OK);
    condition_called(condition, WRITER_MISCONFIGURED, STR("add credits"));
    look(condition, VET_UNKNOWN, "out of reach");
    assert_string_equal(view_of(condition).why, "The model cannot be asked: add credits.");
}

/* Degraded by a call, and a look finds nothing wrong. */
static void begin_trial(struct condition *condition)
{
    look(condition, VET_FIT, "");
    condition_called(condition, WRITER_MISCONFIGURED, STR("add credits"));
    look(condition, VET_FIT, "");
}

static void what_a_look_cannot_see_is_tried_by_one_call_at_a_time(void **state)
{
    static const struct {
        enum writer_outcome outcome;
        enum writer_health health;
        enum rc next; /* what the next one is told */
    } ROWS[] = {{WRITER_ANSWERED, WRITER_READY, RC_OK},
                {WRITER_REFUSED, WRITER_READY, RC_OK},
                {WRITER_BAD_REPLY, WRITER_READY, RC_OK},
                {WRITER_LIMITED, WRITER_DEGRADED, RC_OK},
                {WRITER_UNAVAILABLE, WRITER_DEGRADED, RC_OK},
                {WRITER_TIMED_OUT, WRITER_DEGRADED, RC_OK},
                {WRITER_MISCONFIGURED, WRITER_DEGRADED, RC_DENIED}};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct condition *condition = *state;
        int64_t wait = 0;
        begin_trial(condition);
        assert_int_equal(view_of(condition).health, WRITER_DEGRADED);
        assert_int_equal(condition_await(condition, 10, &wait), RC_OK);
        assert_int_equal(condition_await(condition, 10, &wait), RC_DENIED); /* one at a time */
        condition_not_called(condition);
        assert_int_equal(condition_await(condition, 10, &wait), RC_OK);
        condition_called(condition, ROWS[i].outcome, STR("add credits"));
        assert_int_equal(view_of(condition).health, ROWS[i].health);
        assert_int_equal(condition_await(condition, 10, &wait), ROWS[i].next);
        tear_down(state);
        set_up(state);
    }
}

static void trials_that_come_to_nothing_become_rarer(void **state)
{
    struct condition *condition = *state;
    int64_t wait = 0, last = 0;
    begin_trial(condition);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(condition_await(condition, 10, &wait), RC_OK);
        condition_called(condition, WRITER_MISCONFIGURED, STR("add credits"));
        assert_int_equal(condition_await(condition, 10, &wait), RC_DENIED);
        assert_true(wait > last - 1000 && wait <= 10 * 60000);
        last = wait;
        look(condition, VET_FIT, "");
    }
    assert_true(last > 9 * 60000);
}

/* What a look does see is over when it no longer sees it. */
static void a_fault_that_a_look_has_seen_too_needs_no_trial(void **state)
{
    struct condition *condition = *state;
    begin_trial(condition);
    look(condition, VET_UNFIT, "set X");
    look(condition, VET_FIT, "");
    assert_int_equal(view_of(condition).health, WRITER_READY);
}

static void a_stop_lets_go_who_waits(void **state)
{
    struct condition *condition = *state;
    int64_t wait = 0;
    condition_stop(condition);
    assert_int_equal(condition_await(condition, 60000, &wait), RC_BUSY);
    assert_false(condition_next_look(condition));
    look(condition, VET_UNKNOWN, "cut short"); /* no alert for a look that the stop has ended */
    assert_int_equal(view_of(condition).health, WRITER_CHECKING);
}

static void the_last_error_is_kept_with_its_age(void **state)
{
    struct condition *condition = *state;
    assert_true(view_of(condition).last_error_ms_ago == I64_NONE);
    condition_called(condition, WRITER_ANSWERED, STR_NONE);
    assert_true(view_of(condition).last_error_ms_ago == I64_NONE);
    condition_called(condition, WRITER_LIMITED, STR("too many requests"));
    assert_string_equal(view_of(condition).last_error, "too many requests");
    assert_in_range(view_of(condition).last_error_ms_ago, 0, 60000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_asked_before_the_first_look),
        TEST(a_look_makes_it_fit_or_degraded),
        TEST(a_look_that_comes_to_nothing_changes_only_what_was_never_looked_at),
        TEST(what_a_look_cannot_see_is_tried_by_one_call_at_a_time),
        TEST(trials_that_come_to_nothing_become_rarer),
        TEST(a_fault_that_a_look_has_seen_too_needs_no_trial),
        TEST(a_stop_lets_go_who_waits),
        TEST(the_last_error_is_kept_with_its_age),
    };
    return cmocka_run_group_tests_name("condition", tests, NULL, NULL);
}

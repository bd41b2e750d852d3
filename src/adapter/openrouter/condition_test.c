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
    condition_degrade(condition, STR("add credits"));
    look(condition, VET_UNKNOWN, "out of reach");
    assert_string_equal(view_of(condition).why, "add credits");
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
    condition_error(condition, STR("too many requests"));
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
        TEST(a_stop_lets_go_who_waits),
        TEST(the_last_error_is_kept_with_its_age),
    };
    return cmocka_run_group_tests_name("condition", tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/ramp.c. */
#include "core/ramp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct policy usual(void)
{
    struct policy policy;
    policy_default(&policy, STR("00"));
    return policy;
}

static void the_ramp_grows_day_by_day(void **state)
{
    (void)state;
    static const struct {
        int64_t day, limit;
    } ROWS[] = {{0, 50}, {1, 75}, {2, 112}, {3, 168}, {4, 253}, {10, 2883}, {-3, 50}, {2000, RAMP_NO_LIMIT}};
    const struct policy policy = usual();
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        assert_int_equal(ramp_limit(&policy, ROWS[i].day), ROWS[i].limit);
}

static void a_first_day_of_nought_is_no_ramp(void **state)
{
    (void)state;
    struct policy policy = usual();
    policy.warm_up_first_day = 0;
    assert_int_equal(ramp_limit(&policy, 0), RAMP_NO_LIMIT);
}

static void the_brake_falls_at_its_shares(void **state)
{
    (void)state;
    static const struct {
        struct brake_count count;
        const char *reason;
    } ROWS[] = {
        {{0, 0, 0}, NULL},
        {{4, 4, 0}, NULL},
        {{5, 5, 0}, "hard_bounces"},
        {{1000, 19, 1}, NULL},
        {{1000, 20, 0}, "hard_bounces"},
        {{250, 5, 0}, "hard_bounces"},
        {{251, 5, 0}, NULL},
        {{10, 0, 1}, NULL},
        {{10, 0, 2}, "complaints"},
        {{1000, 0, 1}, NULL},
        {{1000, 0, 2}, "complaints"},
    };
    const struct policy policy = usual();
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        const char *reason = brake_reason(&policy, &ROWS[i].count);
        if (ROWS[i].reason == NULL)
            assert_null(reason);
        else
            assert_string_equal(reason, ROWS[i].reason);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ramp_grows_day_by_day),
        cmocka_unit_test(a_first_day_of_nought_is_no_ramp),
        cmocka_unit_test(the_brake_falls_at_its_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

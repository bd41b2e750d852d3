/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/limiter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/hash.h"

#define WINDOW 1000

static int setup(void **state)
{
    static struct limiter limiter;
    hash_init();
    limiter_init(&limiter, 3, WINDOW);
    *state = &limiter;
    return 0;
}

static int teardown(void **state)
{
    limiter_clear(*state);
    return 0;
}

static void the_limit_holds_for_the_window_and_no_longer(void **state)
{
    struct str key = STR("a");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(limiter_wait_ms(*state, key, 100), 0);
        limiter_count(*state, key, 100);
    }
    assert_int_equal(limiter_wait_ms(*state, key, 100), WINDOW);
    assert_int_equal(limiter_wait_ms(*state, key, 100 + WINDOW - 1), 1);
    assert_int_equal(limiter_wait_ms(*state, key, 100 + WINDOW), 0);
    limiter_count(*state, key, 100 + WINDOW);
    assert_int_equal(limiter_wait_ms(*state, key, 100 + WINDOW), 0);
}

static void keys_do_not_share_a_count(void **state)
{
    for (int i = 0; i < 3; i++)
        limiter_count(*state, STR("a"), 100);
    assert_int_equal(limiter_wait_ms(*state, STR("b"), 100), 0);
    assert_int_equal(limiter_wait_ms(*state, STR(""), 100), 0);
}

static void a_success_forgets_what_was_counted(void **state)
{
    for (int i = 0; i < 3; i++)
        limiter_count(*state, STR("a"), 100);
    limiter_forget(*state, STR("a"));
    assert_int_equal(limiter_wait_ms(*state, STR("a"), 100), 0);
    limiter_forget(*state, STR("never seen"));
}

/* Ten keys for every slot: memory stays, and the key under attack now is still held. */
static void a_flood_of_keys_does_not_free_the_newest(void **state)
{
    char key[30];
    for (int i = 0; i < 10 * LIMITER_SLOTS; i++) {
        snprintf(key, sizeof key, "flood-%d", i);
        limiter_count(*state, str_of(key), 100);
    }
    for (int i = 0; i < 3; i++)
        limiter_count(*state, STR("a"), 200);
    assert_int_equal(limiter_wait_ms(*state, STR("a"), 200), WINDOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_limit_holds_for_the_window_and_no_longer, setup, teardown),
        cmocka_unit_test_setup_teardown(keys_do_not_share_a_count, setup, teardown),
        cmocka_unit_test_setup_teardown(a_success_forgets_what_was_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(a_flood_of_keys_does_not_free_the_newest, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

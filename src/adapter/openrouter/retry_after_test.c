/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/openrouter/retry_after.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define WALL 1795400000000LL /* 2026-11-23T02:13:20Z */

static const struct {
    const char *line;
    int64_t ms;
} ROWS[] = {
    {"Retry-After: 7", 7000},
    {"retry-after:7", 7000},
    {"RETRY-AFTER:  0.5 ", 500},
    {"Retry-After: 0", 1}, /* now, and still said */
    {"Retry-After: 100000000", RETRY_AFTER_MAX_MS},
    {"Retry-After: -3", 0},
    {"Retry-After: soon", 0},
    {"Retry-After:", 0},
    {"Retry-After: 3,4", 0},
    {"Retry-After: Mon, 23 Nov 2026 02:13:30 GMT", 10000},
    {"Retry-After: Monday, 23-Nov-26 02:13:30 GMT", 10000},
    {"Retry-After: Mon Nov 23 02:13:30 2026", 10000},
    {"Retry-After: Mon, 23 Nov 2026 02:13:10 GMT", 1}, /* gone by */
    {"retry-after-ms: 250", 250},
    {"retry-after-ms: 0.4", 1},
    {"X-RateLimit-Reset: 1795400004000", 4000},
    {"X-RateLimit-Reset: 1795400004", 4000},
    {"X-RateLimit-Reset: 12", 12000},
    {"X-RateLimit-Reset: never", 0},
    {"X-RateLimit-Remaining: 3", 0},
    {"Retry-Afters: 3", 0},
    {"nothing", 0},
    {"", 0},
};

static void a_time_is_read_in_all_its_forms(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct retry_after said = {0};
        retry_after_take(&said, str_of(ROWS[i].line), WALL);
        if (retry_after_ms(&said) != ROWS[i].ms)
            fail_msg("%s: %lld", ROWS[i].line, (long long)retry_after_ms(&said));
    }
}

static void the_most_exact_one_counts(void **state)
{
    struct retry_after said = {0};
    (void)state;
    retry_after_take(&said, STR("x-ratelimit-reset: 60"), WALL);
    assert_int_equal(retry_after_ms(&said), 60000);
    retry_after_take(&said, STR("retry-after: 3"), WALL);
    assert_int_equal(retry_after_ms(&said), 3000);
    retry_after_take(&said, STR("retry-after-ms: 2500"), WALL);
    assert_int_equal(retry_after_ms(&said), 2500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_is_read_in_all_its_forms),
        cmocka_unit_test(the_most_exact_one_counts),
    };
    return cmocka_run_group_tests_name("retry_after", tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/https/https_url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "adapter/https/https_date.h"

static void only_tls_or_this_machine_may_be_asked(void **state)
{
    static const struct {
        const char *url;
        bool good;
    } ROWS[] = {
        {"https://openrouter.ai/api/v1", true},
        {"https://openrouter.ai:8443", true},
        {"http://127.0.0.1:8000/v1", true},
        {"http://127.9.9.9/v1", true},
        {"http://[::1]:8000/v1", true},
        {"http://localhost:11434/v1", true},
        {"http://openrouter.ai/api/v1", false},
        {"http://127.0.0.1.evil.example/", false},
        {"http://localhost.evil.example/", false},
        {"http://10.0.0.1/", false},
        {"http://127.0.0.1@evil.example/", false},
        {"https://user:password@openrouter.ai/", false},
        {"https://user@openrouter.ai/", false},
        {"ftp://openrouter.ai/", false},
        {"file:///etc/passwd", false},
        {"openrouter.ai", false},
        {"https://", false},
        {"https://a b/", false},
        {"https://a/\r\nX: y", false},
        {"https://\xC3\xA9/", false},
        {"", false},
    };
    struct str why;
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        if ((https_url_check(str_of(ROWS[i].url), &why) == RC_OK) != ROWS[i].good)
            fail_msg("%s", ROWS[i].url);
        assert_true(str_is_none(why) == ROWS[i].good);
    }
}

static void dates_are_read_and_nothing_else(void **state)
{
    int64_t instant = 7;
    (void)state;
    assert_true(https_date(STR("Mon, 23 Nov 2026 02:13:20 GMT"), &instant));
    assert_int_equal(instant, 1795400000000LL);
    assert_false(https_date(STR("soon"), &instant));
    assert_false(https_date(STR(""), &instant));
    assert_false(
        https_date(STR("Mon, 23 Nov 2026 02:13:20 GMT                                              "), &instant));
    assert_int_equal(instant, 1795400000000LL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_tls_or_this_machine_may_be_asked),
        cmocka_unit_test(dates_are_read_and_nothing_else),
    };
    return cmocka_run_group_tests_name("https_url", tests, NULL, NULL);
}

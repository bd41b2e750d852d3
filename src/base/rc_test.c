/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Logs and metrics are read by name, so a name belongs to one code for ever. */
#include "base/rc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void every_code_has_its_own_name(void **state)
{
    (void)state;
    assert_string_equal(rc_name(RC_OK), "ok");
    assert_string_equal(rc_name(RC_INVALID), "invalid");
    assert_string_equal(rc_name(RC_DENIED), "denied");
    assert_string_equal(rc_name(RC_NOT_FOUND), "not_found");
    assert_string_equal(rc_name(RC_CONFLICT), "conflict");
    assert_string_equal(rc_name(RC_LIMITED), "limited");
    assert_string_equal(rc_name(RC_BUSY), "busy");
    assert_string_equal(rc_name(RC_IO), "io");
    assert_string_equal(rc_name(RC_TIMEOUT), "timeout");
    assert_string_equal(rc_name(RC_UNCERTAIN), "uncertain");
    assert_string_equal(rc_name(RC_CORRUPT), "corrupt");
    assert_string_equal(rc_name(RC_BUG), "bug");
}

static void a_number_outside_the_codes_is_unknown(void **state)
{
    (void)state;
    assert_string_equal(rc_name(RC_COUNT), "unknown");
    assert_string_equal(rc_name((enum rc)(RC_COUNT + 1)), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_its_own_name),
        cmocka_unit_test(a_number_outside_the_codes_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

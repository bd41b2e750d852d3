/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/locale.c. */
#include "core/locale.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define CHRISTMAS_EVE 20811 /* 2026-12-24 */

static void a_date_is_written_as_the_locale_writes_it(void **state)
{
    (void)state;
    static const char *const ROWS[][2] = {{"en-GB", "24 December 2026"},
                                          {"en", "December 24, 2026"},
                                          {"de", "24. Dezember 2026"},
                                          {"de-AT", "24. Dezember 2026"},
                                          {"fr-CA", "24 d\xC3\xA9"
                                                    "cembre 2026"},
                                          {"es", "24 de diciembre de 2026"},
                                          {"de-XQ", "24. Dezember 2026"}};
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        assert_string_equal(locale_date(str_of(ROWS[i][0]), CHRISTMAS_EVE, &arena).ptr, ROWS[i][1]);
    assert_string_equal(locale_date(STR("de"), 0, &arena).ptr, "1. Januar 1970");
    arena_clear(&arena);
}

static void a_date_is_written_whatever_the_locale(void **state)
{
    (void)state;
    static const char *const LOCALES[] = {NULL,
                                          "",
                                          "\"><b>",
                                          "zz",
                                          "en_US_POSIX@calendar=hebrew;x",
                                          "a-very-long-locale-that-is-none-of-any-language-in-the-world-and-goes-on-so-"
                                          "long-that-it-fits-in-no-buffer-of-any-library-however-large-it-may-be-made"};
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof LOCALES / sizeof LOCALES[0]; i++)
        assert_true(str_contains(locale_date(str_of(LOCALES[i]), CHRISTMAS_EVE, &arena), STR("2026")));
    arena_clear(&arena);
}

static void a_first_letter_of_any_script_becomes_large(void **state)
{
    (void)state;
    static const char *const ROWS[][2] = {{"tea", "Tea"},
                                          {"\xC3\xA9pices", "\xC3\x89pices"},
                                          {"\xD1\x87\xD0\xB0\xD0\xB9", "\xD0\xA7\xD0\xB0\xD0\xB9"},
                                          {"Tea", "Tea"},
                                          {"3 cups", "3 cups"},
                                          {"", ""},
                                          {"\xC3\x9F", "\xC3\x9F"},
                                          {"\xFF", "\xFF"}};
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        assert_true(str_equal(locale_capital(str_of(ROWS[i][0]), &arena), str_of(ROWS[i][1])));
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_date_is_written_as_the_locale_writes_it),
        cmocka_unit_test(a_date_is_written_whatever_the_locale),
        cmocka_unit_test(a_first_letter_of_any_script_becomes_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

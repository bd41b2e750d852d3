/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of base/unicode.c. */
#include "base/unicode.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/utf8.h"

static void hidden_characters_are_found(void **state)
{
    (void)state;
    static const char *const HIDDEN[] = {
        "a\xE2\x80\x8B"
        "b", /* zero width space */
        "a\xE2\x80\xAE"
        "b", /* right-to-left override */
        "a\xE2\x81\xA6"
        "b",                  /* isolate */
        "soft\xC2\xADhyphen", /* soft hyphen */
        "a\xEF\xBB\xBF",      /* byte order mark */
        "a\xE3\x85\xA4"
        "b", /* Hangul filler */
        "a\xE2\xA0\x80"
        "b",         /* blank Braille cell */
        "tab\there", /* controls */
        "two\nlines",
        "nul\x01",
        "a\xEF\xB8\x8F",                     /* a variation selector behind a letter */
        "\xE2\x80\x8D",                      /* a joiner alone */
        "\xF3\xA0\x81\xA1",                  /* a tag */
        "\xEE\x80\x80",                      /* private use */
        "z\xCC\x80\xCC\x81\xCC\x82\xCC\x83", /* a heap of marks */
        "line\xE2\x80\xA8sep",
    };
    static const char *const PLAIN[] = {"",
                                        "Plain text.",
                                        "caf\xC3\xA9 e\xCC\x81 \xE2\x80\x93 \xE2\x80\x9Cgood\xE2\x80\x9D \xE2\x80\xA6",
                                        "\xE2\x98\x80\xEF\xB8\x8F sun",                      /* sun, emoji style */
                                        "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x8D\xB3 cook", /* woman + pan */
                                        "\xC2\xA0non-breaking"};
    for (size_t i = 0; i < sizeof HIDDEN / sizeof HIDDEN[0]; i++)
        if (str_is_none(unicode_find_hidden(str_of(HIDDEN[i]))))
            fail_msg("row %zu has a hidden character", i);
    for (size_t i = 0; i < sizeof PLAIN / sizeof PLAIN[0]; i++)
        if (!str_is_none(unicode_find_hidden(str_of(PLAIN[i]))))
            fail_msg("'%s' has none", PLAIN[i]);
}

static void every_sign_for_a_number_is_one(void **state)
{
    (void)state;
    static const int32_t NUMBERS[] = {'7', 0xff17, 0x663, 0xbd, 0x2460, 0xb2, 0x2167, 0x3007, 0x1d7d9};
    for (size_t i = 0; i < sizeof NUMBERS / sizeof NUMBERS[0]; i++)
        assert_true(unicode_is_number(NUMBERS[i]));
    assert_false(unicode_is_number('x') || unicode_is_number(0xe9) || unicode_is_number('-'));
}

static void letters_fit_the_scripts_of_their_locale(void **state)
{
    (void)state;
    static const struct {
        const char *locale;
        int32_t c;
        bool fits;
    } ROWS[] = {{"en-GB", 'a', true},   {"en", 0xe9, true},   {"en", 0x430, false},   {"en", 0x3b1, false},
                {"ru", 0x430, true},    {"ru", 'a', false},   {"el-GR", 0x3b1, true}, {"ja", 0x3042, true},
                {"ja", 0x30a2, true},   {"ja", 0x8336, true}, {"de", 0x8336, false},  {"sr-Latn", 0x430, false},
                {"sr-Latn", 'a', true}, {"en", '!', true},    {"en", 0x301, true},    {"", 'a', false},
                {"da", 0xf8, true},     {"en", 0x1f375, true}};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct unicode_scripts scripts = unicode_scripts_of(str_of(ROWS[i].locale));
        if (unicode_fits(&scripts, ROWS[i].c) != ROWS[i].fits)
            fail_msg("U+%04X in %s", (unsigned)ROWS[i].c, ROWS[i].locale);
    }
}

static void dressed_up_letters_are_told_from_plain_ones(void **state)
{
    (void)state;
    static const int32_t FANCY[] = {0xff26, 0x1d400, 0x280, 0xa730, 0x1f175, 0x250, 0x336, 0x24d5, 0x192};
    static const int32_t PLAIN[] = {'a', 'Z', 0xe9, 0xdf, 0x151, 0x219, 0x17e, 0x1ea1, 0x2122, 0x430};
    for (size_t i = 0; i < sizeof FANCY / sizeof FANCY[0]; i++)
        assert_true(unicode_is_fancy_letter(FANCY[i]));
    for (size_t i = 0; i < sizeof PLAIN / sizeof PLAIN[0]; i++)
        assert_false(unicode_is_fancy_letter(PLAIN[i]));
}

static void look_alikes_have_one_skeleton(void **state)
{
    (void)state;
    static const char *const PAIRS[][2] = {{"Acme", "\xD0\x90\xD1\x81me"}, /* Cyrillic A, es */
                                           {"acme", "acrne"},
                                           {"Free", "FREE"},
                                           {"free", "\xEF\xBD\x86ree"},
                                           {"", ""}};
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof PAIRS / sizeof PAIRS[0]; i++)
        if (!str_equal(unicode_skeleton(str_of(PAIRS[i][0]), &arena), unicode_skeleton(str_of(PAIRS[i][1]), &arena)))
            fail_msg("'%s' looks like '%s'", PAIRS[i][0], PAIRS[i][1]);
    assert_false(str_equal(unicode_skeleton(STR("tea"), &arena), unicode_skeleton(STR("ten"), &arena)));
    assert_true(str_is_none(unicode_skeleton(STR("\xFF"), &arena)));
    assert_true(str_is_none(unicode_skeleton(STR_NONE, &arena)));
    arena_clear(&arena);
}

static void countries_have_names_in_any_language(void **state)
{
    (void)state;
    struct arena arena = {0};
    assert_string_equal(unicode_country_name(STR("DK"), STR("en-GB"), &arena).ptr, "Denmark");
    assert_string_equal(unicode_country_name(STR("dk"), STR("de"), &arena).ptr, "D\xC3\xA4nemark");
    assert_string_equal(unicode_country_name(STR("US"), STR("fr"), &arena).ptr, "\xC3\x89tats-Unis");
    assert_true(str_is_none(unicode_country_name(STR("Q1"), STR("en"), &arena)));
    assert_true(str_is_none(unicode_country_name(STR(""), STR("en"), &arena)));
    assert_true(str_is_none(unicode_country_name(STR_NONE, STR("en"), &arena)));
    arena_clear(&arena);
}

static void capitals_and_pictographs_are_known(void **state)
{
    (void)state;
    assert_true(unicode_is_upper('A') && unicode_is_upper(0xc9) && unicode_is_upper(0x410));
    assert_false(unicode_is_upper('a') || unicode_is_upper('1') || unicode_is_upper(0xdf));
    assert_true(unicode_is_emoji(0x1f375) && unicode_is_emoji(0x2600));
    assert_false(unicode_is_emoji('1') || unicode_is_emoji('#') || unicode_is_emoji(0xe9) || unicode_is_emoji(0xa9));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hidden_characters_are_found),
        cmocka_unit_test(every_sign_for_a_number_is_one),
        cmocka_unit_test(letters_fit_the_scripts_of_their_locale),
        cmocka_unit_test(dressed_up_letters_are_told_from_plain_ones),
        cmocka_unit_test(look_alikes_have_one_skeleton),
        cmocka_unit_test(countries_have_names_in_any_language),
        cmocka_unit_test(capitals_and_pictographs_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

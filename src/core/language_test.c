/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/language.c and of the word files. */
#include "core/language.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "core/client.h"
#include "core/policy.h"
#include "core/wording.h"

static void a_locale_finds_its_language_however_it_is_written(void **state)
{
    (void)state;
    static const char *const LOCALES[] = {"en", "EN", "en-GB", "en_US", "En-us", ""};
    for (size_t i = 0; i < sizeof LOCALES / sizeof LOCALES[0]; i++)
        assert_string_equal(language_of(str_of(LOCALES[i]))->code, "en");
    assert_string_equal(language_of(STR_NONE)->code, "en");
    for (const struct language *const *l = LANGUAGES; *l != NULL; l++)
        assert_ptr_equal(language_of(str_of((*l)->code)), *l);
}

static void a_locale_we_do_not_speak_has_no_language(void **state)
{
    (void)state;
    static const char *const LOCALES[] = {"pl", "eng", "e", "enx-GB", "-", "zh-Hant", "english", "d"};
    for (size_t i = 0; i < sizeof LOCALES / sizeof LOCALES[0]; i++)
        assert_null(language_of(str_of(LOCALES[i])));
}

static void the_stand_in_speaks_for_languages_we_do_not_speak_only(void **state)
{
    (void)state;
    struct policy policy;
    policy_default(&policy, STR("00"));
    struct client polish = {.locale = STR("pl-PL")}, english = {.locale = STR("en")}, unknown = {.locale = STR_NONE};
    assert_null(language_for(&polish, &policy));
    assert_string_equal(language_for(&unknown, &policy)->code, "en");
    policy.brand_language = STR("en");
    assert_string_equal(language_for(&polish, &policy)->code, "en");
    policy.brand_language = STR("xx"); /* of a program that spoke more: no language, so not eligible */
    assert_null(language_for(&polish, &policy));
    assert_string_equal(language_for(&english, &policy)->code, "en");
}

static void a_text_is_said_with_its_value(void **state)
{
    (void)state;
    struct arena arena = {0};
    const struct language *english = LANGUAGES[0];
    assert_string_equal(language_say(english, TEXT_GREETING, STR("name"), STR("Ada"), &arena).ptr, "Hi Ada,");
    assert_string_equal(language_say(english, TEXT_GREETING, STR("name"), STR("{name}"), &arena).ptr, "Hi {name},");
    assert_string_equal(language_say(english, TEXT_GREETING, STR("shop"), STR("Ada"), &arena).ptr, "Hi {name},");
    assert_string_equal(language_say(english, TEXT_GREETING_NEUTRAL, STR_NONE, STR_NONE, &arena).ptr, "Hello,");
    arena_clear(&arena);
}

/* One text that the pattern fits: the first of each choice. */
static struct str example_of(const char *pattern, struct arena *arena)
{
    struct str rest = str_of(pattern), text = STR("");
    while (!str_is_none(rest)) {
        struct str element = str_cut(&rest, ' '), word = str_cut(&element, '|');
        if (str_equal(word, STR("...")) || str_equal(word, STR("#")))
            continue;
        while (word.len > 0 && (word.ptr[0] == '*' || word.ptr[0] == '_'))
            word = (struct str){word.ptr + 1, word.len - 1};
        while (word.len > 0 && (word.ptr[word.len - 1] == '*' || word.ptr[word.len - 1] == '?'))
            word.len--;
        text = arena_printf(arena, "%.*s%s%.*s", STR_ARG(text), text.len > 0 ? " " : "", STR_ARG(word));
    }
    return text;
}

/* The build tool holds the files to their keys; what only running code can see is held here. */
static void every_entry_of_a_list_can_be_found_in_words(void **state)
{
    (void)state;
    struct arena arena = {0};
    for (const struct language *const *l = LANGUAGES; *l != NULL; l++)
        for (size_t list = 0; list < WORD_LISTS; list++)
            for (const char *const *entry = (*l)->lists[list]; *entry != NULL; entry++)
                if (!str_equal(str_trim(wording_words(example_of(*entry, &arena), &arena)),
                               str_trim(example_of(*entry, &arena))))
                    fail_msg("%s.%s: \"%s\" is never in words", (*l)->code, WORD_LIST_NAMES[list], *entry);
    arena_clear(&arena);
}

static size_t count(const char *const *list)
{
    size_t n = 0;
    while (list[n] != NULL)
        n++;
    return n;
}

static void every_language_has_choice_enough_that_neighbours_differ(void **state)
{
    (void)state;
    for (const struct language *const *l = LANGUAGES; *l != NULL; l++) {
        const struct template_phrases *p = &(*l)->phrases;
        assert_true(count(p->subjects) >= 8 && count(p->preheaders) >= 6 && count(p->preheaders_picks) >= 6);
        assert_true(count(p->openings) >= 8 && count(p->middles) >= 6 && count(p->middles_picks) >= 6);
        assert_true(count(p->closings) >= 6 && count(p->reasons) >= 10 && count(p->ctas) >= 6);
        assert_int_equal(count(p->seasons), 12);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_locale_finds_its_language_however_it_is_written),
        cmocka_unit_test(a_locale_we_do_not_speak_has_no_language),
        cmocka_unit_test(the_stand_in_speaks_for_languages_we_do_not_speak_only),
        cmocka_unit_test(a_text_is_said_with_its_value),
        cmocka_unit_test(every_entry_of_a_list_can_be_found_in_words),
        cmocka_unit_test(every_language_has_choice_enough_that_neighbours_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

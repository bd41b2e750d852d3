/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/language.c and of the word files. */
#include "core/language.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
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
        if (str_equal(word, STR("...")) || str_equal(word, STR("_?")) ||
            (word.len == 1 && strchr("#_$^", word.ptr[0]) != NULL))
            continue;
        while (word.len > 0 && word.ptr[0] == '*')
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

/* --- what we say ourselves passes what we ask of others --- */

static const enum word_list FORBIDDEN[] = {WORDS_OFFER, WORDS_PRICE,     WORDS_WATCHING, WORDS_LINK,  WORDS_AI,
                                           WORDS_CLAIM, WORDS_SENSITIVE, WORDS_NUMBER,   WORDS_DATE,  WORDS_COLOUR,
                                           WORDS_GOODS, WORDS_MATERIAL,  WORDS_SPAM,     WORDS_GLOOMY};

/* The phrase with its {facts} left out: those are the shop's words, not ours. */
static struct str own_words(const char *phrase, struct arena *arena)
{
    struct buf out = {0};
    struct str rest = str_of(phrase);
    while (!str_is_none(rest)) {
        buf_add(&out, str_cut(&rest, '{'));
        if (!str_is_none(rest))
            str_cut(&rest, '}');
    }
    struct str words = wording_sentences(buf_str(&out), arena);
    buf_clear(&out);
    return words;
}

static void assert_not_forbidden(const struct language *language, const char *phrase, struct arena *arena)
{
    struct str words = own_words(phrase, arena);
    struct str span = wording_find_time_span(words, language);
    if (!str_is_none(span))
        fail_msg("%s: \"%s\" tells of a time: %.*s", language->code, phrase, STR_ARG(span));
    for (size_t i = 0; i < sizeof FORBIDDEN / sizeof FORBIDDEN[0]; i++) {
        struct str found = wording_find_listed(words, language, FORBIDDEN[i], arena);
        if (!str_is_none(found))
            fail_msg("%s: \"%s\" is %s: %.*s", language->code, phrase, WORD_LIST_NAMES[FORBIDDEN[i]], STR_ARG(found));
    }
}

static void no_phrase_is_on_its_own_forbidden_lists(void **state)
{
    (void)state;
    struct arena arena = {0};
    for (const struct language *const *l = LANGUAGES; *l != NULL; l++) {
        const struct template_phrases *p = &(*l)->phrases;
        const char *const *const LISTS[] = {p->subjects, p->preheaders,    p->preheaders_picks, p->openings,
                                            p->middles,  p->middles_picks, p->closings,         p->reasons,
                                            p->ctas,     p->seasons};
        for (size_t i = 0; i < sizeof LISTS / sizeof LISTS[0]; i++)
            for (const char *const *phrase = LISTS[i]; *phrase != NULL; phrase++)
                assert_not_forbidden(*l, *phrase, &arena);
        assert_not_forbidden(*l, (*l)->texts[TEXT_REGARDS], &arena);
    }
    arena_clear(&arena);
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
        cmocka_unit_test(no_phrase_is_on_its_own_forbidden_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

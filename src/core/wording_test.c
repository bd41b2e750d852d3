/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/wording.c and its lists. */
#include "core/wording.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/utf8.h"

static void words_are_one_spelling(void **state)
{
    (void)state;
    static const char *const ROWS[][2] = {
        {"We HAVEN'T met!", " we havent met "},
        {"We haven\xE2\x80\x99t met", " we havent met "},
        {"", " "},
        {"  -- ", " "},
        {"Home & Garden", " home and garden "},
        {"a&b &", " a and b and "},
        {"\xEF\xBC\xA6\xEF\xBC\xB2\xEF\xBC\xA5\xEF\xBC\xA5", " free "}, /* fullwidth FREE */
        {"Caf\xC3\x89", " caf\xC3\xA9 "},
        {"a\xE2\x80\x94"
         "b/c",
         " a b c "},
        {"L'offre d\xE2\x80\x99\xC3\xA9t\xC3\xA9 qu'il a", " l offre d \xC3\xA9t\xC3\xA9 qu il a "},
        {"aujourd'hui, o'clock, I'd", " aujourdhui oclock id "},
        {"\xFF\xFE", " "}, /* not UTF-8 */
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        assert_string_equal(wording_words(str_of(ROWS[i][0]), &arena).ptr, ROWS[i][1]);
    assert_string_equal(wording_words(STR_NONE, &arena).ptr, " ");
    assert_string_equal(wording_bare_words(STR("Ada's cup, Luke\xE2\x80\x99s, it's; don't 's"), &arena).ptr,
                        " ada cup luke it dont ");
    assert_int_equal(wording_count(wording_words(STR("One, two - three."), &arena)), 3);
    assert_int_equal(wording_count(wording_words(STR(""), &arena)), 0);
    arena_clear(&arena);
}

static void a_phrase_is_found_only_as_whole_words(void **state)
{
    (void)state;
    struct str words = STR(" we like summer dresses a lot ");
    assert_true(wording_has(words, STR("summer dresses")));
    assert_true(wording_has(words, STR(" summer dresses ")));
    assert_true(wording_has(words, STR("we")));
    assert_true(wording_has(words, STR("lot")));
    assert_false(wording_has(words, STR("summer dress")));
    assert_false(wording_has(words, STR("mmer")));
    assert_false(wording_has(words, STR("")));
    assert_false(wording_has(words, STR(" ")));
    assert_false(wording_has(STR(" "), STR("we")));
    assert_false(wording_has(STR_NONE, STR("we")));
    assert_true(wording_has(STR(" tea "), STR("tea")));
    assert_true(wording_has(STR(" a aa aaa "), STR("aaa")));
}

static void a_phrase_taken_out_leaves_the_rest_apart(void **state)
{
    (void)state;
    struct arena arena = {0};
    assert_string_equal(wording_without(STR(" a b a b c "), STR("a b"), &arena).ptr, " | | c ");
    assert_string_equal(wording_without(STR(" x free time y "), STR("free time"), &arena).ptr, " x | y ");
    struct str left = wording_without(STR(" red summer dresses "), STR("summer"), &arena);
    assert_false(wording_has(left, STR("red dresses")));
    assert_ptr_equal(wording_without(left, STR("green"), &arena).ptr, left.ptr);
    arena_clear(&arena);
}

static void lists_find_their_phrases_and_pass_the_harmless(void **state)
{
    (void)state;
    static const struct {
        enum word_list list;
        const char *text;
        bool found;
    } ROWS[] = {
        {WORDS_OFFER, "Now FREE for you", true},
        {WORDS_OFFER, "feel free to look", false},
        {WORDS_OFFER, "feel free to take the free gift", true},
        {WORDS_OFFER, "carefree days offshore", false},
        {WORDS_PRICE, "a good price", true},
        {WORDS_PRICE, "a priceless view", false},
        {WORDS_WATCHING, "It\xE2\x80\x99s been a while", true},
        {WORDS_WATCHING, "it has been made by hand", false},
        {WORDS_LINK, "go to shop dot com", true},
        {WORDS_LINK, "join the dots", false},
        {WORDS_AI, "as an AI I", true},
        {WORDS_AI, "we said it", false},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct str words = wording_words(str_of(ROWS[i].text), &arena);
        if (str_is_none(wording_find_listed(words, LANGUAGES[0], ROWS[i].list, &arena)) == ROWS[i].found)
            fail_msg("'%s'", ROWS[i].text);
    }
    arena_clear(&arena);
}

static void a_pattern_says_many_phrases(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *text, *found; /* NULL: not found */
    } ROWS[] = {{"see|saw you", "we saw you there", "saw you"},
                {"see|saw you", "we see only you", NULL},
                {"discount*", "big discounts here", "discounts"},
                {"discount*", "viscounts", NULL},
                {"*hemd", "ein Leinenhemd", "leinenhemd"},
                {"*hemd", "hemden", NULL},
                {"come right? back", "come back", "come back"},
                {"come right? back", "come right back", "come right back"},
                {"come right? back", "come straight back", NULL},
                {"our _ lamps", "our new lamps", "our new lamps"},
                {"our _ lamps", "our lamps", NULL},
                {"since ... order", "since your very last order", "since your very last order"},
                {"since ... order", "since order", "since order"},
                {"since ... order", "since one two three four five order", NULL},
                {"since ... order", "It is so since then. Your order", NULL}, /* another sentence */
                {"^ come back", "Come back", "come back"},
                {"^ come back", "It is late. Come back", "come back"},
                {"^ come back", "We come back", NULL},
                {"a while", "It was a. While we", NULL},
                {"free", "carefree freedom", NULL}};
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct str found = wording_find_pattern(wording_sentences(str_of(ROWS[i].text), &arena), ROWS[i].pattern);
        if (!str_equal(found, str_of(ROWS[i].found)))
            fail_msg("\"%s\" in \"%s\": \"%.*s\"", ROWS[i].pattern, ROWS[i].text, STR_ARG(found));
    }
    arena_clear(&arena);
}

static void sentences_are_marked_and_pauses_are_not(void **state)
{
    (void)state;
    struct arena arena = {0};
    assert_string_equal(wording_sentences(STR("It was. A while! Was it? Yes."), &arena).ptr,
                        " it was . a while . was it . yes ");
    assert_string_equal(wording_sentences(STR("It was... a while, e.g.this"), &arena).ptr, " it was a while e g this ");
    assert_string_equal(wording_sentences(STR("\xE2\x80\xA6 a while"), &arena).ptr, " a while ");
    arena_clear(&arena);
}

static void letters_spelled_one_by_one_are_joined(void **state)
{
    (void)state;
    struct arena arena = {0};
    assert_string_equal(wording_joined(STR(" it is f r e e now "), &arena).ptr, " it is free now ");
    assert_string_equal(wording_joined(STR(" s a l e "), &arena).ptr, " sale ");
    struct str plain = STR(" a i or i e ");
    assert_ptr_equal(wording_joined(plain, &arena).ptr, plain.ptr);
    assert_string_equal(wording_joined(STR(" "), &arena).ptr, " ");
    arena_clear(&arena);
}

static void other_endings_are_the_same_word(void **state)
{
    (void)state;
    static const char *const SAME[][2] = {{"a summer dress here", "summer dresses"},
                                          {"two berries", "berry"},
                                          {"ein Hemd", "Hemden"},
                                          {"lamps", "lamp"},
                                          {"the boxes", "box"},
                                          {"tea", "tea"}};
    static const char *const OTHER[][2] = {
        {"a winter dress", "summer dresses"}, {"teams", "tea"}, {"as", "a"}, {"", "tea"}, {"tea", ""}};
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof SAME / sizeof SAME[0]; i++)
        if (!wording_has_loosely(wording_words(str_of(SAME[i][0]), &arena), wording_words(str_of(SAME[i][1]), &arena)))
            fail_msg("%s has %s", SAME[i][0], SAME[i][1]);
    for (size_t i = 0; i < sizeof OTHER / sizeof OTHER[0]; i++)
        if (wording_has_loosely(wording_words(str_of(OTHER[i][0]), &arena), wording_words(str_of(OTHER[i][1]), &arena)))
            fail_msg("%s has no %s", OTHER[i][0], OTHER[i][1]);
    arena_clear(&arena);
}

static void spans_of_time_are_found_in_words(void **state)
{
    (void)state;
    static const char *const SPANS[] = {"two months",  "a few weeks",        "a couple of years",  "half a year",
                                        "last month",  "over the past year", "several long weeks", "one whole week",
                                        "twenty days", "many, many years",   "some weeks"};
    static const char *const NONE[] = {"the end of the year",
                                       "one of the years",
                                       "every day",
                                       "one day",
                                       "some day",
                                       "a year",
                                       "the middle of the year",
                                       "two cups",
                                       "a few words for the weekend",
                                       "weeks",
                                       ""};
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof SPANS / sizeof SPANS[0]; i++)
        if (str_is_none(wording_find_time_span(wording_words(str_of(SPANS[i]), &arena), LANGUAGES[0])))
            fail_msg("'%s' is a span", SPANS[i]);
    for (size_t i = 0; i < sizeof NONE / sizeof NONE[0]; i++)
        if (!str_is_none(wording_find_time_span(wording_words(str_of(NONE[i]), &arena), LANGUAGES[0])))
            fail_msg("'%s' is no span", NONE[i]);
    arena_clear(&arena);
}

static struct str fold(const char *text, struct arena *arena) { return utf8_fold(str_of(text), arena); }

static void signs_are_found_however_they_are_dressed(void **state)
{
    (void)state;
    static const char *const DIGITS[] = {"7", "\xEF\xBC\x97", "\xD9\xA3", "\xC2\xBD", "\xE2\x91\xA0", "x\xC2\xB2"};
    static const char *const CURRENCY[] = {"$", "\xE2\x82\xAC", "\xC2\xA3", "50 %", "\xEF\xBC\x85", "\xE2\x82\xB9"};
    static const char *const LINKS[] = {"https://x",
                                        "www.x",
                                        "see shop.example",
                                        "HTTP:x",
                                        "mailto:x",
                                        "evil.com/path",
                                        "\xEF\xBD\x85vil\xEF\xBC\x8E"
                                        "com",
                                        "m\xC3\xBCnchen.de"};
    static const char *const MARKUP[] = {"<b>",
                                         "a > b",
                                         "&amp;",
                                         "&#60;",
                                         "**bold**",
                                         "[x](y)",
                                         "`code`",
                                         "{{name}}",
                                         "${x}",
                                         "# Title",
                                         "- item",
                                         "\\n",
                                         "\xEF\xBC\x9C"
                                         "b"};
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof DIGITS / sizeof DIGITS[0]; i++)
        assert_false(str_is_none(wording_find_digit(fold(DIGITS[i], &arena))));
    for (size_t i = 0; i < sizeof CURRENCY / sizeof CURRENCY[0]; i++)
        assert_false(str_is_none(wording_find_currency(fold(CURRENCY[i], &arena))));
    for (size_t i = 0; i < sizeof LINKS / sizeof LINKS[0]; i++)
        if (str_is_none(wording_find_link(fold(LINKS[i], &arena))))
            fail_msg("'%s' is a link", LINKS[i]);
    for (size_t i = 0; i < sizeof MARKUP / sizeof MARKUP[0]; i++)
        if (str_is_none(wording_find_markup(fold(MARKUP[i], &arena))))
            fail_msg("'%s' is markup", MARKUP[i]);
    arena_clear(&arena);
}

static void plain_text_has_no_signs(void **state)
{
    (void)state;
    static const char *const PLAIN[] = {"Tea & biscuits, e.g. for two. And so on...", "Well...then, it ends.",
                                        "A well-made cup - by hand", "Caf\xC3\xA9 cr\xC3\xA8me: \"very good\"; thanks!",
                                        ""};
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof PLAIN / sizeof PLAIN[0]; i++) {
        struct str folded = fold(PLAIN[i], &arena);
        assert_true(str_is_none(wording_find_digit(folded)));
        assert_true(str_is_none(wording_find_currency(folded)));
        assert_true(str_is_none(wording_find_link(folded)));
        assert_true(str_is_none(wording_find_markup(folded)));
    }
    arena_clear(&arena);
}

static void common_words_are_known(void **state)
{
    (void)state;
    assert_true(wording_is_common(STR("rose"), LANGUAGES[0]));
    assert_true(wording_is_common(STR("able"), LANGUAGES[0]));
    assert_true(wording_is_common(STR("your"), LANGUAGES[0]));
    assert_false(wording_is_common(STR("annabel"), LANGUAGES[0]));
    assert_false(wording_is_common(STR(""), LANGUAGES[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_one_spelling),
        cmocka_unit_test(a_phrase_is_found_only_as_whole_words),
        cmocka_unit_test(a_phrase_taken_out_leaves_the_rest_apart),
        cmocka_unit_test(lists_find_their_phrases_and_pass_the_harmless),
        cmocka_unit_test(a_pattern_says_many_phrases),
        cmocka_unit_test(sentences_are_marked_and_pauses_are_not),
        cmocka_unit_test(letters_spelled_one_by_one_are_joined),
        cmocka_unit_test(other_endings_are_the_same_word),
        cmocka_unit_test(spans_of_time_are_found_in_words),
        cmocka_unit_test(signs_are_found_however_they_are_dressed),
        cmocka_unit_test(plain_text_has_no_signs),
        cmocka_unit_test(common_words_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

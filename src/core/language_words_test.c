/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of the word lists: words/LANG.examples.tsv has sentences that a list must find, and clean ones that none may. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "core/language.h"
#include "core/wording.h"

static const enum word_list SEARCHED[] = {WORDS_OFFER, WORDS_PRICE,     WORDS_WATCHING, WORDS_LINK,  WORDS_AI,
                                          WORDS_CLAIM, WORDS_SENSITIVE, WORDS_NUMBER,   WORDS_DATE,  WORDS_COLOUR,
                                          WORDS_GOODS, WORDS_MATERIAL,  WORDS_SPAM,     WORDS_GLOOMY};
#define SEARCHED_COUNT (sizeof SEARCHED / sizeof SEARCHED[0])

static struct str read_examples(const struct language *language, struct arena *arena)
{
    const char *root = getenv("REKINDLE_SOURCE_ROOT");
    struct buf text = {0};
    FILE *file =
        fopen(arena_printf(arena, "%s/src/core/words/%s.examples.tsv", root ? root : ".", language->code).ptr, "rb");
    if (file == NULL)
        fail_msg("%s has no examples", language->code);
    for (size_t got = 1; got > 0; text.len += got)
        got = fread(buf_room(&text, 65536), 1, 65536, file);
    fclose(file);
    struct str examples = arena_str(arena, buf_str(&text));
    buf_clear(&text);
    return examples;
}

static bool has_listed(struct str words, const struct language *language, enum word_list list, struct arena *arena)
{
    return !str_is_none(wording_find_listed(words, language, list, arena)) ||
           (list == WORDS_WATCHING && !str_is_none(wording_find_time_span(words, language)));
}

/* The list of that name, WORD_LISTS for "clean". */
static enum word_list list_of(struct str name)
{
    size_t list = 0;
    while (list < WORD_LISTS && !str_equal(name, str_of(WORD_LIST_NAMES[list])))
        list++;
    if (list == WORD_LISTS && !str_equal(name, STR("clean")))
        fail_msg("%.*s is no list", STR_ARG(name));
    return (enum word_list)list;
}

static void assert_example(const struct language *language, enum word_list list, struct str sentence,
                           struct arena *arena)
{
    struct str words = wording_joined(wording_sentences(sentence, arena), arena);
    if (list < WORD_LISTS && !has_listed(words, language, list, arena))
        fail_msg("%s: %s does not find \"%.*s\"", language->code, WORD_LIST_NAMES[list], STR_ARG(sentence));
    for (size_t i = 0; i < SEARCHED_COUNT && list == WORD_LISTS; i++)
        if (has_listed(words, language, SEARCHED[i], arena))
            fail_msg("%s: %s finds \"%.*s\"", language->code, WORD_LIST_NAMES[SEARCHED[i]], STR_ARG(sentence));
}

static void what_may_not_be_said_is_found_and_clean_sentences_pass(void **state)
{
    (void)state;
    struct arena arena = {0};
    for (const struct language *const *language = LANGUAGES; *language != NULL; language++) {
        size_t found[WORD_LISTS + 1] = {0};
        struct str rest = read_examples(*language, &arena);
        while (!str_is_none(rest)) {
            struct str sentence = str_cut(&rest, '\n');
            if (str_is_empty(sentence) || sentence.ptr[0] == '#')
                continue;
            enum word_list list = list_of(str_cut(&sentence, '\t'));
            assert_example(*language, list, sentence, &arena);
            found[list]++;
        }
        for (size_t i = 0; i < SEARCHED_COUNT; i++)
            if (found[SEARCHED[i]] == 0 && SEARCHED[i] != WORDS_SPAM && SEARCHED[i] != WORDS_GLOOMY)
                fail_msg("%s has no example for %s", (*language)->code, WORD_LIST_NAMES[SEARCHED[i]]);
        assert_true(found[WORD_LISTS] >= 10);
        arena_clear(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_may_not_be_said_is_found_and_clean_sentences_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/eval_reading.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct reading_counts counted(const char *text, const char *locale)
{
    struct arena arena = {0};
    struct reading_counts counts = {0, 0, 0};
    reading_add(str_of(text), str_of(locale), &arena, &counts);
    arena_clear(&arena);
    return counts;
}

static void words_sentences_and_syllables_are_counted(void **state)
{
    (void)state;
    static const struct {
        const char *text, *locale;
        int64_t words, sentences, syllables;
    } ROWS[] = {
        {"The cat sat on the mat.", "en-GB", 6, 1, 6},
        {"Put the kettle on. It sings!", "en-US", 6, 2, 7},
        {"A late table, a little time", "en", 6, 1, 8},
        {"Grüner Tee verlangt Geduld.", "de-DE", 4, 1, 7},
        {"Une bouteille et du temps", "fr-FR", 5, 1, 7},
        {"El té verde", "es-ES", 3, 1, 4},
        {"...", "en", 0, 0, 0},
        {"", "en", 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct reading_counts counts = counted(ROWS[i].text, ROWS[i].locale);
        if (counts.words != ROWS[i].words || counts.sentences != ROWS[i].sentences ||
            counts.syllables != ROWS[i].syllables)
            fail_msg("%s: %d words, %d sentences, %d syllables", ROWS[i].text, (int)counts.words, (int)counts.sentences,
                     (int)counts.syllables);
    }
}

static void ease_is_that_of_the_language(void **state)
{
    (void)state;
    const struct reading_counts counts = {.words = 100, .sentences = 8, .syllables = 140};
    assert_true(fabs(reading_ease(&counts, STR("en-US")) - (206.835 - 1.015 * 12.5 - 84.6 * 1.4)) < 1e-9);
    assert_true(fabs(reading_ease(&counts, STR("de")) - (180 - 12.5 - 58.5 * 1.4)) < 1e-9);
    assert_true(fabs(reading_ease(&counts, STR("fr-BE")) - (207 - 1.015 * 12.5 - 73.6 * 1.4)) < 1e-9);
    assert_true(fabs(reading_ease(&counts, STR("es-MX")) - (206.84 - 1.02 * 12.5 - 60 * 1.4)) < 1e-9);
    assert_true(reading_ease(&counts, STR("da-DK")) == reading_ease(&counts, STR("en")));
    assert_true(isnan(reading_ease(&(struct reading_counts){0, 0, 0}, STR("en"))));
}

static void a_text_that_is_not_utf8_is_passed_over(void **state)
{
    (void)state;
    assert_int_equal(counted("bad \xff bytes", "en").words, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_sentences_and_syllables_are_counted),
        cmocka_unit_test(ease_is_that_of_the_language),
        cmocka_unit_test(a_text_that_is_not_utf8_is_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

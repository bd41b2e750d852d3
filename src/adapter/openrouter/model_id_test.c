/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/openrouter/model_id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void only_a_name_of_one_model_may_be_asked_for(void **state)
{
    static const struct {
        const char *id;
        bool free, fits;
    } ROWS[] = {
        {"openai/gpt-4o-mini", false, true},
        {"anthropic/claude-3.5-haiku:nitro", false, true},
        {"llama3:8b", false, true},
        {"a/b:free", false, false},
        {"a/b:free", true, true},
        {"a/b:online", true, false},
        {"a/b:free:online", true, false},
        {"a/b:FREE", false, false},
        {"openrouter/auto", true, false},
        {"~openai/gpt-latest", true, false},
        {"", true, false},
        {"a b", true, false},
        {"/etc/passwd", true, false},
        {"a/../b", true, false},
        {"a/b?x=1", true, false},
        {"a/b#c", true, false},
        {"a/b%2f", true, false},
        {"a/b\"", true, false},
        {"openrouters/model", false, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        if (str_is_none(model_id_fault(str_of(ROWS[i].id), ROWS[i].free)) != ROWS[i].fits)
            fail_msg("%s", ROWS[i].id);
}

static void an_answer_must_come_from_the_model_that_was_asked(void **state)
{
    static const struct {
        const char *asked, *canonical, *answered;
        bool matches;
    } ROWS[] = {
        {"a/b", NULL, "a/b", true},
        {"a/b", NULL, "A/B", true},
        {"a/b:nitro", NULL, "a/b", true},
        {"a/b:nitro", NULL, "a/b:nitro", true},
        {"a/b", "a/b-large-1", "a/b-large-1", true},
        {"a/b", NULL, "a/b-20260917", true},
        {"a/b", NULL, "a/b-2026-09-17", true},
        {"gpt-4", NULL, "gpt-4-0613", true},
        {"gpt-4", NULL, "gpt-4-32k", false},
        {"gpt-4", NULL, "gpt-4-32", false},
        {"gpt-4", NULL, "gpt-4o", false},
        {"gpt-4", NULL, "gpt-4--0613", false},
        {"gpt-4", NULL, "gpt-4-123456789", false},
        {"a/b", NULL, "a/c", false},
        {"a/b", "a/b-1", "a/b-2", false},
        {"a/b", NULL, "", false},
        {"a/b-20260917", NULL, "a/b", false},
        {"llama3:8b", NULL, "llama3:8b", true},
        {"llama3:8b", NULL, "llama3:70b", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        if (model_id_matches(str_of(ROWS[i].asked), str_of(ROWS[i].canonical), str_of(ROWS[i].answered)) !=
            ROWS[i].matches)
            fail_msg("%s, answered by %s", ROWS[i].asked, ROWS[i].answered);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_name_of_one_model_may_be_asked_for),
        cmocka_unit_test(an_answer_must_come_from_the_model_that_was_asked),
    };
    return cmocka_run_group_tests_name("model_id", tests, NULL, NULL);
}

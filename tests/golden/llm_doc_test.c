/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* docs/llm.md shows the rules of the gate and the instructions to the model as the program has them. The page's path is the
 * first argument. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/check.h"
#include "core/prompt.h"
#include "core/prompt_text.h"
#include "golden/page.h"

static const char *page_path;

static void the_page_shows_the_rules_of_the_gate(void **state)
{
    (void)state;
    struct buf rows = {0};
    buf_add_c(&rows, "| rule | level | promise |\n|---|---|---|\n");
    for (size_t i = 0; i < CHECK_RULE_COUNT; i++)
        buf_printf(&rows, "| `%s` | %s | %s |\n", CHECK_RULES[i].code,
                   CHECK_RULES[i].level == CHECK_HARD ? "hard" : "soft", CHECK_RULES[i].promise);
    page_holds(page_path, "rules", &rows);
    buf_clear(&rows);
}

static void the_page_shows_the_instructions(void **state)
{
    (void)state;
    struct buf rows = {0};
    buf_printf(&rows, "```text\n%s```\n", PROMPT_INSTRUCTIONS);
    page_holds(page_path, "instructions", &rows);
    buf_clear(&rows);
}

int main(int argc, char **argv)
{
    page_path = argc > 1 ? argv[1] : "docs/llm.md";
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_page_shows_the_rules_of_the_gate),
                                       cmocka_unit_test(the_page_shows_the_instructions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

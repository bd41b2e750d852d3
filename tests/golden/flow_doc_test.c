/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* docs/flow.md shows the life of an email as core/email.c has it. The page's path is the first argument. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/email.h"
#include "golden/page.h"

static const char *page_path;

static void table(struct buf *out)
{
    buf_add_c(out, "| from | by | to |\n|---|---|---|\n");
    for (int from = 0; from < EMAIL_STATUS_COUNT; from++) {
        for (int event = 0; event < EMAIL_EVENT_COUNT; event++) {
            enum email_status to;
            if (email_next((enum email_status)from, (enum email_event)event, &to) != RC_OK)
                continue;
            buf_printf(out, "| %s | %s | %s |\n", EMAIL_STATUS_WORDS[from], EMAIL_EVENT_WORDS[event],
                       EMAIL_STATUS_WORDS[to]);
        }
        if (email_is_final((enum email_status)from))
            buf_printf(out, "| %s | nothing | (the end) |\n", EMAIL_STATUS_WORDS[from]);
    }
}

static void the_page_shows_the_transitions_that_the_program_has(void **state)
{
    (void)state;
    struct buf rows = {0};
    table(&rows);
    page_holds(page_path, "email table", &rows);
    buf_clear(&rows);
}

int main(int argc, char **argv)
{
    page_path = argc > 1 ? argv[1] : "docs/flow.md";
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_page_shows_the_transitions_that_the_program_has)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

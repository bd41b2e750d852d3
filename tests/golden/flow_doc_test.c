/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* docs/flow.md shows the life of an email; this test makes that table from core/email.c and compares. With
 * REKINDLE_WRITE_GOLDEN=1 it writes the table into the page instead. The page's path is the first argument. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "core/email.h"

#define BEGIN "<!-- email table: begin -->\n"
#define END "<!-- email table: end -->"

static const char *page_path;

static void read_page(struct buf *out)
{
    FILE *file = fopen(page_path, "rb");
    assert_non_null(file);
    char block[4096];
    for (size_t n = fread(block, 1, sizeof block, file); n > 0; n = fread(block, 1, sizeof block, file))
        buf_add(out, (struct str){block, n});
    assert_int_equal(fclose(file), 0);
}

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

static void write_page(const struct buf *page, size_t begin, size_t end, const struct buf *rows)
{
    FILE *file = fopen(page_path, "wb");
    assert_non_null(file);
    fwrite(page->ptr, 1, begin, file);
    fwrite(rows->ptr, 1, rows->len, file);
    fwrite(page->ptr + end, 1, page->len - end, file);
    assert_int_equal(fclose(file), 0);
}

static void the_page_shows_the_transitions_that_the_program_has(void **state)
{
    (void)state;
    struct buf page = {0}, rows = {0};
    read_page(&page);
    table(&rows);
    size_t begin = str_find(buf_str(&page), STR(BEGIN)), end = str_find(buf_str(&page), STR(END));
    assert_true(begin != SIZE_MAX && end != SIZE_MAX && begin < end);
    begin += sizeof BEGIN - 1;
    if (getenv("REKINDLE_WRITE_GOLDEN") != NULL)
        write_page(&page, begin, end, &rows);
    else
        assert_true(str_equal((struct str){page.ptr + begin, end - begin}, buf_str(&rows)));
    buf_clear(&page);
    buf_clear(&rows);
}

int main(int argc, char **argv)
{
    page_path = argc > 1 ? argv[1] : "docs/flow.md";
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_page_shows_the_transitions_that_the_program_has)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

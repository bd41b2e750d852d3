/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/form.h"

#define ONE "Content-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n"
#define LONG_BOUNDARY "0123456789012345678901234567890123456789012345678901234567890123456789x"

static const struct row {
    const char *type, *body, *name, *value; /* value NULL: not found; "!": not a form */
} ROWS[] = {
    {"application/x-www-form-urlencoded", "List-Unsubscribe=One-Click", "List-Unsubscribe", "One-Click"},
    {"application/x-www-form-urlencoded; charset=utf-8", "a=1&act=pause", "act", "pause"},
    {"application/x-www-form-urlencoded", "act=a%2Bb+c", "act", "a+b c"},
    {"application/x-www-form-urlencoded", "List%2DUnsubscribe=One-Click\r\n", "List-Unsubscribe", "One-Click"},
    {"application/x-www-form-urlencoded", "react=pause", "act", NULL},
    {"application/x-www-form-urlencoded", "", "act", NULL},
    {"application/x-www-form-urlencoded", "act", "act", ""},
    {"application/x-www-form-urlencoded", "act=%4", "act", "!"},
    {"", "List-Unsubscribe=One-Click", "List-Unsubscribe", "One-Click"},
    {"multipart/form-data; boundary=b", "--b\r\n" ONE "--b--\r\n", "List-Unsubscribe", "One-Click"},
    {"Multipart/Form-Data; charset=x; boundary=\"b c\"", "--b c\r\n" ONE "--b c--", "List-Unsubscribe", "One-Click"},
    {"multipart/form-data; boundary=b",
     "--b\r\ncontent-disposition:form-data; name=x\r\n\r\n1\r\n--b\r\n" ONE "--b--\r\n", "List-Unsubscribe",
     "One-Click"},
    {"multipart/form-data; boundary=b", "--b\r\nContent-Type: text/plain\r\n" ONE "--b--\r\n", "List-Unsubscribe",
     "One-Click"},
    {"multipart/form-data; boundary=b", "--b\r\n" ONE "--b--\r\n", "act", NULL},
    {"multipart/form-data; boundary=b", "--b\r\n" ONE, "List-Unsubscribe", "!"},
    {"multipart/form-data; boundary=b", "--b\r\nList-Unsubscribe=One-Click\r\n--b--", "List-Unsubscribe", "!"},
    {"multipart/form-data; boundary=c", "--b\r\n" ONE "--b--\r\n", "List-Unsubscribe", "!"},
    {"multipart/form-data", "--b\r\n" ONE "--b--\r\n", "List-Unsubscribe", "!"},
    {"multipart/form-data; boundary=" LONG_BOUNDARY, "--" LONG_BOUNDARY "\r\n" ONE "--" LONG_BOUNDARY "--",
     "List-Unsubscribe", "!"},
};

static void a_field_is_found_in_both_encodings_and_nowhere_else(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        const struct row *row = &ROWS[i];
        struct arena arena = {0};
        struct str got = STR_NONE;
        enum rc rc = form_field(str_of(row->type), str_of(row->body), row->name, &arena, &got);
        enum rc wanted = row->value == NULL ? RC_NOT_FOUND : strcmp(row->value, "!") == 0 ? RC_INVALID : RC_OK;
        if (rc != wanted || (rc == RC_OK && !str_equal(got, str_of(row->value))))
            fail_msg("row %zu: %s, \"%.*s\"", i, rc_name(rc), STR_ARG(got));
        arena_clear(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_field_is_found_in_both_encodings_and_nowhere_else)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

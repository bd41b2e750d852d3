/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/notice_text.h"

#include "base/utf8.h"

static void addresses_and_the_local_part_are_masked(void **state)
{
    (void)state;
    static const struct {
        const char *said, *kept;
    } ROWS[] = {
        {"550 5.1.1 <jane.doe@example.com>: Recipient address rejected: User unknown",
         "550 5.1.1 <[address]>: Recipient address rejected: User unknown"},
        {"mailbox jane.doe is full", "mailbox [address] is full"},
        {"no such user JANE.DOE.", "no such user [address]"},
        {"'jane.doe' unknown", "[address] unknown"},
        {"rfc822;jane.doe@example.com", "rfc822;[address]"},
        {"jane.doesnot is kept, jane is kept", "jane.doesnot is kept, jane is kept"},
        {"other+tag=x@mail.example (and =?utf-8?q?a?=@b)", "[address] (and [address])"},
        {"two\r\n lines\tand\x01 controls", "two lines and controls"},
        {"b\xc3\xb6se \xff\xfe bytes \xc3", "b\xc3\xb6se bytes"},
        {"j\xc3\xb6rg@example.com geh\xc3\xb6rt hierher", "[address] geh\xc3\xb6rt hierher"},
        {"plain", "plain"},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct str kept = notice_detail(str_of(ROWS[i].said), STR("jane.doe@example.com"), &arena);
        assert_int_equal(kept.len, strlen(ROWS[i].kept));
        assert_memory_equal(kept.ptr, ROWS[i].kept, kept.len);
    }
    arena_clear(&arena);
}

static void nothing_said_is_absent(void **state)
{
    (void)state;
    struct arena arena = {0};
    assert_true(str_is_none(notice_detail(STR_NONE, STR_NONE, &arena)));
    assert_true(str_is_none(notice_detail(STR(" \r\n\xff "), STR_NONE, &arena)));
    arena_clear(&arena);
}

static void a_long_text_is_cut_at_a_code_point(void **state)
{
    (void)state;
    struct arena arena = {0};
    char text[1000];
    for (size_t shift = 0; shift < 2; shift++) {
        memset(text, 'x', sizeof text);
        for (size_t i = shift; i + 1 < sizeof text; i += 2)
            memcpy(text + i, "\xc3\xa9", 2);
        struct str kept = notice_detail((struct str){text, sizeof text - shift}, STR_NONE, &arena);
        assert_in_range(kept.len, NOTICE_DETAIL_MAX - 1, NOTICE_DETAIL_MAX);
        assert_true(utf8_is_valid(kept));
    }
    arena_clear(&arena);
}

static void only_enhanced_codes_are_a_status(void **state)
{
    (void)state;
    static const char *const GOOD[] = {"5.1.1", "4.2.2", "2.0.0", "5.7.515"};
    static const char *const BAD[] = {"",     "5",    "5.1",      "3.1.1",   "5.1.1.1",
                                      "5.1.", "5..1", "5.1.1234", "5.1.1 x", "a.b.c"};
    for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++)
        assert_true(str_equal(notice_status(str_of(GOOD[i])), str_of(GOOD[i])));
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        assert_true(str_is_none(notice_status(str_of(BAD[i]))));
    assert_true(str_is_none(notice_status(STR_NONE)));
}

static void a_status_is_found_in_a_sentence_and_an_address_is_none(void **state)
{
    (void)state;
    static const struct {
        const char *text, *status;
    } TEXTS[] = {{"smtp;550 5.1.1 no such user", "5.1.1"},
                 {"5.4.14", "5.4.14"},
                 {"550-5.7.26 This mail", "5.7.26"},
                 {"(4.2.2) full.", "4.2.2"},
                 {"host 5.1.1.7 said no", NULL},
                 {"host 10.5.1.1 said no", NULL},
                 {"15.1.1", NULL},
                 {"5.1", NULL},
                 {"5.1234.1", NULL},
                 {"3.1.1", NULL},
                 {"the end is 5.1.1.", "5.1.1"},
                 {"", NULL}};
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        struct str found = notice_status_in(str_of(TEXTS[i].text), NOTICE_CLASSES);
        if (!str_equal(found, str_of(TEXTS[i].status)))
            fail_msg("%s: %.*s", TEXTS[i].text, STR_ARG(found));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_status_is_found_in_a_sentence_and_an_address_is_none),
        cmocka_unit_test(addresses_and_the_local_part_are_masked),
        cmocka_unit_test(nothing_said_is_absent),
        cmocka_unit_test(a_long_text_is_cut_at_a_code_point),
        cmocka_unit_test(only_enhanced_codes_are_a_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

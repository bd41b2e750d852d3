/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/field.c: what each rule lets in and what it keeps out. */
#include "core/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define LONG_LABEL "a123456789b123456789c123456789d123456789e123456789f123456789abc" /* 63 */

struct row {
    const struct field_rule *rule;
    bool holds;
    const char *value;
};

static const struct row ROWS[] = {
    {&RULE_EMAIL, true, "maya.lindqvist@example.com"},
    {&RULE_EMAIL, true, "a@b.co"},
    {&RULE_EMAIL, true, "o'brien+tag_{x}@mail.example.org"},
    {&RULE_EMAIL, true, "x@xn--mller-kva.example"},
    {&RULE_EMAIL, true, "x@1-2.example"},
    {&RULE_EMAIL, true, LONG_LABEL "a@" LONG_LABEL ".com"},
    {&RULE_EMAIL, false, LONG_LABEL "ab@example.com"},
    {&RULE_EMAIL, false, "x@a" LONG_LABEL ".com"},
    {&RULE_EMAIL, false, ""},
    {&RULE_EMAIL, false, "maya"},
    {&RULE_EMAIL, false, "@example.com"},
    {&RULE_EMAIL, false, "maya@"},
    {&RULE_EMAIL, false, "maya@localhost"},
    {&RULE_EMAIL, false, "maya@127.0.0.1"},
    {&RULE_EMAIL, false, "maya@[127.0.0.1]"},
    {&RULE_EMAIL, false, "a@b@example.com"},
    {&RULE_EMAIL, false, ".maya@example.com"},
    {&RULE_EMAIL, false, "maya.@example.com"},
    {&RULE_EMAIL, false, "ma..ya@example.com"},
    {&RULE_EMAIL, false, "maya@example..com"},
    {&RULE_EMAIL, false, "maya@example.com."},
    {&RULE_EMAIL, false, "maya@-example.com"},
    {&RULE_EMAIL, false, "maya@example-.com"},
    {&RULE_EMAIL, false, "\"maya\"@example.com"},
    {&RULE_EMAIL, false, "maya(x)@example.com"},
    {&RULE_EMAIL, false, "Maya <maya@example.com>"},
    {&RULE_EMAIL, false, "friends:maya@example.com;"},
    {&RULE_EMAIL, false, "maya@example.com\r\nBcc: all@example.com"},
    {&RULE_EMAIL, false, "maya @example.com"},
    {&RULE_EMAIL, false, "m\xc3\xa4ya@example.com"},
    {&RULE_EMAIL, false, "maya@m\xc3\xbcller.example"},
    {&RULE_TEXT, true, "Maya"},
    {&RULE_TEXT, true, "\xc5\x81ukasz \xe5\xb1\xb1\xe7\x94\xb0"},
    {&RULE_TEXT, true, ""},
    {&RULE_TEXT, false, "a\tb"},
    {&RULE_TEXT, false, "a\nb"},
    {&RULE_TEXT, false, "a\x7f"},
    {&RULE_TEXT, false, "a\xc2\x85"}, /* C1 */
    {&RULE_TEXT, false,
     "a\xe2\x80\xae"
     "b"},                                /* right-to-left override */
    {&RULE_TEXT, false, "a\xe2\x80\xa8"}, /* line separator */
    {&RULE_TEXT, false, "a\xff"},
    {&RULE_TEXT, false, "\xed\xa0\x80"}, /* a surrogate */
    {&RULE_LOCALE, true, "en"},
    {&RULE_LOCALE, true, "en-GB"},
    {&RULE_LOCALE, true, "de_AT"},
    {&RULE_LOCALE, true, "zh-Hant-TW"},
    {&RULE_LOCALE, true, "sr-Latn"},
    {&RULE_LOCALE, true, "es-419"},
    {&RULE_LOCALE, false, ""},
    {&RULE_LOCALE, false, "e"},
    {&RULE_LOCALE, false, "english"},
    {&RULE_LOCALE, false, "en-"},
    {&RULE_LOCALE, false, "-GB"},
    {&RULE_LOCALE, false, "en-GB-oed"},
    {&RULE_LOCALE, false, "en-GB-US"},
    {&RULE_LOCALE, false, "en GB"},
    {&RULE_COUNTRY, true, "GB"},
    {&RULE_COUNTRY, false, "gb"},
    {&RULE_COUNTRY, false, "GBR"},
    {&RULE_COUNTRY, false, "G"},
    {&RULE_COUNTRY, false, ""},
    {&RULE_CURRENCY, true, "EUR"},
    {&RULE_CURRENCY, false, "EURO"},
    {&RULE_ZONE, true, "Europe/Stockholm"},
    {&RULE_ZONE, true, "UTC"},
    {&RULE_ZONE, false, "Europe/Nowhere"},
    {&RULE_ZONE, false, ""},
    {&RULE_ID, true, "c-1042"},
    {&RULE_ID, true, "A.b_c:d"},
    {&RULE_ID, false, ""},
    {&RULE_ID, false, "c~1"},
    {&RULE_ID, false, "c 1"},
    {&RULE_URL, true, "https://shop.example/p/1?x=1&y=2#z"},
    {&RULE_URL, true, "http://localhost:8080"},
    {&RULE_URL, true, "https://shop.example/caf\xc3\xa9"},
    {&RULE_URL, false, ""},
    {&RULE_URL, false, "ftp://shop.example"},
    {&RULE_URL, false, "https://"},
    {&RULE_URL, false, "https:///path"},
    {&RULE_URL, false, "https://user@evil.example/"},
    {&RULE_URL, false, "https://shop.example/a b"},
    {&RULE_URL, false, "https://shop.example/\"><script>"},
    {&RULE_URL, false, "javascript:alert(1)"},
    {&RULE_URL, false, "https://shop.example/\n"},
    {&RULE_URL, false, "//shop.example/"},
};

static void rules_let_in_and_keep_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        bool holds = ROWS[i].rule->holds(str_of(ROWS[i].value));
        if (holds != ROWS[i].holds)
            print_error("%s: \"%s\"\n", ROWS[i].rule->name, ROWS[i].value);
        assert_int_equal(holds, ROWS[i].holds);
    }
}

static void rules_see_a_nul_inside(void **state)
{
    (void)state;
    assert_false(RULE_TEXT.holds((struct str){"a\0b", 3}));
    assert_false(RULE_EMAIL.holds((struct str){"a\0b@example.com", 15}));
    assert_false(RULE_URL.holds((struct str){"https://a.example/\0", 19}));
}

static void email_is_at_most_254_bytes(void **state)
{
    (void)state;
    char text[512];
    int length = snprintf(text, sizeof(text), "%s@%s.%s.%s.example", "abc", LONG_LABEL, LONG_LABEL, LONG_LABEL);
    assert_true(RULE_EMAIL.holds((struct str){text, (size_t)length}));
    length = snprintf(text, sizeof(text), "%s@%s.%s.%s.example", LONG_LABEL, LONG_LABEL, LONG_LABEL, LONG_LABEL);
    assert_false(RULE_EMAIL.holds((struct str){text, (size_t)length}));
}

static void enum_words_go_both_ways(void **state)
{
    (void)state;
    static const char *const words[] = {"one", "two", NULL};
    assert_int_equal(field_enum_from(words, STR("two")), 1);
    assert_int_equal(field_enum_from(words, STR("tw")), -1);
    assert_int_equal(field_enum_from(words, STR("")), -1);
    assert_int_equal(field_enum_from(words, STR_NONE), -1);
    assert_true(str_equal(field_enum_word(words, 0), STR("one")));
    assert_true(str_is_none(field_enum_word(words, 2)));
    assert_true(str_is_none(field_enum_word(words, -1)));
}

static void pointers_are_escaped_and_cut(void **state)
{
    (void)state;
    struct arena arena = {0};
    assert_true(str_equal(pointer_below(STR("/a"), STR("b/c~d"), &arena), STR("/a/b~1c~0d")));
    assert_true(str_equal(pointer_below(STR_NONE, STR(""), &arena), STR("/")));
    char name[301];
    for (size_t i = 0; i < 300; i += 3)
        memcpy(name + i, "\xe2\x82\xac", 3); /* 100 euro signs; 200 is inside one of them */
    struct str cut = pointer_below(STR_NONE, (struct str){name, 300}, &arena);
    assert_int_equal(cut.len, 1 + 198);
    arena_clear(&arena);
}

static void problems_keep_twenty_and_their_base(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct problems problems = {.base = STR("/order")};
    problems_add(&problems, &arena, STR("/id"), "id", "x");
    problems_add(&problems, &arena, STR_NONE, "type", "x");
    problems_add(&problems, &arena, STR("header:If-Match"), "required", "x");
    assert_true(str_equal(problems.items[0].pointer, STR("/order/id")));
    assert_true(str_equal(problems.items[1].pointer, STR("/order")));
    assert_true(str_equal(problems.items[2].pointer, STR("header:If-Match")));
    for (int i = 0; i < 30; i++)
        problems_add(&problems, &arena, STR("/x"), "x", "x");
    assert_int_equal(problems.count, 20);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_let_in_and_keep_out),    cmocka_unit_test(rules_see_a_nul_inside),
        cmocka_unit_test(email_is_at_most_254_bytes),   cmocka_unit_test(enum_words_go_both_ways),
        cmocka_unit_test(pointers_are_escaped_and_cut), cmocka_unit_test(problems_keep_twenty_and_their_base),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of api/json_where.c: the field with the first text that cannot be read is named, and nothing unreadable is
 * repeated. */
#include "api/json_where.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define TEXT(literal)                \
    {                                \
        literal, sizeof(literal) - 1 \
    }

static const struct row {
    struct str text;
    const char *pointer, *rule;
} ROWS[] = {
    {TEXT("{\"a\":\"x\\u0000y\"}"), "/a", "control"},
    {TEXT("{\"a\":\"x\0y\"}"), "/a", "control"},
    {TEXT("{\"a\":\"x\ny\"}"), "/a", "control"},
    {TEXT("{\"a\":\"\xff\"}"), "/a", "utf8"},
    {TEXT("{\"a\":\"\xc3\"}"), "/a", "utf8"},
    {TEXT("{\"a\":\"\xed\xa0\x80\"}"), "/a", "utf8"},
    {TEXT("{\"a\":\"\\ud800\"}"), "/a", "utf8"},
    {TEXT("{\"a\":\"\\ud800\\u0041\"}"), "/a", "utf8"},
    {TEXT("{\"a\":\"\\udc00\"}"), "/a", "utf8"},
    {TEXT("{\"fine\":\"\\ud83d\\ude00 \xc3\xa9 \\\" \\\\\",\"b\":[1,\"x\",{\"c\":\"\xff\"}]}"), "/b/2/c", "utf8"},
    {TEXT("{\"a\":{\"b\":1},\"c\":\"\xff\"}"), "/c", "utf8"},
    {TEXT("[[],[\"x\",\"\xff\"]]"), "/1/1", "utf8"},
    {TEXT("{\"a\":{\"\xff\":1}}"), "/a", "utf8"},
    {TEXT("{\"not plain\":{\"b\":\"\xff\"}}"), "", "utf8"},
    {TEXT("\"\xff\""), "", "utf8"},
    {TEXT("{\"a\":\"x"), "", "json"},
    {TEXT("{\"a\":\"x\\"), "", "json"},
    {TEXT("{\"a\":\"\\uZZZZ\"}"), "", "json"},
    {TEXT("}}]]{,"), "", "json"},
    {TEXT(""), "", "json"},
};

static void the_first_unreadable_text_is_named(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct arena arena = {0};
        struct json_where where = json_where(ROWS[i].text, &arena);
        assert_true(str_equal(where.pointer, str_of(ROWS[i].pointer)));
        assert_string_equal(where.rule, ROWS[i].rule);
        arena_clear(&arena);
    }
}

static void a_text_that_is_cut_off_anywhere_is_read_to_its_end_and_no_further(void **state)
{
    (void)state;
    static const char WHOLE[] = "{\"a\":[\"\\ud83d\\ude00\",{\"b\":\"\xf0\x9f\x98\x80\\n\"}],\"c\":\"\\u00e9\"}";
    for (size_t len = 0; len < sizeof WHOLE; len++) {
        struct arena arena = {0};
        char *copy = arena_new(&arena, len + 1, 1); /* of its own, so that a sanitizer sees a step too far */
        memcpy(copy, WHOLE, len);
        struct json_where where = json_where((struct str){copy, len}, &arena);
        assert_true(where.rule != NULL && !str_is_none(where.pointer));
        arena_clear(&arena);
    }
}

static void any_depth_is_survived(void **state)
{
    (void)state;
    struct arena arena = {0};
    size_t deep = 100000;
    char *text = arena_new(&arena, deep + 3, 1);
    memset(text, '[', deep);
    memcpy(text + deep, "\"\xff\"", 3);
    struct json_where where = json_where((struct str){text, deep + 3}, &arena);
    assert_string_equal(where.rule, "utf8");
    assert_true(where.pointer.len == 2 * 64);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_unreadable_text_is_named),
        cmocka_unit_test(a_text_that_is_cut_off_anywhere_is_read_to_its_end_and_no_further),
        cmocka_unit_test(any_depth_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

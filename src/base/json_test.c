/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is refused, what comes through exactly, and that error texts never repeat the input. */
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct json *parse(const char *text)
{
    struct json *document = NULL;
    struct json_error error = {0};
    assert_int_equal(json_parse(str_of(text), &document, &error), RC_OK);
    assert_non_null(document);
    return document;
}

static struct json_error refused(struct str text)
{
    struct json *document = (struct json *)&text; /* anything but NULL */
    struct json_error error = {0};
    assert_int_equal(json_parse(text, &document, &error), RC_INVALID);
    assert_null(document);
    assert_true(error.line >= 1 && error.column >= 1 && error.text[0] != '\0');
    return error;
}

static void integers_are_exact_to_63_bits(void **state)
{
    (void)state;
    struct json *list = parse("[9007199254740993,9223372036854775807,-9223372036854775808,0,-0]");
    assert_int_equal(json_size(list), 5);
    assert_true(json_i64(json_at(list, 0)) == 9007199254740993);
    assert_true(json_i64(json_at(list, 1)) == INT64_MAX);
    assert_true(json_i64(json_at(list, 2)) == INT64_MIN);
    for (size_t i = 0; i < 5; i++)
        assert_true(json_is(json_at(list, i), JSON_INT));
    assert_null(json_at(list, 5));
    json_free(list);
    assert_string_equal(refused(STR("[9223372036854775808]")).text, "A number is too large.");
    assert_string_equal(refused(STR("-9223372036854775809")).text, "A number is too large.");
    assert_string_equal(refused(STR("1e400")).text, "A number is too large.");
}

static void all_that_is_not_strict_json_is_refused(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        const char *why;
    } ROWS[] = {
        {STR_INIT("{\"a\":1,\"b\":2,\"a\":1}"), "An object has two members of the same name."},
        {STR_INIT("{\"a\":1,\"\\u0061\":1}"), "An object has two members of the same name."},
        {STR_INIT("\"x\\u0000y\""), "A string has a NUL character in it."},
        {STR_INIT("{\"x\\u0000y\":1}"), "A string has a NUL character in it."},
        {STR_INIT("\"x\0y\""), "This is not JSON."},
        {STR_INIT("\"caf\xe9\""), "The text is not valid UTF-8."},
        {STR_INIT("\"\xc0\xaf\""), "The text is not valid UTF-8."},
        {STR_INIT("\"\xed\xa0\x80\""), "The text is not valid UTF-8."},
        {STR_INIT("\"\xf4\x90\x80\x80\""), "The text is not valid UTF-8."},
        {STR_INIT("{} {}"), "There is more text behind the end of the document."},
        {STR_INIT("{}\0"), "There is more text behind the end of the document."},
        {STR_INIT("1 2"), "There is more text behind the end of the document."},
        {STR_INIT(""), "The text ends too early."},
        {STR_INIT("[1,"), "The text ends too early."},
        {STR_INIT("\"x"), "The text ends too early."},
        {STR_INIT("[1,]"), "This is not JSON."},
        {STR_INIT("{a:1}"), "This is not JSON."},
        {STR_INIT("{'a':1}"), "This is not JSON."},
        {STR_INIT("[01]"), "This is not JSON."},
        {STR_INIT("[+1]"), "This is not JSON."},
        {STR_INIT("[.5]"), "This is not JSON."},
        {STR_INIT("[1.]"), "This is not JSON."},
        {STR_INIT("NaN"), "This is not JSON."},
        {STR_INIT("True"), "This is not JSON."},
        {STR_INIT("\"a\nb\""), "This is not JSON."},
        {STR_INIT("\"\\x41\""), "This is not JSON."},
        {STR_INIT("\"\\ud800\""), "This is not JSON."},
        {STR_INIT("\"\\udc00\\ud800\""), "This is not JSON."},
        {STR_INIT("/* */ 1"), "This is not JSON."},
        {STR_INIT("\xef\xbb\xbf{}"), "This is not JSON."},
    };
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++)
        assert_string_equal(refused(ROWS[i].text).text, ROWS[i].why);
    (void)refused(STR_NONE);
}

static void an_error_says_where_but_repeats_nothing(void **state)
{
    (void)state;
    struct json_error error = refused(STR("{\n  \"name\": \"K\xc3\xb8ge\",\n  \"secret\": hunter2\n}"));
    assert_int_equal(error.line, 3);
    assert_true(error.column >= 13 && error.column <= 20);
    assert_null(strstr(error.text, "hunter"));
    error = refused(STR("{\"secret\":1,\"secret\":2}"));
    assert_null(strstr(error.text, "secret"));
    struct json *document;
    assert_int_equal(json_parse(STR("nonsense"), &document, NULL), RC_INVALID);
}

static struct str nested(struct buf *buf, int depth)
{
    buf_reset(buf);
    for (int i = 0; i < depth; i++)
        buf_add_c(buf, i % 2 ? "[" : "{\"a\":");
    buf_add_c(buf, "\"[[]\\\"{\"");
    for (int i = depth - 1; i >= 0; i--)
        buf_add_c(buf, i % 2 ? "]" : "}");
    return buf_str(buf);
}

static void nesting_ends_at_64(void **state)
{
    (void)state;
    struct buf buf = {0};
    struct json *document = NULL;
    struct json_error error;
    assert_int_equal(json_parse(nested(&buf, 64), &document, &error), RC_OK);
    struct buf dumped = {0};
    json_dump(document, &dumped);
    assert_true(str_equal(buf_str(&dumped), buf_str(&buf)));
    json_free(document);
    error = refused(nested(&buf, 65));
    assert_string_equal(error.text, "Values are nested more than 64 deep.");
    assert_int_equal(error.line, 1);
    assert_int_equal(error.column, 32 * 5 + 32 + 1); /* the 65th bracket */

    buf_reset(&buf);
    buf_add_c(&buf, "\xc3\xb8\n\"\xc3\xb8\"");
    for (int i = 0; i < 100000; i++)
        buf_add_char(&buf, '[');
    error = refused(buf_str(&buf));
    assert_int_equal(error.line, 2);
    assert_int_equal(error.column, 3 + 65);

    /* Many side by side are not deep. */
    buf_reset(&buf);
    buf_add_c(&buf, "[[]");
    for (int i = 0; i < 1000; i++)
        buf_add_c(&buf, ",[{}]");
    buf_add_c(&buf, "]");
    assert_int_equal(json_parse(buf_str(&buf), &document, &error), RC_OK);
    assert_int_equal(json_size(document), 1001);
    json_free(document);
    buf_clear(&buf);
    buf_clear(&dumped);
}

static void values_are_read_by_their_type(void **state)
{
    (void)state;
    struct json *object = parse(
        "{\"s\":\"x\\ty\",\"e\":\"\",\"i\":7,\"r\":2.5,\"t\":true,\"f\":false,\"n\":null,\"a\":[1],\"o\":{\"k\":1}}");
    assert_true(str_equal(json_get_str(object, "s"), STR("x\ty")));
    assert_true(str_equal(json_get_str(object, "e"), STR("")));
    assert_true(json_get_i64(object, "i", -1) == 7);
    assert_true(json_get_real(object, "r", -1) == 2.5);
    assert_true(json_get_real(object, "i", -1) == 7.0);
    assert_true(json_get_bool(object, "t"));
    assert_false(json_get_bool(object, "f"));
    assert_true(json_is(json_get(object, "n"), JSON_NULL));
    assert_true(json_is(json_get(object, "a"), JSON_ARRAY));
    assert_true(json_is(json_get(object, "o"), JSON_OBJECT));
    assert_true(json_is(json_get(object, "f"), JSON_BOOL));
    assert_int_equal(json_size(json_get(object, "a")), 1);
    assert_int_equal(json_size(object), 9);

    /* Absent, or of another type. */
    assert_null(json_get(object, "nothing"));
    assert_false(json_is(json_get(object, "nothing"), JSON_NULL));
    assert_true(str_is_none(json_get_str(object, "i")));
    assert_true(json_get_i64(object, "r", -1) == -1);
    assert_true(json_get_i64(object, "s", -1) == -1);
    assert_true(json_get_real(object, "s", -1) == -1);
    assert_false(json_get_bool(object, "i"));
    assert_null(json_get(json_get(object, "a"), "k"));
    assert_null(json_at(object, 0));
    assert_int_equal(json_size(json_get(object, "s")), 0);
    assert_true(json_i64(json_get(object, "r")) == 0 && json_real(json_get(object, "s")) == 0);
    json_free(object);
}

static void nothing_can_be_asked_without_harm(void **state)
{
    (void)state;
    assert_int_equal(json_type_of(NULL), JSON_NULL);
    assert_false(json_is(NULL, JSON_NULL));
    assert_null(json_get(NULL, "a"));
    assert_null(json_at(NULL, 0));
    assert_int_equal(json_size(NULL), 0);
    assert_true(str_is_none(json_str(NULL)));
    assert_true(json_i64(NULL) == 0 && json_real(NULL) == 0);
    assert_false(json_bool(NULL));
    void *iter = NULL;
    struct str name;
    const struct json *value;
    assert_false(json_each(NULL, &iter, &name, &value));
    json_free(NULL);
}

static void a_document_may_be_of_any_type(void **state)
{
    (void)state;
    struct json *document = parse(" \"\\ud83d\\ude00 \\u00e9\" \r\n");
    assert_true(str_equal(json_str(document), STR("\xf0\x9f\x98\x80 \xc3\xa9")));
    json_free(document);
    document = parse("true");
    assert_true(json_bool(document));
    json_free(document);
}

static void members_come_in_the_order_of_the_text(void **state)
{
    (void)state;
    struct json *object = parse("{\"z\":1,\"a\":2,\"m\":3,\"\":4}");
    static const char *const NAMES[] = {"z", "a", "m", ""};
    void *iter = NULL;
    struct str name;
    const struct json *value;
    int64_t count = 0;
    while (json_each(object, &iter, &name, &value)) {
        assert_true(count < 4);
        assert_true(str_equal(name, str_of(NAMES[count])));
        assert_true(json_i64(value) == ++count);
    }
    assert_true(count == 4);
    json_free(object);
}

static void a_dump_keeps_order_and_a_sorted_dump_does_not(void **state)
{
    (void)state;
    struct json *object = parse(
        "{ \"b\" : [ {\"y\":1,\"x\":0.1} , null ] , \"a\\n\" : \"\\u00e9\\/\" , \"B\": false,\"e\":{}, \"l\":[]}");
    struct buf buf = {0};
    json_dump(object, &buf);
    assert_string_equal(buf.ptr,
                        "{\"b\":[{\"y\":1,\"x\":0.1},null],\"a\\n\":\"\xc3\xa9/\",\"B\":false,\"e\":{},\"l\":[]}");
    buf_reset(&buf);
    json_dump_sorted(object, &buf);
    assert_string_equal(buf.ptr,
                        "{\"B\":false,\"a\\n\":\"\xc3\xa9/\",\"b\":[{\"x\":0.1,\"y\":1},null],\"e\":{},\"l\":[]}");
    json_free(object);
    buf_clear(&buf);
}

static void equal_values_have_equal_sorted_dumps(void **state)
{
    (void)state;
    struct json *one = parse("{\"a\":{\"p\":1,\"q\":[1.50,\"\\u0041\"]},\"b\":-0.0}");
    struct json *two = parse("{ \"b\":-0.0, \"a\":{\"q\":[15e-1,\"A\"],\"p\":1} }");
    struct buf first = {0};
    struct buf second = {0};
    json_dump_sorted(one, &first);
    json_dump_sorted(two, &second);
    assert_string_equal(first.ptr, second.ptr);
    json_free(one);
    json_free(two);
    buf_clear(&first);
    buf_clear(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_exact_to_63_bits),
        cmocka_unit_test(all_that_is_not_strict_json_is_refused),
        cmocka_unit_test(an_error_says_where_but_repeats_nothing),
        cmocka_unit_test(nesting_ends_at_64),
        cmocka_unit_test(values_are_read_by_their_type),
        cmocka_unit_test(nothing_can_be_asked_without_harm),
        cmocka_unit_test(a_document_may_be_of_any_type),
        cmocka_unit_test(members_come_in_the_order_of_the_text),
        cmocka_unit_test(a_dump_keeps_order_and_a_sorted_dump_does_not),
        cmocka_unit_test(equal_values_have_equal_sorted_dumps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

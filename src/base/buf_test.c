/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What goes in comes out, with a NUL behind it, at every size around the growth points. */
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void an_unwritten_buf_is_an_empty_text(void **state)
{
    (void)state;
    struct buf buf = {0};
    assert_true(str_equal(buf_str(&buf), STR("")));
    buf_reset(&buf);
    buf_add(&buf, STR_NONE);
    buf_add_c(&buf, NULL);
    assert_int_equal(buf.len, 0);
    buf_clear(&buf);
}

static void pieces_follow_each_other(void **state)
{
    (void)state;
    struct buf buf;
    buf_init(&buf);
    buf_add(&buf, STR("a"));
    buf_add_c(&buf, "bc");
    buf_add_char(&buf, ',');
    buf_add_i64(&buf, INT64_MIN);
    buf_add_char(&buf, ',');
    buf_add_i64(&buf, 0);
    buf_printf(&buf, ",%03d", 7);
    assert_string_equal(buf.ptr, "abc,-9223372036854775808,0,007");
    assert_int_equal(buf.len, strlen(buf.ptr));
    buf_reset(&buf);
    assert_string_equal(buf.ptr, "");
    buf_add_i64(&buf, INT64_MAX);
    assert_string_equal(buf.ptr, "9223372036854775807");
    buf_clear(&buf);
    assert_null(buf.ptr);
}

static void every_length_is_kept_and_ends_with_a_nul(void **state)
{
    (void)state;
    for (size_t length = 1; length < 300; length++) {
        struct buf grown = {0};
        struct buf printed = {0};
        for (size_t i = 0; i < length; i++)
            buf_add_char(&grown, 'x');
        buf_printf(&printed, "%s", grown.ptr);
        buf_printf(&printed, "%s", grown.ptr);
        assert_int_equal(strlen(grown.ptr), length);
        assert_int_equal(strlen(printed.ptr), 2 * length);
        assert_int_equal(printed.len, 2 * length);
        buf_clear(&grown);
        buf_clear(&printed);
    }
}

static void room_is_there_to_be_written(void **state)
{
    (void)state;
    struct buf buf = {0};
    memcpy(buf_room(&buf, 1000), "order", 5);
    buf.len += 5;
    memset(buf_room(&buf, 1000), 'y', 1000);
    buf.len += 1000;
    buf_add_char(&buf, '!');
    assert_int_equal(buf.len, 1006);
    assert_memory_equal(buf.ptr, "ordery", 6);
    assert_string_equal(buf.ptr + 1004, "y!");
    buf_clear(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unwritten_buf_is_an_empty_text),
        cmocka_unit_test(pieces_follow_each_other),
        cmocka_unit_test(every_length_is_kept_and_ends_with_a_nul),
        cmocka_unit_test(room_is_there_to_be_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

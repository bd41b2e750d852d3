/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The promises of str.h, row by row, and properties over random slices against the plainest possible code. */
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

#define EMPTY STR("")

static void absent_is_not_empty(void **state)
{
    (void)state;
    assert_true(str_is_none(str_of(NULL)));
    assert_false(str_is_none(str_of("")));
    assert_true(str_is_empty(STR_NONE) && str_is_empty(EMPTY));
    assert_true(str_equal(STR_NONE, STR_NONE));
    assert_false(str_equal(STR_NONE, EMPTY));
    assert_false(str_equal_nocase(EMPTY, STR_NONE));
    assert_true(str_compare(STR_NONE, EMPTY) < 0);
    assert_true(str_compare(EMPTY, STR_NONE) > 0);
    assert_int_equal(str_compare(STR_NONE, STR_NONE), 0);
}

static void order_is_bytes_then_length(void **state)
{
    (void)state;
    assert_true(str_compare(STR("a"), STR("b")) < 0);
    assert_true(str_compare(STR("ab"), STR("a")) > 0);
    assert_true(str_compare(STR("\x7f"), STR("\x80")) < 0); /* unsigned */
    assert_int_equal(str_compare(STR("due"), STR("due")), 0);
}

static void nocase_folds_ascii_only(void **state)
{
    (void)state;
    assert_true(str_equal_nocase(STR("Content-TYPE"), STR("content-type")));
    assert_false(str_equal_nocase(STR("\xc3\x89"), STR("\xc3\xa9"))); /* É é */
    assert_false(str_equal_nocase(STR("@"), STR("`")));
    assert_false(str_equal_nocase(STR("a"), STR("ab")));
}

static void starts_ends_and_contains(void **state)
{
    (void)state;
    assert_true(str_starts_with(STR("order"), STR("or")));
    assert_false(str_starts_with(STR("or"), STR("order")));
    assert_true(str_starts_with(STR_NONE, EMPTY) && str_ends_with(STR_NONE, EMPTY));
    assert_true(str_ends_with(STR("a.csv"), STR(".csv")));
    assert_false(str_ends_with(STR("csv"), STR(".csv")));
    assert_true(str_contains(STR("abc"), STR("bc")));
    assert_true(str_contains(STR_NONE, EMPTY));
    assert_false(str_contains(STR("abc"), STR("cb")));
}

static void find_gives_the_first_place(void **state)
{
    (void)state;
    assert_int_equal(str_find(STR("aabaab"), STR("ab")), 1);
    assert_int_equal(str_find(STR("aaab"), STR("aab")), 1);
    assert_int_equal(str_find(STR("abc"), EMPTY), 0);
    assert_true(str_find(STR_NONE, STR("a")) == SIZE_MAX);
    assert_true(str_find(STR("ab"), STR("abc")) == SIZE_MAX);
}

static void trim_takes_blanks_off_both_ends_only(void **state)
{
    (void)state;
    assert_true(str_equal(str_trim(STR(" \t\r\n a b \v\f")), STR("a b")));
    assert_true(str_equal(str_trim(STR("  ")), EMPTY));
    assert_true(str_is_none(str_trim(STR_NONE)));
}

static void cut_walks_all_pieces(void **state)
{
    (void)state;
    struct str rest = STR(";a;;b;");
    const struct str expected[] = {STR_INIT(""), STR_INIT("a"), STR_INIT(""), STR_INIT("b"), STR_INIT("")};
    size_t count = 0;
    while (!str_is_none(rest)) {
        struct str piece = str_cut(&rest, ';');
        assert_true(count < 5);
        assert_true(str_equal(piece, expected[count++]));
    }
    assert_int_equal(count, 5);
    struct str none = STR_NONE;
    assert_true(str_is_none(str_cut(&none, ';')));
    struct str empty = EMPTY;
    assert_true(str_equal(str_cut(&empty, ';'), EMPTY));
    assert_true(str_is_none(empty));
}

static void integers_are_read_whole_or_not_at_all(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum rc rc;
        int64_t value;
    } ROWS[] = {
        {"0", RC_OK, 0},
        {"-0", RC_OK, 0},
        {"007", RC_OK, 7},
        {"-12", RC_OK, -12},
        {"9223372036854775807", RC_OK, INT64_MAX},
        {"-9223372036854775808", RC_OK, INT64_MIN},
        {"9223372036854775808", RC_INVALID, 0},
        {"-9223372036854775809", RC_INVALID, 0},
        {"99999999999999999999", RC_INVALID, 0},
        {"", RC_INVALID, 0},
        {"-", RC_INVALID, 0},
        {"+1", RC_INVALID, 0},
        {" 1", RC_INVALID, 0},
        {"1 ", RC_INVALID, 0},
        {"--1", RC_INVALID, 0},
        {"0x1", RC_INVALID, 0},
        {"1.0", RC_INVALID, 0},
    };
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        int64_t value = 4711;
        assert_int_equal(str_to_i64(str_of(ROWS[i].text), &value), ROWS[i].rc);
        assert_true(value == (ROWS[i].rc == RC_OK ? ROWS[i].value : 4711));
    }
    int64_t value = 4711;
    assert_int_equal(str_to_i64(STR_NONE, &value), RC_INVALID);
}

static void dup_ends_with_a_nul(void **state)
{
    (void)state;
    char *copy = str_dup((struct str){"order-17", 5});
    assert_string_equal(copy, "order");
    mem_free(copy);
    copy = str_dup(STR_NONE);
    assert_string_equal(copy, "");
    mem_free(copy);
}

/* A stream of small numbers that is the same in each run. */
static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

static size_t find_slowly(struct str s, struct str needle)
{
    for (size_t i = 0; i + needle.len <= s.len; i++) {
        if (memcmp(s.ptr + i, needle.ptr, needle.len) == 0)
            return i;
    }
    return SIZE_MAX;
}

static void find_and_cut_agree_with_plain_code_on_random_text(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (int round = 0; round < 20000; round++) {
        char text[24];
        char word[4];
        struct str s = {text, next(&seed) % (sizeof(text) + 1)};
        struct str needle = {word, next(&seed) % (sizeof(word) + 1)};
        for (size_t i = 0; i < s.len; i++)
            text[i] = (char)('a' + next(&seed) % 2);
        for (size_t i = 0; i < needle.len; i++)
            word[i] = (char)('a' + next(&seed) % 2);
        assert_true(str_find(s, needle) == find_slowly(s, needle));

        /* The pieces and their separators add up to the text. */
        size_t bytes = 0;
        size_t pieces = 0;
        for (struct str rest = s; !str_is_none(rest); pieces++)
            bytes += str_cut(&rest, 'a').len;
        assert_int_equal(bytes + pieces - 1, s.len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(absent_is_not_empty),
        cmocka_unit_test(order_is_bytes_then_length),
        cmocka_unit_test(nocase_folds_ascii_only),
        cmocka_unit_test(starts_ends_and_contains),
        cmocka_unit_test(find_gives_the_first_place),
        cmocka_unit_test(trim_takes_blanks_off_both_ends_only),
        cmocka_unit_test(cut_walks_all_pieces),
        cmocka_unit_test(integers_are_read_whole_or_not_at_all),
        cmocka_unit_test(dup_ends_with_a_nul),
        cmocka_unit_test(find_and_cut_agree_with_plain_code_on_random_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

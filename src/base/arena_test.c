/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What an arena hands out is zero, aligned, apart from everything else, and gone after clear (the sanitizer sees to that). */
#include "base/arena.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void new_memory_is_zero_aligned_and_apart(void **state)
{
    (void)state;
    struct arena arena = {0};
    unsigned char *blocks[2000];
    for (size_t i = 0; i < 2000; i++) {
        size_t size = 1 + i % 97;
        blocks[i] = arena_new(&arena, size, 1);
        assert_int_equal((uintptr_t)blocks[i] % alignof(max_align_t), 0);
        for (size_t k = 0; k < size; k++)
            assert_int_equal(blocks[i][k], 0);
        memset(blocks[i], (int)(i & 0xff), size);
        (void)arena_str(&arena, STR("odd")); /* throws the offset off */
    }
    for (size_t i = 0; i < 2000; i++) {
        for (size_t k = 0; k < 1 + i % 97; k++)
            assert_int_equal(blocks[i][k], i & 0xff);
    }
    arena_clear(&arena);
}

static void a_large_request_does_not_waste_the_open_block(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    char *small = arena_new(&arena, 1, 16);
    char *large = arena_new(&arena, 3, 1024 * 1024);
    memset(large, 1, 3 * 1024 * 1024);
    char *next = arena_new(&arena, 1, 16);
    assert_ptr_equal(next, small + 16);
    assert_int_equal(arena.used_bytes, 3 * 1024 * 1024 + 32);
    arena_clear(&arena);
    assert_null(arena.head);
    assert_int_equal(arena.used_bytes, 0);

    /* Also when it comes first. */
    memset(arena_new(&arena, 1, 5000), 1, 5000);
    assert_non_null(arena_new(&arena, 0, 8));
    arena_clear(&arena);
    arena_clear(&arena);
}

static void texts_are_copied_with_a_nul_and_absent_stays_absent(void **state)
{
    (void)state;
    struct arena arena = {0};
    char source[] = "order-17";
    struct str copy = arena_str(&arena, (struct str){source, 5});
    source[0] = 'X';
    assert_int_equal(copy.len, 5);
    assert_string_equal(copy.ptr, "order");
    assert_true(str_is_none(arena_str(&arena, STR_NONE)));
    struct str empty = arena_str(&arena, STR(""));
    assert_false(str_is_none(empty));
    assert_string_equal(empty.ptr, "");
    arena_clear(&arena);
}

static void printf_grows_to_what_it_writes(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct str text = arena_printf(&arena, "%s-%d", "job", 12);
    assert_true(str_equal(text, STR("job-12")));
    struct str wide = arena_printf(&arena, "%*d", 9000, 7);
    assert_int_equal(wide.len, 9000);
    assert_int_equal(wide.ptr[8999], '7');
    assert_int_equal(wide.ptr[9000], '\0');
    assert_string_equal(text.ptr, "job-12");
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_memory_is_zero_aligned_and_apart),
        cmocka_unit_test(a_large_request_does_not_waste_the_open_block),
        cmocka_unit_test(texts_are_copied_with_a_nul_and_absent_stays_absent),
        cmocka_unit_test(printf_grows_to_what_it_writes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

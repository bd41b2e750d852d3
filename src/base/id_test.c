/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The published UUIDv7 example, and the border of what is an id. */
#include "base/id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void ids_are_1_to_128_of_the_allowed_bytes(void **state)
{
    (void)state;
    char text[ID_MAX_BYTES + 1];
    memset(text, 'a', sizeof(text));
    assert_true(id_is_valid((struct str){text, ID_MAX_BYTES}));
    assert_false(id_is_valid((struct str){text, ID_MAX_BYTES + 1}));
    assert_false(id_is_valid(STR("")));
    assert_false(id_is_valid(STR_NONE));
    for (int c = 0; c < 256; c++) {
        char one = (char)c;
        bool allowed = c != 0 &&
                       strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-", c) != NULL;
        assert_int_equal(id_is_valid((struct str){&one, 1}), allowed);
    }
}

static void uuid7_matches_the_example_of_rfc_9562(void **state)
{
    (void)state;
    struct arena arena = {0};
    /* Appendix A.6: 2022-02-22T19:22:22.000Z, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F. */
    const uint8_t random[10] = {0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f};
    struct str id = id_uuid7(1645557742000, random, &arena);
    assert_string_equal(id.ptr, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    assert_true(id_is_valid(id));
    arena_clear(&arena);
}

static void version_and_variant_do_not_depend_on_the_random_bits(void **state)
{
    (void)state;
    struct arena arena = {0};
    uint8_t random[10];
    memset(random, 0xff, sizeof(random));
    assert_string_equal(id_uuid7(0, random, &arena).ptr, "00000000-0000-7fff-bfff-ffffffffffff");
    memset(random, 0, sizeof(random));
    assert_string_equal(id_uuid7(0xffffffffffff, random, &arena).ptr, "ffffffff-ffff-7000-8000-000000000000");
    arena_clear(&arena);
}

static void later_ids_sort_later(void **state)
{
    (void)state;
    struct arena arena = {0};
    uint8_t high[10];
    uint8_t low[10] = {0};
    memset(high, 0xff, sizeof(high));
    assert_true(str_compare(id_uuid7(1764007391249, high, &arena), id_uuid7(1764007391250, low, &arena)) < 0);
    arena_clear(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_1_to_128_of_the_allowed_bytes),
        cmocka_unit_test(uuid7_matches_the_example_of_rfc_9562),
        cmocka_unit_test(version_and_variant_do_not_depend_on_the_random_bits),
        cmocka_unit_test(later_ids_sort_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/contrast.c. The ratios of the rows are those of the W3C's own examples and of its formula by hand. */
#include "core/contrast.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct color color(const char *text)
{
    struct color result = {0, 0, 0};
    assert_true(color_read(str_of(text), &result));
    return result;
}

static void a_color_is_six_hex_digits(void **state)
{
    (void)state;
    static const char *const BAD[] = {"",        "#",   "1c5f4a",  "#1c5f4",  "#1c5f4a0", "#1c5f4g",
                                      "#1c5f4 ", "red", "#12345:", "#12345@", "#12345`",  "rgb(1,2"};
    struct arena arena = {0};
    struct color kept = {1, 2, 3};
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
        assert_false(color_read(str_of(BAD[i]), &kept));
    assert_true(kept.red == 1 && kept.green == 2 && kept.blue == 3);
    assert_string_equal(color_text(color("#1C5F4a"), &arena).ptr, "#1c5f4a");
    assert_string_equal(color_text(color("#00ff09"), &arena).ptr, "#00ff09");
    arena_clear(&arena);
}

static void ratios_are_those_of_wcag(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        double ratio;
    } ROWS[] = {{"#000000", "#ffffff", 21.0},  {"#ffffff", "#ffffff", 1.0},   {"#777777", "#ffffff", 4.478},
                {"#767676", "#ffffff", 4.542}, {"#ff0000", "#ffffff", 3.998}, {"#0000ff", "#ffffff", 8.592},
                {"#ffff00", "#ffffff", 1.074}, {"#00ff00", "#000000", 15.304}};
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        assert_float_equal(contrast_ratio(color(ROWS[i].a), color(ROWS[i].b)), ROWS[i].ratio, 0.001);
        assert_float_equal(contrast_ratio(color(ROWS[i].b), color(ROWS[i].a)), ROWS[i].ratio, 0.001);
    }
}

/* 4,913 colours over the whole cube, on light and dark. */
static void every_color_gets_ink_and_a_readable_neighbour(void **state)
{
    (void)state;
    const struct color grounds[] = {color("#ffffff"), color("#212429"), color("#808080")};
    for (int red = 0; red <= 255; red += 15)
        for (int green = 0; green <= 255; green += 15)
            for (int blue = 0; blue <= 255; blue += 15) {
                struct color any = {(uint8_t)red, (uint8_t)green, (uint8_t)blue};
                assert_true(contrast_ratio(contrast_ink(any), any) >= CONTRAST_MIN);
                for (size_t i = 0; i < 3; i++)
                    assert_true(contrast_ratio(contrast_readable(any, grounds[i]), grounds[i]) >= CONTRAST_MIN);
            }
}

static void a_readable_color_stays_itself(void **state)
{
    (void)state;
    struct color green = color("#1c5f4a"), same = contrast_readable(green, color("#ffffff"));
    assert_true(same.red == green.red && same.green == green.green && same.blue == green.blue);
    struct color yellow = contrast_readable(color("#ffd500"), color("#ffffff")); /* darker, still yellow */
    assert_true(yellow.red > yellow.green && yellow.green > yellow.blue && yellow.red < 0xff);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_color_is_six_hex_digits),
        cmocka_unit_test(ratios_are_those_of_wcag),
        cmocka_unit_test(every_color_gets_ink_and_a_readable_neighbour),
        cmocka_unit_test(a_readable_color_stays_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

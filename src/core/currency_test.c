/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/currency.c. */
#include "core/currency.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void currency_exponent_knows_codes_in_use(void **state)
{
    (void)state;
    static const struct {
        const char *code;
        int exponent;
    } rows[] = {
        {"AED", 2},  {"EUR", 2},  {"USD", 2}, {"GBP", 2}, {"JPY", 0},   {"KRW", 0},  {"KWD", 3},  {"BHD", 3},
        {"ZWG", 2},  {"TND", 3},  {"XAF", 0}, {"HUF", 2}, {"ISK", 0},   {"CLP", 0},  {"eur", -1}, {"XAU", -1},
        {"XTS", -1}, {"DEM", -1}, {"", -1},   {"EU", -1}, {"EURO", -1}, {"AAA", -1}, {"ZZZ", -1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(currency_exponent(str_of(rows[i].code)), rows[i].exponent);
    assert_int_equal(currency_exponent(STR_NONE), -1);
}

static void money_text_has_the_digits_of_its_currency(void **state)
{
    (void)state;
    static const struct {
        int64_t amount;
        const char *currency, *text;
    } rows[] = {
        {1250, "EUR", "EUR 12.50"},
        {5, "EUR", "EUR 0.05"},
        {0, "USD", "USD 0.00"},
        {-5, "EUR", "-EUR 0.05"},
        {1250, "JPY", "JPY 1250"},
        {1250, "KWD", "KWD 1.250"},
        {INT64_MIN, "JPY", "-JPY 9223372036854775808"},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_string_equal(money_text(rows[i].amount, str_of(rows[i].currency), &arena).ptr, rows[i].text);
    arena_clear(&arena);
}

static void money_from_text_reads_major_units(void **state)
{
    (void)state;
    static const struct {
        const char *text, *currency;
        int64_t amount;
    } rows[] = {
        {"12.50", "EUR", 1250},
        {"12.5", "EUR", 1250},
        {"12", "EUR", 1200},
        {"0.05", "EUR", 5},
        {"-0.05", "EUR", -5},
        {"0", "EUR", 0},
        {"12.500", "EUR", 1250},
        {"1250", "JPY", 1250},
        {"1250.00", "JPY", 1250},
        {"1.25", "KWD", 1250},
        {"007", "EUR", 700},
        {"92233720368547758.07", "EUR", INT64_MAX},
        {"-92233720368547758.08", "EUR", INT64_MIN},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t amount = 42;
        assert_int_equal(money_from_text(str_of(rows[i].text), str_of(rows[i].currency), &amount), RC_OK);
        assert_int_equal(amount, rows[i].amount);
    }
}

static void money_from_text_refuses_what_is_not_an_amount(void **state)
{
    (void)state;
    static const struct {
        const char *text, *currency;
    } rows[] = {
        {"", "EUR"},
        {"-", "EUR"},
        {".", "EUR"},
        {"12.", "EUR"},
        {".5", "EUR"},
        {"12.505", "EUR"},
        {"12,50", "EUR"},
        {"1 250", "EUR"},
        {"+1", "EUR"},
        {"1e3", "EUR"},
        {"12.5", "JPY"},
        {"1.2.3", "EUR"},
        {" 12", "EUR"},
        {"nan", "EUR"},
        {"--1", "EUR"},
        {"92233720368547758.08", "EUR"},
        {"99999999999999999999", "EUR"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t amount = 42;
        assert_int_equal(money_from_text(str_of(rows[i].text), str_of(rows[i].currency), &amount), RC_INVALID);
        assert_int_equal(amount, 42);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(currency_exponent_knows_codes_in_use),
        cmocka_unit_test(money_text_has_the_digits_of_its_currency),
        cmocka_unit_test(money_from_text_reads_major_units),
        cmocka_unit_test(money_from_text_refuses_what_is_not_an_amount),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/openrouter/price.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void a_pair_is_two_prices_a_million(void **state)
{
    static const struct {
        const char *text;
        int64_t prompt, completion; /* -1: no pair */
    } ROWS[] = {{"3,15", 3000000, 15000000},
                {"0.15, 0.6", 150000, 600000},
                {"0,0", 0, 0},
                {"0.000001,1", 1, 1000000},
                {"3", -1, -1},
                {"3,", -1, -1},
                {",3", -1, -1},
                {"-1,2", -1, -1},
                {"1,-2", -1, -1},
                {"1e3,2", -1, -1},
                {"1,2,3", -1, -1},
                {"0.0000001,1", -1, -1},
                {"1.,2", -1, -1},
                {"1.-5,2", -1, -1},
                {"", -1, -1},
                {"9000000,1", -1, -1}};
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct price price = {.prompt_pico = -1, .completion_pico = -1};
        enum rc rc = price_from_pair(str_of(ROWS[i].text), &price);
        if (rc != (ROWS[i].prompt < 0 ? RC_INVALID : RC_OK) || price.prompt_pico != ROWS[i].prompt ||
            price.completion_pico != ROWS[i].completion)
            fail_msg("%s", ROWS[i].text);
    }
}

static void a_listed_price_is_read_exactly(void **state)
{
    static const struct {
        const char *json;
        enum rc rc;
        int64_t pico;
    } ROWS[] = {
        {"\"0.00000015\"", RC_OK, 150000},
        {"\"0.000003\"", RC_OK, 3000000},
        {"\"0\"", RC_OK, 0},
        {"0.000015", RC_OK, 15000000},
        {"0", RC_OK, 0},
        {"\"1e-7\"", RC_OK, 100000},
        {"\"-1\"", RC_INVALID, 0},
        {"-0.1", RC_INVALID, 0},
        {"\"free\"", RC_INVALID, 0},
        {"\"\"", RC_INVALID, 0},
        {"true", RC_INVALID, 0},
        {"null", RC_NOT_FOUND, 0},
        {"\"nan\"", RC_INVALID, 0},
        {"\"inf\"", RC_INVALID, 0},
        {"\"0.0000000000001\"", RC_OK, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct json *value = NULL;
        int64_t pico = 0;
        assert_int_equal(json_parse(str_of(ROWS[i].json), &value, NULL), RC_OK);
        if (price_from_json(value, &pico) != ROWS[i].rc || pico != ROWS[i].pico)
            fail_msg("%s: %lld", ROWS[i].json, (long long)pico);
        json_free(value);
    }
    int64_t pico = 7;
    assert_int_equal(price_from_json(NULL, &pico), RC_NOT_FOUND);
    assert_int_equal(pico, 7);
}

static void a_cost_is_never_rounded_down(void **state)
{
    struct price price = {.prompt_pico = 150000, .completion_pico = 600000};
    (void)state;
    assert_int_equal(price_cost_microusd(&price, 0, 0), 0);
    assert_int_equal(price_cost_microusd(&price, 1, 0), 1);        /* 0.15 */
    assert_int_equal(price_cost_microusd(&price, 1000, 700), 570); /* 150 + 420 */
    assert_int_equal(price_cost_microusd(&price, 1001, 700), 571);
    price.request_pico = 1;
    assert_int_equal(price_cost_microusd(&price, 1000, 700), 571);
}

static void a_stated_sum_is_rounded_up_but_not_by_the_double_s_noise(void **state)
{
    (void)state;
    assert_int_equal(price_microusd(0), 0);
    assert_int_equal(price_microusd(-1), 0);
    assert_int_equal(price_microusd(0.00014), 140); /* 140.00000000000003 */
    assert_int_equal(price_microusd(0.1 + 0.2), 300000);
    assert_int_equal(price_microusd(0.0000001), 1);
    assert_int_equal(price_microusd(0.0000011), 2);
    assert_int_equal(price_microusd(1e300), (int64_t)1e15);
    for (int64_t micro = 1; micro < 200000; micro += 7)
        assert_int_equal(price_microusd((double)micro / 1e6), micro);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pair_is_two_prices_a_million),
        cmocka_unit_test(a_listed_price_is_read_exactly),
        cmocka_unit_test(a_cost_is_never_rounded_down),
        cmocka_unit_test(a_stated_sum_is_rounded_up_but_not_by_the_double_s_noise),
    };
    return cmocka_run_group_tests_name("price", tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/consent_rules.c. */
#include "core/consent_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/time_text.h"

#define NOW 1795521600000 /* 2026-11-24T12:00:00Z */

static const struct {
    const char *country;
    int64_t last_order_at;
    enum consent_word word;
} ROWS[] = {
    {"CA", NOW - 730 * TIME_DAY_MS + 1, CONSENT_HOLDS},
    {"CA", NOW - 730 * TIME_DAY_MS, CONSENT_RAN_OUT},
    {"ca", NOW - 731 * TIME_DAY_MS, CONSENT_RAN_OUT},
    {"CA", TIME_NONE, CONSENT_RAN_OUT},
    {"DE", NOW - 3000 * TIME_DAY_MS, CONSENT_HOLDS},
    {"GB", TIME_NONE, CONSENT_HOLDS},
    {"IS", NOW, CONSENT_HOLDS},
    {"US", NOW - 3000 * TIME_DAY_MS, CONSENT_HOLDS},
    {"AU", NOW - 3000 * TIME_DAY_MS, CONSENT_HOLDS},
    {"", NOW, CONSENT_NO_RULE},
    {"BR", NOW, CONSENT_NO_RULE},
    {"UK", NOW, CONSENT_NO_RULE}, /* no code of ISO 3166-1: it is GB */
    {"C", NOW, CONSENT_NO_RULE},
    {"CAN", NOW, CONSENT_NO_RULE},
};

static void a_purchase_lets_write_as_long_as_the_country_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        assert_int_equal(consent_rule_ask(str_of(ROWS[i].country), ROWS[i].last_order_at, NOW), ROWS[i].word);
}

static void an_absent_country_is_unknown(void **state)
{
    (void)state;
    assert_int_equal(consent_rule_ask(STR_NONE, NOW, NOW), CONSENT_NO_RULE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_purchase_lets_write_as_long_as_the_country_says),
        cmocka_unit_test(an_absent_country_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

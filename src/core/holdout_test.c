/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/holdout.c: known draws, stickiness, the right share, and independence of salts. */
#include "core/holdout.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/hash.h"

/* HMAC-SHA-256 by another program; the first 8 bytes as a share of 2^64. */
static const struct {
    const char *salt, *person;
    double draw;
} DRAWS[] = {
    {"000102030405060708090a0b0c0d0e0f", "c:c1", 0.419866},
    {"000102030405060708090a0b0c0d0e0f", "c:c2", 0.393398},
    {"000102030405060708090a0b0c0d0e0f", "abc", 0.835965},
    {"demo-salt-2026", "c:c1", 0.150996},
    {"demo-salt-2026", "c:c2", 0.228312},
    {"demo-salt-2026", "abc", 0.296366},
    {"", "c:c1", 0.329834},
};

static void draws_are_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(DRAWS) / sizeof(DRAWS[0]); i++) {
        struct str salt = str_of(DRAWS[i].salt), person = str_of(DRAWS[i].person);
        assert_int_equal(holdout_arm(salt, person, DRAWS[i].draw - 1e-6), ARM_TREATED);
        assert_int_equal(holdout_arm(salt, person, DRAWS[i].draw + 1e-6), ARM_HOLDOUT);
    }
}

static struct str person_of(int i, char *memory, size_t size)
{
    int length = snprintf(memory, size, "c:c%d", i);
    return (struct str){memory, (size_t)length};
}

static void a_larger_share_keeps_the_smaller_group(void **state)
{
    (void)state;
    char memory[16];
    for (int i = 0; i < 2000; i++) {
        struct str person = person_of(i, memory, sizeof(memory));
        if (holdout_arm(STR("00ff"), person, 0.1) == ARM_HOLDOUT)
            assert_int_equal(holdout_arm(STR("00ff"), person, 0.2), ARM_HOLDOUT);
        assert_int_equal(holdout_arm(STR("00ff"), person, 0), ARM_TREATED);
    }
}

static void shares_are_met_and_salts_are_independent(void **state)
{
    (void)state;
    char memory[16];
    int first = 0, both = 0, people = 20000;
    for (int i = 0; i < people; i++) {
        struct str person = person_of(i, memory, sizeof(memory));
        bool a = holdout_arm(STR("00ff"), person, 0.2) == ARM_HOLDOUT;
        first += a;
        both += a && holdout_arm(STR("00fe"), person, 0.2) == ARM_HOLDOUT;
    }
    /* within four standard errors: 0.2 and 0.04 of 20,000 */
    assert_true(first > 4000 - 4 * 57 && first < 4000 + 4 * 57);
    assert_true(both > 800 - 4 * 28 && both < 800 + 4 * 28);
}

static int init(void **state)
{
    (void)state;
    hash_init();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_are_known),
        cmocka_unit_test(a_larger_share_keeps_the_smaller_group),
        cmocka_unit_test(shares_are_met_and_salts_are_independent),
    };
    return cmocka_run_group_tests(tests, init, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of core/tag.c. */
#include "core/tag.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define DAY(n) ((n)*TIME_DAY_MS)

static void both_arms_are_tagged_while_they_are_watched(void **state)
{
    static const struct {
        int arm, state;
        int64_t admitted_at, now;
        enum tag tag;
    } rows[] = {
        {ARM_NONE, EPISODE_WAITING, TIME_NONE, DAY(1), TAG_NONE}, /* not drawn yet */
        {ARM_NONE, EPISODE_INELIGIBLE, TIME_NONE, DAY(1), TAG_NONE},
        {ARM_HOLDOUT, EPISODE_HOLDOUT, DAY(1), DAY(1), TAG_HOLDOUT},
        {ARM_TREATED, EPISODE_DRAFTING, DAY(1), DAY(1), TAG_TREATED},
        {ARM_TREATED, EPISODE_EMAILED, DAY(1), DAY(50), TAG_TREATED},
        {ARM_FORCED, EPISODE_EMAILED, DAY(1), DAY(50), TAG_TREATED},
        {ARM_HOLDOUT, EPISODE_CLOSED, DAY(1), DAY(50), TAG_HOLDOUT}, /* ordered: what else they buy still counts */
        {ARM_TREATED, EPISODE_CLOSED, DAY(1), DAY(91) - 1, TAG_TREATED},
        {ARM_TREATED, EPISODE_EMAILED, DAY(1), DAY(91), TAG_NONE},
        {ARM_HOLDOUT, EPISODE_HOLDOUT, DAY(1), DAY(91), TAG_NONE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct episode episode = {.arm = rows[i].arm, .state = rows[i].state, .admitted_at = rows[i].admitted_at};
        assert_int_equal(tag_of(&episode, rows[i].now), rows[i].tag);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_arms_are_tagged_while_they_are_watched)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Promises of step/mail_pace.c, on times of the test's own. */
#include "step/mail_pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define T0 1000000000 /* far from 0, where nothing has been told yet */
#define MINUTE 60000

static struct mail_pace *new_pace(void **state, int64_t per_minute, int64_t domain_per_minute)
{
    struct mail_pace *pace = mail_pace_new(per_minute, domain_per_minute);
    *state = pace;
    return pace;
}
static int free_pace(void **state)
{
    mail_pace_free(*state);
    return 0;
}

/* How many of `asked` who ask at once, and come back when they were told to, have left by `until`. */
struct waiting {
    int64_t at;
    bool left;
};
static int64_t run(struct mail_pace *pace, struct waiting *all, size_t count, int64_t until, int64_t *asks)
{
    int64_t left = 0;
    for (;;) {
        struct waiting *next = NULL;
        for (size_t i = 0; i < count; i++)
            if (!all[i].left && (next == NULL || all[i].at < next->at))
                next = &all[i];
        if (next == NULL || next->at > until)
            return left;
        int64_t wait = mail_pace_ask(pace, STR("example.com"), next->at, NULL);
        (*asks)++;
        next->left = wait == 0;
        left += wait == 0;
        next->at += wait;
    }
}

static void the_relay_gets_no_more_than_its_rate_and_nobody_asks_in_vain_often(void **state)
{
    struct mail_pace *pace = new_pace(state, 600, 0);
    static struct waiting all[3000];
    int64_t asks = 0, left = 0;
    for (size_t i = 0; i < 3000; i++)
        all[i] = (struct waiting){.at = T0};
    for (int minute = 1; minute <= 4; minute++) {
        int64_t now = run(pace, all, 3000, T0 + minute * MINUTE, &asks);
        assert_in_range(now, 590, 611); /* ten, a second's worth, may come at once */
        left += now;
    }
    assert_in_range(left, 2390, 2411);
    assert_in_range(asks, 3000, 9000); /* they come back spread, not all at each gap */
}

static void a_domain_has_a_rate_of_its_own(void **state)
{
    struct mail_pace *pace = new_pace(state, 0, 60);
    assert_int_equal(mail_pace_ask(pace, STR("a.example"), T0, NULL), 0);
    assert_int_equal(mail_pace_ask(pace, STR("a.example"), T0, NULL), 0);
    assert_int_equal(mail_pace_ask(pace, STR("A.EXAMPLE"), T0, NULL), 1000);
    assert_int_equal(mail_pace_ask(pace, STR("b.example"), T0, NULL), 0);
    assert_int_equal(mail_pace_ask(pace, STR("a.example"), T0 + 1000, NULL), 0);
}

static void who_waits_for_the_domain_takes_nothing_of_the_relay(void **state)
{
    struct mail_pace *pace = new_pace(state, 60, 1);
    assert_int_equal(mail_pace_ask(pace, STR("a.example"), T0, NULL), 0);
    assert_true(mail_pace_ask(pace, STR("a.example"), T0, NULL) > 0);
    assert_int_equal(mail_pace_ask(pace, STR("b.example"), T0, NULL), 0);
}

static void more_domains_than_places_share_a_rate(void **state)
{
    struct mail_pace *pace = new_pace(state, 0, 60);
    char name[32];
    for (int i = 0; i < MAIL_PACE_DOMAINS; i++) {
        snprintf(name, sizeof name, "d%d.example", i);
        assert_int_equal(mail_pace_ask(pace, str_of(name), T0, NULL), 0);
    }
    assert_int_equal(mail_pace_ask(pace, STR("x.example"), T0, NULL), 0);
    assert_int_equal(mail_pace_ask(pace, STR("y.example"), T0, NULL), 0);
    assert_true(mail_pace_ask(pace, STR("z.example"), T0, NULL) > 0);
    /* places that have gone idle are given to others */
    assert_int_equal(mail_pace_ask(pace, STR("z.example"), T0 + MINUTE, NULL), 0);
}

static void a_relay_that_wants_less_gets_nothing_for_a_minute_then_two_then_four(void **state)
{
    struct mail_pace *pace = new_pace(state, 0, 0);
    static const int64_t WAITS[] = {1, 2, 4, 8, 16, 32, 60, 60};
    int64_t now = T0;
    bool slowed = false;
    for (size_t i = 0; i < sizeof WAITS / sizeof WAITS[0]; i++) {
        mail_pace_slow(pace, now);
        mail_pace_slow(pace, now + 5); /* of one that was under way */
        assert_int_equal(mail_pace_slowed_ms(pace, now), WAITS[i] * MINUTE);
        assert_int_equal(mail_pace_ask(pace, STR("a.example"), now, &slowed), WAITS[i] * MINUTE);
        assert_true(slowed);
        now += WAITS[i] * MINUTE;
        assert_int_equal(mail_pace_ask(pace, STR("a.example"), now, &slowed), 0);
        assert_false(slowed);
    }
    mail_pace_accepted(pace, now);
    mail_pace_slow(pace, now);
    assert_int_equal(mail_pace_slowed_ms(pace, now), MINUTE);
}

static void an_answer_to_what_was_under_way_does_not_end_the_wait(void **state)
{
    struct mail_pace *pace = new_pace(state, 0, 0);
    mail_pace_slow(pace, T0);
    mail_pace_accepted(pace, T0 + 1);
    assert_int_equal(mail_pace_slowed_ms(pace, T0 + 1), MINUTE - 1);
    mail_pace_slow(pace, T0 + MINUTE);
    assert_int_equal(mail_pace_slowed_ms(pace, T0 + MINUTE), 2 * MINUTE);
}

static void those_inside_know_how_many_they_are(void **state)
{
    struct mail_pace *pace = new_pace(state, 0, 0);
    int64_t first, second, third;
    mail_pace_enter(pace, &first);
    mail_pace_enter(pace, &second);
    mail_pace_leave(pace);
    mail_pace_enter(pace, &third);
    assert_int_equal(first, 1);
    assert_int_equal(second, 2);
    assert_int_equal(third, 2);
}

#define PACE(name) cmocka_unit_test_setup_teardown(name, NULL, free_pace)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PACE(the_relay_gets_no_more_than_its_rate_and_nobody_asks_in_vain_often),
        PACE(a_domain_has_a_rate_of_its_own),
        PACE(who_waits_for_the_domain_takes_nothing_of_the_relay),
        PACE(more_domains_than_places_share_a_rate),
        PACE(a_relay_that_wants_less_gets_nothing_for_a_minute_then_two_then_four),
        PACE(an_answer_to_what_was_under_way_does_not_end_the_wait),
        PACE(those_inside_know_how_many_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

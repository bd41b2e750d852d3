/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Simulated minutes: time is a number here, nobody waits. */
#include "adapter/openrouter/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/rand.h"

#define MINUTE 60000
#define SERVED_MAX 100000

/* A service with a sliding window of its own, and bursts in which it refuses everything. */
struct service {
    int64_t window_ms, in_window;      /* so many a window */
    int64_t burst_every, burst_ms;     /* after so many served, for so long; 0: never */
    int64_t served[SERVED_MAX], count; /* moments */
    int64_t since_burst, shut_until, not_before;
    int64_t refused, early, over;
};

/* What one request at `now` is told: 0 served, else Retry-After in ms. Early: it came before a time that had been said. */
static int64_t ask_service(struct service *service, int64_t now)
{
    if (now < service->not_before)
        service->early++;
    if (service->burst_every > 0 && service->since_burst >= service->burst_every) {
        service->since_burst = 0;
        service->shut_until = now + service->burst_ms;
    }
    bool shut = now < service->shut_until;
    int64_t oldest = service->count >= service->in_window ? service->served[service->count - service->in_window]
                                                          : -MINUTE * 2;
    if (!shut && now - oldest < service->window_ms) {
        service->over++;
        shut = true;
    }
    if (!shut) {
        service->served[service->count++] = now;
        service->since_burst++;
        return 0;
    }
    service->refused++;
    int64_t until = service->shut_until > now ? service->shut_until : oldest + service->window_ms;
    int64_t seconds = (until - now + 999) / 1000; /* it says whole seconds */
    if (now + seconds * 1000 > service->not_before)
        service->not_before = now + seconds * 1000;
    return seconds * 1000;
}

struct trip {
    int64_t arrives, ends; /* at the service; back at us. ends 0: none */
};
struct simulation {
    struct pace pace;
    struct service service;
    struct rand_stream random;
    struct trip calls[64];
    int64_t latency_ms, ahead; /* of an answer; how many ms more than one a request may be on its way */
};

static void start_call(struct simulation *s, int64_t now)
{
    for (size_t i = 0; i < 64; i++)
        if (s->calls[i].ends == 0) {
            int64_t way = 1 + (int64_t)(rand_unit(&s->random) * (double)s->ahead);
            s->calls[i] = (struct trip){.arrives = now + way, .ends = now + way + s->latency_ms};
            return;
        }
    fail_msg("more than 64 calls at a time");
}

/* One ms: answers that are due come in, and whatever may leave leaves. There is always work. */
static void tick(struct simulation *s, int64_t now)
{
    for (size_t i = 0; i < 64; i++) {
        struct trip *call = &s->calls[i];
        if (call->ends == 0 || call->arrives != now)
            continue;
        int64_t told = ask_service(&s->service, now);
        if (told > 0) { /* a refusal is quick */
            pace_done(&s->pace, PACE_OVERLOADED, told, rand_unit(&s->random), now);
            call->ends = 0;
        }
    }
    for (size_t i = 0; i < 64; i++)
        if (s->calls[i].ends == now && now > 0) {
            pace_done(&s->pace, PACE_ANSWERED, 0, 0, now);
            s->calls[i].ends = 0;
        }
    while (pace_ask(&s->pace, 2000, now) == 0) {
        assert_int_equal(pace_start(&s->pace, 0, now), 0);
        start_call(s, now);
    }
}

static void simulate(struct simulation *s, const struct pace_limits *limits, int64_t minutes)
{
    rand_seed(&s->random, 7);
    pace_init(&s->pace, limits, 0);
    for (int64_t now = 1; now <= minutes * MINUTE; now++)
        tick(s, now);
    pace_clear(&s->pace);
}

/* Served, of what the rate permits outside the bursts. */
static double share_used(const struct simulation *s, int64_t per_minute, int64_t minutes)
{
    int64_t bursts = s->service.burst_every > 0 ? s->service.count / s->service.burst_every : 0;
    double open_ms = (double)(minutes * MINUTE - bursts * s->service.burst_ms);
    return (double)s->service.count / (open_ms * (double)per_minute / MINUTE);
}

static void d21_a_permitted_rate_is_kept_and_used(void **state)
{
    static const struct {
        int64_t per_minute, window_ms, in_window, latency_ms, burst_every, burst_ms, minutes;
    } ROWS[] = {
        {60, MINUTE, 60, 100, 0, 0, 20},    {60, MINUTE, 60, 1500, 0, 0, 20}, {60, MINUTE, 60, 300, 50, 3000, 30},
        {60, MINUTE, 60, 30, 25, 2000, 30}, {600, 6000, 60, 30, 0, 0, 10},    {600, 6000, 60, 30, 90, 2000, 10},
        {20, MINUTE, 20, 2000, 0, 0, 20},   {6000, 6000, 600, 20, 0, 0, 3},
    };
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct simulation *s = test_calloc(1, sizeof *s);
        struct pace_limits limits = {.requests_per_minute = ROWS[i].per_minute, .concurrency = 8};
        s->service = (struct service){.window_ms = ROWS[i].window_ms,
                                      .in_window = ROWS[i].in_window,
                                      .burst_every = ROWS[i].burst_every,
                                      .burst_ms = ROWS[i].burst_ms};
        s->latency_ms = ROWS[i].latency_ms;
        s->ahead = 40;
        simulate(s, &limits, ROWS[i].minutes);
        double used = share_used(s, ROWS[i].per_minute, ROWS[i].minutes);
        print_message("%lld a minute: %.1f %% used, %lld refused, %lld of them over the rate, %lld early\n",
                      (long long)ROWS[i].per_minute, used * 100, (long long)s->service.refused,
                      (long long)s->service.over, (long long)s->service.early);
        assert_true(used > 0.9);
        assert_int_equal(s->service.over, 0);
        if (ROWS[i].burst_every > 0)
            assert_true(s->service.refused >= s->service.count / ROWS[i].burst_every - 1);
        else
            assert_int_equal(s->service.refused, 0);
        test_free(s);
    }
}

/* With no time on the way there is no excuse. */
static void d21_no_request_leaves_before_its_time(void **state)
{
    struct simulation *s = test_calloc(1, sizeof *s);
    struct pace_limits limits = {.requests_per_minute = 600, .concurrency = 1};
    (void)state;
    s->service = (struct service){.window_ms = MINUTE, .in_window = 600, .burst_every = 20, .burst_ms = 5000};
    s->latency_ms = 10;
    simulate(s, &limits, 20);
    assert_true(s->service.refused > 50);
    assert_int_equal(s->service.early, 0);
    test_free(s);
}

static void take(struct pace *pace, int64_t now)
{
    assert_int_equal(pace_ask(pace, 100, now), 0);
    assert_int_equal(pace_start(pace, 0, now), 0);
}

/* One call that ends as `result`, at the first moment that it may. */
static int64_t one_call(struct pace *pace, enum pace_result result, int64_t now)
{
    int64_t wait;
    while ((wait = pace_ask(pace, 100, now)) > 0)
        now += wait;
    assert_int_equal(pace_start(pace, 0, now), 0);
    pace_done(pace, result, 0, 0, now + 5);
    return now + 5;
}

static void concurrency_begins_at_two_grows_by_answers_and_is_halved_by_overload(void **state)
{
    struct pace pace;
    struct pace_limits limits = {.requests_per_minute = 60000, .concurrency = 6};
    int64_t now = 0;
    (void)state;
    pace_init(&pace, &limits, now);
    assert_int_equal(pace_concurrency(&pace), 2);
    for (int i = 0; i < 2; i++)
        now = one_call(&pace, PACE_ANSWERED, now);
    assert_int_equal(pace_concurrency(&pace), 2); /* 2 + 1/2 + 1/2.5 */
    now = one_call(&pace, PACE_ANSWERED, now);
    assert_int_equal(pace_concurrency(&pace), 3);
    for (int i = 0; i < 100; i++)
        now = one_call(&pace, PACE_ANSWERED, now);
    assert_int_equal(pace_concurrency(&pace), 6); /* never more than it may */
    now = one_call(&pace, PACE_OVERLOADED, now);
    assert_int_equal(pace_concurrency(&pace), 3);
    now = one_call(&pace, PACE_OVERLOADED, now); /* the same overload: within 5 s */
    assert_int_equal(pace_concurrency(&pace), 3);
    now = one_call(&pace, PACE_OVERLOADED, now + PACE_CUT_EVERY_MS);
    assert_int_equal(pace_concurrency(&pace), 1);
    now = one_call(&pace, PACE_TOLD, now); /* a refusal says nothing of the load */
    assert_int_equal(pace_concurrency(&pace), 1);
    pace_clear(&pace);
}

static void no_more_calls_than_the_concurrency_are_under_way(void **state)
{
    struct pace pace;
    struct pace_limits limits = {.requests_per_minute = 6000, .concurrency = 6};
    (void)state;
    pace_init(&pace, &limits, 0);
    take(&pace, 0);
    take(&pace, 0);
    assert_true(pace_ask(&pace, 100, MINUTE) == PACE_UNTIL_CHANGE);
    pace_done(&pace, PACE_TOLD, 0, 0, MINUTE);
    take(&pace, MINUTE);
    assert_true(pace_ask(&pace, 100, MINUTE * 2) == PACE_UNTIL_CHANGE);
    pace_clear(&pace);
}

/* Opens the breaker by overload at concurrency 1; returns when. */
static int64_t overload(struct pace *pace, int64_t now)
{
    while (pace->breaker == WRITER_CLOSED)
        now = one_call(pace, PACE_OVERLOADED, now + PACE_CUT_EVERY_MS);
    return now;
}

static void three_cuts_in_a_row_at_one_open_the_breaker(void **state)
{
    struct pace pace;
    struct pace_limits limits = {.requests_per_minute = 6000, .concurrency = 4};
    (void)state;
    pace_init(&pace, &limits, 0);
    int64_t now = one_call(&pace, PACE_OVERLOADED, PACE_CUT_EVERY_MS); /* 2 to 1 */
    for (int i = 0; i < 2; i++)
        now = one_call(&pace, PACE_OVERLOADED, now + PACE_CUT_EVERY_MS);
    assert_int_equal(pace.breaker, WRITER_CLOSED);
    now = one_call(&pace, PACE_ANSWERED, now); /* not in a row */
    now = one_call(&pace, PACE_OVERLOADED, now + PACE_CUT_EVERY_MS);
    assert_int_equal(pace_concurrency(&pace), 1);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pace.breaker, WRITER_CLOSED);
        now = one_call(&pace, PACE_OVERLOADED, now + PACE_CUT_EVERY_MS);
    }
    now = overload(&pace, now);
    assert_int_equal(pace.breaker, WRITER_OPEN);
    assert_int_equal(pace_ask(&pace, 100, now), PACE_OPEN_MS);
    assert_int_equal(pace_not_before_ms(&pace, now), PACE_OPEN_MS);
    pace_clear(&pace);
}

static void an_open_breaker_lets_exactly_one_probe_through(void **state)
{
    static const struct {
        enum pace_result result;
        enum writer_breaker after;
    } ROWS[] = {{PACE_ANSWERED, WRITER_CLOSED},
                {PACE_TOLD, WRITER_CLOSED},
                {PACE_OVERLOADED, WRITER_OPEN},
                {PACE_MISSED, WRITER_OPEN}};
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        struct pace pace;
        struct pace_limits limits = {.requests_per_minute = 6000, .concurrency = 8};
        pace_init(&pace, &limits, 0);
        int64_t now = overload(&pace, 0);
        assert_true(pace_ask(&pace, 100, now + PACE_OPEN_MS - 1) > 0);
        now += PACE_OPEN_MS;
        take(&pace, now);
        assert_int_equal(pace.breaker, WRITER_PROBING);
        for (int64_t later = now; later < now + 10 * MINUTE; later += 1000)
            assert_true(pace_ask(&pace, 100, later) == PACE_UNTIL_CHANGE);
        pace_done(&pace, ROWS[i].result, 0, 0, now + 10 * MINUTE);
        assert_int_equal(pace.breaker, ROWS[i].after);
        if (ROWS[i].after == WRITER_OPEN)
            assert_int_equal(pace_ask(&pace, 100, now + 10 * MINUTE), PACE_OPEN_MS);
        else
            assert_int_equal(pace_ask(&pace, 100, now + 10 * MINUTE), 0);
        pace_clear(&pace);
    }
}

static void a_place_that_was_not_used_gives_its_tokens_back(void **state)
{
    (void)state;
    struct pace pace;
    struct pace_limits limits = {.requests_per_minute = 6000, .tokens_per_minute = 100000, .concurrency = 8};
    pace_init(&pace, &limits, 0);
    for (int64_t now = 0; now < 100 * 100; now += 100) { /* far more than the bucket holds, none of it used */
        assert_int_equal(pace_ask(&pace, 100, now), 0);
        pace_leave(&pace, 100, now);
    }
    pace_clear(&pace);
}

static void a_probe_that_was_not_made_leaves_it_to_the_next(void **state)
{
    struct pace pace;
    struct pace_limits limits = {.requests_per_minute = 6000, .concurrency = 8};
    (void)state;
    pace_init(&pace, &limits, 0);
    int64_t now = overload(&pace, 0) + PACE_OPEN_MS;
    assert_int_equal(pace_ask(&pace, 100, now), 0);
    pace_leave(&pace, 0, now);
    assert_int_equal(pace.breaker, WRITER_OPEN);
    assert_int_equal(pace_ask(&pace, 100, now), 0);
    assert_true(pace_ask(&pace, 100, now) == PACE_UNTIL_CHANGE);
    pace_clear(&pace);
}

static void a_probe_waits_for_those_who_are_still_under_way(void **state)
{
    struct pace pace;
    struct pace_limits limits = {.requests_per_minute = 60000, .concurrency = 8};
    int64_t now = 0;
    (void)state;
    pace_init(&pace, &limits, now);
    take(&pace, now); /* takes very long */
    for (int i = 0; i < PACE_MISSES; i++) {
        assert_int_equal(pace.breaker, WRITER_CLOSED);
        now = one_call(&pace, PACE_MISSED, now);
    }
    assert_int_equal(pace.breaker, WRITER_OPEN);
    now += PACE_OPEN_MS;
    assert_true(pace_ask(&pace, 100, now) == PACE_UNTIL_CHANGE);
    pace_done(&pace, PACE_ANSWERED, 0, 0, now); /* a latecomer does not close it */
    assert_int_equal(pace.breaker, WRITER_OPEN);
    take(&pace, now);
    assert_int_equal(pace.breaker, WRITER_PROBING);
    pace_clear(&pace);
}

static void a_said_time_holds_for_all_with_up_to_a_quarter_on_top(void **state)
{
    struct pace pace;
    struct pace_limits limits = {.requests_per_minute = 6000, .concurrency = 8};
    (void)state;
    pace_init(&pace, &limits, 0);
    take(&pace, 0);
    assert_int_equal(pace_ask(&pace, 100, 0), 0); /* a place that is not used yet */
    pace_done(&pace, PACE_OVERLOADED, 8000, 0.5, 10);
    assert_int_equal(pace_not_before_ms(&pace, 10), 9000);
    assert_int_equal(pace_start(&pace, 0, 10), 9000); /* it was admitted, and must wait all the same */
    assert_int_equal(pace.places + pace.under_way, 0);
    assert_int_equal(pace_ask(&pace, 100, 9009), 1);
    assert_int_equal(pace_ask(&pace, 100, 9010), 0);
    pace_clear(&pace);
}

static void a_shorter_time_does_not_take_back_a_longer_one(void **state)
{
    struct pace pace;
    struct pace_limits limits = {.requests_per_minute = 6000, .concurrency = 8};
    (void)state;
    pace_init(&pace, &limits, 0);
    take(&pace, 0);
    take(&pace, 0);
    pace_done(&pace, PACE_OVERLOADED, 20000, 0, 10);
    pace_done(&pace, PACE_OVERLOADED, 1000, 0, 20);
    assert_int_equal(pace_not_before_ms(&pace, 20), 19990);
    pace_clear(&pace);
}

static void tokens_a_minute_are_kept(void **state)
{
    struct pace pace;
    struct pace_limits limits = {.requests_per_minute = 6000, .tokens_per_minute = 30000, .concurrency = 64};
    int64_t now = 0, sent = 0, wait;
    (void)state;
    pace_init(&pace, &limits, now);
    while (now < 10 * MINUTE)
        if ((wait = pace_ask(&pace, 3000, now)) > 0) {
            now += wait;
        } else {
            assert_int_equal(pace_start(&pace, 0, now), 0);
            pace_done(&pace, PACE_ANSWERED, 0, 0, now);
            sent += 3000;
        }
    assert_in_range(sent, 270000, 300000); /* 10 minutes of 30,000 */
    pace_clear(&pace);
}

/* Places that were taken and are used late come on top of what has left: the minute holds for both. */
static void what_leaves_late_still_counts_in_its_own_minute(void **state)
{
    struct pace pace;
    struct pace_limits limits = {.requests_per_minute = 2, .concurrency = 2};
    (void)state;
    pace_init(&pace, &limits, 0);
    assert_int_equal(pace_ask(&pace, 100, 0), 0);
    assert_int_equal(pace_ask(&pace, 100, 40000), 0);
    assert_int_equal(pace_start(&pace, 0, 50000), 0); /* the first one, 50 s late */
    assert_int_equal(pace_start(&pace, 0, 50000), 0);
    pace_done(&pace, PACE_ANSWERED, 0, 0, 50001);
    pace_done(&pace, PACE_ANSWERED, 0, 0, 50001);
    assert_int_equal(pace_last_minute(&pace, 60000), 2);
    assert_true(pace_ask(&pace, 100, 100000) >= 10000); /* the bucket alone would say now */
    assert_int_equal(pace_ask(&pace, 100, 110250), 0);
    assert_int_equal(pace_last_minute(&pace, 110250), 0);
    pace_clear(&pace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(d21_a_permitted_rate_is_kept_and_used),
        cmocka_unit_test(d21_no_request_leaves_before_its_time),
        cmocka_unit_test(concurrency_begins_at_two_grows_by_answers_and_is_halved_by_overload),
        cmocka_unit_test(no_more_calls_than_the_concurrency_are_under_way),
        cmocka_unit_test(three_cuts_in_a_row_at_one_open_the_breaker),
        cmocka_unit_test(an_open_breaker_lets_exactly_one_probe_through),
        cmocka_unit_test(a_place_that_was_not_used_gives_its_tokens_back),
        cmocka_unit_test(a_probe_that_was_not_made_leaves_it_to_the_next),
        cmocka_unit_test(a_probe_waits_for_those_who_are_still_under_way),
        cmocka_unit_test(a_said_time_holds_for_all_with_up_to_a_quarter_on_top),
        cmocka_unit_test(a_shorter_time_does_not_take_back_a_longer_one),
        cmocka_unit_test(tokens_a_minute_are_kept),
        cmocka_unit_test(what_leaves_late_still_counts_in_its_own_minute),
    };
    return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}

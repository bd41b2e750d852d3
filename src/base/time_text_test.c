/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Instants against known answers: leap years, offsets, and the days on which zones do odd things. The zones' own facts are
 * those of the IANA tz database. */
#include "base/time_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/thread.h"

#define COPENHAGEN STR("Europe/Copenhagen")
#define NEW_YORK STR("America/New_York")
#define UTC STR("UTC")

/* The instant of a text that must be right. */
static int64_t at(const char *text)
{
    int64_t instant = TIME_NONE;
    assert_int_equal(time_from_text(str_of(text), &instant), RC_OK);
    return instant;
}

/* The day of a date that must be right. */
static int64_t day_of(const char *text)
{
    int64_t instant = TIME_NONE;
    assert_int_equal(time_from_text_or_day(str_of(text), UTC, &instant), RC_OK);
    return instant / TIME_DAY_MS;
}

static void known_instants_read_and_write(void **state)
{
    (void)state;
    static const struct {
        int64_t instant;
        const char *text;
    } ROWS[] = {
        {0, "1970-01-01T00:00:00Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {951782400000, "2000-02-29T00:00:00Z"},
        {1234567890000, "2009-02-13T23:31:30Z"},
        {1645557742000, "2022-02-22T19:22:22Z"}, /* RFC 9562 appendix A */
        {1795543391250, "2026-11-24T18:03:11.250Z"},
        {1795543391005, "2026-11-24T18:03:11.005Z"},
        {4107542400000, "2100-03-01T00:00:00Z"},
        {-62135596800000, "0001-01-01T00:00:00Z"},
        {253402300799999, "9999-12-31T23:59:59.999Z"},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        struct str text = time_to_text(ROWS[i].instant, &arena);
        assert_string_equal(text.ptr, ROWS[i].text);
        assert_true(at(ROWS[i].text) == ROWS[i].instant);
    }
    arena_clear(&arena);
}

static void what_has_no_text_gives_none(void **state)
{
    (void)state;
    struct arena arena = {0};
    static const int64_t OUTSIDE[] = {TIME_NONE, INT64_MAX, -62135596800001, 253402300800000};
    for (size_t i = 0; i < sizeof(OUTSIDE) / sizeof(OUTSIDE[0]); i++) {
        assert_true(str_is_none(time_to_text(OUTSIDE[i], &arena)));
        assert_true(str_is_none(time_to_rfc5322(OUTSIDE[i], &arena)));
    }
    assert_true(str_is_none(time_day_to_text(INT64_MAX, &arena)));
    assert_true(str_is_none(time_day_to_text(INT64_MIN, &arena)));
    assert_null(arena.head);
}

static void offsets_and_fractions_are_understood(void **state)
{
    (void)state;
    int64_t noon = at("2026-11-24T12:00:00Z");
    assert_true(at("2026-11-24T12:00Z") == noon);
    assert_true(at("2026-11-24T13:00:00+01:00") == noon);
    assert_true(at("2026-11-24T06:30-05:30") == noon);
    assert_true(at("2026-11-24T12:00:00-00:00") == noon);
    assert_true(at("2026-11-25T01:45:00+13:45") == noon);
    assert_true(at("2026-11-24T12:00:00.1Z") == noon + 100);
    assert_true(at("2026-11-24T12:00:00.12Z") == noon + 120);
    assert_true(at("2026-11-24T12:00:00.123999999Z") == noon + 123);
    assert_true(at("1969-12-31T23:59:59.25Z") == -750);
}

static void anything_else_is_refused_and_leaves_the_result_alone(void **state)
{
    (void)state;
    static const char *const BAD[] = {
        "",
        "2026",
        "2026-11-24",
        "2026-11-24T",
        "2026-11-24T12Z",
        "2026-11-24T12:00",
        "2026-11-24T12:00:00",
        "2026-11-24 12:00:00Z",
        "2026-11-24t12:00:00Z",
        "2026-11-24T12:00:00z",
        "2026-11-24T12:00:00.Z",
        "2026-11-24T12:00:00,5Z",
        "2026-11-24T12:00.5Z",
        "2026-11-24T12:00:00+0100",
        "2026-11-24T12:00:00+01",
        "2026-11-24T12:00:00+24:00",
        "2026-11-24T12:00:00+01:60",
        "2026-11-24T12:00:00Z ",
        " 2026-11-24T12:00:00Z",
        "2026-11-24T24:00:00Z",
        "2026-11-24T12:60:00Z",
        "2026-12-31T23:59:60Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-11-31T00:00:00Z",
        "2026-11-00T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "-2026-11-24T12:00:00Z",
        "+2026-11-24T12:00:00Z",
        "12026-11-24T12:00:00Z",
        "2026-11-2412:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
    };
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        int64_t instant = 4711;
        assert_int_equal(time_from_text(str_of(BAD[i]), &instant), RC_INVALID);
        assert_true(instant == 4711);
    }
    int64_t instant = 4711;
    assert_int_equal(time_from_text(STR_NONE, &instant), RC_INVALID);
    assert_int_equal(time_from_text((struct str){"2026-11-24T12:00:00Z\0", 21}, &instant), RC_INVALID);
    assert_int_equal(time_from_text_or_day(STR("2026-02-30"), UTC, &instant), RC_INVALID);
    assert_int_equal(time_from_text_or_day(STR("24.11.2026"), UTC, &instant), RC_INVALID);
    assert_true(instant == 4711);
}

static void the_strict_form_is_utc_with_seconds_and_at_most_milliseconds(void **state)
{
    (void)state;
    static const char *const GOOD[] = {"2026-11-24T18:03:11Z", "2026-11-24T18:03:11.2Z", "2026-11-24T18:03:11.250Z"};
    static const char *const BAD[] = {
        "2026-11-24T18:03Z",         "2026-11-24T18:03:11", "2026-11-24T18:03:11.2505Z", "2026-11-24T18:03:11+00:00",
        "2026-11-24T18:03:11-05:00", "2026-11-24",          "2026-02-30T18:03:11Z",      "",
        "ZZZZZZZZZZZZZZZZZZZZ"};
    int64_t strict, loose;
    for (size_t i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++) {
        assert_int_equal(time_from_instant(str_of(GOOD[i]), &strict), RC_OK);
        assert_int_equal(time_from_text(str_of(GOOD[i]), &loose), RC_OK);
        assert_true(strict == loose);
    }
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
        assert_int_equal(time_from_instant(str_of(BAD[i]), &strict), RC_INVALID);
    assert_int_equal(time_from_instant(STR_NONE, &strict), RC_INVALID);
}

static void every_day_of_four_centuries_follows_the_one_before(void **state)
{
    (void)state;
    struct arena arena = {0};
    int64_t first = day_of("1800-01-01");
    for (int64_t day = first; day < first + 146097; day++) {
        struct str text = time_day_to_text(day, &arena);
        int64_t instant;
        assert_int_equal(time_from_text_or_day(text, UTC, &instant), RC_OK);
        assert_true(instant == day * TIME_DAY_MS);
        assert_true(time_day(instant, UTC) == day && time_day(instant - 1, UTC) == day - 1);
    }
    assert_true(day_of("2200-01-01") == first + 146097); /* the Gregorian calendar repeats after 146,097 days */
    arena_clear(&arena);
}

static void mail_dates_are_those_of_rfc_5322(void **state)
{
    (void)state;
    struct arena arena = {0};
    assert_string_equal(time_to_rfc5322(1795543391250, &arena).ptr, "Tue, 24 Nov 2026 18:03:11 +0000");
    assert_string_equal(time_to_rfc5322(0, &arena).ptr, "Thu, 01 Jan 1970 00:00:00 +0000");
    assert_string_equal(time_to_rfc5322(at("1997-11-21T09:55:06-06:00"), &arena).ptr,
                        "Fri, 21 Nov 1997 15:55:06 +0000");
    assert_string_equal(time_to_rfc5322(-1, &arena).ptr, "Wed, 31 Dec 1969 23:59:59 +0000");
    arena_clear(&arena);
}

static void zone_names_are_iana_names(void **state)
{
    (void)state;
    static const char *const GOOD[] = {"UTC",
                                       "Etc/UTC",
                                       "GMT",
                                       "Europe/Copenhagen",
                                       "America/New_York",
                                       "EST",
                                       "America/Argentina/ComodRivadavia",
                                       "Etc/GMT+5"};
    /* Among the bad: what ICU would accept, but as something else than a person means (BST is Dhaka to it). */
    static const char *const BAD[] = {"Mars/Olympus", "europe/copenhagen", "BST",         "PST",   "GMT+3",
                                      "GMT-03:00",    "SystemV/EST5",      "Etc/Unknown", "UTC+1", " UTC",
                                      "+01:00",       "Europe/K\xc3\xb8"};
    for (size_t i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++)
        assert_true(time_zone_is_valid(str_of(GOOD[i])));
    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
        assert_false(time_zone_is_valid(str_of(BAD[i])));
    char wide[300];
    memset(wide, 'A', sizeof(wide));
    assert_false(time_zone_is_valid((struct str){wide, sizeof(wide)}));
    assert_false(time_zone_is_valid((struct str){"Europe/Paris\0x", 14}));
    assert_false(time_zone_is_valid(STR("")));
    assert_false(time_zone_is_valid(STR_NONE));
}

static void an_unknown_zone_counts_as_utc(void **state)
{
    (void)state;
    int64_t instant = at("2026-07-01T23:30:00Z");
    assert_true(time_day(instant, STR("Mars/Olympus")) == day_of("2026-07-01"));
    assert_true(time_day(instant, STR_NONE) == day_of("2026-07-01"));
    assert_true(time_day_start(20000, STR("Mars/Olympus")) == 20000 * TIME_DAY_MS);
    assert_int_equal(time_minute_of_day(instant, STR("")), 23 * 60 + 30);
}

static void days_turn_at_the_zones_own_midnight(void **state)
{
    (void)state;
    static const struct {
        const char *instant;
        const char *zone;
        const char *day;
        int minute;
    } ROWS[] = {
        {"2026-01-10T22:59:59.999Z", "Europe/Copenhagen", "2026-01-10", 1439},
        {"2026-01-10T23:00:00Z", "Europe/Copenhagen", "2026-01-11", 0},
        {"2026-07-10T21:59:59Z", "Europe/Copenhagen", "2026-07-10", 1439},
        {"2026-07-10T22:00:00Z", "Europe/Copenhagen", "2026-07-11", 0},
        {"2026-01-11T04:59:00Z", "America/New_York", "2026-01-10", 1439},
        {"2026-07-11T04:00:00Z", "America/New_York", "2026-07-11", 0},
        {"2026-07-11T03:59:59Z", "America/New_York", "2026-07-10", 1439},
        {"2026-07-11T18:14:59Z", "Asia/Kathmandu", "2026-07-11", 1439}, /* +05:45 */
        {"2026-07-11T18:15:00Z", "Asia/Kathmandu", "2026-07-12", 0},
        {"1969-12-31T23:00:00Z", "Europe/Copenhagen", "1970-01-01", 0},
        {"1950-06-30T23:30:00Z", "Europe/London", "1950-07-01", 30},      /* before the table */
        {"2150-01-10T04:30:00Z", "America/New_York", "2150-01-09", 1410}, /* behind it */
    };
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        int64_t instant = at(ROWS[i].instant);
        assert_true(time_day(instant, str_of(ROWS[i].zone)) == day_of(ROWS[i].day));
        assert_int_equal(time_minute_of_day(instant, str_of(ROWS[i].zone)), ROWS[i].minute);
    }
}

/* Copenhagen: +1, on 2026-03-29 at 01:00Z +2, on 2026-10-25 at 01:00Z +1.
 * New York: -5, on 2026-03-08 at 07:00Z -4, on 2026-11-01 at 06:00Z -5. */
static void days_of_the_clock_change_are_23_and_25_hours_long(void **state)
{
    (void)state;
    static const struct {
        const char *zone;
        const char *day;
        const char *start;
        int hours;
    } ROWS[] = {
        {"Europe/Copenhagen", "2026-03-28", "2026-03-27T23:00:00Z", 24},
        {"Europe/Copenhagen", "2026-03-29", "2026-03-28T23:00:00Z", 23},
        {"Europe/Copenhagen", "2026-03-30", "2026-03-29T22:00:00Z", 24},
        {"Europe/Copenhagen", "2026-10-25", "2026-10-24T22:00:00Z", 25},
        {"Europe/Copenhagen", "2026-10-26", "2026-10-25T23:00:00Z", 24},
        {"America/New_York", "2026-03-08", "2026-03-08T05:00:00Z", 23},
        {"America/New_York", "2026-03-09", "2026-03-09T04:00:00Z", 24},
        {"America/New_York", "2026-11-01", "2026-11-01T04:00:00Z", 25},
        {"America/New_York", "2026-11-02", "2026-11-02T05:00:00Z", 24},
    };
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        struct str zone = str_of(ROWS[i].zone);
        int64_t day = day_of(ROWS[i].day);
        int64_t start = time_day_start(day, zone);
        assert_true(start == at(ROWS[i].start));
        assert_true(time_day_start(day + 1, zone) - start == ROWS[i].hours * TIME_HOUR_MS);
        assert_true(time_day(start, zone) == day && time_day(start - 1, zone) == day - 1);
    }
    /* The hour that is skipped, and the one that comes twice. */
    assert_int_equal(time_minute_of_day(at("2026-03-29T00:59:59Z"), COPENHAGEN), 119);
    assert_int_equal(time_minute_of_day(at("2026-03-29T01:00:00Z"), COPENHAGEN), 180);
    assert_int_equal(time_minute_of_day(at("2026-11-01T05:30:00Z"), NEW_YORK), 90);
    assert_int_equal(time_minute_of_day(at("2026-11-01T06:30:00Z"), NEW_YORK), 90);
}

static void days_without_a_plain_midnight_still_have_a_start(void **state)
{
    (void)state;
    /* Beirut jumps from 00:00 to 01:00. */
    int64_t day = day_of("2022-03-27");
    assert_true(time_day_start(day, STR("Asia/Beirut")) == at("2022-03-26T22:00:00Z"));
    assert_int_equal(time_minute_of_day(time_day_start(day, STR("Asia/Beirut")), STR("Asia/Beirut")), 60);
    /* St. John's went back from 00:01 to 23:01: the day began twice, and the first time counts. */
    day = day_of("2010-11-07");
    assert_true(time_day_start(day, STR("America/St_Johns")) == at("2010-11-07T02:30:00Z"));
    /* Apia had no 30 December 2011: its start is where the next day begins. */
    day = day_of("2011-12-30");
    assert_true(time_day_start(day, STR("Pacific/Apia")) == at("2011-12-30T10:00:00Z"));
    assert_true(time_day_start(day + 1, STR("Pacific/Apia")) == at("2011-12-30T10:00:00Z"));
    assert_true(time_day(at("2011-12-30T10:00:00Z"), STR("Pacific/Apia")) == day + 1);
    assert_true(time_day(at("2011-12-30T09:59:59Z"), STR("Pacific/Apia")) == day - 1);
}

static void a_bare_day_is_its_start_in_the_zone(void **state)
{
    (void)state;
    int64_t instant = 0;
    assert_int_equal(time_from_text_or_day(STR("2026-07-11"), NEW_YORK, &instant), RC_OK);
    assert_true(instant == at("2026-07-11T04:00:00Z"));
    assert_int_equal(time_from_text_or_day(STR("2026-07-11T00:00:00Z"), NEW_YORK, &instant), RC_OK);
    assert_true(instant == at("2026-07-11T00:00:00Z"));
}

static void hours_of_the_week_begin_on_monday(void **state)
{
    (void)state;
    assert_int_equal(time_hour_of_week(at("2026-11-23T00:00:00Z"), UTC), 0); /* a Monday */
    assert_int_equal(time_hour_of_week(at("2026-11-22T23:59:59Z"), UTC), 167);
    assert_int_equal(time_hour_of_week(at("2026-11-24T18:03:11Z"), UTC), 24 + 18);
    assert_int_equal(time_hour_of_week(at("2026-11-22T23:30:00Z"), COPENHAGEN), 0);
    assert_int_equal(time_hour_of_week(at("2026-11-23T04:59:59Z"), NEW_YORK), 167);
    assert_int_equal(time_hour_of_week(at("1969-12-29T00:00:00Z"), UTC), 0); /* a Monday before 1970 */
}

static void months_are_the_zones_own(void **state)
{
    (void)state;
    assert_int_equal(time_month(at("2026-12-31T23:30:00Z"), UTC), 12);
    assert_int_equal(time_month(at("2026-12-31T23:30:00Z"), COPENHAGEN), 1);
    assert_int_equal(time_month(at("2024-02-29T12:00:00Z"), UTC), 2);
}

static void instants_out_of_all_bounds_do_no_harm(void **state)
{
    (void)state;
    static const int64_t WILD[] = {INT64_MIN, INT64_MIN + 1, INT64_MAX};
    for (size_t i = 0; i < sizeof(WILD) / sizeof(WILD[0]); i++) {
        int minute = time_minute_of_day(WILD[i], NEW_YORK);
        assert_true(minute >= 0 && minute < 1440);
        int hour = time_hour_of_week(WILD[i], COPENHAGEN);
        assert_true(hour >= 0 && hour < 168);
        int64_t first = time_day_start(WILD[i], NEW_YORK);
        assert_true(first > -62135700000000 && first < 253402400000000);
    }
}

#define ZONES 6
static const char *const RACE_ZONES[ZONES] = {"Asia/Tokyo",      "Asia/Kolkata", "Australia/Sydney",
                                              "America/Caracas", "Africa/Cairo", "Pacific/Auckland"};

static void ask_all(void *arg)
{
    int64_t *sum = arg;
    for (int round = 0; round < 300; round++) {
        for (int i = 0; i < ZONES; i++)
            *sum += time_day(1795543391250 + round * 7 * TIME_HOUR_MS, str_of(RACE_ZONES[i]));
    }
}

static void threads_that_meet_new_zones_together_agree(void **state)
{
    (void)state;
    int64_t sums[4] = {0};
    struct thread threads[4];
    for (int i = 0; i < 4; i++)
        thread_start(&threads[i], "ask", ask_all, &sums[i]);
    for (int i = 0; i < 4; i++)
        thread_join(&threads[i]);
    int64_t expected = 0;
    ask_all(&expected);
    for (int i = 0; i < 4; i++)
        assert_true(sums[i] == expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_that_meet_new_zones_together_agree), /* first: no zone is known yet */
        cmocka_unit_test(known_instants_read_and_write),
        cmocka_unit_test(what_has_no_text_gives_none),
        cmocka_unit_test(offsets_and_fractions_are_understood),
        cmocka_unit_test(anything_else_is_refused_and_leaves_the_result_alone),
        cmocka_unit_test(the_strict_form_is_utc_with_seconds_and_at_most_milliseconds),
        cmocka_unit_test(every_day_of_four_centuries_follows_the_one_before),
        cmocka_unit_test(mail_dates_are_those_of_rfc_5322),
        cmocka_unit_test(zone_names_are_iana_names),
        cmocka_unit_test(an_unknown_zone_counts_as_utc),
        cmocka_unit_test(days_turn_at_the_zones_own_midnight),
        cmocka_unit_test(days_of_the_clock_change_are_23_and_25_hours_long),
        cmocka_unit_test(days_without_a_plain_midnight_still_have_a_start),
        cmocka_unit_test(a_bare_day_is_its_start_in_the_zone),
        cmocka_unit_test(hours_of_the_week_begin_on_monday),
        cmocka_unit_test(months_are_the_zones_own),
        cmocka_unit_test(instants_out_of_all_bounds_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The calendar and the text forms of instants. Days are counted on the proleptic Gregorian calendar by arithmetic alone
 * (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"); only a zone's offset is asked of base/time_zone.c. */
#include "base/time_text.h"

#include <string.h>

#include "base/time_zone.h"

/* 0001-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z. */
#define FIRST_INSTANT_MS (-62135596800000LL)
#define LAST_INSTANT_MS 253402300799999LL

struct date {
    int year;
    int month; /* 1..12 */
    int day;   /* 1..31 */
};

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

/* Days since 1970-01-01 of a date from year 1 on. The year is taken to begin in March, so that 29 February ends it. */
static int64_t day_of_date(struct date date)
{
    int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    int64_t era = floor_div(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static struct date date_of_day(int64_t day)
{
    int64_t shifted = day + 719468; /* days since 0000-03-01 */
    int64_t era = floor_div(shifted, 146097);
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153; /* 0 = March */
    return (struct date){
        .year = (int)(year_of_era + era * 400 + (month >= 10)),
        .month = (int)(month < 10 ? month + 3 : month - 9),
        .day = (int)(day_of_year - (153 * month + 2) / 5 + 1),
    };
}

static int days_in_month(int year, int month)
{
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : DAYS[month - 1];
}

/* Writes `value` with exactly `width` digits and returns what follows. */
static char *put_digits(char *to, int64_t value, int width)
{
    for (int i = width - 1; i >= 0; i--) {
        to[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return to + width;
}

static char *put_char(char *to, char c)
{
    *to = c;
    return to + 1;
}

/* "YYYY-MM-DD" */
static char *put_date(char *to, struct date date)
{
    to = put_char(put_digits(to, date.year, 4), '-');
    to = put_char(put_digits(to, date.month, 2), '-');
    return put_digits(to, date.day, 2);
}

/* "HH:MM:SS" */
static char *put_clock(char *to, int64_t ms_of_day)
{
    to = put_char(put_digits(to, ms_of_day / TIME_HOUR_MS, 2), ':');
    to = put_char(put_digits(to, ms_of_day / TIME_MINUTE_MS % 60, 2), ':');
    return put_digits(to, ms_of_day / TIME_SECOND_MS % 60, 2);
}

static bool has_text(int64_t instant_ms) { return instant_ms >= FIRST_INSTANT_MS && instant_ms <= LAST_INSTANT_MS; }

struct str time_write(int64_t instant_ms, char out[TIME_TEXT_BYTES])
{
    if (!has_text(instant_ms))
        return STR_NONE;
    int64_t day = floor_div(instant_ms, TIME_DAY_MS);
    int64_t ms_of_day = instant_ms - day * TIME_DAY_MS;
    char *to = put_char(put_date(out, date_of_day(day)), 'T');
    to = put_clock(to, ms_of_day);
    if (ms_of_day % TIME_SECOND_MS != 0)
        to = put_digits(put_char(to, '.'), ms_of_day % TIME_SECOND_MS, 3);
    to = put_char(to, 'Z');
    *to = '\0';
    return (struct str){out, (size_t)(to - out)};
}

struct str time_to_text(int64_t instant_ms, struct arena *arena)
{
    char text[TIME_TEXT_BYTES];
    return arena_str(arena, time_write(instant_ms, text));
}

struct str time_day_to_text(int64_t day, struct arena *arena)
{
    if (!has_text(clamp(day, INT64_MIN / TIME_DAY_MS, INT64_MAX / TIME_DAY_MS) * TIME_DAY_MS))
        return STR_NONE;
    char text[10];
    (void)put_date(text, date_of_day(day));
    return arena_str(arena, (struct str){text, sizeof(text)});
}

struct str time_to_rfc5322(int64_t instant_ms, struct arena *arena)
{
    static const char WEEKDAYS[7][4] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"}; /* from 1970-01-01 */
    static const char MONTHS[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (!has_text(instant_ms))
        return STR_NONE;
    int64_t day = floor_div(instant_ms, TIME_DAY_MS);
    struct date date = date_of_day(day);
    char clock[9];
    *put_clock(clock, instant_ms - day * TIME_DAY_MS) = '\0';
    return arena_printf(arena, "%s, %02d %s %04d %s +0000", WEEKDAYS[day - 7 * floor_div(day, 7)], date.day,
                        MONTHS[date.month - 1], date.year, clock);
}

/* Takes exactly `width` digits off *text; false when they are not there. */
static bool take_digits(struct str *text, int width, int *out)
{
    if (text->len < (size_t)width)
        return false;
    int value = 0;
    for (int i = 0; i < width; i++) {
        char c = text->ptr[i];
        if (c < '0' || c > '9')
            return false;
        value = value * 10 + (c - '0');
    }
    *text = (struct str){text->ptr + width, text->len - (size_t)width};
    *out = value;
    return true;
}

static bool take_char(struct str *text, char c)
{
    if (text->len == 0 || text->ptr[0] != c)
        return false;
    *text = (struct str){text->ptr + 1, text->len - 1};
    return true;
}

static bool take_date(struct str *text, int64_t *day)
{
    struct date date;
    if (!take_digits(text, 4, &date.year) || !take_char(text, '-') || !take_digits(text, 2, &date.month) ||
        !take_char(text, '-') || !take_digits(text, 2, &date.day))
        return false;
    if (date.year < 1 || date.month < 1 || date.month > 12 || date.day < 1 ||
        date.day > days_in_month(date.year, date.month))
        return false;
    *day = day_of_date(date);
    return true;
}

/* ".fff..." behind the seconds: at least one digit; what is finer than a millisecond is cut off. */
static bool take_fraction(struct str *text, int *ms)
{
    int digit;
    int weight = 100;
    if (!take_digits(text, 1, &digit))
        return false;
    do {
        *ms += digit * weight;
        weight /= 10;
    } while (take_digits(text, 1, &digit));
    return true;
}

/* HH:MM[:SS[.fff...]] */
static bool take_clock(struct str *text, int64_t *ms_of_day)
{
    int hour;
    int minute;
    int second = 0;
    int ms = 0;
    if (!take_digits(text, 2, &hour) || !take_char(text, ':') || !take_digits(text, 2, &minute))
        return false;
    if (take_char(text, ':')) {
        if (!take_digits(text, 2, &second))
            return false;
        if (take_char(text, '.') && !take_fraction(text, &ms))
            return false;
    }
    *ms_of_day = hour * TIME_HOUR_MS + minute * TIME_MINUTE_MS + second * TIME_SECOND_MS + ms;
    return hour <= 23 && minute <= 59 && second <= 59;
}

/* "Z", or +hh:mm east of Greenwich */
static bool take_offset(struct str *text, int64_t *offset_ms)
{
    int hour;
    int minute;
    *offset_ms = 0;
    if (take_char(text, 'Z'))
        return true;
    bool west = take_char(text, '-');
    if (!west && !take_char(text, '+'))
        return false;
    if (!take_digits(text, 2, &hour) || !take_char(text, ':') || !take_digits(text, 2, &minute))
        return false;
    *offset_ms = (hour * TIME_HOUR_MS + minute * TIME_MINUTE_MS) * (west ? -1 : 1);
    return hour <= 23 && minute <= 59;
}

enum rc time_from_text(struct str text, int64_t *out_ms)
{
    int64_t day;
    int64_t ms_of_day;
    int64_t offset_ms;
    if (!take_date(&text, &day) || !take_char(&text, 'T') || !take_clock(&text, &ms_of_day) ||
        !take_offset(&text, &offset_ms) || text.len > 0)
        return RC_INVALID;
    int64_t instant_ms = day * TIME_DAY_MS + ms_of_day - offset_ms;
    if (!has_text(instant_ms))
        return RC_INVALID;
    *out_ms = instant_ms;
    return RC_OK;
}

enum rc time_from_instant(struct str text, int64_t *out_ms)
{
    enum { SHORTEST = sizeof("2026-11-24T18:03:11Z") - 1 };
    if (text.len < SHORTEST || text.len >= TIME_TEXT_BYTES || text.ptr[text.len - 1] != 'Z')
        return RC_INVALID;
    return time_from_text(text, out_ms);
}

enum rc time_from_text_or_day(struct str text, struct str zone, int64_t *out_ms)
{
    int64_t day;
    struct str rest = text;
    if (!take_date(&rest, &day) || rest.len > 0)
        return time_from_text(text, out_ms);
    *out_ms = time_day_start(day, zone);
    return RC_OK;
}

bool time_zone_is_valid(struct str zone)
{
    return !str_is_empty(zone) && (time_zone_is_utc(zone) || time_zone_find(zone) != NULL);
}

/* The wall clock of the zone, as if it were UTC. An instant outside the years 1 to 9999 (TIME_NONE too) counts as the
 * nearest one inside, so that no sum can overflow. */
static int64_t wall_ms(int64_t instant_ms, struct str zone)
{
    int64_t inside = clamp(instant_ms, FIRST_INSTANT_MS, LAST_INSTANT_MS);
    const struct time_zone *found = time_zone_is_utc(zone) ? NULL : time_zone_find(zone);
    return found ? inside + time_zone_span(found, inside).offset_ms : inside;
}

int64_t time_day(int64_t instant_ms, struct str zone) { return floor_div(wall_ms(instant_ms, zone), TIME_DAY_MS); }

int64_t time_day_start(int64_t day, struct str zone)
{
    int64_t wanted = clamp(day, FIRST_INSTANT_MS / TIME_DAY_MS, LAST_INSTANT_MS / TIME_DAY_MS) * TIME_DAY_MS;
    const struct time_zone *found = time_zone_is_utc(zone) ? NULL : time_zone_find(zone);
    if (found == NULL)
        return wanted;
    /* The first instant whose wall clock shows the day's midnight or later: midnight may be skipped by a jump, be passed
     * twice, or the whole day may be missing. No zone was ever more than 16 hours off UTC. */
    struct time_span span = time_zone_span(found, wanted - 16 * TIME_HOUR_MS);
    for (;;) {
        int64_t start = wanted - span.offset_ms;
        if (start < span.from_ms)
            start = span.from_ms;
        if (start < span.to_ms)
            return start;
        span = time_zone_span(found, span.to_ms);
    }
}

int time_minute_of_day(int64_t instant_ms, struct str zone)
{
    int64_t wall = wall_ms(instant_ms, zone);
    return (int)((wall - floor_div(wall, TIME_DAY_MS) * TIME_DAY_MS) / TIME_MINUTE_MS);
}

int time_hour_of_week(int64_t instant_ms, struct str zone)
{
    int64_t hour = floor_div(wall_ms(instant_ms, zone), TIME_HOUR_MS) + 3 * 24; /* 1970-01-01 was a Thursday */
    return (int)(hour - floor_div(hour, 168) * 168);
}

int time_month(int64_t instant_ms, struct str zone) { return date_of_day(time_day(instant_ms, zone)).month; }

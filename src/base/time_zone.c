/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Why not ICU's calendar for each question: the day of an order is asked for every order of a shop, and an ICU calendar
 * costs microseconds, cannot be shared by threads, and takes long to open. So a zone's spans from 1970 to 2100 are read
 * once (at most some 270) and searched by halving. Zones hang in a list that only grows, at its head, and are never
 * changed after they are in it: readers need no lock. */
#include "base/time_zone.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/ucal.h>

#include "base/mem.h"
#include "base/thread.h"

#define NAME_MAX_BYTES 63           /* the longest IANA name has 32 */
#define TABLE_FROM_MS 0LL           /* 1970-01-01 */
#define TABLE_TO_MS 4102444800000LL /* 2100-01-01 */

struct time_zone {
    struct time_zone *next; /* fixed once the zone is in the list */
    char name[NAME_MAX_BYTES + 1];
    size_t name_len;
    size_t count;
    struct time_span *spans; /* in order, without gaps, covering TABLE_FROM_MS to TABLE_TO_MS */
};

static struct time_zone *_Atomic zones;
static struct lock adding = {PTHREAD_MUTEX_INITIALIZER};

bool time_zone_is_utc(struct str zone)
{
    return zone.len == 0 || str_equal(zone, STR("UTC")) || str_equal(zone, STR("Etc/UTC"));
}

/* ICU answers for some names that IANA never gave. */
static bool is_foreign_name(struct str name)
{
    static const struct str IANA_SHORT[] = {
        STR_INIT("CET"), STR_INIT("EET"), STR_INIT("EST"), STR_INIT("GMT"), STR_INIT("HST"), STR_INIT("MET"),
        STR_INIT("MST"), STR_INIT("PRC"), STR_INIT("ROC"), STR_INIT("ROK"), STR_INIT("UCT"), STR_INIT("WET"),
    };
    if (name.len == 3) {
        for (size_t i = 0; i < sizeof(IANA_SHORT) / sizeof(IANA_SHORT[0]); i++) {
            if (str_equal(name, IANA_SHORT[i]))
                return false;
        }
        return true;
    }
    return str_starts_with(name, STR("SystemV/")) || str_equal(name, STR("Etc/Unknown"));
}

/* The name in ICU's letters; false when it cannot be a zone. */
static bool to_icu_name(struct str name, UChar out[NAME_MAX_BYTES + 1])
{
    if (name.len == 0 || name.len > NAME_MAX_BYTES || is_foreign_name(name))
        return false;
    for (size_t i = 0; i < name.len; i++) {
        unsigned char byte = (unsigned char)name.ptr[i];
        if (byte <= ' ' || byte >= 0x7f)
            return false;
        out[i] = byte;
    }
    out[name.len] = 0;
    return true;
}

/* ICU fails here only without memory or without its data. */
static void must(UErrorCode error)
{
    if (U_FAILURE(error))
        abort();
}

static UCalendar *open_calendar(struct str name)
{
    UChar icu_name[NAME_MAX_BYTES + 1];
    UErrorCode error = U_ZERO_ERROR;
    if (!to_icu_name(name, icu_name))
        abort(); /* only names that were found before come here */
    UCalendar *calendar = ucal_open(icu_name, (int32_t)name.len, "en", UCAL_GREGORIAN, &error);
    must(error);
    return calendar;
}

/* One border of the span around the calendar's instant, or `open_end` when there is none. */
static int64_t read_border(const UCalendar *calendar, UTimeZoneTransitionType which, int64_t open_end)
{
    UErrorCode error = U_ZERO_ERROR;
    UDate border = 0;
    UBool found = ucal_getTimeZoneTransitionDate(calendar, which, &border, &error);
    must(error);
    return found ? (int64_t)border : open_end;
}

static struct time_span read_span(UCalendar *calendar, int64_t instant_ms)
{
    UErrorCode error = U_ZERO_ERROR;
    ucal_setMillis(calendar, (UDate)instant_ms, &error);
    int32_t offset_ms = ucal_get(calendar, UCAL_ZONE_OFFSET, &error) + ucal_get(calendar, UCAL_DST_OFFSET, &error);
    must(error);
    return (struct time_span){
        .from_ms = read_border(calendar, UCAL_TZ_TRANSITION_PREVIOUS_INCLUSIVE, INT64_MIN),
        .to_ms = read_border(calendar, UCAL_TZ_TRANSITION_NEXT, INT64_MAX),
        .offset_ms = offset_ms,
    };
}

static void read_all_spans(struct time_zone *zone)
{
    UCalendar *calendar = open_calendar((struct str){zone->name, zone->name_len});
    size_t cap = 0;
    int64_t at_ms = TABLE_FROM_MS;
    while (at_ms < TABLE_TO_MS) {
        if (zone->count == cap) {
            cap = cap ? cap * 2 : 16;
            zone->spans = mem_resize(zone->spans, cap, sizeof(zone->spans[0]));
        }
        struct time_span span = read_span(calendar, at_ms);
        zone->spans[zone->count++] = span;
        at_ms = span.to_ms;
    }
    ucal_close(calendar);
}

static bool icu_knows(struct str name)
{
    UChar icu_name[NAME_MAX_BYTES + 1];
    UChar canonical[128];
    UBool is_system = false; /* false for "GMT+3", which ICU makes up as it is asked */
    UErrorCode error = U_ZERO_ERROR;
    if (!to_icu_name(name, icu_name))
        return false;
    (void)ucal_getCanonicalTimeZoneID(icu_name, (int32_t)name.len, canonical, 128, &is_system, &error);
    return U_SUCCESS(error) && is_system;
}

static const struct time_zone *find_made(struct str name)
{
    const struct time_zone *zone = atomic_load_explicit(&zones, memory_order_acquire);
    while (zone != NULL && (zone->name_len != name.len || memcmp(zone->name, name.ptr, name.len) != 0))
        zone = zone->next;
    return zone;
}

/* Under the lock: another thread may have been first. */
static const struct time_zone *find_or_make(struct str name)
{
    const struct time_zone *made = find_made(name);
    if (made != NULL)
        return made;
    struct time_zone *zone = mem_new(1, sizeof(*zone));
    memcpy(zone->name, name.ptr, name.len);
    zone->name_len = name.len;
    read_all_spans(zone);
    zone->next = atomic_load_explicit(&zones, memory_order_relaxed);
    atomic_store_explicit(&zones, zone, memory_order_release);
    return zone;
}

const struct time_zone *time_zone_find(struct str zone)
{
    /* Most questions in a row are about one zone; the list of all that ICU knows would be some 600 long. */
    static _Thread_local const struct time_zone *last;
    if (zone.len == 0)
        return NULL;
    if (last != NULL && last->name_len == zone.len && memcmp(last->name, zone.ptr, zone.len) == 0)
        return last;
    const struct time_zone *found = find_made(zone);
    if (found == NULL && icu_knows(zone)) {
        lock_take(&adding);
        found = find_or_make(zone);
        lock_drop(&adding);
    }
    if (found != NULL)
        last = found;
    return found;
}

struct time_span time_zone_span(const struct time_zone *zone, int64_t instant_ms)
{
    if (instant_ms < TABLE_FROM_MS || instant_ms >= TABLE_TO_MS) {
        UCalendar *calendar = open_calendar((struct str){zone->name, zone->name_len});
        struct time_span span = read_span(calendar, instant_ms);
        ucal_close(calendar);
        return span;
    }
    size_t low = 0;
    size_t high = zone->count - 1;
    while (low < high) {
        size_t middle = (low + high + 1) / 2;
        if (zone->spans[middle].from_ms <= instant_ms)
            low = middle;
        else
            high = middle - 1;
    }
    return zone->spans[low];
}

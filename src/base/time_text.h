/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Instants are int64 milliseconds since 1970-01-01T00:00:00Z (no leap seconds). TIME_NONE is "no instant". Text is ISO 8601
 * (RFC 3339 profile, always Z on output). Days of a named zone come from ICU's tz data; the process's TZ is never set.
 * Any thread. */
#ifndef REKINDLE_BASE_TIME_TEXT_H
#define REKINDLE_BASE_TIME_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"

#define TIME_NONE INT64_MIN
#define TIME_SECOND_MS 1000LL
#define TIME_MINUTE_MS (60 * TIME_SECOND_MS)
#define TIME_HOUR_MS (60 * TIME_MINUTE_MS)
#define TIME_DAY_MS (24 * TIME_HOUR_MS)
#define TIME_TEXT_BYTES 25 /* of the longest text of an instant, with the NUL */

/* "2026-11-24T18:03:11.250Z" (".250" left out when 0). TIME_NONE gives STR_NONE, and so does all outside the years
 * 0001..9999. */
struct str time_to_text(int64_t instant_ms, struct arena *arena);
/* The same into memory of the caller, with a NUL behind it; the slice points there. */
struct str time_write(int64_t instant_ms, char out[TIME_TEXT_BYTES]);
/* Accepts `YYYY-MM-DDTHH:MM[:SS[.fff...]]` with Z or an offset +hh:mm or -hh:mm. Nothing else. What is finer than a
 * millisecond is cut off. RC_INVALID otherwise, *out_ms untouched. */
enum rc time_from_text(struct str text, int64_t *out_ms);
/* Only what time_to_text writes: `YYYY-MM-DDTHH:MM:SS[.f to .fff]Z`. For the API, whose instants have one form. */
enum rc time_from_instant(struct str text, int64_t *out_ms);
/* As time_from_text, and also a bare `YYYY-MM-DD`, taken as the start of that day in `zone`. For CSV. */
enum rc time_from_text_or_day(struct str text, struct str zone, int64_t *out_ms);
/* RFC 5322 date in UTC: "Tue, 24 Nov 2026 18:03:11 +0000". STR_NONE as above. */
struct str time_to_rfc5322(int64_t instant_ms, struct arena *arena);

bool time_zone_is_valid(struct str zone); /* an IANA name ICU knows, or UTC */
/* Day number (days since 1970-01-01) of the instant on the zone's calendar. An unknown zone counts as UTC. */
int64_t time_day(int64_t instant_ms, struct str zone);
int64_t time_day_start(int64_t day, struct str zone);          /* first instant of that day in the zone */
int time_minute_of_day(int64_t instant_ms, struct str zone);   /* 0..1439, wall clock */
int time_hour_of_week(int64_t instant_ms, struct str zone);    /* 0 = Monday 00:00 .. 167 */
int time_month(int64_t instant_ms, struct str zone);           /* 1..12 */
struct str time_day_to_text(int64_t day, struct arena *arena); /* "YYYY-MM-DD" */

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Offsets of named zones from ICU's tz data, for time_text.c alone. A zone is a list of spans of constant offset; it is
 * made once, at its first use, and lives as long as the process, so what find returns needs no free. Any thread. */
#ifndef REKINDLE_BASE_TIME_ZONE_H
#define REKINDLE_BASE_TIME_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct time_zone;

/* A stretch of time [from_ms, to_ms) in which the zone keeps one offset; INT64_MIN and INT64_MAX are open ends. */
struct time_span {
    int64_t from_ms;
    int64_t to_ms;
    int64_t offset_ms; /* wall clock minus UTC */
};

/* True for the names of UTC itself and for no name at all: those need no ICU. */
bool time_zone_is_utc(struct str zone);

/* The zone of an IANA name, NULL when ICU does not know it. ICU's own short names (BST is Dhaka to it), its SystemV zones
 * and its "GMT+3" forms are not IANA names and not found. Names are case-sensitive. */
const struct time_zone *time_zone_find(struct str zone);

/* The span the instant lies in. Fast from 1970 to 2100, by an ICU calendar of its own outside. */
struct time_span time_zone_span(const struct time_zone *zone, int64_t instant_ms);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The histories of a shop, counted: equal ones once, sorted by x, then tx, then T, with their times as places in a list of
 * all different times. The clients of a shop that counts in days have few different numbers in them, so that a likelihood
 * costs a few thousand logarithms and one short step a history. The order of the clients leaves no trace. */
#ifndef REKINDLE_CORE_FIT_HISTORIES_H
#define REKINDLE_CORE_FIT_HISTORIES_H

#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"
#include "core/chance.h"

struct history {
    uint32_t gaps;      /* x */
    uint32_t span, age; /* tx and T, places in times */
    uint32_t clients;   /* that have it, > 0 */
};
struct histories {
    struct history *rows;
    size_t count;
    double *times; /* rising */
    size_t time_count;
};

/* Counts `clients` (borrowed); empty after anything but RC_OK. RC_INVALID for a client whose gaps are not a whole number
 * within FIT_GAPS_EACH_MAX or whose times are negative or not finite, and for more clients than 32 bits count. */
enum rc histories_init(struct histories *all, const struct chance_client *clients, size_t count);
void histories_clear(struct histories *all); /* empty is fine */

#endif

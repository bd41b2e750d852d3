/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The arm of a person: sticky by keyed hash, so that the same person is always in the same group for a salt. */
#ifndef REKINDLE_CORE_HOLDOUT_H
#define REKINDLE_CORE_HOLDOUT_H

#include "core/episode.h"

/* What stands in episode.period of admissions that no arm was drawn for in earnest. */
#define PERIOD_REHEARSAL STR("rehearsal") /* no mail leaves */
#define PERIOD_UNDRAWN STR("undrawn")     /* the holdout share was 0 */

/* u = first 8 bytes of HMAC-SHA-256(salt bytes, person) / 2^64; holdout when u < share. A larger share keeps those that
 * were in a smaller one. The salt's bytes are those of its hex digits (up to 32); of a salt that is not hex, its SHA-256. */
enum episode_arm holdout_arm(struct str salt_hex, struct str person, double share);

#endif

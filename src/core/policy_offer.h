/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The offer in a policy's JSON: {"on","texts":{"en":..},"codes":"none"|"fixed"|"one_time","code","ends_at","cost_minor"}. An
 * empty object makes no offer, as policies saved before offers have it. Private to core/policy_json.c. */
#ifndef REKINDLE_CORE_POLICY_OFFER_H
#define REKINDLE_CORE_POLICY_OFFER_H

#include "core/policy.h"

#define OFFER_TEXT_MAX 300 /* code points */
#define OFFER_COST_MAX 10000000.0

extern const char *const OFFER_CODES_WORDS[]; /* "none", "fixed", "one_time" */

/* Reads the object into offer_*; members that are not named have their defaults. Adds what is wrong with pointers below
 * "/offer" and returns how much that is. Texts live in the arena. */
size_t policy_offer_read(const struct json *value, struct arena *arena, struct policy *policy,
                         struct problems *problems);
/* Adds a problem for every member that an offer does not name, unless it names none at all. RC_INVALID then. */
enum rc policy_offer_check_complete(const struct json *value, struct arena *arena, struct problems *problems);
/* offer_* of one policy to another; texts are shared. */
void policy_offer_copy(const struct policy *from, struct policy *to);
void policy_offer_to_json(const struct policy *policy, struct json_out *out);

#endif

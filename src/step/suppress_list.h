/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Many addresses that must never be mailed, from another tool or a file. Only ever added: a list can lift nothing. */
#ifndef REKINDLE_STEP_SUPPRESS_LIST_H
#define REKINDLE_STEP_SUPPRESS_LIST_H

#include "core/records_small.h"
#include "step/env.h"

enum suppress_status { SUPPRESS_ADDED, SUPPRESS_KNOWN, SUPPRESS_REJECTED /* no address */ };
extern const char *const SUPPRESS_STATUS_WORDS[]; /* "added", "known", "rejected" */

struct suppress_item {
    struct str email;
    int reason; /* enum suppression_reason */
    int status; /* out: enum suppress_status */
};
/* Adds them, durable when it returns, in order; what was added before a fault stays, and a second run finds it known. A client
 * of such an address is unsubscribed as by suppression_add, and one that is known but has a subscribed client is so again. */
enum rc suppress_list(const struct step_env *env, struct suppress_item *items, size_t count, struct str source,
                      struct arena *arena);

#endif

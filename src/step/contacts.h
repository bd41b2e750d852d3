/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* That another tool wrote to a client: counted in the caps as a mail of ours would be, in both arms of the experiment alike, so
 * that nobody is written to twice in a while and the proof stays a fair comparison. */
#ifndef REKINDLE_STEP_CONTACTS_H
#define REKINDLE_STEP_CONTACTS_H

#include "step/env.h"

enum contact_status {
    CONTACT_COUNTED,
    CONTACT_UNCHANGED, /* a later contact is known, or this one */
    CONTACT_UNKNOWN,   /* no such client, no client of such an address */
    CONTACT_FUTURE     /* `at` lies ahead */
};
extern const char *const CONTACT_STATUS_WORDS[]; /* "counted", "unchanged", "unknown_client", "future" */

struct contact {
    struct str client_id, email; /* one of them; the client's id goes first */
    int64_t at;
    int status; /* out: enum contact_status */
};
/* Takes one in, durable when it returns. The instants of a person only ever move forward. */
enum rc contact_made(const struct step_env *env, struct contact *contact, struct arena *arena);

#endif

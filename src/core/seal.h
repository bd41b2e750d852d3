/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Seal: the hashes of the audit chain. Each link covers its entry and, by the hash of the link before, everything earlier:
 * who changes, adds, removes or reorders an entry must rewrite every later link.
 *   payload_hash = SHA-256 hex of the JSON array [salt, id, at, actor, action, subject, detail], detail as the text it is
 *   hash         = SHA-256 hex of the JSON array [hash of the link before or "", id, audit_id, payload_hash]
 * JSON keeps members apart whatever is in them. The salt is random and goes with an erased entry: nobody can try out what
 * the entry may have said. Pure. */
#ifndef REKINDLE_CORE_SEAL_H
#define REKINDLE_CORE_SEAL_H

#include "core/records_small.h"

#define SEAL_PLACE_DIGITS 12 /* places sort as numbers */

/* "000000000001" for the first, 1. */
struct str seal_place(int64_t number, struct arena *arena);
/* 0 for what is no place. */
int64_t seal_number(struct str place);
struct str seal_payload_hash(const struct audit *entry, struct arena *arena);
/* Of a link whose id, audit_id and payload_hash are set; `before`: the hash of the one before, STR_NONE for the first. */
struct str seal_hash(struct str before, const struct seal *seal, struct arena *arena);

enum seal_fault {
    SEAL_HOLDS,
    SEAL_MISSING,      /* a link is not there: its place is jumped over */
    SEAL_BROKEN,       /* a link's hash is not that of its content and the link before */
    SEAL_ENTRY_GONE,   /* its entry is not there, and nothing says that it was erased */
    SEAL_ENTRY_BACK,   /* its entry was erased and is there again */
    SEAL_ENTRY_CHANGED /* its entry is not what was sealed */
};
extern const char *const SEAL_FAULT_WORDS[]; /* "holds", "link_missing", "link_broken", "entry_missing" ... */

/* Checks one link against the one before (its place and hash; 0 and STR_NONE for the first) and its entry (NULL: not
 * there). */
enum seal_fault seal_check(int64_t place_before, struct str hash_before, const struct seal *seal,
                           const struct audit *entry, struct arena *arena);

#endif

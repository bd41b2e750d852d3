/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The chain over the audit log: where it ends, whether it holds, and how an erased client's entries leave it. Any thread. */
#ifndef REKINDLE_STEP_AUDIT_CHAIN_H
#define REKINDLE_STEP_AUDIT_CHAIN_H

#include "core/seal.h"
#include "step/batch.h"

/* Links made so far: what is cut off at the end of the chain is missed by it. */
#define AUDIT_LINKS_COUNTER STR("audit_links:total")

/* The last link. RC_NOT_FOUND with *out empty when there is none yet. */
enum rc audit_chain_head(const struct step_env *env, struct arena *arena, struct seal *out);

/* A link that somebody wrote down elsewhere (`rekindle verify` prints it): the chain must still have it. */
struct audit_head {
    struct str place; /* STR_NONE: nothing was written down */
    struct str hash;
};

enum audit_fault_kind {
    AUDIT_FAULT_READ,    /* a record cannot be read: the database is damaged */
    AUDIT_FAULT_LINK,    /* `seal` says what is wrong with it */
    AUDIT_FAULT_CUT,     /* links are missing at the end */
    AUDIT_FAULT_UNKNOWN, /* an entry says it is chained, and no link is its */
    AUDIT_FAULT_HEAD     /* the chain is another one than that whose head was written down */
};
struct audit_report {
    int64_t links, erased, unsealed; /* erased: of the links; unsealed: entries no link covers yet */
    struct str head, head_hash;      /* the last link; STR_NONE when there is none */
    /* The first fault, when the chain does not hold. */
    enum audit_fault_kind fault;
    enum seal_fault seal;
    struct str place, audit_id; /* where; STR_NONE where it is no link */
};

/* Walks all links and all entries. RC_OK: the chain holds. RC_CORRUPT: out->fault and what follows say where it breaks
 * first. Beside other work: what is sealed or erased meanwhile is no fault. Memory does not grow with the log. */
enum rc audit_verify(const struct step_env *env, const struct audit_head *known, struct arena *arena,
                     struct audit_report *out);
/* The fault as a sentence without a full stop. */
struct str audit_fault_text(const struct audit_report *report, struct arena *arena);

/* Takes entries about `subject` out of the log, at most `most`, and marks their links; adds at most two writes an entry to
 * the batch. A link that is not there, or is another entry's, is an error in the log and no reason to keep the entry.
 * *count: how many; *more: others are left. */
enum rc audit_erase(const struct step_env *env, struct batch *batch, struct str subject, size_t most,
                    struct arena *arena, size_t *count, bool *more);

#endif

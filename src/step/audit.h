/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The audit log: who decided what, appended in the very commit that does it and never changed. Holds no personal data and no
 * secrets. A job chains new entries soon after (step/seal_audit.c); step/audit_chain.h verifies the chain, and takes out what
 * was noted of an erased client. */
#ifndef REKINDLE_STEP_AUDIT_H
#define REKINDLE_STEP_AUDIT_H

#include "step/batch.h"

#define AUDIT_ACTOR_SELF STR("rekindle") /* what the program decides by itself */

struct audit_entry {
    struct str actor, action, subject;
    struct str detail; /* JSON object */
};
/* Who acts, as the log names them: "staff:ID" as acts carry it is the id here; others are as they are. */
struct str audit_actor(struct str name);
/* Adds the entry to the batch, and the job that seals it; texts are borrowed until the commit. */
void audit_add(const struct step_env *env, struct batch *batch, const struct audit_entry *entry, struct arena *arena);

/* What differs between two JSON objects, as a JSON object: {"detector.kind": {"before": "score", "after": "rfm"}, ...}.
 * Objects are compared member by member, lists as a whole; a member that one of them lacks counts as null there. `skip`, a
 * name at the top, is left out (NULL: none). "{}" when nothing differs. Both texts must be JSON (RC_CORRUPT). */
enum rc audit_changes(struct str before, struct str after, const char *skip, struct arena *arena, struct str *out);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What becomes of an email, in the audit log: in the commit that does it, after the move, so that the entry has the state it
 * led to. Hashes, codes, versions and money only: no words of the email, of people or of a relay. */
#ifndef REKINDLE_STEP_AUDIT_EMAIL_H
#define REKINDLE_STEP_AUDIT_EMAIL_H

#include "core/email.h"
#include "core/reply.h"
#include "step/audit.h"

struct email_act {
    struct str actor;   /* as in approvals; absent: the program itself */
    const char *action; /* "email.approved" */
    struct str rule;    /* a word of ours: why; absent: none */
    struct str detail;  /* further members as JSON, "\"code\":250"; absent: none */
};
void audit_email(const struct step_env *env, struct batch *batch, const struct email *email,
                 const struct email_act *act, struct arena *arena);

/* An act of the review by its word in approvals ("approve", "edit"); of an edit, which fields were changed and the hash of
 * the difference. */
void audit_review(const struct step_env *env, struct batch *batch, const struct email *email, struct str actor,
                  const char *action, struct arena *arena);
/* What the relay said, and the hash of the message it was given. */
void audit_sent(const struct step_env *env, struct batch *batch, const struct email *email, const struct reply *reply,
                struct str message_hash, struct arena *arena);

#endif

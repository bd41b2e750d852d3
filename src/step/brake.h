/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The brake: when too many of the last mails bounced or drew a complaint, all sending stops before the sender's name is lost.
 * Counted from the rows of sent mails (core/ramp.h has the arithmetic), kept in the setting `brake`, put on by the program and
 * lifted only by a person; what was sent before it was lifted counts no more. */
#ifndef REKINDLE_STEP_BRAKE_H
#define REKINDLE_STEP_BRAKE_H

#include "core/delivery.h"
#include "core/email.h"
#include "core/ramp.h"
#include "step/batch.h"

#define SETTING_BRAKE STR("brake")

struct brake {
    bool on;
    struct str reason;        /* of brake_reason, absent when it was never on */
    struct brake_count count; /* when it fell */
    int64_t at, lifted_at;    /* TIME_NONE: never */
    struct str lifted_by;
    int64_t version; /* of the setting as read */
};
enum rc brake_read(const struct step_env *env, struct arena *arena, struct brake *out);
/* The last BRAKE_WINDOW mails, of those sent since `since` (TIME_NONE: ever). */
enum rc brake_count(const struct step_env *env, int64_t since, struct arena *arena, struct brake_count *out);
/* Looks at the last mails and puts the brake on when they are too bad. To be called after a bad notice was committed. */
enum rc brake_look(const struct step_env *env, struct arena *arena);
/* A person lifts it; what was held is looked at now. RC_OK also when it is off. */
enum rc brake_lift(const struct step_env *env, struct str actor, struct arena *arena);

/* The row that counts this email, as it leaves or is refused for its address. Not in rehearsal. */
void brake_add_mail(const struct step_env *env, struct batch *batch, const struct email *email,
                    enum delivery_verdict verdict, struct arena *arena);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a person does by their own hand through a link of an email, beside unsubscribing (step/client_acts.h): a pause, an
 * objection to profiling, a copy of their data. The email says whose hand it is: everybody of its address, and the client it
 * was written to, also under another address by now. Each is durable when it returns, may be done again without harm, and
 * gives RC_NOT_FOUND when there is no such email. */
#ifndef REKINDLE_STEP_OWN_ACTS_H
#define REKINDLE_STEP_OWN_ACTS_H

#include "core/client.h"
#include "core/email.h"
#include "step/env.h"

#define OWN_PAUSE_DAYS 90
#define OWN_COPY_EVERY_MS TIME_DAY_MS /* a copy of the data at most so often a person */

/* Where an act came from, as consent.source and the audit log keep it. */
#define OWN_ACT_SOURCE STR("preference_page")

/* The clients an email's own acts are about. At most OWN_CLIENTS_MAX. RC_NOT_FOUND without the email. */
#define OWN_CLIENTS_MAX 40
enum rc own_clients(const struct step_env *env, struct str email_id, struct arena *arena, struct client **out,
                    size_t *count);

/* No mail for OWN_PAUSE_DAYS. A pause gives nobody a consent: one who never consented, unsubscribed, or paused for longer
 * stays as they are, and one whose consent has an end of its own is paused without an end. */
enum rc own_pause(const struct step_env *env, struct str email_id, struct arena *arena);
/* No score, timer, arm or draft from here on; what was worked out is cleared by the score step. */
enum rc own_object(const struct step_env *env, struct str email_id, struct arena *arena);
/* Asks for the mail with the copy (step/mail_copy.c): put once, however often it is asked for. */
enum rc own_copy(const struct step_env *env, struct str email_id, struct arena *arena);

#endif

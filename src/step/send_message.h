/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What goes over the wire for an email, and what is looked at once more before it does. */
#ifndef REKINDLE_STEP_SEND_MESSAGE_H
#define REKINDLE_STEP_SEND_MESSAGE_H

#include "base/buf.h"
#include "core/email.h"
#include "step/env.h"

/* Domain of our Message-IDs: that of the From address, "rekindle.invalid" in rehearsal without one. */
struct str send_message_domain(const struct step_env *env);
/* The RFC 5322 bytes of a stored email, from its stored parts. Also used to show the raw message. RC_INVALID when a header
 * value is not allowed. */
enum rc send_message_build(const struct step_env *env, const struct email *email, const struct client *client,
                           struct arena *arena, struct buf *out);
/* VERP (b+TOKEN@BOUNCE_DOMAIN) when there is a bounce domain, else the From address. */
struct str send_envelope_from(const struct step_env *env, struct str email_id, struct arena *arena);
/* REKINDLE_MAIL_ONLY_TO: whether a live relay may reach this address. Always in rehearsal. */
bool send_may_reach(const struct step_env *env, struct str recipient);
/* Compares the picks with the catalogue of now: *difference names what is gone, out of stock or re-priced. */
enum rc send_picks_differ(const struct step_env *env, const struct email *email, struct arena *arena,
                          struct str *difference);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Rewrite: an email that was drafted, composed anew from what it keeps: with a person's words, or without an offer that no
 * longer holds. Nobody is asked and nothing is paid. */
#ifndef REKINDLE_STEP_REWRITE_H
#define REKINDLE_STEP_REWRITE_H

#include "step/compose.h"

struct rewrite {
    struct client client;
    struct policy policy;
    struct brief brief;         /* with its facts and products as they were */
    struct draft before, after; /* equal until the caller puts other words into `after` */
    struct check_findings findings;
};

/* *ended: the email prints an offer, and that no longer holds at `now_ms`. RC_CORRUPT: what it prints is no offer. */
enum rc rewrite_offer_ended(const struct email *email, const struct policy *policy, int64_t now_ms, struct arena *arena,
                            bool *ended);
/* Reads what stands behind the email. RC_CORRUPT when that is damaged, RC_NOT_FOUND when its client is erased. */
enum rc rewrite_read(const struct step_env *env, const struct email *email, struct arena *arena, struct rewrite *out);
/* Composes the email from w->after, findings with w; an offer that no longer holds at `now_ms` is dropped from it. Its
 * one-time code stays used: people may have seen it, and a further draft of this email prints it again while an offer is
 * made. */
enum rc rewrite_email(const struct step_env *env, struct rewrite *w, int64_t now_ms, struct arena *arena,
                      struct email *email);
/* Drops the offer from an email whose words people have approved: text, HTML and content hash change, what the gate said of
 * the words stays. */
enum rc rewrite_without_offer(const struct step_env *env, struct email *email, struct arena *arena);

#endif

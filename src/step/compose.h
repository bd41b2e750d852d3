/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Compose: a draft becomes the email as it will be sent: checked, rendered with its real links, hashed. Shared by drafting
 * and by a person's edit, so that both pass the same gate. */
#ifndef REKINDLE_STEP_COMPOSE_H
#define REKINDLE_STEP_COMPOSE_H

#include "core/brief.h"
#include "core/check.h"
#include "core/draft.h"
#include "core/email.h"
#include "step/env.h"

struct compose {
    const struct client *client;
    const struct policy *policy;
    const struct brief *brief; /* facts, and the products a pick may name */
    const struct draft *draft;
    const struct problems *reply_problems; /* of draft_from_reply; NULL: it kept its form, or people wrote it */
};
/* Fills subject, preheader, paragraphs, picks, cta, sign_off, text, html, checks, content_hash, language, addresses and
 * template version of `email` (texts in the arena). Compares it with the last COMPOSE_RECENT_MAX emails. An email with hard
 * findings is rendered all the same as far as it can be, for staff to see. */
#define COMPOSE_RECENT_MAX 500
enum rc compose_email(const struct step_env *env, const struct compose *compose, struct arena *arena,
                      struct email *email, struct check_findings *findings);
/* The codes of the findings as a JSON array, each once; hard ones only, or all. Absent when there are none. */
struct str compose_codes(const struct check_findings *findings, bool hard_only, struct arena *arena);
/* The draft and brief behind a stored email, for an edit: facts and products as they were. */
enum rc compose_reload(const struct email *email, struct arena *arena, struct brief *brief, struct draft *draft);

#endif

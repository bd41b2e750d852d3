/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What staff do with an email. Each act is one durable commit along core/email.c's table; the actor is kept in approvals.
 * `expect` is the version the caller saw (If-Match); RC_CONFLICT when it moved on. RC_INVALID with `why` (a rule word) when
 * the state does not allow the act or the hash differs. `out` holds the email after it. */
#ifndef REKINDLE_STEP_REVIEW_EMAIL_H
#define REKINDLE_STEP_REVIEW_EMAIL_H

#include "core/draft.h"
#include "core/email.h"
#include "step/env.h"

#define REVIEW_UNDO_MS (10 * 1000)
#define REVIEW_MS_MAX 3600000LL

struct review {
    struct str actor; /* "staff:ID" or "key:ID" */
    struct str email_id;
    int64_t expect;
    int64_t review_ms; /* how long the reviewer had the draft open, 0..REVIEW_MS_MAX: kept with the act and counted */
    struct str hint;   /* of a regeneration: what the next draft shall be like; absent: nothing */
    const char *why;   /* out, when RC_INVALID: "wrong_state", "hash_differs", "four_eyes", "review_ms", "hint",
                          "client_cap" */
    struct email *out;
};
/* Sends after REVIEW_UNDO_MS of domain time. `content_hash` is what the person saw. */
enum rc review_approve(const struct step_env *env, struct review *review, struct str content_hash, struct arena *arena);
enum rc review_undo(const struct step_env *env, struct review *review, struct arena *arena);
enum rc review_reject(const struct step_env *env, struct review *review, struct str reason, struct arena *arena);
/* Subject, preheader and paragraphs of `draft`; checked like a draft: hard findings leave it blocked. What was changed is
 * kept in email.edits: [{"at","by","changes":[{"field","before","after"}]}] with the fields "subject", "preheader",
 * "paragraphs/0", "paragraphs/0/facts" ...; before is null for a paragraph added, after for one taken out. */
enum rc review_edit(const struct step_env *env, struct review *review, const struct draft *draft, struct arena *arena);
/* What review_edit would make of these words: `out` as it would be, its checks with it. Nothing is stored, and `expect` is not
 * looked at. *hard: it would be blocked. */
enum rc review_check(const struct step_env *env, struct review *review, const struct draft *draft, struct arena *arena,
                     bool *hard);
/* Back to drafting with another seed, with the codes that the draft broke, and with what staff wish of the next one
 * (review.hint: at most PROMPT_HINT_MAX code points without control characters). Refused while the person's calls of the
 * model are used up ("client_cap"). The program may once more ask by itself. */
enum rc review_regenerate(const struct step_env *env, struct review *review, struct arena *arena);
/* draft_failed -> drafting, as regenerate does; failed -> approved (a person takes the decision; the guard runs again). */
enum rc review_retry(const struct step_env *env, struct review *review, struct arena *arena);
enum rc review_resolve(const struct step_env *env, struct review *review, bool was_sent, struct arena *arena);

#endif

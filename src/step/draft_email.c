/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Draft: makes the text of one email through the writer, checks it against its facts and puts it before people. Two commits
 * around the one call: the intent (draft_call.c), which takes its worst cost out of the day's budget, and the result
 * (draft_result.c). A call found reserved when its job is claimed lost its process between the two: it stays counted, and
 * the draft is tried anew. No fallback: when the writer fails for good the email is draft_failed with its reason until
 * someone retries it. */
#include "step/draft_email.h"

#include "step/draft_call.h"
#include "step/draft_offer.h"
#include "step/draft_result.h"
#include "step/steps.h"

/* RC_NOT_FOUND: erased since. */
static enum rc begin(struct drafting *d, const struct step_env *env, const struct job *job, struct arena *arena)
{
    *d = (struct drafting){.env = env, .job = job, .arena = arena, .now = clock_now(env->clock)};
    return store_get(env->store, RECORD_EMAIL, job->key, arena, &d->email);
}

enum rc draft_email(const struct step_env *env, const struct job *job, struct arena *arena)
{
    struct drafting *d = arena_new(arena, 1, sizeof *d);
    enum draft_turn turn;
    enum rc rc = begin(d, env, job, arena);
    if (rc == RC_OK)
        rc = draft_call_settle_last(d);
    if (rc == RC_NOT_FOUND)
        return drafting_done(d);
    if (rc != RC_OK)
        return rc;
    if (d->email.status != EMAIL_DRAFTING)
        return drafting_done(d);
    rc = brief_read(env, d->email.client_id, d->email.draft_count, arena, &d->records);
    if (rc == RC_INVALID)
        return drafting_give_up(d, STR("nothing_to_say"));
    if (rc == RC_OK)
        rc = draft_offer_ready(d);
    if (rc == RC_LIMITED)
        return draft_offer_give_up(d);
    if (rc == RC_OK)
        rc = draft_call(d, &turn);
    if (rc != RC_OK || turn == DRAFT_ENDED)
        return rc;
    return draft_result_commit(d);
}

enum rc draft_give_up(const struct step_env *env, const struct job *job, struct str reason, struct arena *arena)
{
    struct drafting *d = arena_new(arena, 1, sizeof *d);
    enum rc rc = begin(d, env, job, arena);
    if (rc == RC_NOT_FOUND)
        return drafting_done(d);
    if (rc != RC_OK)
        return rc;
    return d->email.status == EMAIL_DRAFTING ? drafting_give_up(d, reason) : drafting_done(d);
}

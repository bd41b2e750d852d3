/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Drafting: what the three files of the draft step hand to each other: draft_email.c decides the way, draft_call.c makes the
 * one call with its intent, draft_result.c commits what came of it. Here is the job's own state, and the ways it ends without
 * a draft. One thread each. */
#ifndef REKINDLE_STEP_DRAFTING_H
#define REKINDLE_STEP_DRAFTING_H

#include "core/call.h"
#include "core/email.h"
#include "core/prompt.h"
#include "step/batch.h"
#include "step/read_brief.h"

struct drafting {
    const struct step_env *env;
    const struct job *job;
    struct arena *arena;
    int64_t now;        /* domain time of what is being decided */
    struct email email; /* as last read or committed, version included */
    struct brief_records records;
    struct prompt prompt;
    struct writer_call request;
    struct call call; /* as committed with the intent; id absent: the writer asks nobody and nothing is recorded */
    struct writer_reply reply;
    bool gone; /* with the result: the email is no longer drafting, nobody waits for the reply */
};

#define DRAFTING_AGAIN STR("regenerating") /* the reason of an email whose draft is made once more at once */

/* True when the request leaves the house: only such calls are recorded, budgeted and counted for the person. A writer that
 * asks nobody (the template) has nothing to bill and nothing to hide; its drafts are kept as emails like all others. */
bool drafting_asks(const struct drafting *d);

struct batch *drafting_batch(struct drafting *d);
/* The email is gone or no longer drafting: the job is done. */
enum rc drafting_done(struct drafting *d);
/* Not now: the job waits until `run_at`, attempts unchanged. A `reason` is kept on the email while it waits; absent: the email
 * is left as it is. */
enum rc drafting_put_off(struct drafting *d, struct str reason, int64_t run_at);
/* Adds to the batch: the email while it stays drafting, with why it waits (absent: it does not). */
void drafting_note(struct drafting *d, struct batch *batch, struct str reason);
/* Adds to the batch: draft_failed with its reason, the job done, room for the next episode. */
enum rc drafting_fail(struct drafting *d, struct batch *batch, struct str reason);
/* drafting_fail in a commit of its own, told. */
enum rc drafting_give_up(struct drafting *d, struct str reason);
/* The same, with what the batch holds already. */
enum rc drafting_give_up_with(struct drafting *d, struct batch *batch, struct str reason);
/* Tells of an email that is now draft_failed, blocked or in review. */
void drafting_report(const struct drafting *d);

#endif

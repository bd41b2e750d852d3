/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Draft call: the one call of the writer for an email. What would leave the house is searched first; then the writer's turn is
 * awaited; then the intent is committed (the call as reserved, its worst cost out of the day's budget, its instant with the
 * person, its id with the email) and is on the disk before a byte leaves. The intent may be redone when another call was
 * counted in between; the call never is. */
#ifndef REKINDLE_STEP_DRAFT_CALL_H
#define REKINDLE_STEP_DRAFT_CALL_H

#include "step/drafting.h"

enum draft_turn {
    DRAFT_REPLIED, /* d->reply says what came; its result must be committed */
    DRAFT_ENDED    /* no call: the job is done, put off, or dropped because the program stops */
};
/* d's email and records are read. Any other code than RC_OK: nothing left the house, unless it is RC_BUG. */
enum rc draft_call(struct drafting *d, enum draft_turn *turn);

/* The call that the email names, when nobody is working on it any more: a reserved one was cut off and becomes unknown,
 * counted at its worst; an unknown one is asked for by its generation id. RC_CONFLICT: something moved, run the step again. */
enum rc draft_call_settle_last(struct drafting *d);

/* Takes the call back from the person's 30 days: it brought nothing, so it counts for the money at most. Adds to the batch. */
enum rc draft_call_give_back(const struct drafting *d, const struct call *call, struct batch *batch);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Draft offer: whether the email being drafted prints an offer. A treated episode is drawn with its first draft while the
 * policy makes an offer, and keeps its half, also when codes have run out and nothing is drafted: both halves of the same days
 * are compared. The writer is told nothing of it: the offer joins the draft when it is composed. */
#ifndef REKINDLE_STEP_DRAFT_OFFER_H
#define REKINDLE_STEP_DRAFT_OFFER_H

#include "step/drafting.h"

#define DRAFT_OFFER_REASON STR("offer_codes_empty") /* of draft_failed: people add codes, or end the offer, and retry */

/* Before the call: RC_LIMITED when the email is to print a one-time code and none is left, so that no call is paid in vain. */
enum rc draft_offer_ready(struct drafting *d);
/* With the result: sets d->email.offer (absent: none) and adds the draw and the code's claim to the batch. A draft made anew
 * keeps its code and gets the offer's words as they are now. RC_LIMITED as above: the draw alone is in the batch. */
enum rc draft_offer_add(struct drafting *d, struct batch *batch);
/* After RC_LIMITED of draft_offer_ready: gives the draft up, in one commit with the draw. */
enum rc draft_offer_give_up(struct drafting *d);

#endif

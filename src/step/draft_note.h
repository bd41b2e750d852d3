/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Draft note: what came of one try to draft, in the audit log, in the commit that decides it: by which prompt, template and
 * model, for how much, what was asked and answered as hashes, and which rules the draft broke. */
#ifndef REKINDLE_STEP_DRAFT_NOTE_H
#define REKINDLE_STEP_DRAFT_NOTE_H

#include "step/drafting.h"

/* After the decision: d's email has the state it led to, d's reply and call are described. A try that is only put off is not
 * noted: its call is kept. */
void draft_note_add(const struct drafting *d, struct batch *batch);

#endif

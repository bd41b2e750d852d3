/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Draft result: the second commit of a draft. What came of the call settles its money and becomes the email's state, in one
 * commit with the job's acknowledgement: a draft before people, a second try with the codes to mend, a later try, or
 * draft_failed with its reason. */
#ifndef REKINDLE_STEP_DRAFT_RESULT_H
#define REKINDLE_STEP_DRAFT_RESULT_H

#include "step/drafting.h"

/* After draft_call gave DRAFT_REPLIED. Only this commit is redone when a record it touches moved on, the call never is. When
 * the email was cancelled or erased meanwhile, the money alone is settled. Other than RC_OK: the result is lost, the call
 * stays reserved and counted, and is found so when the job runs again. */
enum rc draft_result_commit(struct drafting *d);

#endif

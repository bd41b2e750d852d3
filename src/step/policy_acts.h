/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What every change of the policy does, whoever makes it. The acts themselves are declared in admin_acts.h. */
#ifndef REKINDLE_STEP_POLICY_ACTS_H
#define REKINDLE_STEP_POLICY_ACTS_H

#include "step/admin_acts.h"
#include "step/batch.h"

struct policy_change {
    const struct policy *before, *after; /* before->version is the one it replaces */
    const struct policy_act *act;
    struct str action; /* of the audit entry */
    struct str detail; /* of the audit entry; absent: the changed members */
    bool note_same;    /* an entry even when nothing changes */
};
/* Adds to the batch: the policy, its audit entry, the walk over all timers when threshold or detector differ, a look at the
 * shop scale when the stated usual gap does, and an admission (limits may have widened, drafting come on). */
enum rc policy_change_add(const struct step_env *env, const struct policy_change *change, struct batch *batch,
                          struct arena *arena);
/* Commits it; *out is the policy as it now stands. */
enum rc policy_change_commit(const struct step_env *env, const struct policy_change *change, const struct batch *batch,
                             struct policy *out);

#endif

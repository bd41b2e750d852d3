/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Read brief: the records a draft rests on, and the brief made of them. Shared by drafting and by whoever wants to see what
 * would be asked of a writer without asking it. */
#ifndef REKINDLE_STEP_READ_BRIEF_H
#define REKINDLE_STEP_READ_BRIEF_H

#include "core/brief.h"
#include "core/engagement.h"
#include "core/scale.h"
#include "step/env.h"

/* Points into itself: do not copy. Texts in the arena it was read with. */
struct brief_records {
    struct client client;
    struct engagement engagement;
    struct scale scale;
    struct policy policy;
    struct brief_input input;
    struct brief brief;
};
/* `draft_count`: drafts made for this email so far (0 for the first), which chooses among phrasings. RC_NOT_FOUND when the
 * client is gone or has no orders, RC_INVALID when nothing can be said honestly (core/brief.h); all else is of the store. */
enum rc brief_read(const struct step_env *env, struct str client_id, int64_t draft_count, struct arena *arena,
                   struct brief_records *out);

#endif

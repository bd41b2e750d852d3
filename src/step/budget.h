/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Budget: the money the writer may cost in a UTC day. What a call may cost at worst is taken out of the day in the commit
 * that is its intent, and what it did cost is settled in the commit that is its result, so that what is counted (spent +
 * reserved + unknown) never passes the cap, whatever dies in between. The arithmetic is core/call.h's. */
#ifndef REKINDLE_STEP_BUDGET_H
#define REKINDLE_STEP_BUDGET_H

#include "core/call.h"
#include "step/batch.h"

/* For the API and /metrics. Millionths of a dollar. */
struct budget_state {
    struct str day; /* "2026-11-25", UTC; in the arena */
    int64_t cap_microusd;
    int64_t spent_microusd;    /* settled */
    int64_t reserved_microusd; /* calls under way, or cut off and not yet looked at */
    int64_t unknown_microusd;  /* may have been billed: counted as if they were */
    int64_t left_microusd;     /* cap less all that is counted; never below 0 */
    int64_t calls;             /* begun this day */
    int64_t waiting;           /* drafts put off because the day's money is used up (email.reason BUDGET_REASON) */
    int64_t next_day_ms;       /* domain time at which they go on */
};
/* The day of now. Counts at most BUDGET_WAITING_MAX waiting drafts. Sets the gauges rekindle_budget_*. */
#define BUDGET_WAITING_MAX 2000
enum rc budget_state(const struct step_env *env, struct arena *arena, struct budget_state *out);

/* What the writer has cost altogether, as settled; nothing of a rehearsal. */
#define COUNTER_MODEL_COST STR("model_microusd:total")
/* Why a drafting email waits. */
#define BUDGET_REASON STR("budget")

/* The record of a day (core/call.h budget_day); version STORE_ABSENT and zeros when nothing was spent yet. */
enum rc budget_read(const struct step_env *env, struct str day, struct arena *arena, struct budget *out);
/* Writes it with the version it was read with: RC_CONFLICT at the commit when another call was counted in between. */
void budget_write(struct batch *batch, struct budget *budget, int64_t now);

#endif

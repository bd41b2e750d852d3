/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/budget.h"

#include "base/metrics.h"
#include "core/email.h"

enum rc budget_read(const struct step_env *env, struct str day, struct arena *arena, struct budget *out)
{
    enum rc rc = store_get(env->store, RECORD_BUDGET, day, arena, out);
    if (rc != RC_NOT_FOUND)
        return rc;
    *out = (struct budget){.id = day, .version = STORE_ABSENT};
    return RC_OK;
}

void budget_write(struct batch *batch, struct budget *budget, int64_t now)
{
    budget->updated_at = now;
    batch_put(batch, RECORD_BUDGET, budget, budget->version);
}

/* Drafts that say they wait for money. Few drafts are under way at a time (max_in_review), so they are counted where they
 * stand: a counter beside them could only come to disagree. */
static enum rc count_waiting(const struct step_env *env, int64_t *waiting)
{
    struct arena page_arena = {0}, cursor_arena = {0};
    struct store_query query = STORE_QUERY(EMAIL_BY_STATUS);
    query.equal = field_enum_word(EMAIL_STATUS_WORDS, EMAIL_DRAFTING);
    enum rc rc = RC_OK;
    for (int64_t seen = 0; seen < BUDGET_WAITING_MAX; seen += STORE_LIST_MAX) {
        struct store_page page;
        if ((rc = store_list(env->store, &query, &page_arena, &page)) != RC_OK)
            break;
        const struct email *emails = page.items;
        for (size_t i = 0; i < page.count; i++)
            *waiting += str_equal(emails[i].reason, BUDGET_REASON);
        query.cursor = arena_str(&cursor_arena, page.cursor);
        arena_clear(&page_arena);
        if (str_is_none(query.cursor))
            break;
    }
    arena_clear(&page_arena);
    arena_clear(&cursor_arena);
    return rc;
}

static void set_gauges(const struct budget_state *state)
{
    metrics_set("rekindle_budget_cap_microusd", NULL, (double)state->cap_microusd);
    metrics_set("rekindle_budget_spent_microusd", NULL, (double)state->spent_microusd);
    metrics_set("rekindle_budget_reserved_microusd", NULL, (double)state->reserved_microusd);
    metrics_set("rekindle_budget_unknown_microusd", NULL, (double)state->unknown_microusd);
    metrics_set("rekindle_budget_left_microusd", NULL, (double)state->left_microusd);
    metrics_set("rekindle_budget_waiting", NULL, (double)state->waiting);
}

enum rc budget_state(const struct step_env *env, struct arena *arena, struct budget_state *out)
{
    struct budget budget;
    int64_t now = clock_now(env->clock);
    *out = (struct budget_state){
        .day = budget_day(now, arena), .cap_microusd = env->llm_daily_microusd, .next_day_ms = budget_next_day(now)};
    enum rc rc = budget_read(env, out->day, arena, &budget);
    if (rc == RC_OK)
        rc = count_waiting(env, &out->waiting);
    if (rc != RC_OK)
        return rc;
    out->spent_microusd = budget.spent_microusd;
    out->reserved_microusd = budget.reserved_microusd;
    out->unknown_microusd = budget.unknown_microusd;
    out->calls = budget.calls;
    int64_t counted = budget.spent_microusd + budget.reserved_microusd + budget.unknown_microusd;
    out->left_microusd = counted < out->cap_microusd ? out->cap_microusd - counted : 0;
    set_gauges(out);
    return RC_OK;
}

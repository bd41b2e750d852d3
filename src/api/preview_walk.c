/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/preview_walk.h"

#include <math.h>
#include <string.h>

#include "core/engagement.h"

#define DRAWS 9223372036854775808.0 /* engagement.draw is below it, every number as likely */

void preview_desk_init(struct preview_desk *desk)
{
    *desk = (struct preview_desk){.walking = false};
    lock_init(&desk->lock);
}

void preview_desk_clear(struct preview_desk *desk) { lock_clear(&desk->lock); }

void preview_desk_stop(struct preview_desk *desk)
{
    lock_take(&desk->lock);
    desk->stopping = true;
    lock_drop(&desk->lock);
}

static bool is_stopping(struct preview_desk *desk)
{
    lock_take(&desk->lock);
    bool stopping = desk->stopping;
    lock_drop(&desk->lock);
    return stopping;
}

/* --- kept answers -------------------------------------------------------------------------------------------------- */
static void make_key(const struct preview_question *question, struct preview_key *key)
{
    const struct policy *asked = &question->policies[1];
    memset(key, 0, sizeof *key);
    key->policy_version = question->policies[0].version;
    key->scale_version = question->scale.version;
    key->day = question->now_ms / TIME_DAY_MS;
    key->past_days = question->past_days;
    key->next_days = question->next_days;
    key->kind = asked->detector.kind;
    key->daily_episodes = asked->daily_episodes;
    key->cap_days = asked->cap_days;
    key->threshold = asked->threshold;
    key->base_days = asked->detector.base_days;
    key->rhythm_power = asked->detector.rhythm_power;
    key->fade_gaps = asked->detector.fade_gaps;
    key->chance = asked->detector.chance;
    key->holdout_share = asked->holdout_share;
}

/* RC_OK with the kept answer, RC_NOT_FOUND when the walk is the caller's to make, or why it is not. */
static enum rc begin_walk(struct preview_desk *desk, const struct preview_key *key, struct preview_result *out)
{
    enum rc rc = RC_NOT_FOUND;
    lock_take(&desk->lock);
    for (size_t i = 0; i < PREVIEW_KEPT && rc == RC_NOT_FOUND; i++) {
        if (desk->kept[i].result.as_of == 0 || memcmp(&desk->kept[i].key, key, sizeof *key) != 0)
            continue;
        *out = desk->kept[i].result;
        rc = RC_OK;
    }
    if (rc == RC_NOT_FOUND && desk->stopping)
        rc = RC_BUSY;
    else if (rc == RC_NOT_FOUND && desk->walking)
        rc = RC_LIMITED;
    else if (rc == RC_NOT_FOUND)
        desk->walking = true;
    lock_drop(&desk->lock);
    return rc;
}

/* `result` NULL: the walk failed. What is counted in no time is counted anew, so that it is of now. */
static void end_walk(struct preview_desk *desk, const struct preview_key *key, const struct preview_result *result)
{
    lock_take(&desk->lock);
    desk->walking = false;
    if (result != NULL && result->looked_at > PREVIEW_SAMPLE) {
        desk->kept[desk->next].key = *key;
        desk->kept[desk->next].result = *result;
        desk->next = (desk->next + 1) % PREVIEW_KEPT;
    }
    lock_drop(&desk->lock);
}

/* --- walks --------------------------------------------------------------------------------------------------------- */
static void finish(const struct preview_question *question, const struct preview_tally *tally, double share,
                   struct preview_result *out)
{
    *out = (struct preview_result){.exact = share >= 1,
                                   .looked_at = tally->clients,
                                   .clients = (int64_t)llround((double)tally->clients / share),
                                   .as_of = question->now_ms};
    for (int which = 0; which < 2; which++)
        preview_finish(question, tally, which, share, &out->answers[which]);
}

/* Takes rows until the sample is full; the draw of the first row beyond it says how far along all draws it reaches. */
static bool take_rows(const struct preview_question *question, const struct store_page *page, size_t *taken,
                      struct preview_tally *tally, double *share)
{
    const struct engagement *rows = page->items;
    for (size_t i = 0; i < page->count; i++) {
        if (*taken == PREVIEW_SAMPLE) {
            *share = (double)rows[i].draw / DRAWS;
            return false;
        }
        preview_add(question, &rows[i], tally);
        ++*taken;
    }
    return true;
}

enum rc preview_sample(struct store *store, const struct preview_question *question, struct preview_result *out)
{
    struct preview_tally tally = {0};
    struct store_query query = STORE_QUERY(ENGAGEMENT_BY_DRAW);
    struct arena arena = {0};
    size_t taken = 0;
    double share = 1;
    enum rc rc = RC_OK;
    do {
        struct store_page page;
        if ((rc = store_list(store, &query, &arena, &page)) != RC_OK)
            break;
        query.cursor = page.cursor;
        if (!take_rows(question, &page, &taken, &tally, &share))
            break;
    } while (!str_is_none(query.cursor));
    if (rc == RC_OK)
        finish(question, &tally, share, out);
    arena_clear(&arena);
    return rc;
}

static enum rc walk_all(struct preview_desk *desk, struct store *store, const struct preview_question *question,
                        struct preview_tally *tally)
{
    struct store_query query = STORE_QUERY(ENGAGEMENT_BY_CLIENT);
    struct arena arenas[2] = {{0}, {0}}; /* a page's, and the one before's, where its cursor lies */
    enum rc rc = RC_OK;
    for (int turn = 0; rc == RC_OK; turn = 1 - turn) {
        struct store_page page;
        rc = is_stopping(desk) ? RC_BUSY : store_list(store, &query, &arenas[turn], &page);
        if (rc != RC_OK)
            break;
        const struct engagement *rows = page.items;
        for (size_t i = 0; i < page.count; i++)
            preview_add(question, &rows[i], tally);
        query.cursor = page.cursor;
        if (str_is_none(query.cursor))
            break;
        arena_clear(&arenas[1 - turn]);
    }
    arena_clear(&arenas[0]);
    arena_clear(&arenas[1]);
    return rc;
}

enum rc preview_exact(struct preview_desk *desk, struct store *store, const struct preview_question *question,
                      struct preview_result *out)
{
    struct preview_key key;
    struct preview_tally tally = {0};
    make_key(question, &key);
    enum rc rc = begin_walk(desk, &key, out);
    if (rc != RC_NOT_FOUND)
        return rc;
    rc = walk_all(desk, store, question, &tally);
    if (rc == RC_OK)
        finish(question, &tally, 1, out);
    end_walk(desk, &key, rc == RC_OK ? out : NULL);
    return rc;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The decision about one client's timer. What is already past when it is armed never fires by itself: it could be thousands
 * at once, after a history was loaded or a threshold raised. */
#include "core/due.h"

/* True when `episode_id` is the episode of the silence after `last_order_id`: client + "~" + order (core/episode.h). */
static bool names_silence(struct str episode_id, struct str client_id, struct str last_order_id)
{
    return !str_is_none(episode_id) && episode_id.len == client_id.len + 1 + last_order_id.len &&
           str_starts_with(episode_id, client_id) && episode_id.ptr[client_id.len] == '~' &&
           str_ends_with(episode_id, last_order_id);
}

static bool had_episode(const struct engagement *e, struct str last_order_id)
{
    return names_silence(e->last_episode_id, e->client_id, last_order_id) ||
           names_silence(e->episode_id, e->client_id, last_order_id);
}

static bool same_silence(const struct engagement *before, const struct engagement *now)
{
    return before && before->visits > 0 && str_equal(before->last_order_id, now->last_order_id);
}

enum due_action due_decide(const struct engagement *before, struct engagement *now, int64_t now_ms, bool may_profile,
                           enum backlog_reason why)
{
    now->backlog = BACKLOG_NONE;
    now->backlog_rank = I64_NONE;
    if (now->visits <= 0 || !may_profile || now->due_at == TIME_NONE)
        return DUE_NOTHING;
    if (had_episode(now, now->last_order_id) || (before && had_episode(before, now->last_order_id)))
        return DUE_NOTHING;
    if (now->due_at > now_ms)
        return DUE_ARM;
    bool same = same_silence(before, now);
    if (same && before->backlog == BACKLOG_NONE && before->due_at <= now_ms)
        return DUE_ARM; /* it was armed while that lay ahead, and falls due (or is held by a silent feed): what a timer is for */
    now->backlog = same && before->backlog != BACKLOG_NONE ? before->backlog : (int)why;
    now->backlog_rank = now->value_minor;
    return DUE_BACKLOG;
}

enum backlog_reason due_why(const struct engagement *before, const struct engagement *now)
{
    if (!before || before->visits == 0)
        return BACKLOG_HISTORY;
    bool same = same_silence(before, now);
    if (same && before->backlog != BACKLOG_NONE)
        return (enum backlog_reason)before->backlog;
    if (now->visits < before->visits || now->last_at < before->last_at)
        return BACKLOG_CANCELLATION;
    if (!same)
        return BACKLOG_LATE_ORDER;
    return before->policy_version != now->policy_version ? BACKLOG_POLICY : BACKLOG_SCALE;
}

bool due_missed(const struct engagement *before, int64_t next_order_at)
{
    return before && before->visits > 0 && before->due_at != TIME_NONE && before->backlog == BACKLOG_NONE &&
           !had_episode(before, before->last_order_id) && next_order_at > before->due_at;
}

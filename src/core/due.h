/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What to do with a client's timer: arm it, put the client in the backlog, or nothing. One timer a client, one episode a
 * silence. Pure. */
#ifndef REKINDLE_CORE_DUE_H
#define REKINDLE_CORE_DUE_H

#include "core/engagement.h"
#include "core/episode.h"

enum due_action {
    DUE_NOTHING, /* no visits, objected, or this silence has had its episode */
    DUE_ARM,     /* a timer at engagement.due_at */
    DUE_BACKLOG  /* already past when armed: staff release it */
};
/* `now` is the engagement just computed (sums and crossings), `before` what was stored (NULL: nothing). A timer that was
 * armed for the same silence and has fallen due in the meantime stays armed (a restart, a silent feed or a moved scale is no
 * reason for the backlog). `why` is the reason to record when it goes to the backlog. Sets now->backlog and backlog_rank. */
enum due_action due_decide(const struct engagement *before, struct engagement *now, int64_t now_ms, bool may_profile,
                           enum backlog_reason why);

/* Why a client that is already past its due moment was not noticed in time; what due_decide takes as `why`. While the same
 * silence lasts, the first reason stands. */
enum backlog_reason due_why(const struct engagement *before, const struct engagement *now);

/* A silence that crossed the threshold unnoticed (we were down, or the feed was stale) and ended with a later order: the
 * episode to record as closed. True when `before` was armed, never had its episode, and the first order after its
 * last_order came after its due_at. */
bool due_missed(const struct engagement *before, int64_t next_order_at);

#endif

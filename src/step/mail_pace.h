/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* How fast mail may leave, for all senders together: so many a minute to the relay, so many to one recipient domain, and a
 * wait for all while the relay has said that it wants less. In memory and of one process; any thread. Times are given by the
 * caller (mail_pace_now), in ms; how they relate to the domain clock's does not matter, as only differences are used.
 *
 * Each rate is a leaky bucket in its form as a virtual scheduling time (GCRA, ITU-T I.371 annex A): mails may come as close
 * as they like within MAIL_PACE_BURST_MS, and keep the rate over any longer time. Domains are a bounded table; when all its
 * places are in use, those that find none share one rate. */
#ifndef REKINDLE_STEP_MAIL_PACE_H
#define REKINDLE_STEP_MAIL_PACE_H

#include "base/clock.h"
#include "base/str.h"

#define MAIL_PACE_BURST_MS 1000
#define MAIL_PACE_DOMAINS 512
#define MAIL_PACE_SLOW_FIRST_MS 60000
#define MAIL_PACE_SLOW_MOST_MS 3600000

struct mail_pace;
/* 0 a minute: no limit. Freed by mail_pace_free, which accepts NULL. */
struct mail_pace *mail_pace_new(int64_t per_minute, int64_t domain_per_minute);
void mail_pace_free(struct mail_pace *pace);
/* The time to give: monotonic; on a manual clock the domain's own, so that whoever moves it also lets the pace go on. */
int64_t mail_pace_now(struct clock *clock);

/* 0: a mail to `domain` may leave now, and counts. Else in how many ms to ask again: those who are told to wait are spread
 * at the rate, so that a thousand of them do not come back at once. *slowed (may be NULL): the relay wanted less. */
int64_t mail_pace_ask(struct mail_pace *pace, struct str domain, int64_t now, bool *slowed);
/* The relay answered 421 or 454: all wait, for one minute and then twice as long each time, up to an hour. Answers that come
 * while all wait already (of mails that were under way) change nothing. */
void mail_pace_slow(struct mail_pace *pace, int64_t now);
/* A mail was accepted: after the wait is over, the next one would begin at a minute again. */
void mail_pace_accepted(struct mail_pace *pace, int64_t now);
/* For how long all wait still; 0 when nobody does. */
int64_t mail_pace_slowed_ms(struct mail_pace *pace, int64_t now);

/* Places under a limit that is counted in the store. Enter, then read the count: with `*mine` (this one included) of them not
 * counted yet, count + *mine <= limit is safe for every sender. Leave when the count is committed or given up. */
void mail_pace_enter(struct mail_pace *pace, int64_t *mine);
void mail_pace_leave(struct mail_pace *pace);

#endif

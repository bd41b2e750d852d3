/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Engagement: what we derive of one client, written only by steps (score first of all). It stores no score, which changes
 * with time alone, but the sums the score is computed from and the instants at which it crosses 75, the threshold and 25. */
#ifndef REKINDLE_CORE_ENGAGEMENT_H
#define REKINDLE_CORE_ENGAGEMENT_H

#include "core/field.h"

/* Why a client was already past its due moment when the timer was armed. */
enum backlog_reason {
    BACKLOG_NONE,
    BACKLOG_HISTORY, /* first seen when a history was loaded */
    BACKLOG_LATE_ORDER,
    BACKLOG_CANCELLATION,
    BACKLOG_POLICY, /* threshold or detector changed */
    BACKLOG_SCALE   /* the shop scale moved */
};

struct engagement {
    struct str client_id;      /* key */
    int64_t visits;            /* n: days with a counting order; 0 = no score */
    int64_t first_at, last_at; /* instants of the first and last visit */
    struct str last_order_id;  /* the latest counting order: names the silence */
    int64_t value_minor;       /* sv: value of the visits whose value is known */
    int64_t valued;            /* nv: how many visits have a known value */
    int64_t order_count;       /* counting orders */
    int64_t engaged_until;     /* the score is >= 75 until then; TIME_NONE without visits */
    int64_t due_at;            /* crosses the threshold */
    int64_t lost_at;           /* crosses 25 */
    int64_t draw;      /* a fixed random number of the client, from its id: the first so many by it are a fair sample */
    struct str recent; /* JSON of the last visits (core/recent.h), so that past silences can be looked at again */
    bool profiled;     /* profiling was allowed when last scored */
    bool mailable;     /* address, consent and language allowed a mail when last scored */
    int64_t scale_version;      /* the shop scale it was computed with */
    int64_t policy_version;     /* the policy whose threshold and detector were used */
    int backlog;                /* enum backlog_reason */
    int64_t backlog_rank;       /* value_minor while in the backlog, else I64_NONE: the backlog's index */
    struct str episode_id;      /* the open episode, absent when none */
    struct str last_episode_id; /* the silence already used up: at most one episode a silence */
    int64_t updated_at;
    int64_t version;
};

extern const char *const BACKLOG_REASON_WORDS[];
extern const struct field ENGAGEMENT_FIELDS[];
extern const size_t ENGAGEMENT_FIELD_COUNT;

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A call of the model, and the money of a day. A call is written as `reserved` before the request leaves: that is the
 * intent, and its worst cost counts against the day's budget from then on. Its result settles it: what it cost, nothing, or
 * unknown (it may have been billed: the reservation stays counted as spent). A call found reserved while nobody is working
 * on it was cut off, and becomes unknown. cost counted of a day = spent + reserved + unknown <= the cap, always. */
#ifndef REKINDLE_CORE_CALL_H
#define REKINDLE_CORE_CALL_H

#include "base/arena.h"
#include "core/field.h"

enum call_state {
    CALL_RESERVED,
    CALL_SETTLED, /* what it cost is known: cost_microusd */
    CALL_FREE,    /* it did not happen, or was refused: cost 0 */
    CALL_UNKNOWN  /* it may have been billed: counted at reserved_microusd */
};
struct call {
    struct str id; /* UUIDv7 */
    struct str email_id, client_id, person;
    int64_t at;                               /* domain time of the reservation */
    struct str day;                           /* the budget it counts in: "2026-11-25", UTC */
    int state;                                /* enum call_state */
    int64_t reserved_microusd, cost_microusd; /* millionths of a dollar */
    int64_t prompt_tokens, completion_tokens;
    struct str kind, model, provider, generation_id, finish; /* as answered */
    struct str prompt_version, request_hash;
    struct str outcome; /* WRITER_OUTCOME_WORDS, or "cut_off" */
    struct str error;   /* in plain words; no personal data */
    struct str raw;     /* the model's text as it came; kept retention.raw_replies_days */
    struct str raw_hash;
    struct str codes; /* JSON array of the hard and soft codes found in it */
    int64_t latency_ms;
    int64_t created_at, updated_at, version;
};

/* A day of spending. Key: the UTC day. Written only with the version read. */
struct budget {
    struct str id;
    int64_t reserved_microusd; /* calls under way */
    int64_t spent_microusd;    /* settled */
    int64_t unknown_microusd;  /* may have been billed */
    int64_t calls;
    int64_t updated_at, version;
};

/* What came of one try. */
enum writer_outcome {
    WRITER_ANSWERED,      /* `raw` is a whole answer, finish reason "stop", of the model that was asked */
    WRITER_LIMITED,       /* 429, 503, in-flight 402: not now; nothing was billed; retry_after_ms when it was said */
    WRITER_UNAVAILABLE,   /* no connection, 408, 5xx, an error in the stream: may be tried again */
    WRITER_TIMED_OUT,     /* no answer in time, or the connection broke after the request left: may have been billed */
    WRITER_BAD_REPLY,     /* truncated, too large, not UTF-8, another model, no text: a broken draft, maybe billed */
    WRITER_REFUSED,       /* moderation, content policy, refusal, too long for the model: trying again gives the same */
    WRITER_MISCONFIGURED, /* key, credits, model, provider, privacy: the writer is degraded from here on; drafts wait */
    WRITER_OUTCOMES
};
extern const char *const WRITER_OUTCOME_WORDS[]; /* "answered" ... NULL-terminated */

/* What is known of the bill. */
enum writer_bill { WRITER_BILL_NOTHING, WRITER_BILL_KNOWN, WRITER_BILL_UNKNOWN };

enum writer_health { WRITER_CHECKING, WRITER_READY, WRITER_DEGRADED };
enum writer_breaker { WRITER_CLOSED, WRITER_OPEN, WRITER_PROBING };
extern const char *const WRITER_HEALTH_WORDS[];  /* "checking", "ok", "degraded" */
extern const char *const WRITER_BREAKER_WORDS[]; /* "closed", "open", "probing" */

extern const char *const CALL_STATE_WORDS[];
extern const struct field CALL_FIELDS[], BUDGET_FIELDS[];
extern const size_t CALL_FIELD_COUNT, BUDGET_FIELD_COUNT;

/* "2026-11-25" of an instant, UTC; and the instant the next UTC day begins. */
struct str budget_day(int64_t at_ms, struct arena *arena);
int64_t budget_next_day(int64_t at_ms);
/* Takes `microusd` of the day if all that is counted stays within the cap: true, and budget->reserved and ->calls have grown. */
bool budget_reserve(struct budget *budget, int64_t microusd, int64_t cap_microusd);
/* Gives a reservation back as `state` says: settled adds cost to spent, unknown adds the reservation to unknown. */
void budget_settle(struct budget *budget, const struct call *call);
/* What a call counted as unknown did cost has come to be known: call->cost_microusd. */
void budget_learn(struct budget *budget, const struct call *call);

/* A person's calls of late, kept with the person: a JSON array of instants (ms). Absent is none; what is no such array
 * counts as CALLS_KEPT_MAX, so that a broken record spends no money. */
#define CALLS_WINDOW_MS (30 * TIME_DAY_MS)
#define CALLS_KEPT_MAX 100
/* How many of them lie within the window before `now_ms`. */
int64_t calls_recent(struct str calls, int64_t now_ms);
/* With one more at `at_ms`; what left the window by then is dropped, and the oldest beyond CALLS_KEPT_MAX. */
struct str calls_add(struct str calls, int64_t at_ms, struct arena *arena);
/* Without one of those at `at_ms`: it did not happen after all. */
struct str calls_remove(struct str calls, int64_t at_ms, struct arena *arena);

#endif

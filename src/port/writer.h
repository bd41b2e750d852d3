/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The writer: turns a request into the text of a draft. It has no authority: no recipient, no links, no prices, no name. One
 * call may cost money, and may have happened even if no answer came.
 *
 * A call goes through four verbs, in this order, by one thread:
 *   prepare   builds the exact bytes that would leave the house, and says what they may cost at worst;
 *   admit     waits for its turn (request and token buckets, concurrency, breaker); RC_OK holds a place;
 *   send      uses the place up and makes one try: there is no retry in here, the job queue is the only retry loop;
 *   leave     gives a place back that was not used.
 * Between admit and send the step reserves the worst cost in the store. All verbs but open and close: any thread. */
#ifndef REKINDLE_PORT_WRITER_H
#define REKINDLE_PORT_WRITER_H

#include "base/arena.h"
#include "base/rc.h"
#include "core/brief.h"
#include "core/call.h"
#include "core/prompt.h"

struct writer_call {
    struct str body;           /* the exact bytes of the request; empty for a writer that asks nobody */
    int64_t tokens;            /* prompt and completion at worst, for the token bucket */
    int64_t cost_microusd;     /* at worst; 0 for a writer that costs nothing */
    const struct brief *brief; /* borrowed */
};
struct writer_reply {
    enum writer_outcome outcome;
    enum writer_bill bill;
    int64_t cost_microusd; /* WRITER_BILL_KNOWN */
    int64_t prompt_tokens, completion_tokens;
    int64_t retry_after_ms; /* 0: not said */
    struct str raw;         /* the draft's JSON text as the writer gave it; also of a bad reply, cut at 64 kB */
    struct str kind, model, provider, generation_id, finish;
    int64_t latency_ms;
    struct str error; /* in plain words when not answered; no personal data, no secret, nothing of the prompt */
};

/* For /readyz, /metrics and the Pipeline page. Texts in the caller's arena. */
struct writer_state {
    struct str kind, model, provider; /* absent where it has none */
    enum writer_health health;
    struct str why;                       /* degraded: what is wrong and what to do, in plain words */
    int64_t waiting, in_flight;           /* calls at admit, calls at send */
    int64_t concurrency, concurrency_max; /* allowed now, and at most */
    int64_t requests_per_minute, requests_last_minute;
    enum writer_breaker breaker;
    int64_t not_before_ms; /* ms until a request may leave again; 0 now */
    struct str last_error;
    int64_t last_error_ms_ago; /* I64_NONE: none yet */
    int64_t key_left_microusd; /* what the service says is left of the key's own limit; I64_NONE: not said */
};

struct writer;
struct writer_vtable {
    enum rc (*prepare)(struct writer *writer, const struct brief *brief, const struct prompt *prompt,
                       struct arena *arena, struct writer_call *out);
    /* RC_OK: a place is held. RC_LIMITED: not within a few seconds; *wait_ms says how long. RC_DENIED: degraded or not yet
     * checked; *wait_ms until it is looked at again. RC_BUSY: the writer is being stopped. */
    enum rc (*admit)(struct writer *writer, const struct writer_call *call, int64_t *wait_ms);
    void (*leave)(struct writer *writer, const struct writer_call *call);
    /* Always fills *reply. RC_BUG alone otherwise than RC_OK. */
    enum rc (*send)(struct writer *writer, const struct writer_call *call, struct arena *arena,
                    struct writer_reply *reply);
    /* What a call of unknown outcome cost, asked by its generation id. RC_NOT_FOUND: not known (yet). */
    enum rc (*look_up)(struct writer *writer, struct str generation_id, int64_t *cost_microusd);
    void (*state)(struct writer *writer, struct arena *arena, struct writer_state *out);
    void (*stop)(
        struct writer *writer); /* whoever waits at admit gets RC_BUSY, transfers end soon; before workers stop */
    void (*close)(struct writer *writer);
};
struct writer {
    const struct writer_vtable *vtable;
};

#endif

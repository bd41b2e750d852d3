/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The writer: turns a brief into a draft. It has no authority: no recipient, no links, no prices, no name. One call may
 * cost money and may have happened even if no answer came (RC_UNCERTAIN). Any thread. */
#ifndef REKINDLE_PORT_WRITER_H
#define REKINDLE_PORT_WRITER_H

#include "base/arena.h"
#include "base/rc.h"
#include "core/brief.h"
#include "core/draft.h"

/* What the call was; kept with the email. Texts in the caller's arena. */
struct writer_receipt {
    struct str kind, model, provider, generation_id;
    int64_t tokens;
    double cost_usd;
    int64_t latency_ms;
    struct str error; /* in plain words, when it failed; no personal data */
};

struct writer;
struct writer_vtable {
    enum rc (*write)(struct writer *writer, const struct brief *brief, struct arena *arena, struct draft *out,
                     struct writer_receipt *receipt);
    /* State for /readyz: RC_OK, or the reason it is degraded in *why (static or owned by the writer). */
    enum rc (*check)(struct writer *writer, struct str *why);
    void (*close)(struct writer *writer);
};
struct writer {
    const struct writer_vtable *vtable;
};

#endif

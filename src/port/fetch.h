/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Fetches one document from the web: a certificate, the answer to a confirmed subscription. Once: no retry, no redirect. Who
 * calls has decided that the address may be asked. Any thread. */
#ifndef REKINDLE_PORT_FETCH_H
#define REKINDLE_PORT_FETCH_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/rc.h"

struct fetch_wish {
    struct str url;
    size_t max_bytes;
    bool may_be_plain; /* http will do: what comes proves itself, as a certificate does */
};

struct fetch;
struct fetch_vtable {
    /* RC_OK with the whole body of a 200 in the arena. RC_NOT_FOUND: another answer. RC_DENIED: the other side's certificate
     * is not to be trusted, or the address is none. RC_TIMEOUT, RC_IO. *why in plain words (static memory) unless RC_OK. */
    enum rc (*get)(struct fetch *fetch, const struct fetch_wish *wish, struct arena *arena, struct str *body,
                   struct str *why);
    void (*stop)(struct fetch *fetch); /* those under way end soon */
    void (*close)(struct fetch *fetch);
};
struct fetch {
    const struct fetch_vtable *vtable;
};

#endif

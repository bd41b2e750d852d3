/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Server-sent events, as bytes come: WHATWG HTML, "Server-sent events", 9.2.5 and 9.2.6. Lines end with LF, CR or CRLF; a
 * byte order mark at the start is skipped; several data lines of an event are joined by LF; comments and the fields
 * event, id and retry mean nothing here. Pieces may be cut anywhere. One thread. */
#ifndef REKINDLE_ADAPTER_OPENROUTER_SSE_H
#define REKINDLE_ADAPTER_OPENROUTER_SSE_H

#include <stdbool.h>

#include "base/buf.h"

struct sse {
    void (*on_data)(void *ctx, struct str data); /* the data of one event; borrowed for the call */
    void *ctx;
    struct buf line, data;
    size_t at;     /* bytes seen, up to the three of a byte order mark */
    bool has_data; /* the event so far has a data field */
    bool after_cr; /* an LF that comes now belongs to the CR before it */
};
void sse_init(struct sse *sse, void (*on_data)(void *ctx, struct str data), void *ctx);
void sse_clear(struct sse *sse); /* accepts {0} */
void sse_feed(struct sse *sse, struct str bytes);
/* The stream came to its own, regular end. One step beyond the standard, which drops an event without its blank line:
 * where the transfer itself says that nothing is missing, the last event is taken. Never call it after a broken one. */
void sse_end(struct sse *sse);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The live bus: tells open consoles that something moved. Ids only; a console fetches what it may see. Lossy by design.
 * Any thread. */
#ifndef REKINDLE_PORT_LIVE_H
#define REKINDLE_PORT_LIVE_H

#include "base/str.h"

struct live;
struct live_vtable {
    /* event: change, score, due, draft, review, sent, outcome (static literal); data: a small JSON object. */
    void (*publish)(struct live *live, const char *event, struct str data);
};
struct live {
    const struct live_vtable *vtable;
};

#endif

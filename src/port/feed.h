/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The change feed: what the store emitted, in order. The relay keeps its own cursor (setting "relay_cursor") in the commit
 * that carries the jobs. Any thread. */
#ifndef REKINDLE_PORT_FEED_H
#define REKINDLE_PORT_FEED_H

#include "base/arena.h"
#include "base/rc.h"
#include "core/change.h"

struct feed;
struct feed_vtable {
    /* Up to max changes with seq > after, ascending. A change whose row cannot be read comes with kind RECORD_KINDS and
     * its raw text in key: the relay buries it. */
    enum rc (*read)(struct feed *feed, int64_t after, size_t max, struct arena *arena, struct change **out,
                    size_t *count);
    enum rc (*head)(struct feed *feed, int64_t *seq); /* newest committed seq, 0 when none ever was */
    /* Waits until head > after, someone poked or the real timeout has passed. RC_OK each time. */
    enum rc (*wait)(struct feed *feed, int64_t after, int64_t timeout_ms);
    void (*poke)(struct feed *feed); /* wakes who waits now: we stop */
    /* Forgets the changes with seq <= up_to_seq whose `at` lies before the instant older_than_ms; head stays. */
    enum rc (*trim)(struct feed *feed, int64_t up_to_seq, int64_t older_than_ms);
    /* Erasure: no change tells of this client any longer. Images of the client and of its orders become absent, its id leaves
     * the list and the key of a bulk load. The changes themselves stay, so no cursor is disturbed. */
    enum rc (*forget)(struct feed *feed, struct str client_id);
};
struct feed {
    const struct feed_vtable *vtable;
};

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The live bus (port/live.h) behind GET /api/v1/stream: a ring of the last 256 events, and any number of readers that
 * follow it as server-sent events. Lossy by design: a reader that is over 256 events behind goes on with the oldest kept.
 * Ids grow over restarts, so that a Last-Event-ID from before one is not mistaken. Made before the workers start, freed
 * after the API has stopped. Locks itself, any thread. */
#ifndef REKINDLE_API_LIVE_H
#define REKINDLE_API_LIVE_H

#include "api/request.h"
#include "port/live.h"

#define LIVE_RING 256
#define LIVE_HEARTBEAT_MS 15000

/* Starts the thread that sends the heartbeats. */
struct live *live_new(void);
void live_free(struct live *live); /* NULL is fine */
/* A comment line to every reader each so many ms (real time). For tests. */
void live_set_heartbeat(struct live *live, int64_t every_ms);

/* A new reader that starts behind `last_event_id` (absent: with the next event) and ends after `life_ms`. NULL when `live`
 * is not one of live_new, or has LIVE_READERS_MAX readers. The server owns it by stream.close. */
#define LIVE_READERS_MAX 2000
struct stream *live_follow(struct live *live, struct str last_event_id, int64_t life_ms);

#endif

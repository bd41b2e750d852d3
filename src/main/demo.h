/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The demo's story: loads a simulated shop through the public API, then lets its time run: every real second the orders of
 * the next few minutes come in and the manual clock moves over them. */
#ifndef REKINDLE_MAIN_DEMO_H
#define REKINDLE_MAIN_DEMO_H

#include "base/thread.h"
#include "main/http_client.h"
#include "main/wire.h"

#define DEMO_LOGIN "demo@rekindle.example"
#define DEMO_PASSWORD "rekindle-demo"
#define DEMO_FUTURE_DAYS 180
#define DEMO_HISTORY_DAYS 730

struct demo_options {
    int64_t clients;
    uint64_t seed;
    int64_t minutes_a_second; /* domain minutes in a real second */
    int64_t today_ms;         /* the instant at which the visitor comes in */
};

struct demo;
/* Starts the story in a thread of its own on a server that runs. `url` is what the visitor opens. When it cannot go on it
 * says why on stderr and raises SIGTERM. */
struct demo *demo_start(struct wired *wired, const struct demo_options *options, struct str url);
/* Ends the story and joins; true when it had not failed. */
bool demo_stop(struct demo *demo);

/* Where the manual clock stands while the history is loaded: an hour before the last midnight of the shop, so that the
 * daily jobs have run once, over the whole history, when the visitor comes in. */
int64_t demo_load_instant(int64_t today_ms, struct str zone);

#endif

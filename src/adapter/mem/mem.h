/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The memory adapter: store, feed and queue in this process, gone with it. It is the shortest statement of the ports'
 * contract and what the story tests run on: one lock around everything, sorted arrays, no cleverness. */
#ifndef REKINDLE_ADAPTER_MEM_H
#define REKINDLE_ADAPTER_MEM_H

#include "port/feed.h"
#include "port/queue.h"
#include "port/store.h"

struct mem_backend;

/* An empty back end, owned by the caller; the store's `close` frees it whole, after the last other call. */
struct mem_backend *mem_open(void);

/* The three faces of one back end; they live as long as it does. */
struct store *mem_store(struct mem_backend *backend);
struct feed *mem_feed(struct mem_backend *backend);
struct queue *mem_queue(struct mem_backend *backend);

#endif

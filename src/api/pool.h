/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Handler threads: a fixed number of them take what is put in, first come first served. They may block (a store commit
 * waits for the disk), so the loop threads of the server never do. Any thread may put. */
#ifndef REKINDLE_API_POOL_H
#define REKINDLE_API_POOL_H

#include <stdbool.h>
#include <stddef.h>

struct pool;

/* Place in the pool's line; lives inside the thing that is put. */
struct pool_item {
    struct pool_item *next;
};

/* Starts `threads` threads that call run(ctx, item). */
struct pool *pool_new(size_t threads, void (*run)(void *ctx, struct pool_item *item), void *ctx);
/* False when the pool closes: the item was not taken. */
bool pool_put(struct pool *pool, struct pool_item *item);
/* Takes nothing more, finishes what it has, joins and frees. NULL is fine. */
void pool_free(struct pool *pool);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Ownership by place: one request or one job has one arena; everything it makes lives until arena_clear. No single
 * free. Blocks double from 4 kB to 1 MB; a larger request gets a block of its own. One thread at a time. */
#ifndef REKINDLE_BASE_ARENA_H
#define REKINDLE_BASE_ARENA_H

#include <stddef.h>

#include "base/str.h"

struct arena_block;

struct arena {
    struct arena_block *head; /* newest block, NULL while empty */
    size_t used_bytes;        /* handed out since init, padding included */
};

/* An empty arena; allocates nothing yet. `(struct arena){0}` is the same. */
void arena_init(struct arena *arena);

/* Gives all blocks back; every pointer from this arena dies. Usable again afterwards. Accepts an empty arena. */
void arena_clear(struct arena *arena);

/* Zeroed memory for count * size bytes, aligned for any type, alive until arena_clear. Never NULL. */
void *arena_new(struct arena *arena, size_t count, size_t size);

/* Copies the slice and adds a NUL after it (so .ptr is also a C string). A NULL slice stays NULL. */
struct str arena_str(struct arena *arena, struct str text);

/* printf into the arena. */
struct str arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The SQLite adapter: store, feed and queue of one shop in one folder, DATA/rekindle.db. One process has the folder open
 * at a time (a lock on DATA/rekindle.lock), because the claims of jobs live in that process's memory. Inside it any thread
 * may call; all writes go through one writer thread that commits many batches at once. */
#ifndef REKINDLE_ADAPTER_SQLITE_H
#define REKINDLE_ADAPTER_SQLITE_H

#include "port/feed.h"
#include "port/queue.h"
#include "port/store.h"

struct sqlite_backend;

/* Opens the folder, which is created with mode 0700 when it is absent (its parent must be there), and the database in it
 * (mode 0600), which is brought to this program's schema. *out is owned by the caller: the store's `close` frees it whole,
 * after the last other call. Without RC_OK *why is a sentence for a person, valid until this thread's next sqlite_open:
 *   RC_BUSY     another process (or another open in this one) has the folder
 *   RC_INVALID  the database is of a newer program, or another program's
 *   RC_CORRUPT  the file is no database, or a damaged one
 *   RC_BUG      a migration failed; the database is as it was
 *   RC_IO       the folder or a file in it cannot be made or read */
enum rc sqlite_open(const char *folder, struct sqlite_backend **out, struct str *why);
/* The same, but rows may name a client that is not there: what the ports' contract allows, for its tests. */
enum rc sqlite_open_loose(const char *folder, struct sqlite_backend **out, struct str *why);

/* Reads the whole database and checks it: pages, indexes and constraints. RC_CORRUPT when something is broken. *loose_rows
 * counts orders, engagements, episodes and emails whose client is not there. Beside other work; minutes for a large one. */
enum rc sqlite_verify(struct sqlite_backend *backend, int64_t *loose_rows);

/* The three faces of one back end; they live as long as it does. */
struct store *sqlite_store(struct sqlite_backend *backend);
struct feed *sqlite_feed(struct sqlite_backend *backend);
struct queue *sqlite_queue(struct sqlite_backend *backend);

#endif

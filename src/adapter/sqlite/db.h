/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Connections: how a database file is opened, and brought to the schema of this program. */
#ifndef REKINDLE_ADAPTER_SQLITE_DB_H
#define REKINDLE_ADAPTER_SQLITE_DB_H

#include "adapter/sqlite/sql.h"

/* The one connection that writes: WAL, 64 MB of cache, no checkpoint of its own accord. Brings a new or older database to
 * this program's schema. Without RC_OK *why is a sentence for a person (static memory): RC_INVALID for another program's
 * or a newer database, which are left as they are; RC_CORRUPT for what is no database; RC_BUG when a migration failed. */
enum rc db_open_writer(struct sql_db *db, const char *path, const char **why);
/* From here on every statement keeps the REFERENCES of schema.sql; outside a transaction. */
enum rc db_enforce_references(struct sql_db *db);
/* One of those that read: query_only, 8 MB of cache. The writer must have opened the file before. */
enum rc db_open_reader(struct sql_db *db, const char *path);

/* Durable (every commit waits for the disk) or relaxed commits from now on; outside a transaction only. */
enum rc db_set_durable(struct sql_db *db, bool durable);

/* Whether the connection waits for others' locks, as it does from its opening. */
void db_set_patience(struct sql_db *db, bool patient);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Prepared statements of one connection, and the one place where SQLite's error codes become an enum rc. One thread at a
 * time has a connection. */
#ifndef REKINDLE_ADAPTER_SQLITE_SQL_H
#define REKINDLE_ADAPTER_SQLITE_SQL_H

#include <sqlite3.h>

#include "base/arena.h"
#include "core/record.h"

/* Statements written out in sql.c; what their parameters are stands there. */
enum sql_fixed {
    SQL_BEGIN,
    SQL_COMMIT,
    SQL_ROLLBACK,
    SQL_SAVEPOINT,
    SQL_RELEASE,
    SQL_ROLLBACK_TO,
    SQL_CHECK,
    SQL_BULK,
    SQL_OPENINGS,
    SQL_COUNTER_ADD,
    SQL_CHANGE_HEAD,
    SQL_CHANGE_READ,
    SQL_CHANGE_TRIM,
    SQL_CHANGE_LOAD,
    SQL_CHANGE_FORGET,
    SQL_CHANGE_FORGET_LOAD,
    SQL_JOB_GET,
    SQL_JOB_PUT,
    SQL_JOB_DELETE,
    SQL_JOB_COUNTS,
    SQL_JOB_FIRST,
    SQL_JOB_LIST_WAITING,
    SQL_JOB_LIST_DEAD,
    SQL_INTEGRITY,
    SQL_LOOSE_ROWS,
    SQL_FIXED
};

/* Statements made from the field table of a kind. Parameters ?1.. are the fields in the order of the table; of the one
 * number past the last field the verb says what it is. */
enum sql_verb {
    SQL_GET,            /* ?1 key: all columns in the order of the table */
    SQL_VERSION,        /* ?1 key: the version */
    SQL_INSERT,         /* version 1 */
    SQL_INSERT_NEW,     /* version 1; nothing happens when the key is there */
    SQL_UPSERT,         /* version 1, or one more than what is there */
    SQL_UPDATE,         /* one more, where the version is ?N+1 */
    SQL_DELETE,         /* ?1 key */
    SQL_DELETE_VERSION, /* ?1 key, ?2 version */
    SQL_VERBS
};

/* Versions of the schema: migration n brings version n to n + 1. schema.sql is migration 0, as bytes made at build time. */
enum { SQL_SCHEMA_VERSION = 4 };
extern const char SCHEMA_SQL[], SCHEMA_2_SQL[], SCHEMA_3_SQL[], SCHEMA_4_SQL[];

struct sql_db {
    sqlite3 *handle;
    sqlite3_stmt *fixed[SQL_FIXED];
    sqlite3_stmt *of_kind[RECORD_KINDS][SQL_VERBS];
    sqlite3_stmt *of_index[RECORD_INDEXES][2]; /* ascending, descending */
};

/* The statement, reset and without bindings, prepared at its first use; owned by the connection. NULL when it cannot be
 * prepared: the fault is logged, and the functions below answer RC_IO for NULL. */
sqlite3_stmt *sql_fixed(struct sql_db *db, enum sql_fixed id);
sqlite3_stmt *sql_of_kind(struct sql_db *db, enum record_kind kind, enum sql_verb verb);
/* ?1 equal; from (?2, ?3) inclusive to (?4, ?5) exclusive, each a sort value and a key; ?6 how many. Without a sort field
 * the range is of keys, ?2 to ?4. */
sqlite3_stmt *sql_of_index(struct sql_db *db, enum record_index index, bool descending);

/* Steps. RC_OK: a row is there. RC_NOT_FOUND: no further row. Else the fault, logged. The caller resets. */
enum rc sql_step(sqlite3_stmt *stmt);
/* Runs a statement that gives no rows, and resets it. A primary key that is there already is RC_CONFLICT. */
enum rc sql_run(sqlite3_stmt *stmt);
/* Runs a fixed statement without parameters. */
enum rc sql_run_fixed(struct sql_db *db, enum sql_fixed id);
/* Runs all statements of one migration, inside the caller's transaction. */
enum rc sql_run_migration(struct sql_db *db, int64_t number);
/* For a statement that may be NULL. */
void sql_reset(sqlite3_stmt *stmt);

/* Binding; texts are borrowed until the statement is reset. Absent binds NULL. Nothing for a NULL statement. */
void sql_bind_text(sqlite3_stmt *stmt, int at, struct str text);
void sql_bind_i64(sqlite3_stmt *stmt, int at, int64_t value);
void sql_bind_above_all(sqlite3_stmt *stmt, int at); /* sorts after every text */
/* All fields but the version, at ?1... */
void sql_bind_record(sqlite3_stmt *stmt, enum record_kind kind, const void *record);

/* Reading the row a step found. Texts are copied to the arena. */
struct str sql_text(sqlite3_stmt *stmt, int column, struct arena *arena);
int64_t sql_i64(sqlite3_stmt *stmt, int column);
/* All columns in the order of the field table. RC_CORRUPT for a word that the enum does not have. */
enum rc sql_read_record(sqlite3_stmt *stmt, enum record_kind kind, struct arena *arena, void *record);

/* Turns a result code into an rc and logs it once: SQLite's codes and the statement's name, never a value. */
enum rc sql_fault(sqlite3 *handle, const char *statement);
/* Wakes or silences all triggers of the connection. Every statement is prepared again at its next use. */
enum rc sql_set_triggers(struct sql_db *db, bool awake);
/* Rows changed by the last statement that was run. */
int sql_changes(const struct sql_db *db);

/* Finalises all statements and closes the handle; accepts one that never opened. */
void sql_close(struct sql_db *db);

#endif

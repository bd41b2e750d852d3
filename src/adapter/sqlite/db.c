/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Opening and migrating. The sizes are measured: with a 64 MB cache a load is bound by the CPU and more gives nothing; the
 * default 1,000 pages between checkpoints cost two thirds of the rate, so the writer makes its own (writer.c). */
#include "adapter/sqlite/db.h"

#include "base/log.h"

enum { BUSY_TIMEOUT_MS = 5000, APPLICATION_ID = 1380664396 /* 'RKDL', also at the end of schema.sql */ };

/* Temporary structures stay in memory: a savepoint's journal is a few pages. No memory map: an I/O error is an error code
 * then and never a SIGBUS. (trusted_schema cannot be off: this SQLite counts its own json functions as unsafe.) */
#define PRAGMAS_COMMON "PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON;"

static enum rc open_handle(struct sql_db *db, const char *path)
{
    /* Not a flag of the connection but of its use: one thread at a time has it. */
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    *db = (struct sql_db){0};
    if (sqlite3_open_v2(path, &db->handle, flags, NULL) != SQLITE_OK)
        return sql_fault(db->handle, "open");
    sqlite3_busy_timeout(db->handle, BUSY_TIMEOUT_MS);
    return RC_OK;
}

enum rc db_open_reader(struct sql_db *db, const char *path)
{
    enum rc rc = open_handle(db, path);
    if (rc == RC_OK && sqlite3_exec(db->handle, PRAGMAS_COMMON "PRAGMA cache_size = -8192; PRAGMA query_only = ON;",
                                    NULL, NULL, NULL) != SQLITE_OK)
        rc = sql_fault(db->handle, "open_reader");
    return rc;
}

/* sqlite3_exec callback: the first column as a number. */
static int take_number(void *out, int columns, char **values, char **names)
{
    (void)names;
    return columns == 1 && str_to_i64(str_of(values[0]), out) == RC_OK ? 0 : 1;
}

static enum rc read_numbers(sqlite3 *handle, int64_t *application, int64_t *version, int64_t *tables)
{
    if (sqlite3_exec(handle, "PRAGMA application_id", take_number, application, NULL) == SQLITE_OK &&
        sqlite3_exec(handle, "PRAGMA user_version", take_number, version, NULL) == SQLITE_OK &&
        sqlite3_exec(handle, "SELECT count(*) FROM sqlite_schema", take_number, tables, NULL) == SQLITE_OK)
        return RC_OK;
    return sql_fault(handle, "read_schema_version");
}

/* One migration in a transaction of its own. */
static enum rc migrate(struct sql_db *db, int64_t version)
{
    enum rc rc = sql_run_fixed(db, SQL_BEGIN);
    if (rc == RC_OK)
        rc = sql_run_migration(db, version);
    if (rc == RC_OK)
        rc = sql_run_fixed(db, SQL_COMMIT);
    if (rc != RC_OK && !sqlite3_get_autocommit(db->handle))
        sql_run_fixed(db, SQL_ROLLBACK);
    return rc;
}

/* After a reset the log file is cut to 128 MB, so that one large load does not keep its size for ever. secure_delete: what
 * is deleted is overwritten, since an erased person shall not be found in free pages. */
static enum rc set_up_writer(struct sql_db *db)
{
    if (sqlite3_exec(db->handle,
                     PRAGMAS_COMMON
                     "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
                     "PRAGMA journal_size_limit = 134217728; PRAGMA cache_size = -65536;"
                     "PRAGMA secure_delete = ON;",
                     NULL, NULL, NULL) == SQLITE_OK)
        return RC_OK;
    return sql_fault(db->handle, "set_up_writer");
}

enum rc db_enforce_references(struct sql_db *db)
{
    if (sqlite3_exec(db->handle, "PRAGMA foreign_keys = ON", NULL, NULL, NULL) == SQLITE_OK)
        return RC_OK;
    return sql_fault(db->handle, "enforce_references");
}

/* Whether the file is ours to work on; nothing is written before that is known. */
static enum rc check_identity(struct sql_db *db, int64_t *version, const char **why)
{
    int64_t application = 0, tables = 0;
    enum rc rc = read_numbers(db->handle, &application, version, &tables);
    if (rc != RC_OK) {
        *why = rc == RC_CORRUPT ? "rekindle.db is not a database, or a damaged one" : "rekindle.db cannot be read";
        return rc;
    }
    if (tables > 0 && application != APPLICATION_ID) {
        *why = "rekindle.db is the database of another program";
        return RC_INVALID;
    }
    if (*version > SQL_SCHEMA_VERSION) {
        *why = "rekindle.db was written by a newer version of Rekindle: run that version, or restore an older backup";
        return RC_INVALID;
    }
    return RC_OK;
}

enum rc db_open_writer(struct sql_db *db, const char *path, const char **why)
{
    int64_t version = 0;
    *why = "rekindle.db cannot be opened";
    enum rc rc = open_handle(db, path);
    if (rc == RC_OK)
        rc = check_identity(db, &version, why);
    if (rc == RC_OK)
        rc = set_up_writer(db);
    if (rc != RC_OK)
        return rc;
    *why = "rekindle.db could not be brought to this version's schema; it is as it was";
    for (; rc == RC_OK && version < SQL_SCHEMA_VERSION; version++)
        rc = migrate(db, version);
    return rc;
}

enum rc db_set_durable(struct sql_db *db, bool durable)
{
    int code = durable ? sqlite3_exec(db->handle, "PRAGMA synchronous = FULL", NULL, NULL, NULL)
                       : sqlite3_exec(db->handle, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL);
    return code == SQLITE_OK ? RC_OK : sql_fault(db->handle, "synchronous");
}

void db_set_patience(struct sql_db *db, bool patient)
{
    sqlite3_busy_timeout(db->handle, patient ? BUSY_TIMEOUT_MS : 0);
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Is the database whole? For `rekindle verify` and for tests that killed the program. */
#include "adapter/sqlite/backend.h"

#include "base/log.h"

static enum rc check_integrity(struct sql_db *db)
{
    sqlite3_stmt *stmt = sql_fixed(db, SQL_INTEGRITY);
    struct arena arena = {0};
    enum rc rc = sql_step(stmt);
    if (rc == RC_OK && !str_equal(sql_text(stmt, 0, &arena), STR("ok"))) {
        log_error("store_damaged", "rc=%s", rc_name(RC_CORRUPT));
        rc = RC_CORRUPT;
    }
    sql_reset(stmt);
    arena_clear(&arena);
    return rc == RC_NOT_FOUND ? RC_BUG : rc;
}

static enum rc count_loose(struct sql_db *db, int64_t *rows)
{
    sqlite3_stmt *stmt = sql_fixed(db, SQL_LOOSE_ROWS);
    enum rc rc = sql_step(stmt);
    *rows = rc == RC_OK ? sql_i64(stmt, 0) : 0;
    sql_reset(stmt);
    return rc == RC_NOT_FOUND ? RC_BUG : rc;
}

enum rc sqlite_verify(struct sqlite_backend *backend, int64_t *loose_rows)
{
    struct sql_db *db = reader_take(&backend->readers);
    *loose_rows = 0;
    if (db == NULL)
        return RC_IO;
    enum rc rc = check_integrity(db);
    if (rc == RC_OK)
        rc = count_loose(db, loose_rows);
    reader_give(&backend->readers, db);
    return rc;
}

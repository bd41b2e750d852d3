/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reading beside the writer: a small pool of connections, each used by one thread at a time. Every statement sees the
 * newest commit, so whoever was answered by the writer reads what was written. */
#include "adapter/sqlite/backend.h"

#include "base/mem.h"

/* --- the pool ---------------------------------------------------------------------------------------------------- */
void readers_init(struct readers *readers, const char *path)
{
    *readers = (struct readers){.path = path};
    lock_init(&readers->lock);
    signal_count_init(&readers->returned);
}

void readers_clear(struct readers *readers)
{
    for (size_t i = 0; i < readers->idle_count; i++) {
        sql_close(readers->idle[i]);
        mem_free(readers->idle[i]);
    }
    signal_count_clear(&readers->returned);
    lock_clear(&readers->lock);
}

/* An idle one, or the right to open one (*may_open). */
static struct sql_db *take_idle(struct readers *readers, bool *may_open)
{
    struct sql_db *db = NULL;
    lock_take(&readers->lock);
    *may_open = false;
    if (readers->idle_count > 0) {
        db = readers->idle[--readers->idle_count];
    } else if (readers->open_count < READERS_MAX) {
        readers->open_count++;
        *may_open = true;
    }
    lock_drop(&readers->lock);
    return db;
}

static struct sql_db *open_one(struct readers *readers)
{
    struct sql_db *db = mem_new(1, sizeof(*db));
    if (db_open_reader(db, readers->path) == RC_OK)
        return db;
    sql_close(db);
    mem_free(db);
    lock_take(&readers->lock);
    readers->open_count--;
    lock_drop(&readers->lock);
    signal_count_bump(&readers->returned);
    return NULL;
}

struct sql_db *reader_take(struct readers *readers)
{
    for (;;) {
        bool may_open = false;
        uint64_t seen = signal_count_get(&readers->returned);
        struct sql_db *db = take_idle(readers, &may_open);
        if (db != NULL)
            return db;
        if (may_open)
            return open_one(readers);
        signal_count_wait(&readers->returned, seen, -1);
    }
}

void reader_give(struct readers *readers, struct sql_db *db)
{
    lock_take(&readers->lock);
    readers->idle[readers->idle_count++] = db;
    lock_drop(&readers->lock);
    signal_count_bump(&readers->returned);
}

/* --- get --------------------------------------------------------------------------------------------------------- */
enum rc reader_get(struct readers *readers, enum record_kind kind, struct str key, struct arena *arena, void *out)
{
    struct sql_db *db = reader_take(readers);
    if (db == NULL)
        return RC_IO;
    sqlite3_stmt *stmt = sql_of_kind(db, kind, SQL_GET);
    sql_bind_text(stmt, 1, key);
    enum rc rc = sql_step(stmt);
    if (rc == RC_OK)
        rc = sql_read_record(stmt, kind, arena, out);
    sql_reset(stmt);
    reader_give(readers, db);
    return rc;
}

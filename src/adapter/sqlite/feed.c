/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The change feed: the table that the triggers write, read in order of seq. The newest seq is kept in memory, where the
 * writer moves it after each commit. */
#include "adapter/sqlite/backend.h"

enum rc feed_open(struct sqlite_backend *backend)
{
    sqlite3_stmt *stmt = sql_fixed(&backend->writer.db, SQL_CHANGE_HEAD);
    enum rc rc = sql_step(stmt);
    atomic_store(&backend->head, rc == RC_OK ? sql_i64(stmt, 0) : 0);
    sql_reset(stmt);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static int record_kind_from(struct str name)
{
    for (int kind = 0; kind < RECORD_KINDS; kind++)
        if (str_equal(name, str_of(RECORD_TYPES[kind].name)))
            return kind;
    return -1;
}

/* A row in words this program does not know comes as kind RECORD_KINDS with its text in key. */
static struct change read_change(sqlite3_stmt *stmt, struct arena *arena)
{
    struct str kind_word = sql_text(stmt, 1, arena), op_word = sql_text(stmt, 2, arena);
    struct change change = {.seq = sql_i64(stmt, 0),
                            .key = sql_text(stmt, 3, arena),
                            .at = sql_i64(stmt, 4),
                            .old_image = sql_text(stmt, 5, arena),
                            .new_image = sql_text(stmt, 6, arena)};
    int kind = record_kind_from(kind_word), op = field_enum_from(CHANGE_OP_WORDS, op_word);
    change.kind = kind < 0 || op < 0 ? RECORD_KINDS : (enum record_kind)kind;
    change.op = op < 0 ? CHANGE_PUT : (enum change_op)op;
    if (change.kind == RECORD_KINDS)
        change.key = arena_printf(arena, "%.*s %.*s %.*s", STR_ARG(kind_word), STR_ARG(op_word), STR_ARG(change.key));
    return change;
}

static enum rc feed_read(struct feed *feed, int64_t after, size_t max, struct arena *arena, struct change **out,
                         size_t *count)
{
    struct sqlite_backend *backend = SQLITE_BACKEND(feed, feed);
    struct sql_db *db = reader_take(&backend->readers);
    *count = 0;
    if (db == NULL)
        return RC_IO;
    sqlite3_stmt *stmt = sql_fixed(db, SQL_CHANGE_READ);
    *out = arena_new(arena, max, sizeof(**out));
    sql_bind_i64(stmt, 1, after);
    sql_bind_i64(stmt, 2, (int64_t)max);
    enum rc rc = sql_step(stmt);
    for (; rc == RC_OK; rc = sql_step(stmt))
        (*out)[(*count)++] = read_change(stmt, arena);
    sql_reset(stmt);
    reader_give(&backend->readers, db);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc feed_head(struct feed *feed, int64_t *seq)
{
    *seq = atomic_load(&SQLITE_BACKEND(feed, feed)->head);
    return RC_OK;
}

static enum rc feed_wait(struct feed *feed, int64_t after, int64_t timeout_ms)
{
    struct sqlite_backend *backend = SQLITE_BACKEND(feed, feed);
    /* Seen before the look at head: a commit after the look has bumped past it. */
    uint64_t seen = signal_count_get(&backend->changed);
    if (atomic_load(&backend->head) <= after && timeout_ms > 0)
        signal_count_wait(&backend->changed, seen, timeout_ms);
    return RC_OK;
}

static void feed_poke(struct feed *feed) { signal_count_bump(&SQLITE_BACKEND(feed, feed)->changed); }

/* Trimming goes in slices, each a commit of its own, so that it never keeps others waiting for long. */
struct trim {
    int64_t after, up_to_seq, older_than_ms;
    size_t rows;
};
enum { TRIM_SLICE = 2000 };

static enum rc apply_trim(struct write_tx *tx, void *arg)
{
    struct trim *trim = arg;
    sqlite3_stmt *stmt = sql_fixed(tx->db, SQL_CHANGE_TRIM);
    trim->rows = 0;
    sql_bind_i64(stmt, 1, trim->after);
    sql_bind_i64(stmt, 2, trim->up_to_seq);
    sql_bind_i64(stmt, 3, trim->older_than_ms);
    sql_bind_i64(stmt, 4, TRIM_SLICE);
    enum rc rc = sql_step(stmt);
    for (; rc == RC_OK; rc = sql_step(stmt), trim->rows++)
        if (sql_i64(stmt, 0) > trim->after)
            trim->after = sql_i64(stmt, 0);
    sql_reset(stmt);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc feed_trim(struct feed *feed, int64_t up_to_seq, int64_t older_than_ms)
{
    struct trim trim = {.after = 0, .up_to_seq = up_to_seq, .older_than_ms = older_than_ms};
    enum rc rc = RC_OK;
    do {
        rc = writer_run(SQLITE_BACKEND(feed, feed), &(struct write_request){.apply = apply_trim, .arg = &trim});
    } while (rc == RC_OK && trim.rows == TRIM_SLICE);
    return rc;
}

static enum rc apply_forget(struct write_tx *tx, void *arg)
{
    const struct str *client_id = arg;
    const enum sql_fixed ids[] = {SQL_CHANGE_FORGET, SQL_CHANGE_FORGET_LOAD};
    enum rc rc = RC_OK;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0] && rc == RC_OK; i++) {
        sqlite3_stmt *stmt = sql_fixed(tx->db, ids[i]);
        sql_bind_text(stmt, 1, *client_id);
        rc = sql_step(stmt);
        sql_reset(stmt);
        rc = rc == RC_NOT_FOUND ? RC_OK : rc; /* no row comes back: it is done */
    }
    return rc;
}

/* Scans the log, which holds some days: erasures are rare. */
static enum rc feed_forget(struct feed *feed, struct str client_id)
{
    return writer_run(
        SQLITE_BACKEND(feed, feed),
        &(struct write_request){.apply = apply_forget, .arg = &client_id, .durable = true, .cut_log = true});
}

const struct feed_vtable SQLITE_FEED_VTABLE = {.read = feed_read,
                                               .head = feed_head,
                                               .wait = feed_wait,
                                               .poke = feed_poke,
                                               .trim = feed_trim,
                                               .forget = feed_forget};

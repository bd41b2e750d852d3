/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The writer thread. Callers queue requests and sleep; the thread takes all that are queued, applies each between
 * savepoints in one transaction, commits once and answers all. While a commit waits for the disk the next group gathers
 * by itself, so a hundred writers share one fsync and nobody waits on purpose.
 *
 * A group is durable when one of its requests is: then the commit syncs the log (synchronous=FULL), which carries every
 * earlier relaxed commit with it, for the log is one file. Relaxed groups do not sync.
 *
 * A request that fails alone is rolled back to its savepoint. A fault of the disk fails the group: nothing of it is
 * there, everyone is answered RC_IO, and one line is logged. */
#include "adapter/sqlite/backend.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/metrics.h"

enum { GROUP_MAX = 256, CHECKPOINT_PAGES = 20000 /* 80 MB of log; measured */, CUT_AGAIN_MS = 100 };

void write_tx_move(struct write_tx *tx, struct job_move move)
{
    if (tx->move_count == tx->move_cap) {
        tx->move_cap = tx->move_cap == 0 ? 256 : 2 * tx->move_cap;
        tx->moves = mem_resize(tx->moves, tx->move_cap, sizeof(*tx->moves));
    }
    tx->moves[tx->move_count++] = move;
}

/* Takes back what was noted since `mark`: claims that were to end run on. */
static void forget_moves(struct write_tx *tx, size_t mark)
{
    for (size_t i = mark; i < tx->move_count; i++)
        if (tx->moves[i].ended != NULL)
            tx->moves[i].ended->finishing = false;
    tx->move_count = mark;
}

static bool is_fatal(enum rc rc) { return rc == RC_IO || rc == RC_CORRUPT; }

/* A request that has the transaction to itself needs no savepoint: under one, SQLite copies each page before it is changed
 * (and of a long load walks, with each statement, all of what it has copied). Its fault rolls everything back. */
static enum rc apply_alone(struct write_tx *tx, struct write_request *request)
{
    request->rc = request->apply(tx, request->arg);
    if (request->rc == RC_OK || is_fatal(request->rc) || sqlite3_get_autocommit(tx->db->handle))
        return request->rc == RC_OK || is_fatal(request->rc) ? request->rc : RC_IO;
    forget_moves(tx, 0);
    enum rc rc = sql_run_fixed(tx->db, SQL_ROLLBACK);
    return rc == RC_OK ? sql_run_fixed(tx->db, SQL_BEGIN) : RC_IO;
}

/* One request of several, between savepoints. Its own fault goes to request->rc; what is returned is the group's. */
static enum rc apply_request(struct write_tx *tx, struct write_request *request)
{
    size_t mark = tx->move_count;
    enum rc rc = sql_run_fixed(tx->db, SQL_SAVEPOINT);
    if (rc != RC_OK)
        return RC_IO;
    rc = request->rc = request->apply(tx, request->arg);
    if (rc == RC_OK)
        return sql_run_fixed(tx->db, SQL_RELEASE) == RC_OK ? RC_OK : RC_IO;
    forget_moves(tx, mark);
    if (is_fatal(rc) || sqlite3_get_autocommit(tx->db->handle))
        return is_fatal(rc) ? rc : RC_IO; /* some faults end the transaction by themselves */
    if (sql_run_fixed(tx->db, SQL_ROLLBACK_TO) != RC_OK || sql_run_fixed(tx->db, SQL_RELEASE) != RC_OK)
        return RC_IO;
    return RC_OK;
}

static enum rc begin(struct writer *writer, const struct write_request *group)
{
    bool durable = false;
    for (const struct write_request *request = group; request != NULL; request = request->next)
        durable = durable || request->durable;
    if (durable != writer->durable && db_set_durable(&writer->db, durable) != RC_OK)
        return RC_IO;
    writer->durable = durable;
    return sql_run_fixed(&writer->db, SQL_BEGIN);
}

static enum rc read_head(struct sql_db *db, int64_t *head)
{
    sqlite3_stmt *stmt = sql_fixed(db, SQL_CHANGE_HEAD);
    enum rc rc = sql_step(stmt);
    *head = rc == RC_OK ? sql_i64(stmt, 0) : 0;
    sql_reset(stmt);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

/* Applies and commits the group. Without RC_OK nothing of it is there. */
static enum rc commit_group(struct write_tx *tx, struct write_request *group, int64_t *head)
{
    enum rc rc = begin(&tx->backend->writer, group);
    if (rc == RC_OK && group->next == NULL)
        rc = apply_alone(tx, group);
    else
        for (struct write_request *request = group; request != NULL && rc == RC_OK; request = request->next)
            rc = apply_request(tx, request);
    if (rc == RC_OK)
        rc = read_head(tx->db, head);
    if (rc == RC_OK)
        rc = sql_run_fixed(tx->db, SQL_COMMIT);
    if (rc != RC_OK && !sqlite3_get_autocommit(tx->db->handle))
        sql_run_fixed(tx->db, SQL_ROLLBACK);
    if (rc != RC_OK)
        forget_moves(tx, 0);
    return rc == RC_OK || rc == RC_CORRUPT ? rc : RC_IO;
}

static void publish(struct write_tx *tx, int64_t head)
{
    struct sqlite_backend *backend = tx->backend;
    queue_publish(&backend->jobs, tx->moves, tx->move_count);
    tx->move_count = 0;
    if (head > atomic_load(&backend->head)) {
        atomic_store(&backend->head, head);
        signal_count_bump(&backend->changed);
    }
}

/* Counted before anyone is answered: whoever has an answer finds it in the numbers. */
static void count_group(struct writer *writer, const struct write_request *group, int64_t begun_ms)
{
    int size = 0;
    for (const struct write_request *request = group; request != NULL; request = request->next)
        size++;
    atomic_fetch_add(&writer->commits, 1);
    atomic_fetch_add(&writer->batches, size);
    metrics_add("rekindle_store_commits_total", NULL, 1);
    metrics_add("rekindle_store_batches_total", NULL, size);
    metrics_observe("rekindle_store_group_size", NULL, size);
    metrics_observe("rekindle_store_commit_seconds", NULL, (double)(clock_mono() - begun_ms) / 1000.0);
}

static void run_group(struct write_tx *tx, struct write_request *group)
{
    int64_t head = 0, begun_ms = clock_mono();
    enum rc rc = commit_group(tx, group, &head);
    if (rc == RC_OK)
        publish(tx, head);
    count_group(&tx->backend->writer, group, begun_ms);
    for (struct write_request *request = group, *next = NULL; request != NULL; request = next) {
        next = request->next;
        if (rc != RC_OK)
            request->rc = rc;
        signal_count_bump(&request->slot->answered); /* from here on the request is its caller's again */
    }
}

/* Called by SQLite after each commit with the length of the log. */
static int note_wal_pages(void *writer, sqlite3 *handle, const char *database, int pages)
{
    (void)handle;
    (void)database;
    ((struct writer *)writer)->wal_pages = pages;
    return SQLITE_OK;
}

/* Moves the log into the database once it is long, after everyone has been answered. A reader in the way leaves a part of
 * it: then it is tried again when the log has grown by a quarter, not after every commit. */
static void checkpoint(struct writer *writer)
{
    int pages = 0, moved = 0;
    if (writer->wal_pages < writer->checkpoint_at)
        return;
    if (sqlite3_wal_checkpoint_v2(writer->db.handle, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, &moved) != SQLITE_OK)
        sql_fault(writer->db.handle, "checkpoint");
    writer->checkpoint_at = moved == pages ? CHECKPOINT_PAGES : writer->wal_pages + CHECKPOINT_PAGES / 4;
}

/* Empties the log: its whole content into the database, the file to no length. Does not wait for readers, as all writers
 * would wait with it, but tries again: after the next group, or soon. */
static void cut_log(struct writer *writer)
{
    if (!writer->cut_wanted)
        return;
    db_set_patience(&writer->db, false);
    int code = sqlite3_wal_checkpoint_v2(writer->db.handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    db_set_patience(&writer->db, true);
    if (code == SQLITE_OK) {
        writer->cut_wanted = false;
        writer->wal_pages = 0;
    } else if ((code & 0xff) != SQLITE_BUSY) {
        sql_fault(writer->db.handle, "cut_log");
    }
}

static bool wants_cut(const struct write_request *group)
{
    for (; group != NULL; group = group->next)
        if (group->cut_log)
            return true;
    return false;
}

/* The queued requests that share the next transaction, in order; NULL when there are none. */
static struct write_request *take_group(struct writer *writer, bool *stopping)
{
    lock_take(&writer->lock);
    struct write_request *group = writer->first, *last = group;
    *stopping = writer->stopping;
    for (int size = 1; last != NULL && !last->alone && last->next != NULL && !last->next->alone && size < GROUP_MAX;
         size++)
        last = last->next;
    if (last != NULL) {
        writer->first = last->next;
        if (writer->first == NULL)
            writer->last = &writer->first;
        last->next = NULL;
    }
    lock_drop(&writer->lock);
    return group;
}

static void run_thread(void *arg)
{
    struct sqlite_backend *backend = arg;
    struct writer *writer = &backend->writer;
    struct write_tx tx = {.backend = backend, .db = &writer->db};
    for (;;) {
        bool stopping = false;
        /* Seen before the look: a request queued after the look has bumped past it. */
        uint64_t seen = signal_count_get(&writer->work);
        struct write_request *group = take_group(writer, &stopping);
        if (group != NULL) {
            writer->cut_wanted = writer->cut_wanted || wants_cut(group); /* before they are their callers' again */
            run_group(&tx, group);
            checkpoint(writer);
            cut_log(writer);
        } else if (stopping) {
            break;
        } else {
            signal_count_wait(&writer->work, seen, writer->cut_wanted ? CUT_AGAIN_MS : -1);
            cut_log(writer);
        }
    }
    mem_free(tx.moves);
}

void writer_start(struct sqlite_backend *backend)
{
    struct writer *writer = &backend->writer;
    writer->last = &writer->first;
    writer->checkpoint_at = CHECKPOINT_PAGES;
    writer->durable = true; /* as db_open_writer leaves it */
    lock_init(&writer->lock);
    signal_count_init(&writer->work);
    sqlite3_wal_hook(writer->db.handle, note_wal_pages, writer);
    thread_start(&writer->thread, "store-writer", run_thread, backend);
}

void writer_stop(struct sqlite_backend *backend)
{
    struct writer *writer = &backend->writer;
    lock_take(&writer->lock);
    writer->stopping = true;
    lock_drop(&writer->lock);
    signal_count_bump(&writer->work);
    thread_join(&writer->thread);
    if (sqlite3_wal_checkpoint_v2(writer->db.handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) != SQLITE_OK)
        sql_fault(writer->db.handle, "checkpoint"); /* the log is kept and read at the next opening */
    while (writer->free_slots != NULL) {
        struct write_slot *slot = writer->free_slots;
        writer->free_slots = slot->next;
        signal_count_clear(&slot->answered);
        mem_free(slot);
    }
    signal_count_clear(&writer->work);
    lock_clear(&writer->lock);
}

/* Locked. */
static struct write_slot *take_slot(struct writer *writer)
{
    struct write_slot *slot = writer->free_slots;
    if (slot != NULL) {
        writer->free_slots = slot->next;
        return slot;
    }
    slot = mem_new(1, sizeof(*slot));
    signal_count_init(&slot->answered);
    return slot;
}

enum rc writer_run(struct sqlite_backend *backend, struct write_request *request)
{
    struct writer *writer = &backend->writer;
    lock_take(&writer->lock);
    request->slot = take_slot(writer);
    request->next = NULL;
    uint64_t seen = signal_count_get(&request->slot->answered);
    *writer->last = request;
    writer->last = &request->next;
    lock_drop(&writer->lock);
    signal_count_bump(&writer->work);
    signal_count_wait(&request->slot->answered, seen, -1);
    lock_take(&writer->lock);
    request->slot->next = writer->free_slots;
    writer->free_slots = request->slot;
    lock_drop(&writer->lock);
    return request->rc;
}

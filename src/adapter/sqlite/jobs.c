/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Jobs inside the writer's transaction. The table holds at most one row of a (kind, key) that is not dead. While a job
 * runs that row is its own (same generation), kept so that a crash runs it again; a put then replaces the row, and the
 * row is the newer job that waits. When a finish finds its own generation in the row it may touch it; else it may not. */
#include "adapter/sqlite/backend.h"

/* The row that is not dead, and who runs. */
struct standing {
    bool there;
    int64_t run_at, generation, created_at;
    struct claim *claim; /* the running one, NULL when none runs */
    bool own;            /* the row is the running job's own: nothing waits */
};

static enum rc find_row(struct sql_db *db, enum job_kind kind, struct str key, bool dead, struct standing *out)
{
    sqlite3_stmt *stmt = sql_fixed(db, SQL_JOB_GET);
    *out = (struct standing){0};
    sql_bind_text(stmt, 1, str_of(JOB_KIND_WORDS[kind]));
    sql_bind_text(stmt, 2, key);
    sql_bind_i64(stmt, 3, dead);
    enum rc rc = sql_step(stmt);
    if (rc == RC_OK)
        *out = (struct standing){
            .there = true, .run_at = sql_i64(stmt, 0), .generation = sql_i64(stmt, 2), .created_at = sql_i64(stmt, 4)};
    sql_reset(stmt);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc find_standing(struct write_tx *tx, enum job_kind kind, struct str key, struct standing *out)
{
    enum rc rc = find_row(tx->db, kind, key, false, out);
    struct claim *claim = queue_find_claim(&tx->backend->jobs, kind, key);
    out->claim = claim != NULL && !claim->finishing ? claim : NULL;
    out->own = out->there && out->claim != NULL && out->claim->job.generation == out->generation;
    return rc;
}

static enum rc write_row(struct sql_db *db, const struct job *job)
{
    sqlite3_stmt *stmt = sql_fixed(db, SQL_JOB_PUT);
    sql_bind_text(stmt, 1, str_of(JOB_KIND_WORDS[job->kind]));
    sql_bind_text(stmt, 2, job->key);
    sql_bind_i64(stmt, 3, job->dead);
    sql_bind_i64(stmt, 4, job->run_at);
    sql_bind_i64(stmt, 5, job->attempts);
    sql_bind_i64(stmt, 6, job->generation);
    sql_bind_text(stmt, 7, job->reason);
    sql_bind_i64(stmt, 8, job->created_at);
    return sql_run(stmt);
}

static enum rc delete_row(struct sql_db *db, enum job_kind kind, struct str key, bool dead)
{
    sqlite3_stmt *stmt = sql_fixed(db, SQL_JOB_DELETE);
    sql_bind_text(stmt, 1, str_of(JOB_KIND_WORDS[kind]));
    sql_bind_text(stmt, 2, key);
    sql_bind_i64(stmt, 3, dead);
    return sql_run(stmt);
}

static enum rc cancel(struct write_tx *tx, const struct store_job *put, const struct standing *row)
{
    if (!row->there || row->own)
        return RC_OK;
    struct job_move move = {.kind = put->kind, .key = put->key, .run_at = I64_NONE, .waiting = -1};
    enum rc rc = RC_OK;
    if (row->claim != NULL) {
        rc = write_row(tx->db, &row->claim->job); /* the row is the running job's again */
        move.waiting = 0;
    } else {
        rc = delete_row(tx->db, put->kind, put->key, false);
    }
    write_tx_move(tx, move);
    return rc;
}

/* A fresh job. The created_at of one that waited already stays: since then there is something to do. */
static enum rc put_job(struct write_tx *tx, const struct store_job *put, int64_t now)
{
    struct standing row;
    enum rc rc = find_standing(tx, put->kind, put->key, &row);
    if (rc != RC_OK)
        return rc;
    if (put->op == STORE_JOB_CANCEL)
        return cancel(tx, put, &row);
    bool waits = row.there && !row.own;
    struct job job = {.kind = put->kind,
                      .key = put->key,
                      .run_at = put->run_at,
                      .generation = ++tx->backend->jobs.generation,
                      .created_at = waits ? row.created_at : now};
    if (waits && put->op == STORE_JOB_EARLIEST && row.run_at < job.run_at)
        job.run_at = row.run_at;
    write_tx_move(
        tx, (struct job_move){.kind = put->kind, .key = put->key, .run_at = job.run_at, .waiting = row.there ? 0 : 1});
    return write_row(tx->db, &job);
}

enum rc apply_jobs(struct write_tx *tx, const struct store_job *jobs, size_t count, int64_t now)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < count && rc == RC_OK; i++)
        rc = put_job(tx, &jobs[i], now);
    return rc;
}

/* Lays the job among the dead, in place of an older dead one. */
static enum rc bury(struct write_tx *tx, struct job job, const struct standing *row, struct job_move *move)
{
    struct standing dead;
    enum rc rc = find_row(tx->db, job.kind, job.key, true, &dead);
    if (rc == RC_OK && row->own) {
        rc = delete_row(tx->db, job.kind, job.key, false);
        move->waiting = -1;
    }
    move->dead = dead.there ? 0 : 1;
    job.dead = true;
    return rc == RC_OK ? write_row(tx->db, &job) : rc;
}

/* The row after the finish of `claim`, which is still in `row` as it stood before. */
static enum rc finish_row(struct write_tx *tx, const struct store_finish *finish, const struct standing *row,
                          struct job_move *move)
{
    struct job job = row->claim->job;
    bool newer = row->there && !row->own;
    if (newer)
        move->run_at = row->run_at;
    if (finish->op == STORE_FINISH_RETRY || finish->op == STORE_FINISH_BURY) {
        job.attempts++;
        job.reason = finish->reason;
    }
    if (finish->op == STORE_FINISH_BURY)
        return bury(tx, job, row, move);
    if (newer)
        return RC_OK;
    if (finish->op == STORE_FINISH_ACK) {
        move->waiting = row->there ? -1 : 0;
        return delete_row(tx->db, job.kind, job.key, false);
    }
    job.run_at = move->run_at = finish->run_at;
    move->waiting = row->there ? 0 : 1;
    return write_row(tx->db, &job);
}

enum rc apply_finish(struct write_tx *tx, const struct store_finish *finish)
{
    if (finish->op == STORE_FINISH_NOTHING)
        return RC_OK;
    struct standing row;
    enum rc rc = find_standing(tx, finish->job->kind, finish->job->key, &row);
    if (rc != RC_OK)
        return rc;
    if (row.claim == NULL || row.claim->job.generation != finish->job->generation)
        return RC_CONFLICT;
    struct job_move move = {.kind = finish->job->kind, .key = finish->job->key, .run_at = I64_NONE, .ended = row.claim};
    row.claim->finishing = true; /* forget_moves takes it back */
    rc = finish_row(tx, finish, &row, &move);
    write_tx_move(tx, move);
    return rc;
}

/* --- for staff, and a claim that is given back ------------------------------------------------------------------- */
enum rc apply_redrive(struct write_tx *tx, void *arg)
{
    const struct job_call *call = arg;
    struct standing dead;
    enum rc rc = find_row(tx->db, call->kind, call->key, true, &dead);
    if (rc == RC_OK && !dead.there)
        rc = RC_NOT_FOUND;
    if (rc == RC_OK)
        rc = put_job(tx, &(struct store_job){STORE_JOB_EARLIEST, call->kind, call->key, call->now}, dead.created_at);
    return rc == RC_OK ? apply_dismiss(tx, arg) : rc;
}

enum rc apply_dismiss(struct write_tx *tx, void *arg)
{
    const struct job_call *call = arg;
    enum rc rc = delete_row(tx->db, call->kind, call->key, true);
    if (rc == RC_OK && sql_changes(tx->db) == 0)
        return RC_NOT_FOUND;
    write_tx_move(tx, (struct job_move){.kind = call->kind, .key = call->key, .run_at = I64_NONE, .dead = -1});
    return rc;
}

/* The claim ends and its job waits as it was claimed, unless a newer one waits. The row is missing only when a cancel was
 * committed at the very moment of the claim. */
enum rc apply_drop(struct write_tx *tx, void *arg)
{
    const struct job *job = ((const struct job_call *)arg)->job;
    struct standing row;
    enum rc rc = find_standing(tx, job->kind, job->key, &row);
    if (rc != RC_OK)
        return rc;
    if (row.claim == NULL || row.claim->job.generation != job->generation)
        return RC_CONFLICT;
    struct job_move move = {.kind = job->kind,
                            .key = job->key,
                            .run_at = row.there ? row.run_at : job->run_at,
                            .waiting = row.there ? 0 : 1,
                            .ended = row.claim};
    row.claim->finishing = true;
    write_tx_move(tx, move);
    return row.there ? RC_OK : write_row(tx->db, &row.claim->job);
}

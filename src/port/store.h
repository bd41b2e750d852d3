/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The store: records by key and along indexes, and one conditional commit. The contract is what the weakest back end can
 * do: get by key, list by index with a cursor, a conditional batch of at most 100 writes. tests/contract holds every
 * adapter to it. Any thread may call; a call blocks until it is done.
 *
 * Records come back with their texts in the caller's arena. Versions: the store gives every record version 1 when it is
 * first written and adds 1 at each write; the caller's `version` member is ignored on writing. updated_at is the caller's,
 * but a counter's is the batch's `now`. */
#ifndef REKINDLE_PORT_STORE_H
#define REKINDLE_PORT_STORE_H

#include "base/arena.h"
#include "base/rc.h"
#include "core/email.h"
#include "core/job.h"
#include "core/record.h"

#define STORE_BATCH_MAX 100
#define STORE_LIST_MAX 200
#define STORE_ANY (-1) /* expect: whatever is there */
#define STORE_ABSENT 0 /* expect: nothing is there */

struct store;

enum store_op {
    STORE_PUT,    /* write `record` if the stored version is `expect` */
    STORE_DELETE, /* delete `key` if its version is `expect`; absent with STORE_ANY is fine */
    STORE_CHECK,  /* write nothing, but the batch fails unless `key` has version `expect` */
    STORE_ADD     /* counter `key` += add, from 0 if absent; no version expected, never conflicts */
};
/* A batch names a record once at most; only adds to one counter may repeat. */
struct store_write {
    enum store_op op;
    enum record_kind kind;
    const void *record; /* STORE_PUT: the kind's struct */
    struct str key;     /* the others */
    int64_t expect;
    int64_t add;
};

/* A put (SET or EARLIEST) makes a fresh job: a new generation that no job of this (kind, key) ever had, attempts 0, no
 * reason. A job that runs is not the waiting one: a put while it runs waits beside it. */
enum store_job_op {
    STORE_JOB_SET,      /* (kind, key) waits for run_at, whatever it waited for before: a timer */
    STORE_JOB_EARLIEST, /* waits for run_at, or earlier if it already did */
    STORE_JOB_CANCEL    /* the waiting one is gone; one that runs now runs on */
};
struct store_job {
    enum store_job_op op;
    enum job_kind kind;
    struct str key;
    int64_t run_at;
};

/* Applied after the batch's jobs. Where a newer put waits, ACK, LATER and RETRY leave it as it was put, and BURY lays the
 * dead row beside it, in place of an older dead one. The claim ends only when the commit is RC_OK. */
enum store_finish_op {
    STORE_FINISH_NOTHING,
    STORE_FINISH_ACK,   /* done; a newer put of the same (kind, key) stays waiting */
    STORE_FINISH_LATER, /* runs again at run_at, attempts unchanged: held, limited, not yet */
    STORE_FINISH_RETRY, /* runs again at run_at, attempts + 1, reason kept */
    STORE_FINISH_BURY   /* dead letter with its reason, until redriven or dismissed */
};
struct store_finish {
    enum store_finish_op op;
    const struct job *job; /* as it was claimed */
    int64_t run_at;
    struct str reason;
};

/* All of it happens or none of it. RC_CONFLICT: an expectation failed, or the job to finish is not claimed (any more).
 * RC_INVALID: over STORE_BATCH_MAX writes, an add to what is no counter, a record without its key or without a field that
 * is FIELD_REQUIRED or FIELD_STORED. */
struct store_batch {
    const struct store_write *writes;
    size_t write_count;
    const struct store_job *jobs;
    size_t job_count;
    struct store_finish finish;
    int64_t now;  /* domain time, for created_at of jobs */
    bool durable; /* someone outside relies on it: answer only when it is on the disk. Else it may ride along and be
                     lost with a power cut (never torn, never out of order). */
};

struct store_query {
    enum record_index index;
    struct str equal;  /* value of the equal field (ENUM: the word) */
    int64_t from, to;  /* sort field I64/TIME: from <= value < to; I64_NONE from and INT64_MAX to = all */
    struct str prefix; /* sort field STR or key order: only values that begin so; absent = all */
    bool descending;
    size_t limit;      /* 1..STORE_LIST_MAX */
    struct str cursor; /* from the page before; absent = the beginning */
};
#define STORE_QUERY(idx)                                                           \
    {                                                                              \
        .index = (idx), .from = I64_NONE, .to = INT64_MAX, .limit = STORE_LIST_MAX \
    }

struct store_page {
    void *items; /* array of the kind's struct */
    size_t count;
    /* Absent when this was the last page. Names the last row by its sort value and key, so rows that come or go between
     * pages neither repeat nor hide another; for the same index and direction only. */
    struct str cursor;
};

/* A bulk load in one commit (durable), any number of rows: each is merged by record_merge with what is there, in order.
 * Emits one CHANGE_LOAD naming the distinct clients touched by stored rows instead of one change a row when `one_change`,
 * else ordinary changes. Rows are clients, orders or products (RC_INVALID otherwise); a later row sees an earlier one. The
 * one change has kind client, `at` = now, and the ids as they were first touched: a client's id, an order's client_id, none
 * for a product; when no client was touched there is no change. Rows come before writes, writes before jobs. */
struct store_load_row {
    enum record_kind kind;
    const void *record;
    enum record_merge result; /* out */
};
struct store_load {
    struct store_load_row *rows;
    size_t count;
    bool one_change;
    const struct store_write *writes; /* further writes in the same commit, e.g. counters, the feed source */
    size_t write_count;
    const struct store_job *jobs;
    size_t job_count;
    int64_t now;
};

struct store_vtable {
    enum rc (*get)(struct store *store, enum record_kind kind, struct str key, struct arena *arena, void *out);
    enum rc (*list)(struct store *store, const struct store_query *query, struct arena *arena, struct store_page *out);
    enum rc (*commit)(struct store *store, const struct store_batch *batch);
    enum rc (*load)(struct store *store, const struct store_load *load);
    enum rc (*check)(struct store *store); /* can it commit now? for /readyz */
    enum rc (*backup)(struct store *store,
                      const char *path); /* online copy; RC_INVALID where the back end has its own */
    void (*close)(struct store *store);
};
struct store {
    const struct store_vtable *vtable;
};

/* RC_NOT_FOUND when there is no such record; RC_IO, RC_CORRUPT. */
static inline enum rc store_get(struct store *s, enum record_kind kind, struct str key, struct arena *arena, void *out)
{
    return s->vtable->get(s, kind, key, arena, out);
}
/* RC_INVALID for a bad cursor or limit, or without the `equal` an index needs. */
static inline enum rc store_list(struct store *s, const struct store_query *query, struct arena *arena,
                                 struct store_page *out)
{
    return s->vtable->list(s, query, arena, out);
}
static inline enum rc store_commit(struct store *s, const struct store_batch *batch)
{
    return s->vtable->commit(s, batch);
}
static inline enum rc store_load(struct store *s, const struct store_load *load) { return s->vtable->load(s, load); }

#endif

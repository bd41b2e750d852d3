/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The parts of the SQLite adapter and what they promise each other. Private to this folder.
 *
 *   store.c   validates, hands writes to the writer, reads through the readers
 *   writer.c  one thread, one connection: takes what is queued, applies it in one transaction, commits, answers all
 *   commit.c load.c jobs.c   what a request does inside that transaction
 *   reader.c  a pool of reading connections: get and list
 *   feed.c    the change log
 *   queue.c window.c         claims and the next jobs, in memory, after each commit brought in line with the table
 *
 * After a commit the writer first publishes (queue_publish, the feed's head) and then answers, so whoever got an answer
 * finds everything in place. Locks: `writer.lock` and `readers.lock` guard lists and are held for a few instructions.
 * `jobs.lock` is also held while a window is filled again, a read of some 64 rows: claimers would wait for them anyway,
 * and the writer may only publish before or after. No lock is taken while another of them is held. */
#ifndef REKINDLE_ADAPTER_SQLITE_BACKEND_H
#define REKINDLE_ADAPTER_SQLITE_BACKEND_H

#include <stdatomic.h>

#include "adapter/sqlite/db.h"
#include "adapter/sqlite/sqlite.h"
#include "base/thread.h"
#include "core/change.h"

/* --- the writer ---------------------------------------------------------------------------------------------------- */
struct claim;

/* What a transaction does to one (kind, key): for the queue, once it is committed. */
struct job_move {
    enum job_kind kind;
    struct str key;      /* borrowed from the request */
    int64_t run_at;      /* a job that waits from now on, or waits unchanged behind the ended claim; I64_NONE: none */
    int waiting, dead;   /* how many more rows there are */
    struct claim *ended; /* NULL: none */
};

/* The transaction a request is applied in. Writer thread only. */
struct write_tx {
    struct sqlite_backend *backend;
    struct sql_db *db;
    struct job_move *moves; /* heap, kept between groups */
    size_t move_count, move_cap;
};

/* One write, on its caller's stack while that waits. `apply` may leave half of its work behind when it fails: the writer
 * takes it back. RC_IO and RC_CORRUPT fail the whole group, anything else this request alone. */
struct write_request {
    enum rc (*apply)(struct write_tx *tx, void *arg);
    void *arg;
    bool durable; /* answered only when it is on the disk */
    bool alone;   /* long: a transaction of its own */
    bool
        cut_log; /* what was overwritten shall not be read in the log either: it is moved over and emptied soon after */
    enum rc rc;
    struct write_slot *slot; /* where the caller waits */
    struct write_request *next;
};

/* A place to wait for an answer; reused, so that nobody clears a signal that is still being bumped. */
struct write_slot {
    struct signal_count answered;
    struct write_slot *next;
};

struct writer {
    struct sql_db db;
    struct thread thread;
    struct signal_count work; /* bumped after a request was queued or `stopping` set */
    struct lock lock;         /* guards the next four */
    struct write_request *first, **last;
    struct write_slot *free_slots;
    bool stopping;
    bool durable;      /* what PRAGMA synchronous stands at */
    int wal_pages;     /* length of the log after the last commit */
    int checkpoint_at; /* the length at which a checkpoint is due */
    bool cut_wanted;   /* the log is to be emptied, and a reader was in the way so far */
    atomic_llong commits, batches;
};

/* writer.c. Starts the thread, once everything else is ready. */
void writer_start(struct sqlite_backend *backend);
/* Joins the thread and checkpoints the log into the database. Nobody may be waiting. */
void writer_stop(struct sqlite_backend *backend);
/* Queues the request, waits until it is answered and returns its rc. Any thread. */
enum rc writer_run(struct sqlite_backend *backend, struct write_request *request);
/* For a request's apply. */
void write_tx_move(struct write_tx *tx, struct job_move move);

/* --- applying ------------------------------------------------------------------------------------------------------ */
/* commit.c. RC_INVALID as port/store.h says; looks at nothing stored. */
enum rc batch_validate(const struct store_batch *batch);
enum rc record_validate(enum record_kind kind, const void *record);
enum rc writes_validate(const struct store_write *writes, size_t count);
enum rc apply_batch(struct write_tx *tx, void *batch); /* const struct store_batch * */
enum rc apply_writes(struct write_tx *tx, const struct store_write *writes, size_t count, int64_t now);
enum rc load_validate(const struct store_load *load);
enum rc apply_load(struct write_tx *tx, void *load); /* load.c; const struct store_load * */

/* jobs.c */
enum rc apply_jobs(struct write_tx *tx, const struct store_job *jobs, size_t count, int64_t now);
enum rc apply_finish(struct write_tx *tx, const struct store_finish *finish);
struct job_call {
    enum job_kind kind; /* redrive, dismiss */
    struct str key;
    int64_t now;           /* redrive */
    const struct job *job; /* drop: as it was claimed */
};
enum rc apply_redrive(struct write_tx *tx, void *call);
enum rc apply_dismiss(struct write_tx *tx, void *call);
enum rc apply_drop(struct write_tx *tx, void *call);

/* --- reading ------------------------------------------------------------------------------------------------------- */
enum { READERS_MAX = 8 };
struct readers {
    const char *path;
    struct lock lock;
    struct sql_db *idle[READERS_MAX]; /* the last one given back is taken first: its cache is warm */
    size_t idle_count, open_count;
    struct signal_count returned;
};
void readers_init(struct readers *readers, const char *path);
void readers_clear(struct readers *readers);
/* A connection for the calling thread; waits for one when all are out. NULL when none can be opened. */
struct sql_db *reader_take(struct readers *readers);
void reader_give(struct readers *readers, struct sql_db *db);

enum rc reader_get(struct readers *readers, enum record_kind kind, struct str key, struct arena *arena, void *out);
enum rc reader_list(struct readers *readers, const struct store_query *query, struct arena *arena,
                    struct store_page *out);

/* --- the queue ----------------------------------------------------------------------------------------------------- */
/* A job that runs. Heap; lives until its claim ends, which only the owner's commit or drop does. */
struct claim {
    struct job job; /* as it was claimed; texts are heap copies */
    bool finishing; /* writer thread only: finished in the transaction in hand, so it counts as no longer running */
};

/* The next waiting jobs of a mask, in order: all there are, or the earliest 64 and a bit. */
struct window {
    unsigned mask;
    uint64_t id; /* unlike any other window's of this process */
    struct arena arena;
    struct job *items;
    size_t head, count;
    bool complete; /* no job waits beyond the last item */
    bool stale;    /* to be filled again before it is looked at */
    bool wakes;    /* whoever waits for it is to be woken */
    struct signal_count moved;
    struct window *next;
};

struct job_queue {
    struct lock lock; /* guards everything here, the connection too */
    struct sql_db db;
    struct claim **claims;
    size_t claim_count, claim_cap;
    struct window *windows;
    int64_t waiting[JOB_KINDS], dead[JOB_KINDS];
    int64_t generation; /* the last one given; writer thread only */
};

/* queue.c. The lock is initialised before. */
enum rc queue_open(struct job_queue *jobs, const char *path, int64_t opening);
void queue_close(struct job_queue *jobs);
/* The claim of (kind, key), NULL when it does not run. Stays valid while its owner waits for the writer. */
struct claim *queue_find_claim(struct job_queue *jobs, enum job_kind kind, struct str key);
/* After a commit: claims end, windows are marked, waiters wake. */
void queue_publish(struct job_queue *jobs, const struct job_move *moves, size_t count);

/* window.c; the lock is held */
struct claim *claim_find(const struct job_queue *jobs, enum job_kind kind, struct str key);
struct window *window_of(struct job_queue *jobs, unsigned mask); /* made at the first call */
/* The first job of the window that does not run; RC_NOT_FOUND when there is none. Borrowed. */
enum rc window_first(struct job_queue *jobs, struct window *window, const struct job **out);
void window_note(struct window *window, const struct job_move *move);
void windows_wake(struct job_queue *jobs); /* once, after the last note */
void windows_clear(struct job_queue *jobs);
int job_kind_from(struct str word); /* index, or -1 */
/* A row of the job statements that begin with key, run_at. */
struct job job_read(sqlite3_stmt *stmt, enum job_kind kind, struct arena *arena);

/* --- all of it ------------------------------------------------------------------------------------------------------ */
struct sqlite_backend {
    struct store store;
    struct feed feed;
    struct queue queue;
    char *path;
    int lock_fd;
    struct writer writer;
    struct readers readers;
    struct job_queue jobs;
    atomic_llong head;           /* newest committed change */
    struct signal_count changed; /* bumped after head moved */
};

/* The faces are members, so the backend is found by their offset. */
#define SQLITE_BACKEND(face, member) \
    ((struct sqlite_backend *)(void *)((char *)(face)-offsetof(struct sqlite_backend, member)))

extern const struct store_vtable SQLITE_STORE_VTABLE; /* store.c */
extern const struct feed_vtable SQLITE_FEED_VTABLE;   /* feed.c */
extern const struct queue_vtable SQLITE_QUEUE_VTABLE; /* queue.c */

/* sqlite.c: the store's close. */
void backend_close(struct sqlite_backend *backend);
/* feed.c: reads the newest seq at opening. */
enum rc feed_open(struct sqlite_backend *backend);
/* backup.c */
enum rc backup_to(struct sqlite_backend *backend, const char *path);

#endif

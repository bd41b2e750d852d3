/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the three faces of the memory adapter share. Every verb takes the one lock, works, drops it and only then bumps
 * the signals, so nobody wakes up to find the lock taken. Functions here that say "locked" expect the lock held. */
#ifndef REKINDLE_ADAPTER_MEM_BACKEND_H
#define REKINDLE_ADAPTER_MEM_BACKEND_H

#include "adapter/mem/mem.h"
#include "adapter/mem/table.h"
#include "base/mem.h"
#include "base/thread.h"
#include "core/change.h"

/* Changes in order of seq; the oldest may be trimmed. Texts are heap copies. */
struct mem_log {
    struct change *items;
    size_t count, capacity;
    int64_t head; /* newest seq ever given */
};

/* Jobs are heap blocks, each in `waiting` and `by_time`, or in `running`, or in `dead`. Of one (kind, key) each of the
 * three states holds one at most. */
struct mem_jobs {
    struct sorted waiting; /* by kind, key */
    struct sorted by_time; /* the same jobs by run_at, kind, key */
    struct sorted running; /* claimed; by kind, key */
    struct sorted dead;    /* by kind, key */
    int64_t generation;    /* the last one given, shared by all jobs so that none ever comes back */
};

/* What a thread had seen when its last claim for a mask found nothing. */
struct mem_seen {
    pthread_t thread;
    unsigned mask;
    uint64_t count;
};

struct mem_backend {
    struct store store;
    struct feed feed;
    struct queue queue;
    struct lock lock;
    struct table table;
    struct mem_log log;
    struct mem_jobs jobs;
    struct mem_seen *seen; /* a thread that is gone may leave a row; the next with its id wakes once too often */
    size_t seen_count;
    struct signal_count changed; /* bumped after changes were logged */
    struct signal_count moved;   /* bumped after jobs moved, and by poke */
};

/* The faces are members, so the backend is found by their offset. */
#define MEM_BACKEND(face, member) ((struct mem_backend *)(void *)((char *)(face)-offsetof(struct mem_backend, member)))

/* Heap copies of texts: absent stays absent. */
static inline struct str mem_keep(struct str text)
{
    return str_is_none(text) ? STR_NONE : (struct str){str_dup(text), text.len};
}
static inline void mem_drop(const char *kept) { mem_free((void *)(uintptr_t)kept); }

extern const struct store_vtable MEM_STORE_VTABLE; /* mem.c */
extern const struct feed_vtable MEM_FEED_VTABLE;   /* log.c */
extern const struct queue_vtable MEM_QUEUE_VTABLE; /* queue.c */

/* list.c; locked */
enum rc mem_list(const struct table *table, const struct store_query *query, struct arena *arena,
                 struct store_page *out);
/* commit.c; locked */
enum rc mem_commit(struct mem_backend *backend, const struct store_batch *batch);
enum rc mem_load(struct mem_backend *backend, const struct store_load *load);

/* log.c; locked. Logs the change of one record as its kind's capture says: NULL old or new = absent. */
void mem_log_record(struct mem_log *log, enum record_kind kind, const void *old, const void *new);
void mem_log_load(struct mem_log *log, const struct str *client_ids, size_t count, int64_t at);
void mem_log_clear(struct mem_log *log);

/* jobs.c; locked */
void mem_jobs_init(struct mem_jobs *jobs);
void mem_jobs_clear(struct mem_jobs *jobs);
void mem_jobs_put(struct mem_jobs *jobs, const struct store_job *put, int64_t now);
bool mem_jobs_is_running(const struct mem_jobs *jobs, const struct job *job); /* this very claim, by generation */
void mem_jobs_finish(struct mem_jobs *jobs, const struct store_finish *finish);
void mem_jobs_drop(struct mem_jobs *jobs, const struct job *job); /* nothing when it does not run */
/* The next to run, moved to `running`; NULL when there is none. */
const struct job *mem_jobs_claim(struct mem_jobs *jobs, unsigned mask, int64_t now);
enum rc mem_jobs_earliest(const struct mem_jobs *jobs, unsigned mask, int64_t *run_at);
enum rc mem_jobs_redrive(struct mem_jobs *jobs, enum job_kind kind, struct str key, int64_t now);
enum rc mem_jobs_dismiss(struct mem_jobs *jobs, enum job_kind kind, struct str key);
/* Deep copy into the arena. */
void mem_jobs_copy(const struct job *from, struct arena *arena, struct job *to);
/* The order by kind and key, for sorted_through. */
int mem_jobs_by_key(const void *context, const void *item, const void *probe);

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The memory adapter's store: each verb is the lock around commit.c, list.c or table.c. Nothing here can fail but by the
 * contract's own rules, and nothing outlives the process. */
#include "adapter/mem/mem.h"

#include "adapter/mem/backend.h"

struct mem_backend *mem_open(void)
{
    struct mem_backend *backend = mem_new(1, sizeof(*backend));
    backend->store.vtable = &MEM_STORE_VTABLE;
    backend->feed.vtable = &MEM_FEED_VTABLE;
    backend->queue.vtable = &MEM_QUEUE_VTABLE;
    lock_init(&backend->lock);
    signal_count_init(&backend->changed);
    signal_count_init(&backend->moved);
    table_init(&backend->table);
    mem_jobs_init(&backend->jobs);
    return backend;
}

struct store *mem_store(struct mem_backend *backend) { return &backend->store; }
struct feed *mem_feed(struct mem_backend *backend) { return &backend->feed; }
struct queue *mem_queue(struct mem_backend *backend) { return &backend->queue; }

static void store_close_mem(struct store *store)
{
    struct mem_backend *backend = MEM_BACKEND(store, store);
    table_clear(&backend->table);
    mem_log_clear(&backend->log);
    mem_jobs_clear(&backend->jobs);
    mem_free(backend->seen);
    signal_count_clear(&backend->changed);
    signal_count_clear(&backend->moved);
    lock_clear(&backend->lock);
    mem_free(backend);
}

static enum rc store_get_mem(struct store *store, enum record_kind kind, struct str key, struct arena *arena, void *out)
{
    struct mem_backend *backend = MEM_BACKEND(store, store);
    lock_take(&backend->lock);
    const void *row = table_find(&backend->table, kind, key);
    if (row != NULL)
        record_copy(kind, row, out, arena);
    lock_drop(&backend->lock);
    return row != NULL ? RC_OK : RC_NOT_FOUND;
}

static enum rc store_list_mem(struct store *store, const struct store_query *query, struct arena *arena,
                              struct store_page *out)
{
    struct mem_backend *backend = MEM_BACKEND(store, store);
    lock_take(&backend->lock);
    enum rc rc = mem_list(&backend->table, query, arena, out);
    lock_drop(&backend->lock);
    return rc;
}

/* What a commit woke: those who wait for changes, those who wait for jobs. */
static void bump(struct mem_backend *backend, bool changed, bool moved)
{
    if (changed)
        signal_count_bump(&backend->changed);
    if (moved)
        signal_count_bump(&backend->moved);
}

static enum rc store_commit_mem(struct store *store, const struct store_batch *batch)
{
    struct mem_backend *backend = MEM_BACKEND(store, store);
    lock_take(&backend->lock);
    int64_t head = backend->log.head;
    enum rc rc = mem_commit(backend, batch);
    bool changed = backend->log.head > head;
    lock_drop(&backend->lock);
    bump(backend, changed, rc == RC_OK && (batch->job_count > 0 || batch->finish.op != STORE_FINISH_NOTHING));
    return rc;
}

static enum rc store_load_mem(struct store *store, const struct store_load *load)
{
    struct mem_backend *backend = MEM_BACKEND(store, store);
    lock_take(&backend->lock);
    int64_t head = backend->log.head;
    enum rc rc = mem_load(backend, load);
    bool changed = backend->log.head > head;
    lock_drop(&backend->lock);
    bump(backend, changed, rc == RC_OK && load->job_count > 0);
    return rc;
}

static enum rc store_check_mem(struct store *store)
{
    (void)store;
    return RC_OK;
}

static enum rc store_backup_mem(struct store *store, const char *path)
{
    (void)store;
    (void)path;
    return RC_INVALID; /* nothing here is meant to outlive the process */
}

const struct store_vtable MEM_STORE_VTABLE = {.get = store_get_mem,
                                              .list = store_list_mem,
                                              .commit = store_commit_mem,
                                              .load = store_load_mem,
                                              .check = store_check_mem,
                                              .backup = store_backup_mem,
                                              .close = store_close_mem};

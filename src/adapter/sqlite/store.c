/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The store's face: input is looked at in the caller's thread, writes go to the writer, reads to the readers. */
#include "adapter/sqlite/backend.h"

static enum rc store_get_record(struct store *store, enum record_kind kind, struct str key, struct arena *arena,
                                void *out)
{
    return reader_get(&SQLITE_BACKEND(store, store)->readers, kind, key, arena, out);
}

static enum rc store_list_records(struct store *store, const struct store_query *query, struct arena *arena,
                                  struct store_page *out)
{
    return reader_list(&SQLITE_BACKEND(store, store)->readers, query, arena, out);
}

static enum rc store_commit_batch(struct store *store, const struct store_batch *batch)
{
    if (batch_validate(batch) != RC_OK)
        return RC_INVALID;
    struct write_request request = {.apply = apply_batch, .arg = (void *)(uintptr_t)batch, .durable = batch->durable};
    return writer_run(SQLITE_BACKEND(store, store), &request);
}

static enum rc store_load_rows(struct store *store, const struct store_load *load)
{
    if (load_validate(load) != RC_OK)
        return RC_INVALID;
    struct write_request request = {
        .apply = apply_load, .arg = (void *)(uintptr_t)load, .durable = true, .alone = true};
    return writer_run(SQLITE_BACKEND(store, store), &request);
}

static enum rc apply_check(struct write_tx *tx, void *arg)
{
    (void)arg;
    return sql_run_fixed(tx->db, SQL_CHECK);
}

/* Commits a small write: a full disk, a read-only file or a writer that hangs shows here. */
static enum rc store_check(struct store *store)
{
    return writer_run(SQLITE_BACKEND(store, store), &(struct write_request){.apply = apply_check});
}

static enum rc store_backup(struct store *store, const char *path)
{
    return backup_to(SQLITE_BACKEND(store, store), path);
}

static void store_close(struct store *store) { backend_close(SQLITE_BACKEND(store, store)); }

const struct store_vtable SQLITE_STORE_VTABLE = {.get = store_get_record,
                                                 .list = store_list_records,
                                                 .commit = store_commit_batch,
                                                 .load = store_load_rows,
                                                 .check = store_check,
                                                 .backup = store_backup,
                                                 .close = store_close};

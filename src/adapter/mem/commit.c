/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Commits of the memory adapter: everything that can fail is looked at first, then everything is applied, so a batch is
 * whole or nothing without any undo. */
#include "adapter/mem/backend.h"

#include <string.h>

#include "core/records_small.h"

/* A record the store can hold: it has its key and every field that is never absent. */
static bool is_complete(enum record_kind kind, const void *record)
{
    const struct record_type *type = &RECORD_TYPES[kind];
    const unsigned needed = FIELD_KEY | FIELD_REQUIRED | FIELD_STORED;
    for (size_t i = 0; i + 1 < type->field_count; i++) /* the last one is the version, which the store gives */
        if ((type->fields[i].flags & needed) != 0 && table_is_absent(&type->fields[i], record))
            return false;
    return !str_is_empty(record_key(kind, record));
}

static enum rc check_write(const struct table *table, const struct store_write *write)
{
    if (write->op == STORE_ADD)
        return write->kind == RECORD_COUNTER && !str_is_empty(write->key) ? RC_OK : RC_INVALID;
    if (write->op == STORE_PUT && !is_complete(write->kind, write->record))
        return RC_INVALID;
    struct str key = write->op == STORE_PUT ? record_key(write->kind, write->record) : write->key;
    if (write->expect != STORE_ANY && write->expect != table_version(table, write->kind, key))
        return RC_CONFLICT;
    return RC_OK;
}

static enum rc check_writes(const struct table *table, const struct store_write *writes, size_t count)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < count && rc == RC_OK; i++)
        rc = check_write(table, &writes[i]);
    return rc;
}

/* Stores the record with its next version and logs the change, unless a load's one change stands for it. */
static void put_record(struct mem_backend *backend, enum record_kind kind, const void *record, bool logged)
{
    const void *old = table_find(&backend->table, kind, record_key(kind, record));
    void *new = mem_new(1, RECORD_TYPES[kind].size);
    memcpy(new, record, RECORD_TYPES[kind].size);
    record_set_version(kind, new, old != NULL ? record_version(kind, old) + 1 : 1);
    if (logged)
        mem_log_record(&backend->log, kind, old, new);
    table_put(&backend->table, kind, new);
    mem_free(new);
}

static void add_to_counter(struct mem_backend *backend, struct str key, int64_t add, int64_t now)
{
    const struct counter *old = table_find(&backend->table, RECORD_COUNTER, key);
    struct counter counter;
    record_init(RECORD_COUNTER, &counter);
    counter.id = key;
    counter.value = (old != NULL ? old->value : 0) + add;
    counter.updated_at = now;
    put_record(backend, RECORD_COUNTER, &counter, true);
}

static void delete_record(struct mem_backend *backend, enum record_kind kind, struct str key)
{
    const void *old = table_find(&backend->table, kind, key);
    if (old == NULL)
        return;
    mem_log_record(&backend->log, kind, old, NULL);
    table_remove(&backend->table, kind, key);
}

static void apply_writes(struct mem_backend *backend, const struct store_write *writes, size_t count, int64_t now)
{
    for (size_t i = 0; i < count; i++) {
        const struct store_write *write = &writes[i];
        switch (write->op) {
        case STORE_PUT: put_record(backend, write->kind, write->record, true); break;
        case STORE_DELETE: delete_record(backend, write->kind, write->key); break;
        case STORE_ADD: add_to_counter(backend, write->key, write->add, now); break;
        case STORE_CHECK: break;
        }
    }
}

static void apply_jobs(struct mem_backend *backend, const struct store_job *jobs, size_t count, int64_t now)
{
    for (size_t i = 0; i < count; i++)
        mem_jobs_put(&backend->jobs, &jobs[i], now);
}

enum rc mem_commit(struct mem_backend *backend, const struct store_batch *batch)
{
    if (batch->write_count > STORE_BATCH_MAX)
        return RC_INVALID;
    if (batch->finish.op != STORE_FINISH_NOTHING && !mem_jobs_is_running(&backend->jobs, batch->finish.job))
        return RC_CONFLICT;
    enum rc rc = check_writes(&backend->table, batch->writes, batch->write_count);
    if (rc != RC_OK)
        return rc;
    apply_writes(backend, batch->writes, batch->write_count, batch->now);
    apply_jobs(backend, batch->jobs, batch->job_count, batch->now);
    mem_jobs_finish(&backend->jobs, &batch->finish);
    return RC_OK;
}

/* The distinct clients a load touched, in order of their first touch. The ids are borrowed from the load's rows. */
struct touched {
    struct str *ids;
    size_t count;
    struct sorted set;
};

static int order_of_texts(const void *context, const void *item, const void *probe)
{
    (void)context;
    return str_compare(*(const struct str *)item, *(const struct str *)probe);
}

static void touch(struct touched *touched, const struct store_load_row *row)
{
    const struct field *field = row->kind == RECORD_CLIENT ? &RECORD_TYPES[RECORD_CLIENT].fields[0]
                                                           : record_field(row->kind, "client_id");
    if (field == NULL || table_is_absent(field, row->record))
        return;
    void *id = table_member(field, (void *)(uintptr_t)row->record);
    if (sorted_find(&touched->set, id) != NULL)
        return;
    sorted_insert(&touched->set, id);
    touched->ids[touched->count++] = *(const struct str *)id;
}

static void load_row(struct mem_backend *backend, struct store_load_row *row, bool one_change)
{
    const void *old = table_find(&backend->table, row->kind, record_key(row->kind, row->record));
    void *merged = mem_new(1, RECORD_TYPES[row->kind].size);
    row->result = record_merge(row->kind, old, row->record, merged);
    if (row->result == MERGE_STORE)
        put_record(backend, row->kind, merged, !one_change);
    mem_free(merged);
}

enum rc mem_load(struct mem_backend *backend, const struct store_load *load)
{
    for (size_t i = 0; i < load->count; i++) {
        enum record_kind kind = load->rows[i].kind;
        if (kind != RECORD_CLIENT && kind != RECORD_ORDER && kind != RECORD_PRODUCT)
            return RC_INVALID;
        if (!is_complete(kind, load->rows[i].record))
            return RC_INVALID;
    }
    enum rc rc = check_writes(&backend->table, load->writes, load->write_count);
    if (rc != RC_OK)
        return rc;
    struct touched touched = {.ids = mem_new(load->count, sizeof(struct str))};
    sorted_init(&touched.set, order_of_texts, NULL);
    for (size_t i = 0; i < load->count; i++) {
        load_row(backend, &load->rows[i], load->one_change);
        if (load->one_change && load->rows[i].result == MERGE_STORE)
            touch(&touched, &load->rows[i]);
    }
    mem_log_load(&backend->log, touched.ids, touched.count, load->now);
    apply_writes(backend, load->writes, load->write_count, load->now);
    apply_jobs(backend, load->jobs, load->job_count, load->now);
    sorted_clear(&touched.set);
    mem_free(touched.ids);
    return RC_OK;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The bulk path of ingest: many rows, one durable commit, a status for each. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/metrics.h"
#include "step/ingest.h"
#include "step/ingest_prepare.h"

struct rows {
    const struct step_env *env;
    struct arena *arena;
    struct ingest_row *rows;
    size_t count;
    struct store_load_row *load; /* bare clients first, then the rows that go in */
    size_t *row_of;              /* load index -> row index, or SIZE_MAX for a bare client */
    size_t load_count;
};

/* A row waits for its nth: how many equal orders (client, day, total) without an id stand before it in this call. */
struct twin {
    struct str client_id;
    int64_t day, total_minor;
    size_t row;
};

static int compare_twins(const void *a, const void *b)
{
    const struct twin *x = a, *y = b;
    int order = str_compare(x->client_id, y->client_id);
    if (order != 0)
        return order;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    if (x->total_minor != y->total_minor)
        return x->total_minor < y->total_minor ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* Fills nth[row] for orders that came without an id. */
static void count_twins(struct rows *r, int *nth)
{
    struct twin *twins = arena_new(r->arena, r->count + 1, sizeof *twins);
    size_t count = 0;
    for (size_t i = 0; i < r->count; i++) {
        const struct order *order = &r->rows[i].as.order;
        if (r->rows[i].kind != RECORD_ORDER || r->rows[i].status == INGEST_REJECTED || !str_is_none(order->id))
            continue;
        twins[count++] =
            (struct twin){order->client_id, time_day(order->ordered_at, r->env->shop.time_zone), order->total_minor, i};
    }
    qsort(twins, count, sizeof *twins, compare_twins);
    for (size_t i = 1; i < count; i++) {
        bool equal = str_equal(twins[i].client_id, twins[i - 1].client_id) && twins[i].day == twins[i - 1].day &&
                     twins[i].total_minor == twins[i - 1].total_minor;
        if (equal)
            nth[twins[i].row] = nth[twins[i - 1].row] + 1;
    }
}

/* Completes one row; marks it erased when a tombstone stands for it. */
static enum rc prepare_row(struct rows *r, struct ingest_row *row, int nth, bool any_erased)
{
    bool erased = false;
    enum rc rc = RC_OK;
    row->status = INGEST_UNCHANGED;
    if (row->kind == RECORD_CLIENT) {
        prepare_client(r->env, &row->as.client, r->arena);
        row->id = row->as.client.id;
        if (any_erased)
            rc = prepare_is_erased(r->env, row->id, row->as.client.person, r->arena, &erased);
    } else if (row->kind == RECORD_ORDER) {
        prepare_order(r->env, &row->as.order, nth, r->arena);
        row->id = row->as.order.id;
        if (any_erased)
            rc = prepare_is_erased(r->env, row->as.order.client_id, STR_NONE, r->arena, &erased);
    } else {
        prepare_product(r->env, &row->as.product);
        row->id = row->as.product.id;
    }
    if (erased)
        row->status = INGEST_ERASED;
    return rc;
}

static void add_load(struct rows *r, enum record_kind kind, const void *record, size_t row)
{
    r->load[r->load_count] = (struct store_load_row){.kind = kind, .record = record, .result = MERGE_REFUSED};
    r->row_of[r->load_count++] = row;
}

static int compare_ids(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* A bare client for each distinct client of the orders; the merge leaves a known client as it is. */
static void add_bare_clients(struct rows *r)
{
    struct str *ids = arena_new(r->arena, r->count + 1, sizeof *ids);
    size_t count = 0;
    for (size_t i = 0; i < r->count; i++)
        if (r->rows[i].kind == RECORD_ORDER && r->rows[i].status == INGEST_UNCHANGED)
            ids[count++] = r->rows[i].as.order.client_id;
    qsort(ids, count, sizeof *ids, compare_ids);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && str_equal(ids[i], ids[i - 1]))
            continue;
        struct client *client = arena_new(r->arena, 1, sizeof *client);
        client_init_bare(client, ids[i], clock_now(r->env->clock));
        prepare_client(r->env, client, r->arena);
        add_load(r, RECORD_CLIENT, client, SIZE_MAX);
    }
}

/* Whether anyone was ever erased: without tombstones no row needs to be looked up. */
static enum rc any_tombstone(const struct step_env *env, struct arena *arena, bool *any)
{
    struct counter counter;
    enum rc rc = store_get(env->store, RECORD_COUNTER, STR("erased:total"), arena, &counter);
    *any = rc == RC_OK;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc prepare_rows(struct rows *r)
{
    bool any;
    enum rc rc = any_tombstone(r->env, r->arena, &any);
    if (rc != RC_OK)
        return rc;
    int *nth = arena_new(r->arena, r->count + 1, sizeof *nth);
    count_twins(r, nth);
    for (size_t i = 0; i < r->count && rc == RC_OK; i++)
        if (r->rows[i].status != INGEST_REJECTED)
            rc = prepare_row(r, &r->rows[i], nth[i], any);
    if (rc != RC_OK)
        return rc;
    r->load = arena_new(r->arena, 2 * r->count + 1, sizeof *r->load);
    r->row_of = arena_new(r->arena, 2 * r->count + 1, sizeof *r->row_of);
    add_bare_clients(r);
    for (size_t i = 0; i < r->count; i++)
        if (r->rows[i].status == INGEST_UNCHANGED)
            add_load(r, r->rows[i].kind, &r->rows[i].as, i);
    return RC_OK;
}

enum rc ingest_rows(const struct step_env *env, struct ingest_row *rows, size_t count, struct str source, bool bulk,
                    struct arena *arena)
{
    struct rows *r = arena_new(arena, 1, sizeof *r);
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    *r = (struct rows){.env = env, .arena = arena, .rows = rows, .count = count};
    batch_init(batch);
    enum rc rc = prepare_rows(r);
    if (rc == RC_OK)
        rc = prepare_report(env, batch, source, arena);
    if (rc != RC_OK)
        return rc;
    struct store_load load = {.rows = r->load,
                              .count = r->load_count,
                              .one_change = bulk,
                              .writes = batch->writes,
                              .write_count = batch->write_count,
                              .now = clock_now(env->clock)};
    if ((rc = store_load(env->store, &load)) != RC_OK)
        return rc;
    int64_t tally[4] = {0};
    for (size_t i = 0; i < r->load_count; i++) {
        if (r->row_of[i] == SIZE_MAX)
            continue;
        enum record_merge merge = r->load[i].result;
        rows[r->row_of[i]].status = merge == MERGE_STORE  ? INGEST_STORED
                                    : merge == MERGE_SAME ? INGEST_UNCHANGED
                                                          : INGEST_REJECTED;
    }
    for (size_t i = 0; i < count; i++)
        tally[rows[i].status]++;
    metrics_add("rekindle_ingested_total", "status=\"stored\"", tally[INGEST_STORED]);
    metrics_add("rekindle_ingested_total", "status=\"unchanged\"", tally[INGEST_UNCHANGED]);
    metrics_add("rekindle_ingested_total", "status=\"rejected\"", tally[INGEST_REJECTED]);
    log_info("rows_ingested", "source=" LOG_STR " rows=%zu stored=%lld unchanged=%lld rejected=%lld erased=%lld",
             LOG_ARG(source), count, (long long)tally[INGEST_STORED], (long long)tally[INGEST_UNCHANGED],
             (long long)tally[INGEST_REJECTED], (long long)tally[INGEST_ERASED]);
    return RC_OK;
}

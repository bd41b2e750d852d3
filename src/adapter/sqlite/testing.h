/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the tests of this folder share: a fresh data folder with an open back end in it, and a plain SQLite handle to look
 * behind its back. Included by tests only, after cmocka.h. */
#ifndef REKINDLE_ADAPTER_SQLITE_TESTING_H
#define REKINDLE_ADAPTER_SQLITE_TESTING_H

#include <ftw.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "adapter/sqlite/backend.h"
#include "base/hash.h"
#include "base/mem.h"
#include "core/client.h"
#include "core/order.h"
#include "core/records_small.h"

#define TESTING_NOW 1795543391250LL

struct testing {
    char folder[64];
    char file[96]; /* DATA/rekindle.db */
    struct sqlite_backend *backend;
    struct store *store;
    struct queue *queue;
    struct feed *feed;
    struct arena arena;
};

#define assert_rc(rc, expected) assert_string_equal(rc_name(rc), rc_name(expected))

/* Declares `stmt` and prepares a literal behind the back end's back. */
#define ASK(stmt, handle, TEXT) \
    sqlite3_stmt *stmt = NULL;  \
    assert_int_equal(sqlite3_prepare_v2(handle, "" TEXT, -1, &stmt, NULL), SQLITE_OK)

static inline void testing_open(struct testing *testing)
{
    struct str why = STR_NONE;
    if (sqlite_open_loose(testing->folder, &testing->backend, &why) != RC_OK)
        fail_msg("cannot open: %.*s", STR_ARG(why));
    testing->store = sqlite_store(testing->backend);
    testing->queue = sqlite_queue(testing->backend);
    testing->feed = sqlite_feed(testing->backend);
}

static inline void testing_close(struct testing *testing)
{
    if (testing->backend != NULL)
        testing->store->vtable->close(testing->store);
    testing->backend = NULL;
}

/* cmocka's setup: a folder without a database. */
static inline int testing_folder(void **state)
{
    struct testing *testing = mem_new(1, sizeof(*testing));
    hash_init();
    snprintf(testing->folder, sizeof(testing->folder), "/tmp/rekindle-sqlite-XXXXXX");
    if (mkdtemp(testing->folder) == NULL)
        return -1;
    snprintf(testing->file, sizeof(testing->file), "%s/rekindle.db", testing->folder);
    *state = testing;
    return 0;
}

/* cmocka's setup: the same, and open. */
static inline int testing_setup(void **state)
{
    if (testing_folder(state) != 0)
        return -1;
    testing_open(*state);
    return 0;
}

static inline int testing_remove(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

static inline int testing_teardown(void **state)
{
    struct testing *testing = *state;
    testing_close(testing);
    arena_clear(&testing->arena);
    int failed = nftw(testing->folder, testing_remove, 8, FTW_DEPTH | FTW_PHYS);
    mem_free(testing);
    return failed;
}

#define TESTING(test) cmocka_unit_test_setup_teardown(test, testing_setup, testing_teardown)
#define TESTING_CLOSED(test) cmocka_unit_test_setup_teardown(test, testing_folder, testing_teardown)

/* A setting as the store must have it, its texts in the arena. */
static inline struct setting testing_setting(struct testing *testing, const char *id, int64_t number)
{
    struct setting setting;
    record_init(RECORD_SETTING, &setting);
    setting.id = arena_str(&testing->arena, str_of(id));
    setting.value = arena_printf(&testing->arena, "%lld", (long long)number);
    setting.updated_at = TESTING_NOW;
    return setting;
}

static inline enum rc testing_put(struct testing *testing, enum record_kind kind, const void *record, int64_t expect)
{
    struct store_write write = {.op = STORE_PUT, .kind = kind, .record = record, .expect = expect};
    struct store_batch batch = {.writes = &write, .write_count = 1, .now = TESTING_NOW, .durable = true};
    return store_commit(testing->store, &batch);
}

/* Holds the writer thread inside a transaction until it is let go. */
struct testing_gate {
    struct testing *testing;
    struct signal_count reached, opened;
    struct thread thread;
};

static inline enum rc testing_hold(struct write_tx *tx, void *arg)
{
    struct testing_gate *gate = arg;
    (void)tx;
    signal_count_bump(&gate->reached);
    signal_count_wait(&gate->opened, 0, -1);
    return RC_OK;
}

static inline void testing_run_hold(void *arg)
{
    struct testing_gate *gate = arg;
    assert_rc(writer_run(gate->testing->backend, &(struct write_request){.apply = testing_hold, .arg = gate}), RC_OK);
}

static inline void testing_gate_shut(struct testing_gate *gate, struct testing *testing)
{
    gate->testing = testing;
    signal_count_init(&gate->reached);
    signal_count_init(&gate->opened);
    thread_start(&gate->thread, "gate", testing_run_hold, gate);
    signal_count_wait(&gate->reached, 0, -1);
}

static inline void testing_gate_open(struct testing_gate *gate)
{
    signal_count_bump(&gate->opened);
    thread_join(&gate->thread);
    signal_count_clear(&gate->reached);
    signal_count_clear(&gate->opened);
}

/* How many requests wait for the writer. */
static inline size_t testing_queued(struct writer *writer)
{
    size_t count = 0;
    lock_take(&writer->lock);
    for (const struct write_request *request = writer->first; request != NULL; request = request->next)
        count++;
    lock_drop(&writer->lock);
    return count;
}

#endif

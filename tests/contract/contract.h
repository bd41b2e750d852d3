/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One contract for every adapter of store, feed and queue. The suites are written against src/port/ alone; a runner
 * (mem_contract_test.c, sqlite_contract_test.c) names an adapter and runs them all. Each test gets a fresh, empty back
 * end. Tests wait for conditions, never for time: a wake-up that does not come fails by CONTRACT_PATIENCE_MS. */
#ifndef REKINDLE_TESTS_CONTRACT_H
#define REKINDLE_TESTS_CONTRACT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/thread.h"
#include "core/client.h"
#include "core/engagement.h"
#include "core/order.h"
#include "core/product.h"
#include "core/records_small.h"
#include "port/feed.h"
#include "port/queue.h"
#include "port/store.h"

#define CONTRACT_PATIENCE_MS 20000   /* a real wait that lasts so long has lost its wake-up */
#define CONTRACT_NOW 1795543391250LL /* 2026-11-24T18:03:11.250Z; the ports have no clock, any instant will do */
#define CONTRACT_ALL ((1u << JOB_KINDS) - 1u)

/* One open back end. */
struct contract {
    struct store *store;
    struct feed *feed;
    struct queue *queue;
    void *backend;      /* the adapter's own */
    char folder[64];    /* empty at the first open, gone after the test */
    struct arena arena; /* for what a test reads and makes */
};
struct contract_adapter {
    const char *name;
    /* Opens on the folder and fills store, feed, queue and backend; closed by the store's close. */
    void (*open)(struct contract *contract);
    bool persists; /* a second open of the folder finds what was there; false skips the tests of that */
};

/* Runs every suite on the adapter; returns the number of failed tests. */
int contract_run(const struct contract_adapter *adapter);

/* For CMUnitTest: a fresh contract in *state, and its end. */
int contract_setup(void **state);
int contract_teardown(void **state);
#define CONTRACT_TEST(test) cmocka_unit_test_setup_teardown(test, contract_setup, contract_teardown)
void contract_open(struct contract *contract);
void contract_close(struct contract *contract);
bool contract_persists(void);

/* The suites. Each returns its number of failed tests. */
int store_contract_run(void);
int store_commit_contract_run(void);
int store_list_contract_run(void);
int store_cursor_contract_run(void);
int store_load_contract_run(void);
int store_threads_contract_run(void);
int feed_contract_run(void);
int queue_contract_run(void);
int queue_finish_contract_run(void);
int queue_threads_contract_run(void);
int durable_contract_run(void);

/* --- makers: records by table, filled in the contract's arena --- */

/* Every field has a value that depends on its row and on `number`; the key is "k" and six digits. */
void *contract_full(struct contract *contract, enum record_kind kind, int number);
/* Only what the store must have; all else absent. */
void *contract_bare(struct contract *contract, enum record_kind kind, const char *key);
/* The member of a field named so, which must exist. */
void *contract_member(enum record_kind kind, void *record, const char *field);
struct str contract_key(struct contract *contract, int number); /* the key contract_full gives */

/* --- verbs with the dull arguments filled in --- */

enum rc contract_put(struct contract *contract, enum record_kind kind, const void *record, int64_t expect);
enum rc contract_delete(struct contract *contract, enum record_kind kind, struct str key, int64_t expect);
/* Commits the writes alone, durable. */
enum rc contract_write(struct contract *contract, const struct store_write *writes, size_t count);
/* The stored record in the arena, NULL when there is none; fails the test on any other code. */
void *contract_get(struct contract *contract, enum record_kind kind, struct str key);
/* Stored version, 0 when there is none. */
int64_t contract_version(struct contract *contract, enum record_kind kind, struct str key);
int64_t contract_counter(struct contract *contract, const char *key); /* its value, 0 when there is none */
int64_t contract_head(struct contract *contract);
/* All changes after `after`. */
struct change *contract_changes(struct contract *contract, int64_t after, size_t *count);

void contract_job(struct contract *contract, enum store_job_op op, enum job_kind kind, const char *key, int64_t run_at);
enum rc contract_claim(struct contract *contract, unsigned mask, int64_t now, struct job *out);
/* Claims and fails the test unless it is this job. */
struct job contract_must_claim(struct contract *contract, int64_t now, enum job_kind kind, const char *key);
enum rc contract_finish(struct contract *contract, enum store_finish_op op, const struct job *job, int64_t run_at,
                        const char *reason);

#define assert_rc(rc, expected) assert_string_equal(rc_name(rc), rc_name(expected))
#define assert_str(str, text) assert_true(str_equal(str, STR(text)))

#endif

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The fixture and the makers of the contract suites. */
#include "contract/contract.h"

#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"

static const struct contract_adapter *adapter; /* set once by contract_run, before any test */

int contract_run(const struct contract_adapter *chosen)
{
    int (*const suites[])(void) = {store_contract_run,         store_commit_contract_run, store_list_contract_run,
                                   store_cursor_contract_run,  store_load_contract_run,   store_threads_contract_run,
                                   feed_contract_run,          queue_contract_run,        queue_finish_contract_run,
                                   queue_threads_contract_run, durable_contract_run};
    int failed = 0;
    hash_init();
    adapter = chosen;
    for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
        failed += suites[i]();
    return failed;
}

bool contract_persists(void) { return adapter->persists; }

void contract_open(struct contract *contract) { adapter->open(contract); }

void contract_close(struct contract *contract)
{
    contract->store->vtable->close(contract->store);
    contract->store = NULL;
}

int contract_setup(void **state)
{
    struct contract *contract = mem_new(1, sizeof(*contract));
    const char *temporary = getenv("TMPDIR");
    snprintf(contract->folder, sizeof(contract->folder), "%.40s/rekindle-XXXXXX",
             temporary != NULL ? temporary : "/tmp");
    if (mkdtemp(contract->folder) == NULL)
        return -1;
    contract_open(contract);
    *state = contract;
    return 0;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

int contract_teardown(void **state)
{
    struct contract *contract = *state;
    if (contract->store != NULL)
        contract_close(contract);
    arena_clear(&contract->arena);
    int failed = nftw(contract->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    mem_free(contract);
    return failed;
}

/* --- makers --- */

struct str contract_key(struct contract *contract, int number)
{
    return arena_printf(&contract->arena, "k%06d", number);
}

static int word_count(const struct field *field)
{
    int count = 0;
    while (field->words[count] != NULL)
        count++;
    return count;
}

static void set_member(struct contract *contract, const struct field *field, void *record, int number)
{
    void *member = (char *)record + field->offset;
    int row = (int)field->offset;
    switch (field->type) {
    case FIELD_STR: *(struct str *)member = arena_printf(&contract->arena, "%s-%d ключ ñ", field->name, number); break;
    case FIELD_JSON:
        *(struct str *)member =
            arena_printf(&contract->arena, "{\"row\": %d, \"text\":\"\\\"\xc3\xa9\\n\"}", row + number);
        break;
    case FIELD_I64:
    case FIELD_TIME: *(int64_t *)member = CONTRACT_NOW + (int64_t)number * 1000 + row; break;
    case FIELD_F64: *(double *)member = number + row / 3.0; break;
    case FIELD_BOOL: *(bool *)member = number % 2 == 1; break;
    case FIELD_ENUM: *(int *)member = number % word_count(field); break;
    }
}

void *contract_full(struct contract *contract, enum record_kind kind, int number)
{
    const struct record_type *type = &RECORD_TYPES[kind];
    void *record = arena_new(&contract->arena, 1, type->size);
    record_init(kind, record);
    for (size_t i = 0; i < type->field_count; i++)
        set_member(contract, &type->fields[i], record, number);
    *(struct str *)(void *)((char *)record + type->fields[0].offset) = contract_key(contract, number);
    return record;
}

void *contract_bare(struct contract *contract, enum record_kind kind, const char *key)
{
    const struct record_type *type = &RECORD_TYPES[kind];
    void *record = arena_new(&contract->arena, 1, type->size);
    record_init(kind, record);
    for (size_t i = 0; i < type->field_count; i++)
        if ((type->fields[i].flags & (FIELD_KEY | FIELD_REQUIRED | FIELD_STORED)) != 0)
            set_member(contract, &type->fields[i], record, 0);
    *(struct str *)(void *)((char *)record + type->fields[0].offset) = arena_str(&contract->arena, str_of(key));
    return record;
}

void *contract_member(enum record_kind kind, void *record, const char *name)
{
    const struct field *field = record_field(kind, name);
    assert_non_null(field);
    return (char *)record + field->offset;
}

/* --- verbs --- */

enum rc contract_write(struct contract *contract, const struct store_write *writes, size_t count)
{
    struct store_batch batch = {.writes = writes, .write_count = count, .now = CONTRACT_NOW, .durable = true};
    return store_commit(contract->store, &batch);
}

enum rc contract_put(struct contract *contract, enum record_kind kind, const void *record, int64_t expect)
{
    struct store_write write = {.op = STORE_PUT, .kind = kind, .record = record, .expect = expect};
    return contract_write(contract, &write, 1);
}

enum rc contract_delete(struct contract *contract, enum record_kind kind, struct str key, int64_t expect)
{
    struct store_write write = {.op = STORE_DELETE, .kind = kind, .key = key, .expect = expect};
    return contract_write(contract, &write, 1);
}

void *contract_get(struct contract *contract, enum record_kind kind, struct str key)
{
    void *record = arena_new(&contract->arena, 1, RECORD_TYPES[kind].size);
    enum rc rc = store_get(contract->store, kind, key, &contract->arena, record);
    if (rc == RC_NOT_FOUND)
        return NULL;
    assert_rc(rc, RC_OK);
    return record;
}

int64_t contract_version(struct contract *contract, enum record_kind kind, struct str key)
{
    const void *record = contract_get(contract, kind, key);
    return record == NULL ? 0 : record_version(kind, record);
}

int64_t contract_counter(struct contract *contract, const char *key)
{
    const struct counter *counter = contract_get(contract, RECORD_COUNTER, str_of(key));
    return counter == NULL ? 0 : counter->value;
}

int64_t contract_head(struct contract *contract)
{
    int64_t head = -1;
    assert_rc(contract->feed->vtable->head(contract->feed, &head), RC_OK);
    return head;
}

struct change *contract_changes(struct contract *contract, int64_t after, size_t *count)
{
    struct change *changes = NULL;
    assert_rc(contract->feed->vtable->read(contract->feed, after, 100000, &contract->arena, &changes, count), RC_OK);
    return changes;
}

void contract_job(struct contract *contract, enum store_job_op op, enum job_kind kind, const char *key, int64_t run_at)
{
    struct store_job job = {.op = op, .kind = kind, .key = str_of(key), .run_at = run_at};
    struct store_batch batch = {.jobs = &job, .job_count = 1, .now = CONTRACT_NOW, .durable = true};
    assert_rc(store_commit(contract->store, &batch), RC_OK);
}

enum rc contract_claim(struct contract *contract, unsigned mask, int64_t now, struct job *out)
{
    return contract->queue->vtable->claim(contract->queue, mask, now, &contract->arena, out);
}

struct job contract_must_claim(struct contract *contract, int64_t now, enum job_kind kind, const char *key)
{
    struct job job = {0};
    assert_rc(contract_claim(contract, CONTRACT_ALL, now, &job), RC_OK);
    assert_int_equal(job.kind, kind);
    assert_true(str_equal(job.key, str_of(key)));
    return job;
}

enum rc contract_finish(struct contract *contract, enum store_finish_op op, const struct job *job, int64_t run_at,
                        const char *reason)
{
    struct store_finish finish = {.op = op, .job = job, .run_at = run_at, .reason = str_of(reason)};
    struct store_batch batch = {.finish = finish, .now = CONTRACT_NOW, .durable = true};
    return store_commit(contract->store, &batch);
}

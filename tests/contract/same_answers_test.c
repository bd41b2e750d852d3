/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The memory and the SQLite adapter are asked the same random questions and must give the same answers: commits with
 * writes, jobs and finishes that may conflict, claims through several masks, drops, redrives, lists of both. What the
 * contract's cases do not think of, chance does. Seeds are fixed, so a failure comes again; its seed is printed. */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapter/mem/mem.h"
#include "adapter/sqlite/sqlite.h"
#include "base/hash.h"
#include "base/rand.h"
#include "contract/contract.h"

enum { SEEDS = 12, STEPS = 700, KEYS = 120, HELD_MAX = 30, KINDS = 3 };
static const enum job_kind JOBS[KINDS] = {JOB_SCORE, JOB_DUE, JOB_SEND};
static const unsigned MASKS[] = {JOB_MASK(JOB_SCORE), JOB_MASK(JOB_DUE), JOB_MASK(JOB_SCORE) | JOB_MASK(JOB_SEND),
                                 CONTRACT_ALL};

/* One back end and the jobs it has handed out; held[i] of both sides are the same job but for their generations. */
struct side {
    struct store *store;
    struct feed *feed;
    struct queue *queue;
    struct job held[HELD_MAX];
};
struct pair {
    struct side sides[2];
    size_t held;
    struct rand_stream random;
    struct arena arena, held_arena;
    int64_t now;
};

static uint64_t below(struct pair *pair, uint64_t limit) { return rand_u64(&pair->random) % limit; }

static struct str some_key(struct pair *pair) { return arena_printf(&pair->arena, "k%03d", (int)below(pair, KEYS)); }

static void same_job(const struct job *a, const struct job *b)
{
    assert_int_equal(a->kind, b->kind);
    assert_true(str_equal(a->key, b->key));
    assert_int_equal(a->run_at, b->run_at);
    assert_int_equal(a->attempts, b->attempts);
    assert_int_equal(a->dead, b->dead);
    assert_true(str_equal(a->reason, b->reason));
    assert_int_equal(a->created_at, b->created_at);
}

/* --- commits ----------------------------------------------------------------------------------------------------- */
static struct store_write some_write(struct pair *pair)
{
    struct suppression *record = arena_new(&pair->arena, 1, sizeof(*record));
    struct store_write write = {.kind = RECORD_SUPPRESSION, .key = some_key(pair)};
    const int64_t expectations[] = {STORE_ANY, STORE_ANY, STORE_ABSENT, 1, 2};
    record_init(RECORD_SUPPRESSION, record);
    record->id = write.key;
    record->reason = (int)below(pair, 3);
    record->source = below(pair, 3) == 0 ? STR_NONE : some_key(pair);
    record->created_at = record->updated_at = pair->now;
    write.record = record;
    write.expect = expectations[below(pair, 5)];
    switch (below(pair, 4)) {
    case 0: write.op = STORE_DELETE; break;
    case 1:
        write = (struct store_write){.op = STORE_ADD,
                                     .kind = RECORD_COUNTER,
                                     .key = STR("sum"),
                                     .expect = STORE_ANY,
                                     .add = (int64_t)below(pair, 9) - 4};
        break;
    case 2: write.op = below(pair, 3) == 0 ? STORE_CHECK : STORE_PUT; break;
    default: write.op = STORE_PUT; break;
    }
    return write;
}

static struct store_job some_put(struct pair *pair)
{
    const enum store_job_op ops[] = {STORE_JOB_SET, STORE_JOB_EARLIEST, STORE_JOB_EARLIEST, STORE_JOB_CANCEL};
    return (struct store_job){.op = ops[below(pair, 4)],
                              .kind = JOBS[below(pair, KINDS)],
                              .key = some_key(pair),
                              .run_at = pair->now + (int64_t)below(pair, 200) - 100};
}

/* A batch of up to 2 writes (of different records) and 20 jobs; finishes held job `at` unless that is `held`. */
static void commit(struct pair *pair, size_t at, enum store_finish_op op)
{
    struct store_write writes[2] = {some_write(pair), some_write(pair)};
    struct store_job jobs[20];
    size_t job_count = (size_t)below(pair, 21);
    struct store_batch batch = {.writes = writes, .jobs = jobs, .job_count = job_count, .now = pair->now};
    batch.write_count = str_equal(writes[0].key, writes[1].key) ? 1 : (size_t)below(pair, 3);
    for (size_t i = 0; i < job_count; i++)
        jobs[i] = some_put(pair);
    int64_t run_at = pair->now + (int64_t)below(pair, 50);
    enum rc answers[2];
    for (int i = 0; i < 2; i++) {
        batch.finish = (struct store_finish){STORE_FINISH_NOTHING, NULL, 0, STR_NONE};
        if (at < pair->held)
            batch.finish = (struct store_finish){op, &pair->sides[i].held[at], run_at, STR("why")};
        answers[i] = store_commit(pair->sides[i].store, &batch);
    }
    assert_rc(answers[1], answers[0]);
    if (at >= pair->held || answers[0] != RC_OK)
        return;
    pair->held--;
    for (int i = 0; i < 2; i++)
        pair->sides[i].held[at] = pair->sides[i].held[pair->held];
}

/* --- the queue --------------------------------------------------------------------------------------------------- */
static void claim(struct pair *pair)
{
    unsigned mask = MASKS[below(pair, sizeof(MASKS) / sizeof(MASKS[0]))];
    struct job jobs[2] = {{0}, {0}};
    enum rc answers[2];
    if (pair->held == HELD_MAX)
        return;
    for (int i = 0; i < 2; i++) {
        struct queue *queue = pair->sides[i].queue;
        answers[i] = queue->vtable->claim(queue, mask, pair->now, &pair->held_arena, &jobs[i]);
    }
    assert_rc(answers[1], answers[0]);
    if (answers[0] != RC_OK)
        return;
    same_job(&jobs[0], &jobs[1]);
    for (int i = 0; i < 2; i++)
        pair->sides[i].held[pair->held] = jobs[i];
    pair->held++;
}

static void drop(struct pair *pair)
{
    if (pair->held == 0)
        return;
    size_t at = (size_t)below(pair, pair->held);
    pair->held--;
    for (int i = 0; i < 2; i++) {
        struct side *side = &pair->sides[i];
        side->queue->vtable->drop(side->queue, &side->held[at]);
        side->held[at] = side->held[pair->held];
    }
}

static void attend_to_the_dead(struct pair *pair)
{
    enum job_kind kind = JOBS[below(pair, KINDS)];
    struct str key = some_key(pair);
    bool redrive = below(pair, 2) == 0;
    enum rc answers[2];
    for (int i = 0; i < 2; i++) {
        struct queue *queue = pair->sides[i].queue;
        answers[i] = redrive ? queue->vtable->redrive(queue, kind, key, pair->now)
                             : queue->vtable->dismiss(queue, kind, key);
    }
    assert_rc(answers[1], answers[0]);
}

static void compare_numbers(struct pair *pair)
{
    unsigned mask = MASKS[below(pair, sizeof(MASKS) / sizeof(MASKS[0]))];
    struct queue_stats stats[2];
    int64_t running[2], earliest[2] = {0, 0};
    enum rc answers[2];
    for (int i = 0; i < 2; i++) {
        struct queue *queue = pair->sides[i].queue;
        assert_rc(queue->vtable->stats(queue, &stats[i]), RC_OK);
        assert_rc(queue->vtable->running(queue, &running[i]), RC_OK);
        answers[i] = queue->vtable->earliest(queue, mask, &earliest[i]);
    }
    assert_memory_equal(&stats[0], &stats[1], sizeof(stats[0]));
    assert_int_equal(running[0], running[1]);
    assert_rc(answers[1], answers[0]);
    assert_int_equal(earliest[0], earliest[1]);
}

/* Walks all pages of jobs on both sides, each with its own cursors. */
static void compare_jobs(struct pair *pair, bool dead)
{
    struct str cursors[2] = {STR_NONE, STR_NONE};
    size_t limit = 1 + (size_t)below(pair, 200);
    do {
        struct queue_list lists[2];
        for (int i = 0; i < 2; i++) {
            struct queue *queue = pair->sides[i].queue;
            assert_rc(queue->vtable->list(queue, dead, JOB_KINDS, limit, cursors[i], &pair->arena, &lists[i]), RC_OK);
            cursors[i] = lists[i].cursor;
        }
        assert_int_equal(lists[0].count, lists[1].count);
        for (size_t i = 0; i < lists[0].count; i++)
            same_job(&lists[0].items[i], &lists[1].items[i]);
        assert_int_equal(str_is_none(cursors[0]), str_is_none(cursors[1]));
    } while (!str_is_none(cursors[0]));
}

static void compare_records(struct pair *pair)
{
    const enum record_kind kinds[] = {RECORD_SUPPRESSION, RECORD_COUNTER};
    const enum record_index indexes[] = {SUPPRESSION_BY_ID, COUNTER_BY_ID};
    for (int at = 0; at < 2; at++) {
        struct store_query query = STORE_QUERY(indexes[at]);
        struct store_page pages[2];
        for (int i = 0; i < 2; i++)
            assert_rc(store_list(pair->sides[i].store, &query, &pair->arena, &pages[i]), RC_OK);
        assert_int_equal(pages[0].count, pages[1].count);
        for (size_t i = 0; i < pages[0].count; i++) {
            const char *a = (char *)pages[0].items + i * RECORD_TYPES[kinds[at]].size;
            const char *b = (char *)pages[1].items + i * RECORD_TYPES[kinds[at]].size;
            assert_true(record_equal(kinds[at], a, b));
            assert_int_equal(record_version(kinds[at], a), record_version(kinds[at], b));
        }
    }
}

/* --- the walk ---------------------------------------------------------------------------------------------------- */
static void step(struct pair *pair)
{
    const enum store_finish_op ops[] = {STORE_FINISH_ACK, STORE_FINISH_LATER, STORE_FINISH_RETRY, STORE_FINISH_BURY};
    pair->now += (int64_t)below(pair, 4);
    switch (below(pair, 8)) {
    case 0: commit(pair, SIZE_MAX, STORE_FINISH_NOTHING); break;
    case 1:
    case 2: commit(pair, (size_t)below(pair, HELD_MAX), ops[below(pair, 4)]); break;
    case 3:
    case 4:
    case 5: claim(pair); break;
    case 6: drop(pair); break;
    default: attend_to_the_dead(pair); break;
    }
    compare_numbers(pair);
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static void open_both(struct pair *pair, char *folder)
{
    struct mem_backend *mem = mem_open();
    struct sqlite_backend *sqlite = NULL;
    struct str why;
    assert_non_null(mkdtemp(folder));
    assert_rc(sqlite_open_loose(folder, &sqlite, &why), RC_OK);
    pair->sides[0] = (struct side){.store = mem_store(mem), .feed = mem_feed(mem), .queue = mem_queue(mem)};
    pair->sides[1] =
        (struct side){.store = sqlite_store(sqlite), .feed = sqlite_feed(sqlite), .queue = sqlite_queue(sqlite)};
}

static void both_adapters_give_the_same_answers(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        char folder[] = "/tmp/rekindle-same-XXXXXX";
        struct pair pair = {.now = CONTRACT_NOW};
        rand_seed(&pair.random, seed);
        open_both(&pair, folder);
        for (int at = 0; at < STEPS; at++) {
            step(&pair);
            if (at % 25 == 0) {
                print_message("seed %d step %d\n", (int)seed, at);
                compare_jobs(&pair, false);
                compare_jobs(&pair, true);
                compare_records(&pair);
            }
            arena_clear(&pair.arena);
        }
        for (int i = 0; i < 2; i++)
            pair.sides[i].store->vtable->close(pair.sides[i].store);
        arena_clear(&pair.held_arena);
        nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_adapters_give_the_same_answers)};
    hash_init();
    return cmocka_run_group_tests_name("same answers", tests, NULL, NULL);
}

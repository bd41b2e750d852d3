/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The program is killed at any moment: what was answered as durable is there, every batch is whole, the database is
 * sound. A child with four committing threads writes one line to a pipe for each answer; the parent kills it after a
 * random number of lines, which falls anywhere in the work of the others, checkpoints included. REKINDLE_LONG=1 makes it
 * two hundred rounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <signal.h>
#include <sys/wait.h>

#include "adapter/sqlite/testing.h"
#include "base/rand.h"

enum { THREADS = 4, WRITES = 3, ROUNDS = 20, LONG_ROUNDS = 200 };

struct child {
    struct testing testing;
    int round, number, pipe;
};

/* Batch n of a thread puts three settings with value n and a job of that number. */
static enum rc commit_one(struct child *child, struct arena *arena, int64_t n)
{
    struct setting settings[WRITES];
    struct store_write writes[WRITES];
    for (int i = 0; i < WRITES; i++) {
        record_init(RECORD_SETTING, &settings[i]);
        settings[i].id = arena_printf(arena, "t%d-%d", child->number, i);
        settings[i].value = arena_printf(arena, "%lld", (long long)n);
        settings[i].updated_at = n;
        writes[i] =
            (struct store_write){.op = STORE_PUT, .kind = RECORD_SETTING, .record = &settings[i], .expect = STORE_ANY};
    }
    struct store_job job = {.op = STORE_JOB_SET, .kind = JOB_SCORE, .key = settings[0].id, .run_at = n};
    struct store_batch batch = {
        .writes = writes, .write_count = WRITES, .jobs = &job, .job_count = 1, .now = n, .durable = true};
    return store_commit(child->testing.store, &batch);
}

static void commit_until_killed(void *arg)
{
    struct child *child = arg;
    for (int64_t n = child->round * 1000000LL;; n++) {
        struct arena arena = {0};
        int64_t line[2] = {child->number, n};
        if (commit_one(child, &arena, n) != RC_OK || write(child->pipe, line, sizeof(line)) != sizeof(line))
            _exit(1);
        arena_clear(&arena);
    }
}

/* Never returns. */
static void be_the_child(const struct testing *testing, int round, int pipe)
{
    struct child children[THREADS];
    struct thread threads[THREADS];
    struct testing mine = *testing;
    struct str why;
    if (sqlite_open(mine.folder, &mine.backend, &why) != RC_OK)
        _exit(1);
    mine.store = sqlite_store(mine.backend);
    mine.backend->writer.checkpoint_at = 20; /* so that many a kill falls into a checkpoint */
    for (int i = 0; i < THREADS; i++) {
        children[i] = (struct child){mine, round, i, pipe};
        thread_start(&threads[i], "child", commit_until_killed, &children[i]);
    }
    for (int i = 0; i < THREADS; i++)
        thread_join(&threads[i]);
    _exit(1);
}

/* The last batch of each thread that was answered before the kill; -1 for none. */
static void run_and_kill(struct testing *testing, int round, uint64_t answers, int64_t last[THREADS])
{
    int ends[2];
    int64_t line[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        be_the_child(testing, round, ends[1]);
    }
    close(ends[1]);
    for (uint64_t seen = 0; read(ends[0], line, sizeof(line)) == sizeof(line); seen++) {
        if (seen == answers)
            kill(child, SIGKILL); /* what is in the pipe still was answered too */
        last[line[0]] = line[1];
    }
    close(ends[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
}

static int64_t value_of(struct testing *testing, int number, int i)
{
    struct setting setting;
    int64_t value = -1;
    struct str id = arena_printf(&testing->arena, "t%d-%d", number, i);
    enum rc rc = store_get(testing->store, RECORD_SETTING, id, &testing->arena, &setting);
    if (rc == RC_NOT_FOUND)
        return -1;
    assert_rc(rc, RC_OK);
    assert_rc(str_to_i64(setting.value, &value), RC_OK);
    return value;
}

/* One batch beyond the last answer may be there: it was committed and the kill came before the answer. */
static void all_is_there(struct testing *testing, const int64_t last[THREADS])
{
    int64_t loose = 0;
    struct queue_list list;
    assert_rc(sqlite_verify(testing->backend, &loose), RC_OK);
    assert_rc(testing->queue->vtable->list(testing->queue, false, JOB_SCORE, 200, STR_NONE, &testing->arena, &list),
              RC_OK);
    for (int number = 0; number < THREADS; number++) {
        int64_t value = value_of(testing, number, 0);
        assert_true(value >= last[number]);
        for (int i = 1; i < WRITES; i++)
            assert_int_equal(value_of(testing, number, i), value);
        struct str key = arena_printf(&testing->arena, "t%d-0", number);
        for (size_t i = 0; i < list.count; i++)
            if (str_equal(list.items[i].key, key))
                assert_int_equal(list.items[i].run_at, value);
    }
}

static void what_was_answered_outlives_a_kill_at_any_moment(void **state)
{
    struct testing *testing = *state;
    struct rand_stream random;
    int64_t last[THREADS] = {-1, -1, -1, -1};
    const int rounds = getenv("REKINDLE_LONG") != NULL ? LONG_ROUNDS : ROUNDS;
    rand_seed(&random, 20261124);
    for (int round = 0; round < rounds; round++) {
        run_and_kill(testing, round, rand_u64(&random) % 60, last);
        testing_open(testing);
        all_is_there(testing, last);
        testing_close(testing);
        arena_clear(&testing->arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {TESTING_CLOSED(what_was_answered_outlives_a_kill_at_any_moment)};
    return cmocka_run_group_tests_name("sqlite kill", tests, NULL, NULL);
}

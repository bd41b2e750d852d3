/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The online copy: one moment's state, taken while others write, never over another file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <stdatomic.h>
#include <sys/stat.h>

#include "adapter/sqlite/testing.h"
#include "core/product.h"

/* Writes pairs "a", "b" with one value until it is stopped. */
struct pair_writer {
    struct testing *testing;
    struct thread thread;
    struct signal_count written;
    atomic_bool stop;
    enum rc rc;
};

static enum rc write_pair(struct testing *testing, const char *value)
{
    struct setting pair[2] = {testing_setting(testing, "a", 0), testing_setting(testing, "b", 0)};
    struct store_write writes[2];
    for (int i = 0; i < 2; i++) {
        pair[i].value = str_of(value);
        writes[i] =
            (struct store_write){.op = STORE_PUT, .kind = RECORD_SETTING, .record = &pair[i], .expect = STORE_ANY};
    }
    struct store_batch batch = {.writes = writes, .write_count = 2, .now = TESTING_NOW};
    return store_commit(testing->store, &batch);
}

static void write_pairs(void *arg)
{
    struct pair_writer *writer = arg;
    struct testing mine = *writer->testing; /* with an arena of this thread's own */
    mine.arena = (struct arena){0};
    for (int i = 0; !atomic_load(&writer->stop) && writer->rc == RC_OK; i++) {
        char value[16];
        snprintf(value, sizeof(value), "%d", i);
        writer->rc = write_pair(&mine, value);
        arena_clear(&mine.arena);
        signal_count_bump(&writer->written);
    }
}

/* The copy in a folder of its own, opened. */
static struct testing *restore(const char *copy)
{
    void *state = NULL;
    assert_int_equal(testing_folder(&state), 0);
    struct testing *restored = state;
    assert_int_equal(rename(copy, restored->file), 0);
    testing_open(restored);
    return restored;
}

static const char *copy_path(struct testing *testing)
{
    return arena_printf(&testing->arena, "%s/copy.db", testing->folder).ptr;
}

static enum rc back_up(struct testing *testing, const char *path)
{
    return testing->store->vtable->backup(testing->store, path);
}

static void a_copy_taken_while_others_write_is_one_moments_state(void **state)
{
    struct testing *testing = *state;
    struct pair_writer writer = {.testing = testing};
    struct setting a, b;
    struct stat info;
    int64_t loose = 0;
    signal_count_init(&writer.written);
    thread_start(&writer.thread, "pairs", write_pairs, &writer);
    signal_count_wait(&writer.written, 5, -1);
    assert_rc(back_up(testing, copy_path(testing)), RC_OK);
    signal_count_wait(&writer.written, signal_count_get(&writer.written), -1); /* writing went on */
    atomic_store(&writer.stop, true);
    thread_join(&writer.thread);
    signal_count_clear(&writer.written);
    assert_rc(writer.rc, RC_OK);
    assert_int_equal(stat(copy_path(testing), &info), 0);
    assert_int_equal(info.st_mode & 07777, 0600);
    struct testing *restored = restore(copy_path(testing));
    assert_rc(sqlite_verify(restored->backend, &loose), RC_OK);
    assert_rc(store_get(restored->store, RECORD_SETTING, STR("a"), &testing->arena, &a), RC_OK);
    assert_rc(store_get(restored->store, RECORD_SETTING, STR("b"), &testing->arena, &b), RC_OK);
    assert_true(str_equal(a.value, b.value));
    assert_int_equal(a.version, b.version);
    void *restored_state = restored;
    testing_teardown(&restored_state);
}

static void a_copy_has_records_jobs_and_changes(void **state)
{
    struct testing *testing = *state;
    struct {
        int64_t head;
        struct queue_stats stats;
    } before, after;
    memset(&before, 0, sizeof(before));
    memset(&after, 0, sizeof(after));
    struct suppression suppression;
    struct store_job job = {.op = STORE_JOB_SET, .kind = JOB_DUE, .key = STR("c1"), .run_at = 5};
    struct product product;
    record_init(RECORD_SUPPRESSION, &suppression);
    record_init(RECORD_PRODUCT, &product);
    suppression.id = STR("s");
    product.id = product.name = STR("cake");
    suppression.created_at = suppression.updated_at = product.created_at = product.updated_at = TESTING_NOW;
    const struct store_write writes[] = {
        {.op = STORE_PUT, .kind = RECORD_SUPPRESSION, .record = &suppression, .expect = STORE_ABSENT},
        {.op = STORE_PUT, .kind = RECORD_PRODUCT, .record = &product, .expect = STORE_ABSENT}};
    struct store_batch batch = {
        .writes = writes, .write_count = 2, .jobs = &job, .job_count = 1, .now = TESTING_NOW, .durable = true};
    assert_rc(store_commit(testing->store, &batch), RC_OK);
    testing->feed->vtable->head(testing->feed, &before.head);
    testing->queue->vtable->stats(testing->queue, &before.stats);
    assert_int_equal(before.head, 1);
    assert_rc(back_up(testing, copy_path(testing)), RC_OK);
    struct testing *restored = restore(copy_path(testing));
    restored->feed->vtable->head(restored->feed, &after.head);
    restored->queue->vtable->stats(restored->queue, &after.stats);
    assert_memory_equal(&before, &after, sizeof(before));
    assert_rc(store_get(restored->store, RECORD_SUPPRESSION, STR("s"), &testing->arena, &suppression), RC_OK);
    void *restored_state = restored;
    testing_teardown(&restored_state);
}

static void a_copy_never_replaces_a_file(void **state)
{
    struct testing *testing = *state;
    assert_rc(back_up(testing, copy_path(testing)), RC_OK);
    assert_rc(back_up(testing, copy_path(testing)), RC_CONFLICT);
    assert_rc(back_up(testing, testing->file), RC_CONFLICT);
    assert_rc(testing->store->vtable->check(testing->store), RC_OK);
}

static void a_copy_that_cannot_be_written_leaves_no_file(void **state)
{
    struct testing *testing = *state;
    struct stat info;
    const char *path = arena_printf(&testing->arena, "%s/none/copy.db", testing->folder).ptr;
    assert_rc(back_up(testing, path), RC_IO);
    assert_int_equal(stat(path, &info), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TESTING(a_copy_taken_while_others_write_is_one_moments_state),
        TESTING(a_copy_has_records_jobs_and_changes),
        TESTING(a_copy_never_replaces_a_file),
        TESTING(a_copy_that_cannot_be_written_leaves_no_file),
    };
    return cmocka_run_group_tests_name("sqlite backup", tests, NULL, NULL);
}

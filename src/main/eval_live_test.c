/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/eval_live.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"
#include "main/test_folder.h"

enum { BRIEFS = 4 };

/* A writer that gives one row a call, and lets nobody in the first time it is asked. */
struct fake {
    struct writer writer;
    const struct writer_reply *rows;
    int asked, sent;
    enum rc refusal;
    enum writer_health health;
};

static struct fake *fake_of(struct writer *writer) { return (struct fake *)writer; }

static enum rc prepare(struct writer *writer, const struct brief *brief, const struct prompt *prompt,
                       struct arena *arena, struct writer_call *out)
{
    (void)writer;
    (void)arena;
    *out = (struct writer_call){.body = prompt->user, .brief = brief};
    return RC_OK;
}

static enum rc admit(struct writer *writer, const struct writer_call *call, int64_t *wait_ms)
{
    struct fake *fake = fake_of(writer);
    (void)call;
    *wait_ms = 1;
    return fake->asked++ % 2 == 0 ? fake->refusal : RC_OK;
}

static enum rc send(struct writer *writer, const struct writer_call *call, struct arena *arena,
                    struct writer_reply *reply)
{
    struct fake *fake = fake_of(writer);
    (void)call;
    (void)arena;
    *reply = fake->rows[fake->sent++];
    return RC_OK;
}

static void tell_state(struct writer *writer, struct arena *arena, struct writer_state *out)
{
    (void)arena;
    *out = (struct writer_state){.health = fake_of(writer)->health, .why = STR("the key was refused")};
}

static const struct writer_vtable VTABLE = {.prepare = prepare, .admit = admit, .send = send, .state = tell_state};

struct bench {
    struct test_folder folder;
    struct eval_set set;
    struct eval_score score;
    struct arena arena;
    struct str why;
    FILE *save;
    int taken;
};

static void take(void *ctx, const struct eval_reply *reply, struct arena *arena)
{
    struct bench *bench = ctx;
    (void)arena;
    bench->taken++;
    assert_int_equal(reply->label, EVAL_UNLABELLED);
}

static int set_up(void **state)
{
    static struct bench bench;
    struct buf text = {0};
    bench = (struct bench){.why = STR_NONE};
    hash_init();
    test_folder_make(&bench.folder);
    for (int i = 0; i < BRIEFS; i++)
        buf_printf(
            &text,
            "{\"id\":\"b%d\",\"facts\":[{\"id\":\"F1\",\"kind\":\"category\",\"text\":\"Tea\"}],\"products\":[]}\n", i);
    const char *path = test_path(&bench.folder, "briefs.jsonl");
    test_write(path, text.ptr);
    buf_clear(&text);
    assert_int_equal(eval_read_briefs(path, &bench.set, &bench.why), RC_OK);
    eval_score_init(&bench.score);
    bench.save = fopen(test_path(&bench.folder, "saved.jsonl"), "we");
    assert_non_null(bench.save);
    *state = &bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;
    if (bench->save)
        fclose(bench->save);
    eval_score_clear(&bench->score);
    eval_set_clear(&bench->set);
    arena_clear(&bench->arena);
    test_folder_clear(&bench->folder);
    return 0;
}

static enum rc run(struct bench *bench, struct fake *fake)
{
    fake->writer.vtable = &VTABLE;
    const struct eval_live live = {&fake->writer, &bench->set, bench->save, &bench->score, take, bench};
    return eval_live_run(&live, &bench->arena, &bench->why);
}

static void every_brief_is_called_once_after_its_wait_and_counted(void **state)
{
    struct bench *bench = *state;
    static const struct writer_reply ROWS[BRIEFS] = {
        {.outcome = WRITER_ANSWERED,
         .bill = WRITER_BILL_KNOWN,
         .cost_microusd = 300,
         .latency_ms = 20,
         .raw = STR_INIT("{}")},
        {.outcome = WRITER_BAD_REPLY,
         .bill = WRITER_BILL_KNOWN,
         .cost_microusd = 100,
         .latency_ms = 10,
         .raw = STR_INIT("no")},
        {.outcome = WRITER_TIMED_OUT, .bill = WRITER_BILL_UNKNOWN, .latency_ms = 40},
        {.outcome = WRITER_ANSWERED, .bill = WRITER_BILL_NOTHING, .latency_ms = 30, .raw = STR_INIT("{}")},
    };
    struct fake fake = {.rows = ROWS, .refusal = RC_LIMITED};
    assert_int_equal(run(bench, &fake), RC_OK);
    assert_int_equal(fake.sent, BRIEFS);
    assert_int_equal(bench->taken, 3);
    assert_int_equal(bench->score.unanswered, 1);
    assert_int_equal(bench->score.cost_microusd.count, 2);
    assert_int_equal(eval_numbers_quantile(&bench->score.cost_microusd, 0.5), 100);
    assert_int_equal(eval_numbers_quantile(&bench->score.latency_ms, 0.5), 20);
    assert_int_equal(eval_numbers_quantile(&bench->score.latency_ms, 0.95), 40);
}

static void what_was_saved_can_be_run_again(void **state)
{
    struct bench *bench = *state;
    static const struct writer_reply ROWS[BRIEFS] = {{.outcome = WRITER_ANSWERED, .raw = STR_INIT("{\"a\":\"\\n\"}")},
                                                     {.outcome = WRITER_ANSWERED, .raw = STR_INIT("plain\nwords")},
                                                     {.outcome = WRITER_REFUSED},
                                                     {.outcome = WRITER_ANSWERED, .raw = STR_INIT("")}};
    struct fake fake = {.rows = ROWS, .refusal = RC_LIMITED};
    struct eval_lines lines;
    struct eval_reply reply;
    assert_int_equal(run(bench, &fake), RC_OK);
    assert_int_equal(fclose(bench->save), 0);
    bench->save = NULL;
    assert_int_equal(eval_open(test_path(&bench->folder, "saved.jsonl"), &lines, &bench->arena, &bench->why), RC_OK);
    for (int i = 0; i < BRIEFS; i++) {
        if (ROWS[i].outcome != WRITER_ANSWERED)
            continue;
        assert_int_equal(eval_next_reply(&lines, &bench->set, &bench->arena, &reply, &bench->why), RC_OK);
        assert_true(str_equal(reply.raw, ROWS[i].raw));
        assert_true(reply.brief == bench->set.items[i]);
    }
    assert_int_equal(eval_next_reply(&lines, &bench->set, &bench->arena, &reply, &bench->why), RC_NOT_FOUND);
    eval_close(&lines);
}

static void a_degraded_writer_ends_it_with_its_own_words(void **state)
{
    struct bench *bench = *state;
    struct fake fake = {.refusal = RC_DENIED, .health = WRITER_DEGRADED};
    assert_int_equal(run(bench, &fake), RC_DENIED);
    assert_true(str_equal(bench->why, STR("the key was refused")));
    assert_int_equal(fake.sent, 0);
}

static void a_writer_still_being_checked_is_waited_for(void **state)
{
    struct bench *bench = *state;
    static const struct writer_reply ROWS[BRIEFS] = {
        {.outcome = WRITER_ANSWERED, .raw = STR_INIT("{}")},
        {.outcome = WRITER_MISCONFIGURED, .error = STR_INIT("no such model")}};
    struct fake fake = {.rows = ROWS, .refusal = RC_DENIED, .health = WRITER_CHECKING};
    assert_int_equal(run(bench, &fake), RC_DENIED);
    assert_int_equal(fake.sent, 2); /* and the first call that finds it misconfigured ends it */
    assert_true(str_equal(bench->why, STR("no such model")));
    assert_int_equal(bench->taken, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_brief_is_called_once_after_its_wait_and_counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_saved_can_be_run_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_degraded_writer_ends_it_with_its_own_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_writer_still_being_checked_is_waited_for, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

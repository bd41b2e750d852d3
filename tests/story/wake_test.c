/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A worker never sleeps on a job that is due: not when the manual clock moves between its look at the clock and its look at
 * the queue either. The queue here moves the clock at just that moment. */
#include "story.h"

#include <stdatomic.h>

#include "adapter/mem/mem.h"
#include "base/thread.h"
#include "step/steps.h"

struct spy {
    struct queue queue;
    struct queue *real;
    struct clock *clock;
    int64_t due_at;
    atomic_bool moved, slept_on_it, taken;
    struct signal_count told; /* when the job was taken */
};

static struct spy *spy_of(struct queue *queue) { return (struct spy *)(void *)queue; }

static enum rc claim(struct queue *queue, unsigned mask, int64_t now, struct arena *arena, struct job *out)
{
    struct spy *spy = spy_of(queue);
    int64_t run_at;
    bool idle = (mask & JOB_MASK(JOB_FEED)) && spy->real->vtable->earliest(spy->real, mask, &run_at) == RC_OK &&
                run_at == spy->due_at;
    if (idle && !atomic_exchange(&spy->moved, true)) {
        (void)clock_set(spy->clock, spy->due_at);
        spy->real->vtable->poke(spy->real);
    }
    enum rc rc = spy->real->vtable->claim(spy->real, mask, now, arena, out);
    if (rc == RC_OK && out->kind == JOB_FEED) {
        atomic_store(&spy->taken, true);
        signal_count_bump(&spy->told);
    }
    return rc;
}

static void sleep_spied(struct queue *queue, unsigned mask, int64_t timeout_ms)
{
    struct spy *spy = spy_of(queue);
    int64_t run_at;
    if (spy->real->vtable->earliest(spy->real, mask, &run_at) == RC_OK && run_at <= clock_now(spy->clock) &&
        (mask & JOB_MASK(JOB_FEED)) && !atomic_load(&spy->taken))
        atomic_store(&spy->slept_on_it, true);
    spy->real->vtable->wait(spy->real, mask, timeout_ms);
}

static void drop(struct queue *queue, const struct job *job)
{
    spy_of(queue)->real->vtable->drop(spy_of(queue)->real, job);
}
static void poke(struct queue *queue) { spy_of(queue)->real->vtable->poke(spy_of(queue)->real); }
static enum rc earliest(struct queue *queue, unsigned mask, int64_t *run_at)
{
    return spy_of(queue)->real->vtable->earliest(spy_of(queue)->real, mask, run_at);
}
static enum rc running(struct queue *queue, int64_t *count)
{
    return spy_of(queue)->real->vtable->running(spy_of(queue)->real, count);
}
static enum rc stats(struct queue *queue, struct queue_stats *out)
{
    return spy_of(queue)->real->vtable->stats(spy_of(queue)->real, out);
}
static const struct queue_vtable SPY = {.claim = claim,
                                        .drop = drop,
                                        .wait = sleep_spied,
                                        .poke = poke,
                                        .earliest = earliest,
                                        .running = running,
                                        .stats = stats};

static void a_clock_that_moves_while_a_worker_looks_is_not_missed(void **state)
{
    struct story *story = *state;
    story_stop(story);
    struct spy spy = {.queue = {&SPY}, .real = story->env.queue, .clock = story->env.clock};
    signal_count_init(&spy.told);
    spy.due_at = clock_now(spy.clock) + TIME_HOUR_MS;
    struct store_job put = {.op = STORE_JOB_SET, .kind = JOB_FEED, .key = JOB_SHOP, .run_at = spy.due_at};
    struct store_batch batch = {.jobs = &put, .job_count = 1, .now = clock_now(spy.clock)};
    assert_int_equal(store_commit(story->env.store, &batch), RC_OK);
    story->env.queue = &spy.queue;
    story_start(story);
    assert_int_equal(signal_count_wait(&spy.told, 0, 60000), 1);
    assert_int_equal(workers_settle(story->workers, 60000), RC_OK);
    story_stop(story);
    story->env.queue = spy.real;
    assert_true(spy.moved);
    assert_true(spy.taken);
    assert_false(spy.slept_on_it);
    signal_count_clear(&spy.told);
    story_start(story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {STORY(a_clock_that_moves_while_a_worker_looks_is_not_missed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

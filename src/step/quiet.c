/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/quiet.h"

#define LOOK_AGAIN_MS 50 /* a wake-up that nobody owes us: the bound on how late we see the quiet */

static int64_t read_cursor(const struct step_env *env)
{
    struct arena arena = {0};
    struct str text;
    int64_t cursor = 0;
    if (env_setting(env, SETTING_RELAY_CURSOR, &arena, &text) == RC_OK)
        (void)str_to_i64(text, &cursor);
    arena_clear(&arena);
    return cursor;
}

static bool any_runs(const struct quiet *quiet)
{
    struct queue *queue = quiet->env->queue;
    int64_t running = 0;
    if (!quiet->others_run)
        return queue->vtable->running(queue, &running) != RC_OK || running > 0;
    struct queue_stats stats;
    if (queue->vtable->stats(queue, &stats) != RC_OK)
        return true;
    for (int kind = 0; kind < JOB_KINDS; kind++)
        if ((quiet->mask & JOB_MASK(kind)) && stats.running[kind] > 0)
            return true;
    return false;
}

static bool is_quiet(const struct quiet *quiet)
{
    const struct step_env *env = quiet->env;
    int64_t head = 0, run_at;
    if (env->feed->vtable->head(env->feed, &head) != RC_OK || read_cursor(env) < head)
        return false;
    if (any_runs(quiet))
        return false;
    enum rc rc = env->queue->vtable->earliest(env->queue, quiet->mask, &run_at);
    return rc == RC_NOT_FOUND || (rc == RC_OK && run_at > clock_now(env->clock));
}

enum rc quiet_await(const struct quiet *quiet, int64_t timeout_ms)
{
    struct queue *queue = quiet->env->queue;
    int64_t deadline = clock_mono() + timeout_ms;
    int seen = 0;
    while (clock_mono() < deadline) {
        if (quiet->stopping != NULL && quiet->stopping(quiet->ctx))
            return RC_LIMITED;
        struct arena arena = {0};
        struct job job;
        /* A claim of no kind: marks the moment from which the wait below counts what moves. */
        (void)queue->vtable->claim(queue, 0, 0, &arena, &job);
        arena_clear(&arena);
        seen = is_quiet(quiet) ? seen + 1 : 0;
        if (seen == 2)
            return RC_OK;
        if (seen == 0)
            queue->vtable->wait(queue, 0, LOOK_AGAIN_MS);
    }
    return RC_TIMEOUT;
}

void quiet_lag(const struct step_env *env, int64_t *cursor, int64_t *head, int64_t *lag_ms)
{
    struct arena arena = {0};
    struct change *changes;
    size_t count = 0;
    *head = 0;
    *lag_ms = 0;
    *cursor = read_cursor(env);
    (void)env->feed->vtable->head(env->feed, head);
    if (*head > *cursor && env->feed->vtable->read(env->feed, *cursor, 1, &arena, &changes, &count) == RC_OK &&
        count > 0) {
        int64_t age = clock_now(env->clock) - changes[0].at;
        *lag_ms = age > 0 ? age : 0;
    }
    arena_clear(&arena);
}

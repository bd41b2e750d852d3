/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* See batch.h. Passing a limit is our own bug, never the input's: it stops the process before half a decision is written. */
#include "step/batch.h"

#include <stdlib.h>

#include "base/log.h"

static void must(bool holds)
{
    if (holds)
        return;
    log_error("batch_too_large", "limit=%d", STORE_BATCH_MAX);
    abort();
}

void batch_init(struct batch *batch)
{
    batch->write_count = 0;
    batch->job_count = 0;
    batch->finish = (struct store_finish){.op = STORE_FINISH_NOTHING};
    batch->durable = false;
}

static struct store_write *add_write(struct batch *batch)
{
    must(batch->write_count < STORE_BATCH_MAX);
    return &batch->writes[batch->write_count++];
}

void batch_put(struct batch *batch, enum record_kind kind, const void *record, int64_t expect)
{
    *add_write(batch) = (struct store_write){.op = STORE_PUT, .kind = kind, .record = record, .expect = expect};
}

void batch_delete(struct batch *batch, enum record_kind kind, struct str key, int64_t expect)
{
    *add_write(batch) = (struct store_write){.op = STORE_DELETE, .kind = kind, .key = key, .expect = expect};
}

void batch_check(struct batch *batch, enum record_kind kind, struct str key, int64_t expect)
{
    *add_write(batch) = (struct store_write){.op = STORE_CHECK, .kind = kind, .key = key, .expect = expect};
}

void batch_add(struct batch *batch, struct str counter, int64_t delta)
{
    if (delta == 0)
        return;
    *add_write(batch) = (struct store_write){.op = STORE_ADD, .kind = RECORD_COUNTER, .key = counter, .add = delta};
}

void batch_job(struct batch *batch, enum store_job_op op, enum job_kind kind, struct str key, int64_t run_at)
{
    must(batch->job_count < STORE_BATCH_MAX);
    batch->jobs[batch->job_count++] = (struct store_job){.op = op, .kind = kind, .key = key, .run_at = run_at};
}

void batch_ack(struct batch *batch, const struct job *job)
{
    batch->finish = (struct store_finish){.op = STORE_FINISH_ACK, .job = job};
}

void batch_later(struct batch *batch, const struct job *job, int64_t run_at)
{
    batch->finish = (struct store_finish){.op = STORE_FINISH_LATER, .job = job, .run_at = run_at};
}

enum rc batch_commit(const struct step_env *env, const struct batch *batch)
{
    struct store_batch commit = {.writes = batch->writes,
                                 .write_count = batch->write_count,
                                 .jobs = batch->jobs,
                                 .job_count = batch->job_count,
                                 .finish = batch->finish,
                                 .now = clock_now(env->clock),
                                 .durable = batch->durable};
    return store_commit(env->store, &commit);
}

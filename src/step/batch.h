/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Builds one store commit piece by piece: a step reads, decides, adds what it decided here and commits once. Lives in the
 * step's arena. At most STORE_BATCH_MAX writes and as many jobs; more is a bug and aborts. */
#ifndef REKINDLE_STEP_BATCH_H
#define REKINDLE_STEP_BATCH_H

#include "step/env.h"

struct batch {
    struct store_write writes[STORE_BATCH_MAX];
    size_t write_count;
    struct store_job jobs[STORE_BATCH_MAX];
    size_t job_count;
    struct store_finish finish;
    bool durable;
};

void batch_init(struct batch *batch);
/* `record` is borrowed until the commit. expect: version read, STORE_ABSENT or STORE_ANY. */
void batch_put(struct batch *batch, enum record_kind kind, const void *record, int64_t expect);
void batch_delete(struct batch *batch, enum record_kind kind, struct str key, int64_t expect);
void batch_check(struct batch *batch, enum record_kind kind, struct str key, int64_t expect);
void batch_add(struct batch *batch, struct str counter, int64_t delta); /* 0 adds nothing */
void batch_job(struct batch *batch, enum store_job_op op, enum job_kind kind, struct str key, int64_t run_at);
/* Finishes the claimed job in the same commit. */
void batch_ack(struct batch *batch, const struct job *job);
void batch_later(struct batch *batch, const struct job *job, int64_t run_at);
enum rc batch_commit(const struct step_env *env, const struct batch *batch);

#endif

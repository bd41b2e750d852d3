/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The queue of jobs. Jobs are put and finished inside store commits (port/store.h); here they are claimed, awaited and
 * looked at. On one machine claims live in this process's memory: a restart claims again. Any thread. */
#ifndef REKINDLE_PORT_QUEUE_H
#define REKINDLE_PORT_QUEUE_H

#include "base/arena.h"
#include "base/rc.h"
#include "core/job.h"

#define JOB_MASK(kind) (1u << (unsigned)(kind))

struct queue_stats {
    int64_t waiting[JOB_KINDS]; /* all (kind, key) not dead, running ones and timers of the future included */
    int64_t running[JOB_KINDS];
    int64_t dead[JOB_KINDS];
};
struct queue_list {
    struct job *items;
    size_t count;
    struct str cursor; /* absent at the end */
};

struct queue;
struct queue_vtable {
    /* Earliest run_at first among waiting jobs of the kinds in mask with run_at <= now that do not run. RC_NOT_FOUND when
     * there is none. The claim ends with the commit that finishes it, or with `drop`: the job waits again as it was
     * claimed, unless a newer put waits already. */
    enum rc (*claim)(struct queue *queue, unsigned mask, int64_t now, struct arena *arena, struct job *out);
    void (*drop)(struct queue *queue, const struct job *job);
    /* Waits until something was put or finished or poked since the calling thread's last claim that found nothing for this
     * mask, at most timeout_ms real ms. May return early. What moves of kinds outside the mask need not wake; mask 0 waits
     * for anything. Look at a stop flag between the claim and the wait. */
    void (*wait)(struct queue *queue, unsigned mask, int64_t timeout_ms);
    void (*poke)(struct queue *queue); /* wakes all waiters: the clock moved, or we stop */
    /* Smallest run_at among waiting jobs that do not run; RC_NOT_FOUND when none waits. */
    enum rc (*earliest)(struct queue *queue, unsigned mask, int64_t *run_at);
    enum rc (*running)(struct queue *queue, int64_t *count);
    enum rc (*stats)(struct queue *queue, struct queue_stats *out);
    /* Jobs for staff: state dead or waiting (running ones too); kind JOB_KINDS = all; by kind and key. RC_INVALID for a
     * bad cursor or a limit outside 1..200. */
    enum rc (*list)(struct queue *queue, bool dead, enum job_kind kind, size_t limit, struct str cursor,
                    struct arena *arena, struct queue_list *out);
    /* Dead to waiting with attempts 0, as STORE_JOB_EARLIEST at `now` would put it, durable. RC_NOT_FOUND. */
    enum rc (*redrive)(struct queue *queue, enum job_kind kind, struct str key, int64_t now);
    enum rc (*dismiss)(struct queue *queue, enum job_kind kind, struct str key); /* dead one gone. RC_NOT_FOUND */
};
struct queue {
    const struct queue_vtable *vtable;
};

#endif

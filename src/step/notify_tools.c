/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* JOB_NOTIFY: posts one event to the shop's other tools and writes down what they said. An event is never given up: an
 * unsubscribe that another tool has not heard of is a mail after an unsubscribe. A crash between the post and the commit
 * posts it again under the same id, by which the receiver knows it. */
#include "base/log.h"
#include "base/metrics.h"
#include "core/retry.h"
#include "step/outbound.h"
#include "step/steps.h"

#define COMMIT_TRIES 10
#define NO_WEBHOOK_PAUSE_MS TIME_HOUR_MS /* it was taken out of the configuration: kept until it is back */

struct notify {
    const struct step_env *env;
    const struct job *job;
    struct arena *arena;
    enum rc answer;
    struct str error;
};

static enum rc finish(const struct notify *notify, bool later)
{
    struct batch *batch = arena_new(notify->arena, 1, sizeof *batch);
    batch_init(batch);
    if (later)
        batch_later(batch, notify->job, clock_now(notify->env->clock) + NO_WEBHOOK_PAUSE_MS);
    else
        batch_ack(batch, notify->job);
    return batch_commit(notify->env, batch);
}

/* The answer into the event and its job, in one commit. */
static enum rc write_answer(const struct notify *notify)
{
    const struct job *job = notify->job;
    int64_t now = clock_now(notify->env->clock);
    struct outbound *event = arena_new(notify->arena, 1, sizeof *event);
    struct batch *batch = arena_new(notify->arena, 1, sizeof *batch);
    enum rc rc = store_get(notify->env->store, RECORD_OUTBOUND, job->key, notify->arena, event);
    if (rc == RC_NOT_FOUND)
        return finish(notify, false); /* erased while it was under way */
    if (rc != RC_OK)
        return rc;
    batch_init(batch);
    event->attempts++;
    event->updated_at = now;
    event->error = notify->error;
    if (notify->answer == RC_OK) {
        event->state = OUTBOUND_ACCEPTED;
        event->accepted_at = now;
        event->payload = STR_NONE; /* who it was is the receiver's now */
        batch_ack(batch, job);
    } else {
        struct retry retry =
            retry_decide(JOB_NOTIFY, notify->answer, job->attempts, retry_spread(job->key, job->attempts));
        batch->finish = (struct store_finish){
            .op = STORE_FINISH_RETRY, .job = job, .run_at = now + retry.delay_ms, .reason = notify->error};
    }
    batch_put(batch, RECORD_OUTBOUND, event, event->version);
    return batch_commit(notify->env, batch);
}

static void report(const struct notify *notify)
{
    bool accepted = notify->answer == RC_OK;
    metrics_add("rekindle_webhooks_total", accepted ? "result=\"accepted\"" : "result=\"failed\"", 1);
    if (accepted)
        log_info("webhook_accepted", "outbound=" LOG_STR, LOG_ARG(notify->job->key));
    else
        log_warn("webhook_failed", "outbound=" LOG_STR " error=" LOG_STR " attempts=%lld", LOG_ARG(notify->job->key),
                 LOG_ARG(notify->error), (long long)notify->job->attempts + 1);
}

enum rc notify_tools(const struct step_env *env, const struct job *job, struct arena *arena)
{
    struct outbound event;
    struct notify notify = {.env = env, .job = job, .arena = arena};
    enum rc rc = store_get(env->store, RECORD_OUTBOUND, job->key, arena, &event);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && event.state == OUTBOUND_ACCEPTED))
        return finish(&notify, false);
    if (rc != RC_OK)
        return rc;
    if (env->notifier == NULL)
        return finish(&notify, true);
    notify.answer = env->notifier->vtable->send(env->notifier, event.id, event.payload, arena, &notify.error);
    rc = RC_CONFLICT;
    for (int i = 0; i < COMMIT_TRIES && rc == RC_CONFLICT; i++)
        rc = write_answer(&notify);
    if (rc == RC_OK)
        report(&notify);
    return rc == RC_CONFLICT ? RC_BUSY : rc; /* not redone at once: that would post it again */
}

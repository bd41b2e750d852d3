/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "api/click_count.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "base/thread.h"
#include "core/email.h"
#include "step/batch.h"

enum { NOTED_MAX = 1024, ID_MAX = 40, REDO_MAX = 5, SENDING_WAIT_MS = 500, SENDING_TRIES = 120 };

struct noted {
    char email_id[ID_MAX];
    bool machine;
    int64_t at;
};

struct click_count {
    const struct step_env *env;
    struct thread thread;
    struct signal_count work; /* bumped when something was noted, or to end */
    struct lock lock;         /* guards the rest */
    struct noted noted[NOTED_MAX];
    size_t first, count;
    bool stopping;
};

static void add(int64_t *counter) { *counter = *counter == I64_NONE ? 1 : *counter + 1; }

/* RC_BUSY while the email is being handed over: its result must find the row as it left it. */
static enum rc write_one(const struct step_env *env, const struct noted *click, struct arena *arena)
{
    struct email *email = arena_new(arena, 1, sizeof *email);
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    enum rc rc = store_get(env->store, RECORD_EMAIL, str_of(click->email_id), arena, email);
    if (rc != RC_OK)
        return rc;
    if (email->status == EMAIL_SENDING)
        return RC_BUSY;
    add(click->machine ? &email->machine_clicks : &email->clicks);
    if (!click->machine && email->clicked_at == TIME_NONE)
        email->clicked_at = click->at;
    batch_init(batch);
    batch_put(batch, RECORD_EMAIL, email, email->version);
    return batch_commit(env, batch);
}

static bool is_stopping(struct click_count *count)
{
    lock_take(&count->lock);
    bool stopping = count->stopping;
    lock_drop(&count->lock);
    return stopping;
}

static void write_click(struct click_count *count, const struct noted *click)
{
    enum rc rc = RC_CONFLICT;
    int conflicts = 0;
    for (int i = 0; i < SENDING_TRIES && conflicts < REDO_MAX; i++) {
        struct arena arena = {0};
        rc = write_one(count->env, click, &arena);
        arena_clear(&arena);
        conflicts += rc == RC_CONFLICT;
        if ((rc != RC_CONFLICT && rc != RC_BUSY) || is_stopping(count))
            break;
        if (rc == RC_BUSY)
            signal_count_wait(&count->work, signal_count_get(&count->work), SENDING_WAIT_MS);
    }
    if (rc != RC_OK) {
        metrics_add("rekindle_clicks_uncounted_total", NULL, 1);
        log_debug("click_uncounted", "email=%s rc=%s", click->email_id, rc_name(rc));
    }
}

static bool take(struct click_count *count, struct noted *out, bool *stopping)
{
    lock_take(&count->lock);
    bool any = count->count > 0;
    *stopping = count->stopping;
    if (any) {
        *out = count->noted[count->first];
        count->first = (count->first + 1) % NOTED_MAX;
        count->count--;
    }
    lock_drop(&count->lock);
    return any;
}

static void run(void *arg)
{
    struct click_count *count = arg;
    for (;;) {
        struct noted click;
        bool stopping = false;
        uint64_t seen = signal_count_get(&count->work); /* before the look: what comes after it has bumped past this */
        if (take(count, &click, &stopping))
            write_click(count, &click);
        else if (stopping)
            return;
        else
            signal_count_wait(&count->work, seen, -1);
    }
}

struct click_count *click_count_start(const struct step_env *env)
{
    struct click_count *count = mem_new(1, sizeof *count);
    count->env = env;
    lock_init(&count->lock);
    signal_count_init(&count->work);
    thread_start(&count->thread, "clicks", run, count);
    return count;
}

void click_count_stop(struct click_count *count)
{
    if (count == NULL)
        return;
    lock_take(&count->lock);
    count->stopping = true;
    lock_drop(&count->lock);
    signal_count_bump(&count->work);
    thread_join(&count->thread);
    signal_count_clear(&count->work);
    lock_clear(&count->lock);
    mem_free(count);
}

void click_count_note(struct click_count *count, struct str email_id, bool machine)
{
    int64_t at = clock_now(count->env->clock);
    lock_take(&count->lock);
    bool room = count->count < NOTED_MAX && email_id.len < ID_MAX;
    if (room) {
        struct noted *click = &count->noted[(count->first + count->count++) % NOTED_MAX];
        *click = (struct noted){.machine = machine, .at = at};
        memcpy(click->email_id, email_id.ptr, email_id.len);
    }
    lock_drop(&count->lock);
    if (room)
        signal_count_bump(&count->work);
    else
        metrics_add("rekindle_clicks_uncounted_total", NULL, 1);
}

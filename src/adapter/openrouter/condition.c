/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "adapter/openrouter/condition.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"

#define LOOKS_LESS_WHEN_FIT 10
#define WAIT_LEAST_MS 1000

static void put_words(char *room, struct str words)
{
    size_t len = words.len < CONDITION_WORDS_BYTES ? words.len : CONDITION_WORDS_BYTES;
    if (len > 0)
        memcpy(room, words.ptr, len);
    room[len] = '\0';
}

void condition_init(struct condition *condition, const struct price *ceiling, int64_t every_ms)
{
    memset(condition, 0, sizeof *condition);
    lock_init(&condition->lock);
    signal_count_init(&condition->changed);
    condition->every_ms = every_ms;
    condition->learned = (struct vet){.price = *ceiling, .key_left_microusd = I64_NONE};
    put_words(condition->why, STR("The model service is being checked."));
    metrics_set("rekindle_writer_degraded", NULL, 0);
}

void condition_clear(struct condition *condition)
{
    signal_count_clear(&condition->changed);
    lock_clear(&condition->lock);
}

/* The lock is held. */
static void become(struct condition *condition, enum writer_health health, struct str why)
{
    char before[CONDITION_WORDS_BYTES + 1];
    bool same_health = condition->health == health;
    memcpy(before, condition->why, sizeof before);
    put_words(condition->why, why);
    condition->health = health;
    if (same_health && strcmp(before, condition->why) == 0)
        return;
    metrics_set("rekindle_writer_degraded", NULL, health == WRITER_DEGRADED ? 1 : 0);
    if (health == WRITER_DEGRADED)
        log_error("writer_degraded", "why=%s", condition->why);
    else
        log_info("writer_ready", "prompt_usd_per_million=%.4f completion_usd_per_million=%.4f",
                 price_per_million(condition->learned.price.prompt_pico),
                 price_per_million(condition->learned.price.completion_pico));
}

static void look_again_in(struct condition *condition, int64_t ms)
{
    condition->look_at = clock_mono() + ms;
    signal_count_bump(&condition->changed);
}

/* The lock is held. */
static void take_look(struct condition *condition, const struct vet *vet)
{
    if (vet->result == VET_FIT) {
        condition->learned = *vet;
        if (condition->by_call && condition->trial == CONDITION_NO_TRIAL)
            condition->trial = CONDITION_TRIAL_OPEN;
        if (!condition->by_call)
            become(condition, WRITER_READY, STR(""));
    } else if (vet->result == VET_UNFIT || condition->health == WRITER_CHECKING) {
        condition->by_call = false; /* the next look will see when this is mended */
        condition->trial = CONDITION_NO_TRIAL;
        become(condition, WRITER_DEGRADED, str_of(vet->why));
    }
    look_again_in(condition, vet->result == VET_FIT ? condition->every_ms * LOOKS_LESS_WHEN_FIT : condition->every_ms);
}

void condition_looked(struct condition *condition, const struct vet *vet)
{
    lock_take(&condition->lock);
    if (!condition->stopping) /* else it was cut short, which says nothing of the service */
        take_look(condition, vet);
    lock_drop(&condition->lock);
}

/* The lock is held. A trial that fails tells nobody anew: it is the same fault. */
static void degrade(struct condition *condition, struct str words)
{
    char why[CONDITION_WORDS_BYTES + 1];
    int64_t wait = condition->every_ms;
    (void)snprintf(why, sizeof why, "The model cannot be asked: %.*s.", STR_ARG(words));
    if (condition->trial == CONDITION_TRIAL_TAKEN)
        condition->trials++;
    for (int i = 0; i < condition->trials && wait < condition->every_ms * LOOKS_LESS_WHEN_FIT; i++)
        wait *= 2;
    if (wait > condition->every_ms * LOOKS_LESS_WHEN_FIT)
        wait = condition->every_ms * LOOKS_LESS_WHEN_FIT;
    condition->by_call = true;
    condition->trial = CONDITION_NO_TRIAL;
    become(condition, WRITER_DEGRADED, str_of(why));
    look_again_in(condition, wait);
}

/* The lock is held. What an answer proves: the service takes our calls. */
static void recover(struct condition *condition)
{
    if (!condition->by_call)
        return;
    condition->by_call = false;
    condition->trial = CONDITION_NO_TRIAL;
    condition->trials = 0;
    become(condition, WRITER_READY, STR(""));
    signal_count_bump(&condition->changed);
}

/* The lock is held. */
static void give_trial_back(struct condition *condition)
{
    if (condition->trial == CONDITION_TRIAL_TAKEN)
        condition->trial = CONDITION_TRIAL_OPEN;
}

void condition_called(struct condition *condition, enum writer_outcome outcome, struct str words)
{
    lock_take(&condition->lock);
    if (outcome != WRITER_ANSWERED) {
        put_words(condition->last_error, words);
        condition->last_error_at = clock_mono();
    }
    if (outcome == WRITER_MISCONFIGURED)
        degrade(condition, words);
    else if (outcome == WRITER_ANSWERED || outcome == WRITER_BAD_REPLY || outcome == WRITER_REFUSED)
        recover(condition);
    else
        give_trial_back(condition);
    lock_drop(&condition->lock);
}

void condition_not_called(struct condition *condition)
{
    lock_take(&condition->lock);
    give_trial_back(condition);
    lock_drop(&condition->lock);
}

/* The lock is held. At least a second, so that a job that is put off does not come at once. */
static int64_t until_look(const struct condition *condition)
{
    bool trying = condition->trial == CONDITION_TRIAL_TAKEN; /* its end decides, and nobody knows when that is */
    int64_t left = trying ? condition->every_ms : condition->look_at - clock_mono();
    return left > WAIT_LEAST_MS ? left : WAIT_LEAST_MS;
}

enum rc condition_await(struct condition *condition, int64_t patience_ms, int64_t *wait_ms)
{
    int64_t until = clock_mono() + patience_ms;
    lock_take(&condition->lock);
    while (condition->health == WRITER_CHECKING && !condition->stopping && clock_mono() < until) {
        uint64_t seen = signal_count_get(&condition->changed);
        lock_drop(&condition->lock);
        signal_count_wait(&condition->changed, seen, until - clock_mono());
        lock_take(&condition->lock);
    }
    *wait_ms = until_look(condition);
    enum rc rc = condition->stopping ? RC_BUSY : condition->health == WRITER_READY ? RC_OK : RC_DENIED;
    if (rc == RC_DENIED && condition->trial == CONDITION_TRIAL_OPEN) {
        condition->trial = CONDITION_TRIAL_TAKEN;
        rc = RC_OK;
    }
    lock_drop(&condition->lock);
    return rc;
}

bool condition_may_call(struct condition *condition, int64_t *wait_ms)
{
    lock_take(&condition->lock);
    bool may = condition->health == WRITER_READY || condition->trial == CONDITION_TRIAL_TAKEN;
    if (!may)
        *wait_ms = until_look(condition);
    lock_drop(&condition->lock);
    return may;
}

bool condition_next_look(struct condition *condition)
{
    lock_take(&condition->lock);
    for (int64_t left; !condition->stopping && (left = condition->look_at - clock_mono()) > 0;) {
        uint64_t seen = signal_count_get(&condition->changed);
        lock_drop(&condition->lock);
        signal_count_wait(&condition->changed, seen, left);
        lock_take(&condition->lock);
    }
    bool go = !condition->stopping;
    lock_drop(&condition->lock);
    return go;
}

void condition_stop(struct condition *condition)
{
    lock_take(&condition->lock);
    condition->stopping = true;
    signal_count_bump(&condition->changed);
    lock_drop(&condition->lock);
}

void condition_read(struct condition *condition, struct condition_view *out)
{
    lock_take(&condition->lock);
    out->health = condition->health;
    memcpy(out->why, condition->why, sizeof out->why);
    memcpy(out->last_error, condition->last_error, sizeof out->last_error);
    out->last_error_ms_ago = condition->last_error_at == 0 ? I64_NONE : clock_mono() - condition->last_error_at;
    out->learned = condition->learned;
    lock_drop(&condition->lock);
}

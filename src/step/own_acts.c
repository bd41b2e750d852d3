/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/own_acts.h"

#include "base/log.h"
#include "step/batch.h"
#include "step/reads.h"

#define REDO_MAX 20

enum rc own_clients(const struct step_env *env, struct str email_id, struct arena *arena, struct client **out,
                    size_t *count)
{
    struct email *email = arena_new(arena, 1, sizeof *email);
    struct client *same, *all = arena_new(arena, OWN_CLIENTS_MAX, sizeof *all);
    size_t same_count;
    bool named = false;
    *out = all;
    *count = 0;
    enum rc rc = store_get(env->store, RECORD_EMAIL, email_id, arena, email);
    if (rc == RC_OK)
        rc = read_person_clients(env, email->person, arena, &same, &same_count);
    if (rc != RC_OK)
        return rc;
    for (size_t i = 0; i < same_count && *count < OWN_CLIENTS_MAX - 1; i++) {
        all[(*count)++] = same[i];
        named = named || str_equal(same[i].id, email->client_id);
    }
    if (named)
        return RC_OK;
    rc = store_get(env->store, RECORD_CLIENT, email->client_id, arena, &all[*count]);
    *count += rc == RC_OK;
    return rc == RC_NOT_FOUND ? RC_OK : rc; /* erased meanwhile: there is nobody to act for */
}

/* False when nothing is to be changed. */
typedef bool change_client(struct client *client, int64_t now);

static bool pause(struct client *client, int64_t now)
{
    int64_t until = now + OWN_PAUSE_DAYS * TIME_DAY_MS;
    bool is_paused = client->consent_status == CONSENT_PAUSED;
    if (!is_paused && client->consent_status != CONSENT_SUBSCRIBED)
        return false;
    if (is_paused && (client->consent_until == TIME_NONE || client->consent_until >= until))
        return false;
    /* The end of a consent and that of a pause are one field: the consent's own must not be forgotten over it. */
    client->consent_until = is_paused || client->consent_until == TIME_NONE ? until : TIME_NONE;
    client->consent_status = CONSENT_PAUSED;
    client->consent_source = OWN_ACT_SOURCE;
    if (client->consent_at == TIME_NONE || client->consent_at < now)
        client->consent_at = now;
    return true;
}

static bool object(struct client *client, int64_t now)
{
    (void)now;
    if (client->profiling == PROFILING_OBJECTED)
        return false;
    client->profiling = PROFILING_OBJECTED;
    return true;
}

static enum rc try_change(const struct step_env *env, struct str email_id, change_client *change, struct arena *arena,
                          size_t *changed)
{
    struct client *clients;
    size_t count;
    int64_t now = clock_now(env->clock);
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    batch_init(batch);
    batch->durable = true;
    *changed = 0;
    enum rc rc = own_clients(env, email_id, arena, &clients, &count);
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        if (!change(&clients[i], now))
            continue;
        clients[i].updated_at = now;
        batch_put(batch, RECORD_CLIENT, &clients[i], clients[i].version);
        batch_job(batch, STORE_JOB_EARLIEST, JOB_CANCEL, clients[i].id, now);
        batch_job(batch, STORE_JOB_EARLIEST, JOB_SCORE, clients[i].id, now);
        (*changed)++;
    }
    return rc == RC_OK && *changed > 0 ? batch_commit(env, batch) : rc;
}

static enum rc change_all(const struct step_env *env, struct str email_id, change_client *change, const char *act,
                          struct arena *arena)
{
    size_t changed = 0;
    enum rc rc = RC_CONFLICT;
    for (int i = 0; i < REDO_MAX && rc == RC_CONFLICT; i++)
        rc = try_change(env, email_id, change, arena, &changed);
    if (rc != RC_OK)
        return rc == RC_CONFLICT ? RC_BUSY : rc;
    log_info(act, "email=" LOG_STR " clients=%zu", LOG_ARG(email_id), changed);
    return RC_OK;
}

enum rc own_pause(const struct step_env *env, struct str email_id, struct arena *arena)
{
    return change_all(env, email_id, pause, "client_paused", arena);
}

enum rc own_object(const struct step_env *env, struct str email_id, struct arena *arena)
{
    return change_all(env, email_id, object, "client_objected", arena);
}

enum rc own_copy(const struct step_env *env, struct str email_id, struct arena *arena)
{
    struct email *email = arena_new(arena, 1, sizeof *email);
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    enum rc rc = store_get(env->store, RECORD_EMAIL, email_id, arena, email);
    if (rc != RC_OK)
        return rc;
    batch_init(batch);
    batch->durable = true;
    batch_job(batch, STORE_JOB_EARLIEST, JOB_COPY, email->client_id, clock_now(env->clock));
    if ((rc = batch_commit(env, batch)) == RC_OK)
        log_info("copy_asked", "email=" LOG_STR " client=" LOG_STR, LOG_ARG(email_id), LOG_ARG(email->client_id));
    return rc;
}

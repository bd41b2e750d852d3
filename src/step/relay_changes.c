/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Relay: reads the store's changes past a durable cursor and turns them into jobs; jobs and cursor in one commit, so a
 * change is neither lost nor done twice over. A change that cannot be read is written to the log and left behind: the
 * cursor moves on. */
#include <string.h>

#include "base/log.h"
#include "base/metrics.h"
#include "core/change.h"
#include "core/records_small.h"
#include "step/steps.h"

struct relay {
    const struct step_env *env;
    struct arena *arena;
    int64_t now;
    struct store_job *jobs; /* grows in the arena */
    size_t job_count, job_cap;
    bool loaded; /* a bulk load was among the changes */
};

static void add_job(struct relay *relay, enum job_kind kind, struct str key)
{
    if (relay->job_count == relay->job_cap) {
        size_t cap = relay->job_cap ? relay->job_cap * 2 : 64;
        struct store_job *jobs = arena_new(relay->arena, cap, sizeof *jobs);
        if (relay->job_count > 0)
            memcpy(jobs, relay->jobs, relay->job_count * sizeof *jobs);
        relay->jobs = jobs;
        relay->job_cap = cap;
    }
    relay->jobs[relay->job_count++] =
        (struct store_job){.op = STORE_JOB_EARLIEST, .kind = kind, .key = key, .run_at = relay->now};
}

/* The client a change of an order is about; both when it moved from one to another. */
static enum rc relay_order(struct relay *relay, const struct change *change)
{
    const struct str images[] = {change->new_image, change->old_image};
    struct str seen = STR_NONE;
    for (size_t i = 0; i < 2; i++) {
        struct json *image = NULL;
        struct json_error error;
        if (str_is_none(images[i]))
            continue;
        if (json_parse(images[i], &image, &error) != RC_OK)
            return RC_CORRUPT;
        struct str client = arena_str(relay->arena, json_get_str(image, "client_id"));
        json_free(image);
        if (str_is_none(client))
            return RC_CORRUPT;
        if (!str_equal(client, seen))
            add_job(relay, JOB_SCORE, client);
        seen = client;
    }
    return RC_OK;
}

/* Whether a text field differs between two images, which are flat: "consent.status" is one member. */
static bool differs(const struct json *a, const struct json *b, const char *field)
{
    return !str_equal(json_get_str(a, field), json_get_str(b, field));
}

static enum rc relay_client(struct relay *relay, const struct change *change)
{
    add_job(relay, JOB_SCORE, change->key);
    if (str_is_none(change->old_image) || str_is_none(change->new_image))
        return RC_OK;
    struct json *old = NULL, *new = NULL;
    struct json_error error;
    enum rc rc = json_parse(change->old_image, &old, &error);
    if (rc == RC_OK)
        rc = json_parse(change->new_image, &new, &error);
    if (rc == RC_OK &&
        (differs(old, new, "consent.status") || differs(old, new, "profiling") || differs(old, new, "person")))
        add_job(relay, JOB_CANCEL, change->key);
    json_free(old);
    json_free(new);
    return rc == RC_OK ? RC_OK : RC_CORRUPT;
}

static enum rc relay_load(struct relay *relay, const struct change *change)
{
    struct json *keys = NULL;
    struct json_error error;
    if (str_is_none(change->new_image))
        return RC_OK; /* everyone in it was erased */
    if (json_parse(change->new_image, &keys, &error) != RC_OK)
        return RC_CORRUPT;
    for (size_t i = 0; i < json_size(keys); i++)
        add_job(relay, JOB_SCORE, arena_str(relay->arena, json_str(json_at(keys, i))));
    json_free(keys);
    relay->loaded = true;
    return RC_OK;
}

static enum rc relay_one(struct relay *relay, const struct change *change)
{
    if (change->op == CHANGE_LOAD)
        return relay_load(relay, change);
    if (change->kind == RECORD_ORDER)
        return relay_order(relay, change);
    if (change->kind == RECORD_CLIENT)
        return relay_client(relay, change);
    return change->kind < RECORD_KINDS ? RC_OK : RC_CORRUPT; /* the others matter to onlookers only */
}

static enum rc read_cursor(const struct step_env *env, struct arena *arena, int64_t *cursor)
{
    struct str text;
    *cursor = 0;
    enum rc rc = env_setting(env, SETTING_RELAY_CURSOR, arena, &text);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    return rc == RC_OK ? str_to_i64(text, cursor) : rc;
}

static enum rc commit(struct relay *relay, int64_t cursor)
{
    if (relay->loaded) { /* a history tells the shop's scale and its usual order rate */
        add_job(relay, JOB_SCALE, JOB_SHOP);
        add_job(relay, JOB_FEED, JOB_SHOP);
    }
    struct setting setting = {.id = SETTING_RELAY_CURSOR,
                              .value = arena_printf(relay->arena, "%lld", (long long)cursor),
                              .updated_at = relay->now};
    struct store_write write = {.op = STORE_PUT, .kind = RECORD_SETTING, .record = &setting, .expect = STORE_ANY};
    struct store_batch batch = {
        .writes = &write, .write_count = 1, .jobs = relay->jobs, .job_count = relay->job_count, .now = relay->now};
    return store_commit(relay->env->store, &batch);
}

enum rc relay_changes(const struct step_env *env, size_t max, struct arena *arena, size_t *moved)
{
    struct relay relay = {.env = env, .arena = arena, .now = clock_now(env->clock)};
    struct change *changes;
    size_t count;
    int64_t cursor;
    *moved = 0;
    enum rc rc = read_cursor(env, arena, &cursor);
    if (rc == RC_OK)
        rc = env->feed->vtable->read(env->feed, cursor, max, arena, &changes, &count);
    if (rc != RC_OK || count == 0)
        return rc;
    for (size_t i = 0; i < count; i++) {
        if (relay_one(&relay, &changes[i]) != RC_OK) {
            log_error("change_buried", "seq=%lld kind=%d reason=unreadable", (long long)changes[i].seq,
                      (int)changes[i].kind);
            metrics_add("rekindle_changes_buried_total", NULL, 1);
        }
    }
    if ((rc = commit(&relay, changes[count - 1].seq)) != RC_OK)
        return rc;
    *moved = count;
    metrics_add("rekindle_changes_relayed_total", NULL, (int64_t)count);
    for (size_t i = 0; i < count; i++) {
        bool client = changes[i].kind == RECORD_CLIENT || changes[i].op == CHANGE_LOAD;
        if (client || changes[i].kind == RECORD_ORDER)
            env_publish(env, "change", client ? NULL : "order_id", changes[i].key, client ? changes[i].key : STR_NONE);
    }
    return RC_OK;
}

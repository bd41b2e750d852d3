/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/ingest_prepare.h"

#include "base/utf8.h"
#include "core/product.h"
#include "step/admin_acts.h"

#define AHEAD_MS TIME_DAY_MS /* an order dated further ahead is quarantined */
#define REPORT_EVERY_MS TIME_MINUTE_MS

void prepare_client(const struct step_env *env, struct client *client, struct arena *arena)
{
    int64_t now = clock_now(env->clock);
    client->person = env_person(env, client->email, client->id, arena);
    client->email_folded = utf8_normal_email(client->email, arena);
    struct str name = STR_NONE;
    if (!str_is_empty(client->first_name) || !str_is_empty(client->last_name))
        name = arena_printf(arena, "%.*s %.*s", STR_ARG(client->first_name), STR_ARG(client->last_name));
    client->name_folded = str_is_none(name) ? STR_NONE : utf8_fold(str_trim(name), arena);
    if (client->created_at == TIME_NONE)
        client->created_at = now;
    client->updated_at = now;
}

void prepare_order(const struct step_env *env, struct order *order, int nth, struct arena *arena)
{
    int64_t now = clock_now(env->clock);
    if (str_is_empty(order->currency))
        order->currency = env->shop.currency;
    if (str_equal(order->currency, env->shop.currency))
        order->total_shop_minor = order->total_minor;
    if (str_is_none(order->id))
        order->id = order_derived_id(order, env->shop.time_zone, nth, arena);
    order->quarantined = order->ordered_at > now + AHEAD_MS;
    if (order->created_at == TIME_NONE)
        order->created_at = now;
    order->updated_at = now;
}

void prepare_product(const struct step_env *env, struct product *product)
{
    int64_t now = clock_now(env->clock);
    if (str_is_empty(product->currency))
        product->currency = env->shop.currency;
    if (product->created_at == TIME_NONE)
        product->created_at = now;
    product->updated_at = now;
}

struct str prepare_tombstone_id(const struct step_env *env, struct str client_id, struct arena *arena)
{
    return hash_hmac_hex(&env->suppression_key, arena_printf(arena, "client:%.*s", STR_ARG(client_id)), arena);
}

/* An erased person under an id that says nothing of them yet: the id is closed too, so that orders under it make nobody, and
 * what came under it before its address was told is erased, once the rows at hand are in. One who is known otherwise stays. */
#define CLOSE_AFTER_MS TIME_MINUTE_MS
static enum rc close_id(const struct step_env *env, struct str client_id, struct arena *arena)
{
    struct client *client = arena_new(arena, 1, sizeof *client);
    enum rc rc = store_get(env->store, RECORD_CLIENT, client_id, arena, client);
    if (rc == RC_OK ? !client_is_bare(client) : rc != RC_NOT_FOUND)
        return rc;
    int64_t now = clock_now(env->clock);
    struct tombstone tombstone = {
        .id = prepare_tombstone_id(env, client_id, arena), .created_at = now, .updated_at = now};
    struct batch *batch = arena_new(arena, 1, sizeof *batch);
    batch_init(batch);
    batch->durable = true;
    batch_put(batch, RECORD_TOMBSTONE, &tombstone, STORE_ANY);
    batch_job(batch, STORE_JOB_SET, JOB_ERASE, client_id, now + CLOSE_AFTER_MS);
    return batch_commit(env, batch);
}

enum rc prepare_is_erased(const struct step_env *env, struct str client_id, struct str person, struct arena *arena,
                          bool *erased)
{
    struct tombstone tombstone;
    enum rc rc =
        store_get(env->store, RECORD_TOMBSTONE, prepare_tombstone_id(env, client_id, arena), arena, &tombstone);
    if (rc == RC_NOT_FOUND && !str_is_none(person)) {
        rc = store_get(env->store, RECORD_TOMBSTONE, person, arena, &tombstone);
        if (rc == RC_OK)
            rc = close_id(env, client_id, arena);
    }
    *erased = rc == RC_OK;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc prepare_bare_client(const struct step_env *env, struct batch *batch, struct str client_id, struct arena *arena)
{
    struct client *client = arena_new(arena, 1, sizeof *client);
    enum rc rc = store_get(env->store, RECORD_CLIENT, client_id, arena, client);
    if (rc != RC_NOT_FOUND)
        return rc;
    client_init_bare(client, client_id, clock_now(env->clock));
    prepare_client(env, client, arena);
    batch_put(batch, RECORD_CLIENT, client, STORE_ABSENT);
    return RC_OK;
}

enum rc prepare_report(const struct step_env *env, struct batch *batch, struct str source, struct arena *arena)
{
    int64_t now = clock_now(env->clock);
    struct feed_source *feed = arena_new(arena, 1, sizeof *feed);
    enum rc rc = store_get(env->store, RECORD_FEED_SOURCE, source, arena, feed);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    bool known = rc == RC_OK;
    if (known && now - feed->last_report_at < REPORT_EVERY_MS)
        return RC_OK;
    if (!known)
        *feed = (struct feed_source){.id = source, .stale_since = TIME_NONE, .resumed_at = TIME_NONE};
    struct policy policy;
    struct feed_verdict verdict;
    if ((rc = env_policy(env, arena, &policy)) != RC_OK)
        return rc;
    if ((rc = feed_verdict_now(env, &policy, arena, &verdict)) != RC_OK)
        return rc;
    if (verdict.state == FEED_STALE) { /* back from silence: timers wait for the late orders */
        feed->resumed_at = now;
        feed->stale_since = verdict.since;
    }
    feed->last_report_at = now;
    feed->updated_at = now;
    batch_put(batch, RECORD_FEED_SOURCE, feed, STORE_ANY);
    return RC_OK;
}

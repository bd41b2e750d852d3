/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Most addresses of a list belong to no client: those go in by the batch. One that has clients goes through suppression_add,
 * with all that follows for them. */
#include "step/suppress_list.h"

#include "base/log.h"
#include "step/audit.h"
#include "step/client_acts.h"
#include "step/reads.h"

#define AT_ONCE 90
#define REDO_MAX 20

const char *const SUPPRESS_STATUS_WORDS[] = {"added", "known", "rejected", NULL};

struct listing {
    const struct step_env *env;
    struct str source;
    struct arena *arena;
    struct batch *batch;
};

/* Whether a client of the person could still be mailed. */
static enum rc has_subscriber(const struct listing *listing, struct str person, bool *out)
{
    struct client *clients;
    size_t count;
    enum rc rc = read_person_clients(listing->env, person, listing->arena, &clients, &count);
    *out = false;
    for (size_t i = 0; rc == RC_OK && i < count; i++)
        *out = *out || clients[i].consent_status != CONSENT_UNSUBSCRIBED;
    return rc;
}

static bool is_in_batch(const struct batch *batch, struct str person)
{
    for (size_t i = 0; i < batch->write_count; i++)
        if (batch->writes[i].kind == RECORD_SUPPRESSION &&
            str_equal(((const struct suppression *)batch->writes[i].record)->id, person))
            return true;
    return false;
}

static enum rc add_one(const struct listing *listing, struct suppress_item *item)
{
    struct suppression *entry = arena_new(listing->arena, 1, sizeof *entry);
    int64_t now = clock_now(listing->env->clock);
    bool subscriber;
    item->status = SUPPRESS_REJECTED;
    if (!RULE_EMAIL.holds(item->email))
        return RC_OK;
    struct str person = env_person(listing->env, item->email, STR_NONE, listing->arena);
    enum rc rc = store_get(listing->env->store, RECORD_SUPPRESSION, person, listing->arena, entry);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    item->status = rc == RC_OK || is_in_batch(listing->batch, person) ? SUPPRESS_KNOWN : SUPPRESS_ADDED;
    if ((rc = has_subscriber(listing, person, &subscriber)) != RC_OK)
        return rc;
    if (subscriber)
        return suppression_add(listing->env, item->email, (enum suppression_reason)item->reason, listing->source,
                               listing->arena, entry);
    if (item->status == SUPPRESS_KNOWN)
        return RC_OK;
    *entry = (struct suppression){
        .id = person, .reason = item->reason, .source = listing->source, .created_at = now, .updated_at = now};
    batch_put(listing->batch, RECORD_SUPPRESSION, entry, STORE_ABSENT);
    return RC_OK;
}

static enum rc add_some(struct listing *listing, struct suppress_item *items, size_t count)
{
    listing->batch = arena_new(listing->arena, 1, sizeof *listing->batch);
    batch_init(listing->batch);
    listing->batch->durable = true;
    for (size_t i = 0; i < count; i++) {
        enum rc rc = add_one(listing, &items[i]);
        if (rc != RC_OK)
            return rc;
    }
    if (listing->batch->write_count == 0)
        return RC_OK;
    struct audit_entry entry = {.actor = audit_actor(listing->source),
                                .action = STR("addresses.suppressed"),
                                .subject = STR("list"),
                                .detail = arena_printf(listing->arena, "{\"count\":%zu}", listing->batch->write_count)};
    audit_add(listing->env, listing->batch, &entry, listing->arena);
    return batch_commit(listing->env, listing->batch);
}

enum rc suppress_list(const struct step_env *env, struct suppress_item *items, size_t count, struct str source,
                      struct arena *arena)
{
    struct listing listing = {.env = env, .source = source, .arena = arena};
    int64_t added = 0;
    for (size_t from = 0; from < count; from += AT_ONCE) {
        size_t some = count - from < AT_ONCE ? count - from : AT_ONCE;
        enum rc rc = RC_CONFLICT;
        for (int i = 0; i < REDO_MAX && rc == RC_CONFLICT; i++)
            rc = add_some(&listing, items + from, some);
        if (rc != RC_OK)
            return rc == RC_CONFLICT ? RC_BUSY : rc;
    }
    for (size_t i = 0; i < count; i++)
        added += items[i].status == SUPPRESS_ADDED;
    log_info("addresses_suppressed", "count=%zu added=%lld", count, (long long)added);
    return RC_OK;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/reads.h"

#include <math.h>
#include <string.h>

#include "core/records_small.h"

enum rc read_scale(const struct step_env *env, struct arena *arena, struct scale *out)
{
    enum rc rc = store_get(env->store, RECORD_SCALE, SCALE_KEY, arena, out);
    if (rc != RC_NOT_FOUND)
        return rc;
    record_init(RECORD_SCALE, out);
    out->id = SCALE_KEY;
    scale_compute(&(struct scale_sums){0}, (double)NAN, out);
    out->number = 0;
    return RC_OK;
}

/* An order that was dated too far ahead counts from its own day on; nobody writes it again on that day. */
static void lift_quarantine(const struct step_env *env, struct order *orders, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (orders[i].quarantined && orders[i].ordered_at <= clock_now(env->clock))
            orders[i].quarantined = false;
}

enum rc read_orders(const struct step_env *env, struct str client_id, struct arena *arena, struct order **out,
                    size_t *count)
{
    struct store_query query = STORE_QUERY(ORDER_BY_CLIENT);
    query.equal = client_id;
    *out = NULL;
    *count = 0;
    do {
        struct store_page page;
        enum rc rc = store_list(env->store, &query, arena, &page);
        if (rc != RC_OK)
            return rc;
        if (*count == 0) {
            *out = page.items;
        } else { /* rare: more than a page of orders; one array is worth the copy */
            struct order *all = arena_new(arena, *count + page.count, sizeof *all);
            memcpy(all, *out, *count * sizeof *all);
            if (page.count > 0)
                memcpy(all + *count, page.items, page.count * sizeof *all);
            *out = all;
        }
        *count += page.count;
        query.cursor = page.cursor;
    } while (!str_is_none(query.cursor));
    lift_quarantine(env, *out, *count);
    return RC_OK;
}

enum rc read_counter(const struct step_env *env, struct str id, struct arena *arena, int64_t *out)
{
    struct counter counter;
    *out = 0;
    enum rc rc = store_get(env->store, RECORD_COUNTER, id, arena, &counter);
    if (rc == RC_OK)
        *out = counter.value;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc read_person_clients(const struct step_env *env, struct str person, struct arena *arena, struct client **out,
                            size_t *count)
{
    struct store_query query = STORE_QUERY(CLIENT_BY_PERSON);
    query.equal = person;
    struct store_page page;
    enum rc rc = store_list(env->store, &query, arena, &page);
    if (rc != RC_OK)
        return rc;
    *out = page.items;
    *count = page.count;
    return RC_OK;
}

/* Counting orders of one client after `since`, other than the silence's own last order. */
static enum rc newer_order(const struct step_env *env, struct str client_id, const struct episode *episode,
                           int64_t since, struct arena *arena, bool *out)
{
    struct store_query query = STORE_QUERY(ORDER_BY_CLIENT);
    query.equal = client_id;
    query.from = since;
    query.to = clock_now(env->clock) + TIME_DAY_MS; /* up to 24 h ahead counts as now */
    struct store_page page;
    enum rc rc = store_list(env->store, &query, arena, &page);
    if (rc != RC_OK)
        return rc;
    struct order *orders = page.items;
    lift_quarantine(env, orders, page.count);
    for (size_t i = 0; i < page.count && !*out; i++) {
        bool later = orders[i].ordered_at > since || str_compare(orders[i].id, episode->last_order_id) > 0;
        *out = order_is_visit(&orders[i]) && later && !str_equal(orders[i].id, episode->last_order_id);
    }
    return RC_OK;
}

enum rc read_ordered_since(const struct step_env *env, const struct episode *episode, struct str person,
                           struct arena *arena, bool *out)
{
    struct order last;
    struct client *clients;
    size_t count;
    *out = false;
    enum rc rc = store_get(env->store, RECORD_ORDER, episode->last_order_id, arena, &last);
    if (rc == RC_NOT_FOUND)
        return RC_OK; /* the order is gone: the outcome step closes the episode */
    if (rc != RC_OK)
        return rc;
    if ((rc = read_person_clients(env, person, arena, &clients, &count)) != RC_OK)
        return rc;
    for (size_t i = 0; i < count && rc == RC_OK && !*out; i++)
        rc = newer_order(env, clients[i].id, episode, last.ordered_at, arena, out);
    return rc;
}

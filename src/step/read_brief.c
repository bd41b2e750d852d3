/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "step/read_brief.h"

#include "step/reads.h"

#define ORDERS_READ 50  /* newest orders the brief may look at */
#define PER_CATEGORY 40 /* candidates of the catalogue per category */
#define CATEGORIES_MAX 3
#define BOUGHT_MAX 24 /* newest items looked up in the catalogue: more than are ever named */

static enum rc read_records(const struct step_env *env, struct str client_id, struct arena *arena,
                            struct brief_records *out)
{
    enum rc rc = store_get(env->store, RECORD_CLIENT, client_id, arena, &out->client);
    if (rc == RC_OK)
        rc = store_get(env->store, RECORD_ENGAGEMENT, client_id, arena, &out->engagement);
    if (rc == RC_OK)
        rc = env_policy(env, arena, &out->policy);
    return rc == RC_OK ? read_scale(env, arena, &out->scale) : rc;
}

static enum rc read_newest_orders(const struct step_env *env, struct arena *arena, struct brief_records *out)
{
    struct store_query query = STORE_QUERY(ORDER_BY_CLIENT);
    struct store_page page;
    query.equal = out->client.id;
    query.descending = true;
    query.limit = ORDERS_READ;
    enum rc rc = store_list(env->store, &query, arena, &page);
    if (rc != RC_OK)
        return rc;
    out->input.orders = page.items;
    out->input.order_count = page.count;
    return RC_OK;
}

/* Candidates for picks: the catalogue's products in the client's categories. */
static enum rc read_candidates(const struct step_env *env, struct arena *arena, struct brief_records *out)
{
    struct str categories[CATEGORIES_MAX];
    size_t count = brief_categories(&out->input, categories, arena), total = 0;
    struct product *products = arena_new(arena, CATEGORIES_MAX * PER_CATEGORY, sizeof *products);
    for (size_t i = 0; i < count; i++) {
        struct store_query query = STORE_QUERY(PRODUCT_BY_CATEGORY);
        struct store_page page;
        query.equal = categories[i];
        query.limit = PER_CATEGORY;
        enum rc rc = store_list(env->store, &query, arena, &page);
        if (rc != RC_OK)
            return rc;
        for (size_t p = 0; p < page.count; p++)
            products[total++] = ((struct product *)page.items)[p];
    }
    out->input.products = products;
    out->input.product_count = total;
    return RC_OK;
}

static bool has_product(const struct product *products, size_t count, struct str id)
{
    for (size_t i = 0; i < count; i++)
        if (str_equal(products[i].id, id))
            return true;
    return false;
}

/* Looks the items of one order up. What the catalogue does not know (any more) is left out: it is not named either. */
static enum rc read_items(const struct step_env *env, const struct order *order, struct arena *arena,
                          struct product *products, size_t *count)
{
    struct json *items = NULL;
    struct json_error error;
    enum rc rc = RC_OK;
    if (str_is_empty(order->items) || json_parse(order->items, &items, &error) != RC_OK)
        return RC_OK;
    for (size_t i = 0; i < json_size(items) && *count < BOUGHT_MAX && rc == RC_OK; i++) {
        struct str id = json_get_str(json_at(items, i), "product_id");
        if (str_is_empty(id) || has_product(products, *count, id))
            continue;
        rc = store_get(env->store, RECORD_PRODUCT, id, arena, &products[*count]);
        *count += rc == RC_OK;
        if (rc == RC_NOT_FOUND)
            rc = RC_OK;
    }
    json_free(items);
    return rc;
}

static enum rc read_bought(const struct step_env *env, struct arena *arena, struct brief_records *out)
{
    struct product *products = arena_new(arena, BOUGHT_MAX, sizeof *products);
    size_t count = 0;
    enum rc rc = RC_OK;
    for (size_t i = 0; i < out->input.order_count && count < BOUGHT_MAX && rc == RC_OK; i++)
        rc = read_items(env, &out->input.orders[i], arena, products, &count);
    out->input.bought = products;
    out->input.bought_count = count;
    return rc;
}

enum rc brief_read(const struct step_env *env, struct str client_id, int64_t draft_count, struct arena *arena,
                   struct brief_records *out)
{
    *out = (struct brief_records){.input = {.client = &out->client,
                                            .policy = &out->policy,
                                            .shop_name = env->shop.name,
                                            .shop_zone = env->shop.time_zone,
                                            .now_ms = clock_now(env->clock),
                                            .draft_count = draft_count}};
    enum rc rc = read_records(env, client_id, arena, out);
    if (rc == RC_OK)
        rc = read_newest_orders(env, arena, out);
    if (rc == RC_OK)
        rc = read_candidates(env, arena, out);
    if (rc == RC_OK)
        rc = read_bought(env, arena, out);
    return rc == RC_OK ? brief_make(&out->input, arena, &out->brief) : rc;
}

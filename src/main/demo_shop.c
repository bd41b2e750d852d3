/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/demo_shop.h"

#include <stdlib.h>

#include "base/mem.h"
#include "core/record.h"
#include "main/batch_line.h"

static void add(struct demo_shop *shop, int64_t at_ms, enum record_kind kind, const void *record)
{
    int rank = kind == RECORD_PRODUCT ? 0 : kind == RECORD_CLIENT ? 1 : 2;
    shop->events[shop->count] =
        (struct demo_event){.at_ms = at_ms, .rank = rank, .order = shop->count, .record = record, .kind = (int)kind};
    shop->count++;
}

/* Somebody whose choice lies behind their first day is subscribed until then. */
static void add_client(struct demo_shop *shop, const struct client *client)
{
    bool chose_later = client->consent_at != TIME_NONE && client->consent_at > client->created_at &&
                       client->consent_status != CONSENT_SUBSCRIBED;
    if (chose_later) {
        struct client *before = arena_new(&shop->arena, 1, sizeof *before);
        *before = *client;
        before->consent_status = CONSENT_SUBSCRIBED;
        before->consent_source = STR("checkout");
        before->consent_at = client->created_at;
        before->consent_until = TIME_NONE;
        add(shop, client->created_at, RECORD_CLIENT, before);
    }
    add(shop, chose_later ? client->consent_at : client->created_at, RECORD_CLIENT, client);
}

static int compare(const void *a, const void *b)
{
    const struct demo_event *x = a, *y = b;
    if (x->at_ms != y->at_ms)
        return x->at_ms < y->at_ms ? -1 : 1;
    if (x->rank != y->rank)
        return x->rank - y->rank;
    return x->order < y->order ? -1 : 1;
}

void demo_shop_init(struct demo_shop *shop, const struct simulate_options *options)
{
    *shop = (struct demo_shop){.count = 0};
    simulate_shop(options, &shop->arena, &shop->shop);
    const struct simulate *made = &shop->shop;
    shop->events = mem_new(made->product_count + 2 * made->client_count + made->order_count, sizeof *shop->events);
    for (size_t i = 0; i < made->product_count; i++)
        add(shop, options->from_ms, RECORD_PRODUCT, &made->products[i]);
    for (size_t i = 0; i < made->client_count; i++)
        add_client(shop, &made->clients[i]);
    for (size_t i = 0; i < made->order_count; i++)
        add(shop, made->orders[i].ordered_at, RECORD_ORDER, &made->orders[i]);
    qsort(shop->events, shop->count, sizeof *shop->events, compare);
}

void demo_shop_clear(struct demo_shop *shop)
{
    mem_free(shop->events);
    arena_clear(&shop->arena);
    *shop = (struct demo_shop){.count = 0};
}

size_t demo_shop_take(struct demo_shop *shop, int64_t until_ms, size_t max, struct buf *out)
{
    size_t taken = 0;
    for (; taken < max && !demo_shop_is_over(shop) && shop->events[shop->next].at_ms < until_ms; taken++) {
        const struct demo_event *event = &shop->events[shop->next++];
        batch_line_add((enum record_kind)event->kind, event->record, out);
    }
    return taken;
}

bool demo_shop_is_over(const struct demo_shop *shop) { return shop->next == shop->count; }

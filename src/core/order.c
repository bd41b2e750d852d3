/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The order's table, and which orders count for what. */
#include "core/order.h"

#include <inttypes.h>

#include "base/hash.h"
#include "core/record_counts.h"

#define AT(member) offsetof(struct order, member)
#define IN_OUT (FIELD_INPUT | FIELD_SHOWN)

const char *const ORDER_STATUS_WORDS[] = {"placed", "shipped", "cancelled", "returned", NULL};

const struct field ORDER_FIELDS[] = {
    /* not required: an order may come without an id and gets a derived one */
    {.name = "id",
     .type = FIELD_STR,
     .offset = AT(id),
     .flags = FIELD_KEY | FIELD_STORED | IN_OUT,
     .max_length = 128,
     .rule = &RULE_ID},
    {.name = "client_id",
     .type = FIELD_STR,
     .offset = AT(client_id),
     .flags = FIELD_REQUIRED | IN_OUT,
     .max_length = 128,
     .rule = &RULE_ID},
    {.name = "ordered_at", .type = FIELD_TIME, .offset = AT(ordered_at), .flags = FIELD_REQUIRED | IN_OUT},
    {.name = "status",
     .type = FIELD_ENUM,
     .offset = AT(status),
     .flags = FIELD_STORED | IN_OUT,
     .words = ORDER_STATUS_WORDS},
    {.name = "currency",
     .type = FIELD_STR,
     .offset = AT(currency),
     .flags = IN_OUT,
     .max_length = 3,
     .rule = &RULE_CURRENCY},
    {.name = "total_minor",
     .type = FIELD_I64,
     .offset = AT(total_minor),
     .flags = FIELD_NAMED | IN_OUT,
     .max = MONEY_MAX_MINOR},
    {.name = "total_shop_minor",
     .type = FIELD_I64,
     .offset = AT(total_shop_minor),
     .flags = IN_OUT,
     .max = MONEY_MAX_MINOR},
    {.name = "automatic", .type = FIELD_BOOL, .offset = AT(automatic), .flags = FIELD_STORED | IN_OUT},
    {.name = "quarantined", .type = FIELD_BOOL, .offset = AT(quarantined), .flags = FIELD_STORED | FIELD_SHOWN},
    {.name = "category", .type = FIELD_STR, .offset = AT(category), .max_length = 100},
    {.name = "items",
     .type = FIELD_JSON,
     .offset = AT(items),
     .flags = IN_OUT,
     .max_length = 200000,
     .shape = &SHAPE_ITEMS},
    {.name = "source_updated_at",
     .type = FIELD_TIME,
     .offset = AT(source_updated_at),
     .flags = FIELD_INPUT | FIELD_ONCE,
     .input_name = "updated_at"},
    {.name = "created_at", .type = FIELD_TIME, .offset = AT(created_at), .flags = FIELD_STORED},
    {.name = "updated_at", .type = FIELD_TIME, .offset = AT(updated_at), .flags = FIELD_STORED | FIELD_SHOWN},
    {.name = "version", .type = FIELD_I64, .offset = AT(version), .flags = FIELD_STORED | FIELD_SHOWN},
};
const size_t ORDER_FIELD_COUNT = ORDER_ROWS;
RECORD_ROWS(ORDER_FIELDS, ORDER_ROWS);

bool order_is_visit(const struct order *order)
{
    return order->status != ORDER_CANCELLED && !order->automatic && !order->quarantined;
}

int64_t order_value_minor(const struct order *order)
{
    return order->status == ORDER_RETURNED ? 0 : order->total_shop_minor;
}

/* An id has 128 bytes; a client id may use them all, so a long one is stood in for by its digest. */
struct str order_derived_id(const struct order *order, struct str shop_zone, int count_within_day, struct arena *arena)
{
    struct str client = order->client_id, total = STR("x");
    struct str day = time_day_to_text(time_day(order->ordered_at, shop_zone), arena);
    if (order->total_minor != I64_NONE)
        total = arena_printf(arena, "%" PRId64, order->total_minor);
    if (client.len > 64)
        client = hash_sha256_hex(client, arena);
    return arena_printf(arena, "d-%.*s-%.*s-%.*s-%d", STR_ARG(client), STR_ARG(day), STR_ARG(total), count_within_day);
}

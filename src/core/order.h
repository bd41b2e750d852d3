/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* An order: one purchase. Only placed and shipped ones that are neither automatic nor quarantined count as visits. */
#ifndef REKINDLE_CORE_ORDER_H
#define REKINDLE_CORE_ORDER_H

#include "core/field.h"

enum order_status { ORDER_PLACED, ORDER_SHIPPED, ORDER_CANCELLED, ORDER_RETURNED };

struct order {
    struct str id;
    struct str client_id;
    int64_t ordered_at;
    int status;          /* enum order_status */
    struct str currency; /* ISO 4217 */
    int64_t total_minor; /* >= 0, in the currency's minor unit */
    int64_t
        total_shop_minor; /* in the shop's currency; equals total_minor in that currency; I64_NONE = unknown value */
    bool automatic;       /* a subscription renewal: shows no intention, does not count */
    bool quarantined;     /* dated more than 24 h ahead when it came: kept, shown, does not count until that day */
    struct str category;  /* of the whole order, when the shop says so without items */
    struct str items;     /* JSON array {product_id,name,category,unit_price_minor,quantity} */
    int64_t source_updated_at;
    int64_t created_at, updated_at;
    int64_t version;
};

extern const char *const ORDER_STATUS_WORDS[];
extern const struct field ORDER_FIELDS[];
extern const size_t ORDER_FIELD_COUNT;

/* Whether this order is a visit of the client: placed or shipped, not automatic, not quarantined. A returned one keeps
 * the visit but takes its value back. */
bool order_is_visit(const struct order *order);
/* Its value in the shop's minor units; 0 when returned; I64_NONE when unknown. */
int64_t order_value_minor(const struct order *order);
/* The derived id of an order that came without one: "d-" + client + day + total + count within the day. */
struct str order_derived_id(const struct order *order, struct str shop_zone, int count_within_day, struct arena *arena);

#endif

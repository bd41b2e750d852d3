/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The product's table. */
#include "core/product.h"

#include "core/record_counts.h"

#define AT(member) offsetof(struct product, member)
#define IN_OUT (FIELD_INPUT | FIELD_SHOWN)

const struct field PRODUCT_FIELDS[] = {
    {.name = "id",
     .type = FIELD_STR,
     .offset = AT(id),
     .flags = FIELD_KEY | FIELD_REQUIRED | IN_OUT,
     .max_length = 128,
     .rule = &RULE_ID},
    {.name = "name", .type = FIELD_STR, .offset = AT(name), .flags = FIELD_REQUIRED | IN_OUT, .max_length = 200},
    {.name = "category", .type = FIELD_STR, .offset = AT(category), .flags = IN_OUT, .max_length = 100},
    {.name = "url", .type = FIELD_STR, .offset = AT(url), .flags = IN_OUT, .max_length = 2000, .rule = &RULE_URL},
    {.name = "image_url",
     .type = FIELD_STR,
     .offset = AT(image_url),
     .flags = IN_OUT,
     .max_length = 2000,
     .rule = &RULE_URL},
    {.name = "price_minor", .type = FIELD_I64, .offset = AT(price_minor), .flags = IN_OUT, .max = MONEY_MAX_MINOR},
    {.name = "currency",
     .type = FIELD_STR,
     .offset = AT(currency),
     .flags = IN_OUT,
     .max_length = 3,
     .rule = &RULE_CURRENCY},
    {.name = "in_stock", .type = FIELD_BOOL, .offset = AT(in_stock), .flags = FIELD_STORED | IN_OUT, .min = true},
    {.name = "source_updated_at",
     .type = FIELD_TIME,
     .offset = AT(source_updated_at),
     .flags = FIELD_INPUT | FIELD_ONCE,
     .input_name = "updated_at"},
    {.name = "created_at", .type = FIELD_TIME, .offset = AT(created_at), .flags = FIELD_STORED},
    {.name = "updated_at", .type = FIELD_TIME, .offset = AT(updated_at), .flags = FIELD_STORED | FIELD_SHOWN},
    {.name = "version", .type = FIELD_I64, .offset = AT(version), .flags = FIELD_STORED | FIELD_SHOWN},
};
const size_t PRODUCT_FIELD_COUNT = PRODUCT_ROWS;
RECORD_ROWS(PRODUCT_FIELDS, PRODUCT_ROWS);

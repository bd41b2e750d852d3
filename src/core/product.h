/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A product of the catalogue: what a pick in an email may name. */
#ifndef REKINDLE_CORE_PRODUCT_H
#define REKINDLE_CORE_PRODUCT_H

#include "core/field.h"

struct product {
    struct str id, name, category, url, image_url;
    int64_t price_minor;
    struct str currency;
    bool in_stock;
    int64_t source_updated_at; /* the shop system's own updated_at; an older one changes nothing */
    int64_t created_at, updated_at;
    int64_t version;
};

extern const struct field PRODUCT_FIELDS[];
extern const size_t PRODUCT_FIELD_COUNT;

#endif

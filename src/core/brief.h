/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Brief: all a writer may know and say. Coarse and pseudonymous: no name, address, id, exact date, count or amount. Facts
 * F1..Fn are the only things a draft may state about the client, the shop and the products. */
#ifndef REKINDLE_CORE_BRIEF_H
#define REKINDLE_CORE_BRIEF_H

#include "base/arena.h"
#include "base/json.h"
#include "core/client.h"
#include "core/order.h"
#include "core/policy.h"
#include "core/product.h"

#define BRIEF_FACTS_MAX 24
#define BRIEF_PRODUCTS_MAX 8
#define BRIEF_CATEGORY_WORDS_MAX 5 /* a longer "category" is a sentence that somebody wrote for a model to read */

enum fact_kind { FACT_SHOP, FACT_CATEGORY, FACT_BOUGHT, FACT_SEASON, FACT_PRODUCT };
extern const char *const FACT_KIND_WORDS[];

struct fact {
    struct str id; /* "F1" .. */
    int kind;      /* enum fact_kind */
    struct str
        text; /* what may be said, in the brief's locale: a category, a product title, the season, the shop's name */
};
struct brief {
    struct str locale; /* the client's, or the code of the language that stands in for it */
    struct str shop_name;
    struct fact facts[BRIEF_FACTS_MAX];
    size_t fact_count;
    struct product
        products[BRIEF_PRODUCTS_MAX]; /* what may be picked: in stock, in the client's categories, not bought */
    size_t product_count;
    struct str tone;
    struct str sign_offs; /* JSON array from the policy */
    uint64_t seed;        /* chooses among phrasings; differs between neighbours and between regenerations */
};

struct brief_input {
    const struct client *client;
    const struct order *orders; /* newest first, at most 50 */
    size_t order_count;
    const struct product *products; /* candidates of the catalogue */
    size_t product_count;
    const struct product *bought; /* what the catalogue has of the items bought, for their titles */
    size_t bought_count;
    const struct policy *policy;
    struct str shop_name;
    struct str shop_zone;
    int64_t now_ms;
    int64_t draft_count; /* regenerations so far */
};
/* The categories a client is interested in, best first: preferred ones, then those of the orders by count. At most 3.
 * Returns how many. */
size_t brief_categories(const struct brief_input *input, struct str out[3], struct arena *arena);
/* Makes the brief. RC_INVALID when nothing can be said honestly (no category, no product, no order),
 * or not in a language of the client's. */
enum rc brief_make(const struct brief_input *input, struct arena *arena, struct brief *out);
/* The offered product with this id, owned by the brief; NULL when none is so called. */
const struct product *brief_product(const struct brief *brief, struct str id);
/* Facts as the JSON array kept with the email. */
void brief_facts_to_json(const struct brief *brief, struct json_out *out);
enum rc brief_facts_from_json(struct str json, struct arena *arena, struct brief *out);

#endif

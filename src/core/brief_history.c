/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Reading a client's orders: which categories they speak for, and what was bought. Texts are compared folded and kept as
 * the shop spells them. */
#include "core/brief_history.h"

#include "base/utf8.h"
#include "core/wording.h"

#define CATEGORIES_SEEN_MAX 64 /* of one client's orders; later ones lose nothing but a vote */
#define CATEGORY_MAX_BYTES 400 /* 100 code points */
#define ITEMS_MAX 2000         /* of all orders together */
/* A preferred category that neither the catalogue nor an order knows may be words a visitor typed into a form. */
#define UNCONFIRMED_WORDS_MAX 4

/* --- what the orders say ------------------------------------------------------------------------------------------ */

struct seen_category {
    struct str name, folded;
    int orders;
};
struct seen {
    struct arena *arena;
    struct seen_category items[CATEGORIES_SEEN_MAX];
    size_t count;
};

static struct seen_category *seen_find(struct seen *seen, struct str folded)
{
    for (size_t i = 0; i < seen->count; i++)
        if (str_equal(seen->items[i].folded, folded))
            return &seen->items[i];
    return NULL;
}

static void seen_add(struct seen *seen, struct str category)
{
    category = str_trim(category);
    if (str_is_empty(category) || category.len > CATEGORY_MAX_BYTES || !utf8_is_valid(category))
        return;
    struct str folded = utf8_fold(category, seen->arena);
    struct seen_category *known = seen_find(seen, folded);
    if (known == NULL && seen->count < CATEGORIES_SEEN_MAX) {
        known = &seen->items[seen->count++];
        *known = (struct seen_category){arena_str(seen->arena, category), folded, 0};
    }
    if (known != NULL)
        known->orders++;
}

/* Parsed items of an order, or NULL. The caller frees. */
static struct json *items_of(const struct order *order)
{
    struct json *document = NULL;
    struct json_error error;
    if (str_is_empty(order->items) || json_parse(order->items, &document, &error) != RC_OK)
        return NULL;
    return document;
}

/* One order has one vote for each of its categories, however many items it has of it. */
static void count_order(struct seen *seen, const struct order *order)
{
    struct json *items = items_of(order);
    struct str voted[CATEGORIES_SEEN_MAX];
    size_t votes = 0;
    for (size_t i = 0; i < json_size(items); i++) {
        struct str category = str_trim(json_get_str(json_at(items, i), "category"));
        bool again = false;
        for (size_t v = 0; v < votes; v++)
            again = again || str_equal_nocase(voted[v], category);
        if (again || votes == CATEGORIES_SEEN_MAX)
            continue;
        voted[votes++] = category;
        seen_add(seen, category);
    }
    if (votes == 0)
        seen_add(seen, order->category);
    json_free(items);
}

/* --- categories --------------------------------------------------------------------------------------------------- */

static bool catalogue_knows(const struct brief_input *input, struct str folded, struct arena *arena)
{
    for (size_t i = 0; i < input->product_count; i++)
        if (str_equal(utf8_fold(str_trim(input->products[i].category), arena), folded))
            return true;
    return false;
}

static void add_category(struct str out[BRIEF_CATEGORIES_MAX], size_t *count, struct str name, struct arena *arena)
{
    for (size_t i = 0; i < *count; i++)
        if (str_equal(utf8_fold(out[i], arena), utf8_fold(name, arena)))
            return;
    if (*count < BRIEF_CATEGORIES_MAX)
        out[(*count)++] = arena_str(arena, name);
}

static size_t add_preferred(const struct brief_input *input, struct seen *seen, struct str out[BRIEF_CATEGORIES_MAX])
{
    struct json *preferred = NULL;
    struct json_error error;
    size_t count = 0;
    if (str_is_empty(input->client->preferred_categories) ||
        json_parse(input->client->preferred_categories, &preferred, &error) != RC_OK)
        return 0;
    for (size_t i = 0; i < json_size(preferred); i++) {
        struct str name = str_trim(json_str(json_at(preferred, i)));
        if (str_is_empty(name) || name.len > CATEGORY_MAX_BYTES)
            continue;
        struct str folded = utf8_fold(name, seen->arena);
        const struct seen_category *known = seen_find(seen, folded);
        bool confirmed = known != NULL || catalogue_knows(input, folded, seen->arena);
        if (confirmed || wording_count(wording_words(name, seen->arena)) <= UNCONFIRMED_WORDS_MAX)
            add_category(out, &count, known != NULL ? known->name : name, seen->arena);
    }
    json_free(preferred);
    return count;
}

size_t brief_categories(const struct brief_input *input, struct str out[3], struct arena *arena)
{
    struct seen *seen = arena_new(arena, 1, sizeof *seen);
    seen->arena = arena;
    for (size_t i = 0; i < input->order_count; i++)
        if (order_is_visit(&input->orders[i]))
            count_order(seen, &input->orders[i]);
    size_t count = add_preferred(input, seen, out);
    while (count < BRIEF_CATEGORIES_MAX) {
        struct seen_category *best = NULL; /* ties: the one seen in the newer order */
        for (size_t i = 0; i < seen->count; i++)
            if (seen->items[i].orders > 0 && (best == NULL || seen->items[i].orders > best->orders))
                best = &seen->items[i];
        if (best == NULL)
            break;
        add_category(out, &count, best->name, arena);
        best->orders = 0;
    }
    return count;
}

bool brief_knows_category(const struct brief_input *input, struct str name, struct arena *arena)
{
    struct seen *seen = arena_new(arena, 1, sizeof *seen);
    struct str folded = utf8_fold(str_trim(name), arena);
    seen->arena = arena;
    for (size_t i = 0; i < input->order_count; i++)
        count_order(seen, &input->orders[i]);
    return seen_find(seen, folded) != NULL || catalogue_knows(input, folded, arena);
}

/* --- what was bought ---------------------------------------------------------------------------------------------- */

/* The catalogue's own title; STR_NONE when it has none: the text of an old order may hold anything, an engraving with a
 * name too. */
static struct str title_of(const struct brief_input *input, const struct json *item, struct arena *arena)
{
    struct str id = json_get_str(item, "product_id");
    struct str name = utf8_fold(str_trim(json_get_str(item, "name")), arena);
    const struct product *lists[] = {input->products, input->bought};
    const size_t counts[] = {input->product_count, input->bought_count};
    for (size_t list = 0; list < 2; list++)
        for (size_t i = 0; i < counts[list]; i++)
            if (str_is_empty(id) ? !str_is_empty(name) && str_equal(utf8_fold(lists[list][i].name, arena), name)
                                 : str_equal(lists[list][i].id, id))
                return lists[list][i].name;
    return STR_NONE;
}

static void read_item(const struct json *item, struct str title, bool kept, struct arena *arena,
                      struct brief_bought *out)
{
    struct str id = json_get_str(item, "product_id"), name = str_trim(json_get_str(item, "name"));
    if (!str_is_empty(id))
        out->ids[out->id_count++] = arena_str(arena, id);
    if (!str_is_empty(title) && kept)
        out->kept[out->kept_count++] = arena_str(arena, title);
    if (str_is_empty(title))
        title = name;
    if (!str_is_empty(title))
        out->titles[out->title_count++] = utf8_fold(title, arena);
}

void brief_read_bought(const struct brief_input *input, struct arena *arena, struct brief_bought *out)
{
    size_t read = 0;
    *out = (struct brief_bought){0};
    out->ids = arena_new(arena, ITEMS_MAX, sizeof *out->ids);
    out->titles = arena_new(arena, ITEMS_MAX, sizeof *out->titles);
    out->kept = arena_new(arena, ITEMS_MAX, sizeof *out->kept);
    for (size_t o = 0; o < input->order_count; o++) {
        const struct order *order = &input->orders[o];
        bool kept = order->status == ORDER_PLACED || order->status == ORDER_SHIPPED;
        struct json *items = items_of(order);
        for (size_t i = 0; i < json_size(items) && read < ITEMS_MAX; i++, read++)
            read_item(json_at(items, i), title_of(input, json_at(items, i), arena), kept, arena, out);
        json_free(items);
    }
}

bool brief_was_bought(const struct brief_bought *bought, const struct product *product, struct arena *arena)
{
    struct str title = utf8_fold(product->name, arena);
    for (size_t i = 0; i < bought->id_count; i++)
        if (str_equal(bought->ids[i], product->id))
            return true;
    for (size_t i = 0; i < bought->title_count; i++)
        if (str_equal(bought->titles[i], title))
            return true;
    return false;
}

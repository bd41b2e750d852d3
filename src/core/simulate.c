/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* When clients order is core/simulate_visits.c; here they get names, consent, a shop's hours of the day, and lognormal values
 * filled with products of the categories they like. Each client has its own random stream, so client 7 is the same in a shop
 * of 10 or 10,000. */
#include "core/simulate.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/record.h"
#include "core/simulate_tables.h"

#define VALUE_MEDIAN 3200.0 /* minor units */
#define VALUE_SD_BETWEEN 0.45
#define VALUE_SD_WITHIN 0.40
#define LIKING_SHAPE 0.6 /* under 1: most clients like one or two categories */
#define ITEMS_MOST 6
#define FIRST_CLIENT 1001
#define FIRST_ORDER 100001

/* Weights of the hours of the day. */
static const int HOURS[24] = {1, 0, 0, 0, 0, 1, 3, 6, 8, 9, 9, 8, 9, 8, 7, 7, 7, 8, 9, 10, 11, 9, 6, 3};

struct shop {
    const struct simulate_options *options;
    struct simulate_plan plan;
    struct arena *arena;
    struct order *orders; /* heap, while it grows */
    size_t count, capacity;
    size_t *first; /* of each client, and the end */
    struct simulate *out;
};

struct person_model {
    struct simulate_habit habit;
    double value_log;                   /* mean of log value */
    double liking[SIMULATE_CATEGORIES]; /* running sums, the last is 1 */
};

static size_t pick_weighted(struct rand_stream *random, const double *running, size_t count)
{
    double draw = rand_unit(random) * running[count - 1];
    size_t i = 0;
    while (i + 1 < count && draw >= running[i])
        i++;
    return i;
}

static int64_t pick(struct rand_stream *random, int64_t count) { return (int64_t)(rand_unit(random) * (double)count); }

static void model_draw(struct person_model *model, const struct shop *shop, int64_t number)
{
    struct rand_stream *random = &model->habit.random;
    double sum = 0;
    simulate_habit_draw(&model->habit, shop->plan.model, shop->options->seed, number);
    model->value_log = log(VALUE_MEDIAN) + VALUE_SD_BETWEEN * rand_normal(random);
    for (int i = 0; i < SIMULATE_CATEGORIES; i++) {
        sum += rand_gamma(random, LIKING_SHAPE, 1) * (i == 0 ? 2 : 1); /* it is a coffee shop first */
        model->liking[i] = sum;
    }
}

/* --- products ------------------------------------------------------------------------------------------------------ */
static void make_products(struct shop *shop)
{
    struct rand_stream random;
    size_t count = 0;
    rand_seed(&random, shop->options->seed);
    shop->out->products =
        arena_new(shop->arena, SIMULATE_CATEGORIES * SIMULATE_PRODUCTS_BY_CATEGORY, sizeof(struct product));
    for (int c = 0; c < SIMULATE_CATEGORIES; c++)
        for (int i = 0; i < SIMULATE_PRODUCTS_BY_CATEGORY; i++) {
            const struct simulate_product *from = &SIMULATE_CATALOGUE[c].products[i];
            struct product *product = &shop->out->products[count++];
            record_init(RECORD_PRODUCT, product);
            product->id = arena_printf(shop->arena, "p-%s", from->slug);
            product->name = str_of(from->name);
            product->category = str_of(SIMULATE_CATALOGUE[c].name);
            product->url = arena_printf(shop->arena, "https://fernwood.example/products/%s", from->slug);
            product->price_minor = from->price_minor;
            product->currency = shop->options->currency;
            product->in_stock = rand_unit(&random) >= 0.08;
            product->created_at = product->updated_at = shop->options->from_ms;
        }
    shop->out->product_count = count;
}

/* --- clients ------------------------------------------------------------------------------------------------------- */
static const struct simulate_place *pick_place(struct rand_stream *random)
{
    int64_t draw = pick(random, 100);
    for (size_t i = 0; i + 1 < SIMULATE_PLACE_COUNT; i++) {
        draw -= SIMULATE_PLACES[i].weight;
        if (draw < 0)
            return &SIMULATE_PLACES[i];
    }
    return &SIMULATE_PLACES[SIMULATE_PLACE_COUNT - 1];
}

static struct str lower(struct str text, struct arena *arena)
{
    struct str copy = arena_str(arena, text);
    char *bytes = (char *)(uintptr_t)copy.ptr; /* our own copy */
    for (size_t i = 0; i < copy.len; i++)
        if (bytes[i] >= 'A' && bytes[i] <= 'Z')
            bytes[i] = (char)(bytes[i] + 'a' - 'A');
    return copy;
}

static void give_address(struct client *client, struct rand_stream *random, int64_t number, struct arena *arena)
{
    static const char *const domains[] = {"example.com", "example.org", "example.net"};
    struct str first = lower(client->first_name, arena), last = lower(client->last_name, arena);
    client->email =
        arena_printf(arena, "%.*s.%.*s%" PRId64 "@%s", STR_ARG(first), STR_ARG(last), number, domains[pick(random, 3)]);
}

/* Of 100 clients 82 are subscribed, 8 have left the list, 3 pause and of 7 nobody knows. */
static void give_consent(struct client *client, struct rand_stream *random, int64_t to_ms)
{
    int64_t draw = pick(random, 100);
    int64_t later = client->created_at + (int64_t)(rand_unit(random) * (double)(to_ms - client->created_at));
    if (draw >= 93)
        return; /* unknown */
    client->consent_status = CONSENT_SUBSCRIBED;
    client->consent_basis = draw < 62 ? CONSENT_BASIS_EXPLICIT : CONSENT_BASIS_SOFT_OPT_IN;
    client->consent_source = STR("checkout");
    client->consent_evidence = draw < 62 ? STR("ticked the box at checkout") : STR("bought and did not object");
    client->consent_at = client->created_at;
    if (draw < 82)
        return;
    client->consent_status = draw < 90 ? CONSENT_UNSUBSCRIBED : CONSENT_PAUSED;
    client->consent_source = draw < 90 ? STR("unsubscribe_link") : STR("preferences");
    client->consent_evidence = STR_NONE;
    client->consent_at = later;
    if (draw >= 90)
        client->consent_until = later + 90 * TIME_DAY_MS;
}

/* The one or two categories a client likes best, for two clients in three. */
static void give_categories(struct client *client, struct person_model *model, struct arena *arena)
{
    int best = 0, second = 1;
    double share[SIMULATE_CATEGORIES];
    for (int i = 0; i < SIMULATE_CATEGORIES; i++)
        share[i] = model->liking[i] - (i ? model->liking[i - 1] : 0);
    for (int i = 1; i < SIMULATE_CATEGORIES; i++)
        if (share[i] > share[best])
            best = i;
    second = best == 0 ? 1 : 0;
    for (int i = 0; i < SIMULATE_CATEGORIES; i++)
        if (i != best && share[i] > share[second])
            second = i;
    if (rand_unit(&model->habit.random) < 0.33)
        return;
    const char *one = SIMULATE_CATALOGUE[best].name, *two = SIMULATE_CATALOGUE[second].name;
    client->preferred_categories = share[second] > share[best] / 2 ? arena_printf(arena, "[\"%s\",\"%s\"]", one, two)
                                                                   : arena_printf(arena, "[\"%s\"]", one);
}

/* The same day at an hour at which people shop. */
static int64_t shopping_hour(struct rand_stream *random, int64_t at_ms, struct str zone)
{
    double running[24], sum = 0;
    for (int i = 0; i < 24; i++)
        running[i] = sum += HOURS[i];
    int64_t hour = (int64_t)pick_weighted(random, running, 24);
    int64_t within = pick(random, TIME_HOUR_MS / TIME_SECOND_MS) * TIME_SECOND_MS;
    return time_day_start(time_day(at_ms, zone), zone) + hour * TIME_HOUR_MS + within;
}

static void make_client(struct shop *shop, struct person_model *model, int64_t number, struct client *client)
{
    const struct simulate_options *options = shop->options;
    struct rand_stream *random = &model->habit.random;
    const struct simulate_place *place = pick_place(random);
    struct str id = arena_printf(shop->arena, "c-%" PRId64, FIRST_CLIENT + number);
    int64_t event = simulate_first(&shop->plan, random), at = shopping_hour(random, event, options->zone);
    client_init_bare(client, id, at >= options->from_ms && at < options->to_ms ? at : event);
    client->first_name = str_of(place->names->first[pick(random, (int64_t)place->names->first_count)]);
    client->last_name = str_of(place->names->last[pick(random, (int64_t)place->names->last_count)]);
    client->locale = str_of(place->locale);
    client->country = str_of(place->country);
    client->time_zone = str_of(place->zone);
    give_address(client, random, number + 1, shop->arena);
    give_consent(client, random, options->to_ms);
    give_categories(client, model, shop->arena);
    client->profiling = rand_unit(random) < 0.01 ? PROFILING_OBJECTED : PROFILING_ALLOWED;
}

/* --- orders -------------------------------------------------------------------------------------------------------- */
/* Products of liked categories until the order is worth about what this client spends. */
static void fill_items(struct shop *shop, struct person_model *model, struct order *order)
{
    struct rand_stream *random = &model->habit.random;
    double target = exp(model->value_log + VALUE_SD_WITHIN * rand_normal(random));
    struct buf buf = {0};
    struct json_out out;
    json_out_init(&out, &buf);
    json_begin_array(&out);
    order->total_minor = 0;
    for (int i = 0; i < ITEMS_MOST && (i == 0 || (double)order->total_minor < 0.8 * target); i++) {
        size_t category = pick_weighted(random, model->liking, SIMULATE_CATEGORIES);
        size_t at = category * SIMULATE_PRODUCTS_BY_CATEGORY + (size_t)pick(random, SIMULATE_PRODUCTS_BY_CATEGORY);
        const struct product *product = &shop->out->products[at];
        int64_t left = (int64_t)target - order->total_minor;
        int64_t quantity = product->price_minor * 2 <= left && rand_unit(random) < 0.4 ? 2 : 1;
        json_begin_object(&out);
        json_pair_str(&out, "product_id", product->id);
        json_pair_str(&out, "name", product->name);
        json_pair_str(&out, "category", product->category);
        json_pair_i64(&out, "unit_price_minor", product->price_minor);
        json_pair_i64(&out, "quantity", quantity);
        json_end_object(&out);
        order->total_minor += product->price_minor * quantity;
    }
    json_end_array(&out);
    order->items = arena_str(shop->arena, buf_str(&buf));
    buf_clear(&buf);
}

/* A visit, of a kind of thing, at a price that nobody wrote down. */
static void forget_value(struct shop *shop, struct order *order)
{
    struct json *items = NULL;
    struct json_error error;
    if (json_parse(order->items, &items, &error) == RC_OK)
        order->category = arena_str(shop->arena, json_get_str(json_at(items, 0), "category"));
    json_free(items);
    order->items = STR_NONE;
    order->total_minor = order->total_shop_minor = I64_NONE;
}

static void add_order(struct shop *shop, struct person_model *model, const struct client *client, int64_t at_ms)
{
    if (shop->count == shop->capacity) {
        shop->capacity = shop->capacity ? 2 * shop->capacity : 1024;
        shop->orders = mem_resize(shop->orders, shop->capacity, sizeof(*shop->orders));
    }
    struct order *order = &shop->orders[shop->count++];
    double draw = rand_unit(&model->habit.random);
    record_init(RECORD_ORDER, order);
    order->client_id = client->id;
    order->ordered_at = order->created_at = order->updated_at = at_ms;
    order->currency = shop->options->currency;
    order->status = shop->options->to_ms - at_ms < 3 * TIME_DAY_MS ? ORDER_PLACED : ORDER_SHIPPED;
    if (draw < 0.03)
        order->status = ORDER_CANCELLED;
    else if (draw < 0.05 && order->status == ORDER_SHIPPED)
        order->status = ORDER_RETURNED;
    fill_items(shop, model, order);
    order->total_shop_minor = order->total_minor;
    if (shop->plan.model->unknown_value > 0 && rand_unit(&model->habit.random) < shop->plan.model->unknown_value)
        forget_value(shop, order);
}

/* From the first order, which makes the client, until the client leaves or the history ends. */
static void make_orders(struct shop *shop, struct person_model *model, const struct client *client)
{
    const struct simulate_options *options = shop->options;
    struct rand_stream *random = &model->habit.random;
    int64_t event = client->created_at, at = event;
    while (at < options->to_ms) {
        add_order(shop, model, client, at);
        event = simulate_next(&shop->plan, &model->habit, event);
        if (event >= options->to_ms)
            return;
        int64_t hour = shopping_hour(random, event, options->zone);
        at = hour > at ? hour : at + (1 + pick(random, 30)) * TIME_MINUTE_MS; /* a second order of that day */
    }
}

/* An order as this client would have made it, but one that counts; the hour is as the experiment says. */
static void add_email_order(struct shop *shop, const struct simulate_episode *episode)
{
    struct person_model model;
    model_draw(&model, shop, (int64_t)episode->client);
    rand_seed(&model.habit.random, shop->options->seed ^ (uint64_t)episode->email_made_at);
    add_order(shop, &model, &shop->out->clients[episode->client], episode->email_made_at);
    struct order *order = &shop->orders[shop->count - 1];
    if (!order_is_visit(order) || order->status == ORDER_RETURNED)
        order->status = ORDER_SHIPPED;
}

static void make_experiment(struct shop *shop)
{
    struct simulate *out = shop->out;
    struct str *ids = arena_new(shop->arena, out->client_count, sizeof(*ids));
    for (size_t i = 0; i < out->client_count; i++)
        ids[i] = out->clients[i].id;
    const struct simulate_trial_input input = {.orders = shop->orders,
                                               .first = shop->first,
                                               .ids = ids,
                                               .client_count = out->client_count,
                                               .zone = shop->options->zone,
                                               .seed = shop->options->seed,
                                               .to_ms = shop->options->to_ms};
    simulate_trial_draw(shop->options->trial, &input, shop->arena, &out->outcome);
    for (size_t i = 0; i < out->outcome.episode_count; i++)
        if (out->outcome.episodes[i].email_made_at != TIME_NONE)
            add_email_order(shop, &out->outcome.episodes[i]);
}

static int by_time(const void *a, const void *b)
{
    const struct order *x = a, *y = b;
    if (x->ordered_at != y->ordered_at)
        return x->ordered_at < y->ordered_at ? -1 : 1;
    return str_compare(x->client_id, y->client_id);
}

static void finish_orders(struct shop *shop)
{
    struct simulate *out = shop->out;
    out->order_count = shop->count;
    out->orders = arena_new(shop->arena, shop->count, sizeof(*out->orders));
    if (shop->count > 0) {
        qsort(shop->orders, shop->count, sizeof(*shop->orders), by_time);
        memcpy(out->orders, shop->orders, shop->count * sizeof(*shop->orders));
    }
    for (size_t i = 0; i < shop->count; i++)
        out->orders[i].id = arena_printf(shop->arena, "o-%zu", FIRST_ORDER + i);
    mem_free(shop->orders);
}

void simulate_shop(const struct simulate_options *options, struct arena *arena, struct simulate *out)
{
    struct shop shop = {.options = options, .arena = arena, .out = out};
    *out = (struct simulate){.client_count = options->clients > 0 ? (size_t)options->clients : 0};
    simulate_plan_init(&shop.plan, options->model ? options->model : &SIMULATE_MODEL, options->from_ms, options->to_ms,
                       options->zone, arena);
    make_products(&shop);
    out->clients = arena_new(arena, out->client_count, sizeof(*out->clients));
    shop.first = arena_new(arena, out->client_count + 1, sizeof(*shop.first));
    for (size_t i = 0; i < out->client_count; i++) {
        struct person_model model;
        model_draw(&model, &shop, (int64_t)i);
        make_client(&shop, &model, (int64_t)i, &out->clients[i]);
        make_orders(&shop, &model, &out->clients[i]);
        shop.first[i + 1] = shop.count;
    }
    if (options->trial)
        make_experiment(&shop);
    finish_orders(&shop);
}

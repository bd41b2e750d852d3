/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* `rekindle simulate`: a shop's history as CSV files that `rekindle import` reads, by a model whose numbers can be stated, and
 * on request with an experiment whose true effect is known. */
#include "main/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "core/currency.h"
#include "core/episode.h"
#include "core/simulate.h"
#include "main/csv.h"
#include "main/options.h"

static void cell(struct buf *line, struct str value)
{
    if (line->len > 0)
        buf_add_char(line, ',');
    csv_add(line, value);
}

/* Major units without the currency's code. */
static struct str major(int64_t minor, struct str currency, struct arena *arena)
{
    struct str text = minor == I64_NONE ? STR_NONE : money_text(minor, currency, arena);
    if (str_is_none(text))
        return STR("");
    str_cut(&text, ' ');
    return text;
}

/* The categories as the import takes them, ; between them. */
static struct str joined(struct str array, struct arena *arena)
{
    struct json *json = NULL;
    struct json_error error;
    struct str text = STR("");
    if (str_is_none(array) || json_parse(array, &json, &error) != RC_OK)
        return text;
    for (size_t i = 0; i < json_size(json); i++)
        text = arena_printf(arena, "%.*s%s%.*s", STR_ARG(text), i ? ";" : "", STR_ARG(json_str(json_at(json, i))));
    json_free(json);
    return text;
}

static struct str first_category(const struct order *order, struct arena *arena)
{
    struct json *json = NULL;
    struct json_error error;
    if (!str_is_none(order->category) || str_is_none(order->items) || json_parse(order->items, &json, &error) != RC_OK)
        return order->category;
    struct str category = arena_str(arena, json_get_str(json_at(json, 0), "category"));
    json_free(json);
    return category;
}

static void order_line(const struct order *order, struct arena *arena, struct buf *line)
{
    cell(line, order->id);
    cell(line, order->client_id);
    cell(line, time_to_text(order->ordered_at, arena));
    cell(line, major(order->total_minor, order->currency, arena));
    cell(line, order->currency);
    cell(line, field_enum_word(ORDER_STATUS_WORDS, order->status));
    cell(line, first_category(order, arena));
}

static void client_line(const struct client *client, struct arena *arena, struct buf *line)
{
    cell(line, client->id);
    cell(line, client->email);
    cell(line, client->first_name);
    cell(line, client->last_name);
    cell(line, client->locale);
    cell(line, client->country);
    cell(line, client->time_zone);
    cell(line, joined(client->preferred_categories, arena));
    cell(line, field_enum_word(CONSENT_STATUS_WORDS, client->consent_status));
    cell(line, time_to_text(client->consent_at, arena));
    cell(line, time_to_text(client->created_at, arena));
}

static void product_line(const struct product *product, struct arena *arena, struct buf *line)
{
    cell(line, product->id);
    cell(line, product->name);
    cell(line, product->category);
    cell(line, product->url);
    cell(line, product->image_url);
    cell(line, major(product->price_minor, product->currency, arena));
    cell(line, product->currency);
    cell(line, product->in_stock ? STR("true") : STR("false"));
}

static void episode_line(const struct simulate *shop, const struct simulate_episode *episode, struct arena *arena,
                         struct buf *line)
{
    cell(line, shop->clients[episode->client].id);
    cell(line, time_to_text(episode->due_at, arena));
    cell(line, field_enum_word(EPISODE_ARM_WORDS, episode->arm));
    cell(line, episode->email_made_at != TIME_NONE ? STR("true") : STR("false"));
}

enum sheet { SHEET_PRODUCTS, SHEET_CLIENTS, SHEET_ORDERS, SHEET_EXPERIMENT, SHEETS };
static const struct {
    const char *file, *header;
} SHEET_TEXTS[SHEETS] = {
    {"products.csv", "product_id,name,category,url,image_url,price,currency,in_stock\n"},
    {"clients.csv", "client_id,email,first_name,last_name,locale,country,time_zone,preferred_categories,consent,"
                    "consent_at,created_at\n"},
    {"orders.csv", "order_id,client_id,ordered_at,total,currency,status,category\n"},
    {"experiment.csv", "client_id,due_at,arm,came_back_by_the_email\n"},
};

static enum rc write_sheet(const struct simulate *shop, enum sheet sheet, FILE *out)
{
    const size_t counts[SHEETS] = {shop->product_count, shop->client_count, shop->order_count,
                                   shop->outcome.episode_count};
    struct buf line = {0};
    struct arena arena = {0};
    bool good = fputs(SHEET_TEXTS[sheet].header, out) >= 0;
    for (size_t i = 0; i < counts[sheet] && good; i++) {
        buf_reset(&line);
        if (sheet == SHEET_PRODUCTS)
            product_line(&shop->products[i], &arena, &line);
        else if (sheet == SHEET_CLIENTS)
            client_line(&shop->clients[i], &arena, &line);
        else if (sheet == SHEET_ORDERS)
            order_line(&shop->orders[i], &arena, &line);
        else
            episode_line(shop, &shop->outcome.episodes[i], &arena, &line);
        buf_add_char(&line, '\n');
        good = fwrite(line.ptr, 1, line.len, out) == line.len;
        if (i % 1000 == 999)
            arena_clear(&arena);
    }
    arena_clear(&arena);
    buf_clear(&line);
    return good && fflush(out) == 0 ? RC_OK : RC_IO;
}

static int fault(const char *path)
{
    fprintf(stderr, "rekindle: cannot write %s: %s\n", path, strerror(errno));
    return EXIT_FAILED;
}

static int write_folder(const struct simulate *shop, bool experiment, struct str folder, struct arena *arena)
{
    if (mkdir(arena_str(arena, folder).ptr, 0777) != 0 && errno != EEXIST)
        return fault(folder.ptr);
    for (int sheet = 0; sheet < SHEETS; sheet++) {
        const char *path = arena_printf(arena, "%.*s/%s", STR_ARG(folder), SHEET_TEXTS[sheet].file).ptr;
        if (sheet == SHEET_EXPERIMENT && !experiment) { /* one of an earlier shop would tell of other people */
            if (unlink(path) != 0 && errno != ENOENT)
                return fault(path);
            continue;
        }
        FILE *out = fopen(path, "we");
        if (!out)
            return fault(path);
        enum rc rc = write_sheet(shop, (enum sheet)sheet, out);
        if (fclose(out) != 0 || rc != RC_OK)
            return fault(path);
    }
    fprintf(stderr, "rekindle: %.*s holds products.csv (%zu), clients.csv (%zu) and orders.csv (%zu)\n",
            STR_ARG(folder), shop->product_count, shop->client_count, shop->order_count);
    if (experiment)
        fprintf(stderr, "rekindle: experiment.csv has %zu first due moments, by a mean gap of %.1f days\n",
                shop->outcome.episode_count, shop->outcome.scale.gap_days);
    return EXIT_DONE;
}

/* What the options say, checked. */
struct wish {
    struct str clients, seed, from, to, currency, zone, folder;
    struct str gap, leave, rate_shape, gap_shape, unknown_value;
    struct str effect, holdout_share, salt;
    bool no_season;
    struct simulate_model model;
    struct simulate_trial trial;
};

/* The model's numbers over the default's. A gap is stated as over the whole year. */
static int read_model(const struct usage *usage, struct wish *wish)
{
    struct simulate_model *model = &wish->model;
    double gap, leave;
    *model = SIMULATE_MODEL;
    if (wish->no_season) {
        model->gap_days /= simulate_season_mean();
        model->seasonal = false;
    }
    if (!str_is_none(wish->gap)) {
        if (!options_number(wish->gap, 1, 3650, &gap))
            return options_fault(usage, "--gap must be a number of days from 1 to 3650");
        model->gap_days = model->seasonal ? gap * simulate_season_mean() : gap;
    }
    if (!str_is_none(wish->leave)) {
        if (!options_number(wish->leave, 0, 0.99, &leave))
            return options_fault(usage, "--leave must be a share from 0 to 0.99");
        double weight = model->leave_alpha + model->leave_beta;
        model->leave_alpha = leave * weight;
        model->leave_beta = (1 - leave) * weight;
    }
    if (!str_is_none(wish->rate_shape) && !options_number(wish->rate_shape, 0.1, 1000, &model->rate_shape))
        return options_fault(usage, "--rate-shape must be a number from 0.1 to 1000");
    if (!str_is_none(wish->gap_shape) && !options_number(wish->gap_shape, 0.1, 1000, &model->gap_shape))
        return options_fault(usage, "--gap-shape must be a number from 0.1 to 1000");
    if (!str_is_none(wish->unknown_value) && !options_number(wish->unknown_value, 0, 1, &model->unknown_value))
        return options_fault(usage, "--unknown-value must be a share from 0 to 1");
    return OPTIONS_CONTINUE;
}

static bool wants_experiment(const struct wish *wish)
{
    return !str_is_none(wish->effect) || !str_is_none(wish->holdout_share);
}

static int read_trial(const struct usage *usage, struct wish *wish)
{
    wish->trial = (struct simulate_trial){.holdout_share = 0.2, .salt = wish->salt};
    if (str_is_none(wish->salt))
        wish->trial.salt = wish->seed;
    else if (wish->salt.len == 0)
        return options_fault(usage, "--salt must not be empty");
    if (!str_is_none(wish->effect) && !options_number(wish->effect, 0, 1, &wish->trial.effect))
        return options_fault(usage, "--effect must be a share from 0 to 1, such as 0.05 for five points");
    if (!str_is_none(wish->holdout_share) && !options_number(wish->holdout_share, 0, 0.95, &wish->trial.holdout_share))
        return options_fault(usage, "--holdout-share must be a share from 0 to 0.95");
    if (!str_is_none(wish->salt) && !wants_experiment(wish))
        return options_fault(usage, "--salt goes with --effect or --holdout-share");
    return OPTIONS_CONTINUE;
}

static int read_span(const struct usage *usage, const struct wish *wish, struct simulate_options *out)
{
    out->to_ms = time_day_start(time_day(clock_wall(), wish->zone), wish->zone);
    if (!str_is_none(wish->to) && time_from_text_or_day(wish->to, wish->zone, &out->to_ms) != RC_OK)
        return options_fault(usage, "--to must be a day such as 2026-11-24");
    out->from_ms = out->to_ms - 730 * TIME_DAY_MS;
    if (!str_is_none(wish->from) && time_from_text_or_day(wish->from, wish->zone, &out->from_ms) != RC_OK)
        return options_fault(usage, "--from must be a day such as 2024-11-24");
    if (out->from_ms >= out->to_ms)
        return options_fault(usage, "--from must lie before --to");
    return OPTIONS_CONTINUE;
}

static int read_wish(const struct usage *usage, struct wish *wish, struct simulate_options *out)
{
    int64_t seed;
    *out = (struct simulate_options){.zone = wish->zone, .currency = wish->currency, .model = &wish->model};
    if (str_to_i64(wish->clients, &out->clients) != RC_OK || out->clients < 1 || out->clients > 10000000)
        return options_fault(usage, "--clients must be a whole number from 1 to 10000000");
    if (str_to_i64(wish->seed, &seed) != RC_OK || seed < 0)
        return options_fault(usage, "--seed must be a whole number from 0");
    out->seed = (uint64_t)seed;
    if (currency_exponent(wish->currency) < 0)
        return options_fault(usage, "--currency must be an ISO 4217 code such as EUR");
    if (!time_zone_is_valid(wish->zone))
        return options_fault(usage, "--time-zone must be an IANA name such as Europe/Berlin");
    if (wants_experiment(wish))
        out->trial = &wish->trial;
    int code = read_span(usage, wish, out);
    if (code == OPTIONS_CONTINUE)
        code = read_model(usage, wish);
    return code == OPTIONS_CONTINUE ? read_trial(usage, wish) : code;
}

static int run(const struct simulate_options *options, struct str folder)
{
    struct arena arena = {0};
    struct simulate shop;
    int code = EXIT_DONE;
    simulate_shop(options, &arena, &shop);
    if (!str_is_none(folder))
        code = write_folder(&shop, options->trial != NULL, folder, &arena);
    else if (write_sheet(&shop, SHEET_ORDERS, stdout) != RC_OK)
        code = fault("stdout");
    arena_clear(&arena);
    return code;
}

int cmd_simulate(int argc, char **argv)
{
    struct wish wish = {.clients = STR("1000"), .seed = STR("1"), .currency = STR("USD"), .zone = STR("UTC")};
    const struct option_row rows[] = {
        {.name = "--clients", .value = "N", .help = "how many (1000)", .text = &wish.clients},
        {.name = "--seed", .value = "S", .help = "same seed, same shop (1)", .text = &wish.seed},
        {.name = "--from", .value = "DAY", .help = "first day (two years before --to)", .text = &wish.from},
        {.name = "--to", .value = "DAY", .help = "no order on or after it (today)", .text = &wish.to},
        {.name = "--currency", .value = "CODE", .help = "of prices and orders (USD)", .text = &wish.currency},
        {.name = "--time-zone", .value = "ZONE", .help = "of the shop's hours (UTC)", .text = &wish.zone},
        {.name = "--out-dir", .value = "FOLDER", .help = "write the files there", .text = &wish.folder},
        {.name = "--gap", .value = "DAYS", .help = "an active client orders once in so many (36.4)", .text = &wish.gap},
        {.name = "--leave", .value = "SHARE", .help = "of clients lost after an order (0.167)", .text = &wish.leave},
        {.name = "--rate-shape", .value = "K", .help = "small: clients differ much (1.6)", .text = &wish.rate_shape},
        {.name = "--gap-shape", .value = "K", .help = "large: orders by clockwork (1)", .text = &wish.gap_shape},
        {.name = "--no-season", .help = "all months alike", .on = &wish.no_season},
        {.name = "--unknown-value",
         .value = "SHARE",
         .help = "of orders without total (0)",
         .text = &wish.unknown_value},
        {.name = "--effect", .value = "SHARE", .help = "of the treated come back by the email", .text = &wish.effect},
        {.name = "--holdout-share", .value = "SHARE", .help = "gets no email (0.2)", .text = &wish.holdout_share},
        {.name = "--salt", .value = "TEXT", .help = "of the arms (the seed)", .text = &wish.salt},
    };
    const struct usage usage = {
        .synopsis = "rekindle simulate [--clients N] [--seed S] [--out-dir FOLDER] [options]",
        .text = "Writes a realistic order history as CSV: the orders to stdout, or products.csv,\n"
                "clients.csv and orders.csv to a folder. All people are invented. With --effect or\n"
                "--holdout-share an experiment runs in it: at a client's first due moment an arm is drawn,\n"
                "and an --effect of 0.05 brings 5 of 100 treated clients back within 30 days who would have\n"
                "stayed away; experiment.csv says who.",
        .rows = rows,
        .row_count = sizeof rows / sizeof rows[0]};
    struct simulate_options options;
    int code = options_read(&usage, argc, argv, NULL);
    if (code == OPTIONS_CONTINUE)
        code = read_wish(&usage, &wish, &options);
    return code == OPTIONS_CONTINUE ? run(&options, wish.folder) : code;
}

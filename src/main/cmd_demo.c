/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* `rekindle demo`: a server on a folder of its own, with the story of demo.c. */
#include "main/command.h"

#include <stdio.h>

#include "base/log.h"
#include "base/time_text.h"
#include "main/demo.h"
#include "main/demo_folder.h"
#include "main/options.h"
#include "main/stop_signal.h"

struct wish {
    struct str port, clients, data, speed, seed;
};

static int read_wish(const struct usage *usage, const struct wish *wish, struct demo_options *out)
{
    int64_t port, seed;
    if (!str_is_none(wish->port) && (str_to_i64(wish->port, &port) != RC_OK || port < 0 || port > 65535))
        return options_fault(usage, "--port must be a whole number from 0 to 65535");
    if (str_to_i64(wish->clients, &out->clients) != RC_OK || out->clients < 10 || out->clients > 1000000)
        return options_fault(usage, "--clients must be a whole number from 10 to 1000000");
    if (str_to_i64(wish->speed, &out->minutes_a_second) != RC_OK || out->minutes_a_second < 1 ||
        out->minutes_a_second > 1440)
        return options_fault(usage, "--speed must be a whole number of minutes from 1 to 1440");
    if (str_to_i64(wish->seed, &seed) != RC_OK || seed < 0)
        return options_fault(usage, "--seed must be a whole number from 0");
    out->seed = (uint64_t)seed;
    return OPTIONS_CONTINUE;
}

/* The settings of a demo: its own shop, rehearsal, the template writer, a manual clock. Where it listens may be set from
 * outside; nothing else is taken from the environment. */
static int configure(struct config *config, const struct wish *wish, const struct demo_options *options,
                     struct arena *arena)
{
    struct str zone = STR("UTC"), why = STR_NONE;
    const struct {
        enum config_key key;
        struct str value;
    } SETTINGS[] = {
        {CONFIG_DATA, wish->data},
        {CONFIG_WRITER, STR("template")},
        {CONFIG_MAIL_URL, STR("rehearsal")},
        {CONFIG_SHOP_NAME, STR("Fernwood Coffee")},
        {CONFIG_SHOP_URL, STR("https://fernwood.example")},
        {CONFIG_POSTAL_ADDRESS, STR("Fernwood Coffee, 12 Mill Lane, Fernwood")},
        {CONFIG_MAIL_FROM, STR("hello@fernwood.example")},
        {CONFIG_SHOP_CURRENCY, STR("USD")},
        {CONFIG_SHOP_TIME_ZONE, zone},
        {CONFIG_CLOCK, time_to_text(demo_load_instant(options->today_ms, zone), arena)},
    };
    int code = config_load(STR_NONE, arena, config);
    enum rc rc = RC_OK;
    for (size_t i = 0; code == EXIT_DONE && rc == RC_OK && i < sizeof SETTINGS / sizeof SETTINGS[0]; i++)
        rc = config_set(config, SETTINGS[i].key, SETTINGS[i].value, arena, &why);
    const enum config_key unset[] = {CONFIG_LINK_KEYS, CONFIG_SUPPRESSION_KEY, CONFIG_MAIL_ONLY_TO,
                                     CONFIG_BOUNCE_DOMAIN, CONFIG_MAIL_REPLY_TO};
    for (size_t i = 0; code == EXIT_DONE && i < sizeof unset / sizeof unset[0]; i++)
        config->values[unset[i]].text = STR_NONE;
    if (code == EXIT_DONE && rc == RC_OK && !str_is_none(wish->port))
        rc = config_set(config, CONFIG_LISTEN, arena_printf(arena, "127.0.0.1:%.*s", STR_ARG(wish->port)), arena, &why);
    if (rc != RC_OK)
        fprintf(stderr, "rekindle: %.*s\n", STR_ARG(why));
    if (config->values[CONFIG_LOG].source == CONFIG_FROM_DEFAULT)
        log_set_level(LOG_WARN); /* the demo speaks for itself */
    return rc == RC_OK ? code : EXIT_USAGE;
}

static int run(const struct config *config, const struct demo_options *options)
{
    struct wired wired;
    struct folder_owner owner = {.pid = 0};
    struct str why = STR_NONE;
    int code = EXIT_FAILED;
    stop_signal_block();
    enum rc rc = wire_store(config, "demo", &wired, &owner, &why);
    if (rc == RC_OK)
        rc = wire_serve(&wired, &why);
    if (rc == RC_OK) {
        struct demo *demo = demo_start(&wired, options, wired.env.shop.public_url);
        stop_signal_wait();
        printf("\nStopping ...\n");
        code = demo_stop(demo) ? EXIT_DONE : EXIT_FAILED;
    } else {
        fprintf(stderr, "rekindle: %.*s\n", STR_ARG(why));
    }
    unwire(&wired);
    return code;
}

int cmd_demo(int argc, char **argv)
{
    struct wish wish = {.clients = STR("2000"), .data = STR("./demo-data"), .speed = STR("30"), .seed = STR("2026")};
    const struct option_row rows[] = {
        {.name = "--port", .value = "N", .help = "port on 127.0.0.1 (8080)", .text = &wish.port},
        {.name = "--clients", .value = "N", .help = "clients of the simulated shop (2000)", .text = &wish.clients},
        {.name = "--data",
         .value = "FOLDER",
         .help = "folder of its own (./demo-data), emptied at the start",
         .text = &wish.data},
        {.name = "--speed", .value = "MINUTES", .help = "minutes of the shop in a second (30)", .text = &wish.speed},
        {.name = "--seed", .value = "S", .help = "same seed, same shop (2026)", .text = &wish.seed},
    };
    const struct usage usage = {
        .synopsis = "rekindle demo [--port N] [--clients N] [--data FOLDER] [--speed MINUTES]",
        .text =
            "Shows a simulated shop with a live story: two years of orders are loaded through the API, then time runs\n"
            "fast, clients come due, drafts appear and can be approved. Mail is rehearsed, nothing leaves the "
            "machine,\n"
            "no key or account is needed. Runs until Ctrl-C.",
        .rows = rows,
        .row_count = sizeof rows / sizeof rows[0],
    };
    struct demo_options options = {.today_ms = clock_wall()};
    int code = options_read(&usage, argc, argv, NULL);
    if (code == OPTIONS_CONTINUE)
        code = read_wish(&usage, &wish, &options);
    if (code != OPTIONS_CONTINUE)
        return code;
    struct arena arena = {0};
    struct config config;
    struct str why = STR_NONE;
    setvbuf(stdout, NULL, _IOLBF, 0); /* what happens is said at once, into a pipe too */
    code = configure(&config, &wish, &options, &arena);
    if (code == EXIT_DONE && demo_folder_renew(wish.data, &arena, &why) != RC_OK) {
        fprintf(stderr, "rekindle: %.*s\n", STR_ARG(why));
        code = EXIT_FAILED;
    }
    if (code == EXIT_DONE)
        code = run(&config, &options);
    arena_clear(&arena);
    return code;
}

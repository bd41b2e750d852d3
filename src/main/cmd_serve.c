/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* `rekindle serve`: everything on one machine until SIGTERM or SIGINT. */
#include "main/command.h"

#include <signal.h>
#include <stdio.h>

#include "base/log.h"
#include "main/options.h"
#include "main/stop_signal.h"
#include "main/wire.h"

static int refuse(enum rc rc, const struct config *config, const struct folder_owner *owner, struct str why)
{
    if (rc == RC_BUSY)
        fprintf(stderr, "rekindle: the data folder %.*s is in use by %.*s (pid %lld): one server a folder\n",
                STR_ARG(config_text(config, CONFIG_DATA)),
                STR_ARG(str_is_none(owner->command) ? STR("another process") : owner->command), (long long)owner->pid);
    else
        fprintf(stderr, "rekindle: %.*s\n", STR_ARG(why));
    return rc == RC_DENIED ? EXIT_USAGE : EXIT_FAILED;
}

static int serve(const struct config *config)
{
    struct wired wired;
    struct folder_owner owner = {.pid = 0};
    struct str why = STR_NONE;
    int code = EXIT_DONE;
    stop_signal_block(); /* before any thread starts, so that all inherit it */
    enum rc rc = wire_store(config, "serve", &wired, &owner, &why);
    if (rc == RC_OK)
        rc = wire_serve(&wired, &why);
    if (rc == RC_OK) {
        log_info("serving", "listen=" LOG_STR " port=%d data=%s writer=" LOG_STR " mail=%s version=%s",
                 LOG_ARG(config_text(config, CONFIG_LISTEN)), api_port(wired.api), wired.folder.path,
                 LOG_ARG(config_text(config, CONFIG_WRITER)), wired.env.rehearsal ? "rehearsal" : "live",
                 REKINDLE_VERSION);
        int number = stop_signal_wait();
        log_info("stopping", "signal=%d", number);
    } else {
        code = refuse(rc, config, &owner, why);
    }
    unwire(&wired);
    if (code == EXIT_DONE)
        log_info("stopped", "data=" LOG_STR, LOG_ARG(config_text(config, CONFIG_DATA)));
    return code;
}

int cmd_serve(int argc, char **argv)
{
    struct str data = STR_NONE, listen = STR_NONE, why = STR_NONE;
    const struct option_row rows[] = {
        {.name = "--data", .value = "FOLDER", .help = "data folder, instead of REKINDLE_DATA", .text = &data},
        {.name = "--listen", .value = "ADDRESS:PORT", .help = "instead of REKINDLE_LISTEN", .text = &listen},
    };
    const struct usage usage = {
        .synopsis = "rekindle serve [--data FOLDER] [--listen ADDRESS:PORT]",
        .text =
            "Runs the API, the console, the steps and the mail of one shop until SIGTERM or SIGINT. Commands such as\n"
            "import, key and backup work beside it through FOLDER/admin.sock. The log goes to stderr; the line\n"
            "`serving` says that it is ready. Settings: `rekindle config`.",
        .rows = rows,
        .row_count = sizeof rows / sizeof rows[0],
    };
    int code = options_read(&usage, argc, argv, NULL);
    if (code != OPTIONS_CONTINUE)
        return code;
    struct arena arena = {0};
    struct config config;
    code = config_load(data, &arena, &config);
    if (code == EXIT_DONE) {
        enum rc rc = str_is_none(listen) ? RC_OK : config_set(&config, CONFIG_LISTEN, listen, &arena, &why);
        if (rc == RC_OK)
            rc = config_check_serve(&config, &arena, &why);
        if (rc != RC_OK)
            fprintf(stderr, "rekindle: %.*s\n", STR_ARG(why));
        code = rc == RC_OK ? serve(&config) : EXIT_USAGE;
    }
    arena_clear(&arena);
    return code;
}

/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* `rekindle import`: a CSV file into the shop, through the running server or the store itself. */
#include "main/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "main/access.h"
#include "main/gzip_input.h"
#include "main/import.h"
#include "main/options.h"

struct file_import {
    const struct usage *usage;
    struct str kind, file, data;
    struct str_list maps;
    bool dry_run, quiet;
    struct gzip_input *input;
    struct import import;
};

static enum rc read_file(void *ctx, char *out, size_t size, size_t *got)
{
    return gzip_read(((struct file_import *)ctx)->input, out, size, got);
}

static void show_progress(void *ctx, const struct import *import)
{
    struct file_import *job = ctx;
    fprintf(stderr, "\r%lld rows, %.0f %% of the file ", (long long)import->count, 100 * gzip_progress(job->input));
    fflush(stderr);
}

static int report(const struct file_import *job, enum rc rc, struct str why)
{
    const struct import *import = &job->import;
    if (import->progress)
        fprintf(stderr, "\r%40s\r", "");
    if (!str_is_none(import->ignored))
        fprintf(stderr, "rekindle: columns that are not used: %.*s\n", STR_ARG(import->ignored));
    if (rc != RC_OK && import->count == 0) {
        fprintf(stderr, "rekindle: %.*s: %.*s\n", STR_ARG(job->file), STR_ARG(why));
        return rc == RC_INVALID ? EXIT_USAGE : EXIT_FAILED;
    }
    if (job->dry_run)
        printf("dry run: read=%lld valid=%lld rejected=%lld\n", (long long)import->count,
               (long long)import->tally[INGEST_UNCHANGED], (long long)import->tally[INGEST_REJECTED]);
    else
        printf("read=%lld stored=%lld unchanged=%lld rejected=%lld erased=%lld\n", (long long)import->count,
               (long long)import->tally[INGEST_STORED], (long long)import->tally[INGEST_UNCHANGED],
               (long long)import->tally[INGEST_REJECTED], (long long)import->tally[INGEST_ERASED]);
    if (import->tally[INGEST_REJECTED] > 0 && import->rejects_path)
        fprintf(stderr, "rekindle: the rejected rows are in %s, with line and reason\n", import->rejects_path);
    if (rc != RC_OK)
        fprintf(stderr, "rekindle: %.*s: %.*s\n", STR_ARG(job->file), STR_ARG(why));
    return rc == RC_OK ? EXIT_DONE : EXIT_FAILED;
}

static struct import_shop shop_of(const struct access *access)
{
    bool known = access->server && !str_is_empty(access->owner.currency); /* the server knows better */
    return (struct import_shop){
        .currency = known ? access->owner.currency : config_text(&access->config, CONFIG_SHOP_CURRENCY),
        .time_zone = known ? access->owner.time_zone : config_text(&access->config, CONFIG_SHOP_TIME_ZONE)};
}

static int run(struct file_import *job, struct access *access)
{
    struct import_sink check;
    struct import_sink_store store;
    struct import_sink_server server;
    struct str why;
    import_sink_check_init(&check);
    import_sink_store_init(&store, &access->wired.env);
    import_sink_server_init(&server, access->server);
    struct import *import = &job->import;
    import->sink = job->dry_run ? &check : access->server ? &server.sink : &store.sink;
    import->kind = import_kind_find(job->kind);
    import->shop = shop_of(access);
    import->maps = &job->maps;
    import->read = read_file;
    import->read_ctx = job;
    if (!str_equal(job->file, STR("-")))
        import->rejects_path = arena_printf(&access->arena, "%.*s.rejects.csv", STR_ARG(job->file)).ptr;
    if (isatty(STDERR_FILENO) && !job->quiet) {
        import->progress = show_progress;
        import->progress_ctx = job;
    }
    enum rc rc = import_run(import, &access->arena, &why);
    return report(job, rc, why);
}

static int open_and_run(struct file_import *job)
{
    struct access access;
    int code;
    if (job->dry_run) {
        access = (struct access){.wired = {.folder = {.lock_fd = -1}}};
        code = config_load(job->data, &access.arena, &access.config);
    } else {
        code = access_open(job->data, "import", false, &access);
    }
    if (code == EXIT_DONE)
        code = run(job, &access);
    access_close(&access);
    return code;
}

int cmd_import(int argc, char **argv)
{
    struct file_import job = {.dry_run = false};
    struct str arguments[2];
    const struct option_row rows[] = {
        {.name = "--map",
         .value = "THEIRS=OURS",
         .help = "their column holds ours; may be repeated",
         .list = &job.maps},
        {.name = "--dry-run", .help = "check the file, store nothing", .on = &job.dry_run},
        {.name = "--quiet", .help = "no progress on the terminal", .on = &job.quiet},
        {.name = "--data", .value = "FOLDER", .help = "data folder, instead of REKINDLE_DATA", .text = &job.data},
    };
    const struct usage usage = {
        .synopsis = "rekindle import clients|orders|products|suppressions FILE.csv [--map THEIRS=OURS] [--dry-run]",
        .text =
            "Loads a CSV file, gzipped or not (- is stdin). The header names the columns, in any order:\n"
            "  clients       client_id, email, first_name, last_name, locale, country, time_zone,\n"
            "                preferred_categories (a;b), consent (subscribed, unsubscribed, unknown), consent_at, "
            "created_at\n"
            "  orders        order_id (may be absent), client_id, ordered_at, total, currency, status, category\n"
            "  products      product_id, name, category, url, image_url, price, currency, in_stock\n"
            "  suppressions  email, reason (unsubscribed, bounced, complained, manual; else imported)\n"
            "A row replaces what is known of its record. A second run of a file changes nothing; an opt-out is never\n"
            "undone. The last line accounts for every row; rejected ones are in FILE.csv.rejects.csv.",
        .rows = rows,
        .row_count = sizeof rows / sizeof rows[0],
        .least = 2,
        .most = 2,
    };
    int code = options_read(&usage, argc, argv, arguments);
    if (code != OPTIONS_CONTINUE)
        return code;
    job.usage = &usage;
    job.kind = arguments[0];
    job.file = arguments[1];
    if (!import_kind_find(job.kind))
        return options_fault(&usage, "'%.*s' cannot be imported", STR_ARG(job.kind));
    enum rc rc = gzip_open(job.file.ptr, &job.input);
    if (rc != RC_OK) {
        fprintf(stderr, "rekindle: cannot open %s: %s\n", job.file.ptr, strerror(errno));
        return EXIT_FAILED;
    }
    code = open_and_run(&job);
    gzip_close(job.input);
    return code;
}

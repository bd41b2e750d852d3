/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* `rekindle backup` and `rekindle restore`. */
#include "main/command.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "main/access.h"
#include "main/backup.h"
#include "main/options.h"

/* The path as the server must see it: from the root. */
static struct str absolute(struct str path, struct arena *arena)
{
    char here[PATH_MAX];
    if (str_starts_with(path, STR("/")) || !getcwd(here, sizeof here))
        return path;
    return arena_printf(arena, "%s/%.*s", here, STR_ARG(path));
}

static void print_done(struct str path, int64_t bytes, bool keys_included, const struct json *missing)
{
    printf("backup %.*s bytes=%lld keys=%s\n", STR_ARG(path), (long long)bytes, keys_included ? "included" : "missing");
    for (size_t i = 0; i < json_size(missing); i++)
        fprintf(stderr, "rekindle: not in the backup: %.*s\n", STR_ARG(json_str(json_at(missing, i))));
    if (keys_included)
        fprintf(stderr, "rekindle: %.*s.keys holds the keys: keep it as safe as the database\n", STR_ARG(path));
}

static int backup_by_server(struct access *access, struct str path)
{
    struct buf body = {0};
    struct json_out out;
    struct json *done = NULL;
    json_out_init(&out, &body);
    json_begin_object(&out);
    json_pair_str(&out, "path", path);
    json_end_object(&out);
    int code = access_call(access, "POST", "/api/v1/backup", buf_str(&body), &done);
    if (code == EXIT_DONE)
        print_done(path, json_get_i64(done, "bytes", 0), json_get_bool(done, "keys_included"),
                   json_get(done, "missing"));
    json_free(done);
    buf_clear(&body);
    return code;
}

static int backup_by_self(struct access *access, struct str path)
{
    struct api_backup done;
    enum rc rc = backup_write(&access->wired, path.ptr, &access->arena, &done);
    if (rc == RC_CONFLICT) {
        fprintf(stderr, "rekindle: %.*s or its .keys is there already; a backup overwrites nothing\n", STR_ARG(path));
        return EXIT_FAILED;
    }
    if (rc != RC_OK)
        return access_fault("no backup was written", rc);
    struct json *missing = NULL;
    struct json_error error;
    if (!str_is_none(done.missing))
        json_parse(done.missing, &missing, &error);
    print_done(path, done.bytes, done.keys_included, missing);
    json_free(missing);
    return EXIT_DONE;
}

int cmd_backup(int argc, char **argv)
{
    struct str data = STR_NONE, file;
    const struct option_row rows[] = {
        {.name = "--data", .value = "FOLDER", .help = "data folder, instead of REKINDLE_DATA", .text = &data}};
    const struct usage usage = {
        .synopsis = "rekindle backup FILE [--data FOLDER]",
        .text = "Copies the database to FILE and the keys to FILE.keys, also while the server runs.\n"
                "Keys that come from the environment are not written; it says so.",
        .rows = rows,
        .row_count = 1,
        .least = 1,
        .most = 1};
    int code = options_read(&usage, argc, argv, &file);
    if (code != OPTIONS_CONTINUE)
        return code;
    struct access access;
    code = access_open(data, "backup", true, &access);
    if (code == EXIT_DONE) {
        struct str path = absolute(file, &access.arena);
        code = access.server ? backup_by_server(&access, path) : backup_by_self(&access, path);
    }
    access_close(&access);
    return code;
}

int cmd_restore(int argc, char **argv)
{
    struct str data = STR_NONE, file, why = STR_NONE;
    const struct option_row rows[] = {
        {.name = "--data", .value = "FOLDER", .help = "data folder, instead of REKINDLE_DATA", .text = &data}};
    const struct usage usage = {
        .synopsis = "rekindle restore FILE [--data FOLDER]",
        .text = "Puts a backup (FILE, and the keys of FILE.keys or of the environment) into a data\n"
                "folder that has no database. Keys that are not the database's own are refused.",
        .rows = rows,
        .row_count = 1,
        .least = 1,
        .most = 1};
    int code = options_read(&usage, argc, argv, &file);
    if (code != OPTIONS_CONTINUE)
        return code;
    struct arena arena = {0};
    struct config config;
    code = config_load(data, &arena, &config);
    if (code == EXIT_DONE) {
        enum rc rc = backup_restore(&config, file.ptr, &arena, &why);
        if (rc == RC_OK)
            printf("restored %.*s\n", STR_ARG(config_text(&config, CONFIG_DATA)));
        else
            fprintf(stderr, "rekindle: nothing was restored: %.*s\n",
                    STR_ARG(str_is_none(why) ? str_of(rc_name(rc)) : why));
        code = rc == RC_OK ? EXIT_DONE : EXIT_FAILED;
    }
    arena_clear(&arena);
    return code;
}

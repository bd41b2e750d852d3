/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* `rekindle key`: API keys for machines. The secret is printed once, alone on stdout, so that a script can take it. */
#include "main/command.h"

#include <stdio.h>

#include "main/access.h"
#include "main/options.h"
#include "step/admin_acts.h"

static int create_at_server(struct access *access, struct str name, struct str scope)
{
    struct buf body = {0};
    struct json_out out;
    struct json *created = NULL;
    json_out_init(&out, &body);
    json_begin_object(&out);
    json_pair_str(&out, "name", name);
    json_pair_str(&out, "scope", scope);
    json_end_object(&out);
    int code = access_call(access, "POST", "/api/v1/keys", buf_str(&body), &created);
    if (code == EXIT_DONE)
        printf("%.*s\n", STR_ARG(json_get_str(created, "key")));
    json_free(created);
    buf_clear(&body);
    return code;
}

static int create_in_store(struct access *access, struct str name, struct str scope)
{
    struct api_key key;
    struct str token;
    struct key_change change = {
        .actor = STR("cli"), .name = name, .scope = (enum key_scope)field_enum_from(KEY_SCOPE_WORDS, scope)};
    enum rc rc = key_create(&access->wired.env, &change, &access->arena, &key, &token);
    if (rc != RC_OK)
        return access_fault("the key was not made", rc);
    printf("%.*s\n", STR_ARG(token));
    return EXIT_DONE;
}

static int create(int argc, char **argv)
{
    struct str data = STR_NONE, name = STR_NONE, scope = STR_NONE;
    const struct option_row rows[] = {
        {.name = "--name", .value = "NAME", .help = "what the key is for", .text = &name},
        {.name = "--scope", .value = "SCOPE", .help = "read, ingest, delivery or admin", .text = &scope},
        {.name = "--data", .value = "FOLDER", .help = "data folder, instead of REKINDLE_DATA", .text = &data},
    };
    const struct usage usage = {
        .synopsis = "rekindle key create --name NAME --scope read|ingest|delivery|admin [--data FOLDER]",
        .text = "Makes an API key and prints it once, alone on stdout. Only a hash of it is kept.",
        .rows = rows,
        .row_count = sizeof rows / sizeof rows[0]};
    int code = options_read(&usage, argc, argv, NULL);
    if (code != OPTIONS_CONTINUE)
        return code;
    if (str_is_empty(name) || name.len > 100)
        return options_fault(&usage, "--name must be a text of 1 to 100 characters");
    if (field_enum_from(KEY_SCOPE_WORDS, scope) < 0)
        return options_fault(&usage, "--scope must be read, ingest, delivery or admin");
    struct access access;
    code = access_open(data, "key", false, &access);
    if (code == EXIT_DONE)
        code = access.server ? create_at_server(&access, name, scope) : create_in_store(&access, name, scope);
    access_close(&access);
    return code;
}

static void print_row(void *ctx, const struct json *row)
{
    (void)ctx;
    bool revoked = json_get_bool(row, "revoked") || !str_is_none(json_get_str(row, "revoked_at"));
    struct str used = json_get_str(row, "last_used_at");
    printf("%.*s\t%.*s\t%.*s\t%s\t%.*s\n", STR_ARG(json_get_str(row, "id")), STR_ARG(json_get_str(row, "scope")),
           STR_ARG(json_get_str(row, "name")), revoked ? "revoked" : "active",
           STR_ARG(str_is_none(used) ? STR("never used") : used));
}

static int list(int argc, char **argv)
{
    struct str data = STR_NONE;
    const struct option_row rows[] = {
        {.name = "--data", .value = "FOLDER", .help = "data folder, instead of REKINDLE_DATA", .text = &data}};
    const struct usage usage = {.synopsis = "rekindle key list [--data FOLDER]",
                                .text = "One key a line, tabs between: id, scope, name, active or revoked, last use.",
                                .rows = rows,
                                .row_count = 1};
    int code = options_read(&usage, argc, argv, NULL);
    if (code != OPTIONS_CONTINUE)
        return code;
    struct access access;
    code = access_open(data, "key", true, &access);
    if (code == EXIT_DONE)
        code = access_each(&access, "/api/v1/keys", API_KEY_BY_ID, print_row, NULL);
    access_close(&access);
    return code;
}

static int revoke(int argc, char **argv)
{
    struct str data = STR_NONE, id = STR_NONE;
    const struct option_row rows[] = {
        {.name = "--data", .value = "FOLDER", .help = "data folder, instead of REKINDLE_DATA", .text = &data}};
    const struct usage usage = {.synopsis = "rekindle key revoke ID [--data FOLDER]",
                                .text = "The key stops working at once. `rekindle key list` tells the ids.",
                                .rows = rows,
                                .row_count = 1,
                                .least = 1,
                                .most = 1};
    int code = options_read(&usage, argc, argv, &id);
    if (code != OPTIONS_CONTINUE)
        return code;
    if (!RULE_ID.holds(id))
        return options_fault(&usage, "'%.*s' is not an id", STR_ARG(id));
    struct access access;
    code = access_open(data, "key", true, &access);
    if (code == EXIT_DONE && access.server) {
        const char *path = arena_printf(&access.arena, "/api/v1/keys/%.*s", STR_ARG(id)).ptr;
        code = access_call(&access, "DELETE", path, STR_NONE, NULL);
    } else if (code == EXIT_DONE) {
        enum rc rc = key_revoke(&access.wired.env, id, STR("cli"), &access.arena);
        code = rc == RC_OK ? EXIT_DONE : access_fault("the key was not revoked", rc);
    }
    access_close(&access);
    return code;
}

int cmd_key(int argc, char **argv)
{
    static const struct command COMMANDS[] = {
        {"create", "make a key; its secret is printed once", create},
        {"list", "all keys, without their secrets", list},
        {"revoke", "stop a key", revoke},
    };
    return command_dispatch("rekindle key", "API keys: what machines send as `Authorization: Bearer KEY`.", COMMANDS,
                            sizeof COMMANDS / sizeof COMMANDS[0], argc, argv);
}

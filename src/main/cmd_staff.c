/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* `rekindle staff`: the people who sign in to the console. */
#include "main/command.h"

#include <stdio.h>

#include "main/access.h"
#include "main/options.h"
#include "main/password.h"
#include "step/admin_acts.h"

struct newcomer {
    struct str email, role, password;
};

static int add_at_server(struct access *access, const struct newcomer *who)
{
    struct buf body = {0};
    struct json_out out;
    json_out_init(&out, &body);
    json_begin_object(&out);
    json_pair_str(&out, "email", who->email);
    json_pair_str(&out, "role", who->role);
    json_pair_str(&out, "password", who->password);
    json_end_object(&out);
    int code = access_call(access, "POST", "/api/v1/staff", buf_str(&body), NULL);
    buf_clear(&body);
    return code;
}

static int add_in_store(struct access *access, const struct newcomer *who)
{
    struct staff staff;
    struct staff_change change = {.actor = STR("cli"),
                                  .email = who->email,
                                  .password = who->password,
                                  .role = (enum role)field_enum_from(ROLE_WORDS, who->role)};
    enum rc rc = staff_add(&access->wired.env, &change, &access->arena, &staff);
    return rc == RC_OK ? EXIT_DONE : access_fault("the person was not added", rc);
}

static int add(int argc, char **argv)
{
    struct newcomer who = {.role = STR("admin")};
    struct str data = STR_NONE, why = STR_NONE;
    bool from_stdin = false;
    const struct option_row rows[] = {
        {.name = "--role", .value = "ROLE", .help = "viewer, reviewer or admin (admin)", .text = &who.role},
        {.name = "--password-stdin", .help = "the password is the first line of stdin", .on = &from_stdin},
        {.name = "--data", .value = "FOLDER", .help = "data folder, instead of REKINDLE_DATA", .text = &data},
    };
    const struct usage usage = {
        .synopsis = "rekindle staff add EMAIL [--role viewer|reviewer|admin] [--password-stdin]",
        .text = "Adds a person. The password (12 bytes or more) is asked for, or read from stdin.",
        .rows = rows,
        .row_count = sizeof rows / sizeof rows[0],
        .least = 1,
        .most = 1};
    int code = options_read(&usage, argc, argv, &who.email);
    if (code != OPTIONS_CONTINUE)
        return code;
    if (!RULE_EMAIL.holds(who.email))
        return options_fault(&usage, "'%.*s' is no email address", STR_ARG(who.email));
    if (field_enum_from(ROLE_WORDS, who.role) < 0)
        return options_fault(&usage, "--role must be viewer, reviewer or admin");
    struct arena arena = {0};
    struct access access;
    if (password_ask(from_stdin, &arena, &who.password, &why) != RC_OK) {
        code = options_fault(&usage, "%.*s", STR_ARG(why));
    } else {
        code = access_open(data, "staff", false, &access);
        if (code == EXIT_DONE)
            code = access.server ? add_at_server(&access, &who) : add_in_store(&access, &who);
        access_close(&access);
    }
    arena_clear(&arena);
    return code;
}

static void print_row(void *ctx, const struct json *row)
{
    (void)ctx;
    printf("%.*s\t%.*s\t%.*s\t%s\n", STR_ARG(json_get_str(row, "id")), STR_ARG(json_get_str(row, "email")),
           STR_ARG(json_get_str(row, "role")), json_get_bool(row, "disabled") ? "disabled" : "active");
}

static int list(int argc, char **argv)
{
    struct str data = STR_NONE;
    const struct option_row rows[] = {
        {.name = "--data", .value = "FOLDER", .help = "data folder, instead of REKINDLE_DATA", .text = &data}};
    const struct usage usage = {.synopsis = "rekindle staff list [--data FOLDER]",
                                .text = "One person a line, tabs between: id, email, role, active or disabled.",
                                .rows = rows,
                                .row_count = 1};
    int code = options_read(&usage, argc, argv, NULL);
    if (code != OPTIONS_CONTINUE)
        return code;
    struct access access;
    code = access_open(data, "staff", true, &access);
    if (code == EXIT_DONE)
        code = access_each(&access, "/api/v1/staff", STAFF_BY_ID, print_row, NULL);
    access_close(&access);
    return code;
}

/* The row that an address or an id means. */
struct wanted {
    struct str who;
    struct arena *arena;
    struct str id, role;
    int64_t version;
};

static void find_row(void *ctx, const struct json *row)
{
    struct wanted *wanted = ctx;
    if (!str_equal_nocase(wanted->who, json_get_str(row, "email")) && !str_equal(wanted->who, json_get_str(row, "id")))
        return;
    wanted->id = arena_str(wanted->arena, json_get_str(row, "id"));
    wanted->role = arena_str(wanted->arena, json_get_str(row, "role"));
    wanted->version = json_get_i64(row, "version", 0);
}

static int disable_one(struct access *access, struct str who)
{
    struct wanted wanted = {.who = who, .arena = &access->arena};
    int code = access_each(access, "/api/v1/staff", STAFF_BY_ID, find_row, &wanted);
    if (code != EXIT_DONE)
        return code;
    if (str_is_none(wanted.id)) {
        fprintf(stderr, "rekindle: nobody on the staff is called %.*s\n", STR_ARG(who));
        return EXIT_FAILED;
    }
    if (access->server) {
        const char *path = arena_printf(&access->arena, "/api/v1/staff/%.*s", STR_ARG(wanted.id)).ptr;
        struct str match = arena_printf(&access->arena, "\"%lld\"", (long long)wanted.version);
        return access_call_match(access, "PATCH", path, STR("{\"disabled\":true}"), match, NULL);
    }
    struct staff staff;
    struct staff_change change = {.actor = STR("cli"),
                                  .id = wanted.id,
                                  .role = (enum role)field_enum_from(ROLE_WORDS, wanted.role),
                                  .disabled = true};
    enum rc rc = staff_update(&access->wired.env, &change, &access->arena, &staff);
    return rc == RC_OK ? EXIT_DONE : access_fault("the person was not disabled", rc);
}

static int disable(int argc, char **argv)
{
    struct str data = STR_NONE, who = STR_NONE;
    const struct option_row rows[] = {
        {.name = "--data", .value = "FOLDER", .help = "data folder, instead of REKINDLE_DATA", .text = &data}};
    const struct usage usage = {.synopsis = "rekindle staff disable EMAIL|ID [--data FOLDER]",
                                .text = "The person can no longer sign in, and is signed out.",
                                .rows = rows,
                                .row_count = 1,
                                .least = 1,
                                .most = 1};
    int code = options_read(&usage, argc, argv, &who);
    if (code != OPTIONS_CONTINUE)
        return code;
    struct access access;
    code = access_open(data, "staff", true, &access);
    if (code == EXIT_DONE)
        code = disable_one(&access, who);
    access_close(&access);
    return code;
}

int cmd_staff(int argc, char **argv)
{
    static const struct command COMMANDS[] = {
        {"add", "add a person", add},
        {"list", "all people", list},
        {"disable", "a person may no longer sign in", disable},
    };
    return command_dispatch("rekindle staff",
                            "The people who sign in to the console: viewers look, reviewers approve, "
                            "admins do all.",
                            COMMANDS, sizeof COMMANDS / sizeof COMMANDS[0], argc, argv);
}

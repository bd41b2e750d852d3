/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* `rekindle erase`: a person gone, with a receipt. */
#include "main/command.h"

#include <stdio.h>
#include <unistd.h>

#include "main/access.h"
#include "main/options.h"
#include "step/client_acts.h"

static int erase(struct access *access, struct str id)
{
    if (access->server) {
        struct json *receipt = NULL;
        struct buf text = {0};
        const char *path = arena_printf(&access->arena, "/api/v1/clients/%.*s", STR_ARG(id)).ptr;
        int code = access_call(access, "DELETE", path, STR_NONE, &receipt);
        if (code == EXIT_DONE) {
            json_dump(receipt, &text);
            printf("%.*s\n", STR_ARG(buf_str(&text)));
        }
        buf_clear(&text);
        json_free(receipt);
        return code;
    }
    struct str receipt;
    enum rc rc = erase_client(&access->wired.env, id, STR("cli"), &access->arena, &receipt);
    if (rc != RC_OK)
        return access_fault("nobody was erased", rc);
    printf("%.*s\n", STR_ARG(receipt));
    fprintf(stderr, "rekindle: the rest of the records goes when the server runs next\n");
    return EXIT_DONE;
}

/* Asks a person at a terminal; a script says --yes. */
static bool is_sure(struct str id)
{
    char answer[8] = "";
    if (!isatty(STDIN_FILENO))
        return false;
    fprintf(stderr, "Erase client %.*s from every table, for good? Type yes: ", STR_ARG(id));
    return fgets(answer, sizeof answer, stdin) && str_equal(str_trim(str_of(answer)), STR("yes"));
}

int cmd_erase(int argc, char **argv)
{
    struct str data = STR_NONE, id;
    bool yes = false;
    const struct option_row rows[] = {
        {.name = "--yes", .help = "do not ask", .on = &yes},
        {.name = "--data", .value = "FOLDER", .help = "data folder, instead of REKINDLE_DATA", .text = &data},
    };
    const struct usage usage = {
        .synopsis = "rekindle erase CLIENT [--yes] [--data FOLDER]",
        .text = "Erases a client and everything about the person, and prints the receipt as JSON. A\n"
                "keyed tombstone stays, so that later imports skip the person.",
        .rows = rows,
        .row_count = sizeof rows / sizeof rows[0],
        .least = 1,
        .most = 1};
    int code = options_read(&usage, argc, argv, &id);
    if (code != OPTIONS_CONTINUE)
        return code;
    if (!RULE_ID.holds(id))
        return options_fault(&usage, "'%.*s' is no client id", STR_ARG(id));
    if (!yes && !is_sure(id))
        return options_fault(&usage, "nothing was erased; --yes erases without asking");
    struct access access;
    code = access_open(data, "erase", true, &access);
    if (code == EXIT_DONE)
        code = erase(&access, id);
    access_close(&access);
    return code;
}

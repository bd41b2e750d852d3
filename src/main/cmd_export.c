/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* `rekindle export`: everything kept of a person, or the tags of all clients. */
#include "main/command.h"

#include <stdio.h>
#include <string.h>

#include "main/access.h"
#include "main/export_tags.h"
#include "main/options.h"
#include "step/export_client.h"

static int export_person(struct access *access, struct str id)
{
    struct buf text = {0};
    int code = EXIT_DONE;
    if (access->server) {
        struct json *document = NULL;
        const char *path = arena_printf(&access->arena, "/api/v1/clients/%.*s/export", STR_ARG(id)).ptr;
        code = access_call(access, "GET", path, STR_NONE, &document);
        if (code == EXIT_DONE)
            json_dump(document, &text);
        json_free(document);
    } else {
        enum rc rc = export_client(&access->wired.env, id, &access->arena, &text);
        if (rc != RC_OK)
            code = access_fault("nothing was exported", rc);
    }
    if (code == EXIT_DONE)
        printf("%.*s\n", STR_ARG(buf_str(&text)));
    buf_clear(&text);
    return code;
}

int cmd_export(int argc, char **argv)
{
    struct str data = STR_NONE, id;
    const struct option_row rows[] = {
        {.name = "--data", .value = "FOLDER", .help = "data folder, instead of REKINDLE_DATA", .text = &data}};
    const struct usage usage = {
        .synopsis = "rekindle export CLIENT|tags [--data FOLDER]",
        .text = "Prints everything that is kept of a client's person as one JSON document; or, for\n"
                "tags, which clients other win-back flows are to leave out, as CSV.",
        .rows = rows,
        .row_count = 1,
        .least = 1,
        .most = 1};
    if (argc > 1 && strcmp(argv[1], "tags") == 0)
        return export_tags(argc - 1, argv + 1);
    int code = options_read(&usage, argc, argv, &id);
    if (code != OPTIONS_CONTINUE)
        return code;
    if (!RULE_ID.holds(id))
        return options_fault(&usage, "'%.*s' is no client id", STR_ARG(id));
    struct access access;
    code = access_open(data, "export", true, &access);
    if (code == EXIT_DONE)
        code = export_person(&access, id);
    access_close(&access);
    return code;
}

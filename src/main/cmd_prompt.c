/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* `rekindle prompt show`: the exact request for one client, without sending it. For who wants to see what leaves the house. */
#include "main/command.h"

#include <stdio.h>

#include "base/buf.h"
#include "core/egress.h"
#include "main/access.h"
#include "main/options.h"
#include "main/writer_port.h"
#include "step/read_brief.h"

/* `personal_data`: the kind that the search found in it; absent: none. */
static int print_request(struct str body, struct str personal_data)
{
    if (!str_is_empty(personal_data))
        fprintf(stderr, "rekindle: this request would not be sent: it holds personal data (%.*s)\n",
                STR_ARG(personal_data));
    if (body.len == 0) {
        fprintf(stderr, "rekindle: the template writer asks nobody: nothing leaves the house\n");
        return EXIT_FAILED;
    }
    printf("%.*s\n", STR_ARG(body));
    return fflush(stdout) == 0 ? EXIT_DONE : EXIT_FAILED;
}

static int show_by_server(struct access *access, struct str client_id)
{
    struct json *answer = NULL;
    struct buf text = {0};
    const char *path = arena_printf(&access->arena, "/api/v1/clients/%.*s/prompt", STR_ARG(client_id)).ptr;
    int code = access_call(access, "GET", path, STR_NONE, &answer);
    if (code == EXIT_DONE) {
        if (json_is(json_get(answer, "request"), JSON_OBJECT))
            json_dump(json_get(answer, "request"), &text); /* members keep their order: the same bytes */
        code = print_request(buf_str(&text), json_get_str(answer, "personal_data"));
    }
    buf_clear(&text);
    json_free(answer);
    return code;
}

static int show_from_store(struct access *access, struct str client_id)
{
    struct arena *arena = &access->arena;
    struct brief_records *records = arena_new(arena, 1, sizeof *records);
    struct prompt prompt;
    struct str body, why = STR_NONE;
    enum rc rc = brief_read(&access->wired.env, client_id, 0, arena, records);
    if (rc == RC_INVALID)
        return access_fault("there is no fact that an email to this client could state", rc);
    if (rc != RC_OK)
        return access_fault("the client cannot be read", rc);
    struct prompt_input input = {.brief = &records->brief, .policy = &records->policy};
    if ((rc = prompt_make(&input, arena, &prompt)) != RC_OK)
        return access_fault("no request can be made", rc);
    if ((rc = writer_port_request(&access->config, &prompt, arena, &body, &why)) == RC_OK) {
        const char *kind = NULL;
        (void)egress_search(body, &prompt, &records->brief, &records->client, arena, &kind);
        return print_request(body, kind == NULL ? STR_NONE : str_of(kind));
    }
    fprintf(stderr, "rekindle: %.*s\n", STR_ARG(why));
    return EXIT_USAGE;
}

static int show(int argc, char **argv)
{
    struct str data = STR_NONE, client_id = STR_NONE;
    const struct option_row rows[] = {
        {.name = "--client", .value = "ID", .help = "whose request", .text = &client_id},
        {.name = "--data", .value = "FOLDER", .help = "data folder, instead of REKINDLE_DATA", .text = &data},
    };
    const struct usage usage = {
        .synopsis = "rekindle prompt show --client ID [--data FOLDER]",
        .text =
            "Prints the exact bytes that a draft for this client would send to the model, as JSON, and sends nothing.",
        .rows = rows,
        .row_count = sizeof rows / sizeof rows[0]};
    int code = options_read(&usage, argc, argv, NULL);
    if (code != OPTIONS_CONTINUE)
        return code;
    if (!RULE_ID.holds(client_id))
        return options_fault(&usage, "--client ID is missing, or is no client id");
    struct access access;
    code = access_open(data, "prompt", true, &access);
    if (code == EXIT_DONE)
        code = access.server ? show_by_server(&access, client_id) : show_from_store(&access, client_id);
    access_close(&access);
    return code;
}

int cmd_prompt(int argc, char **argv)
{
    static const struct command COMMANDS[] = {{"show", "the exact request for one client, without sending it", show}};
    return command_dispatch("rekindle prompt", "What would be asked of the model.", COMMANDS,
                            sizeof COMMANDS / sizeof COMMANDS[0], argc, argv);
}
